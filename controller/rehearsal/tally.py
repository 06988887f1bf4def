"""Counts what a day needs to be told of the robots: how long each was busy or down, and what went wrong."""

from collections import Counter
from dataclasses import dataclass, field

from controller.domain.robot import Trust
from controller.engine.core import Core, Step
from controller.engine.turn import PACKML_BLOCKED

_EXECUTE = 6
_RAISED = "alarm.raised"


@dataclass(slots=True)
class RobotTime:
    busy_s: float = 0.0
    down_s: float = 0.0
    faults: int = 0


@dataclass(slots=True)
class Tally:
    """Give `watch` to the world; it sees every turn."""

    robots: dict[str, RobotTime] = field(default_factory=dict)
    actions: Counter[str] = field(default_factory=Counter)
    _last_at: float | None = None

    def watch(self, core: Core, step: Step, now: float) -> None:
        elapsed_s = 0.0 if self._last_at is None else now - self._last_at
        self._last_at = now
        for robot in core.state.robots.values():
            time = self.robots.setdefault(robot.robot, RobotTime())
            if robot.trust is not Trust.READY or robot.packml in PACKML_BLOCKED:
                time.down_s += elapsed_s
            elif robot.packml == _EXECUTE:
                time.busy_s += elapsed_s
        for entry in step.batch.journal:
            self.actions[entry.action] += 1
            if entry.action == "fault.raised":
                self.robots.setdefault(str(entry.data.get("robot") or entry.subject[6:]), RobotTime()).faults += 1

    @property
    def alarms(self) -> int:
        """Alarms that were shown to people."""
        return self.actions[_RAISED]
