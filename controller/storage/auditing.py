"""The audit journal as it is kept, checked entry by entry without holding it in memory."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from controller.ledger.audit import Break, BreakKind, ChainCheck
from controller.storage.tables import journal, lease

PAGE = 5_000


@dataclass(frozen=True, slots=True)
class JournalVerdict:
    """What the check of a whole journal found; without breaks it is whole."""

    entries: int
    last_seq: int
    last_hash: str
    """Compare it with a copy kept elsewhere: a chain rewritten to its end looks whole by itself."""
    breaks: list[Break]


def verify_journal(connection: Connection) -> JournalVerdict:
    """Check every entry, and that the journal ends where the last commit left it."""
    head = connection.execute(select(lease.c.journal_seq, lease.c.journal_hash)).one()
    check = ChainCheck()
    row = journal.c
    columns = (row.seq, row.at, row.actor, row.action, row.subject, row.data, row.previous_hash, row.entry_hash)
    after = None
    while True:
        page = select(*columns).order_by(row.seq).limit(PAGE)
        found = connection.execute(page if after is None else page.where(row.seq > after)).fetchall()
        if not found:
            break
        for entry in found:
            check.add(*entry)
        after = found[-1].seq
    breaks = list(check.breaks)
    if check.last_seq < head.journal_seq:
        missing = f"entries {check.last_seq + 1} to {head.journal_seq} are missing at the end"
        breaks.append(Break(head.journal_seq, BreakKind.GAP, missing))
    elif check.last_hash != head.journal_hash:
        breaks.append(Break(check.last_seq, BreakKind.LINK, f"the last commit left {head.journal_hash} at the end"))
    return JournalVerdict(check.entries, check.last_seq, check.last_hash, breaks)
