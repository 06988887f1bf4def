"""Which telemetry the engine is told: conditions always, frames around faults, each once."""

from collections.abc import Iterable
from datetime import UTC, datetime

from controller.domain.robot import RobotFault
from controller.engine import actions as act
from controller.protocol.reports import Condition, Feature, Signal, Telemetry
from controller.transport.translation import FaultFrames

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def frame(number: int, *samples: float, second: float | None = None) -> Telemetry:
    at = NOON + (number if second is None else second)
    signals = (Signal(name="vacuum_mbar", samples=samples or (-600.0,)),)
    return Telemetry(robot="R1", generation=1, frame=number, at=stamp(at), signals=signals)


def event(fact: act.Fact, robot: str = "R1") -> act.RobotEvent:
    return act.RobotEvent(robot, 1, 1, fact)


def raised(occurrence: str = "F1") -> act.RobotEvent:
    return event(act.FaultRaised(RobotFault(occurrence, "VAC-14", 3, NOON)))


def state(*occurrences: str) -> act.RobotState:
    faults = tuple(RobotFault(occurrence, "VAC-14", 3, NOON) for occurrence in occurrences)
    return act.RobotState("R1", 1, 1, "J", "automatic", 4, (), (), (), faults, 0, "0" * 16, (), 1, 0)


def seconds(told: Iterable[act.Action]) -> list[float]:
    return [each.at - NOON for action in told if isinstance(action, act.RobotFrames) for each in action.frames]


def test_a_condition_is_told_at_once() -> None:
    features = (Feature(name="cycle_time_s", count=5, mean=11.0, worst=12.0),)
    bearing = Telemetry(
        robot="R1",
        generation=1,
        frame=1,
        at=stamp(NOON),
        condition=Condition(since=stamp(NOON - 300), features=features),
    )
    (told,) = FaultFrames().take(bearing)
    assert isinstance(told, act.RobotCondition)


def test_frames_are_not_told_while_nothing_fails() -> None:
    frames = FaultFrames()
    assert [list(frames.take(frame(number))) for number in range(3)] == [[], [], []]
    assert list(frames.hear(state())) == []


def test_the_minute_before_a_fault_and_what_comes_while_it_stands_is_told_once() -> None:
    frames = FaultFrames()
    for number in range(100):
        frames.take(frame(number))
    assert seconds(frames.hear(raised())) == [float(number) for number in range(40, 100)]
    assert seconds(frames.take(frame(100))) == [100.0]
    assert seconds(frames.hear(raised("F2"))) == []
    frames.hear(event(act.FaultCleared("F1")))
    assert seconds(frames.take(frame(101))) == [101.0]
    frames.hear(event(act.FaultCleared("F2")))
    assert seconds(frames.take(frame(102))) == []
    assert seconds(frames.hear(raised("F3"))) == [102.0]


def test_frames_of_an_earlier_fault_are_not_of_this_minute() -> None:
    frames = FaultFrames()
    frames.take(frame(1, second=0.0))
    frames.take(frame(2, second=500.0))
    assert seconds(frames.hear(raised())) == [500.0]


def test_a_state_report_tells_of_faults_that_no_event_told() -> None:
    frames = FaultFrames()
    frames.take(frame(1))
    assert seconds(frames.hear(state("F1"))) == [1.0]
    assert list(frames.hear(state())) == []
    assert list(frames.take(frame(2))) == []


def test_a_door_shows_the_minute_before_it() -> None:
    frames = FaultFrames()
    frames.take(frame(1))
    assert seconds(frames.hear(event(act.Noted("robot.door_opened", {"door": "D"})))) == [1.0]
    assert list(frames.take(frame(2))) == []


def test_another_robots_fault_is_not_this_ones() -> None:
    frames = FaultFrames()
    frames.take(frame(1))
    assert list(frames.hear(event(act.FaultRaised(RobotFault("F1", "VAC-14", 3, NOON)), "R2"))) == []
    assert list(frames.take(frame(2))) == []


def test_of_several_samples_the_least_the_mean_and_the_greatest_are_told() -> None:
    frames = FaultFrames()
    frames.hear(raised())
    (told,) = frames.take(frame(1, 1.0, 2.0, 6.0))
    assert isinstance(told, act.RobotFrames)
    assert told.frames[0].signals == (("vacuum_mbar", (1.0, 3.0, 6.0)),)
