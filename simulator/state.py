"""A directory that outlives the simulator's process: killing the process is a power cut of all robots.

Holds a command journal for each robot, the physical record, the truth behind the faults, the floor's account and the
time of the beginning.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from simulator.firmware.journal import Entry
from simulator.floor import FloorEntry
from simulator.past import Past
from simulator.record import FileCauseLog, FileRecord, read_causes, read_record

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode


class FileJournal:
    """One robot's journal; each entry is on the disk when `append` returns (RC-09)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _cut_torn_line(path)
        self._file = path.open("ab", buffering=0)

    def append(self, entry: Entry) -> None:
        self._file.write(_encode(entry) + b"\n")
        os.fsync(self._file.fileno())

    def load(self) -> Iterator[Entry]:
        return _lines(self._path, Entry)

    def close(self) -> None:
        self._file.close()


class FileFloorLog:
    """The floor's account, appended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _cut_torn_line(path)
        self._file = path.open("ab", buffering=0)

    def append(self, entry: FloorEntry) -> None:
        self._file.write(_encode(entry) + b"\n")

    def load(self) -> Iterator[FloorEntry]:
        return _lines(self._path, FloorEntry)

    def close(self) -> None:
        self._file.close()


class StateDirectory:
    """Opens or makes the directory; `past` is None where nothing was begun in it yet."""

    def __init__(self, path: Path, start_at: float) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._journals: list[FileJournal] = []
        begun = path / "begun_at"
        self.floor_log = FileFloorLog(path / "floor.jsonl")
        physical = path / "physical.jsonl"
        causes = path / "causes.jsonl"
        _cut_torn_line(physical)
        _cut_torn_line(causes)
        self.past: Past | None = None
        if begun.exists():
            self.past = Past(
                float(begun.read_text(encoding="ascii")),
                tuple(read_record(physical)),
                tuple(self.floor_log.load()),
                tuple(read_causes(causes)),
                resumed=True,
            )
        else:
            begun.write_text(repr(start_at), encoding="ascii")
        self.record = FileRecord(physical)
        self.cause_log = FileCauseLog(causes)

    def journal(self, robot: str) -> FileJournal:
        """The robot's journal, made where there is none yet."""
        journal = FileJournal(self._path / f"{robot}.journal")
        self._journals.append(journal)
        return journal

    def close(self) -> None:
        """Leave the directory as it is; nothing was held back for this moment."""
        self.record.close()
        self.floor_log.close()
        for journal in self._journals:
            journal.close()


def _cut_torn_line(path: Path) -> None:
    # a line that was being written when the power went never took effect
    if path.exists():
        content = path.read_bytes()
        if not content.endswith(b"\n"):
            with path.open("r+b") as file:
                file.truncate(content.rfind(b"\n") + 1)


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    with path.open("rb") as file:
        for text in file:
            yield decoder.decode(text)
