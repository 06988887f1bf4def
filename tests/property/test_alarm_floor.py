"""Alarms of a whole floor under anything that robots, the link, the clock and people do."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.errors import NightshiftError
from controller.domain.robot import RobotFault
from controller.engine import actions as act
from tests.support.cores import FLAT, Floor, packs_of

CODES = (("AXX-01", 2), ("VAC-14", 3), ("PWR-80", 1), ("IDN-31", 1), ("SEN-20", 3))
robots = st.sampled_from(["r1", "r2", "r3"])
happenings = st.one_of(
    st.tuples(st.just("raise"), robots, st.integers(0, len(CODES) - 1)),
    st.tuples(st.just("clear"), robots, st.integers(0, len(CODES) - 1)),
    st.tuples(st.just("lost"), robots, st.just(0)),
    st.tuples(st.just("link"), robots, st.integers(0, 1)),
    st.tuples(st.just("door"), robots, st.integers(0, 1)),
    st.tuples(st.just("report"), robots, st.just(0)),
    st.tuples(st.just("wait"), robots, st.sampled_from([1, 4, 20, 100])),
    st.tuples(st.just("person"), robots, st.integers(0, 3)),
    st.tuples(st.just("restart"), robots, st.just(0)),
)


def _happen(floor: Floor, what: str, name: str, number: int) -> None:
    robot = getattr(floor, name)
    match what:
        case "raise":
            code, level = CODES[number]
            robot.event(act.FaultRaised(RobotFault(f"{name}-{code}", code, level, floor.now)))
        case "clear":
            robot.event(act.FaultCleared(f"{name}-{CODES[number][0]}"))
        case "lost":
            floor.tell(robot.presence("lost"))
        case "link":
            floor.tell(act.LinkChanged(bool(number)))
        case "door":
            robot.event(act.Noted(("robot.door_closed", "robot.door_opened")[number], {"door": "D1"}))
        case "report":
            robot.state(faults=tuple(robot.robot.faults.values()))
        case "wait":
            floor.wait(number * 5.0)
        case "person":
            _person(floor, number)
        case "restart":
            floor.restart()
            floor.tell(act.LinkChanged(True))


def _person(floor: Floor, number: int) -> None:
    for alarm in list(floor.core.state.alarms.values())[:2]:
        until_at = floor.now + 300.0
        actions: tuple[act.Request, ...] = (
            act.AcknowledgeAlarm(alarm.alarm_id, "Ann"),
            act.ShelveAlarm(alarm.alarm_id, "later", until_at, "Ann"),
            act.ResetAlarm(alarm.alarm_id, "looked", "Ann"),
            act.TakeConditionOutOfService(alarm.condition, "rebuilt", until_at, "Ann"),
        )
        with suppress(NightshiftError):
            floor.do(actions[number])


@settings(max_examples=40, deadline=None)
@given(st.lists(happenings, max_size=18))
def test_one_alarm_a_condition_each_shown_or_explained_and_all_of_it_committed(
    drawn: list[tuple[str, str, int]],
) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    for what, name, number in drawn:
        _happen(floor, what, name, number)
    floor.wait(10.0)
    state = floor.core.state
    rows = [alarm for alarm in floor.rows.rows["alarms"].values() if alarm.ended_at is None]
    assert {alarm.condition: alarm for alarm in rows} == state.alarms
    assert len(rows) == len(state.alarms)
    shown = {alarm.alarm_id for alarm in rows if not alarm.suppressed}
    assert all(alarm.root in shown for alarm in rows if alarm.suppressed)
    assert not set(state.alarms) & set(state.out_of_service)
    for alarm in rows:
        assert alarm.shelved_until is None or alarm.shelved_until > floor.now
        assert alarm.condition not in state.alarm_memory.waiting
