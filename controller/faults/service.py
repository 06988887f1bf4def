"""Planned maintenance: when parts are due by picks and by date, and the quiet window that fits (DOMAIN.md, PM-99).

The limits per part are estimates that keep well below the mean life that Table B gives for what wears: jaws 30,000
grips, belts 40 days from first drift, a service every six months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_S = 86_400.0
WINDOW_FROM, WINDOW_S = time(0, 30), 3 * 3600.0
"""Table B: a planned slot between 00:00 and 05:00, three hours of work."""

LIMITS: tuple[tuple[str, int, float], ...] = (
    ("jaw pads", 25_000, 90.0),
    ("suction cup", 50_000, 90.0),
    ("vacuum filter", 60_000, 60.0),
    ("X belt", 250_000, 182.0),
    ("loader belt", 250_000, 182.0),
    ("whole machine", 260_000, 182.0),
)
"""(part, picks, days) since the last service."""


@dataclass(frozen=True, slots=True)
class Due:
    part: str
    cycles: int
    cycles_limit: int
    days: float
    days_limit: float
    due_at: float


@dataclass(frozen=True, slots=True)
class Service:
    """`from_at` to `to_at` is the last quiet window before it is due; the next one where that has passed."""

    serviced_at: float | None
    parts: tuple[Due, ...]
    """The one that is due first comes first."""
    due_at: float
    overdue: bool
    from_at: float
    to_at: float


def service(
    now: float, zone: ZoneInfo, *, serviced_at: float | None, known_since: float, cycles: int, cycles_a_day: float
) -> Service:
    """`cycles` since the last service, or since the robot is known where none was ever written down."""
    since = serviced_at if serviced_at is not None else known_since
    parts = sorted(
        (_due(now, since, cycles, cycles_a_day, *limit) for limit in LIMITS), key=lambda due: (due.due_at, due.part)
    )
    due_at = parts[0].due_at
    from_at = quiet_window(now, zone, due_at)
    return Service(serviced_at, tuple(parts), due_at, due_at <= now, from_at, from_at + WINDOW_S)


def quiet_window(now: float, zone: ZoneInfo, due_at: float) -> float:
    """When the last quiet window before `due_at` begins; the next one that can still be reached where it is past."""
    day = datetime.fromtimestamp(max(due_at - WINDOW_S, now), zone).date()
    for each in (day, day - timedelta(days=1)):
        begins = datetime.combine(each, WINDOW_FROM, zone).timestamp()
        if now < begins and begins + WINDOW_S <= due_at:
            return begins
    today = datetime.fromtimestamp(now, zone).date()
    begins = datetime.combine(today, WINDOW_FROM, zone).timestamp()
    if begins > now:
        return begins
    return datetime.combine(today + timedelta(days=1), WINDOW_FROM, zone).timestamp()


def cycles_a_day(hours: Sequence[int], picks: int) -> float:
    """From picks of hours (since the epoch); 0 where nothing is known."""
    return picks / ((max(hours) - min(hours) + 1) / 24.0) if hours else 0.0


def _due(
    now: float, since: float, cycles: int, cycles_a_day: float, part: str, cycles_limit: int, days_limit: float
) -> Due:
    by_date = since + days_limit * DAY_S
    left = max(0, cycles_limit - cycles)
    by_cycles = now + left / cycles_a_day * DAY_S if cycles_a_day else (now if not left else by_date)
    return Due(part, cycles, cycles_limit, (now - since) / DAY_S, days_limit, min(by_date, by_cycles))
