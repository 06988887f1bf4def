"""The life of a robot task: issued, answered, done; each pack's fate; and what happens when nobody knows it.

Every function here may be called twice with the same report and has its effect once: a step that is settled stays
as it is.
"""

from collections.abc import Sequence

from controller.domain.doubt import Doubt, Finding
from controller.domain.errors import Invalid
from controller.domain.pack import QUARANTINE, WRITTEN_OFF
from controller.domain.robot import Robot
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.engine import doubts, fates, goods_in, learning, orders, shelves
from controller.engine.actions import ResultReport
from controller.engine.changes import Outgoing
from controller.engine.turn import Turn

TOUR_VALID_S = 180.0
"""A tour that has not begun by then is refused by the robot and planned anew."""
STORE_VALID_S = 120.0
REFUSALS_OF_A_COPY = frozenset({"lower_epoch", "other_generation", "retained", "same_id_other_content"})
"""The robot does not remember these under the command's id (RC-08): another copy of it may be taken."""
CONTROL_VALID_S = 30.0

_OUTCOMES = {
    "completed": TaskStatus.COMPLETED,
    "incomplete": TaskStatus.INCOMPLETE,
    "aborted": TaskStatus.ABORTED,
    "cancelled": TaskStatus.CANCELLED,
}
MISMATCH = "the code read at the output is not that of the pack"
"""A doubt that no word of the robot settles: it is the robot that may be wrong."""


def issue(
    turn: Turn,
    robot: Robot,
    kind: TaskKind,
    valid_for_s: float,
    *,
    steps: Sequence[Step] = (),
    order_ref: str | None = None,
    tote_id: str | None = None,
    output: str | None = None,
    offer_id: str | None = None,
    target: str | None = None,
    reason: str | None = None,
) -> Task:
    """Make a command: it goes out once the commit that holds it is done."""
    task = Task(
        task_id=turn.ids.new("C"),
        kind=kind,
        robot=robot.robot,
        generation=robot.generation,
        epoch=turn.epoch,
        issued_at=turn.now,
        valid_for_s=valid_for_s,
        steps=list(steps),
        order_ref=order_ref,
        tote_id=tote_id,
        output=output,
        offer_id=offer_id,
        target=target,
        reason=reason,
    )
    turn.state.tasks[task.task_id] = task
    turn.state.open_task(task)
    send(turn, task)
    return task


def send(turn: Turn, task: Task) -> None:
    """Send it after this commit, again with the same id where it was sent before."""
    task.attempt += 1
    task.epoch = turn.epoch
    task.sent_at = turn.mono_s
    turn.changes.tasks[task.task_id] = task
    packs = [turn.state.book.packs[step.pack_id] for step in task.steps]
    turn.changes.commands[task.task_id] = Outgoing(task, packs)


def ask_cancel(turn: Turn, task: Task) -> None:
    """Ask the robot to end a task. It has ended only when the robot says so."""
    if task.cancel_asked or task.status.final:
        return
    task.cancel_asked = True
    turn.changes.tasks[task.task_id] = task
    robot = turn.state.robots[task.robot]
    issue(turn, robot, TaskKind.CANCEL, CONTROL_VALID_S, target=task.task_id)


def accepted(turn: Turn, task: Task) -> None:
    if task.status is TaskStatus.ISSUED:
        task.status = TaskStatus.ACCEPTED
        turn.changes.tasks[task.task_id] = task


def started(turn: Turn, task: Task) -> None:
    if task.status in (TaskStatus.ISSUED, TaskStatus.ACCEPTED):
        task.status = TaskStatus.RUNNING
        task.started_at = turn.now
        learning.tour_started(turn, task)
        turn.changes.tasks[task.task_id] = task


