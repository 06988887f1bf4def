"""What the flight recorder is told: reports, commands, telemetry, alarms, and what people did with a robot."""

from controller.engine import actions as act
from controller.engine.turn import Turn

_KINDS: dict[type, str] = {act.MachineStateChanged: "state", act.ModeChanged: "state"}


def record(turn: Turn, robot: str, kind: str, what: object) -> None:
    """`kind` as in domain/fault.py; `what` an action, or a mapping that nobody else holds."""
    lines = turn.state.recorder.note(robot, turn.now, kind, what)
    if lines:
        turn.changes.recordings.extend(lines)


def heard(turn: Turn, report: act.RobotReport) -> None:
    """A numbered report, before it has its effect. Called for every one: it looks only at what it must."""
    if isinstance(report, act.RobotEvent):
        fact = report.fact
        kind = _KINDS.get(fact.__class__, "report")
        if isinstance(fact, act.Noted) and fact.action == "robot.local_action":
            kind = "person"
    elif isinstance(report, act.RobotState):
        kind = "state"
    else:
        return
    lines = turn.state.recorder.note(report.robot, turn.now, kind, report)
    if lines:
        turn.changes.recordings.extend(lines)


def follow(turn: Turn) -> None:
    """At the end of a turn: its alarms, and the commands that go out after it."""
    if not turn.changes.alarms and not turn.changes.commands:
        return
    for alarm in turn.changes.alarms.values():
        if alarm.robot is not None:
            told = {"what": alarm.kind, "alarm_id": alarm.alarm_id, "text": alarm.text, "active": alarm.active}
            people = {
                "acknowledged_by": alarm.acknowledged_by,
                "shelved_by": alarm.shelved_by,
                "ended_by": alarm.ended_by,
            }
            record(turn, alarm.robot, "alarm", told | people)
    for outgoing in turn.changes.commands.values():
        task = outgoing.task
        record(
            turn,
            task.robot,
            "command",
            {
                "what": task.kind.value,
                "task_id": task.task_id,
                "attempt": task.attempt,
                "order_ref": task.order_ref,
                "tote_id": task.tote_id,
                "target": task.target,
                "reason": task.reason,
                "packs": [step.pack_id for step in task.steps],
            },
        )


def asked(turn: Turn, action: act.Action) -> None:
    """A person did something with a robot, and it was not refused."""
    robot, actor = getattr(action, "robot", None), getattr(action, "actor", None)
    if robot in turn.state.robots and actor is not None:
        record(turn, robot, "person", action)


def frames_told(turn: Turn, told: act.RobotFrames) -> None:
    """Telemetry around a fault: for the recorder alone."""
    if told.robot in turn.state.robots:
        for frame in told.frames:
            turn.changes.recordings.extend(
                turn.state.recorder.note(told.robot, frame.at, "telemetry", {"at": frame.at, **dict(frame.signals)})
            )
