"""The physical record: an append-only account of what really moved, shared with nobody."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from simulator.hardware.movement import Act, Cause, Movement
from simulator.truth import CauseEntry


def line(movement: Movement) -> bytes:
    """One JSON object in the fixed key order of the robot contract; times to the millisecond."""
    cause = movement.cause
    return msgspec.json.encode(
        {
            "t": round(movement.at, 3),
            "robot": movement.robot,
            "act": movement.act.value,
            "pack": movement.pack_id,
            "gtin": movement.gtin,
            "batch": movement.batch,
            "expiry": movement.expiry,
            "from": movement.source,
            "to": movement.target,
            "command": cause.command_id,
            "generation": cause.generation,
            "epoch": cause.epoch,
        }
    )


class MemoryRecord:
    """Keeps the movements, for tests."""

    def __init__(self) -> None:
        self.movements: list[Movement] = []

    def append(self, movement: Movement) -> None:
        self.movements.append(movement)

    @property
    def text(self) -> bytes:
        return b"".join(line(movement) + b"\n" for movement in self.movements)


class MemoryCauseLog:
    """Keeps the hidden truth, for tests."""

    def __init__(self) -> None:
        self.entries: list[CauseEntry] = []

    def append(self, entry: CauseEntry) -> None:
        self.entries.append(entry)


class FileCauseLog:
    """causes.jsonl: made with the first line, so that a centre without faults leaves none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, entry: CauseEntry) -> None:
        with self._path.open("ab") as file:
            file.write(cause_line(entry) + b"\n")


def cause_line(entry: CauseEntry) -> bytes:
    """One JSON object; what does not apply is null."""
    return msgspec.json.encode(
        {
            "t": round(entry.at, 3),
            "robot": entry.robot,
            "cause": entry.cause,
            "number": entry.number,
            "severity": entry.severity,
            "event": entry.event,
            "code": entry.code,
            "fault": entry.fault,
            "place": entry.place,
            "action": entry.action,
            "who": entry.who,
            "shared": entry.shared,
        }
    )


def read_causes(path: Path) -> Iterator[CauseEntry]:
    """The lines of causes.jsonl in their order; none where the file is absent."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for text in file:
            row = msgspec.json.decode(text)
            yield CauseEntry(at=row.pop("t"), **row)


class FileRecord:
    """Writes each movement at once and unbuffered, so that a killed process has lost none that it had made."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def append(self, movement: Movement) -> None:
        self._file.write(line(movement) + b"\n")

    def close(self) -> None:
        self._file.close()


def read_record(path: Path) -> Iterator[Movement]:
    """The movements of a physical record, in their order; none where the file is absent."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for text in file:
            row = msgspec.json.decode(text)
            yield Movement(
                at=row["t"],
                robot=row["robot"],
                act=Act(row["act"]),
                pack_id=row["pack"],
                gtin=row["gtin"],
                batch=row["batch"],
                expiry=row["expiry"],
                source=row["from"],
                target=row["to"],
                cause=Cause(row["command"], row["generation"], row["epoch"]),
            )
