"""holidays.csv, which a site folder may have: dates on which no van goes, anywhere or to one hospital."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.intake.row import Row
from controller.intake.table import Table, read_table

HOLIDAYS_FILE = "holidays.csv"
HOLIDAY_COLUMNS = ("date", "name", "hospital")


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str
    hospital: str | None
    """None: no van goes anywhere."""


def read_holidays(folder: Path) -> Table:
    """The rows of the file; an empty table where there is none."""
    file = folder / HOLIDAYS_FILE
    return read_table(file, HOLIDAY_COLUMNS) if file.exists() else Table(HOLIDAYS_FILE)


def holiday_parser(hospitals: frozenset[str]) -> Callable[[Row], Holiday]:
    """How a row is read: one a date and hospital, and the hospital must be one of destinations.csv."""
    seen: set[tuple[date, str | None]] = set()

    def parse(row: Row) -> Holiday:
        day, name = row.day("date"), row.text("name")
        hospital = None if row.is_empty("hospital") else row.reference("hospital")
        if hospital is not None and hospital not in hospitals:
            raise row.refuse(
                "hospital", "is not known: destinations.csv has no such hospital", "Correct it; empty means all."
            )
        if (day, hospital) in seen:
            raise row.refuse("date", "stands in the file already", "Remove one of the two rows.")
        seen.add((day, hospital))
        return Holiday(day, name, hospital)

    return parse


def calendar_changes(holidays: Iterable[Holiday], *, made_at: float, actor: str) -> list[CalendarChange]:
    """The same file gives the same ids."""
    return [
        CalendarChange(
            change_id=_id(holiday),
            kind=CalendarChangeKind.HOLIDAY,
            date_local=holiday.day.isoformat(),
            reason=holiday.name,
            actor=actor,
            made_at=made_at,
            hospital=holiday.hospital,
        )
        for holiday in holidays
    ]


def _id(holiday: Holiday) -> str:
    # It stands in addresses, so it has no slash and no more than 64 characters.
    parts = ["H", holiday.day.isoformat(), *([holiday.hospital] if holiday.hospital else [])]
    return "-".join(parts).replace("/", "_")[:64]
