"""The life of an alarm: the states of ISA-18.2 and what leads from one to the next.

Every step gives a new alarm; the one before is not changed. What a person may not do in a state is refused with the
reason. `times` counts how often the condition came: while an alarm is not ended there is no second one for it.
"""

import enum
from dataclasses import dataclass, replace

from controller.domain.alarm import Alarm
from controller.domain.errors import Conflict, Invalid
from controller.faults.conditions import LONGEST_SHELF_S, ConditionKind

_LONGEST_HOLD = 8
"""A condition that comes and goes is held at most so many off-delays."""
CONDITION_GONE = "condition gone"


class AlarmState(enum.StrEnum):
    """The letters are those of ISA-18.2 (DOMAIN.md section 5)."""

    NORMAL = "normal"
    """A"""
    UNACKNOWLEDGED = "unacknowledged"
    """B: the condition stands."""
    ACKNOWLEDGED = "acknowledged"
    """C: it stands and somebody has it."""
    RETURNED = "returned"
    """D: it has gone and nobody has seen it."""
    LATCHED_UNACKNOWLEDGED = "latched_unacknowledged"
    """E: it has gone, but only a person's reset ends it."""
    LATCHED_ACKNOWLEDGED = "latched_acknowledged"
    """F"""
    SHELVED = "shelved"
    """G: put aside by a person for a time."""
    SUPPRESSED = "suppressed"
    """H: by design, another alarm explains it."""
    OUT_OF_SERVICE = "out_of_service"
    """I"""


@dataclass(frozen=True, slots=True)
class Stands:
    at: float


@dataclass(frozen=True, slots=True)
class Goes:
    at: float


@dataclass(frozen=True, slots=True)
class TimePasses:
    at: float


@dataclass(frozen=True, slots=True)
class Acknowledge:
    at: float
    by: str


@dataclass(frozen=True, slots=True)
class Shelve:
    at: float
    by: str
    reason: str
    until: float


@dataclass(frozen=True, slots=True)
class Unshelve:
    at: float
    by: str


@dataclass(frozen=True, slots=True)
class Reset:
    at: float
    by: str


@dataclass(frozen=True, slots=True)
class Attach:
    """Another alarm explains it."""

    at: float
    root: str
    """The alarm id of the other."""


@dataclass(frozen=True, slots=True)
class Release:
    """The alarm that explained it is over, and the condition still stands."""

    at: float


@dataclass(frozen=True, slots=True)
class TakeOut:
    """The condition is taken out of service."""

    at: float
    by: str


Event = Stands | Goes | TimePasses | Acknowledge | Shelve | Unshelve | Reset | Attach | Release | TakeOut


def state_of(alarm: Alarm | None, *, out_of_service: bool = False) -> AlarmState:
    """What it is shown as; None and an ended alarm are normal."""
    if out_of_service:
        return AlarmState.OUT_OF_SERVICE
    if alarm is None or alarm.ended_at is not None:
        return AlarmState.NORMAL
    if alarm.suppressed:
        return AlarmState.SUPPRESSED
    if alarm.shelved_until is not None:
        return AlarmState.SHELVED
    seen = alarm.acknowledged_at is not None
    if alarm.active:
        return AlarmState.ACKNOWLEDGED if seen else AlarmState.UNACKNOWLEDGED
    if alarm.latched:
        return AlarmState.LATCHED_ACKNOWLEDGED if seen else AlarmState.LATCHED_UNACKNOWLEDGED
    return AlarmState.RETURNED


def advance(alarm: Alarm, event: Event, kind: ConditionKind) -> Alarm:
    """The alarm after the event. Conflict or Invalid where a person asks for what its state does not allow."""
    if alarm.ended_at is not None:
        if isinstance(event, Stands | Goes | TimePasses | Attach | Release):
            return alarm
        raise Conflict(f"alarm {alarm.alarm_id} has ended")
    return _settle(_step(alarm, event, kind), event.at, kind)


def off_delay_s(alarm: Alarm, kind: ConditionKind) -> float:
    """How long the condition must have been gone: doubles with each return, so that chatter is one alarm."""
    return kind.off_delay_s * float(min(1 << min(alarm.times - 1, 10), _LONGEST_HOLD))


