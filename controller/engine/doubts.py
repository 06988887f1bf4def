"""Packs of which nobody knows what became of them: opened, given to a person to look, resolved. Never guessed."""

from controller.domain.doubt import Doubt, Finding
from controller.domain.task import Step, StepStatus, Task
from controller.domain.work import FLOOR_STATION, WorkKind
from controller.engine import totes, works
from controller.engine.turn import Turn

JOURNAL_SPOKE = "journal_spoke"
"""The reason of a task of which the robot has said all that it knows: the rest is for people."""


def open_doubt(turn: Turn, task: Task, step: Step, reason: str, *, look: bool) -> None:
    """Nobody knows where this pack is. With `look`, a person is asked to go and see."""
    if step.status is not StepStatus.IN_DOUBT:
        step.status = StepStatus.IN_DOUBT
        turn.changes.tasks[task.task_id] = task
        doubt = Doubt(turn.ids.new("D"), task.task_id, task.robot, step.pack_id, task.order_ref, turn.now, reason)
        turn.state.doubts[doubt.doubt_id] = doubt
        turn.changes.doubts[doubt.doubt_id] = doubt
        turn.changes.note(
            "controller",
            "doubt.opened",
            f"pack:{step.pack_id}",
            doubt_id=doubt.doubt_id,
            task_id=task.task_id,
            reason=reason,
        )
    if look:
        for doubt in list(turn.state.doubts.values()):
            if doubt.task_id == task.task_id and doubt.pack_id == step.pack_id:
                _ask_to_look(turn, doubt)


def resolve(
    turn: Turn, task: Task, step: Step, finding: Finding | None, by: str = "journal", note: str | None = None
) -> None:
    if step.status is not StepStatus.IN_DOUBT:
        return
    for doubt in list(turn.state.doubts.values()):
        if doubt.task_id != task.task_id or doubt.pack_id != step.pack_id:
            continue
        doubt.resolved_at, doubt.finding, doubt.resolved_by, doubt.note = turn.now, finding, by, note
        turn.changes.doubts[doubt.doubt_id] = doubt
        turn.state.doubts.pop(doubt.doubt_id)
        turn.changes.note(
            by, "doubt.settled", f"pack:{doubt.pack_id}", doubt_id=doubt.doubt_id,
            finding=finding.value if finding is not None else None, note=note,
        )  # fmt: skip
        for work in list(turn.state.works.values()):
            if work.doubt_id == doubt.doubt_id:
                works.withdraw(turn, work)


def _ask_to_look(turn: Turn, doubt: Doubt) -> None:
    if any(work.doubt_id == doubt.doubt_id for work in turn.state.works.values()):
        return
    order = turn.state.orders.get(doubt.order_ref or "")
    urgency = totes.URGENCY[order.order_class] if order is not None else 2
    works.create(
        turn,
        WorkKind.SETTLE,
        FLOOR_STATION,
        order.due_at if order is not None else turn.now + 3600.0,
        urgency,
        order=order,
        robot=doubt.robot,
        doubt_id=doubt.doubt_id,
        pack_ids=[doubt.pack_id],
    )
