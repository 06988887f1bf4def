"""A batch that must not be used: blocked here, and every destination that got it named."""

from dataclasses import dataclass

RECALL_CLASSES = (1, 2, 3, 4)
DRILL_EVERY_S = 365 * 86_400.0
"""A wholesaler runs a dummy recall in any year without a real one (DOMAIN.md section 4)."""


@dataclass(slots=True)
class Recall:
    recall_id: str
    gtin: str
    batch: str
    recall_class: int
    """1 to 4 as the MHRA numbers them; class 1 at once, 2 within 48 h, 3 within five days (DOMAIN.md section 4)."""
    reason: str
    by: str
    begun_at: float
    drill: bool = False
    """A dummy recall: everything is listed and nothing is blocked."""
    blocked_packs: int = 0
    destinations: int = 0
    closed_at: float | None = None
    closed_by: str | None = None
    closing_note: str | None = None

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def bars(self) -> bool:
        """Whether no pack of its batch may be picked, found, brought or released, because of it."""
        return self.open and not self.drill

    @property
    def hold(self) -> str:
        """What its packs are held for."""
        return f"recall {self.recall_id}: {self.reason}"


@dataclass(frozen=True, slots=True)
class SentPack:
    """A pack that left the centre: all that a call to its ward needs."""

    pack_id: str
    destination: str
    order_ref: str
    tote_id: str
    sent_at: float
    carrier: str
    """The departure, or `courier`."""
