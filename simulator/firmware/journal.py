"""What the robot remembers through a power cut: the command journal, and the index that it builds from it.

The journal is written before a motion and after it (RC-09). `CommandBook` is the journal read from its start: it
answers what became of an id, and decides whether a command was seen before (RC-08).
"""

import enum
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from controller.protocol.commands import CommandBody
from controller.protocol.reports import CommandResult, JournalEntry, PackResult, ParametersInForce
from controller.protocol.vocabulary import CommandPhase, Refusal

LAST_RESULTS = 16
"""As many outcomes as a state report may carry."""


class Mark(enum.StrEnum):
    CREATED = "created"
    BOOT = "boot"
    EPOCH = "epoch"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TOMBSTONE = "tombstone"
    STARTED = "started"
    PACK = "pack"
    FINISHED = "finished"
    PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; which fields are set depends on `mark`."""

    mark: Mark
    command_id: str = ""
    journal_id: str = ""
    generation: int = 0
    epoch: int = 0
    body: CommandBody | None = None
    refusal: Refusal | None = None
    pack: PackResult | None = None
    result: CommandResult | None = None
    parameters: ParametersInForce | None = None
    values: dict[str, float] | None = None


class Journal(Protocol):
    """Durable when `append` returns."""

    def append(self, entry: Entry) -> None: ...

    def load(self) -> Iterable[Entry]: ...


class MemoryJournal:
    """Survives a simulated power cut because the robot's program does not own it."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, entry: Entry) -> None:
        self._entries.append(entry)

    def load(self) -> Iterable[Entry]:
        return tuple(self._entries)


class CommandRecord:
    """All that is known of one command id."""

    __slots__ = ("body", "command_id", "epoch", "generation", "packs", "phase", "refusal", "result")

    def __init__(self, command_id: str, phase: CommandPhase, body: CommandBody | None) -> None:
        self.command_id = command_id
        self.phase = phase
        self.body = body
        self.generation = 0
        self.epoch = 0
        self.refusal: Refusal | None = None
        self.packs: dict[int, PackResult] = {}
        """The last that was written of each item; `unknown` from before the grip until the outcome."""
        self.result: CommandResult | None = None

    def answer(self) -> JournalEntry:
        return JournalEntry(command_id=self.command_id, phase=self.phase, refusal=self.refusal, result=self.result)


class CommandBook:
    """The journal's index. Each `write_…` reaches the journal before it changes the index."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._records: dict[str, CommandRecord] = {}
        self.journal_id = ""
        self.generation = 0
        self.epoch = 0
        self.parameters = ParametersInForce(version=0)
        """The profile that is in force, and below its values; version 0 is what the maker set."""
        self.values: dict[str, float] = {}
        self.last_results: deque[CommandResult] = deque(maxlen=LAST_RESULTS)
        """The newest outcomes, oldest first."""
        for entry in journal.load():
            self._apply(entry)

    def get(self, command_id: str) -> CommandRecord | None:
        return self._records.get(command_id)

    def packs(self, command_id: str) -> dict[int, PackResult]:
        """What is known of the packs of an accepted command, by item."""
        return self._records[command_id].packs

    def unfinished(self) -> list[CommandRecord]:
        """Accepted, and without a terminal outcome, oldest first."""
        open_phases = (CommandPhase.ACCEPTED, CommandPhase.RUNNING)
        return [record for record in self._records.values() if record.phase in open_phases]

    def write(self, entry: Entry) -> None:
        self._journal.append(entry)
        self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        match entry.mark:
            case Mark.PACK:
                assert entry.pack is not None
                self._records[entry.command_id].packs[entry.pack.item] = entry.pack
            case Mark.STARTED:
                self._records[entry.command_id].phase = CommandPhase.RUNNING
            case Mark.FINISHED:
                record = self._records[entry.command_id]
                record.phase, record.result = CommandPhase.FINISHED, entry.result
                assert entry.result is not None
                self.last_results.append(entry.result)
            case Mark.ACCEPTED:
                self._open(entry, CommandPhase.ACCEPTED)
            case Mark.REFUSED | Mark.TOMBSTONE:
                self._open(entry, CommandPhase.REFUSED).refusal = entry.refusal
            case Mark.PARAMETERS:
                assert entry.parameters is not None
                self.parameters, self.values = entry.parameters, dict(entry.values or {})
            case Mark.EPOCH:
                self.epoch = entry.epoch
            case Mark.BOOT:
                self.generation = entry.generation
            case Mark.CREATED:
                self.journal_id = entry.journal_id

    def _open(self, entry: Entry, phase: CommandPhase) -> CommandRecord:
        record = CommandRecord(entry.command_id, phase, entry.body)
        record.generation, record.epoch = entry.generation, entry.epoch
        self._records[entry.command_id] = record
        return record
