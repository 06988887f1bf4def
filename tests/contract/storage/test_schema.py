"""The migrations make exactly the tables that the program declares, and the program starts on no others."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from controller.domain.errors import Invalid
from controller.storage.connections import T, migration_engine, open_writer
from controller.storage.errors import SchemaMismatch
from controller.storage.schema import current_revision, head_revision, migrate
from controller.storage.store import open_store
from controller.storage.tables import metadata

DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL",
    "postgresql": """
        SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, collation_name, column_default)
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    """,
}


def run(url: str, work: Callable[[Connection], T]) -> T:
    async def once() -> T:
        database = open_writer(url, durable=True)
        try:
            return await database.run(work)
        finally:
            await database.close()

    return asyncio.run(once())


def definitions(connection: Connection) -> dict[str, str]:
    """Each table, column, constraint and index as the database itself tells it, but for Alembic's own."""
    rows = connection.exec_driver_sql(DEFINITIONS[connection.dialect.name]).fetchall()
    return {name: " ".join(told.split()) for name, told in rows if "alembic_version" not in name}


def sorted_parts(told: str) -> list[str]:
    """Constraints come in any order within the statement that makes a table."""
    columns_and_constraints, _, options = told.rpartition(")")
    return [*sorted(part.strip(" ,") for part in columns_and_constraints.split(", ")), options]


def test_the_migrated_tables_are_the_declared_ones(empty_url: str) -> None:
    migrate(empty_url)
    found: list[Any] = run(
        empty_url, lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )
    assert found == []


def test_the_database_tells_the_same_of_migrated_and_declared(url: str, empty_url: str) -> None:
    run(empty_url, metadata.create_all)
    migrated, declared = run(url, definitions), run(empty_url, definitions)
    assert migrated.keys() == declared.keys()
    for name, told in declared.items():
        assert sorted_parts(migrated[name]) == sorted_parts(told), name


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    assert current_revision(empty_url) is None
    assert migrate(empty_url) == head_revision()
    assert migrate(empty_url) == head_revision() == current_revision(empty_url)


@pytest.mark.parametrize("blocked", ["journal", "lease"])
def test_a_migration_that_fails_leaves_nothing(empty_url: str, blocked: str) -> None:
    run(empty_url, lambda connection: connection.exec_driver_sql(f"CREATE TABLE {blocked} (x INTEGER)") and None)
    with pytest.raises(Exception, match="already exists") as failure:
        migrate(empty_url)
    assert not isinstance(failure.value, SchemaMismatch)
    assert current_revision(empty_url) is None
    run(empty_url, lambda connection: connection.exec_driver_sql(f"DROP TABLE {blocked}") and None)
    assert migrate(empty_url) == head_revision()


async def start(url: str) -> None:
    store, archive = open_store(url)
    try:
        await store.take_lease("A", now=0.0, ttl_s=1.0)
    finally:
        await archive.close()
        await store.close()


def set_revision(url: str, revision: str) -> None:
    run(
        url,
        lambda connection: (
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'") and None
        ),
    )


def test_no_start_without_tables(empty_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="no tables yet: run `nightshift migrate`"):
        asyncio.run(start(empty_url))


def test_no_start_on_older_tables(url: str) -> None:
    set_revision(url, "0001")
    with pytest.raises(SchemaMismatch, match=f"at revision 0001, this program needs {head_revision()}"):
        asyncio.run(start(url))


def test_no_start_and_no_migration_on_newer_tables(url: str) -> None:
    set_revision(url, "9999")
    with pytest.raises(SchemaMismatch, match="revision 9999, which this program does not know"):
        asyncio.run(start(url))
    with pytest.raises(SchemaMismatch, match="revision 9999, which this program does not know"):
        migrate(url)
    assert current_revision(url) == "9999"


@pytest.mark.parametrize("address", ["mysql://host/x", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_addresses_are_refused(address: str) -> None:
    for refuse in (open_store, migration_engine):
        with pytest.raises(Invalid, match="use sqlite:///path"):
            refuse(address)


def test_sqlite_is_durable_and_keeps_its_references(migrated_file: Path) -> None:
    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    full = 2
    assert run(f"sqlite:///{migrated_file}", settings) == ["wal", full, 1]
    assert sqlite3.sqlite_version_info >= (3, 35), "RETURNING"
