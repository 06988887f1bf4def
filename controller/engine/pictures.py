"""The live state as values for a forward run: the whole of it, or what one order that has just come finds before it."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

from controller.domain.order import Order, OrderClass, OrderStatus
from controller.domain.pack import area_account, robot_account
from controller.domain.robot import Robot
from controller.domain.task import TaskKind, TaskStatus
from controller.domain.tote import ToteStatus
from controller.domain.work import CHECK_STATION, DOCK_STATION, FLOOR_STATION, GOODS_IN_STATION, WorkKind, WorkStatus
from controller.engine import absence, allocation, orders, release
from controller.engine.turn import Turn, can_work, stands
from controller.ledger.fefo import TOLERANCE
from controller.scheduling.calendar import local_hour
from controller.scheduling.gathering import IN_DOUBT, UNDER_WAY
from controller.scheduling.picture import BELT_S, OpenOrder, Part, Picture, Source, Station

HAND_PICK_PACKS = 30
"""Packs that a person takes in one round: a tote."""
SETTLE_S = 10 * 60.0
"""A pack in doubt is looked for by a person: four minutes' work that must find somebody."""
TO_SHELF_S = 20 * 60.0
"""Packs at goods-in are on a shelf after so long, in their turn."""
STORE_S = 30.0
"""From the input belt to a shelf (DOMAIN.md Table A: 7 s median, with a tail to 47 s)."""
HOURS_AHEAD = 12
HELD_VAN_S = 15 * 60.0
"""A van that leaves later than the order was due by no more than this is its own, held; a later one is another."""
USUAL_TOTE_PACKS = 12
"""Two packs a line, six lines an order (DOMAIN.md Table A)."""

_LAST_ID = "\uffff"


@dataclass(slots=True)
class Hands:
    """What is under way: when each source is free, and when each order has what is being fetched for it."""

    robots: dict[str, float] = field(default_factory=dict)
    areas: dict[str, list[float]] = field(default_factory=dict)
    orders: dict[str, tuple[float, str]] = field(default_factory=dict)
    """…and from where the last of it comes."""
    in_doubt: dict[str, None] = field(default_factory=dict)
    back_at: dict[str, float] = field(default_factory=dict)
    """Robots that cannot work: when each is expected back."""


def whole(turn: Turn) -> Picture:
    """Every open order."""
    state = turn.state
    hands = under_way(turn)
    shelves: _Shelves = {}
    return Picture(
        now=turn.now,
        orders=tuple(open_order(turn, order, hands, shelves) for order in state.orders.values() if _counts(order)),
        sources=tuple(_robot(turn, robot, hands) for robot in state.robots.values())
        + tuple(_area(turn, area, hands) for area in (*state.areas, FLOOR_STATION)),
        check=_station(turn, CHECK_STATION),
        dock=_station(turn, DOCK_STATION),
        times=state.times,
        policy=state.dispatch.policy,
        outranked=state.outlook.arrivals.outranked(local_hour(turn.now, state.zone), len(state.in_service)),
        places=state.site.collation_places,
        places_routine=max(1, int(state.site.collation_places * (1.0 - release.KEPT_FREE))),
    )


def glance(turn: Turn, order: Order) -> Picture:
    """One order alone; what would be done before it keeps sources and people busy. A hundredth of a whole run."""
    state = turn.state
    allocation.restate(turn, order)
    standing = state.dispatch.standing(order.number)
    hands = under_way(turn)
    opened = open_order(turn, order, hands, {})
    outranked = state.outlook.arrivals.outranked(local_hour(turn.now, state.zone), len(state.in_service))
    named = {name for part in opened.parts for name, _ in part.holders}
    sources = [_robot(turn, robot, hands) for robot in state.robots.values() if robot_account(robot.robot) in named]
    sources += [_area(turn, area, hands) for area in (*state.areas, FLOOR_STATION) if area_account(area) in named]
    if standing is not None:
        share = 1.0 - outranked.get(order.order_class, 0.0)
        sources = [
            _after(source, state.dispatch.ahead_s(source.name, standing, turn.now) / share) for source in sources
        ]
    urgent = order.order_class is not OrderClass.ROUTINE
    return Picture(
        now=turn.now,
        orders=(opened,),
        sources=tuple(sources),
        check=_station(turn, CHECK_STATION, WorkKind.CHECK, urgent=urgent),
        dock=_station(turn, DOCK_STATION, WorkKind.LOAD, urgent=urgent),
        times=state.times,
        policy=state.dispatch.policy,
        outranked=outranked,
    )


