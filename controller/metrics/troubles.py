"""Alarms and robots that are out, as figures: one pass over what stands, nothing kept."""

import enum
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from controller.domain.alarm import Alarm, Priority
from controller.domain.pack import area_account, robot_account
from controller.domain.quarantine import HELD_FOR
from controller.domain.robot import Robot, Trust
from controller.domain.withdrawal import HowOut
from controller.faults.alarm_performance import measure
from controller.faults.alarms import AlarmState, state_of
from controller.faults.conditions import KINDS
from controller.metrics import catalogue
from controller.metrics.families import many, one
from controller.metrics.state_view import StateView

_STATES = tuple(shown for shown in AlarmState if shown not in (AlarmState.NORMAL, AlarmState.OUT_OF_SERVICE))
_STOPS = 2
"""Faults of this level or a graver one stop a robot."""


class OutFor(enum.StrEnum):
    """Why a robot gets no work; of several reasons the first of this list."""

    PLANNED = "planned"
    """In maintenance."""
    PERSON = "person"
    """Taken out by somebody."""
    POLICY = "policy"
    """Taken out by the controller: an engineer must bring it back."""
    INTERLOCK = "interlock"
    """A door or an emergency stop."""
    FAULT = "fault"
    CONTACT = "contact"
    """Not heard, or not confirmed to be the robot that we knew."""
    MODE = "mode"
    """Held or not in automatic mode, for no other reason."""


def alarms(state: StateView, now: float) -> Iterator[GaugeMetricFamily]:
    standing = list(state.alarms.values())
    states = Counter((alarm.priority, state_of(alarm)) for alarm in standing)
    yield many(
        catalogue.ALARMS,
        (((priority, shown), states[priority, shown]) for priority in Priority for shown in _STATES),
    )
    kinds = Counter(alarm.kind for alarm in standing if not alarm.suppressed)
    yield many(catalogue.ALARMS_OF_KIND, (((kind,), kinds[kind]) for kind in KINDS))
    overdue = Counter(alarm.priority for alarm in standing if _is_overdue(alarm, now))
    yield many(catalogue.ALARMS_OVERDUE, (((priority.value,), overdue[priority]) for priority in Priority))
    found = measure(standing, standing, since=0.0, until=now, operators=1.0)
    yield one(catalogue.ALARMS_STALE, len(found.stale))
    yield one(catalogue.ALARMS_CHATTERING, len(found.chattering))


def robots_out(state: StateView, now: float) -> Iterator[GaugeMetricFamily]:
    out = {name: each.since for name, each in state.consequences.items() if not each.planned}
    reasons = {name: reason_of(state, robot) for name, robot in state.robots.items() if name in out}
    yield many(
        catalogue.ROBOT_OUT,
        (((name, reason), reasons.get(name) is reason) for name in state.robots for reason in OutFor),
    )
    yield many(
        catalogue.ROBOT_OUT_SECONDS,
        (((name,), max(0.0, now - out[name]) if name in out else 0.0) for name in state.robots),
    )


def waiting(state: StateView) -> Iterator[GaugeMetricFamily]:
    """What only people can end."""
    book = state.book
    places = (
        *(robot_account(name) for name in state.robots),
        *(area_account(area.area) for area in state.site.areas),
    )
    held = (book.packs[pack_id].hold or "" for place in places for pack_id in book.held_at(place))
    yield one(catalogue.QUARANTINED, sum(hold.startswith(HELD_FOR) for hold in held))
    yield one(catalogue.HAND_PICKS, sum(len(pick.packs) for pick in state.hand_picks))


def reason_of(state: StateView, robot: Robot) -> OutFor:
    """Why the robot, which is out, gets no work."""
    withdrawal = state.withdrawn.get(robot.robot)
    if robot.maintenance is not None:
        return OutFor.PLANNED
    if withdrawal is not None:
        if withdrawal.how is HowOut.INTERLOCK:
            return OutFor.INTERLOCK
        return OutFor.POLICY if withdrawal.actor == "controller" else OutFor.PERSON
    if any(fault.level <= _STOPS for fault in robot.faults.values()):
        return OutFor.FAULT
    return OutFor.MODE if robot.trust is Trust.READY else OutFor.CONTACT


def _is_overdue(alarm: Alarm, now: float) -> bool:
    """Nobody has begun, though the time for it is over."""
    return state_of(alarm) is AlarmState.UNACKNOWLEDGED and now > alarm.respond_by
