"""What the loop measures of itself and of what passes through it."""

from collections.abc import Sequence
from typing import Protocol

from controller.domain.journal import JournalEntry


class Gauge(Protocol):
    """Where the loop tells what it did; the metrics adapter counts it, tests ignore it."""

    def decided(self, duration_s: float, *, fault: bool, recorded: int) -> None:
        """A turn was decided in so much real time; whether a fault began in it, and lines kept around faults."""
        ...

    def committed(self, actions: int, rows: int, duration_s: float) -> None: ...

    def commit_failed(self, reason: str) -> None: ...

    def journaled(self, entries: Sequence[JournalEntry]) -> None: ...

    def poisoned(self, robot: str | None) -> None: ...

    def gap_seen(self, robot: str) -> None: ...
