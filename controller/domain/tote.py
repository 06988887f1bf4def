"""A tote: the blue box that collects one order, or a part of one."""

import enum
from dataclasses import dataclass

TOTE_CAPACITY_PACKS = 30
"""25 litres, 60 % usable (DOMAIN.md Table A)."""


class ToteStatus(enum.StrEnum):
    FILLING = "filling"
    CLOSED = "closed"
    """All that will come is in it; it waits for the final check."""
    CHECKED = "checked"
    LOADED = "loaded"
    """On the van, or with the courier."""
    DISPATCHED = "dispatched"
    EMPTIED = "emptied"
    """The order was cancelled; its packs went to quarantine for a person."""


@dataclass(slots=True)
class Tote:
    tote_id: str
    order_ref: str
    packs: int = 0
    """Packs in it."""
    expected: int = 0
    """Packs bound to tasks that will bring them to it."""
    status: ToteStatus = ToteStatus.FILLING
    checked_by: str | None = None
    loaded_at: float | None = None
    """Since when it is on its van; kept by one that was taken back, until the check has it."""
