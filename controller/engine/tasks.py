"""The life of a robot task: issued, answered, done; each pack's fate; and what happens when nobody knows it.

Every function here may be called twice with the same report and has its effect once: a step that is settled stays
as it is.
"""

from controller.domain.doubt import Doubt, Finding
from controller.domain.errors import Invalid
from controller.domain.order import Order, OrderLine
from controller.domain.pack import QUARANTINE, WRITTEN_OFF, robot_account
from controller.domain.robot import Robot
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.domain.work import FLOOR_STATION, WorkKind
from controller.engine import allocation, goods_in, orders, totes, works
from controller.engine.actions import PackReport, ResultReport
from controller.engine.changes import Outgoing
from controller.engine.turn import Turn

TOUR_VALID_S = 180.0
"""A tour that has not begun by then is refused by the robot and planned anew."""
STORE_VALID_S = 120.0
CONTROL_VALID_S = 30.0

_OUTCOMES = {
    "completed": TaskStatus.COMPLETED,
    "incomplete": TaskStatus.INCOMPLETE,
    "aborted": TaskStatus.ABORTED,
    "cancelled": TaskStatus.CANCELLED,
}
MISMATCH = "the code read at the output is not that of the pack"
"""A doubt that no word of the robot settles: it is the robot that may be wrong."""
_OPEN_STEPS = (StepStatus.BOUND, StepStatus.GRIPPED, StepStatus.IN_DOUBT)


