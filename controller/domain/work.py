"""What a person does: one job at one station, taken by one worker."""

import enum
from dataclasses import dataclass, field


class WorkKind(enum.StrEnum):
    HAND_PICK = "hand_pick"
    """Take packs from the area's shelves into the tote."""
    FEED = "feed"
    """Carry packs from goods-in to a robot's input belt."""
    SHELVE = "shelve"
    """Carry packs from goods-in to the area's shelves."""
    CHECK = "check"
    """The final accuracy check of a tote: the release point."""
    LOAD = "load"
    """Put a checked tote on the van of its departure."""
    HAND_OVER = "hand_over"
    """Give a checked discharge tote to the courier."""
    CLEAR_REJECT = "clear_reject"
    """Read a pack on a robot's reject lane by eye, label it, feed it again."""
    SETTLE = "settle"
    """Look where a pack in doubt really is."""
    EMPTY_CHUTE = "empty_chute"
    """Take what a robot has put out from its chute to quarantine, or to goods-in for another robot."""
    CLEAR_EXPIRED = "clear_expired"
    """Take packs that no order can take any more from the area's shelves to quarantine."""
    RELEASE = "release"
    """Look that nobody is in the travel area of a robot whose door or emergency stop was used, and say so by name."""
    COUNT_STOCK = "count_stock"
    """Look whether packs stand on the area's shelves where the books have them."""


GOODS_IN_STATION = "GOODS-IN"
CHECK_STATION = "CHECK"
DOCK_STATION = "DOCK"
FLOOR_STATION = "FLOOR"


class WorkStatus(enum.StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Work:
    work_id: str
    kind: WorkKind
    station: str
    created_at: float
    due_at: float
    urgency: int
    """0 discharge, 1 urgent, 2 routine, 3 goods in."""
    pack_ids: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """hand_pick: the order line that each pack serves, in the order of `pack_ids`."""
    order_ref: str | None = None
    tote_id: str | None = None
    departure_id: str | None = None
    robot: str | None = None
    doubt_id: str | None = None
    status: WorkStatus = WorkStatus.WAITING
    worker: str | None = None
    taken_at: float | None = None
    finished_at: float | None = None
