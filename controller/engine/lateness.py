"""Tells why an order is late: once when its due time passes and it is still here, and once when it has left late.

At the end of a turn, from what the turn has changed; the answer is in the journal (`order.late`), from where the API
and the report of a rehearsed day have it.
"""

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from typing import Protocol

from controller.domain.decision import Decision, Passed
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.fault import Fault
from controller.domain.order import Order, OrderStatus
from controller.domain.product import Product
from controller.domain.robot import Robot, Trust
from controller.domain.task import StepStatus, Task
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.engine.trails import Trail, Trails, standstill_of
from controller.engine.turn import PACKML_BLOCKED, Turn, can_work
from controller.scheduling.dispatch import Standing
from controller.scheduling.gathering import NO_PLACE
from controller.scheduling.lateness import Lateness, judge
from controller.scheduling.lateness_records import Job, Records, Standstill, Trip
from controller.scheduling.lateness_words import told
from controller.scheduling.picture import BELT_S
from controller.scheduling.times import LearnedTimes

GRACE_S = 15.0
"""Of an order that leaves within so long after it was due it is told once, when it has left."""
LACKING_EVERY_S = 30.0
_USUAL_HEIGHT_MM = 60.0
"""Of a product that nobody knows any more."""


class Queues(Protocol):
    def standing(self, number: int) -> Standing | None: ...


class Shelves(Protocol):
    def holders(self, gtin: str) -> Iterable[str]: ...


class Known(Protocol):
    """What is asked of the working set."""

    @property
    def trails(self) -> Trails: ...
    @property
    def faults(self) -> Mapping[str, Fault]: ...
    @property
    def products(self) -> Mapping[str, Product]: ...
    @property
    def robots(self) -> Mapping[str, Robot]: ...
    @property
    def times(self) -> LearnedTimes: ...
    @property
    def dispatch(self) -> Queues: ...
    @property
    def book(self) -> Shelves: ...


def of_order(known: Known, order: Order, now: float) -> Lateness:
    """Why it is late, or where its time has gone so far. Of an order that has left long ago little is known."""
    return judge(_records(known, order, now, _codes(known)))


def follow(turn: Turn) -> None:
    """Keep up the trails, and tell of what this turn has shown to be late."""
    trails, changes = turn.state.trails, turn.changes
    for order in changes.orders.values():
        if order.order_ref in turn.state.orders:
            trails.begin(order)
    trails.add(changes.tasks.values(), changes.works.values(), changes.doubts.values(), changes.decisions)
    trails.mark_refused(changes.works.values(), turn.state.totes)
    _watch_robots(turn)
    _watch_stock(turn)
    late = [*_left_late(turn), *_overdue(turn)]
    if late:
        codes = _codes(turn.state)
        for order in late:
            answer = told(judge(_records(turn.state, order, turn.now, codes)))
            changes.note("controller", "order.late", f"order:{order.order_ref}", **answer)
    for order in changes.orders.values():
        if order.order_ref not in turn.state.orders:
            trails.of_order.pop(order.order_ref, None)
            trails.lacking.pop(order.order_ref, None)


# ---- what is kept up ----------------------------------------------------------------------------------------


def _watch_robots(turn: Turn) -> None:
    state, trails = turn.state, turn.state.trails
    for robot in state.robots.values():
        before = trails.standing.get(robot.robot)
        if can_work(robot):
            if before is not None:
                trails.works_again(robot.robot, turn.now)
        elif before is None or (before.fault_id is None and robot.robot in state.stops):
            # What shows that a robot has stopped may come a moment before the fault because of which it has.
            trails.stands(_standstill(turn, robot, turn.now if before is None else before.from_at))


def _standstill(turn: Turn, robot: Robot, since: float) -> Standstill:
    state = turn.state
    stop, withdrawal = state.stops.get(robot.robot), state.withdrawn.get(robot.robot)
    fault = state.faults.get(stop[0]) if stop is not None else None
    if fault is not None:
        return standstill_of(fault, min(since, fault.raised_at))
    if withdrawal is not None:
        why = f"taken out by {withdrawal.actor}: {withdrawal.reason}"
    elif robot.maintenance is not None:
        why = "planned maintenance"
    elif not state.link_up:
        why = "there was no connection to the broker"
    elif robot.trust is not Trust.READY:
        why = "nothing was heard of it"
    else:
        why = "it was held or stopped" if robot.packml in PACKML_BLOCKED else f"it was in mode {robot.mode}"
    return Standstill(robot.robot, since, None, why)


def _watch_stock(turn: Turn) -> None:
    trails = turn.state.trails
    for order in turn.changes.orders.values():
        if order.order_ref in turn.state.orders and _lacks(order):
            trails.lacking[order.order_ref] = None
            trail = trails.of_order[order.order_ref]
            trail.lacking_since = turn.now if trail.lacking_since is None else trail.lacking_since
    if turn.now < trails.lacking_at:
        return
    trails.lacking_at = turn.now + LACKING_EVERY_S
    for order_ref in list(trails.lacking):
        trail, still_here = trails.of_order[order_ref], turn.state.orders.get(order_ref)
        if (still_here is None or not _lacks(still_here)) and trail.lacking_since is not None:
            trail.lacking.append((trail.lacking_since, turn.now))
            trail.lacking_since = None
            del trails.lacking[order_ref]


def _lacks(order: Order) -> bool:
    return order.cancel_reason is None and any(line.wanted > line.reserved for line in order.lines)


def _left_late(turn: Turn) -> Iterable[Order]:
    for order in turn.changes.orders.values():
        if order.status is OrderStatus.DISPATCHED and (order.dispatched_at or 0.0) > order.due_at:
            yield order


