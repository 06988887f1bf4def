"""Why a source was given a tour: the figures that the choice was made from, kept for a week."""

import enum
from dataclasses import dataclass

KEPT_S = 7 * 86_400.0


class Passed(enum.StrEnum):
    """Why another holder of the products did not get the tour."""

    BUSY = "busy"
    """It has its tours ahead already."""
    BACKLOG = "backlog"
    """More is waiting there, so the order would be done later."""
    OUT_OF_SERVICE = "out_of_service"
    FEFO = "fefo"
    """An older pack goes first, and it stands elsewhere."""


@dataclass(frozen=True, slots=True)
class OtherHolder:
    """A source that has the products too, and why it did not get the tour."""

    source: str
    passed: Passed
    backlog_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """One tour given to one source. Index and score are logarithms of a weight a pack (SCHEDULING.md)."""

    at: float
    order_ref: str
    source: str
    """The account that it is taken from: `robot:R3`, `area:MANUAL-A`."""
    work_ref: str
    """The task or the job of a person."""
    packs: int
    index: float
    score: float
    slack_s: float
    """Until the last moment at which the order could have been begun and still be in its totes in time."""
    waited_s: float
    """Since the order came."""
    left: int
    """Packs that the order still lacked."""
    waiting_orders: int
    """Orders that wanted something of this source."""
    beat: str | None = None
    """The order that would have come next."""
    beat_score: float | None = None
    held_up_by: str | None = None
    """What kept the order from being begun sooner, where something did: `no collation place`, `robot:R4 down`."""
    others: tuple[OtherHolder, ...] = ()