def refused(turn: Turn, task: Task, refusal: str, detail: str) -> None:
    """Nothing was moved: the packs are free for another task.

    Unless only a copy of the command was refused. Of one that was accepted before, the outcome is still to come; and a
    copy that is refused for what it carries (an earlier epoch, say) tells nothing about another copy, which the robot
    may have taken a moment later or in an earlier life: only its journal can tell.
    """
    if task.status.final:
        return
    if task.status in (TaskStatus.ACCEPTED, TaskStatus.RUNNING) or refusal in REFUSALS_OF_A_COPY:
        turn.changes.note(
            f"robot:{task.robot}", "task.copy_refused", f"task:{task.task_id}", refusal=refusal, detail=detail
        )
        return
    turn.changes.note(
        f"robot:{task.robot}",
        "task.refused",
        f"task:{task.task_id}",
        kind=task.kind.value,
        refusal=refusal,
        detail=detail,
    )
    if refusal in ("unknown_pack", "wrong_pack"):
        for step in task.steps:
            if step.status in fates.OPEN_STEPS:
                fates.lose(turn, task, step, f"{task.robot} refused it as {refusal}")
    if task.kind is TaskKind.STORE and refusal == "no_space":
        turn.state.robots[task.robot].no_space_until = turn.now + goods_in.NO_SPACE_PAUSE_S
        turn.changes.robots[task.robot] = turn.state.robots[task.robot]
    if task.kind in (TaskKind.STORE, TaskKind.REJECT):
        goods_in.lane_occupied(turn, task.robot)
    turn.state.contacts[task.robot].pause_until = turn.now + 5.0
    _close(turn, task, TaskStatus.REFUSED)


def gripped(turn: Turn, task: Task, pack_id: str) -> None:
    step = fates.find_step(task, pack_id)
    if step is not None and step.status is StepStatus.BOUND:
        step.status = StepStatus.GRIPPED
        turn.changes.tasks[task.task_id] = task
        fates.free_head(turn, task)


def delivered(turn: Turn, task: Task, pack_id: str, gtin: str, tote_id: str) -> None:
    """The pack is in its tote. What came out must be what was asked for: anything else is held, and a person looks."""
    step = fates.find_step(task, pack_id)
    if step is None or step.status not in fates.OPEN_STEPS or _mismatched(turn, task, step):
        return
    pack = turn.state.book.pack(pack_id)
    if gtin != pack.gtin or tote_id != task.tote_id:
        turn.changes.note(
            f"robot:{task.robot}",
            "pack.mismatch",
            f"pack:{pack_id}",
            expected_gtin=pack.gtin,
            gtin=gtin,
            expected_tote=task.tote_id,
            tote=tote_id,
        )
        doubts.open_doubt(turn, task, step, MISMATCH, look=True)
        return
    fates.to_tote(turn, task, step)


def finished(turn: Turn, task: Task, result: ResultReport) -> None:
    """The robot's terminal outcome: what happened to each pack, and what did not."""
    if task.status.final:
        return
    shelves.learn(turn, task, result)
    reports = {(report.item, report.pack_id): report for report in result.packs}
    by_pack = {report.pack_id: report for report in result.packs}
    for step in task.steps:
        report = reports.get((step.item, step.pack_id)) or by_pack.get(step.pack_id)
        if step.status in fates.OPEN_STEPS and not _mismatched(turn, task, step):
            fates.apply(turn, task, step, report, result)
    if task.kind is TaskKind.STORE and any(step.status is StepStatus.RELEASED for step in task.steps):
        goods_in.lane_occupied(turn, task.robot)
    if any(step.status is StepStatus.IN_DOUBT for step in task.steps):
        task.status = TaskStatus.IN_DOUBT
        turn.changes.tasks[task.task_id] = task
        turn.state.contacts[task.robot].busy.pop(task.task_id, None)
        return
    if result.outcome != "completed":
        turn.changes.note(
            f"robot:{task.robot}",
            "task.fell_short",
            f"task:{task.task_id}",
            kind=task.kind.value,
            outcome=result.outcome,
            reason=result.reason,
            packs={step.pack_id: step.status.value for step in task.steps},
        )
    _close(turn, task, _OUTCOMES.get(result.outcome, TaskStatus.ABORTED))


def void(turn: Turn, task: Task, why: str) -> None:
    """Proven never to have begun, and never to begin: the packs are free."""
    if task.status.final:
        return
    turn.changes.note("controller", "task.void", f"task:{task.task_id}", why=why)
    ended = turn.state.tasks.get(task.target or "")
    if ended is not None:
        # The cancel has never been heard: it may have to be asked once more.
        ended.cancel_asked = False
        turn.changes.tasks[ended.task_id] = ended
    for step in task.steps:
        if step.status in fates.OPEN_STEPS:
            fates.release(turn, task, step)
    _close(turn, task, TaskStatus.VOID)


