"""Planned maintenance: a robot is drained, held for the people who work at it, and brought back."""

import enum
from dataclasses import dataclass


class WindowStatus(enum.StrEnum):
    PLANNED = "planned"
    DRAINING = "draining"
    """It finishes what it has begun and is given nothing more."""
    HELD = "held"
    RETURNING = "returning"
    """Resumed, and on its reference run."""
    OVER = "over"
    CANCELLED = "cancelled"
    """Before the robot was held for it."""

    @property
    def final(self) -> bool:
        return self in (WindowStatus.OVER, WindowStatus.CANCELLED)


@dataclass(slots=True)
class MaintenanceWindow:
    window_id: str
    robot: str
    from_at: float
    to_at: float
    reason: str
    actor: str
    made_at: float
    status: WindowStatus = WindowStatus.PLANNED
    task_id: str | None = None
    """The hold, or the reference run, that is under way for it."""
    ended_at: float | None = None
    ended_by: str | None = None
    """Who ended it before its time."""
