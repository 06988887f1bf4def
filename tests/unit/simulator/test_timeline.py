"""The heap of what comes next."""

from simulator.timeline import Clockwork, Owner, Timeline


def test_calls_come_in_the_order_of_their_time_and_then_of_their_making() -> None:
    timeline, heard = Timeline(0.0), list[str]()
    timeline.call_at(2.0, heard.append, "c")
    timeline.call_at(1.0, heard.append, "a")
    timeline.call_at(1.0, heard.append, "b")
    timeline.run_until(2.0)
    assert heard == ["a", "b", "c"]


def test_a_call_sees_its_own_time_and_may_plan_another_at_once() -> None:
    timeline, seen = Timeline(0.0), list[float]()

    def first() -> None:
        seen.append(timeline.now)
        timeline.call_at(timeline.now, lambda: seen.append(timeline.now))

    timeline.call_at(3.0, first)
    timeline.run_until(10.0)
    assert seen == [3.0, 3.0]
    assert timeline.now == 10.0


def test_cancelled_timers_are_no_reason_to_wake() -> None:
    timeline = Timeline(0.0)
    timer = timeline.call_at(1.0, lambda: None)
    timeline.call_at(2.0, lambda: None)
    timer.cancel()
    assert timeline.next_at() == 2.0


def test_the_timers_of_an_owner_without_power_never_fire() -> None:
    timeline, owner, heard = Timeline(0.0), Owner(), list[str]()
    clock = Clockwork(timeline, owner)
    clock.call_in(1.0, heard.append, "gone")
    owner.alive = False
    assert timeline.next_at() is None
    timeline.run_until(5.0)
    assert heard == []


def test_time_never_runs_backwards() -> None:
    timeline, seen = Timeline(100.0), list[float]()
    timeline.call_at(50.0, lambda: seen.append(timeline.now))
    timeline.run_until(100.0)
    assert seen == [100.0]
