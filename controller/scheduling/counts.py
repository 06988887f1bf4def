"""Which shelf is counted next: one that is suspected at any idle moment, the others in turn by the calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class CountRules:
    every_days: float = 14.0
    """Each shelf is counted at least so often; with 99.7 % of records right (DOMAIN.md Table A) a shelf of 200 packs
    then has about half a pack to find."""
    ahead: float = 1.5
    """So many times the shelves that the period asks for may be counted a day, so that a busy night is made up for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A shelf, and when it was last counted; None where it never was."""

    shelf: str
    counted_at: float | None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something was not as the books have it at this shelf, since then."""

    shelf: str
    since_at: float
    why: str


def next_suspect(suspected: Iterable[Suspicion]) -> Suspicion | None:
    """The one that has been suspected longest."""
    return min(suspected, key=lambda suspicion: (suspicion.since_at, suspicion.shelf, suspicion.why), default=None)


def next_count(shelves: Sequence[Seen], now: float, rules: CountRules) -> Seen | None:
    """The shelf that was not counted for longest, where it is due and the day's share is not done; ties by name.

    A shelf is due so early that the round is finished in time although only a share of it is counted each day.
    """
    if not shelves:
        return None
    lately = sum(1 for seen in shelves if seen.counted_at is not None and now - seen.counted_at < _DAY_S)
    if lately >= ceil(rules.ahead * len(shelves) / rules.every_days):
        return None
    oldest = min(shelves, key=lambda seen: (seen.counted_at is not None, seen.counted_at or 0.0, seen.shelf))
    due_s = rules.every_days / rules.ahead * _DAY_S
    return oldest if oldest.counted_at is None or now - oldest.counted_at >= due_s else None
