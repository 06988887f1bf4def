"""One fault of one robot, from the moment it was raised to the cure that a person wrote down; and what was recorded."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Fault:
    """`occurrence` is the robot's own id, never used again (RC-21). What people find comes later and may change."""

    fault_id: str
    """`F-000123`"""
    robot: str
    occurrence: str
    code: str
    level: int
    """1 safety or patient, 2 robot down, 3 task fails or degraded, 4 advisory."""
    raised_at: float
    command_id: str | None = None
    location: str | None = None
    pack_id: str | None = None
    axis: str | None = None
    cleared_at: float | None = None
    stopped_s: float = 0.0
    """How long the robot could not work because of it."""
    alarm_id: str | None = None
    suspects: tuple["Suspect", ...] = ()
    """The probable causes as they were ranked when it was raised, or last looked at."""
    cause: str | None = None
    """What people found."""
    remedy: str | None = None
    found_by: str | None = None
    found_at: float | None = None
    owed: tuple[str, ...] = ()
    """What the recovery policy has decided about it and has put off."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A probable cause and what speaks for and against it, in words and numbers."""

    cause: str
    probability: float
    evidence_for: tuple[str, ...] = ()
    evidence_against: tuple[str, ...] = ()
    next_check: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of the flight recorder."""

    fault_id: str
    at: float
    kind: str
    """telemetry, condition, command, report, state, person, alarm; cut: more happened than is kept"""
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class Feature:
    """What one sensor or motion was like over a span: `subject` is an axis, a shelf, a head, an input, or empty."""

    name: str
    subject: str
    count: int
    mean: float
    worst: float


@dataclass(frozen=True, slots=True)
class Condition:
    """A robot's own account of how its parts were over a span (contract 1.1)."""

    robot: str
    since: float
    at: float
    features: tuple[Feature, ...] = field(default_factory=tuple)
