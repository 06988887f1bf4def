"""A forecast in one plain sentence, as a shift leader would say it."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from controller.domain.forecast import NIGHT_FROM_HOUR, NIGHT_TO_HOUR, HourOutlook, Outlook, Question, VanOutlook
from controller.domain.order import OrderClass

LONGEST_WAIT_S = 15 * 60.0
"""No van is asked to wait longer for a few orders."""
_NAMED_VANS = 3
_LATE_HALF = 0.5


def conclude(question: Question, baseline: Outlook, what_if: Outlook | None, until_at: float, zone: ZoneInfo) -> str:
    """What follows from the middle run: what is late, where, and what would help."""
    until = _clock(until_at, zone)
    if what_if is None:
        return f"Until {until} {_lateness(baseline)}.{_remedy(baseline)} {_limits(baseline, zone)}".strip()
    supposed = _supposed(question, zone)
    before, after = _late(baseline), _late(what_if)
    if sum(after.values()) == 0:
        without = "; as things are, " + _lateness(baseline) if sum(before.values()) else ""
        nobody = "" if question.night_shift else f": nobody is needed from {_night()}"
        return f"{supposed} nothing is late until {until}{nobody}{without}."
    if after == before:
        return f"{supposed} it makes no difference: until {until} {_lateness(what_if)}.{_remedy(what_if)}"
    rest = ", and as things are nothing" if sum(before.values()) == 0 else f", and as things are {_counts(baseline)}"
    needed = "" if question.night_shift else f" Somebody is needed from {_night()}."
    return f"{supposed} {_lateness(what_if)} until {until}{rest}.{needed}{_remedy(what_if)}"


def _late(found: Outlook) -> dict[OrderClass, int]:
    return {each.order_class: int(each.late.p50) for each in found.classes}


def _lateness(found: Outlook) -> str:
    if not any(_late(found).values()):
        return "nothing is late"
    missed = [van.departure_id.partition("/")[0] for van in _missed(found)]
    named = missed[:_NAMED_VANS]
    if len(missed) > len(named):
        named.append(f"{len(missed) - len(named)} more")
    return f"{_counts(found)}{f' (left by {_listed(named)})' if missed else ''}"


def _counts(found: Outlook) -> str:
    parts = [_orders(number, each.value) for each, number in _late(found).items() if number]
    return f"{_listed(parts)} come{'s' if sum(_late(found).values()) == 1 else ''} late"


def _orders(number: int, order_class: str) -> str:
    return f"{number} {order_class} order{'' if number == 1 else 's'}"


def _missed(found: Outlook) -> list[VanOutlook]:
    """Vans that leave something behind in half of the runs or more, those that leave most first."""
    missed = [van for van in found.vans if van.share >= _LATE_HALF]
    return sorted(missed, key=lambda van: (-van.left_behind.p50, van.departs_at))


def _remedy(found: Outlook) -> str:
    """For the van that leaves most behind."""
    missed = _missed(found)
    if not missed:
        return ""
    van = missed[0]
    if van.hold_s is not None and van.hold_s <= LONGEST_WAIT_S:
        return f" Hold {van.departure_id.partition('/')[0]} for {max(1, ceil(van.hold_s / 60.0))} min."
    tight = _tightest(found.hours)
    where = f" {tight} is short of hands." if tight is not None else ""
    return f"{where} Pick its orders first, or some of them by hand."


def _tightest(hours: Sequence[HourOutlook]) -> str | None:
    busy = [hour.station for hour in hours if hour.station is not None and hour.station.share >= 0.95]
    return max(busy, key=lambda each: each.share).source if busy else None


def _limits(found: Outlook, zone: ZoneInfo) -> str:
    """The hour in which a robot or a station has least to spare."""
    busy = [(each.share, each.source, hour) for hour in found.hours for each in (hour.robot, hour.station) if each]
    if not busy:
        return ""
    share, source, hour = max(busy, key=lambda each: each[:2])
    return f"Busiest is {source} from {_clock(hour.from_at, zone)}, {share:.0%} of its time."


def _supposed(question: Question, zone: ZoneInfo) -> str:
    parts: list[str] = []
    for down in question.down:
        since = f" from {_clock(down.from_at, zone)}" if down.from_at is not None else ""
        parts.append(f"{down.robot} down{since} until {_clock(down.until_at, zone)}")
    for name, factor in (("orders", question.orders), ("discharges", question.discharges)):
        if factor != 1.0:
            parts.append(f"{abs(factor - 1.0):.0%} {'more' if factor > 1.0 else 'fewer'} {name}")
    for staffing in question.staffing:
        people = "nobody" if staffing.people == 0 else str(staffing.people)
        parts.append(f"{people} at {staffing.station}")
    for hold in question.holds:
        parts.append(f"{hold.run} held for {hold.minutes:g} min")
    if question.night_shift:
        return f"With {_listed(parts)}"
    return "Without a night shift" + (f", with {_listed(parts)}," if parts else "")


def _night() -> str:
    return f"{NIGHT_FROM_HOUR:02d}:00 to {NIGHT_TO_HOUR:02d}:00"


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _clock(at: float, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"
