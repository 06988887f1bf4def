"""The journal as it is kept is checked byte for byte, and its end against what the last commit left."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from controller.engine.ports import Batch
from controller.ledger.audit import BreakKind, make_entry
from controller.storage import auditing
from controller.storage.connections import Database
from controller.storage.store import SqlArchive, SqlStore
from tests.contract.storage import examples

COUNT = 9


@pytest.fixture
async def journaled(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "PAGE", 4)
    await store.commit(Batch(1, examples.NOW, journal=examples.entries(COUNT)))


def behind_the_triggers(*statements: str) -> Callable[[Connection], None]:
    """What somebody with the rights of an administrator could do."""

    def tamper(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER journal_keeps_UPDATE")
            connection.exec_driver_sql("DROP TRIGGER journal_keeps_DELETE")
        else:
            connection.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)

    return tamper


async def breaks_after(archive: SqlArchive, database: Database, *statements: str) -> list[tuple[int, str]]:
    await database.run(behind_the_triggers(*statements))
    return [(found.seq, found.kind.value) for found in (await archive.verify_journal()).breaks]


@pytest.mark.usefixtures("journaled")
async def test_a_whole_journal_has_no_breaks(archive: SqlArchive) -> None:
    verdict = await archive.verify_journal()
    assert (verdict.entries, verdict.last_seq, verdict.breaks) == (COUNT, COUNT, [])
    assert verdict.last_hash == examples.entries(COUNT)[-1].entry_hash


async def test_an_empty_journal_has_no_breaks(store: SqlStore, archive: SqlArchive) -> None:
    assert (await archive.verify_journal()).breaks == []


@pytest.mark.usefixtures("journaled")
@pytest.mark.parametrize(
    "change",
    [
        "at = at + 0.001",
        "actor = 'Berta'",
        "action = 'order.cancelled'",
        "subject = 'order:T9'",
        "data = replace(data, '\"old\":null', '\"old\": null')",
        "data = replace(data, 'null', '0')",
    ],
)
async def test_a_changed_entry_is_found(archive: SqlArchive, database: Database, change: str) -> None:
    assert await breaks_after(archive, database, f"UPDATE journal SET {change} WHERE seq = 4") == [(4, "hash")]


@pytest.mark.usefixtures("journaled")
async def test_a_missing_entry_is_found(archive: SqlArchive, database: Database) -> None:
    assert await breaks_after(archive, database, "DELETE FROM journal WHERE seq IN (4, 5)") == [(6, "gap")]


@pytest.mark.usefixtures("journaled")
async def test_an_end_that_was_cut_off_is_found(archive: SqlArchive, database: Database) -> None:
    assert await breaks_after(archive, database, "DELETE FROM journal WHERE seq > 7") == [(9, "gap")]


@pytest.mark.usefixtures("journaled")
async def test_everything_cut_off_is_found(archive: SqlArchive, database: Database) -> None:
    assert await breaks_after(archive, database, "DELETE FROM journal") == [(9, "gap")]


@pytest.mark.usefixtures("journaled")
async def test_an_end_that_was_written_anew_is_found(archive: SqlArchive, database: Database) -> None:
    last = examples.entries(COUNT)[-1]
    forged: Any = make_entry(last.seq, last.at, "Berta", last.action, last.subject, last.data, last.previous_hash)
    statement = f"UPDATE journal SET actor = 'Berta', entry_hash = '{forged.entry_hash}' WHERE seq = {COUNT}"
    assert await breaks_after(archive, database, statement) == [(COUNT, BreakKind.LINK.value)]
