"""The hash chain of the audit journal: each entry seals its content and, through the one before, all that came earlier.

What the chain shows: an entry that was changed, taken out, put in or moved. What it cannot show from the entries
alone: an end that was cut off, or a chain that was rewritten from some entry to the end. For that the hash of the
last entry must be known from elsewhere.
"""

import enum
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from controller.domain.journal import JournalEntry

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_CONTAINERS = (dict, list, tuple)


class BreakKind(enum.StrEnum):
    """How an entry contradicts the chain."""

    HASH = "hash"
    """Its content is not what its own hash says."""
    LINK = "link"
    """It names another hash before it than the entry before it has."""
    GAP = "gap"
    """Entries are missing before it."""
    ORDER = "order"
    """Its number came before, or is lower than the one before."""


@dataclass(frozen=True, slots=True)
class Break:
    """One contradiction; `seq` is the number of the entry at which it shows."""

    seq: int
    kind: BreakKind
    detail: str


def canonical_json(value: Any) -> str:
    """The one text for this value: sorted keys, no spaces, no ASCII escapes, floats as `repr` writes them.

    TypeError for what JSON cannot hold, keys that are no text included; ValueError for NaN and infinities.
    """
    _refuse_other_keys(value)
    return _ENCODER.encode(value)


def entry_hash(
    previous_hash: str, seq: int, at: float, actor: str, action: str, subject: str, data: dict[str, Any]
) -> str:
    """SHA-256 in hex over the canonical JSON of all seven values.

    Errors as `canonical_json`, and ValueError for text that UTF-8 cannot hold.
    """
    return hash_with_data_text(previous_hash, seq, at, actor, action, subject, canonical_json(data))


def hash_with_data_text(
    previous_hash: str, seq: int, at: float, actor: str, action: str, subject: str, data_text: str
) -> str:
    """As `entry_hash`, for data that is canonical JSON already: kept texts are checked byte for byte."""
    head = _ENCODER.encode([previous_hash, seq, float(at), actor, action, subject])
    return hashlib.sha256(f"{head[:-1]},{data_text}]".encode()).hexdigest()


def make_entry(
    seq: int, at: float, actor: str, action: str, subject: str, data: dict[str, Any], previous_hash: str
) -> JournalEntry:
    """The entry of this number, sealed onto the one before it: GENESIS before number 1. Errors as `entry_hash`."""
    at = float(at)
    sealed = entry_hash(previous_hash, seq, at, actor, action, subject, data)
    return JournalEntry(seq, at, actor, action, subject, data, previous_hash, sealed)


def verify(entries: Iterable[JournalEntry], first_previous: str = GENESIS, first_seq: int = 1) -> list[Break]:
    """Every contradiction in these entries, in the order in which they are given; an empty list where there is none.

    `first_previous` and `first_seq` are those of the first entry: not the defaults where a chain is checked in parts.
    """
    check = ChainCheck(first_previous, first_seq)
    for entry in entries:
        check.add(
            entry.seq,
            entry.at,
            entry.actor,
            entry.action,
            entry.subject,
            canonical_json(entry.data),
            entry.previous_hash,
            entry.entry_hash,
        )
    return check.breaks


class ChainCheck:
    """Verification entry by entry, for journals that are longer than memory."""

    def __init__(self, first_previous: str = GENESIS, first_seq: int = 1) -> None:
        self.breaks: list[Break] = []
        self.entries = 0
        self.last_seq = first_seq - 1
        self.last_hash = first_previous

    def add(
        self,
        seq: int,
        at: float,
        actor: str,
        action: str,
        subject: str,
        data_text: str,
        previous_hash: str,
        sealed: str,
    ) -> None:
        """Check the next entry against itself and against the one before."""
        if seq > self.last_seq + 1:
            self._note(seq, BreakKind.GAP, f"entries {self.last_seq + 1} to {seq - 1} are missing")
        elif seq <= self.last_seq:
            self._note(seq, BreakKind.ORDER, f"comes after entry {self.last_seq}")
        elif previous_hash != self.last_hash:
            self._note(seq, BreakKind.LINK, f"names {previous_hash} before it, but there is {self.last_hash}")
        if hash_with_data_text(previous_hash, seq, at, actor, action, subject, data_text) != sealed:
            self._note(seq, BreakKind.HASH, "its content is not what its hash says")
        self.entries += 1
        self.last_seq = seq
        self.last_hash = sealed

    def _note(self, seq: int, kind: BreakKind, detail: str) -> None:
        self.breaks.append(Break(seq, kind, detail))


def _refuse_other_keys(value: Any) -> None:
    # The encoder sorts keys before it turns them into text: 9 and 10, read back as text, would come in another order.
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key must be text, not {key!r}")
            if isinstance(inner, _CONTAINERS):
                _refuse_other_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if isinstance(inner, _CONTAINERS):
                _refuse_other_keys(inner)
