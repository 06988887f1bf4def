"""The centre itself: its robots, its areas for picking by hand, the places it serves and the vans that go there."""

from dataclasses import dataclass

from controller.domain.product import Zone

LEAST_REMAINING_DAYS = 7
"""Where a destination asks for nothing else: ward stock is topped up weekly, so what is sent must last a week."""


@dataclass(frozen=True, slots=True)
class RobotPlace:
    robot: str
    kind: Zone
    capacity_packs: int


@dataclass(frozen=True, slots=True)
class ManualArea:
    area: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class Site:
    site: str
    name: str
    timezone: str
    """IANA name; delivery runs are local times in it."""
    robots: tuple[RobotPlace, ...]
    areas: tuple[ManualArea, ...]
    collation_places: int = 240
    """Totes that can be filled at once: an estimate for nine robots, thirty places at each output but one."""


@dataclass(frozen=True, slots=True)
class Destination:
    code: str
    name: str
    hospital: str
    kind: str
    """ward, clinic, theatre, dispensary, care_home or prison"""
    least_remaining_days: int = LEAST_REMAINING_DAYS
    """What is sent there must outlast its due date by so many days."""


@dataclass(frozen=True, slots=True)
class DeliveryRun:
    """A van that goes every week at the same local times."""

    run: str
    hospital: str
    weekdays: str
    """ISO weekday digits, 1 is Monday."""
    cutoff_local: str
    """HH:MM: what is ordered later goes with a later van."""
    departure_local: str


@dataclass(frozen=True, slots=True)
class StockListLine:
    """A par level: on its weekday the destination is topped up to `high` where it has `low` or fewer."""

    destination: str
    gtin: str
    low: int
    high: int
    topup_weekday: int
