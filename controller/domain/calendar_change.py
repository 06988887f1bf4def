"""A day that is not like its weekday: a holiday, or a run that is cancelled, moved or added once."""

import enum
from dataclasses import dataclass


class CalendarChangeKind(enum.StrEnum):
    HOLIDAY = "holiday"
    """No van goes on this date: of any run, or of one hospital's."""
    CANCELLED = "cancelled"
    """One run does not go on this date."""
    MOVED = "moved"
    """One run goes on this date at other local times."""
    EXTRA = "extra"
    """A van that no weekly run has."""


@dataclass(slots=True)
class CalendarChange:
    change_id: str
    kind: CalendarChangeKind
    date_local: str
    """YYYY-MM-DD in the site's zone."""
    reason: str
    actor: str
    made_at: float
    run: str | None = None
    """cancelled, moved, extra"""
    hospital: str | None = None
    """extra; holiday of one hospital"""
    cutoff_local: str | None = None
    departure_local: str | None = None
    withdrawn_at: float | None = None
    withdrawn_by: str | None = None
