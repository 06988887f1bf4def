"""What people decide about robots: commands, out of work and back, windows of maintenance, pauses of night work."""

from dataclasses import dataclass

from controller.domain.withdrawal import HowOut


@dataclass(frozen=True, slots=True)
class CommandRobot:
    """Hold, resume or home a robot."""

    robot: str
    kind: str
    """hold, resume or home"""
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ConfirmRobot:
    """A person has looked at a robot whose journal changed: its stock is as the ledger says, and it may work."""

    robot: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take a robot out of work: nothing that it has not begun stays with it."""

    robot: str
    how: HowOut
    """drain or stop"""
    reason: str
    actor: str
    back_at: float | None = None


@dataclass(frozen=True, slots=True)
class PutBack:
    """Bring it back."""

    robot: str
    reason: str
    actor: str
    travel_area_empty: bool
    """`actor` has seen that nobody and nothing is in it."""


@dataclass(frozen=True, slots=True)
class PlanMaintenance:
    """Keep a robot from work from one moment to another."""

    robot: str
    from_at: float
    to_at: float
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class CancelMaintenance:
    """A window is not needed, or not any longer."""

    window_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class PauseNightWork:
    """Begin no chore any more."""

    scope: str
    """A robot, an area, or `SITE` for all of them."""
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ResumeNightWork:
    """Lift a pause of the same scope."""

    scope: str
    reason: str
    actor: str


RobotRequest = (
    CommandRobot | ConfirmRobot | TakeOut | PutBack
    | PlanMaintenance | CancelMaintenance | PauseNightWork | ResumeNightWork
)  # fmt: skip
