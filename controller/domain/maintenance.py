"""What technicians do at a robot, as it is kept: procedures run, calibration profiles, the log."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StepDone:
    step: str
    at: float
    by: str
    result: str
    """ok, failed, or what was measured"""
    note: str = ""


@dataclass(slots=True)
class ProcedureRun:
    """A guided procedure at one robot. The robot returns to service only when a named person has ended it well."""

    run_id: str
    procedure: str
    robot: str
    begun_at: float
    begun_by: str
    fault_id: str | None = None
    steps: list[StepDone] = field(default_factory=list)
    ended_at: float | None = None
    ended_by: str | None = None
    outcome: str | None = None
    """returned_to_service, not_cured, abandoned"""


@dataclass(slots=True)
class Profile:
    """One version of the calibration parameters of a robot, with what was measured before and after."""

    robot: str
    version: int
    values: dict[str, float]
    reason: str
    by: str
    made_at: float
    before: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)
    confirmed_at: float | None = None
    """The robot has taken it over."""


def profile_name(robot: str, version: int) -> str:
    """Under which name a robot has the version."""
    return f"{robot}-{version}"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of a robot's work log."""

    entry_id: str
    robot: str
    at: float
    who: str
    kind: str
    """fault, cure, procedure, calibration, maintenance, note"""
    text: str
    fault_id: str | None = None
