"""What is really wrong with a machine: the lines of the simulator's own record, and a look at it as it is."""

from dataclasses import dataclass
from typing import Any, Protocol

from simulator.hardware.troubles import Trouble
from simulator.robot import Robot


@dataclass(frozen=True, slots=True)
class CauseEntry:
    """One line of the simulator's own record: the truth that no robot tells."""

    at: float
    robot: str
    cause: str
    severity: float
    event: str
    """began, struck, cleared (by a retry or a reset), tried (a remedy that does not fit), cured"""
    number: int
    """Of this occurrence of the cause, counted for each robot."""
    code: str | None = None
    fault: str | None = None
    place: str | None = None
    action: str | None = None
    who: str | None = None
    shared: str | None = None
    """What several robots feel: `robot` names all of them, and `number` counts such events; a blow names each robot."""


class CauseLog(Protocol):
    def append(self, entry: CauseEntry) -> None: ...


def truth_of(name: str, robot: Robot, at: float) -> dict[str, Any]:
    """The robot as it really is, for tests and exercises."""
    program = robot.program
    faults = () if program is None else program.condition.faults.standing
    return {
        "robot": name,
        "powered": program is not None,
        "generation": robot.generation,
        "cable": robot.cable_up,
        "door_open": robot.interlocks.door_open,
        "estop_pressed": robot.interlocks.estop_pressed,
        "tripped": robot.interlocks.tripped,
        "cycles": robot.machine.troubles.cycles,
        "faults": [{"occurrence": fault.occurrence, "code": fault.code, "level": fault.level} for fault in faults],
        "causes": [_told(robot, trouble, at) for trouble in robot.machine.troubles.active],
        "packs": {
            "shelved": len(robot.machine.shelved),
            "tray": len(robot.machine.tray),
            "belt": len(robot.machine.belt),
            "reject_lane": len(robot.machine.reject_lane),
        },
    }


def _told(robot: Robot, trouble: Trouble, at: float) -> dict[str, Any]:
    return {
        "cause": trouble.kind.cause,
        "severity": round(trouble.severity_at(at, robot.machine.troubles.cycles), 4),
        "place": None if trouble.place is None else robot.machine.layout.name(trouble.place),
        "standing": trouble.standing,
        "remedies": list(trouble.kind.remedies),
    }
