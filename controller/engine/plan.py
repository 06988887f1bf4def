"""Plan: which robot does what next. Runs at the end of every turn; binds packs, issues commands.

A robot is kept at most two tours ahead. Which pack it takes for which order is decided when it is nearly free.
"""

from collections.abc import Sequence

from controller.domain.order import Order, OrderLine
from controller.domain.pack import robot_account
from controller.domain.robot import Robot
from controller.domain.task import Step, TaskKind
from controller.domain.tote import TOTE_CAPACITY_PACKS, Tote
from controller.engine import allocation, orders, tasks
from controller.engine.ports import FefoException
from controller.engine.turn import Turn, can_work
from controller.ledger import fefo
from controller.scheduling.backlog import Pull, Tour

TOURS_AHEAD = 2
"""One that is being done and one that waits at the robot, so that it never waits for us."""


def plan(turn: Turn) -> None:
    """Give every robot that is nearly free its best tour; the one with least to do chooses first."""
    allocation.refresh(turn)
    free = [robot for robot in turn.state.robots.values() if _has_room(turn, robot)]
    while free:
        free.sort(key=lambda robot: (len(turn.state.contacts[robot.robot].busy), robot.robot))
        robot = free[0]
        if not _next_tour(turn, robot) or not _has_room(turn, robot):
            free.remove(robot)


def candidates_at(turn: Turn, account: str, limit: int) -> Tour | None:
    """The best tour for a source now; None where nothing may be taken there."""
    state = turn.state

    def candidates(order: Order, line: OrderLine, packs: int) -> list[str]:
        return [choice.pack_id for choice in _choices(turn, order, line.gtin, account, packs)]

    return state.backlog.pull(
        account,
        limit,
        order_of=state.order_by_number.get,
        holds=lambda gtin: bool(state.book.shelf(gtin, account)),
        candidates=candidates,
    )


def bind(turn: Turn, order: Order, tote: Tote, pulls: Sequence[Pull], task_id: str) -> None:
    """Bind the packs of a tour to the task; the ledger refuses what must not leave."""
    book = turn.state.book
    for pull in pulls:
        line = order.lines[pull.line - 1]
        _record_exception(turn, order, pull.pack_id, task_id)
        book.claim(pull.pack_id, task_id, expires_after=turn.outlast(order))
        book.reserve(line.gtin, -1)
        line.reserved -= 1
        line.in_work += 1
        if line.wanted == 0:
            allocation.forget(turn, order, line)
    tote.expected += len(pulls)
    turn.changes.totes[tote.tote_id] = tote
    turn.changes.orders[order.order_ref] = order


def _next_tour(turn: Turn, robot: Robot) -> bool:
    tour = candidates_at(turn, robot_account(robot.robot), robot.max_tour_items)
    if tour is None:
        return False
    order = turn.state.orders[tour.order_ref]
    tote = orders.tote_for(turn, order)
    pulls = tour.pulls[: TOTE_CAPACITY_PACKS - tote.packs - tote.expected]
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
    bind(turn, order, tote, pulls, task.task_id)
    return True


def _has_room(turn: Turn, robot: Robot) -> bool:
    contact = turn.state.contacts[robot.robot]
    if not turn.state.backlog.waiting(robot_account(robot.robot)):
        return False
    if not can_work(robot) or contact.pause_until > turn.now or not robot.outputs:
        return False
    tours = sum(1 for task_id in contact.busy if turn.state.tasks[task_id].kind is TaskKind.PICK)
    return tours < TOURS_AHEAD and len(contact.busy) <= robot.max_queue


def _choices(turn: Turn, order: Order, gtin: str, account: str, packs: int) -> list[fefo.Choice]:
    return fefo.choose(
        turn.state.book,
        gtin,
        account,
        packs,
        expires_after=turn.outlast(order),
        in_service=lambda other: allocation.in_service(turn, other),
    )


def _record_exception(turn: Turn, order: Order, pack_id: str, task_id: str) -> None:
    """FEFO lets a later pack go by rule; each time it does is written down."""
    book = turn.state.book
    pack = book.pack(pack_id)
    holders = [account for account in book.holders(pack.gtin) if account != pack.account]
    if not holders:
        return
    choices = _choices(turn, order, pack.gtin, pack.account, 1)
    if choices and choices[0].pack_id == pack_id and choices[0].older_pack_id is not None:
        turn.changes.fefo_exceptions.append(
            FefoException(turn.now, pack_id, choices[0].older_pack_id, task_id, choices[0].reason or "")
        )
