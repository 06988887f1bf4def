"""The centre as a forward run sees it: values only, taken from the live state or made up by a question."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.order import OrderClass
from controller.scheduling.dispatch import LOADING_LEAD_S, Policy
from controller.scheduling.times import LearnedTimes

BELT_S = 20.0
"""From a robot's output to the tote (DOMAIN.md Table A)."""


@dataclass(frozen=True, slots=True)
class Part:
    """Packs of one order line that are still to be fetched, and where they can be had."""

    line: int
    packs: int
    height_mm: float
    holders: tuple[tuple[str, int], ...]
    """(source, packs) that FEFO lets go, by name of the source."""


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that has not left, as far as it has come."""

    number: int
    order_class: OrderClass
    target_at: float
    """When it must be on its van or with the courier."""
    parts: tuple[Part, ...] = ()
    under_way_until: float = 0.0
    """The last of the packs that are being fetched is in its tote…"""
    under_way_at: str = ""
    """…from this source, or from nowhere in particular."""
    stock_at: float = 0.0
    """What waits for stock has come by then, or is declared short."""
    awaited: int = 0
    """Packs that wait for stock."""
    gathered: int = 0
    """Packs in totes that are still being filled, and on their way there."""
    to_check: tuple[int, ...] = ()
    """Packs of each tote that waits for its check."""
    to_load: int = 0
    """Totes that wait for the van or the courier."""
    begun: bool = False
    """It has a tote at a collation place."""
    first: bool = False
    """A person has put it before all others."""

    @property
    def left(self) -> int:
        return sum(part.packs for part in self.parts)


@dataclass(frozen=True, slots=True)
class Source:
    """A robot, or an area where people pick. One entry of `free_at` for each that can work there at once."""

    name: str
    """The account that it takes from: `robot:R3`, `area:MANUAL-A`."""
    free_at: tuple[float, ...]
    limit: int
    """Packs a tour."""
    down: bool = False

    @property
    def place(self) -> str:
        return self.name.partition(":")[2]

    @property
    def robot(self) -> bool:
        return self.name.startswith("robot:")


@dataclass(frozen=True, slots=True)
class Station:
    """People who check or load: when those who are busy now are free again, and how many there are in each hour."""

    name: str
    free_at: tuple[float, ...]
    people: tuple[int, ...]
    """In the present hour of the clock and in those after it; the last counts for all that follow."""

    def present(self, now: float, at: float) -> int:
        hour = int(at // 3600.0) - int(now // 3600.0)
        return max(1, self.people[min(max(hour, 0), len(self.people) - 1)])


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a forward run starts from."""

    now: float
    orders: tuple[OpenOrder, ...]
    sources: tuple[Source, ...]
    check: Station
    dock: Station
    times: LearnedTimes
    policy: Policy = field(default_factory=Policy)
    outranked: Mapping[OrderClass, float] = field(default_factory=dict)
    """Share of the sources' time that orders which have not come yet will take before orders of this class."""
    places: int = 1_000_000
    """Collation places: orders that may be begun at once."""
    places_routine: int = 1_000_000
    """…of which a routine order may take one."""
    loading_lead_s: float = LOADING_LEAD_S
