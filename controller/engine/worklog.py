"""The work log of each robot: lines that follow from what happened, and notes that technicians write.

The automatic lines are made from the journal entries of the same turn, so the two cannot disagree.
"""

from collections.abc import Mapping
from typing import Any

from controller.domain.errors import NotFound
from controller.domain.maintenance import LogEntry
from controller.engine.actions import WriteLog
from controller.engine.turn import Turn
from controller.faults.catalogue import kind_of

_ROBOT = "robot:"
_LINES: dict[str, tuple[str, str]] = {
    "fault.raised": ("fault", "{code} {title}{place}"),
    "fault.cleared": ("fault", "{code} cleared"),
    "fault.found": ("cure", "{code}: cause {cause}, cured by {remedy}"),
    "procedure.begun": ("procedure", "{procedure} begun: {title}"),
    "procedure.finished": ("procedure", "{procedure} ended: {outcome}{override}"),
    "robot.taken_out": ("maintenance", "taken out of work: {reason}"),
    "robot.back": ("maintenance", "back at work, confirmed by {confirmed_by}"),
    "robot.return_failed": ("maintenance", "not back: {why}"),
    "maintenance.planned": ("maintenance", "window planned: {reason}"),
    "maintenance.held": ("maintenance", "window begun"),
    "maintenance.over": ("maintenance", "window over"),
    "maintenance.cancelled": ("maintenance", "window cancelled"),
    "robot.calibration_measured": ("calibration", "{axis} measured {deviation_mm} mm off"),
    "profile.set": ("calibration", "profile {version} set: {reason}"),
    "profile.rolled_back": ("calibration", "profile {version} with the values of {old_version}: {reason}"),
    "profile.confirmed": ("calibration", "profile {version} taken over by the robot"),
    "profile.refused": ("calibration", "profile {version} not taken over: {outcome}"),
    "profile.differs": ("calibration", "works with version {version}, the books have {expected}"),
    "fault.careful_over": ("cure", "{code}: need not work carefully any more: {reason}"),
    "fault.not_eased": ("fault", "{code}: did not take the careful profile"),
}


def add(turn: Turn, action: WriteLog) -> dict[str, object]:
    """A note by a person. NotFound for a fault of which nothing is known."""
    robot = turn.state.robot(action.robot)
    if action.fault_id is not None and action.fault_id not in turn.state.faults:
        raise NotFound(f"no fault {action.fault_id} stands or was raised in the last 7 days")
    entry = _entry(turn, robot.robot, action.actor, "note", action.text, action.fault_id)
    turn.changes.note(action.actor, "log.written", f"robot:{robot.robot}", entry_id=entry.entry_id, text=action.text)
    return {"entry_id": entry.entry_id, "robot": robot.robot, "written_at": turn.now}


def follow(turn: Turn) -> None:
    """A line for each entry of this turn's journal that a technician wants to find again."""
    for _, actor, action, subject, data in turn.changes.notes:
        line = _LINES.get(action)
        if line is not None:
            robot = subject.removeprefix(_ROBOT) if subject.startswith(_ROBOT) else data.get("robot")
            if robot in turn.state.robots:
                kind, text = line
                _entry(turn, str(robot), actor, kind, text.format_map(_Words(data)), data.get("fault_id"))


def _entry(turn: Turn, robot: str, who: str, kind: str, text: str, fault_id: str | None) -> LogEntry:
    entry = LogEntry(turn.ids.new("L"), robot, turn.now, who, kind, text, fault_id)
    turn.changes.work_log.append(entry)
    return entry


class _Words(dict[str, Any]):
    """The data of a journal entry, with the words that are made of it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.setdefault("title", kind_of(str(data.get("code", ""))).title)
        self["place"] = f" at {data['location']}" if data.get("location") else ""
        self["override"] = f", overridden: {data['override']}" if data.get("override") else ""

    def __missing__(self, key: str) -> str:
        return "?"
