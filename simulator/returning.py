"""Who has cured a robot says so by name at the desk: it is out until then, or works carefully."""

from collections.abc import Callable

from simulator.desk import DeskAnswer, DeskRequest, PutRobotBack
from simulator.timeline import Timeline

SAID_AFTER = frozenset({"AXC-08", "AXX-03", "AXY-04", "AXS-07", "VAC-14", "VAC-15"})
"""Faults after which the robot may be kept out, or careful, until somebody answers for it."""
WALK_S = 120.0
"""Out of the robot, a look along its travel area, to the desk; estimate."""
LOOK_AGAIN_S = 600.0
"""Whoever has brought it back looks whether it has gone through its tests."""
PATIENCE_S = 12 * 3600.0
NOT_OUT = "is not out"
"""The screen's word for a robot that works."""


class Returning:
    """Everybody who has been at a robot, on the way from there to the desk."""

    def __init__(self, timeline: Timeline, ask: Callable[[DeskRequest, Callable[[DeskAnswer], None]], None]) -> None:
        self._timeline = timeline
        self._ask = ask

    def cured(self, robot: str, code: str, who: str) -> None:
        """`who` has done what the fault asked for, and takes the robot to be fit."""
        if code in SAID_AFTER:
            until_at = self._timeline.now + PATIENCE_S
            self._timeline.call_at(self._timeline.now + WALK_S, self._say, robot, code, who, until_at)

    def _say(self, robot: str, code: str, who: str, until_at: float) -> None:
        request = PutRobotBack(robot, f"{code}: cured and looked after", who, round(self._timeline.now))
        self._ask(request, lambda answer: self._answered(answer, robot, code, who, until_at))

    def _answered(self, answer: DeskAnswer, robot: str, code: str, who: str, until_at: float) -> None:
        detail = answer.body.get("detail", "") if isinstance(answer.body, dict) else ""
        if NOT_OUT in detail or self._timeline.now > until_at:
            return
        again_s = LOOK_AGAIN_S if answer.status < 400 else WALK_S
        self._timeline.call_at(self._timeline.now + again_s, self._say, robot, code, who, until_at)
