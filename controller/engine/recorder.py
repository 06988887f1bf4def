"""The flight recorder: the last minute of each robot, in memory; kept in the database once a fault is raised.

While nothing fails, a line costs one append: it is put into words only when it is kept.
"""

import enum
from collections import deque
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

from controller.domain.fault import Recorded
from controller.engine.actions import RobotEvent, RobotState

BEFORE_S = 60.0
"""So much from before the fault is kept."""
RING_LINES = 400
"""So many lines of a robot are in memory: a busy minute with a frame of telemetry a second has about 150."""
MOST_LINES = 2000
"""Of one fault, so many lines are kept; the last says that there were more."""
LINES_AFTER_RESTART = 500
"""Of a fault that stood already when the controller started, so many more."""

CUT = "cut"
"""Kind of the line that says that nothing more is kept."""

_NOTHING: list[Recorded] = []


class FlightRecorder:
    """What was heard of each robot, told to it and done with it."""

    def __init__(self) -> None:
        self._rings: dict[str, deque[tuple[float, str, object]]] = {}
        self._left: dict[str, dict[str, int]] = {}
        """Robot → fault that stands → lines that may still be kept of it."""

    def note(self, robot: str, at: float, kind: str, what: object) -> list[Recorded]:
        """Something happened; the lines to keep of it, one for each fault of the robot that stands.

        `what` must not change afterwards: a frozen dataclass, or a mapping that nobody else holds.
        """
        try:
            self._rings[robot].append((at, kind, what))
        except KeyError:
            self._rings[robot] = deque([(at, kind, what)], maxlen=RING_LINES)
        if robot not in self._left:
            return _NOTHING
        data = in_plain(what)
        return [line for fault_id in self._left[robot] for line in self._keep(robot, fault_id, at, kind, data)]

    def open(self, robot: str, fault_id: str, now: float) -> list[Recorded]:
        """A fault was raised: the minute before it, and from now on what `note` is told."""
        self._left.setdefault(robot, {})[fault_id] = MOST_LINES
        ring = self._rings.get(robot, ())
        before = [line for line in ring if now - BEFORE_S <= line[0]]
        return [
            line
            for at, kind, what in before
            for line in self._keep(robot, fault_id, at, kind, in_plain(what))
        ]  # fmt: skip

    def go_on(self, robot: str, fault_id: str) -> None:
        """A fault that was raised before the controller started stands still."""
        self._left.setdefault(robot, {}).setdefault(fault_id, LINES_AFTER_RESTART)

    def close(self, robot: str, fault_id: str) -> None:
        """The fault is over. Harmless for one that was not open."""
        standing = self._left.get(robot, {})
        standing.pop(fault_id, None)
        if not standing:
            self._left.pop(robot, None)

    def _keep(self, robot: str, fault_id: str, at: float, kind: str, data: dict[str, object]) -> list[Recorded]:
        left = self._left[robot][fault_id]
        if left <= 0:
            return _NOTHING
        self._left[robot][fault_id] = left - 1
        if left == 1:
            return [Recorded(fault_id, at, CUT, {"why": "more happened than is kept of one fault"})]
        return [Recorded(fault_id, at, kind, data)]


def in_plain(what: object) -> dict[str, object]:
    """An action or a mapping as JSON values; what is not known is left out, the name of an action is in `what`."""
    match what:
        case RobotEvent():
            return {"seq": what.seq, **in_plain(what.fact)}
        case RobotState():
            # The rest of a state report repeats what other lines tell.
            return {
                "what": "robot_state",
                "seq": what.seq,
                "mode": what.mode,
                "packml": what.packml,
                "running": list(what.running),
                "queued": list(what.queued),
                "faults": [fault.code for fault in what.faults],
                "packs": what.packs,
                "input_waiting": what.input_waiting,
            }
        case Mapping():
            return {str(name): _value(value) for name, value in what.items()}
    plain = _value(what)
    return plain if isinstance(plain, dict) else {"value": plain}


def _value(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _value(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    return str(value)


def _record(value: Any) -> dict[str, Any]:
    kind, names = _shape(value.__class__)
    told: dict[str, Any] = {"what": kind}
    for name in names:
        each = getattr(value, name)
        if each is not None and each != ():
            told[name] = _value(each)
    return told


@cache
def _shape(kind: type) -> tuple[str, tuple[str, ...]]:
    """`pack_gripped` for PackGripped, and its fields but for the robot: every line of a recording is of one robot."""
    name = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in kind.__name__).lstrip("_")
    return name, tuple(field.name for field in fields(kind) if field.name not in ("robot", "generation"))
