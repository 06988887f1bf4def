"""What the state says of the coming day's work: open orders, waiting jobs, goods at the dock, top-ups that are due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from controller.domain.order import Order, OrderClass
from controller.domain.tote import TOTE_CAPACITY_PACKS, ToteStatus
from controller.domain.work import CHECK_STATION, DOCK_STATION, GOODS_IN_STATION, WorkKind, WorkStatus
from controller.engine.carrying import FEED_PACKS
from controller.engine.state import State
from controller.ledger.book import family
from controller.scheduling.calendar import instant, local_date
from controller.scheduling.pastwork import HOUR_S, RobotWork
from controller.scheduling.topup import due_top_ups
from controller.scheduling.workload import HOURS, JOB_PACKS, TOUR_PACKS, ComingDay, KnownWork

WAY_OUT_S = 25 * 60.0
"""Belt, check and loading: so long before its van an order's last pack is to be in its tote."""
DOCK_S = 8 * 3600.0
"""What stands at the dock is carried within a shift."""


def coming_day(state: State, now: float) -> ComingDay:
    """The values from which `workload.forecast` works; a few milliseconds with two thousand open orders."""
    known: list[KnownWork] = []
    for order in state.orders.values():
        known += _of_order(state, order, now)
    known += [*_waiting(state, now), *_at_the_dock(state, now)]
    top_ups, note = _top_ups(state, now)
    first = int(now // HOUR_S)
    hours = [datetime.fromtimestamp((first + hour) * HOUR_S, state.zone).hour for hour in range(HOURS)]
    return ComingDay(
        now=now,
        zone=state.zone,
        areas=tuple(state.areas),
        robots=tuple(state.robots),
        known=(*known, *top_ups),
        packs_a_day=sum(state.usage.daily(gtin, now) for gtin in state.products),
        people={
            station: tuple(state.attendance.expected(station, hour, now) for hour in hours)
            for station in state.stations
        },
        job_s=lambda station, kind, packs: state.times.work_s(station, kind, round(packs)),
        notes=(note,) if note else (),
    )


def _of_order(state: State, order: Order, now: float) -> Iterator[KnownWork]:
    """What is still to be done for an open order: picks where its packs stand, then check and loading."""
    discharge = order.order_class is OrderClass.DISCHARGE
    leaves_at = order.due_at
    if order.departure_id is not None:
        leaves_at = state.departures[order.departure_id].departs_at
    gather_by = max(now, leaves_at - WAY_OUT_S)
    left = 0
    for line in order.lines:
        if line.wanted <= 0:
            continue
        left += line.wanted
        holders = list(state.book.holders(line.gtin))
        for account in holders:
            packs = line.wanted / len(holders)
            kind, _, name = account.partition(":")
            if kind == "robot":
                yield KnownWork(name, RobotWork.TOUR, packs / TOUR_PACKS, packs, now, gather_by, discharge)
            else:
                jobs = packs / JOB_PACKS[WorkKind.HAND_PICK]
                yield KnownWork(name, WorkKind.HAND_PICK, jobs, packs, now, gather_by, discharge)
    totes = [state.totes[tote_id] for tote_id in order.totes]
    begun = [tote for tote in totes if tote.status is ToteStatus.FILLING]
    closed = sum(1 for tote in totes if tote.status is ToteStatus.CLOSED)
    coming = left + sum(tote.packs + tote.expected for tote in begun)
    to_check = max(len(begun), ceil(coming / TOTE_CAPACITY_PACKS)) if coming else 0
    if to_check:
        yield KnownWork(CHECK_STATION, WorkKind.CHECK, to_check, coming, now, leaves_at, discharge)
    if to_check + closed:
        way_out = WorkKind.HAND_OVER if discharge else WorkKind.LOAD
        yield KnownWork(DOCK_STATION, way_out, to_check + closed, 0.0, now, leaves_at, discharge)


def _waiting(state: State, now: float) -> Iterator[KnownWork]:
    """Jobs that somebody is at, or should be."""
    for work in state.works.values():
        if work.status not in (WorkStatus.WAITING, WorkStatus.TAKEN):
            continue
        packs = len(work.pack_ids)
        if work.kind is WorkKind.CHECK and work.tote_id in state.totes:
            packs = state.totes[work.tote_id].packs
        yield KnownWork(work.station, work.kind, 1.0, packs, now, max(now, work.due_at), work.urgency == 0)


def _at_the_dock(state: State, now: float) -> Iterator[KnownWork]:
    for robot, queue in state.putaway.items():
        packs = len(queue)
        if packs:
            kind = WorkKind.SHELVE if robot is None else WorkKind.FEED
            yield KnownWork(GOODS_IN_STATION, kind, packs / FEED_PACKS, packs, now, now + DOCK_S)
            if robot is not None:
                yield KnownWork(robot, RobotWork.STORE, packs, packs, now, now + DOCK_S)


def _top_ups(state: State, now: float) -> tuple[list[KnownWork], str]:
    """Tomorrow's top-up orders, as far as wards have counted, and a word on those that have not."""
    day = local_date(now, state.zone) + timedelta(days=1)
    begins, ends = (instant(each, "00:00", state.zone) for each in (day, day + timedelta(days=1)))
    counts = {key: (count.quantity, count.counted_at) for key, count in state.ward_counts.items()}
    lines = state.stock_lists_on[day.isoweekday()]
    known: list[KnownWork] = []
    counted = sum(1 for line in lines if (line.destination, line.gtin) in counts)
    for top_up in due_top_ups(lines, counts, lambda gtin: state.products[gtin].zone, day, now, ends):
        if top_up.order_ref in state.known_order_refs:
            continue
        total = sum(packs for _, packs in top_up.lines)
        for gtin, packs in top_up.lines:
            holders = list(state.book.holders(gtin))
            for account in holders:
                share, name = packs / len(holders), account.partition(":")[2]
                kind = RobotWork.TOUR.value if family(account) == "robot" else WorkKind.HAND_PICK.value
                jobs = share / (TOUR_PACKS if kind == RobotWork.TOUR else JOB_PACKS[WorkKind.HAND_PICK])
                known.append(KnownWork(name, kind, jobs, share, begins, ends))
        totes = ceil(total / TOTE_CAPACITY_PACKS)
        known.append(KnownWork(CHECK_STATION, WorkKind.CHECK, totes, total, begins, ends))
        known.append(KnownWork(DOCK_STATION, WorkKind.LOAD, totes, 0.0, begins, ends))
    note = f"{len(lines)} stock-list lines are topped up on {day:%A}; wards have counted {counted}." if lines else ""
    return known, note
