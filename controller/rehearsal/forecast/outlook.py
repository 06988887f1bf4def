"""What the runs of all seeds say together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil, inf

from controller.domain.forecast import Busy, ClassOutlook, HourOutlook, LateOrder, Outlook, Spread, VanOutlook
from controller.domain.order import OrderClass
from controller.rehearsal.forecast.tally import HOUR_S, Course, OrderCourse

LONGEST_LIST = 200
"""Late orders that are named."""


def outlook(courses: Sequence[Course]) -> Outlook:
    """At least one course; all of the same time."""
    first = courses[0]
    return Outlook(
        classes=tuple(_class_outlook(courses, each) for each in OrderClass),
        vans=tuple(_vans(courses)),
        late_orders=tuple(_late_orders(courses)),
        hours=tuple(_hour(courses, number, from_at, to_at) for number, from_at, to_at in first.hours()),
        packs_an_hour=spread(
            sum(course.packs.values()) / ((course.until_at - course.from_at) / HOUR_S) for course in courses
        ),
    )


def spread(figures: Iterable[float]) -> Spread:
    """The nearest rank of each."""
    ordered = sorted(figures)
    return Spread(_rank(ordered, 0.5), _rank(ordered, 0.9))


def _rank(ordered: Sequence[float], share: float) -> float:
    return float(ordered[max(0, ceil(share * len(ordered)) - 1)])


def _due_within(course: Course, order: OrderCourse) -> bool:
    return course.from_at <= order.due_at <= course.until_at


def _class_outlook(courses: Sequence[Course], order_class: OrderClass) -> ClassOutlook:
    due = [
        [order for order in course.orders.values() if order.order_class is order_class and _due_within(course, order)]
        for course in courses
    ]
    late = [
        sum(order.late_s(course.until_at) > 0.0 for order in orders)
        for course, orders in zip(courses, due, strict=True)
    ]
    return ClassOutlook(order_class, spread(map(len, due)), spread(late))


def _vans(courses: Sequence[Course]) -> list[VanOutlook]:
    departs_at: dict[str, float] = {}
    destinations: dict[str, Counter[str]] = {}
    for course in courses:
        for van in course.vans.values():
            departs_at[van.departure_id] = van.departs_at
            missed = destinations.setdefault(van.departure_id, Counter())
            missed.update(course.orders[ref].destination for ref in van.left_behind if ref in course.orders)
    found = []
    for departure_id, at in sorted(departs_at.items(), key=lambda item: (item[1], item[0])):
        left = [len(course.vans[departure_id].left_behind) if departure_id in course.vans else 0 for course in courses]
        most_often = sorted(destinations[departure_id].items(), key=lambda item: (-item[1], item[0]))
        share = sum(1 for number in left if number) / len(courses)
        hold_s = _hold_s(courses, departure_id)
        found.append(VanOutlook(departure_id, at, share, spread(left), tuple(code for code, _ in most_often), hold_s))
    return found


def _hold_s(courses: Sequence[Course], departure_id: str) -> float | None:
    waits: list[float] = []
    for course in courses:
        van = course.vans.get(departure_id)
        if van is None:
            continue
        loaded = [course.orders[ref].loaded_at for ref in van.left_behind if ref in course.orders]
        waits.append(max((inf if at is None else at - van.departs_at for at in loaded), default=inf))
    middle_s = sorted(waits)[(len(waits) - 1) // 2]
    return middle_s if middle_s < inf else None


def _late_orders(courses: Sequence[Course]) -> list[LateOrder]:
    """Of the orders that are known. An order that is late at the start is late in every run."""
    late: dict[str, list[tuple[float, float | None]]] = {}
    for course in courses:
        for order in course.orders.values():
            late_s = order.late_s(course.until_at)
            if order.known and late_s > 0.0:
                late.setdefault(order.order_ref, []).append((late_s, order.left_at))
    found = []
    for order_ref, cases in late.items():
        order = courses[0].orders[order_ref]
        cases.sort(key=lambda case: case[0])
        late_s, leaves_at = cases[(len(cases) - 1) // 2]
        found.append(
            LateOrder(
                order_ref,
                order.order_class,
                order.destination,
                order.departure_id,
                order.due_at,
                len(cases) / len(courses),
                late_s,
                leaves_at,
            )
        )
    return sorted(found, key=lambda order: (-order.share, -order.late_s, order.order_ref))[:LONGEST_LIST]


def _hour(courses: Sequence[Course], number: int, from_at: float, to_at: float) -> HourOutlook:
    scale = HOUR_S / (to_at - from_at)
    return HourOutlook(
        from_at,
        spread(course.packs[number] * scale for course in courses),
        _busiest(
            [{robot: busy_s[number] for robot, busy_s in course.robot_busy_s.items()} for course in courses],
            [{robot: up_s[number] for robot, up_s in course.robot_up_s.items()} for course in courses],
        ),
        _busiest(
            [{station: busy_s[number] for station, busy_s in course.station_busy_s.items()} for course in courses],
            [{station: there_s[number] for station, there_s in course.station_staffed_s.items()} for course in courses],
        ),
    )


def _busiest(busy_s: Sequence[dict[str, int]], there_s: Sequence[dict[str, float]]) -> Busy | None:
    shares: dict[str, float] = {}
    for source in sorted({source for times in there_s for source in times}):
        there = sum(times.get(source, 0.0) for times in there_s)
        busy = sum(times.get(source, 0) for times in busy_s)
        if there > 0.0 and busy > 0:
            shares[source] = min(1.0, busy / there)
    if not shares:
        return None
    source = max(shares, key=lambda each: (shares[each], each))
    return Busy(source, round(shares[source], 3))
