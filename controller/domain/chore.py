"""A chore: one small piece of work that nobody ordered, done while nothing else waits. Its history is kept."""

import enum
from dataclasses import dataclass

SITE = ""
"""The scope of a pause that holds for every robot and area."""


class ChoreKind(enum.StrEnum):
    COUNT = "count"
    """Look along one shelf."""
    EJECT = "eject"
    """Put out packs that no order can take any more."""
    TRANSFER = "transfer"
    """Put out packs of a fast mover for another robot."""
    NEAR = "near"
    """Move a pack that is wanted tomorrow nearer to the output."""
    TIDY = "tidy"
    """Move a low pack from a high shelf to one that fits."""
    HOME = "home"
    """Reference run of all axes."""
    CALIBRATE = "calibrate"
    """Measure one axis at its reference marks."""
    CLEAR = "clear"
    """A person takes packs that no order can take any more from the shelves of an area."""


class ChoreStatus(enum.StrEnum):
    UNDER_WAY = "under_way"
    DONE = "done"
    PARTLY = "partly"
    """Ended as it should, but not all was as expected: a pack missing, no better place."""
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(slots=True)
class Chore:
    chore_id: str
    kind: ChoreKind
    source: str
    """The robot or the area."""
    subject: str
    """A shelf, an axis, a product: what a chore of its kind is about."""
    reason: str
    reference: str
    """The robot's task or the person's job that does it."""
    packs: int
    begun_at: float
    status: ChoreStatus = ChoreStatus.UNDER_WAY
    ended_at: float | None = None
    result: str | None = None


@dataclass(slots=True)
class NightPause:
    """Nothing is begun in its scope until it is lifted."""

    scope: str
    """A robot, an area, or SITE."""
    reason: str
    actor: str
    since_at: float
    lifted_at: float | None = None
