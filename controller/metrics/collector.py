"""What is, read from the working set when Prometheus asks: one pass over open things, nothing kept."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from controller.domain.departure import Departure, DepartureStatus
from controller.domain.errors import StoreUnavailable
from controller.domain.order import OrderClass, OrderStatus
from controller.domain.robot import Robot, Trust
from controller.domain.tote import ToteStatus
from controller.domain.work import CHECK_STATION, DOCK_STATION, FLOOR_STATION, GOODS_IN_STATION, Work, WorkStatus
from controller.metrics import catalogue, troubles
from controller.metrics.families import Labelled, many, one
from controller.metrics.state_view import EngineView, StateView

_LEVELS = (1, 2, 3, 4)
_READY = frozenset({ToteStatus.CHECKED, ToteStatus.LOADED})
_MANY = frozenset({"tote", "dispatched"})
"""Families with an account for each tote or ward: one figure together."""


class StateCollector(Collector):
    """While no state is loaded, there are only the figures that say so."""

    def __init__(self, engine: EngineView, now: Callable[[], float]) -> None:
        self._engine = engine
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._now()
        yield one(catalogue.READY, not self._engine.readiness)
        yield one(catalogue.JOURNAL_SEQ, self._engine.journal_seq)
        yield one(catalogue.SITE_TIME, now)
        try:
            state = self._engine.state
        except StoreUnavailable:
            return
        yield one(catalogue.LINK_UP, state.link_up)
        yield from _robots(state, now)
        yield from _orders(state, now)
        yield from _next_departure(state, now)
        yield from troubles.alarms(state, now)
        yield from troubles.robots_out(state, now)
        yield from troubles.waiting(state)
        yield from _people(state, now)
        yield many(catalogue.STOCK, _stock(state))


def _robots(state: StateView, now: float) -> Iterator[GaugeMetricFamily]:
    robots = state.robots
    queue = Counter(task.robot for task in state.tasks.values() if not task.status.final)
    yield many(
        catalogue.ROBOT_TRUST,
        (((name, trust.value), robot.trust is trust) for name, robot in robots.items() for trust in Trust),
    )
    yield many(catalogue.ROBOT_AUTOMATIC, (((name,), robot.mode == "automatic") for name, robot in robots.items()))
    yield many(catalogue.ROBOT_PACKML, (((name,), robot.packml) for name, robot in robots.items()))
    yield many(catalogue.ROBOT_QUEUE, (((name,), queue[name]) for name in robots))
    yield many(
        catalogue.ROBOT_FAULTS,
        (((name, str(level)), _faults(robot, level)) for name, robot in robots.items() for level in _LEVELS),
    )
    yield many(
        catalogue.ROBOT_SILENCE,
        (((name,), now - robot.last_report_at) for name, robot in robots.items() if robot.last_report_at),
    )
    yield many(catalogue.ROBOT_INPUT, (((name,), robot.input_waiting) for name, robot in robots.items()))


def _faults(robot: Robot, level: int) -> int:
    return sum(fault.level == level for fault in robot.faults.values())


def _orders(state: StateView, now: float) -> Iterator[GaugeMetricFamily]:
    running = [order for order in state.orders.values() if not order.status.final]
    open_now = Counter(order.order_class for order in running)
    late = Counter(order.order_class for order in running if order.due_at < now)
    totes = Counter(tote.status for tote in state.totes.values())
    yield many(catalogue.ORDERS_OPEN, (((each.value,), open_now[each]) for each in OrderClass))
    yield many(catalogue.ORDERS_LATE, (((each.value,), late[each]) for each in OrderClass))
    yield many(catalogue.TOTES, (((each.value,), totes[each]) for each in ToteStatus))


def _next_departure(state: StateView, now: float) -> Iterator[GaugeMetricFamily]:
    """No figures where no departure is planned."""
    planned = (each for each in state.departures.values() if each.status is DepartureStatus.PLANNED)
    departure: Departure | None = min(planned, key=lambda each: (each.departs_at, each.departure_id), default=None)
    if departure is None:
        return
    orders = {order.order_ref: order for order in state.orders.values() if order.departure_id == departure.departure_id}
    totes = [tote for tote in state.totes.values() if tote.order_ref in orders]
    ready = sum(tote.status in _READY for tote in totes)
    waiting = sum(tote.status in (ToteStatus.FILLING, ToteStatus.CLOSED) for tote in totes)
    yield one(catalogue.DEPARTURE_IN, departure.departs_at - now)
    yield many(catalogue.DEPARTURE_TOTES, ((("ready",), ready), (("waiting",), waiting)))
    yield one(catalogue.DEPARTURE_ORDERS, sum(order.status is OrderStatus.OPEN for order in orders.values()))


def _people(state: StateView, now: float) -> Iterator[GaugeMetricFamily]:
    doubts = [doubt for doubt in state.doubts.values() if doubt.resolved_at is None]
    yield one(catalogue.DOUBTS_OPEN, len(doubts))
    yield one(catalogue.DOUBT_AGE, max((now - doubt.opened_at for doubt in doubts), default=0.0))
    waiting: dict[str, list[Work]] = {station: [] for station in _stations(state)}
    for work in state.works.values():
        if work.status is WorkStatus.WAITING and work.station in waiting:
            waiting[work.station].append(work)
    yield many(catalogue.WORK_WAITING, (((station,), len(works)) for station, works in waiting.items()))
    yield many(
        catalogue.WORK_AGE,
        (
            ((station,), max((now - work.created_at for work in works), default=0.0))
            for station, works in waiting.items()
        ),
    )
    yield one(catalogue.GOODS_IN, sum(line.waiting for line in state.delivery_lines.values()))


def _stations(state: StateView) -> list[str]:
    areas = (area.area for area in state.site.areas)
    return [GOODS_IN_STATION, *areas, CHECK_STATION, DOCK_STATION, FLOOR_STATION]


def _stock(state: StateView) -> Labelled:
    places: Counter[str] = Counter()
    for account, packs in state.book.balances.items():
        family = account.partition(":")[0]
        if family != "supplier":
            places[family if family in _MANY else account] += packs
    return (((place,), packs) for place, packs in places.items())
