"""Everything that was ever written, for the checks of the ledger: for tests, rehearsals and the nightly audit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from controller.ledger.invariants import History
from controller.storage import entities, tables


def read_history(connection: Connection) -> History:
    """The whole history. Every pack that ever was is in memory then: about 1 KB each."""

    def rows(query: Select[Any]) -> Sequence[Any]:
        return connection.execute(query).fetchall()

    def whole(table: Table) -> Sequence[Any]:
        return rows(select(table).order_by(*table.primary_key))

    return History(
        packs=[entities.pack_of(row) for row in whole(tables.packs)],
        orders=entities.orders_of(
            rows(select(tables.orders).order_by(tables.orders.c.number)), whole(tables.order_lines)
        ),
        tasks=entities.tasks_of(whole(tables.commands), whole(tables.command_steps)),
        totes=[entities.tote_of(row) for row in whole(tables.totes)],
        works=[entities.work_of(row) for row in whole(tables.works)],
        balances={row.account: row.packs for row in whole(tables.balances)},
        postings=[entities.posting_of(row) for row in whole(tables.postings)],
        journal=[entities.journal_entry_of(row) for row in whole(tables.journal)],
        departures=[entities.departure_of(row) for row in whole(tables.departures)],
        timezone=connection.execute(select(tables.site.c.timezone)).scalar_one_or_none() or "UTC",
    )


def count_fefo_exceptions(connection: Connection) -> int:
    """Picks of a later pack that the written rule allowed."""
    return int(connection.execute(select(func.count()).select_from(tables.fefo_exceptions)).scalar_one())