def target_at(turn: Turn, order: Order) -> float:
    """When its last tote must be on its van or with the courier."""
    departure = turn.state.departures.get(order.departure_id or "")
    return departure.departs_at if departure is not None else order.due_at


def limit_at(turn: Turn, order: Order) -> float:
    """After this it is late: its due time; with its own van held a little, when that leaves."""
    leaves_at = target_at(turn, order)
    return leaves_at if leaves_at <= order.due_at + HELD_VAN_S else order.due_at


def fed_at(turn: Turn, order: Order) -> float | None:
    """When packs at goods-in that the order waits for could be had if they were fed first; None where none are."""
    book = turn.state.book
    if not any(book.arriving(line.gtin) for line in order.lines if line.wanted > line.reserved):
        return None
    return turn.now + turn.state.times.work_s(GOODS_IN_STATION, WorkKind.FEED, 1) + STORE_S


def under_way(turn: Turn) -> Hands:
    state, hands = turn.state, Hands()
    for robot in state.robots.values():
        if not can_work(robot):
            hands.back_at[robot.robot] = absence.back_at(turn, robot)
        moves_at = free_at = hands.back_at.get(robot.robot, turn.now)
        for task_id in state.contacts[robot.robot].busy:
            task = state.tasks[task_id]
            if task.kind is not TaskKind.PICK:
                continue
            packs = (state.book.packs.get(step.pack_id) for step in task.steps)
            heights = [state.products[pack.gtin].height_mm for pack in packs if pack is not None]
            took_s = state.times.tour_s(robot.robot, heights)
            began_at = task.started_at if task.started_at is not None else free_at
            free_at = max(free_at, began_at + took_s)
            _later(hands.orders, task.order_ref, free_at + BELT_S, robot_account(robot.robot))
        hands.robots[robot.robot] = free_at
        for task in state.open_tasks(robot.robot):
            if task.kind is not TaskKind.PICK:
                continue
            if task.status is TaskStatus.RUNNING and stands(robot):
                # What it has in its head or on its belt comes when it moves again.
                _later(hands.orders, task.order_ref, moves_at + BELT_S, robot_account(robot.robot))
            else:
                _later(hands.orders, task.order_ref, turn.now + BELT_S, UNDER_WAY)
    for work in state.works.values():
        if work.kind is WorkKind.HAND_PICK and work.status is WorkStatus.TAKEN:
            took_s = state.times.work_s(work.station, WorkKind.HAND_PICK, len(work.pack_ids))
            ends_at = max(turn.now, (work.taken_at or turn.now) + took_s)
            hands.areas.setdefault(work.station, []).append(ends_at)
            _later(hands.orders, work.order_ref, ends_at, area_account(work.station))
    for doubt in state.doubts.values():
        if doubt.order_ref is not None:
            hands.in_doubt[doubt.order_ref] = None
    for order_ref in hands.in_doubt:
        _later(hands.orders, order_ref, turn.now + SETTLE_S, IN_DOUBT)
    return hands


_Holders = tuple[tuple[str, int], ...]
_Shelves = dict[tuple[str, date], _Holders]


def open_order(turn: Turn, order: Order, hands: Hands, shelves: _Shelves) -> OpenOrder:
    """The order as far as it has come. `shelves` keeps what was found for the lines of one picture."""
    state, outlast = turn.state, turn.outlast(order)
    parts: list[Part] = []
    awaited = arriving = 0
    for line in order.lines:
        wanted = line.wanted
        if wanted <= 0:
            continue
        key = (line.gtin, outlast)
        if key not in shelves:
            shelves[key] = _holders(turn, line.gtin, outlast)
        packs = min(line.reserved, wanted, sum(count for _, count in shelves[key]))
        if packs > 0:
            holders = _by_hand(turn, order, hands, shelves[key]) or shelves[key]
            parts.append(Part(line.number, packs, state.products[line.gtin].height_mm, holders))
        if packs < wanted:
            awaited += wanted - packs
            arriving += state.book.arriving(line.gtin)
    stock_at = 0.0
    if awaited:
        last_call_at = max(orders.last_call_at(turn, order), turn.now)
        stock_at = min(last_call_at, turn.now + TO_SHELF_S) if arriving else last_call_at
    until_at, source = hands.orders.get(order.order_ref, (0.0, ""))
    totes = [state.totes[tote_id] for tote_id in order.totes]
    filling = [tote for tote in totes if tote.status is ToteStatus.FILLING]
    return OpenOrder(
        number=order.number,
        order_class=order.order_class,
        target_at=target_at(turn, order),
        parts=tuple(parts),
        under_way_until=until_at,
        under_way_at=source,
        stock_at=stock_at,
        awaited=awaited,
        gathered=sum(tote.packs + tote.expected for tote in filling),
        to_check=tuple(tote.packs for tote in totes if tote.status is ToteStatus.CLOSED),
        to_load=sum(1 for tote in totes if tote.status is ToteStatus.CHECKED),
        begun=bool(filling),
    )


