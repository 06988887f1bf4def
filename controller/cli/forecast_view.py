"""A forecast as text: the conclusion first, then what it rests on, both courses side by side."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

ORDERS_SHOWN = 15
WARDS_SHOWN = 4

Found = Mapping[str, Any]


def forecast_text(result: Found, zone: ZoneInfo) -> str:
    """The whole answer for a person."""
    return "\n".join(_lines(result, zone))


def _lines(result: Found, zone: ZoneInfo) -> Iterator[str]:
    courses = [("as things are", result["baseline"])]
    if result["what_if"] is not None:
        courses.append(("what if", result["what_if"]))
    until = f"{_clock(result['at'], zone)} to {_clock(result['until_at'], zone)}"
    yield result["conclusion"]
    yield ""
    yield f"{until}, {result['known_orders']} orders known, about {_number(result['expected_orders'])} more expected."
    yield "Figures: the middle of the runs, in brackets what nine in ten do not exceed."
    yield ""
    yield from _table(["Late", *(name for name, _ in courses), "due"], _classes(courses))
    yield from _table(["Packs an hour", *(name for name, _ in courses)], _hours(courses, zone))
    for name, course in courses:
        yield from _vans(name, course, zone)
        yield from _late_orders(name, course, zone)
    yield ""
    yield " ".join([result["basis"], *result["left_out"]])


def _classes(courses: Sequence[tuple[str, Found]]) -> Iterator[list[str]]:
    for place, plain in enumerate(courses[0][1]["classes"]):
        late = [_number(course["classes"][place]["late"]) for _, course in courses]
        yield [plain["order_class"], *late, _number(courses[-1][1]["classes"][place]["due"])]


def _hours(courses: Sequence[tuple[str, Found]], zone: ZoneInfo) -> Iterator[list[str]]:
    for place, plain in enumerate(courses[0][1]["hours"]):
        cells = [_hour(course["hours"][place]) for _, course in courses]
        yield [f"from {_clock(plain['from_at'], zone)}", *cells]


def _hour(hour: Found) -> str:
    busy = [f"{each['source']} {each['share']:.0%}" for each in (hour["robot"], hour["station"]) if each is not None]
    return f"{hour['packs']['p50']:,.0f}" + (f", busiest {' and '.join(busy)}" if busy else "")


def _vans(name: str, course: Found, zone: ZoneInfo) -> Iterator[str]:
    if course["vans"]:
        yield ""
        yield f"Vans that leave something behind, {name}:"
    for van in course["vans"]:
        wards = van["destinations"][:WARDS_SHOWN]
        more = len(van["destinations"]) - len(wards)
        hold = f"; complete {van['hold_s'] / 60.0:.0f} min later" if van["hold_s"] is not None else ""
        yield (
            f"  {van['departure_id']} {_clock(van['departs_at'], zone)}: in {van['share']:.0%} of the runs, "
            f"{_number(van['left_behind'])} orders, for {', '.join(wards)}{f' and {more} more' if more else ''}{hold}"
        )


def _late_orders(name: str, course: Found, zone: ZoneInfo) -> Iterator[str]:
    late = course["late_orders"]
    if late:
        yield ""
        yield f"Known orders that come late, {name}:"
    for order in late[:ORDERS_SHOWN]:
        leaves = f"leaves {_clock(order['leaves_at'], zone)}" if order["leaves_at"] is not None else "not gone by then"
        yield (
            f"  {order['order_ref']} ({order['order_class']}, {order['destination']}), due "
            f"{_clock(order['due_at'], zone)}: in {order['share']:.0%} of the runs, {order['late_s'] / 60.0:.0f} min "
            f"late, {leaves}"
        )
    if len(late) > ORDERS_SHOWN:
        yield f"  and {len(late) - ORDERS_SHOWN} more"


def _table(head: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    cells = [head, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""


def _number(spread: Found) -> str:
    """`3 (5)`: the middle and the nine in ten."""
    middle, most = spread["p50"], spread["p90"]
    return f"{middle:,.0f}" if middle == most else f"{middle:,.0f} ({most:,.0f})"


def _clock(at: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%H:%M}"
