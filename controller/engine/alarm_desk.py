"""What people do with alarms: acknowledge, shelve, reset, take out of service; always by name."""

from typing import Any

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.engine import actions as act
from controller.engine import alarms
from controller.engine.turn import Turn
from controller.faults import alarms as life
from controller.faults.alarms import state_of
from controller.faults.conditions import KINDS, LONGEST_OUT_OF_SERVICE_S, STORE


def acknowledge(turn: Turn, action: act.AcknowledgeAlarm) -> dict[str, Any]:
    """Said again it changes nothing: the first name stays."""
    alarm = _alarm(turn, action.alarm_id)
    event = life.Acknowledge(turn.now, action.actor)
    if alarm.acknowledged_at is not None:
        return _answer(life.advance(alarm, event, KINDS[alarm.kind]))
    waited_s = round(turn.now - alarm.raised_at, 1)
    return _answer(
        alarms.change(
            turn, alarm, event, "alarm.acknowledged", action.actor, priority=alarm.priority.value, waited_s=waited_s
        )
    )


def shelve(turn: Turn, action: act.ShelveAlarm) -> dict[str, Any]:
    alarm = _alarm(turn, action.alarm_id)
    event = life.Shelve(turn.now, action.actor, action.reason, action.until_at)
    return _answer(
        alarms.change(turn, alarm, event, "alarm.shelved", action.actor, reason=action.reason, until_at=action.until_at)
    )


def unshelve(turn: Turn, action: act.UnshelveAlarm) -> dict[str, Any]:
    alarm = _alarm(turn, action.alarm_id)
    event = life.Unshelve(turn.now, action.actor)
    return _answer(alarms.change(turn, alarm, event, "alarm.unshelved", action.actor, reason=action.reason))


def reset(turn: Turn, action: act.ResetAlarm) -> dict[str, Any]:
    alarm = _alarm(turn, action.alarm_id)
    event = life.Reset(turn.now, action.actor)
    return _answer(alarms.change(turn, alarm, event, "alarm.reset", action.actor, reason=action.reason))


def take_out(turn: Turn, action: act.TakeConditionOutOfService) -> dict[str, Any]:
    """Its alarm, where there is one, ends; the condition is watched on and alarms at once when it is back."""
    state = turn.state
    kind = KINDS.get(action.condition.partition("/")[0])
    if kind is None or not action.condition.partition("/")[2]:
        raise NotFound(f"no condition is called {action.condition}; for instance robot.stopped/R4")
    if kind.latched:
        raise Conflict(f"{kind.kind} guards people or patients: it stays in service")
    if not turn.now < action.until_at <= turn.now + LONGEST_OUT_OF_SERVICE_S:
        days = LONGEST_OUT_OF_SERVICE_S / 86_400
        raise Invalid(f"a condition is out of service until a moment within the next {days:.0f} days")
    if action.condition in state.out_of_service:
        known = state.out_of_service[action.condition]
        raise Conflict(f"{action.condition} is out of service already, by {known.by}")
    entry = OutOfService(action.condition, action.actor, action.reason, turn.now, action.until_at)
    state.out_of_service[action.condition] = entry
    turn.changes.out_of_service[action.condition] = entry
    turn.changes.note(
        action.actor, "alarm.out_of_service", f"condition:{action.condition}", reason=action.reason,
        until_at=action.until_at,
    )  # fmt: skip
    alarm = state.alarms.get(action.condition)
    if alarm is not None:
        alarms.withdraw(turn, alarm, action.actor)
    return {"condition": action.condition, "by": action.actor, "since_at": turn.now, "until_at": action.until_at}


def put_back(turn: Turn, action: act.PutConditionBackInService) -> dict[str, Any]:
    """Before its time."""
    if action.condition not in turn.state.out_of_service:
        raise NotFound(f"{action.condition} is not out of service")
    alarms.bring_back(turn, action.condition, action.actor, action.reason)
    return {"condition": action.condition, "ended_at": turn.now}


def store_failed(turn: Turn, action: act.StoreFailed) -> None:
    """It is over when this is heard; a person is to know of it."""
    text = f"The database refused a commit: {action.detail[:300]}. The state was built again from it."
    alarms.stand(turn, STORE, turn.state.site.site, text=text)
    alarms.gone(turn, STORE, turn.state.site.site)


def _alarm(turn: Turn, alarm_id: str) -> Alarm:
    found = next((alarm for alarm in turn.state.alarms.values() if alarm.alarm_id == alarm_id), None)
    if found is None:
        raise NotFound(f"no alarm {alarm_id} stands; it has ended, or there never was one")
    return found


def _answer(alarm: Alarm) -> dict[str, Any]:
    return {
        "alarm_id": alarm.alarm_id,
        "condition": alarm.condition,
        "state": state_of(alarm).value,
        "acknowledged_by": alarm.acknowledged_by,
        "shelved_until_at": alarm.shelved_until,
        "ended_at": alarm.ended_at,
    }
