"""Read a CSV file into rows, so that one bad row never takes the others with it."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from controller.intake.refusals import BadValue, Refusal
from controller.intake.row import Row

MAX_FILE_BYTES = 64 * 1024 * 1024
_SURROGATES = ("\udc80", "\udcff")
_Parsed = TypeVar("_Parsed")


class _Reader(Protocol):
    """What csv.reader returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class Table:
    """The rows of one file, and what was refused of it so far."""

    name: str
    """The file as the person knows it, for instance `orders/2026-11-23.csv`."""
    content: bytes = b""
    header: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def parse(self, parse_row: Callable[[Row], _Parsed]) -> list[_Parsed]:
        """What `parse_row` makes of each row; a row on which it raises BadValue is refused."""
        parsed = []
        for row in self.rows:
            try:
                parsed.append(parse_row(row))
            except BadValue as bad:
                self.refuse(row, bad)
        return parsed

    def refuse(self, row: Row, bad: BadValue) -> None:
        value = bad.value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        self.refusals.append(Refusal(self.name, row.line, bad.column, value, bad.reason, bad.remedy, row.fields))

    def refuse_file(self, reason: str, remedy: str, line: int = 0) -> "Table":
        self.refusals.append(Refusal(self.name, line, "", "", reason, remedy))
        return self


def read_table(file: Path, columns: tuple[str, ...], name: str | None = None) -> Table:
    """The rows of a file that has at least these columns, in any order. Never raises: see `Table.refusals`."""
    table = Table(name or file.name)
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            return table.refuse_file("is larger than 64 MiB", "Split it into several files.")
        table.content = file.read_bytes()
    except FileNotFoundError:
        return table.refuse_file("is missing", f"Add it, with the columns {', '.join(columns)}.")
    except OSError as error:
        return table.refuse_file(
            f"cannot be read: {error.strerror}", "Check that it is a file and that you may read it."
        )
    if table.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return table.refuse_file("is UTF-16", "Save it as UTF-8.")
    text = table.content.decode("utf-8-sig", "surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table.header = next(reader, [])
        if _header_fits(table, table.header, columns):
            _read_rows(table, reader, table.header)
    except csv.Error as error:
        table.rows.clear()
        remedy = "Put quotes in pairs; nothing of the file was taken."
        table.refuse_file(f"cannot be read any further: {error}", remedy, reader.line_num)
    return table


def _header_fits(table: Table, header: list[str], columns: tuple[str, ...]) -> bool:
    if not header:
        table.refuse_file("is empty", f"Its first line must be: {','.join(columns)}")
    elif len(header) == 1 and (delimiter := next((mark for mark in ";\t|" if mark in header[0]), None)):
        shown = "tabs" if delimiter == "\t" else f"'{delimiter}'"
        table.refuse_file(f"separates its columns by {shown}", "Save it with commas between the columns.", 1)
    elif missing := [column for column in columns if column not in header]:
        table.refuse_file(f"has no column {', '.join(missing)}", f"Its first line must be: {','.join(columns)}", line=1)
    elif twice := sorted({column for column in header if header.count(column) > 1}):
        table.refuse_file(f"has the column {', '.join(twice)} twice", "Remove one of them.", line=1)
    else:
        return True
    return False


def _read_rows(table: Table, lines: _Reader, header: list[str]) -> None:
    for number, (line, fields) in enumerate(_filled(lines), start=1):
        row = Row(line, number, tuple(fields), dict(zip(header, fields, strict=False)))
        try:
            _check_shape(row, len(header))
        except BadValue as bad:
            table.refuse(row, bad)
        else:
            table.rows.append(row)


def _filled(reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    first = reader.line_num + 1
    for fields in reader:
        if fields:
            yield first, fields
        first = reader.line_num + 1


def _check_shape(row: Row, width: int) -> None:
    if len(row.fields) != width:
        raise BadValue(
            "",
            ",".join(row.fields)[:80],
            f"has {len(row.fields)} fields, the header has {width}",
            "Add or remove a comma, or quote the field that holds one.",
        )
    for column, value in row.values.items():
        if not value.isascii() and any(_SURROGATES[0] <= mark <= _SURROGATES[1] for mark in value):
            raise row.refuse(column, "is not UTF-8", "Save the file as UTF-8, or retype this field.")
