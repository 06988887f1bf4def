"""The last minute of what the robots' sensors said: memory only. The engine is told of it around faults alone."""

from collections import OrderedDict, deque
from collections.abc import Iterable

from controller.engine import actions
from controller.protocol.reports import Signal, Telemetry
from controller.protocol.vocabulary import epoch_s
from controller.transport.translation.from_robots import condition_from

WINDOW_FRAMES = 60
"""A frame a second."""
WINDOW_S = 60.0
MAX_ROBOTS = 1024
_SHOWS_A_FAULT = frozenset({"robot.door_opened", "robot.estop_pressed"})
"""Facts by which a fault is seen that the robot does not raise itself."""


class TelemetryWindow:
    """The last frames of each robot; of too many robots the one that was silent longest is forgotten."""

    def __init__(self) -> None:
        self._frames: OrderedDict[str, deque[Telemetry]] = OrderedDict()

    def add(self, frame: Telemetry) -> None:
        """Keep the frame; one without signals, which bears a condition, is none of these."""
        if not frame.signals:
            return
        frames = self._frames.setdefault(frame.robot, deque(maxlen=WINDOW_FRAMES))
        if frames and frames[-1].generation != frame.generation:
            frames.clear()
        frames.append(frame)
        self._frames.move_to_end(frame.robot)
        if len(self._frames) > MAX_ROBOTS:
            self._frames.popitem(last=False)

    def frames(self, robot: str) -> tuple[Telemetry, ...]:
        """Oldest first, all of the same generation; empty where nothing was heard."""
        return tuple(self._frames.get(robot, ()))


class FaultFrames:
    """Chooses what the engine is told of telemetry: conditions, and the frames around faults.

    That is the minute before a fault and all frames while one stands, each once.
    """

    def __init__(self) -> None:
        self.window = TelemetryWindow()
        self._standing: dict[str, set[str]] = {}
        """Robot → occurrences that stand, as it said last."""
        self._told_upto: dict[str, tuple[int, int]] = {}
        """Robot → generation and number of the last frame that the engine was told."""

    def take(self, message: Telemetry) -> Iterable[actions.Action]:
        """A frame or a condition has arrived: what the engine is told of it now."""
        condition = condition_from(message)
        if condition is not None:
            return (condition,)
        self.window.add(message)
        return self._tell(message.robot, (message,)) if self._standing.get(message.robot) else ()

    def hear(self, action: actions.Action) -> Iterable[actions.Action]:
        """Whatever else a robot said, before or after the engine is told: frames that are wanted because of it."""
        match action:
            case actions.RobotState(robot=robot, faults=faults):
                if not faults and robot not in self._standing:
                    return ()
                return self._stands(robot, {fault.occurrence for fault in faults})
            case actions.RobotEvent(robot=robot, fact=actions.FaultRaised(fault=fault)):
                return self._stands(robot, {*self._standing.get(robot, ()), fault.occurrence})
            case actions.RobotEvent(robot=robot, fact=actions.FaultCleared(occurrence=occurrence)):
                return self._stands(robot, self._standing.get(robot, set()) - {occurrence})
            case actions.RobotEvent(robot=robot, fact=actions.Noted(action=what)) if what in _SHOWS_A_FAULT:
                return self._tell(robot, self._last_minute(robot))
        return ()

    def _stands(self, robot: str, occurrences: set[str]) -> Iterable[actions.Action]:
        before = self._standing.pop(robot, None)
        if not occurrences or len(self._standing) >= MAX_ROBOTS:
            return ()
        self._standing[robot] = occurrences
        return () if before else self._tell(robot, self._last_minute(robot))

    def _last_minute(self, robot: str) -> tuple[Telemetry, ...]:
        """Of a robot that sends frames only now and then, those of an earlier fault are not of this minute."""
        frames = self.window.frames(robot)
        if not frames:
            return ()
        since_at = _moment(frames[-1]) - WINDOW_S
        return tuple(frame for frame in frames if _moment(frame) >= since_at)

    def _tell(self, robot: str, frames: Iterable[Telemetry]) -> Iterable[actions.Action]:
        upto = self._told_upto.get(robot, (-1, -1))
        new = [frame for frame in frames if (frame.generation, frame.frame) > upto]
        if not new:
            return ()
        if len(self._told_upto) >= MAX_ROBOTS:
            self._told_upto.clear()
        self._told_upto[robot] = (new[-1].generation, new[-1].frame)
        told = tuple(
            actions.TelemetryFrame(_moment(frame), tuple((signal.name, _sample(signal)) for signal in frame.signals))
            for frame in new
        )
        return (actions.RobotFrames(robot, told),)


def _moment(frame: Telemetry) -> float:
    """0.0 for one that is none: a measurement is not worth a complaint."""
    try:
        return epoch_s(frame.at)
    except ValueError:
        return 0.0


def _sample(signal: Signal) -> float | tuple[float, float, float]:
    samples = signal.samples
    if len(samples) == 1:
        return samples[0]
    return (min(samples), sum(samples) / len(samples), max(samples))