def _counts(order: Order) -> bool:
    return order.cancel_reason is None and order.status in (OrderStatus.OPEN, OrderStatus.GATHERED)


def _later(found: dict[str, tuple[float, str]], order_ref: str | None, at: float, source: str) -> None:
    if order_ref is not None and at > found.get(order_ref, (0.0, ""))[0]:
        found[order_ref] = (at, source)


def _holders(turn: Turn, gtin: str, outlast: date) -> _Holders:
    """(source, packs) that FEFO lets go, all that it will let go where the first are not enough for long.

    Where everything stands out of service, what stands there: it is fetched once that is over.
    """
    book, usable = turn.state.book, {}
    for account in book.holders(gtin):
        shelf = book.shelf(gtin, account)
        start = bisect_right(shelf, (outlast, _LAST_ID))
        if start < len(shelf):
            usable[account] = shelf[start:]
    serving = {account: shelf for account, shelf in usable.items() if allocation.in_service(turn, account)}
    usable = serving or usable
    if len(usable) > 1:
        oldest = min(shelf[0][0] for shelf in usable.values()) + TOLERANCE
        usable = {account: shelf for account, shelf in usable.items() if shelf[0][0] <= oldest}
    return tuple((account, len(usable[account])) for account in sorted(usable))


def _by_hand(turn: Turn, order: Order, hands: Hands, holders: _Holders) -> _Holders | None:
    """The people of the floor, where all that has it is out, may be opened and is not back in time (`hand_picks`)."""
    wanted_at = allocation.wanted_at(turn, order)
    for account, _ in holders:
        name = account.removeprefix("robot:")
        if hands.back_at.get(name, 0.0) <= wanted_at or not absence.may_be_entered(turn, turn.state.robots[name]):
            return None
    return ((area_account(FLOOR_STATION), sum(packs for _, packs in holders)),)


def _robot(turn: Turn, robot: Robot, hands: Hands) -> Source:
    free_at = hands.robots[robot.robot]
    return Source(robot_account(robot.robot), (free_at,), max(1, robot.max_tour_items), not can_work(robot))


def _area(turn: Turn, area: str, hands: Hands) -> Source:
    busy = hands.areas.get(area, [])
    people = max(1, turn.state.attendance.people(area, turn.now), len(busy))
    return Source(area_account(area), (*busy, *([turn.now] * (people - len(busy)))), HAND_PICK_PACKS)


def _after(source: Source, ahead_s: float) -> Source:
    """The source once it has done other work first, shared by those who work there."""
    each_s = ahead_s / len(source.free_at)
    return Source(source.name, tuple(at + each_s for at in source.free_at), source.limit, source.down)


def _station(turn: Turn, station: str, kind: WorkKind | None = None, *, urgent: bool = False) -> Station:
    """The station's people; with `kind`, busy with what waits there before an order that is `urgent` or not."""
    state = turn.state
    now = state.attendance.people(station, turn.now)
    ahead = (
        state.attendance.expected(station, local_hour(turn.now + hours * 3600.0, state.zone), turn.now)
        for hours in range(1, HOURS_AHEAD + 1)
    )
    people = (max(1, now), *(max(1, round(each)) for each in ahead))
    if kind is None:
        return Station(station, (), people)
    waiting = state.waiting_work.get(station, {})
    jobs = sum(1 for work_id in waiting if not urgent or state.works[work_id].urgency <= 1)
    job_s = state.times.work_s(station, kind, USUAL_TOTE_PACKS)
    rounds = [jobs // people[0] + (place < jobs % people[0]) for place in range(people[0])]
    return Station(station, tuple(turn.now + each * job_s for each in rounds if each), people)
