"""A day at the plant as values: robots, stock, jobs and outages. Times in seconds since the day's midnight."""

import enum
from dataclasses import dataclass, field

from controller.scheduling.dispatch import Policy

DAY_S = 86_400.0
FEFO_TOLERANCE_DAYS = 30
"""A later batch may go where it expires at most so long after the earliest one (SCHEDULING.md)."""


class Kind(enum.StrEnum):
    DISCHARGE = "discharge"
    URGENT = "urgent"
    ROUTINE = "routine"
    GOODS_IN = "goods_in"
    """Packs to be put away; a job like the others, of no class that is scored."""


CLASSES = (Kind.DISCHARGE, Kind.URGENT, Kind.ROUTINE)
WEIGHTS: dict[Kind, float] = {
    **{Kind(order_class): weight for order_class, weight in Policy().weights.items()},
    Kind.GOODS_IN: Policy().goods_in_weight,
}


@dataclass(frozen=True, slots=True)
class Robot:
    head_packs: int
    """Packs that it carries a trip."""
    setup_s: float
    """What a trip takes however few packs it carries."""


@dataclass(frozen=True, slots=True)
class Batch:
    robot: int
    expires_day: int
    packs: int


@dataclass(frozen=True, slots=True)
class Product:
    pack_s: float
    """What a robot takes for one pack, beside the setup of the trip."""
    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True, order=True)
class Line:
    product: int
    packs: int


@dataclass(frozen=True, slots=True)
class Job:
    """An order, or (with `into`) a lot of goods in that waits to be stored by one robot."""

    number: int
    kind: Kind
    released_at: float
    due_at: float
    lines: tuple[Line, ...]
    into: int | None = None
    later_vans: tuple[float, ...] = ()
    """When vans go after the one that it is due at; an order that misses one waits for the next."""

    @property
    def packs(self) -> int:
        return sum(line.packs for line in self.lines)

    @property
    def weight(self) -> float:
        return WEIGHTS[self.kind]


@dataclass(frozen=True, slots=True)
class Outage:
    """A robot stands still; what it carries waits with it. `expected_end` is what is known when it begins."""

    robot: int
    begins_at: float
    ends_at: float
    expected_end: float


@dataclass(frozen=True, slots=True)
class Instance:
    name: str
    seed: int
    load: float
    """Work offered from 06 to 18 h over the machine time that is up then, scenario outages not counted."""
    robots: tuple[Robot, ...]
    products: tuple[Product, ...]
    jobs: tuple[Job, ...]
    """By number; also by time of release."""
    outages: tuple[Outage, ...] = field(default=())
    """By robot, then by time; those of one robot do not overlap."""

    def outages_of(self, robot: int) -> tuple[Outage, ...]:
        return tuple(outage for outage in self.outages if outage.robot == robot)

    @property
    def orders(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.kind is not Kind.GOODS_IN)


def up_s(outages: tuple[Outage, ...], begin: float, end: float) -> float:
    """Seconds of [begin, end) in which none of one robot's outages holds."""
    down_s = sum(max(0.0, min(end, outage.ends_at) - max(begin, outage.begins_at)) for outage in outages)
    return max(0.0, end - begin - down_s)
