"""A day that is not to be as its week says."""

from dataclasses import dataclass

from controller.domain.calendar_change import CalendarChangeKind


@dataclass(frozen=True, slots=True)
class AddCalendarChange:
    """A day is not to be as its week says; what a kind needs is in domain/calendar_change.py."""

    kind: CalendarChangeKind
    date_local: str
    """YYYY-MM-DD"""
    reason: str
    actor: str
    run: str | None = None
    """cancelled, moved; extra: a name for the van, or the controller gives it one."""
    hospital: str | None = None
    """extra; holiday of one hospital"""
    departure_local: str | None = None
    """HH:MM; moved, extra"""
    cutoff_local: str | None = None
    """HH:MM; moved, where the cut-off is not to move with the departure; extra, where it is not the departure."""


@dataclass(frozen=True, slots=True)
class HoldVan:
    """A van waits: it leaves so many minutes later than it would now; its cut-off stays."""

    run: str
    date_local: str
    minutes: int
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class WithdrawCalendarChange:
    change_id: str
    reason: str
    actor: str


CalendarRequest = AddCalendarChange | HoldVan | WithdrawCalendarChange