def unknown(turn: Turn, task: Task, reason: str) -> None:
    """Contact is lost while the robot may be moving: every pack of it is in doubt until the journal speaks."""
    if task.status.final or task.kind not in (TaskKind.PICK, TaskKind.STORE, TaskKind.EJECT, TaskKind.RELOCATE):
        return
    for step in task.steps:
        if step.status in (StepStatus.BOUND, StepStatus.GRIPPED):
            doubts.open_doubt(turn, task, step, reason, look=False)
    if task.steps and task.status is not TaskStatus.IN_DOUBT:
        task.status = TaskStatus.IN_DOUBT
        turn.changes.tasks[task.task_id] = task


def still_under_way(turn: Turn, task: Task, phase: str) -> None:
    """The robot says that it has the command and goes on with it: the doubt was only ours."""
    for step in task.steps:
        if step.status is StepStatus.IN_DOUBT and not _mismatched(turn, task, step):
            doubts.resolve(turn, task, step, None)
            step.status = StepStatus.BOUND
    task.status = TaskStatus.RUNNING if phase == "running" else TaskStatus.ACCEPTED
    turn.changes.tasks[task.task_id] = task


def leave_to_people(turn: Turn, task: Task, reason: str) -> None:
    """The robot will never be able to tell: each pack that is still open is looked for by a person."""
    for step in task.steps:
        if step.status in fates.OPEN_STEPS:
            doubts.open_doubt(turn, task, step, reason, look=True)
    if all(step.status not in fates.OPEN_STEPS for step in task.steps):
        _close(turn, task, TaskStatus.ABORTED)
        return
    task.status = TaskStatus.IN_DOUBT
    task.reason = doubts.JOURNAL_SPOKE
    turn.changes.tasks[task.task_id] = task
    turn.state.contacts[task.robot].busy.pop(task.task_id, None)


def settle(turn: Turn, doubt: Doubt, finding: Finding, by: str, note: str) -> None:
    """A person says where the pack is."""
    task = turn.state.tasks[doubt.task_id]
    step = fates.find_step(task, doubt.pack_id)
    if step is None or step.status is not StepStatus.IN_DOUBT:
        return
    if finding is Finding.IN_TOTE and task.kind is not TaskKind.PICK:
        raise Invalid(f"pack {doubt.pack_id} was on its way to no tote: task {task.task_id} is a {task.kind}")
    doubts.resolve(turn, task, step, finding, by=by, note=note)
    if finding is Finding.IN_TOTE:
        fates.to_tote(turn, task, step)
    elif finding is Finding.IN_ROBOT and task.kind is TaskKind.STORE:
        fates.stored(turn, task, step.pack_id)
    elif finding is Finding.IN_ROBOT:
        fates.release(turn, task, step)
    elif task.kind is TaskKind.STORE and finding is Finding.REMOVED:
        fates.release(turn, task, step)
        goods_in.bring_back(turn, step.pack_id, doubt.doubt_id)
    else:
        account = QUARANTINE if finding is Finding.REMOVED else WRITTEN_OFF
        fates.away(turn, task, step, account, f"doubt settled: {finding.value}", StepStatus.SETTLED)
    if all(step.status not in fates.OPEN_STEPS for step in task.steps):
        _close(turn, task, TaskStatus.ABORTED)


def _close(turn: Turn, task: Task, status: TaskStatus) -> None:
    for step in task.steps:
        if step.status in fates.OPEN_STEPS:
            fates.release(turn, task, step)
    task.status = status
    task.finished_at = turn.now
    turn.changes.tasks[task.task_id] = task
    turn.state.close_task(task)
    if task.order_ref is not None and task.order_ref in turn.state.orders:
        orders.advance(turn, turn.state.orders[task.order_ref])


def _mismatched(turn: Turn, task: Task, step: Step) -> bool:
    return step.status is StepStatus.IN_DOUBT and any(
        doubt.task_id == task.task_id and doubt.pack_id == step.pack_id and doubt.reason == MISMATCH
        for doubt in turn.state.doubts.values()
    )
