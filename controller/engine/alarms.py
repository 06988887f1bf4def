"""Alarms while the centre runs: what stands becomes one after its delay, what has gone ends after its own.

Others call `stand` and `gone`, as often as they like: there is one alarm for a condition (kind and subject), whatever
they call. What the state itself shows is looked at with every tick (engine/alarm_signs.py).
"""

from dataclasses import replace

from controller.domain.alarm import Alarm, Priority
from controller.engine import alarm_signs
from controller.engine.alarm_memory import Standing
from controller.engine.turn import Turn
from controller.faults import alarms as life
from controller.faults.alarms import AlarmState, state_of
from controller.faults.conditions import KINDS, STANDSTILLS, ConditionKind, Stakes, condition_key, urgency, urgent_first
from controller.faults.grouping import roots

_LOOK_EVERY_S = 4.5
"""A little less than the engine's own tick."""
_WEIGH_EVERY_S = 60.0
_GONE = frozenset({AlarmState.RETURNED, AlarmState.LATCHED_UNACKNOWLEDGED, AlarmState.LATCHED_ACKNOWLEDGED})


def stand(
    turn: Turn,
    kind: str,
    subject: str,
    *,
    text: str,
    robot: str | None = None,
    fault_id: str | None = None,
    priority: Priority | None = None,
    respond_s: float | None = None,
    late_at: float | None = None,
) -> Alarm | None:
    """The condition stands; its alarm, or None while it is none: the delay runs, or it is out of service.

    `kind` is a line of faults/conditions.py (KeyError); without `priority` and `respond_s` they follow from that line,
    from `late_at` (when the first order that depends on it is late), and from what a stopped robot alone holds.
    """
    if _runs_ahead(turn):
        return None
    state, key, memory = turn.state, condition_key(kind, subject), turn.state.alarm_memory
    known = state.alarms.get(key)
    if known is not None:
        told = replace(known, text=text, fault_id=fault_id or known.fault_id)
        _keep(turn, known, life.advance(told, life.Stands(turn.now), KINDS[kind]))
        return state.alarms[key]
    seen = Standing(kind, subject, text, robot, fault_id, priority, respond_s, late_at, turn.now)
    if key in memory.waiting:
        seen.since = memory.waiting[key].since
    memory.waiting[key] = seen
    return _raise_if_due(turn, key, seen)


def gone(turn: Turn, kind: str, subject: str) -> None:
    """The condition does not stand, or not any more."""
    key = condition_key(kind, subject)
    turn.state.alarm_memory.waiting.pop(key, None)
    alarm = turn.state.alarms.get(key)
    if alarm is not None:
        _keep(turn, alarm, life.advance(alarm, life.Goes(turn.now), KINDS[kind]))


def confirmed(turn: Turn, kind: str, subject: str, by: str) -> None:
    """A named person has made it safe as part of other work: resets a latched alarm whose condition has gone."""
    if not alarm_signs.still_stands(turn, kind, subject):
        gone(turn, kind, subject)
    alarm = turn.state.alarms.get(condition_key(kind, subject))
    if alarm is not None and alarm.latched and alarm.cleared_at is not None:
        _keep(turn, alarm, life.advance(alarm, life.Reset(turn.now, by), KINDS[kind]), "alarm.reset", by)


def tick(turn: Turn) -> None:
    """Look at what the state shows; delays, shelves and times out of service that are over."""
    memory = turn.state.alarm_memory
    if _runs_ahead(turn) or turn.now < memory.look_at:
        return
    memory.look_at = turn.now + _LOOK_EVERY_S
    _look(turn)
    _bring_back(turn)
    for key, seen in list(memory.waiting.items()):
        _raise_if_due(turn, key, seen)
    for alarm in list(turn.state.alarms.values()):
        _keep(turn, alarm, life.advance(alarm, life.TimePasses(turn.now), KINDS[alarm.kind]))
    if turn.now >= memory.weigh_at:
        memory.weigh_at = turn.now + _WEIGH_EVERY_S
        _weigh(turn)
    if memory.regroup:
        regroup(turn)


def regroup(turn: Turn) -> None:
    """Put each alarm under the one that explains it, and show it again when that one is over."""
    state, memory = turn.state, turn.state.alarm_memory
    memory.regroup = False
    parents = roots(list(state.alarms.values()), memory.groups)
    for alarm in list(state.alarms.values()):
        root = parents.get(alarm.alarm_id)
        if root == alarm.root:
            continue
        event = life.Release(turn.now) if root is None else life.Attach(turn.now, root)
        after = life.advance(alarm, event, KINDS[alarm.kind])
        _keep(turn, alarm, after)
        if after.suppressed and not alarm.suppressed:
            _note(turn, after, "alarm.attached", root=root)
        elif alarm.suppressed and not after.suppressed and after.ended_at is None:
            _note_raised(turn, after)


def bring_back(turn: Turn, condition: str, by: str, reason: str) -> None:
    """The condition may alarm again; at once where it stands."""
    entry = turn.state.out_of_service.pop(condition)
    entry.ended_at = turn.now
    turn.changes.out_of_service[condition] = entry
    turn.changes.note(by, "alarm.back_in_service", f"condition:{condition}", reason=reason)
    waiting = turn.state.alarm_memory.waiting.get(condition)
    if waiting is not None:
        _raise_if_due(turn, condition, waiting)


def withdraw(turn: Turn, alarm: Alarm, by: str) -> None:
    """Its condition was taken out of service: the alarm ends, the condition is remembered where it stands."""
    stands = alarm.cleared_at is None
    change(turn, alarm, life.TakeOut(turn.now, by), "alarm.withdrawn", by)
    if stands:
        turn.state.alarm_memory.waiting[alarm.condition] = Standing(
            alarm.kind, alarm.subject, alarm.text, alarm.robot, alarm.fault_id, None, None, None, alarm.last_active_at
        )


