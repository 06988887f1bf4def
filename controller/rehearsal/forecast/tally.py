"""What one run of a forecast counts: by hour who was busy and how many packs were gathered, and when orders left."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from controller.domain.order import OrderClass

HOUR_S = 3600.0


@dataclass(slots=True)
class OrderCourse:
    """How one order fared."""

    order_ref: str
    order_class: OrderClass
    destination: str
    departure_id: str | None
    """The van that it was booked on first in this run."""
    due_at: float
    """When it must have left; a van that is held leaves later."""
    known: bool
    """Open at the start."""
    van: str | None = None
    """That it is booked on now."""
    loaded_at: float | None = None
    """The last of its totes that were put on a van or given to the courier."""
    left_at: float | None = None
    closed: bool = False
    """It ended without leaving: nothing of it could be supplied, or it was cancelled."""

    def late_s(self, until_at: float) -> float:
        """Past its due time when it left; of one that has not left, at the end."""
        if self.closed:
            return 0.0
        return max(0.0, (self.left_at if self.left_at is not None else until_at) - self.due_at)


@dataclass(slots=True)
class VanCourse:
    """What a departure left behind."""

    departure_id: str
    departs_at: float
    left_behind: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Course:
    """Everything that one run came to."""

    from_at: float
    until_at: float
    orders: dict[str, OrderCourse] = field(default_factory=dict)
    vans: dict[str, VanCourse] = field(default_factory=dict)
    packs: Counter[int] = field(default_factory=Counter)
    """By hour of the forecast."""
    robot_busy_s: dict[str, Counter[int]] = field(default_factory=dict)
    robot_up_s: dict[str, dict[int, float]] = field(default_factory=dict)
    station_busy_s: dict[str, Counter[int]] = field(default_factory=dict)
    station_staffed_s: dict[str, dict[int, float]] = field(default_factory=dict)
    """Time of all people at the station together."""

    def hours(self) -> Iterator[tuple[int, float, float]]:
        """(number, from, to) of each hour; the last may be shorter."""
        number, from_at = 0, self.from_at
        while from_at < self.until_at:
            to_at = min(from_at + HOUR_S, self.until_at)
            yield number, from_at, to_at
            number, from_at = number + 1, to_at

    def gathered(self, at: float, packs: int) -> None:
        self.packs[int((at - self.from_at) // HOUR_S)] += packs

    def robot_works(self, robot: str, from_at: float, to_at: float) -> None:
        _add(self.robot_busy_s.setdefault(robot, Counter()), from_at - self.from_at, to_at - self.from_at)

    def station_works(self, station: str, from_at: float, to_at: float) -> None:
        _add(self.station_busy_s.setdefault(station, Counter()), from_at - self.from_at, to_at - self.from_at)


def _add(busy_s: Counter[int], from_s: float, to_s: float) -> None:
    """Whole seconds are exact enough, and their sum does not depend on the order of adding."""
    while from_s < to_s:
        hour = int(from_s // HOUR_S)
        part_to_s = min(to_s, (hour + 1) * HOUR_S)
        busy_s[hour] += round(part_to_s - from_s)
        from_s = part_to_s
