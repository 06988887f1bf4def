"""An alarm: something that a person must act on (ISA-18.2); what needs nobody is an event, not an alarm."""

import enum
from dataclasses import dataclass


class Priority(enum.StrEnum):
    """From the consequence and the time to respond (EEMUA 191)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(slots=True)
class Alarm:
    """One occurrence of one condition. While it stands there is no second one with the same `condition`."""

    alarm_id: str
    """`A-000123`"""
    condition: str
    """`robot.stopped/R4`: kind and subject; the key by which duplicates are impossible."""
    kind: str
    subject: str
    priority: Priority
    text: str
    raised_at: float
    respond_by: float
    robot: str | None = None
    fault_id: str | None = None
    active: bool = True
    """The condition stands now."""
    latched: bool = False
    """Safety: stays until somebody resets it, though the condition has gone."""
    cleared_at: float | None = None
    times: int = 1
    """How often the condition came back while the alarm stood: a chattering sensor is one alarm."""
    last_active_at: float = 0.0
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    shelved_until: float | None = None
    shelved_by: str | None = None
    shelve_reason: str | None = None
    root: str | None = None
    """The first-out alarm that this one belongs to: shown under it, not beside it."""
    suppressed: bool = False
    """By design: its root explains it."""
    ended_at: float | None = None
    """It needs nobody any more: history."""
    ended_by: str | None = None


@dataclass(slots=True)
class OutOfService:
    """A condition that is not to alarm for a time, by a named person."""

    condition: str
    by: str
    reason: str
    since: float
    until: float
    ended_at: float | None = None
