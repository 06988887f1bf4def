"""What people do with alarms."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AcknowledgeAlarm:
    """A person has seen the alarm and has it in hand."""

    alarm_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class ShelveAlarm:
    """Put an alarm aside until a moment within the next 8 h."""

    alarm_id: str
    reason: str
    until_at: float
    actor: str


@dataclass(frozen=True, slots=True)
class UnshelveAlarm:
    alarm_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ResetAlarm:
    """A person has made sure that a latched alarm is over."""

    alarm_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class TakeConditionOutOfService:
    """The condition is not to alarm until a moment within the next 30 days."""

    condition: str
    reason: str
    until_at: float
    actor: str


@dataclass(frozen=True, slots=True)
class PutConditionBackInService:
    condition: str
    reason: str
    actor: str


AlarmRequest = (
    AcknowledgeAlarm | ShelveAlarm | UnshelveAlarm | ResetAlarm | TakeConditionOutOfService | PutConditionBackInService
)
