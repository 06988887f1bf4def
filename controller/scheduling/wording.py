"""How times, durations, places and counts are said to people, everywhere the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Says moments in the site's zone; the date only where it is not `day`."""

    zone: ZoneInfo
    day: date

    @classmethod
    def around(cls, at: float, zone: ZoneInfo) -> "LocalTime":
        """For a text about that moment's local day."""
        return cls(zone, datetime.fromtimestamp(at, zone).date())

    def clock(self, at: float) -> str:
        """`10:42`, or `Tue 24 Nov 10:42` on another day."""
        local = datetime.fromtimestamp(at, self.zone)
        if local.date() == self.day:
            return f"{local:%H:%M}"
        return f"{local:%a} {local.day} {local:%b %H:%M}"


def span(seconds: float) -> str:
    """A length of time to the precision that a person needs: `40 s`, `18 min`, `2 h 05 min`, `3 days`."""
    whole_s = round(abs(seconds))
    if whole_s < 90:
        return f"{whole_s} s"
    minutes = round(whole_s / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    return f"{round(hours / 24)} days"


def count(number: int, thing: str) -> str:
    """`1 pack`, `3 packs`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def place(account: str) -> str:
    """An account of the ledger as people call it: `R3`, `the shelves of MANUAL-A`."""
    kind, _, name = account.partition(":")
    if kind == "area":
        return f"the shelves of {name}"
    return name or kind


def listed(things: Iterable[str], last: str = "and") -> str:
    """`R3`, `R3 and R5`, `R3, R5 and R7`."""
    found = list(things)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    if not text:
        return text
    return f"{text[0].upper()}{text[1:]}" + ("" if text[-1] in ".?!" else ".")
