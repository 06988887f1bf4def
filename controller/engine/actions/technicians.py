"""What technicians do at a robot: findings, guided procedures, commands in maintenance, profiles, their log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What a person found to be the cause of a fault, and what cured it."""

    fault_id: str
    cause: str
    """A name of the fault catalogue, or unknown, or other."""
    remedy: str
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class BeginProcedure:
    """A named person begins the guided procedure of a fault, or of a code where nothing has failed yet."""

    robot: str
    actor: str
    fault_id: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TakeStep:
    """One step of a procedure: what a person says of it, or None to let the robot do a step that is the robot's."""

    run_id: str
    step: str
    result: str | None
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FinishProcedure:
    """`override`: why the robot is to work although the pass criterion is not met."""

    run_id: str
    outcome: str
    actor: str
    override: str | None = None


@dataclass(frozen=True, slots=True)
class CommandInMaintenance:
    """self_test, calibrate, home or jog of a robot that is in maintenance mode."""

    robot: str
    kind: str
    reason: str
    actor: str
    axis: str | None = None
    distance_mm: float | None = None


@dataclass(frozen=True, slots=True)
class SetProfile:
    """New calibration parameters; names that are not given keep their values."""

    robot: str
    values: tuple[tuple[str, float], ...]
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class RollBackProfile:
    """A new version with the values of an earlier one."""

    robot: str
    version: int
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class WriteLog:
    """A technician's note in a robot's work log."""

    robot: str
    text: str
    actor: str
    fault_id: str | None = None


TechnicianRequest = (
    RecordFinding | BeginProcedure | TakeStep | FinishProcedure | CommandInMaintenance
    | SetProfile | RollBackProfile | WriteLog
)  # fmt: skip
