from typing import Any

from msgspec import Struct

from controller.api.instants import Instant, instant
from controller.domain.journal import JournalEntry


class JournalEntryAnswer(Struct, frozen=True):
    seq: int
    at: Instant
    actor: str
    action: str
    subject: str
    data: dict[str, Any]
    previous_hash: str
    entry_hash: str


class JournalPage(Struct, frozen=True):
    items: list[JournalEntryAnswer]
    next_after_seq: int | None
    """Ask again after this number; None where nothing newer was written."""


def journal_answer(entry: JournalEntry) -> JournalEntryAnswer:
    return JournalEntryAnswer(
        entry.seq,
        instant(entry.at),
        entry.actor,
        entry.action,
        entry.subject,
        entry.data,
        entry.previous_hash,
        entry.entry_hash,
    )
