"""The list of what people fetch out of robots that are out: lines that nothing else can serve and that would be late.

A line is listed while its only packs stand in such robots and the robot is not expected back in time. Nothing is
bound before somebody takes the job, so a robot that comes back early serves its lines itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from controller.domain.decision import Decision
from controller.domain.order import Order, OrderClass, OrderLine
from controller.domain.pack import robot_account
from controller.domain.robot import Robot
from controller.domain.tote import TOTE_CAPACITY_PACKS
from controller.domain.work import FLOOR_STATION, Work, WorkKind
from controller.engine import absence, allocation, interlocks, orders, plan, release, totes, works
from controller.engine.outages import HandPack, HandPick
from controller.engine.turn import Turn, can_work

LOOK_EVERY_S = 30.0
TOUR_S = 120.0
"""A robot that has come back needs about so long until the first packs are in their tote."""

_Pulls = tuple[tuple[int, str], ...]


def look(turn: Turn) -> None:
    """Make the list anew, where it is time and a robot is out; people at the floor hear of it."""
    state, known = turn.state, turn.state.outages
    out = [robot for robot in state.robots.values() if not can_work(robot)]
    before, known.out = known.out, {robot.robot: _since(turn, robot) for robot in out}
    if not out:
        known.hand_picks = ()
        return
    if turn.now < known.look_at and known.out.keys() == before.keys():
        return
    known.look_at = turn.now + LOOK_EVERY_S
    turn.wake_at(known.look_at)
    doors = {
        robot_account(robot.robot): absence.back_at(turn, robot) for robot in out if absence.may_be_entered(turn, robot)
    }
    found = [pick for order in state.orders.values() for pick in _of_order(turn, order, doors)] if doors else []
    known.hand_picks = tuple(sorted(found, key=lambda pick: _urgency(turn, pick)))
    if found:
        turn.stir(FLOOR_STATION)


def next_job(turn: Turn, waiting: Work | None) -> Work | None:
    """The first job of the list, bound to its packs; None where the job that waits at the floor is to go first."""
    state = turn.state
    for pick in state.outages.hand_picks:
        order = state.orders.get(pick.order_ref)
        if order is None or not absence.may_be_entered(turn, state.robots[pick.robot]):
            continue
        routine, due_at, _ = _urgency(turn, pick)
        if waiting is not None and (waiting.urgency > 1, waiting.due_at) <= (routine, due_at):
            return None
        account = robot_account(pick.robot)
        pulls = _pulls(turn, order, _lines(turn, order, {account: pick.back_at}, account), account)
        if pulls and release.may_begin(turn, order):
            return _begin(turn, order, pick, pulls)
    return None


def fetched(turn: Turn, work: Work, moved: Iterable[str]) -> None:
    """A person has taken packs from the shelves of a robot, which may not know of it."""
    robot = work.robot or ""
    rack, withdrawal = turn.state.night.racks[robot], turn.state.withdrawn.get(robot)
    for pack_id in moved:
        if withdrawal is not None:
            withdrawal.taken[pack_id] = rack.shelf_of.get(pack_id, "")
            turn.changes.withdrawals[withdrawal.withdrawal_id] = withdrawal
        rack.misplaced.pop(pack_id, None)


def _since(turn: Turn, robot: Robot) -> float:
    since = turn.state.contacts[robot.robot].cannot_work_since
    return turn.now if since is None else since


def _of_order(turn: Turn, order: Order, doors: Mapping[str, float]) -> Iterable[HandPick]:
    if order.cancel_reason is not None or not any(line.reserved for line in order.lines):
        return
    wanted_at = allocation.wanted_at(turn, order)
    for account, back_at in doors.items():
        if back_at + TOUR_S <= wanted_at:
            continue
        pulls = _pulls(turn, order, _lines(turn, order, doors, account), account)
        if pulls:
            packs = tuple(_described(turn, account[6:], *pull) for pull in pulls)
            yield HandPick(order.order_ref, account[6:], packs, wanted_at, back_at)


def _lines(turn: Turn, order: Order, doors: Mapping[str, float], account: str) -> list[OrderLine]:
    """Lines that nothing in service can serve, and of which this is the place among the doors where they are had."""
    found = []
    for line in order.lines:
        if line.reserved <= 0:
            continue
        holders = list(turn.state.book.holders(line.gtin))
        if account not in holders or any(allocation.in_service(turn, other) for other in holders):
            continue
        if account == min(other for other in holders if other in doors):
            found.append(line)
    return found


def _pulls(turn: Turn, order: Order, lines: Iterable[OrderLine], account: str) -> _Pulls:
    pulls: list[tuple[int, str]] = []
    for line in lines:
        room = min(TOTE_CAPACITY_PACKS - len(pulls), line.reserved)
        pulls += [(line.number, choice.pack_id) for choice in plan.choices(turn, order, line, account, room)]
    return tuple(pulls)


def _described(turn: Turn, robot: str, line: int, pack_id: str) -> HandPack:
    pack = turn.state.book.packs[pack_id]
    shelf = turn.state.night.racks[robot].shelf_of.get(pack_id)
    return HandPack(line, pack_id, pack.gtin, pack.batch, pack.expiry, shelf)


def _urgency(turn: Turn, pick: HandPick) -> tuple[bool, float, str]:
    order = turn.state.orders[pick.order_ref]
    return (order.order_class is OrderClass.ROUTINE, order.due_at, order.order_ref)


def _decision(turn: Turn, order: Order, pick: HandPick, pulls: _Pulls) -> Decision:
    """Why a person goes into this robot for this order. Nothing is weighed: the most urgent of the list is next."""
    account = robot_account(pick.robot)
    listed = [each.order_ref for each in turn.state.outages.hand_picks if each.robot == pick.robot]
    after = listed[listed.index(order.order_ref) + 1 :]
    return Decision(
        at=turn.now,
        order_ref=order.order_ref,
        source=account,
        work_ref="",
        packs=len(pulls),
        index=0.0,
        score=0.0,
        slack_s=round(pick.wanted_at - TOUR_S - turn.now, 1),
        waited_s=round(turn.now - order.placed_at, 1),
        left=order.wanted + order.in_work,
        waiting_orders=len(listed),
        beat=after[0] if after else None,
        held_up_by=f"{account} down",
        others=plan.other_holders(turn, order, order.lines[pulls[0][0] - 1], account),
    )


def _begin(turn: Turn, order: Order, pick: HandPick, pulls: _Pulls) -> Work:
    robot = pick.robot
    decided = _decision(turn, order, pick, pulls)
    tote = orders.tote_for(turn, order)
    pulls = pulls[: TOTE_CAPACITY_PACKS - tote.packs - tote.expected]
    work = works.create(
        turn,
        WorkKind.HAND_PICK,
        FLOOR_STATION,
        order.due_at,
        totes.URGENCY[order.order_class],
        order=order,
        tote_id=tote.tote_id,
        robot=robot,
        pack_ids=[pack_id for _, pack_id in pulls],
        lines=[line for line, _ in pulls],
    )
    turn.changes.decisions.append(replace(decided, work_ref=work.work_id, packs=len(pulls)))
    release.begun(turn, order)
    plan.bind(turn, order, tote, [plan.Pull(line, pack_id) for line, pack_id in pulls], work.work_id)
    interlocks.entered(turn, turn.state.robots[robot])
    allocation.restate(turn, order)
    turn.changes.note(
        "controller",
        "order.picked_by_hand",
        f"order:{order.order_ref}",
        robot=robot,
        work_id=work.work_id,
        packs=[pack_id for _, pack_id in pulls],
    )
    return work
