"""What came of a centre's work, read from its database: to compare two runs, and to have one audited."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, create_engine, func, insert, select

from controller.bootstrap import verify_journal
from controller.domain.journal import JournalEntry
from controller.domain.order import OrderStatus
from controller.domain.task import TaskStatus
from controller.domain.work import WorkStatus
from controller.ledger.invariants import History, check
from controller.storage import tables
from controller.storage.connections import open_reader
from controller.storage.history import read_history
from simulator.audit import audit_files


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What became of one order; `packs` are (gathered, short) of each line in turn."""

    status: str
    packs: tuple[tuple[int, int], ...]
    departure: str | None
    left_at: float | None


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is still under way; `orders` by status."""

    orders: Counter[str]
    commands: int
    works: int
    doubts: int

    def nothing_under_way(self, orders: int) -> bool:
        """So many orders came and all have left, and nothing else is open."""
        done = sum(self.orders[status.value] for status in OrderStatus if status.final)
        return done == orders == self.orders.total() and not (self.commands or self.works or self.doubts)


async def look(url: str) -> Quiet:
    """What is open in the database at this moment."""
    open_tasks = [status.value for status in TaskStatus if not status.final]
    open_works = [WorkStatus.WAITING.value, WorkStatus.TAKEN.value]

    def read(connection: Connection) -> Quiet:
        def count(table: Table, condition: object) -> int:
            return int(connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one())  # type: ignore[arg-type]

        orders = tables.orders.c.status
        counted = connection.execute(select(orders, func.count()).group_by(orders))
        return Quiet(
            Counter({str(row[0]): int(row[1]) for row in counted}),
            count(tables.commands, tables.commands.c.status.in_(open_tasks)),
            count(tables.works, tables.works.c.status.in_(open_works)),
            count(tables.doubts, tables.doubts.c.resolved_at.is_(None)),
        )

    reader = open_reader(url)
    try:
        return await reader.run(read)
    finally:
        await reader.close()


async def read_all(url: str) -> History:
    """Everything that the service ever wrote."""
    reader = open_reader(url)
    try:
        return await reader.run(read_history)
    finally:
        await reader.close()


def outcomes(history: History) -> dict[str, OrderOutcome]:
    """By order."""
    return {
        order.order_ref: OrderOutcome(
            order.status.value,
            tuple((line.gathered, line.short) for line in order.lines),
            order.departure_id,
            order.dispatched_at,
        )
        for order in history.orders
    }


async def find_faults(url: str, history: History, physical: Path, site: Path, folder: Path) -> list[str]:
    """Everything that is wrong: broken invariants, and what the independent auditor says of both records.

    For a centre that nothing but kills disturbs: no robot is sent for a pack that is not there.
    """
    books = folder / "audited.sqlite"
    await _copy_for_the_auditor(url, books)
    violations = [f"{violation.invariant}: {violation.detail}" for violation in check(history)]
    noticed = [f"noticed on the way: {entry.subject} {entry.data}" for entry in history.journal if _is_fault(entry)]
    return violations + noticed + audit_files(physical, books, site)


def _is_fault(entry: JournalEntry) -> bool:
    if entry.action == "pack.missing":
        return entry.actor.startswith("robot:")
    return entry.action == "invariant.violated"


async def journal_breaks(url: str) -> list[str]:
    """What `nightshift audit verify` would say."""
    verdict = await asyncio.to_thread(verify_journal, url)
    return [f"{found.seq}: {found.detail}" for found in verdict.breaks]


async def _copy_for_the_auditor(url: str, file: Path) -> None:
    """The auditor reads SQLite alone, whatever the service's own database is."""

    def read(connection: Connection) -> list[tuple[Table, list[dict[str, object]]]]:
        every = tables.metadata.sorted_tables
        return [(table, [dict(row._mapping) for row in connection.execute(select(table))]) for table in every]

    reader = open_reader(url)
    try:
        copied = await reader.run(read)
    finally:
        await reader.close()
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
            for table, rows in copied:
                if rows:
                    connection.execute(insert(table), rows)
    finally:
        engine.dispose()