def issue(turn: Turn, robot: Robot, kind: TaskKind, valid_for_s: float, **details: object) -> Task:
    """Make a command: it goes out once the commit that holds it is done."""
    task = Task(
        task_id=turn.ids.new("C"),
        kind=kind,
        robot=robot.robot,
        generation=robot.generation,
        epoch=turn.epoch,
        issued_at=turn.now,
        valid_for_s=valid_for_s,
        **details,  # type: ignore[arg-type]
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
        turn.changes.tasks[task.task_id] = task


def refused(turn: Turn, task: Task, refusal: str, detail: str) -> None:
    """Nothing was moved: the packs are free for another task."""
    if task.status.final:
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
            _lose(turn, task, step, f"{task.robot} refused it as {refusal}")
    if task.kind is TaskKind.STORE and refusal == "no_space":
        turn.state.robots[task.robot].no_space_until = turn.now + goods_in.NO_SPACE_PAUSE_S
        turn.changes.robots[task.robot] = turn.state.robots[task.robot]
    if task.kind in (TaskKind.STORE, TaskKind.REJECT):
        goods_in.lane_occupied(turn, task.robot)
    turn.state.contacts[task.robot].pause_until = turn.now + 5.0
    _close(turn, task, TaskStatus.REFUSED)


def gripped(turn: Turn, task: Task, pack_id: str) -> None:
    step = _step(task, pack_id)
    if step is not None and step.status is StepStatus.BOUND:
        step.status = StepStatus.GRIPPED
        turn.changes.tasks[task.task_id] = task
        _free_head(turn, task)


def delivered(turn: Turn, task: Task, pack_id: str, gtin: str, tote_id: str) -> None:
    """The pack is in its tote. What came out must be what was asked for: anything else is held, and a person looks."""
    step = _step(task, pack_id)
    if step is None or step.status not in _OPEN_STEPS or _mismatched(turn, task, step):
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
        open_doubt(turn, task, step, MISMATCH, look=True)
        return
    _to_tote(turn, task, step)


def stored(turn: Turn, task: Task, pack_id: str) -> None:
    step = _step(task, pack_id)
    if step is None or step.status not in _OPEN_STEPS:
        return
    _resolve_doubts(turn, task, step, None)
    step.status = StepStatus.DONE
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(pack_id)
    turn.state.book.post(pack_id, robot_account(task.robot), at=turn.now, reason="stored", reference=task.task_id)


def finished(turn: Turn, task: Task, result: ResultReport) -> None:
    """The robot's terminal outcome: what happened to each pack, and what did not."""
    if task.status.final:
        return
    reports = {(report.item, report.pack_id): report for report in result.packs}
    by_pack = {report.pack_id: report for report in result.packs}
    for step in task.steps:
        report = reports.get((step.item, step.pack_id)) or by_pack.get(step.pack_id)
        if step.status in _OPEN_STEPS and not _mismatched(turn, task, step):
            _apply(turn, task, step, report, result)
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
        if step.status in _OPEN_STEPS:
            _release(turn, task, step)
    _close(turn, task, TaskStatus.VOID)


def unknown(turn: Turn, task: Task, reason: str) -> None:
    """Contact is lost while the robot may be moving: every pack of it is in doubt until the journal speaks."""
    if task.status.final or task.kind not in (TaskKind.PICK, TaskKind.STORE, TaskKind.EJECT):
        return
    for step in task.steps:
        if step.status in (StepStatus.BOUND, StepStatus.GRIPPED):
            open_doubt(turn, task, step, reason, look=False)
    if task.steps and task.status is not TaskStatus.IN_DOUBT:
        task.status = TaskStatus.IN_DOUBT
        turn.changes.tasks[task.task_id] = task


def still_under_way(turn: Turn, task: Task, phase: str) -> None:
    """The robot says that it has the command and goes on with it: the doubt was only ours."""
    for step in task.steps:
        if step.status is StepStatus.IN_DOUBT and not _mismatched(turn, task, step):
            _resolve_doubts(turn, task, step, None)
            step.status = StepStatus.BOUND
    task.status = TaskStatus.RUNNING if phase == "running" else TaskStatus.ACCEPTED
    turn.changes.tasks[task.task_id] = task


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


JOURNAL_SPOKE = "journal_spoke"


def leave_to_people(turn: Turn, task: Task, reason: str) -> None:
    """The robot will never be able to tell: each pack that is still open is looked for by a person."""
    for step in task.steps:
        if step.status in _OPEN_STEPS:
            open_doubt(turn, task, step, reason, look=True)
    if all(step.status not in _OPEN_STEPS for step in task.steps):
        _close(turn, task, TaskStatus.ABORTED)
        return
    task.status = TaskStatus.IN_DOUBT
    task.reason = JOURNAL_SPOKE
    turn.changes.tasks[task.task_id] = task
    turn.state.contacts[task.robot].busy.pop(task.task_id, None)


def settle(turn: Turn, doubt: Doubt, finding: Finding, by: str, note: str) -> None:
    """A person says where the pack is."""
    task = turn.state.tasks[doubt.task_id]
    step = _step(task, doubt.pack_id)
    if step is None or step.status is not StepStatus.IN_DOUBT:
        return
    if finding is Finding.IN_TOTE and task.kind is not TaskKind.PICK:
        raise Invalid(f"pack {doubt.pack_id} was on its way to no tote: task {task.task_id} is a {task.kind}")
    _resolve_doubts(turn, task, step, finding, by=by, note=note)
    if finding is Finding.IN_TOTE:
        _to_tote(turn, task, step)
    elif finding is Finding.IN_ROBOT and task.kind is TaskKind.STORE:
        stored(turn, task, step.pack_id)
    elif finding is Finding.IN_ROBOT:
        _release(turn, task, step)
    elif task.kind is TaskKind.STORE and finding is Finding.REMOVED:
        _release(turn, task, step)
        goods_in.bring_back(turn, step.pack_id, doubt.doubt_id)
    else:
        account = QUARANTINE if finding is Finding.REMOVED else WRITTEN_OFF
        _away(turn, task, step, account, f"doubt settled: {finding.value}", StepStatus.SETTLED)
    if all(step.status not in _OPEN_STEPS for step in task.steps):
        _close(turn, task, TaskStatus.ABORTED)


def _apply(turn: Turn, task: Task, step: Step, report: PackReport | None, result: ResultReport) -> None:
    outcome = report.outcome if report is not None else "unknown"
    if outcome == "delivered" and task.kind is TaskKind.PICK:
        _to_tote(turn, task, step)
    elif outcome == "stored":
        stored(turn, task, step.pack_id)
    elif outcome == "ejected":
        _away(turn, task, step, QUARANTINE, "ejected", StepStatus.DONE)
    elif outcome in ("not_moved", "counted", "relocated"):
        _release(turn, task, step)
    elif outcome == "missing":
        _lose(turn, task, step, "its location was empty")
    elif outcome == "dropped":
        _away(turn, task, step, WRITTEN_OFF, "dropped in the robot", StepStatus.LOST)
    else:
        open_doubt(turn, task, step, f"{task.robot} does not know what became of it ({result.reason})", look=True)


def _to_tote(turn: Turn, task: Task, step: Step) -> None:
    _resolve_doubts(turn, task, step, Finding.IN_TOTE)
    step.status = StepStatus.DONE
    turn.changes.tasks[task.task_id] = task
    _free_head(turn, task)
    order, line = _served(turn, task, step)
    totes.put_in(turn, turn.state.totes[task.tote_id or ""], step.pack_id, reason="picked", reference=task.task_id)
    line.in_work -= 1
    line.gathered += 1
    turn.changes.orders[order.order_ref] = order


def _release(turn: Turn, task: Task, step: Step) -> None:
    """It never moved: available again, and its line wants one again."""
    _resolve_doubts(turn, task, step, None)
    step.status = StepStatus.RELEASED
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(step.pack_id)
    _want_again(turn, task, step)


def _lose(turn: Turn, task: Task, step: Step, why: str) -> None:
    """Not where the ledger has it: nothing picks it until somebody has counted."""
    _resolve_doubts(turn, task, step, None)
    step.status = StepStatus.LOST
    turn.changes.tasks[task.task_id] = task
    book = turn.state.book
    book.unclaim(step.pack_id)
    book.hold(step.pack_id, f"missing: {why}")
    turn.changes.note(f"robot:{task.robot}", "pack.missing", f"pack:{step.pack_id}", why=why)
    allocation.trim(turn, book.pack(step.pack_id).gtin)
    _want_again(turn, task, step)


def _away(turn: Turn, task: Task, step: Step, account: str, reason: str, status: StepStatus) -> None:
    """Out of the robot's stock for good, or until a person has looked at it."""
    _resolve_doubts(turn, task, step, None)
    step.status = status
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(step.pack_id)
    turn.state.book.fresh.pop((turn.state.book.pack(step.pack_id).gtin, robot_account(task.robot)), None)
    turn.state.book.post(step.pack_id, account, at=turn.now, reason=reason, reference=task.task_id)
    turn.changes.note("controller", "pack.taken_out", f"pack:{step.pack_id}", account=account, reason=reason)
    _want_again(turn, task, step)


def _want_again(turn: Turn, task: Task, step: Step) -> None:
    if step.line is None or task.order_ref is None:
        return
    order, line = _served(turn, task, step)
    line.in_work -= 1
    tote = turn.state.totes[task.tote_id or ""]
    tote.expected -= 1
    turn.changes.totes[tote.tote_id] = tote
    turn.changes.orders[order.order_ref] = order
    if order.cancel_reason is None:
        allocation.want(turn, order, line)
        orders.schedule_last_call(turn, order)


def _served(turn: Turn, task: Task, step: Step) -> tuple[Order, OrderLine]:
    order = turn.state.orders[task.order_ref or ""]
    return order, order.lines[(step.line or 0) - 1]


def _close(turn: Turn, task: Task, status: TaskStatus) -> None:
    for step in task.steps:
        if step.status in _OPEN_STEPS:
            _release(turn, task, step)
    task.status = status
    task.finished_at = turn.now
    turn.changes.tasks[task.task_id] = task
    turn.state.close_task(task)
    if task.order_ref is not None and task.order_ref in turn.state.orders:
        orders.advance(turn, turn.state.orders[task.order_ref])


def _step(task: Task, pack_id: str) -> Step | None:
    return next((step for step in task.steps if step.pack_id == pack_id), None)


def _mismatched(turn: Turn, task: Task, step: Step) -> bool:
    return step.status is StepStatus.IN_DOUBT and any(
        doubt.task_id == task.task_id and doubt.pack_id == step.pack_id and doubt.reason == MISMATCH
        for doubt in turn.state.doubts.values()
    )


def _free_head(turn: Turn, task: Task) -> None:
    """Once every pack is off its shelf, nothing of the task stands before the next tour: belts work by themselves."""
    if all(step.status is not StepStatus.BOUND for step in task.steps):
        turn.state.contacts[task.robot].busy.pop(task.task_id, None)


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


def _resolve_doubts(
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
