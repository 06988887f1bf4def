"""The life of an alarm, whatever happens to it in whatever order."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.alarm import Alarm, Priority
from controller.domain.errors import Conflict, Invalid
from controller.faults import alarms as life
from controller.faults.alarms import AlarmState, advance, state_of
from controller.faults.conditions import KINDS, LONGEST_SHELF_S, STANDSTILLS, condition_key
from controller.faults.grouping import roots, together

ROBOTS = ("R1", "R2", "R3")


def alarm_of(kind: str, subject: str = "R1", *, number: int = 1, at: float = 0.0) -> Alarm:
    line = KINDS[kind]
    robot = subject if kind.startswith("robot.") else None
    return Alarm(
        f"A-{number:06d}", condition_key(kind, subject), kind, subject, Priority.LOW, "something", at,
        at + line.respond_s, robot=robot, latched=line.latched, last_active_at=at,
    )  # fmt: skip


names = st.sampled_from(["Ann", "Bob", "", "  "])
gaps = st.floats(0.0, 2000.0)
events = st.one_of(
    st.builds(life.Stands, gaps),
    st.builds(life.Goes, gaps),
    st.builds(life.TimePasses, gaps),
    st.builds(life.Acknowledge, gaps, names),
    st.builds(life.Shelve, gaps, names, st.sampled_from(["later", ""]), st.floats(-10.0, LONGEST_SHELF_S + 100.0)),
    st.builds(life.Unshelve, gaps, names),
    st.builds(life.Reset, gaps, names),
    st.builds(life.Attach, gaps, st.just("A-000777")),
    st.builds(life.Release, gaps),
    st.builds(life.TakeOut, gaps, names),
)


def _at(event: life.Event, now: float) -> life.Event:
    """Strategies draw the time since the event before; a shelf's end is counted from its beginning."""
    if isinstance(event, life.Shelve):
        return replace(event, at=now, until=now + event.until)
    return replace(event, at=now)


@settings(max_examples=300)
@given(kind=st.sampled_from(sorted(KINDS)), happening=st.lists(events, max_size=25))
def test_every_event_in_every_state_gives_an_alarm_or_a_reason(kind: str, happening: list[life.Event]) -> None:
    alarm, now, line = alarm_of(kind), 0.0, KINDS[kind]
    for drawn in happening:
        now += drawn.at
        event = _at(drawn, now)
        try:
            after = advance(alarm, event, line)
        except (Conflict, Invalid):
            assert isinstance(event, life.Acknowledge | life.Shelve | life.Unshelve | life.Reset | life.TakeOut)
            continue
        _holds(alarm, event, after, now)
        alarm = after


def _holds(before: Alarm, event: life.Event, after: Alarm, now: float) -> None:
    assert isinstance(state_of(after), AlarmState)
    assert (after.alarm_id, after.condition) == (before.alarm_id, before.condition)
    assert not (after.ended_at is not None and after.active and after.ended_by == life.CONDITION_GONE)
    assert after.times >= before.times
    if after.acknowledged_at is not None:
        assert (after.acknowledged_by or "").strip()
    if after.shelved_until is not None and after.ended_at is None:
        assert now <= after.shelved_until <= now + LONGEST_SHELF_S, "it ends with the tick of its moment"
        assert not after.latched
    if after.latched:
        assert not after.suppressed
    if after.latched and after.ended_at is not None and before.ended_at is None:
        assert isinstance(event, life.Reset)
        assert event.by.strip()
        assert before.cleared_at is not None
    if before.ended_at is not None:
        assert after == before