def change(turn: Turn, alarm: Alarm, event: life.Event, action: str, by: str, **data: object) -> Alarm:
    """What a person does with an alarm, written down; Conflict or Invalid where its state does not allow it."""
    after = life.advance(alarm, event, KINDS[alarm.kind])
    _keep(turn, alarm, after, action, by, **data)
    return after


def _runs_ahead(turn: Turn) -> bool:
    """A forecast alarms nobody."""
    return turn.state.timings.promise_every_s is None


def _look(turn: Turn) -> None:
    seen = alarm_signs.look(turn)
    for sign in seen.signs:
        stand(
            turn,
            sign.kind,
            sign.subject,
            text=sign.text,
            robot=sign.robot,
            fault_id=sign.fault_id,
            late_at=sign.late_at,
        )
    standing = {condition_key(sign.kind, sign.subject) for sign in seen.signs}
    for key in (*turn.state.alarms, *turn.state.alarm_memory.waiting):
        kind, _, subject = key.partition("/")
        if kind in alarm_signs.SHOWN and key not in standing and key not in seen.unknown:
            gone(turn, kind, subject)


def _bring_back(turn: Turn) -> None:
    for condition, entry in list(turn.state.out_of_service.items()):
        if turn.now >= entry.until:
            bring_back(turn, condition, "controller", "its time is over")


def _raise_if_due(turn: Turn, key: str, seen: Standing) -> Alarm | None:
    kind = KINDS[seen.kind]
    if key in turn.state.out_of_service or turn.now < seen.since + kind.on_delay_s:
        return None
    state, memory = turn.state, turn.state.alarm_memory
    del memory.waiting[key]
    priority, respond_by = urgency(kind, _stakes(turn, kind, seen), turn.now)
    state.last_alarm_number += 1
    alarm = Alarm(
        alarm_id=f"A-{state.last_alarm_number:06d}",
        condition=key,
        kind=seen.kind,
        subject=seen.subject,
        priority=seen.priority or priority,
        text=seen.text,
        raised_at=turn.now,
        respond_by=respond_by if seen.respond_s is None else turn.now + seen.respond_s,
        robot=seen.robot,
        fault_id=seen.fault_id,
        latched=kind.latched,
        last_active_at=turn.now,
    )
    root = roots([*state.alarms.values(), alarm], memory.groups).get(alarm.alarm_id)
    if root is not None:
        alarm = life.advance(alarm, life.Attach(turn.now, root), kind)
    state.alarms[key] = alarm
    turn.changes.alarms[alarm.alarm_id] = alarm
    if alarm.suppressed:
        _note(turn, alarm, "alarm.attached", root=root)
    else:
        _note_raised(turn, alarm)
    fault = state.faults.get(alarm.fault_id or "")
    if fault is not None:
        fault.alarm_id = alarm.alarm_id
        turn.changes.faults[fault.fault_id] = fault
    regroup(turn)
    return state.alarms[key]


def _stakes(turn: Turn, kind: ConditionKind, seen: Standing) -> Stakes:
    if seen.late_at is not None:
        return Stakes(seen.late_at)
    if kind.kind in STANDSTILLS and seen.robot is not None:
        return alarm_signs.stakes_of(turn, seen.robot)
    return Stakes()


def _weigh(turn: Turn) -> None:
    """What was not urgent may have become so; it never becomes less urgent while it stands."""
    for alarm in list(turn.state.alarms.values()):
        if not alarm.active or alarm.suppressed or alarm.robot is None or alarm.kind not in STANDSTILLS:
            continue
        stakes = alarm_signs.stakes_of(turn, alarm.robot)
        priority, respond_by = urgency(KINDS[alarm.kind], stakes, turn.now)
        if urgent_first(priority) < urgent_first(alarm.priority):
            graver = replace(alarm, priority=priority, respond_by=min(alarm.respond_by, respond_by))
            _keep(turn, alarm, graver)
            _note(turn, graver, "alarm.escalated", old=alarm.priority.value, orders=stakes.orders)


def _keep(turn: Turn, before: Alarm, after: Alarm, action: str | None = None, by: str = "", **data: object) -> None:
    """Write the alarm where it differs, and say what became of it."""
    if after != before:
        turn.changes.alarms[after.alarm_id] = after
        turn.state.alarms[after.condition] = after
        if (before.active, before.latched, before.ended_at) != (after.active, after.latched, after.ended_at):
            turn.state.alarm_memory.regroup = True
    if action is not None:
        turn.changes.note(by, action, f"alarm:{after.alarm_id}", condition=after.condition, **data)
    if after.ended_at is not None:
        turn.state.alarms.pop(after.condition, None)
        _note(turn, after, "alarm.ended", ended_by=after.ended_by, times=after.times)
        return
    was, now = state_of(before), state_of(after)
    if now in _GONE and was not in _GONE:
        _note(turn, after, "alarm.returned", state=now.value)
    elif before.shelved_until is not None and after.shelved_until is None and action is None:
        _note(turn, after, "alarm.unshelved", why="its time is over")
    elif after.active and not before.active and not after.suppressed and after.shelved_until is None:
        _note_raised(turn, after)


def _note_raised(turn: Turn, alarm: Alarm) -> None:
    _note(
        turn,
        alarm,
        "alarm.raised",
        priority=alarm.priority.value,
        text=alarm.text,
        respond_by=alarm.respond_by,
        robot=alarm.robot,
        fault_id=alarm.fault_id,
    )


def _note(turn: Turn, alarm: Alarm, action: str, **data: object) -> None:
    turn.changes.note("controller", action, f"alarm:{alarm.alarm_id}", condition=alarm.condition, **data)
