"""Plan: which source does what next. Runs at the end of every turn; binds packs, issues commands, says why.

A robot is kept at most two tours ahead. Which pack it takes for which order is decided when it is nearly free.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from controller.domain.decision import Decision, OtherHolder, Passed
from controller.domain.order import Order, OrderLine
from controller.domain.pack import robot_account
from controller.domain.robot import Robot, Trust
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.domain.tote import TOTE_CAPACITY_PACKS, Tote
from controller.engine import allocation, learning, orders, release, tasks
from controller.engine.ports import FefoException
from controller.engine.turn import Turn, can_work, stands
from controller.ledger import fefo
from controller.scheduling.dispatch import Choice, Standing
from controller.scheduling.gathering import NO_PLACE

TOURS_AHEAD = 2
"""One that is being done and one that waits at the robot, so that it never waits for us."""
WITHDRAW_AFTER_S = 90.0
"""A stop that lasts longer gives the tours that wait at the robot to others; most stops are over by then."""
GIVE_UP_AFTER_S = 300.0
"""One that lasts longer than this gives up the tour in which it came, too: what it has not gripped another may fetch.
The robot ends it once nothing in it can move, so an answer may take as long as the stop where it has gripped packs."""


@dataclass(frozen=True, slots=True)
class Pull:
    """One pack to take for one line."""

    line: int
    pack_id: str


Pulls = tuple[Pull, ...]
"""What a source does next: packs of one order."""


def plan(turn: Turn) -> None:
    """Give every robot that is nearly free its best tour; the one with least to do chooses first."""
    _withdraw_from_stopped(turn)
    orders.settle_single_batches(turn)
    allocation.refresh(turn)
    free = [robot for robot in turn.state.robots.values() if _has_room(turn, robot)]
    while free:
        free.sort(key=lambda robot: (len(turn.state.contacts[robot.robot].busy), robot.robot))
        robot = free[0]
        if not _next_tour(turn, robot) or not _has_room(turn, robot):
            free.remove(robot)


def choose_at(turn: Turn, account: str, limit: int) -> Choice[Pulls] | None:
    """The best tour for a source now; None where nothing may be taken there."""
    state = turn.state

    def tour(standing: Standing) -> Pulls | None:
        order = state.order_by_number[standing.number]
        if not release.may_begin(turn, order):
            release.hold(turn, order)
            return None
        pulls = _pulls(turn, order, account, limit)
        if not pulls:
            allocation.park(turn, order, account)
        return pulls or None

    def rivals(standing: Standing) -> Iterable[str]:
        order = state.order_by_number[standing.number]
        others = allocation.other_holders(turn, (line.gtin for line in _lines_at(turn, order, account)), account)
        return (other for other in others if allocation.in_service(turn, other))

    return state.dispatch.choose(account, turn.now, tour, rivals)


def give(turn: Turn, account: str, choice: Choice[Pulls], begin: Callable[[Order, Tote, Sequence[Pull]], str]) -> None:
    """Carry a choice out: a tote, the work that `begin` makes (it returns its id), packs bound, reasons kept."""
    order = turn.state.order_by_number[choice.standing.number]
    held_up = NO_PLACE if release.begun(turn, order) else None
    tote = orders.tote_for(turn, order)
    pulls = choice.tour[: TOTE_CAPACITY_PACKS - tote.packs - tote.expected]
    others = other_holders(turn, order, order.lines[pulls[0].line - 1], account)
    work_ref = begin(order, tote, pulls)
    bind(turn, order, tote, pulls, work_ref)
    turn.changes.decisions.append(_decision(turn, order, account, work_ref, len(pulls), choice, others, held_up))
    allocation.restate(turn, order)


def _next_tour(turn: Turn, robot: Robot) -> bool:
    choice = choose_at(turn, robot_account(robot.robot), robot.max_tour_items)
    if choice is None:
        return False

    def begin(order: Order, tote: Tote, pulls: Sequence[Pull]) -> str:
        task = tasks.issue(
            turn,
            robot,
            TaskKind.PICK,
            tasks.TOUR_VALID_S,
            order_ref=order.order_ref,
            tote_id=tote.tote_id,
            output=robot.outputs[0],
            steps=[Step(pull.pack_id, item, pull.line) for item, pull in enumerate(pulls, start=1)],
        )
        return task.task_id

    give(turn, robot_account(robot.robot), choice, begin)
    return True


def _has_room(turn: Turn, robot: Robot) -> bool:
    contact = turn.state.contacts[robot.robot]
    if not turn.state.dispatch.waiting(robot_account(robot.robot)):
        return False
    if not can_work(robot) or contact.pause_until > turn.now or not robot.outputs:
        return False
    return _tours_ahead(turn, robot) < TOURS_AHEAD and len(contact.busy) <= robot.max_queue


def _tours_ahead(turn: Turn, robot: Robot) -> int:
    tasks_there = turn.state.contacts[robot.robot].busy
    return sum(1 for task_id in tasks_there if turn.state.tasks[task_id].kind is TaskKind.PICK)


def _withdraw_from_stopped(turn: Turn) -> None:
    """A robot that stays stopped gives back the tours that it has not begun, and later the one that it cannot end.

    A short stop changes nothing (hysteresis). A robot that cannot be heard keeps them: its packs are in doubt. One that
    people let drain ends what it is doing.
    """
    for robot in turn.state.robots.values():
        contact = turn.state.contacts[robot.robot]
        if can_work(robot):
            contact.cannot_work_since = None
            continue
        if contact.cannot_work_since is None:
            contact.cannot_work_since = turn.now
            learning.disturbed(turn, robot.robot)
        if robot.trust is not Trust.READY or turn.now - contact.cannot_work_since < WITHDRAW_AFTER_S:
            continue
        given_up = [TaskStatus.ACCEPTED]
        if stands(robot) and turn.now - contact.cannot_work_since >= GIVE_UP_AFTER_S:
            given_up.append(TaskStatus.RUNNING)
        for task in list(turn.state.open_tasks(robot.robot)):
            if task.kind is TaskKind.PICK and task.status in given_up and not task.cancel_asked and _has_bound(task):
                tasks.ask_cancel(turn, task)
                turn.changes.note(
                    "controller", "tour.withdrawn", f"order:{task.order_ref}", task_id=task.task_id, robot=robot.robot
                )


def _has_bound(task: Task) -> bool:
    """Whether anything of it is still on its shelf."""
    return any(step.status is StepStatus.BOUND for step in task.steps)


def bind(turn: Turn, order: Order, tote: Tote, pulls: Sequence[Pull], work_ref: str) -> None:
    """Bind the packs of a tour to the work; the ledger refuses what must not leave."""
    book = turn.state.book
    for pull in pulls:
        line = order.lines[pull.line - 1]
        _record_exception(turn, order, line, pull.pack_id, work_ref)
        pack = book.claim(pull.pack_id, work_ref, expires_after=turn.outlast(order))
        book.reserve(line.gtin, -1)
        line.reserved -= 1
        line.in_work += 1
        if line.single_batch:
            line.batch = pack.batch
        if line.wanted == 0:
            allocation.forget(turn, order, line)
    tote.expected += len(pulls)
    turn.changes.totes[tote.tote_id] = tote
    turn.changes.orders[order.order_ref] = order


def _lines_at(turn: Turn, order: Order, account: str) -> list[OrderLine]:
    """The lines of the order of which the source has packs, those first that nobody else has."""
    book = turn.state.book
    found = [line for line in order.lines if line.reserved > 0 and book.shelf(line.gtin, account)]
    if len(found) > 1:
        found.sort(key=lambda line: (sum(1 for _ in book.holders(line.gtin)) > 1, -line.reserved, line.number))
    return found


def _pulls(turn: Turn, order: Order, account: str, limit: int) -> Pulls:
    """Packs for the tour, line by line: packs of one product mostly stand side by side, which saves travel."""
    pulls: list[Pull] = []
    for line in _lines_at(turn, order, account):
        room = min(limit - len(pulls), line.reserved)
        pulls.extend(Pull(line.number, choice.pack_id) for choice in choices(turn, order, line, account, room))
        if len(pulls) >= limit:
            break
    return tuple(pulls)


def choices(turn: Turn, order: Order, line: OrderLine, account: str, packs: int) -> list[fefo.Choice]:
    """Up to so many packs that may be taken from the account for the line now, first expired first."""
    book, outlast = turn.state.book, turn.outlast(order)
    if line.single_batch:
        batch = line.batch or fefo.batch_for(book, line.gtin, line.wanted, expires_after=outlast)
        if batch is None:
            return []
        return fefo.choose_of_batch(book, line.gtin, account, packs, expires_after=outlast, batch=batch)

    def goes_first(other: str) -> bool:
        return allocation.in_service(turn, other)

    found = fefo.choose(book, line.gtin, account, packs, expires_after=outlast, in_service=goes_first)
    if found and found[0].reason == fefo.OUT_OF_SERVICE and allocation.is_patient(turn, order):
        return []
    return found


def _record_exception(turn: Turn, order: Order, line: OrderLine, pack_id: str, work_ref: str) -> None:
    """FEFO lets a later pack go by rule; each time it does is written down."""
    book = turn.state.book
    pack = book.pack(pack_id)
    if not line.single_batch and all(account == pack.account for account in book.holders(pack.gtin)):
        return
    found = choices(turn, order, line, pack.account, 1)
    if found and found[0].pack_id == pack_id and found[0].older_pack_id is not None:
        turn.changes.fefo_exceptions.append(
            FefoException(turn.now, pack_id, found[0].older_pack_id, work_ref, found[0].reason or "")
        )


def other_holders(turn: Turn, order: Order, line: OrderLine, account: str) -> tuple[OtherHolder, ...]:
    """The other holders of what the tour begins with, and why none of them got it."""
    found = []
    for other in turn.state.book.holders(line.gtin):
        if other == account:
            continue
        kind, _, name = other.partition(":")
        if not allocation.in_service(turn, other):
            passed = Passed.OUT_OF_SERVICE
        elif not choices(turn, order, line, other, 1):
            passed = Passed.FEFO
        elif kind == "robot" and _tours_ahead(turn, turn.state.robots[name]) >= TOURS_AHEAD:
            passed = Passed.BUSY
        else:
            passed = Passed.BACKLOG
        found.append(OtherHolder(other, passed, turn.state.dispatch.backlog_s(other)))
    return tuple(sorted(found, key=lambda holder: holder.source))


def _decision(
    turn: Turn,
    order: Order,
    account: str,
    work_ref: str,
    packs: int,
    choice: Choice[Pulls],
    others: tuple[OtherHolder, ...],
    held_up_by: str | None,
) -> Decision:
    runner_up = choice.runner_up
    beaten = turn.state.order_by_number.get(runner_up.number) if runner_up is not None else None
    return Decision(
        at=turn.now,
        order_ref=order.order_ref,
        source=account,
        work_ref=work_ref,
        packs=packs,
        index=round(choice.index, 4),
        score=round(choice.score, 4),
        slack_s=round(choice.standing.begin_by - turn.now, 1),
        waited_s=round(turn.now - order.placed_at, 1),
        left=choice.standing.left,
        waiting_orders=choice.waiting,
        beat=beaten.order_ref if beaten is not None else None,
        beat_score=round(choice.runner_up_score, 4) if choice.runner_up_score is not None else None,
        held_up_by=held_up_by,
        others=others,
    )
