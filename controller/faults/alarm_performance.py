"""How good the alarms are for those who have to live with them (ISA-18.2, EEMUA 191; figures: DOMAIN.md section 5)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from controller.domain.alarm import Alarm, Priority
from controller.faults.conditions import KINDS

PERIOD_S = 600.0
FLOOD = 10
"""More than so many alarms in ten minutes are a flood: nobody can work them off."""
STALE_S = 24 * 3600.0
CHATTER_PER_MIN = 3.0
_TOP = 10


@dataclass(frozen=True, slots=True)
class Frequent:
    """A condition and how much of the load it is."""

    condition: str
    alarms: int
    share: float


@dataclass(frozen=True, slots=True)
class Performance:
    """Of the alarms that were shown in the span; those hidden under a root are counted apart."""

    since: float
    until: float
    operators: float
    raised: int
    suppressed: int
    per_operator_hour: float
    peak_ten_minutes: int
    peak_at: float | None
    """When the worst ten minutes began."""
    flood_share: float
    """Of all ten-minute periods, how many had more than ten alarms."""
    by_priority: dict[Priority, int]
    top: tuple[Frequent, ...]
    chattering: tuple[str, ...]
    """Conditions that came and went at least three times a minute."""
    standing: int
    stale: tuple[str, ...]
    """Alarm ids that have stood for more than a day, advice apart."""


def measure(
    alarms: Iterable[Alarm], standing: Iterable[Alarm], *, since: float, until: float, operators: float
) -> Performance:
    """`alarms` are those raised in the span, ended or not; `standing` those that need somebody now."""
    raised = [alarm for alarm in alarms if since <= alarm.raised_at < until]
    shown = sorted((alarm for alarm in raised if not alarm.suppressed), key=lambda alarm: alarm.raised_at)
    moments = [alarm.raised_at for alarm in shown]
    peak, peak_at = _peak(moments)
    now_standing = [alarm for alarm in standing if not alarm.suppressed and alarm.ended_at is None]
    counts = Counter(alarm.condition for alarm in shown)
    return Performance(
        since=since,
        until=until,
        operators=operators,
        raised=len(shown),
        suppressed=len(raised) - len(shown),
        per_operator_hour=len(shown) / (operators * (until - since) / 3600.0),
        peak_ten_minutes=peak,
        peak_at=peak_at,
        flood_share=_flood_share(moments, since, until),
        by_priority={priority: sum(alarm.priority is priority for alarm in shown) for priority in Priority},
        top=tuple(Frequent(name, many, many / len(shown)) for name, many in counts.most_common(_TOP)),
        chattering=tuple(sorted({alarm.condition for alarm in shown if _chatters(alarm)})),
        standing=len(now_standing),
        stale=tuple(sorted(alarm.alarm_id for alarm in now_standing if _is_stale(alarm, until))),
    )


def _is_stale(alarm: Alarm, now: float) -> bool:
    return not KINDS[alarm.kind].advice and now - alarm.raised_at > STALE_S


def _peak(moments: Sequence[float]) -> tuple[int, float | None]:
    """The most alarms in any ten minutes, and when these began."""
    worst, worst_at = 0, None
    for first, at in enumerate(moments):
        many = bisect_right(moments, at + PERIOD_S) - first
        if many > worst:
            worst, worst_at = many, at
    return worst, worst_at


def _flood_share(moments: Sequence[float], since: float, until: float) -> float:
    periods = Counter(int((at - since) // PERIOD_S) for at in moments)
    return sum(many > FLOOD for many in periods.values()) / max(1, ceil((until - since) / PERIOD_S))


def _chatters(alarm: Alarm) -> bool:
    span_min = (alarm.last_active_at - alarm.raised_at) / 60.0
    return alarm.times > CHATTER_PER_MIN and (alarm.times - 1) >= CHATTER_PER_MIN * span_min