def _step(alarm: Alarm, event: Event, kind: ConditionKind) -> Alarm:
    match event:
        case Stands():
            return _stands(alarm, event.at)
        case Goes():
            return alarm if alarm.cleared_at is not None else replace(alarm, cleared_at=event.at)
        case Acknowledge():
            return _acknowledged(alarm, event)
        case Shelve():
            return _shelved(alarm, event)
        case Unshelve():
            if alarm.shelved_until is None:
                raise Conflict(f"alarm {alarm.alarm_id} is not shelved")
            _named(event.by)
            return _taken_off_the_shelf(alarm)
        case Reset():
            return _reset(alarm, event)
        case Attach():
            return replace(alarm, root=event.root, suppressed=not kind.latched)
        case Release():
            return _released(alarm, event.at)
        case TakeOut():
            _named(event.by)
            if alarm.latched:
                raise Conflict(f"alarm {alarm.alarm_id} guards people or patients: it stays in service")
            return replace(alarm, ended_at=event.at, ended_by=event.by)
        case TimePasses():
            return alarm


def _stands(alarm: Alarm, at: float) -> Alarm:
    if alarm.cleared_at is None:
        return alarm
    again = replace(alarm, cleared_at=None, times=alarm.times + 1, last_active_at=at)
    if alarm.active:
        return again
    respond_by = max(alarm.respond_by, at + alarm.respond_by - alarm.raised_at)
    return replace(again, active=True, acknowledged_at=None, acknowledged_by=None, respond_by=respond_by)


def _acknowledged(alarm: Alarm, event: Acknowledge) -> Alarm:
    _named(event.by)
    _not_suppressed(alarm)
    if alarm.shelved_until is not None:
        raise Conflict(f"alarm {alarm.alarm_id} is shelved by {alarm.shelved_by}: take it off the shelf first")
    if alarm.acknowledged_at is not None:
        return alarm
    return replace(alarm, acknowledged_at=event.at, acknowledged_by=event.by)


def _shelved(alarm: Alarm, event: Shelve) -> Alarm:
    _named(event.by)
    _not_suppressed(alarm)
    if not event.reason.strip():
        raise Invalid("an alarm is shelved for a reason")
    if not event.at < event.until <= event.at + LONGEST_SHELF_S:
        raise Invalid(f"an alarm is shelved until a moment within the next {LONGEST_SHELF_S / 3600:.0f} hours")
    if alarm.latched:
        raise Conflict(f"alarm {alarm.alarm_id} guards people or patients: it cannot be shelved")
    return replace(alarm, shelved_until=event.until, shelved_by=event.by, shelve_reason=event.reason)


def _reset(alarm: Alarm, event: Reset) -> Alarm:
    _named(event.by)
    if not alarm.latched:
        raise Conflict(f"alarm {alarm.alarm_id} needs no reset: it ends when its condition has gone")
    if alarm.cleared_at is None:
        raise Conflict(f"alarm {alarm.alarm_id} cannot be reset: its condition still stands")
    seen_at = event.at if alarm.acknowledged_at is None else alarm.acknowledged_at
    return replace(
        alarm,
        active=False,
        acknowledged_at=seen_at,
        acknowledged_by=alarm.acknowledged_by or event.by,
        ended_at=event.at,
        ended_by=event.by,
    )


def _released(alarm: Alarm, at: float) -> Alarm:
    if not alarm.suppressed:
        return replace(alarm, root=None)
    waited_s = at - alarm.raised_at
    return replace(alarm, root=None, suppressed=False, raised_at=at, respond_by=alarm.respond_by + waited_s)


def _settle(alarm: Alarm, at: float, kind: ConditionKind) -> Alarm:
    """What follows by itself: the shelf's time is up, the off-delay is over, nobody is needed any more."""
    if alarm.ended_at is not None:
        return alarm
    if alarm.shelved_until is not None and at >= alarm.shelved_until:
        alarm = _taken_off_the_shelf(alarm)
    if alarm.active and alarm.cleared_at is not None and at >= alarm.cleared_at + off_delay_s(alarm, kind):
        alarm = replace(alarm, active=False)
    if alarm.active or alarm.latched or alarm.shelved_until is not None:
        return alarm
    if kind.waits_for_ack and alarm.acknowledged_at is None and not alarm.suppressed:
        return alarm
    return replace(alarm, ended_at=at, ended_by=alarm.acknowledged_by or CONDITION_GONE)


def _taken_off_the_shelf(alarm: Alarm) -> Alarm:
    """It is to be looked at again."""
    return replace(
        alarm, shelved_until=None, shelved_by=None, shelve_reason=None, acknowledged_at=None, acknowledged_by=None
    )


def _named(by: str) -> None:
    if not by.strip():
        raise Invalid("only a person with a name can do this")


def _not_suppressed(alarm: Alarm) -> None:
    if alarm.suppressed:
        raise Conflict(f"alarm {alarm.alarm_id} is hidden under {alarm.root}: see to that one")
