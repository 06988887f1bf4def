from collections import Counter

from msgspec import Struct

from controller.api.answers.alarms import AlarmAnswer, needing_somebody
from controller.api.answers.departures import (
    DepartureAnswer,
    departure_answer,
    next_departures,
    readiness_by_departure,
)
from controller.api.answers.robots import RobotSummary, open_tasks_by_robot, robot_summary
from controller.api.engine_face import StateView
from controller.api.instants import Instant, instant
from controller.domain.order import Order, OrderClass

_DEPARTURES_SHOWN = 8


class OpenOrders(Struct, frozen=True):
    order_class: OrderClass
    open: int
    late: int
    """Past their due time and not dispatched."""


class Overview(Struct, frozen=True):
    """What a wall screen shows."""

    site: str
    name: str
    timezone: str
    at: Instant
    journal_seq: int
    """The picture holds what was written up to this entry: follow the stream after it."""
    link_up: bool
    robots: list[RobotSummary]
    orders: list[OpenOrders]
    late: int
    alarms: list[AlarmAnswer]
    """What needs somebody now, the most urgent first."""
    doubts: int
    work_open: int
    departures: list[DepartureAnswer]


def overview(state: StateView, journal_seq: int, now: float) -> Overview:
    open_tasks = open_tasks_by_robot(state)
    readiness = readiness_by_departure(state)
    orders = _open_orders(state, now)
    return Overview(
        site=state.site.site,
        name=state.site.name,
        timezone=state.site.timezone,
        at=instant(now),
        journal_seq=journal_seq,
        link_up=state.link_up,
        robots=[robot_summary(robot, open_tasks) for robot in state.robots.values()],
        orders=orders,
        late=sum(count.late for count in orders),
        alarms=needing_somebody(state.alarms.values()),
        doubts=sum(doubt.resolved_at is None for doubt in state.doubts.values()),
        work_open=len(state.works),
        departures=[
            departure_answer(departure, readiness, state.calendar)
            for departure in next_departures(state.departures.values(), _DEPARTURES_SHOWN)
        ],
    )


def _open_orders(state: StateView, now: float) -> list[OpenOrders]:
    running: list[Order] = [order for order in state.orders.values() if not order.status.final]
    open_by_class = Counter(order.order_class for order in running)
    late_by_class = Counter(order.order_class for order in running if order.due_at < now)
    return [OpenOrders(each, open_by_class[each], late_by_class[each]) for each in OrderClass]
