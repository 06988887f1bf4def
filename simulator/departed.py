"""A part of the independent audit: packs that left the centre and should have stayed, by the ledger's own rows."""

import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

_LEFT = (
    "SELECT pack_id, packs.gtin, packs.batch, account, expiry, hold, postings.at, coalesce(departed_at, postings.at)"
    " FROM packs JOIN postings USING (pack_id)"
    " LEFT JOIN departures ON postings.reason = 'dispatched with ' || departure_id"
    " WHERE account LIKE 'dispatched:%' AND to_account = account"
)
"""When it was booked, and when it left: a van goes at its own time, whenever that is noticed."""
_RECALLS = "SELECT gtin, batch, begun_at, coalesce(closed_at, 1e18) FROM recalls WHERE NOT drill"


def unfit_departed(books: sqlite3.Connection) -> list[str]:
    """A sentence for each pack that left though it was held, had expired on that local day, or was under recall."""
    zone = ZoneInfo(books.execute("SELECT timezone FROM site").fetchone()[0])
    recalls = books.execute(_RECALLS).fetchall()
    findings = []
    for pack_id, gtin, batch, account, expiry, hold, booked_at, left_at in books.execute(_LEFT):
        left = f"pack {pack_id}: left for {account.partition(':')[2]}"
        if hold is not None:
            findings.append(f"{left} though it was held ({hold})")
        if expiry <= datetime.fromtimestamp(left_at, zone).date().isoformat():
            findings.append(f"{left} though it had expired on {expiry}")
        if any((gtin, batch) == recall[:2] and recall[2] < booked_at < recall[3] for recall in recalls):
            findings.append(f"{left} though its batch {batch} was under recall")
    return findings