def _overdue(turn: Turn) -> Iterable[Order]:
    due = turn.state.trails.due
    while due and due[0][0] + GRACE_S <= turn.now:
        _, order_ref = heappop(due)
        order = turn.state.orders.get(order_ref)
        if order is None or order.cancel_reason is not None:
            continue
        if _leaves_now(turn.state.departures.get(order.departure_id or ""), turn.now):
            heappush(due, (turn.now, order_ref))
            return
        yield order


def _leaves_now(departure: Departure | None, now: float) -> bool:
    """Its van is gone but for our word that it is."""
    return departure is not None and departure.status is DepartureStatus.PLANNED and departure.departs_at <= now


# ---- the records of one order -------------------------------------------------------------------------------


def _codes(known: Known) -> dict[str, str]:
    """Command → the fault that it met with."""
    return {fault.command_id: fault.code for fault in known.faults.values() if fault.command_id is not None}


def _records(known: Known, order: Order, now: float, codes: Mapping[str, str]) -> Records:
    trail = known.trails.of_order.get(order.order_ref, Trail())
    end_at = now if order.dispatched_at is None else order.dispatched_at
    trips = [_tour(known, order, task, trail, codes) for task in trail.tours.values()]
    trips += [_by_hand(known, work, trail) for work in trail.works.values() if work.kind is WorkKind.HAND_PICK]
    standing = known.dispatch.standing(order.number)
    wanted = sorted({account for line in order.lines if line.wanted > 0 for account in known.book.holders(line.gtin)})
    robots = [account[6:] for account in wanted if account.startswith("robot:")]
    return Records(
        placed_at=order.placed_at,
        due_at=order.due_at,
        end_at=end_at,
        left_at=order.dispatched_at,
        van=order.departure_id or "",
        trips=tuple(trips),
        checks=tuple(_jobs(known, order, trail, (WorkKind.CHECK,))),
        loads=tuple(_jobs(known, order, trail, (WorkKind.LOAD, WorkKind.HAND_OVER))),
        standstills=tuple(
            each
            for each in (*known.trails.standstills, *known.trails.standing.values())
            if each.from_at < end_at and (each.until_at is None or each.until_at > order.placed_at)
        ),
        lacking=(*trail.lacking, *(((trail.lacking_since, None),) if trail.lacking_since is not None else ())),
        waits_for=tuple(robots or (account.partition(":")[2] for account in wanted)),
        waits_by_hand=not robots,
        wanting=order.wanted > 0,
        begin_by=standing.begin_by if standing is not None else None,
    )


def _tour(known: Known, order: Order, task: Task, trail: Trail, codes: Mapping[str, str]) -> Trip:
    decision = trail.decisions.get(task.task_id)
    lines = frozenset(step.line for step in task.steps if step.line is not None)
    heights = [_height_mm(known, order, step.line) for step in task.steps]
    return Trip(
        ref=task.task_id,
        place=task.robot,
        lines=lines,
        given_at=task.issued_at,
        began_at=task.started_at,
        ended_at=task.finished_at,
        usual_s=known.times.tour_s(task.robot, heights) + BELT_S,
        short=task.status.final and any(step.status is not StepStatus.DONE for step in task.steps),
        code=codes.get(task.task_id),
        begin_by=None if decision is None else decision.at + decision.slack_s,
        rivals=() if decision is None else _rivals(decision, task.robot),
        held_for_place=decision is not None and decision.held_up_by == NO_PLACE,
        doubts=tuple(
            (each.opened_at, each.resolved_at) for each in trail.doubts.values() if each.task_id == task.task_id
        ),
    )


def _by_hand(known: Known, work: Work, trail: Trail) -> Trip:
    decision = trail.decisions.get(work.work_id)
    place = work.robot or work.station
    return Trip(
        ref=work.work_id,
        place=place,
        lines=frozenset(work.lines),
        given_at=work.created_at,
        began_at=work.taken_at,
        ended_at=work.finished_at,
        usual_s=known.times.work_s(work.station, work.kind, len(work.pack_ids)),
        by_hand=True,
        short=work.status is WorkStatus.WITHDRAWN,
        begin_by=None if decision is None else decision.at + decision.slack_s,
        rivals=() if decision is None else _rivals(decision, place),
        held_for_place=decision is not None and decision.held_up_by == NO_PLACE,
    )


def _rivals(decision: Decision, place: str) -> tuple[str, ...]:
    out = [each.source[6:] for each in decision.others if each.passed is Passed.OUT_OF_SERVICE]
    held_up_by = decision.held_up_by or ""
    if held_up_by.startswith("robot:"):
        out.append(held_up_by[6:].partition(" ")[0])
    return tuple(dict.fromkeys(name for name in out if name != place))


def _jobs(known: Known, order: Order, trail: Trail, kinds: tuple[WorkKind, ...]) -> Iterable[Job]:
    packs = sum(line.gathered for line in order.lines) // max(1, len(order.totes))
    for work in trail.works.values():
        if work.kind not in kinds or work.status is WorkStatus.WITHDRAWN:
            continue
        yield Job(
            tote=work.tote_id or "",
            station=work.station,
            made_at=work.created_at,
            taken_at=work.taken_at,
            ended_at=work.finished_at,
            usual_s=known.times.work_s(work.station, work.kind, packs),
            refused=work.work_id in trail.refused,
        )


def _height_mm(known: Known, order: Order, line: int | None) -> float:
    product = known.products.get(order.lines[line - 1].gtin) if line is not None else None
    return product.height_mm if product is not None else _USUAL_HEIGHT_MM
