"""A look ahead: what is asked, and what running the present state ahead of the clock shows.

A question that changes nothing asks how it will go; one that does is answered beside it, run on the same seeds.
"""

from dataclasses import dataclass, field

from controller.domain.order import OrderClass

HOURS = 8.0
LONGEST_H = 24.0
SEEDS = 3
MOST_SEEDS = 20
DISTURBED_SHARE = 0.005
"""Of picks, with an alarm: a good year (DOMAIN.md Table A)."""
NIGHT_FROM_HOUR, NIGHT_TO_HOUR = 20, 6
"""Local; the night shift works from the one to the other. No source gives the hours: an estimate."""
MOST_CHANGES = 50
MOST_PEOPLE = 200
LONGEST_HOLD_MIN = 120.0
LARGEST_FACTOR = 5.0


@dataclass(frozen=True, slots=True)
class Down:
    """What if the robot were out of service from `from_at` (None: now) to `until_at`."""

    robot: str
    until_at: float
    from_at: float | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """What if so many people worked at the station from `from_at` (None: now) to `until_at` (None: the end)."""

    station: str
    people: int
    from_at: float | None = None
    until_at: float | None = None


@dataclass(frozen=True, slots=True)
class HeldVan:
    """What if the next van of the run waited for so many minutes."""

    run: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be looked at. The factors multiply what is expected to be ordered; what is ordered already stays."""

    hours: float | None = None
    """None: 8, and with `night_shift` off to the morning after the next night."""
    down: tuple[Down, ...] = ()
    orders: float = 1.0
    discharges: float = 1.0
    """On top of `orders`."""
    staffing: tuple[Staffing, ...] = ()
    night_shift: bool = True
    """Off: nobody works between 20:00 and 06:00 local time."""
    holds: tuple[HeldVan, ...] = ()
    disturbed_share: float = DISTURBED_SHARE
    seeds: int = SEEDS

    @property
    def changes_something(self) -> bool:
        """Whether there is a what-if to be set beside the course of things."""
        factors = self.orders != 1.0 or self.discharges != 1.0
        return bool(self.down or self.staffing or self.holds or factors or not self.night_shift)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one figure over the seeds: with few of them, p90 is the worst but one or the worst."""

    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class ClassOutlook:
    """Of the orders that are due in the time looked at, those not yet ordered included."""

    order_class: OrderClass
    due: Spread
    late: Spread


@dataclass(frozen=True, slots=True)
class VanOutlook:
    """A departure that leaves without something in at least one run."""

    departure_id: str
    departs_at: float
    share: float
    """Of the runs, those in which it leaves something behind."""
    left_behind: Spread
    """Orders."""
    destinations: tuple[str, ...]
    """Of orders left behind, those that are left behind most often first."""
    hold_s: float | None
    """In the middle one of these runs it would take all with it if it waited so long; None where that is not seen."""


@dataclass(frozen=True, slots=True)
class LateOrder:
    """An order that is known already and comes late in at least one run."""

    order_ref: str
    order_class: OrderClass
    destination: str
    departure_id: str | None
    """The van that it misses; None for discharge."""
    due_at: float
    share: float
    """Of the runs, those in which it is late."""
    late_s: float
    """In the middle one of the runs in which it is late; to the end of the forecast where it has not left by then."""
    leaves_at: float | None
    """In that run; None where it has not left by the end."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A robot or a station, and the share of its time there that it works."""

    source: str
    share: float


@dataclass(frozen=True, slots=True)
class HourOutlook:
    """An hour of the forecast; the last may be shorter."""

    from_at: float
    packs: Spread
    """Gathered into totes."""
    robot: Busy | None
    """The busiest one; None where all stand still."""
    station: Busy | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """One course of things."""

    classes: tuple[ClassOutlook, ...]
    vans: tuple[VanOutlook, ...]
    late_orders: tuple[LateOrder, ...]
    """Most often late first, then latest first."""
    hours: tuple[HourOutlook, ...]
    packs_an_hour: Spread


@dataclass(frozen=True, slots=True)
class Forecast:
    """The answer. `what_if` is None where the question changes nothing."""

    at: float
    """The moment of the state from which it starts."""
    until_at: float
    seeds: int
    known_orders: int
    """Open at the start."""
    expected_orders: Spread
    """Not ordered yet, in the course of things."""
    basis: str
    """Where the expected orders come from, in a sentence."""
    baseline: Outlook
    what_if: Outlook | None
    conclusion: str
    left_out: tuple[str, ...] = field(default=())
    """What the forecast could not take into account, in sentences."""
