"""Why an order was late: whose time it was, second by second, and what of it counts."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.scheduling.lateness import Blame, Charge, Lateness, judge
from controller.scheduling.lateness_path import way
from controller.scheduling.lateness_records import Job, Records, Standstill, Trip
from controller.scheduling.lateness_words import in_words, told

MIN = 60.0
STOP = Standstill("R1", 30 * MIN, 100 * MIN, "AXZ-05 Pack jammed", "F-000012", "AXZ-05")


def tour(ref: str = "C1", **changed: object) -> Trip:
    """R1 was given it at once, began a minute later and was done at five minutes past."""
    usual = Trip(ref, "R1", frozenset({1}), 0.0, MIN, 5 * MIN, 4 * MIN, begin_by=60 * MIN)
    return replace(usual, **changed)  # type: ignore[arg-type]


def check(made_at: float, taken_at: float | None, ended_at: float | None, *, refused: bool = False) -> Job:
    return Job("T1-1", "CHECK", made_at, taken_at, ended_at, 1 * MIN, refused)


def load(made_at: float, taken_at: float | None, ended_at: float | None) -> Job:
    return Job("T1-1", "DOCK", made_at, taken_at, ended_at, 1 * MIN)


def after(trips: tuple[Trip, ...], gathered_min: float, **more: object) -> Records:
    """A discharge order, due after 90 min; checked and handed over at once when it is gathered."""
    at = gathered_min * MIN
    records = Records(
        placed_at=0.0,
        due_at=90 * MIN,
        end_at=at + 2 * MIN,
        left_at=at + 2 * MIN,
        trips=trips,
        checks=(check(at, at, at + MIN),),
        loads=(load(at + MIN, at + MIN, at + 2 * MIN),),
    )
    return replace(records, **more)  # type: ignore[arg-type]


def minutes(lateness: Lateness, blame: Blame) -> float:
    return sum(each.lasted_s for each in lateness.charges if each.blame is blame) / MIN


def whole(lateness: Lateness) -> float:
    return sum(each.lasted_s for each in lateness.charges)


def test_a_robot_that_stopped_in_the_tour_is_the_cause_by_its_fault() -> None:
    found = judge(after((tour(ended_at=105 * MIN),), 105.0, standstills=(STOP,)))
    assert found.cause == Charge(Blame.ROBOT_DOWN, "R1", STOP, None, 70 * MIN, 70 * MIN)
    assert found.late_s == 17 * MIN
    assert told(found)["cause"] == {
        "kind": "robot_down",
        "text": "R1 could not work (AXZ-05 Pack jammed) and held it up for 70 min.",
        "minutes": 70.0,
        "robot": "R1",
        "fault_id": "F-000012",
        "code": "AXZ-05",
    }


def test_another_robots_stop_is_not_named() -> None:
    found = judge(after((tour(ended_at=105 * MIN),), 105.0, standstills=(replace(STOP, robot="R2"),)))
    assert found.cause.blame is Blame.SLOW
    assert minutes(found, Blame.ROBOT_DOWN) == 0.0


def test_waiting_for_a_source_counts_from_the_last_moment_to_begin() -> None:
    late = tour(given_at=80 * MIN, began_at=81 * MIN, ended_at=95 * MIN, usual_s=14 * MIN, begin_by=70 * MIN)
    found = judge(after((late,), 95.0))
    assert (found.cause.blame, found.cause.place, found.cause.beyond_s) == (Blame.ROBOT_BUSY, "R1", 11 * MIN)
    assert minutes(found, Blame.IN_TIME) == 70.0


def test_of_two_robots_that_stood_too_long_the_one_that_held_it_up_longer_is_the_cause() -> None:
    """R2 for 90 min while nobody else could give it, to six minutes after the last moment; then R1 in its tour."""
    waited = Standstill("R2", 0.0, 90 * MIN, "taken out by Ann: new belt")
    late = tour(given_at=90 * MIN, began_at=90 * MIN, ended_at=110 * MIN, begin_by=85 * MIN, rivals=("R2",))
    stop = replace(STOP, from_at=92 * MIN, until_at=108 * MIN)
    found = judge(after((late,), 110.0, standstills=(waited, stop)))
    assert [(each.place, each.lasted_s / MIN, each.beyond_s / MIN) for each in found.charges[:2]] == [
        ("R2", 90.0, 6.0),
        ("R1", 16.0, 16.0),
    ]


def test_a_stop_that_was_over_while_there_was_time_is_no_cause() -> None:
    early = replace(STOP, from_at=0.0, until_at=10 * MIN)
    late = tour(given_at=80 * MIN, began_at=80 * MIN, ended_at=84 * MIN, begin_by=70 * MIN)
    found = judge(after((late,), 84.0, standstills=(early,), due_at=80 * MIN))
    assert (found.cause.blame, found.cause.beyond_s) == (Blame.ROBOT_BUSY, 10 * MIN)


def test_time_until_the_next_van_is_no_time_that_the_order_had() -> None:
    """Given when it had missed its van and was reckoned for the next: it had until 84 min to be begun."""
    late = tour(given_at=130 * MIN, began_at=130 * MIN, ended_at=134 * MIN, begin_by=500 * MIN)
    found = judge(after((late,), 134.0, standstills=(replace(STOP, until_at=130 * MIN),)))
    assert (found.cause.blame, found.cause.beyond_s) == (Blame.ROBOT_DOWN, 46 * MIN)


def test_a_robot_that_catches_up_after_a_stop_was_down_for_that_long_again() -> None:
    late = tour(given_at=110 * MIN, began_at=110 * MIN, ended_at=114 * MIN, begin_by=70 * MIN)
    found = judge(after((late,), 114.0, standstills=(STOP,)))
    assert found.cause == Charge(Blame.ROBOT_DOWN, "R1", STOP, None, 80 * MIN, 40 * MIN)


def test_a_robot_that_had_the_packs_too_and_was_down_is_named_before_the_busy_one() -> None:
    late = tour(place="R2", given_at=110 * MIN, began_at=110 * MIN, ended_at=114 * MIN, begin_by=70 * MIN)
    assert judge(after((late,), 114.0, standstills=(STOP,))).cause.place == "R2"
    named = judge(after((replace(late, rivals=("R1",)),), 114.0, standstills=(STOP,))).cause
    assert (named.blame, named.place) == (Blame.ROBOT_DOWN, "R1")


def test_nobody_at_the_check() -> None:
    late = after((tour(),), 5.0)
    late = replace(
        late,
        end_at=97 * MIN,
        left_at=97 * MIN,
        checks=(check(5 * MIN, 95 * MIN, 96 * MIN),),
        loads=(load(96 * MIN, 96 * MIN, 97 * MIN),),
    )
    found = judge(late)
    assert (found.cause.blame, found.cause.place, found.cause.beyond_s) == (Blame.WAITED_FOR_PEOPLE, "CHECK", 90 * MIN)


def test_waiting_for_people_that_ended_in_time_is_no_cause() -> None:
    """The check waited for an hour and there was time; then nobody loaded."""
    late = replace(
        after((tour(),), 5.0),
        end_at=97 * MIN,
        left_at=97 * MIN,
        checks=(check(5 * MIN, 65 * MIN, 66 * MIN),),
        loads=(load(66 * MIN, 96 * MIN, 97 * MIN),),
    )
    found = judge(late)
    assert (found.cause.place, found.cause.beyond_s) == ("DOCK", 30 * MIN)
    assert minutes(found, Blame.IN_TIME) == 60.0


def test_an_order_that_came_after_what_was_possible() -> None:
    found = judge(after((tour(),), 5.0, due_at=4 * MIN))
    assert found.cause == Charge(Blame.CAME_TOO_LATE, "", None, None, 6 * MIN, 2 * MIN)
    assert told(found)["cause"]["text"] == "It came too late: the work takes 6 min, 2 min more than there was."


def test_what_came_a_little_late_and_was_stopped_for_long_was_late_because_of_the_stop() -> None:
    found = judge(after((tour(ended_at=105 * MIN),), 105.0, standstills=(STOP,), due_at=4 * MIN))
    assert found.cause.blame is Blame.ROBOT_DOWN
    assert [each.blame for each in found.others] == [Blame.SLOW, Blame.CAME_TOO_LATE, Blame.ROBOT_BUSY]


def test_a_doubt_counts_until_it_is_settled_but_a_standing_robot_explains_it() -> None:
    late = tour(ended_at=105 * MIN, doubts=((20 * MIN, 104 * MIN),))
    assert judge(after((late,), 105.0)).cause == Charge(Blame.IN_DOUBT, "R1", None, None, 84 * MIN, 84 * MIN)
    stopped = judge(after((late,), 105.0, standstills=(STOP,)))
    assert stopped.cause.blame is Blame.ROBOT_DOWN
    assert minutes(stopped, Blame.IN_DOUBT) == 14.0


def test_a_tour_in_vain_and_what_came_before_it_count_for_the_fault_that_it_had() -> None:
    failed = tour("C1", given_at=MIN, began_at=2 * MIN, ended_at=80 * MIN, short=True, code="GRP-10")
    again = tour("C2", given_at=81 * MIN, began_at=81 * MIN, ended_at=100 * MIN, usual_s=19 * MIN, begin_by=81 * MIN)
    found = judge(after((failed, again), 100.0))
    assert found.cause == Charge(Blame.TOUR_IN_VAIN, "R1", None, "GRP-10", 78 * MIN, 78 * MIN)


def test_a_failed_tour_for_other_lines_is_not_on_the_way() -> None:
    failed = tour("C1", lines=frozenset({2}), ended_at=80 * MIN, short=True, code="GRP-10")
    again = tour("C2", given_at=81 * MIN, began_at=81 * MIN, ended_at=100 * MIN, usual_s=19 * MIN)
    assert minutes(judge(after((failed, again), 100.0)), Blame.TOUR_IN_VAIN) == 0.0


def test_a_tote_that_was_refused_at_the_check() -> None:
    again = tour("C2", given_at=70 * MIN, began_at=70 * MIN, ended_at=100 * MIN, usual_s=30 * MIN, begin_by=70 * MIN)
    refused = check(5 * MIN, 5 * MIN, 70 * MIN, refused=True)
    late = after((tour(), again), 100.0)
    found = judge(replace(late, checks=(refused, *late.checks)))
    assert found.cause.blame is Blame.REFUSED_AT_CHECK
    assert minutes(found, Blame.REFUSED_AT_CHECK) == 69.0


def test_stock_that_was_not_there_explains_the_wait_before_anything_else() -> None:
    late = tour(given_at=95 * MIN, began_at=95 * MIN, ended_at=99 * MIN)
    found = judge(after((late,), 99.0, standstills=(STOP,), lacking=((0.0, 95 * MIN),)))
    assert (found.cause.blame, found.cause.beyond_s) == (Blame.OUT_OF_STOCK, 35 * MIN)


def test_the_next_van_is_a_consequence_and_never_the_cause() -> None:
    late = after((tour(ended_at=105 * MIN),), 105.0, standstills=(STOP,), van="GGH-2/2026-11-23")
    found = judge(replace(late, end_at=300 * MIN, left_at=300 * MIN))
    assert found.cause.blame is Blame.ROBOT_DOWN
    also = {each["kind"]: each for each in told(found)["also"]}
    assert also["next_van"]["departure"] == "GGH-2/2026-11-23"
    assert also["next_van"]["minutes"] == 193.0


def test_a_van_that_leaves_late_with_what_was_loaded_in_time() -> None:
    found = judge(replace(after((tour(),), 5.0, van="GGH-1/2026-11-23"), end_at=100 * MIN, left_at=100 * MIN))
    assert found.cause == Charge(Blame.DEPARTURE, "GGH-1/2026-11-23", None, None, 10 * MIN, 10 * MIN)


@pytest.mark.parametrize("by_hand", [True, False])
def test_an_order_that_is_still_here_waits_for_what_has_its_packs(by_hand: bool) -> None:
    waits = ("MANUAL-A",) if by_hand else ("R1", "R2")
    open_order = Records(
        0.0, 90 * MIN, 95 * MIN, None, wanting=True, waits_for=waits, waits_by_hand=by_hand, begin_by=60 * MIN
    )
    found = judge(open_order)
    assert not found.left
    assert found.cause.blame is (Blame.WAITED_FOR_PEOPLE if by_hand else Blame.ROBOT_BUSY)
    assert (found.cause.place, found.cause.beyond_s) == (waits[0], 35 * MIN)


def test_an_open_order_whose_only_robot_stands_still_waits_for_it() -> None:
    standing = replace(STOP, until_at=None)
    open_order = Records(0.0, 90 * MIN, 95 * MIN, None, wanting=True, waits_for=("R1",), standstills=(standing,))
    assert judge(replace(open_order, begin_by=60 * MIN)).cause.standstill is standing


def test_of_an_order_of_which_nothing_is_recorded_the_cause_is_unknown() -> None:
    found = judge(Records(0.0, 10.0, 100.0, 100.0))
    assert (found.cause, whole(found)) == (Charge(Blame.UNKNOWN), 100.0)
    assert told(found)["cause"] == {
        "kind": "unknown",
        "text": "Nothing that was recorded says why.",
        "minutes": 0.0,
    }


# ---- whatever was recorded ----------------------------------------------------------------------------------

moments = st.integers(0, 300).map(float)
ends = st.none() | moments
spans = st.tuples(moments, ends)
robots = st.sampled_from(["R1", "R2", "R3"])
trips = st.builds(
    Trip,
    ref=st.sampled_from(["C1", "C2", "C3", "C4"]),
    place=robots,
    lines=st.frozensets(st.integers(1, 3), max_size=3),
    given_at=moments,
    began_at=ends,
    ended_at=ends,
    usual_s=moments,
    by_hand=st.booleans(),
    short=st.booleans(),
    code=st.none() | st.just("GRP-10"),
    begin_by=ends,
    rivals=st.lists(robots, max_size=2).map(tuple),
    held_for_place=st.booleans(),
    doubts=st.lists(spans, max_size=2).map(tuple),
)
jobs = st.builds(
    Job,
    tote=st.sampled_from(["T1-1", "T1-2"]),
    station=st.sampled_from(["CHECK", "DOCK"]),
    made_at=moments,
    taken_at=ends,
    ended_at=ends,
    usual_s=moments,
    refused=st.booleans(),
)
standstills = st.builds(Standstill, robot=robots, from_at=moments, until_at=ends, why=st.just("it was stopped"))


@st.composite
def anything(draw: st.DrawFn) -> Records:
    """Rows in no sensible order: they may be of different clocks, doubled, or missing."""
    end_at = draw(moments)
    return Records(
        placed_at=draw(moments),
        due_at=draw(moments),
        end_at=end_at,
        left_at=draw(st.sampled_from([None, end_at])),
        trips=tuple(draw(st.lists(trips, max_size=5))),
        checks=tuple(draw(st.lists(jobs, max_size=4))),
        loads=tuple(draw(st.lists(jobs, max_size=4))),
        standstills=tuple(draw(st.lists(standstills, max_size=4))),
        lacking=tuple(draw(st.lists(spans, max_size=2))),
        waits_for=tuple(draw(st.lists(robots, max_size=2, unique=True))),
        waits_by_hand=draw(st.booleans()),
        wanting=draw(st.booleans()),
        begin_by=draw(ends),
    )


@settings(max_examples=300, deadline=None)
@given(anything())
def test_every_second_is_charged_once(records: Records) -> None:
    found = judge(records)
    assert whole(found) == pytest.approx(max(0.0, records.end_at - records.placed_at), abs=1e-6)
    assert all(each.lasted_s >= 0.0 and 0.0 <= each.beyond_s <= each.lasted_s for each in found.charges)


@settings(max_examples=300, deadline=None)
@given(anything())
def test_the_way_has_no_gaps_and_no_empty_pieces(records: Records) -> None:
    pieces = way(records)
    assert all(piece.from_at < piece.until_at for piece in pieces)
    assert [piece.until_at for piece in pieces[:-1]] == [piece.from_at for piece in pieces[1:]]


@settings(max_examples=300, deadline=None)
@given(anything())
def test_nothing_is_named_without_evidence(records: Records) -> None:
    for charge in judge(records).charges:
        if charge.blame is Blame.ROBOT_DOWN:
            assert charge.standstill in records.standstills
            assert charge.standstill is not None
            assert charge.standstill.robot == charge.place
        elif charge.blame is Blame.IN_DOUBT:
            assert any(trip.doubts and trip.place == charge.place for trip in records.trips)
        elif charge.blame is Blame.OUT_OF_STOCK:
            assert records.lacking
        elif charge.blame is Blame.TOUR_IN_VAIN:
            assert any(trip.short for trip in records.trips)
        elif charge.blame is Blame.REFUSED_AT_CHECK:
            assert any(job.refused for job in records.checks)
        assert in_words(charge).endswith(".")
