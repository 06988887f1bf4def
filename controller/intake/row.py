"""One row of a CSV file, and how its fields are read. Every reader raises BadValue with the remedy."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from controller.domain.codes import gtin_is_valid, sctid_is_valid
from controller.intake.refusals import BadValue

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_BATCH = re.compile(r"[!-~]{1,20}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_YEARS = range(2000, 2101)
LONGEST_ORDER_REF = 48

_Known = TypeVar("_Known")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """Line of the text file; the header is line 1."""
    number: int
    """Counts data rows from 1; the header and empty lines are not counted, refused rows are."""
    fields: tuple[str, ...]
    values: Mapping[str, str]

    def refuse(self, column: str, reason: str, remedy: str) -> BadValue:
        return BadValue(column, self.values.get(column, ""), reason, remedy)

    def is_empty(self, column: str) -> bool:
        return self.values[column] == ""

    def text(self, column: str, longest: int = 200) -> str:
        value = self.values[column]
        if not value:
            raise self.refuse(column, "is empty", "Fill it in.")
        if len(value) > longest or not value.isprintable():
            raise self.refuse(column, f"is not plain text of at most {longest} characters", "Shorten or retype it.")
        return value

    def reference(self, column: str) -> str:
        """An id or code, of the alphabet that robots accept."""
        value = self.values[column]
        if not _REFERENCE.fullmatch(value):
            raise self.refuse(
                column,
                "is not a code of 1 to 64 letters, digits or . _ : / - that begins with a letter or digit",
                "Write the code as the other files have it.",
            )
        return value

    def order_reference(self, column: str) -> str:
        """Short enough for the ids of its totes, and without a slash, since it stands in addresses."""
        value = self.reference(column)
        if len(value) > LONGEST_ORDER_REF or "/" in value:
            raise self.refuse(
                column, f"is longer than {LONGEST_ORDER_REF} characters or holds a /", "Give the order a shorter name."
            )
        return value

    def new_reference(self, column: str, seen: Mapping[str, object]) -> str:
        value = self.reference(column)
        if value in seen:
            raise self.refuse(column, "stands in the file already", "Remove one of the two rows.")
        return value

    def known(self, column: str, things: Mapping[str, _Known], file: str) -> _Known:
        """What the value names in another file."""
        found = things.get(self.values[column])
        if found is None:
            if not self.values[column]:
                raise self.refuse(column, "is empty", f"Write the {column} as it stands in {file}.")
            raise self.refuse(
                column, f"is not known: {file} has no such {column}", f"Correct it, or add it to {file} first."
            )
        return found

    def known_product(self, products: Mapping[str, _Known]) -> _Known:
        if self.values["gtin"] not in products:
            self.gtin()
        return self.known("gtin", products, "products.csv")

    def gtin(self) -> str:
        value = self.values["gtin"]
        if len(value) != 14 or not (value.isascii() and value.isdigit()):
            raise self.refuse(
                "gtin", "is not 14 digits", "Write the GTIN-14; a spreadsheet may have dropped its leading zero."
            )
        if not gtin_is_valid(value):
            raise self.refuse("gtin", "has a wrong check digit", "A digit is mistyped: compare it with the pack.")
        return value

    def dmd_code(self, column: str) -> str:
        value = self.values[column]
        if not sctid_is_valid(value):
            raise self.refuse(
                column,
                "is not a dm+d id: 6 to 18 digits with a Verhoeff check digit",
                "Copy it from the dm+d browser; a spreadsheet may have rounded its last digits.",
            )
        return value

    def batch(self) -> str:
        value = self.values["batch"]
        if not _BATCH.fullmatch(value):
            raise self.refuse(
                "batch", "is not 1 to 20 printable characters without blanks", "Write it as printed on the pack."
            )
        return value

    def word(self, column: str, words: type[_Word]) -> _Word:
        try:
            return words(self.values[column])
        except ValueError:
            raise self.refuse(column, f"is none of {', '.join(words)}", "Write one of these words.") from None

    def one_of(self, column: str, words: frozenset[str]) -> str:
        value = self.values[column]
        if value not in words:
            raise self.refuse(column, f"is none of {', '.join(sorted(words))}", "Write one of these words.")
        return value

    def yes_or_no(self, column: str) -> bool:
        return self.one_of(column, frozenset({"yes", "no"})) == "yes"

    def whole(self, column: str, least: int, most: int) -> int:
        value = self.values[column]
        if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
            raise self.refuse(
                column, f"is not a whole number from {least} to {most}", "Write digits only, within this range."
            )
        return int(value)

    def measure(self, column: str, most: float) -> float:
        """A number above zero, with the unit that the column's name says."""
        value = self.values[column]
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not (value.isascii() and 0 < number <= most):
            raise self.refuse(
                column, f"is not a number above 0 and up to {most:g}", "Write it in the unit of the column's name."
            )
        return number

    def day(self, column: str) -> date:
        value = self.values[column]
        try:
            found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            found = None
        if found is None or found.year not in _YEARS:
            raise self.refuse(column, "is not a date", "Write YYYY-MM-DD, a day that the calendar has.")
        return found

    def moment(self, column: str) -> float:
        """Seconds since the Unix epoch."""
        value = self.values[column]
        try:
            found = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
        except ValueError:
            found = None
        if found is None or found.year not in _YEARS:
            raise self.refuse(
                column, "is not a time in UTC", "Write YYYY-MM-DDTHH:MM:SSZ, for instance 2026-11-23T08:19:02Z."
            )
        return found.astimezone(UTC).timestamp()

    def clock(self, column: str) -> str:
        """A local time of day, HH:MM."""
        value = self.values[column]
        if not _CLOCK.fullmatch(value):
            raise self.refuse(column, "is not a time of day", "Write HH:MM from 00:00 to 23:59, local time.")
        return value
