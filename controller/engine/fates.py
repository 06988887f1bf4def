"""What became of one pack of a robot's task, and what follows for its line, its tote and the stock book.

Each function has its effect once: a step that is settled stays as it is.
"""

from controller.domain.chore import ChoreKind
from controller.domain.doubt import Finding
from controller.domain.order import Order, OrderLine
from controller.domain.pack import GOODS_IN, MISSING, QUARANTINE, WRITTEN_OFF, robot_account
from controller.domain.task import Step, StepStatus, Task, TaskKind
from controller.engine import allocation, disposals, doubts, orders, totes
from controller.engine.actions import PackReport, ResultReport
from controller.engine.turn import Turn
from controller.ledger.book import TRANSFERRED

OPEN_STEPS = (StepStatus.BOUND, StepStatus.GRIPPED, StepStatus.IN_DOUBT)


def apply(turn: Turn, task: Task, step: Step, report: PackReport | None, result: ResultReport) -> None:
    outcome = report.outcome if report is not None else "unknown"
    if outcome == "delivered" and task.kind is TaskKind.PICK:
        to_tote(turn, task, step)
    elif outcome == "stored" and task.kind is TaskKind.STORE:
        stored(turn, task, step.pack_id)
    elif outcome == "ejected" and _for_another_robot(turn, task):
        _to_goods_in(turn, task, step)
    elif outcome == "ejected":
        away(turn, task, step, QUARANTINE, "ejected", StepStatus.DONE)
    elif outcome in ("not_moved", "counted", "relocated"):
        release(turn, task, step)
    elif outcome == "missing":
        lose(turn, task, step, "its location was empty")
    elif outcome == "dropped":
        away(turn, task, step, WRITTEN_OFF, "dropped in the robot", StepStatus.LOST)
    else:
        reason = f"{task.robot} does not know what became of it ({result.reason})"
        doubts.open_doubt(turn, task, step, reason, look=True)


def stored(turn: Turn, task: Task, pack_id: str) -> None:
    """The pack is on a shelf; no word of that kind ends a task of another."""
    step = find_step(task, pack_id)
    if step is None or step.status not in OPEN_STEPS or task.kind is not TaskKind.STORE:
        return
    doubts.resolve(turn, task, step, None)
    step.status = StepStatus.DONE
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(pack_id)
    turn.state.book.post(pack_id, robot_account(task.robot), at=turn.now, reason="stored", reference=task.task_id)
    turn.state.remember_stored(task.robot, pack_id)


def to_tote(turn: Turn, task: Task, step: Step) -> None:
    doubts.resolve(turn, task, step, Finding.IN_TOTE)
    step.status = StepStatus.DONE
    turn.changes.tasks[task.task_id] = task
    free_head(turn, task)
    order, line = _served(turn, task, step)
    totes.put_in(turn, turn.state.totes[task.tote_id or ""], step.pack_id, reason="picked", reference=task.task_id)
    line.in_work -= 1
    line.gathered += 1
    turn.changes.orders[order.order_ref] = order


def release(turn: Turn, task: Task, step: Step) -> None:
    """It never moved: available again, and its line wants one again."""
    doubts.resolve(turn, task, step, None)
    step.status = StepStatus.RELEASED
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(step.pack_id)
    _want_again(turn, task, step)


def lose(turn: Turn, task: Task, step: Step, why: str) -> None:
    """Not where the ledger has it: nothing picks it until somebody has counted."""
    doubts.resolve(turn, task, step, None)
    step.status = StepStatus.LOST
    turn.changes.tasks[task.task_id] = task
    book = turn.state.book
    book.unclaim(step.pack_id)
    book.hold(step.pack_id, f"{MISSING}{why}")
    disposals.missed(turn, book.pack(step.pack_id))
    turn.changes.note(f"robot:{task.robot}", "pack.missing", f"pack:{step.pack_id}", why=why)
    allocation.trim(turn, book.pack(step.pack_id).gtin)
    _want_again(turn, task, step)


def away(turn: Turn, task: Task, step: Step, account: str, reason: str, status: StepStatus) -> None:
    """Out of the robot's stock for good, or until a person has looked at it."""
    doubts.resolve(turn, task, step, None)
    step.status = status
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(step.pack_id)
    turn.state.book.post(step.pack_id, account, at=turn.now, reason=reason, reference=task.task_id)
    turn.changes.note("controller", "pack.taken_out", f"pack:{step.pack_id}", account=account, reason=reason)
    _want_again(turn, task, step)


def _for_another_robot(turn: Turn, task: Task) -> bool:
    chore = turn.state.night.open.get(task.task_id)
    return chore is not None and chore.kind is ChoreKind.TRANSFER


def _to_goods_in(turn: Turn, task: Task, step: Step) -> None:
    """Put out to be carried to another robot: it arrives once more, and its delivery waits for it once more."""
    doubts.resolve(turn, task, step, None)
    step.status = StepStatus.DONE
    turn.changes.tasks[task.task_id] = task
    turn.state.book.unclaim(step.pack_id)
    turn.state.book.post(step.pack_id, GOODS_IN, at=turn.now, reason=TRANSFERRED, reference=task.task_id)
    line = turn.state.delivery_lines.get(step.pack_id.rpartition(".")[0])
    if line is not None:
        line.waiting += 1
        turn.changes.delivery_lines[line.line_id] = line


def _want_again(turn: Turn, task: Task, step: Step) -> None:
    if step.line is None or task.order_ref is None:
        return
    order, line = _served(turn, task, step)
    line.in_work -= 1
    tote = turn.state.totes[task.tote_id or ""]
    tote.expected -= 1
    turn.changes.totes[tote.tote_id] = tote
    turn.changes.orders[order.order_ref] = order
    orders.want_again(turn, order, line)


def _served(turn: Turn, task: Task, step: Step) -> tuple[Order, OrderLine]:
    order = turn.state.orders[task.order_ref or ""]
    return order, order.lines[(step.line or 0) - 1]


def find_step(task: Task, pack_id: str) -> Step | None:
    return next((step for step in task.steps if step.pack_id == pack_id), None)


def free_head(turn: Turn, task: Task) -> None:
    """Once every pack is off its shelf, nothing of the task stands before the next tour: belts work by themselves."""
    if all(step.status is not StepStatus.BOUND for step in task.steps):
        contact = turn.state.contacts[task.robot]
        if contact.busy.pop(task.task_id, True) is None:
            contact.head_free_at = turn.now
