"""What was not taken from a file, why, and what to do about it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from controller.domain.errors import Invalid


class BadValue(Exception):
    """A field of a row that does not fit. Caught by the reader of the file, which knows the place."""

    def __init__(self, column: str, value: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused row, or a whole file (`line` 0)."""

    file: str
    line: int
    """Line of the text file, the header is line 1; 0 where the file as a whole cannot be read."""
    column: str
    """Empty where it is the row or the file as a whole."""
    value: str
    reason: str
    remedy: str
    row: tuple[str, ...] = ()
    """The fields of the row as they stood in the file."""

    @property
    def text(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        column = f", column {self.column}" if self.column else ""
        value = f" '{self.value}'" if self.value else ""
        return f"{place}{column}{value}: {self.reason}. {self.remedy}"


class FileRefused(Invalid):
    """A file of the site folder cannot be read at all."""

    code = "file_refused"

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(" ".join(refusal.text for refusal in refusals))
        self.refusals = tuple(refusals)


def refused_path(file: Path) -> Path:
    """Where the refused rows of a file are written: `orders.csv` → `orders.refused.csv`, beside it."""
    return file.with_name(f"{file.stem}.refused.csv")


def write_refused(file: Path, refusals: Sequence[Refusal]) -> Path:
    """Write the refused rows of `file` beside it, as they were, each with its line and the reason.

    With the last four columns removed and the rows mended, it can be imported itself. OSError where nothing can be
    written there.
    """
    path = refused_path(file)
    header = _header_of(file)
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*header, "refused_line", "refused_column", "reason", "remedy"])
        for refusal in refusals:
            padding = [""] * max(0, len(header) - len(refusal.row))
            writer.writerow([*refusal.row, *padding, refusal.line, refusal.column, refusal.reason, refusal.remedy])
    return path


def _header_of(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            return next(csv.reader(lines), [])
    except (OSError, csv.Error):
        return []
