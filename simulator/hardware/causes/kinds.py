"""What a hidden physical cause is: what it brings about, what it shifts before, how it grows, what removes it."""

import enum
from dataclasses import dataclass


class Moment(enum.StrEnum):
    """What the machine does when a cause may strike."""

    TRAVEL = "travel"
    GRIP = "grip"
    CARRY = "carry"
    PUT = "put"
    SCAN = "scan"
    FEED = "feed"
    OUTPUT = "output"
    LAND = "land"
    CLOCK = "clock"
    """None of these: the hazard counts by the hour."""


class Effect(enum.StrEnum):
    """What the blow does beside raising its fault."""

    STOP = "stop"
    """Nothing: the sensors raise the fault, and its level says what that stops."""
    NO_GRIP = "no_grip"
    DROP = "drop"
    DOUBLE = "double"
    ASTRAY = "astray"
    """The pack of the location stands elsewhere in the rack."""
    OCCUPIED = "occupied"
    """A pack stands where none should."""
    NO_READ = "no_read"
    EAN_ONLY = "ean_only"
    WRONG_SIZE = "wrong_size"
    WRONG_CODE = "wrong_code"
    WRONG_EXPIRY = "wrong_expiry"
    NO_ROOM = "no_room"
    FORGET = "forget"
    """The robot's index loses a pack that stands in the rack."""
    LATE = "late"
    """What the controller sends arrives late."""
    CABLE = "cable"
    HANG = "hang"
    MAINS = "mains"
    DOOR = "door"
    ESTOP = "estop"


class Subject(enum.StrEnum):
    """Where a cause sits. A shelf or location is the first that the machine meets after the cause has begun."""

    MACHINE = "machine"
    SHELF = "shelf"
    LOCATION = "location"


class Growth(enum.StrEnum):
    """How severity develops."""

    SUDDEN = "sudden"
    CYCLES = "cycles"
    """Linear with the picks."""
    WEAR = "wear"
    """With the square of the time, as worn parts wear faster (Weibull, shape 2)."""


class Load(enum.StrEnum):
    """What drives a blow that settings of the machine can lighten."""

    NONE = "none"
    PACE = "pace"
    VACUUM = "vacuum"
    """Comes only while the pump runs."""
    JAWS = "jaws"
    """Comes of jaws that press too little."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Added to a feature's healthy mean and worst at severity 1, in its unit; linear in severity.

    `subject` is that of the feature, or PLACE for the shelf where the cause sits.
    """

    feature: str
    subject: str | None
    mean: float
    worst: float = 0.0
    """Beside the mean's shift."""


PLACE = "@place"


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault that a cause can bring about. `hazard` at severity 1: per opportunity, by the hour for CLOCK."""

    code: str
    moment: Moment
    hazard: float
    effect: Effect = Effect.STOP
    axis: str | None = None
    symptoms: tuple[Shift, ...] = ()
    """What the last minutes before the fault show, at any severity."""
    level: int | None = None
    """Other than the catalogue's, from `level_from` on."""
    level_from: float = 0.0
    load: Load = Load.NONE


@dataclass(frozen=True, slots=True)
class CauseKind:
    """`share` is the part of its first code's faults that this cause brings about in the long run."""

    cause: str
    strikes: tuple[Strike, ...]
    remedies: tuple[str, ...]
    """Action ids that remove it, the usual one first."""
    share: float = 1.0
    shifts: tuple[Shift, ...] = ()
    subject: Subject = Subject.MACHINE
    growth: Growth = Growth.SUDDEN
    grows: float = 0.0
    """From nothing to severity 1: days (WEAR) or picks (CYCLES)."""
    strikes_from: float = 0.0
    """No blow below this severity; above it the hazard rises linearly to its full value."""
    transient: bool = False
    """A retry that clears the fault has removed the cause with it."""
    mild_below: float = 0.0
    """Below this severity `mild_remedies` help as well."""
    mild_remedies: tuple[str, ...] = ()
    zones: tuple[str, ...] = ("ambient", "vault", "fridge")
    """Kinds of robots that can have it."""
