"""An entry of the audit journal: who did what, when, and why. Entries are chained by hash (ledger/audit.py)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class JournalEntry:
    seq: int
    at: float
    actor: str
    """A person's name, `robot:R3`, or `controller`."""
    action: str
    """Stable and past tense, `noun.verb`: what programs match on, for instance `order.received`."""
    subject: str
    """`order:T000173`, `robot:R3`, `tote:T000173-1`, … for finding it again."""
    data: dict[str, Any]
    """What changed, as JSON values; old and new where something was replaced."""
    previous_hash: str
    entry_hash: str
