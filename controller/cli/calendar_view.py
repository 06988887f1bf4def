"""The calendar, and what a change of it did, as a shift leader reads it."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from controller.cli.output import count
from controller.scheduling.calendar import instant

VANS_SHOWN = 8
"""Of more than this, as on a holiday, only the number is told."""
_KINDS = {"moved": "goes at another time", "extra": "an extra van", "cancelled": "cancelled", "holiday": "cancelled"}


def days_text(found: dict[str, Any], *, every: bool) -> str:
    """Day by day; of a van that goes as every week only where `every` one is wanted."""
    zone = ZoneInfo(found["timezone"])
    return "\n".join(line for day in found["days"] for line in _day_lines(day, zone, every))


def effects_text(answer: dict[str, Any], zone: ZoneInfo) -> str:
    """What became of the vans and of the orders."""
    vans, moved = answer["departures"], answer["moved_orders"]
    lines = [f"Change {answer['change_id']}.", *_changed_lines(vans, zone), *_moved_lines(moved, zone)]
    if moved or any(van["orders"] for van in vans):
        lines.append("Orders stay due when they were first booked: what leaves later counts as late.")
    return "\n".join(lines)


def _changed_lines(vans: list[dict[str, Any]], zone: ZoneInfo) -> list[str]:
    if not vans:
        return ["No van that is planned by now is touched."]
    if len(vans) > VANS_SHOWN:
        cancelled = sum(1 for van in vans if van["status"] == "cancelled")
        told = ((cancelled, "cancelled"), (len(vans) - cancelled, "going"))
        return [f"{count(vans_of, 'van')} now {how}." for vans_of, how in told if vans_of]
    lines = []
    for van in vans:
        times = f"leaves {_shown(van['departs_at'], zone)}, takes orders until {_shown(van['cutoff_at'], zone)}"
        status = "is cancelled" if van["status"] == "cancelled" else times
        lines.append(f"{van['departure_id']} {status}; {count(van['orders'], 'order')} booked on it.")
    return lines


def _moved_lines(moved: list[dict[str, Any]], zone: ZoneInfo) -> list[str]:
    by_van: defaultdict[tuple[str | None, str | None], defaultdict[str, list[str]]]
    by_van = defaultdict(lambda: defaultdict(list))
    for order in moved:
        by_van[order["new"], order["departs_at"]][order["destination"]].append(order["order_ref"])
    lines = []
    for (van, departs_at), wards in by_van.items():
        orders = sum(len(references) for references in wards.values())
        go = f"with {van}, {_shown(departs_at, zone)}" if van and departs_at else "by courier: no van goes there"
        lines.append(f"{count(orders, 'order')} of {count(len(wards), 'destination')} now {_go(orders)} {go}:")
        lines += [f"  {ward}: {', '.join(references)}" for ward, references in sorted(wards.items())]
    return lines


def _go(orders: int) -> str:
    return "goes" if orders == 1 else "go"


def _day_lines(day: dict[str, Any], zone: ZoneInfo, every: bool) -> list[str]:
    local = date.fromisoformat(day["date_local"])
    unlike = [van for van in day["departures"] if van["change"] is not None]
    usual = len(day["departures"]) - len(unlike)
    lines = [f"{local:%A} {local.day} {local:%B %Y}{_clock_change(local, zone)}"]
    lines += [_holiday_line(holiday) for holiday in day["holidays"]]
    if usual and not every:
        lines.append(f"  {count(usual, 'van')} as every week")
    if not day["departures"]:
        lines.append("  no van")
    holidays = {holiday["change_id"] for holiday in day["holidays"]}
    for van in day["departures"] if every else unlike:
        if every or van["change"]["change_id"] not in holidays:
            lines.append(_van_line(van))
    return lines


def _holiday_line(holiday: dict[str, Any]) -> str:
    where = f" at {holiday['hospital']}" if holiday["hospital"] else ""
    return f"  holiday{where}: {holiday['reason']} ({holiday['actor']}, {holiday['change_id']})"


def _van_line(van: dict[str, Any]) -> str:
    line = f"  {van['departs_local']}  {van['run']:<10} to {van['hospital']:<6}"
    change = van["change"]
    if change is None:
        return f"{line} {'left' if van['status'] == 'departed' else 'as every week'}"
    what = "held" if change["held"] else _KINDS[change["kind"]]
    left = ", left" if van["status"] == "departed" else ""
    return f"{line} {what}{left}: {change['reason']} ({change['actor']}, {change['change_id']})"


def _clock_change(day: date, zone: ZoneInfo) -> str:
    hours = round((instant(day + timedelta(days=1), "00:00", zone) - instant(day, "00:00", zone)) / 3600.0)
    return "" if hours == 24 else f", the clocks change: {hours} hours"


def _shown(at: str, zone: ZoneInfo) -> str:
    local = datetime.fromisoformat(at).astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
