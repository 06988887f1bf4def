"""The last minute of what the robots' sensors said: memory only, it never passes through the loop."""

from collections import OrderedDict, deque

from controller.protocol.reports import Telemetry

WINDOW_FRAMES = 60
"""A frame a second."""
MAX_ROBOTS = 1024


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
