"""What the state says of the coming day's work: open orders, waiting jobs, goods at the dock, top-ups that are due."""

from datetime import datetime, timedelta
from math import ceil

from controller.domain.order import Order, OrderClass
from controller.domain.tote import TOTE_CAPACITY_PACKS, ToteStatus
from controller.domain.work import CHECK_STATION, DOCK_STATION, GOODS_IN_STATION, WorkKind
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


class _Heap:
    """Work by place, kind and time: a hundred orders of one van make one entry each, not hundreds."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, float, float, bool], list[float]] = {}

    def add(
        self, source: str, kind: str, jobs: float, packs: float, span: tuple[float, float], discharge: bool = False
    ) -> None:
        """`span`: the moments from and until which it is to be done."""
        sums = self._sums.setdefault((source, kind, *span, discharge), [0.0, 0.0])
        sums[0] += jobs
        sums[1] += packs

    def entries(self) -> tuple[KnownWork, ...]:
        return tuple(
            KnownWork(source, kind, jobs, packs, begin, end, discharge)
            for (source, kind, begin, end, discharge), (jobs, packs) in self._sums.items()
        )


def coming_day(state: State, now: float) -> ComingDay:
    """The values from which `workload.forecast` works. Runs on the loop: some 20 ms with a thousand open orders."""
    heap = _Heap()
    for order in state.orders.values():
        _add_order(heap, state, order, now)
    _add_waiting(heap, state, now)
    _add_dock(heap, state, now)
    note = _add_top_ups(heap, state, now)
    first = int(now // HOUR_S)
    hours = [datetime.fromtimestamp((first + hour) * HOUR_S, state.zone).hour for hour in range(HOURS)]
    return ComingDay(
        now=now,
        zone=state.zone,
        areas=tuple(state.areas),
        robots=tuple(state.robots),
        known=heap.entries(),
        packs_a_day=lambda: sum(state.usage.daily(gtin, now) for gtin in state.products),
        people={
            station: tuple(state.attendance.expected(station, hour, now) for hour in hours)
            for station in state.stations
        },
        job_s=lambda station, kind, packs: state.times.work_s(station, kind, round(packs)),
        notes=(note,) if note else (),
    )


def _add_order(heap: _Heap, state: State, order: Order, now: float) -> None:
    """What is still to be done for an open order: picks where its packs stand, then check and loading."""
    discharge = order.order_class is OrderClass.DISCHARGE
    leaves_at = order.due_at
    if order.departure_id is not None:
        leaves_at = state.departures[order.departure_id].departs_at
    gathering, leaving = (now, max(now, leaves_at - WAY_OUT_S)), (now, leaves_at)
    left = 0
    for line in order.lines:
        if line.wanted > 0:
            left += line.wanted
            _add_picks(heap, state, line.gtin, line.wanted, gathering, discharge)
    totes = [state.totes[tote_id] for tote_id in order.totes]
    begun = [tote for tote in totes if tote.status is ToteStatus.FILLING]
    closed = sum(1 for tote in totes if tote.status is ToteStatus.CLOSED)
    coming = left + sum(tote.packs + tote.expected for tote in begun)
    to_check = max(len(begun), ceil(coming / TOTE_CAPACITY_PACKS)) if coming else 0
    if to_check:
        heap.add(CHECK_STATION, WorkKind.CHECK, to_check, coming, leaving, discharge)
    if to_check + closed:
        way_out = WorkKind.HAND_OVER if discharge else WorkKind.LOAD
        heap.add(DOCK_STATION, way_out, to_check + closed, 0.0, leaving, discharge)


def _add_picks(
    heap: _Heap, state: State, gtin: str, packs: int, span: tuple[float, float], discharge: bool = False
) -> None:
    """Each place that has the product takes its share."""
    holders = list(state.book.holders(gtin))
    for account in holders:
        share, name = packs / len(holders), account.partition(":")[2]
        if family(account) == "robot":
            heap.add(name, RobotWork.TOUR, share / TOUR_PACKS, share, span, discharge)
        else:
            heap.add(name, WorkKind.HAND_PICK, share / JOB_PACKS[WorkKind.HAND_PICK], share, span, discharge)


def _add_waiting(heap: _Heap, state: State, now: float) -> None:
    """Jobs that somebody is at, or should be."""
    for work in state.works.values():
        packs = len(work.pack_ids)
        if work.kind is WorkKind.CHECK and work.tote_id in state.totes:
            packs = state.totes[work.tote_id].packs
        heap.add(work.station, work.kind, 1.0, packs, (now, max(now, work.due_at)), work.urgency == 0)


def _add_dock(heap: _Heap, state: State, now: float) -> None:
    for robot, queue in state.putaway.items():
        packs = len(queue)
        if packs:
            kind = WorkKind.SHELVE if robot is None else WorkKind.FEED
            heap.add(GOODS_IN_STATION, kind, packs / FEED_PACKS, packs, (now, now + DOCK_S))
            if robot is not None:
                heap.add(robot, RobotWork.STORE, packs, packs, (now, now + DOCK_S))


def _add_top_ups(heap: _Heap, state: State, now: float) -> str:
    """Tomorrow's top-up orders, as far as wards have counted; a word on those that have not."""
    day = local_date(now, state.zone) + timedelta(days=1)
    begins, ends = (instant(each, "00:00", state.zone) for each in (day, day + timedelta(days=1)))
    lines = state.stock_lists_on[day.isoweekday()]
    if not lines:
        return ""
    counts = {key: (count.quantity, count.counted_at) for key, count in state.ward_counts.items()}
    for top_up in due_top_ups(lines, counts, lambda gtin: state.products[gtin].zone, day, now, ends):
        if top_up.order_ref in state.known_order_refs:
            continue
        for gtin, packs in top_up.lines:
            _add_picks(heap, state, gtin, packs, (begins, ends))
        total = sum(packs for _, packs in top_up.lines)
        totes = ceil(total / TOTE_CAPACITY_PACKS)
        heap.add(CHECK_STATION, WorkKind.CHECK, totes, total, (begins, ends))
        heap.add(DOCK_STATION, WorkKind.LOAD, totes, 0.0, (begins, ends))
    counted = sum(1 for line in lines if (line.destination, line.gtin) in counts)
    return f"{len(lines)} stock-list lines are topped up on {day:%A}; wards have counted {counted}."