@pytest.mark.parametrize(
    ("kind", "happening", "state"),
    [
        ("robot.stopped", [], AlarmState.UNACKNOWLEDGED),
        ("robot.stopped", [life.Acknowledge(1.0, "Ann")], AlarmState.ACKNOWLEDGED),
        ("robot.stopped", [life.Goes(1.0)], AlarmState.UNACKNOWLEDGED),
        ("robot.stopped", [life.Goes(1.0), life.TimePasses(61.0)], AlarmState.NORMAL),
        ("robot.stopped", [life.Acknowledge(0.0, "Ann"), life.Goes(1.0), life.Stands(9.0)], AlarmState.ACKNOWLEDGED),
        ("site.link", [life.Goes(1.0), life.TimePasses(61.0)], AlarmState.RETURNED),
        ("site.link", [life.Goes(1.0), life.TimePasses(61.0), life.Stands(70.0)], AlarmState.UNACKNOWLEDGED),
        ("site.link", [life.Goes(1.0), life.TimePasses(61.0), life.Acknowledge(70.0, "Ann")], AlarmState.NORMAL),
        ("robot.estop", [life.Goes(1.0)], AlarmState.LATCHED_UNACKNOWLEDGED),
        ("robot.estop", [life.Goes(1.0), life.Acknowledge(2.0, "Ann")], AlarmState.LATCHED_ACKNOWLEDGED),
        ("robot.estop", [life.Goes(1.0), life.Reset(2.0, "Ann")], AlarmState.NORMAL),
        ("robot.estop", [life.Goes(1.0), life.Stands(2.0)], AlarmState.UNACKNOWLEDGED),
        ("robot.stopped", [life.Shelve(0.0, "Ann", "part", 600.0)], AlarmState.SHELVED),
        ("robot.stopped", [life.Shelve(0.0, "Ann", "part", 600.0), life.Goes(1.0), life.TimePasses(500.0)],
         AlarmState.SHELVED),
        ("robot.stopped", [life.Shelve(0.0, "Ann", "part", 600.0), life.TimePasses(600.0)], AlarmState.UNACKNOWLEDGED),
        ("robot.degraded", [life.Attach(0.0, "A-000002")], AlarmState.SUPPRESSED),
        ("robot.degraded", [life.Attach(0.0, "A-000002"), life.Release(9.0)], AlarmState.UNACKNOWLEDGED),
        ("robot.degraded", [life.TakeOut(5.0, "Ann")], AlarmState.NORMAL),
    ],
)  # fmt: skip
def test_the_states_of_the_standard(kind: str, happening: list[life.Event], state: AlarmState) -> None:
    alarm = alarm_of(kind)
    for event in happening:
        alarm = advance(alarm, event, KINDS[kind])
    assert state_of(alarm) is state
    assert state_of(alarm, out_of_service=True) is AlarmState.OUT_OF_SERVICE


def test_what_comes_again_before_its_reset_has_the_whole_time_to_respond_again() -> None:
    line = KINDS["robot.estop"]
    alarm = replace(alarm_of("robot.estop"), respond_by=300.0)
    for event in (life.Goes(10.0), life.TimePasses(20.0), life.Acknowledge(30.0, "Ann")):
        alarm = advance(alarm, event, line)
    assert state_of(alarm) is AlarmState.LATCHED_ACKNOWLEDGED
    again = advance(alarm, life.Stands(4000.0), line)
    assert (again.respond_by, again.acknowledged_by, again.raised_at) == (4300.0, None, 0.0)


def test_what_keeps_coming_back_is_held_longer_but_not_for_ever() -> None:
    line = KINDS["robot.stopped"]
    alarm = alarm_of("robot.stopped")
    delays = []
    for number in range(6):
        delays.append(life.off_delay_s(alarm, line))
        alarm = advance(advance(alarm, life.Goes(number * 10.0 + 1), line), life.Stands(number * 10.0 + 5), line)
    assert delays == [60.0, 120.0, 240.0, 480.0, 480.0, 480.0]


standing = st.lists(
    st.tuples(
        st.sampled_from(sorted(KINDS)), st.sampled_from(ROBOTS), st.integers(0, 300), st.booleans(),
        st.integers(0, 12),
    ),
    max_size=14, unique_by=lambda each: (each[0], each[1]),
)  # fmt: skip


@settings(max_examples=300)
@given(standing)
def test_roots_are_shown_themselves_and_explain_only_what_they_can(
    drawn: list[tuple[str, str, int, bool, int]],
) -> None:
    alarms = []
    for number, (kind, robot, at, active, under) in enumerate(drawn, start=1):
        alarm = replace(alarm_of(kind, robot, number=number, at=float(at)), active=active)
        alarms.append(replace(alarm, root=f"A-{under:06d}") if under and under != number else alarm)
    groups = {alarm.condition: frozenset({"R1", "R2"}) for alarm in alarms if alarm.kind.startswith("site.")}
    found = roots(alarms, groups)
    by_id = {alarm.alarm_id: alarm for alarm in alarms}
    for child, root in found.items():
        assert child != root
        assert root not in found
        assert by_id[root].active
        assert by_id[root].kind in (*STANDSTILLS, "site.link", "site.power", "site.network")
        if by_id[root].kind in STANDSTILLS:
            assert by_id[root].robot == by_id[child].robot


@given(st.dictionaries(st.sampled_from([f"R{n}" for n in range(1, 10)]), st.floats(0.0, 100.0), max_size=9))
def test_a_group_is_close_together(moments: dict[str, float]) -> None:
    group = together(moments, 5.0, 3)
    assert len(group) == 0 or len(group) >= 3
    for robot in group:
        assert any(abs(moments[robot] - moments[other]) <= 5.0 for other in group - {robot})
