"""What happens when the database does not take a commit, and after."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from controller.domain.errors import StoreUnavailable
from controller.engine.ports import Batch
from controller.storage.connections import ThreadedSqlite, open_writer, sqlite_writer
from controller.storage.errors import StoreDamaged
from controller.storage.inline import InlineSqliteStore
from controller.storage.store import SqlStore, open_store
from tests.contract.storage import examples
from tests.support.postgres import PostgresServer

ORDERED = Batch(epoch=1, at=examples.NOW, orders=[examples.order()])


@pytest.fixture
def centre_file(migrated_file: Path, tmp_path: Path) -> Path:
    """A SQLite file with the example centre in it, under epoch 1."""
    path = tmp_path / "centre.sqlite"
    path.write_bytes(migrated_file.read_bytes())
    store = InlineSqliteStore(path, durable=True)
    lease = store.take_lease("first", now=examples.NOW, ttl_s=30.0)
    store.import_master(examples.master(), examples.opening(lease.epoch))
    store.close()
    return path


async def test_a_locked_file_is_unavailable_until_it_is_free(centre_file: Path) -> None:
    store = SqlStore(ThreadedSqlite(sqlite_writer(centre_file, busy_timeout_s=0.0), threads=1))
    other = sqlite3.connect(centre_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked") as refusal:
        await store.commit(ORDERED)
    assert refusal.value.__cause__ is not None
    other.execute("ROLLBACK")
    other.close()
    await store.commit(ORDERED)
    await store.close()


async def test_a_full_disk_is_unavailable_and_leaves_the_last_commit(centre_file: Path) -> None:
    engine = sqlite_writer(centre_file)
    store = SqlStore(ThreadedSqlite(engine, threads=1))
    before = await store.load(examples.NOW)

    def allow_no_more_pages(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await ThreadedSqlite(engine, threads=1).run(allow_no_more_pages)
    many = [dataclasses.replace(examples.order(f"T{number}", number), lines=[]) for number in range(2000)]
    with pytest.raises(StoreUnavailable, match="full"):
        await store.commit(Batch(1, examples.NOW, orders=many))
    assert await store.load(examples.NOW) == before
    await store.close()


async def test_a_missing_directory_is_unavailable(tmp_path: Path) -> None:
    store, archive = open_store(f"sqlite:///{tmp_path / 'nowhere' / 'centre.sqlite'}")
    for attempt in (store.load(examples.NOW), archive.order("T1")):
        with pytest.raises(StoreUnavailable, match="unable to open"):
            await attempt
    await archive.close()
    await store.close()


@pytest.fixture
def damaged_file(centre_file: Path) -> Path:
    content = bytearray(centre_file.read_bytes())
    content[:16] = b"no database here"
    centre_file.write_bytes(content)
    return centre_file


async def test_a_damaged_file_is_not_taken_for_a_busy_one(damaged_file: Path) -> None:
    store, archive = open_store(f"sqlite:///{damaged_file}")
    with pytest.raises(StoreDamaged):
        await store.load(examples.NOW)
    await archive.close()
    await store.close()


async def test_a_killed_server_is_unavailable_until_it_is_back(
    postgres_server: PostgresServer, migrated_template: str
) -> None:
    url = postgres_server.url(postgres_server.create_database(migrated_template))
    store, archive = open_store(url)
    lease = await store.take_lease("first", now=examples.NOW, ttl_s=30.0)
    await store.import_master(examples.master(), examples.opening(lease.epoch))
    await store.commit(ORDERED)
    assert await archive.order("T000001") is not None
    postgres_server.kill()
    try:
        for attempt in (store.commit(ORDERED), store.load(examples.NOW), archive.order("T000001")):
            with pytest.raises(StoreUnavailable) as refusal:
                await attempt
            assert refusal.value.__cause__ is not None
    finally:
        postgres_server.start()
    await store.commit(dataclasses.replace(ORDERED, orders=[examples.order("T000002", 2)]))
    loaded = await store.load(examples.NOW)
    assert loaded is not None
    assert [order.order_ref for order in loaded.orders] == ["T000001", "T000002"]
    assert await archive.order("T000002") is not None
    await archive.close()
    await store.close()


async def test_a_commit_whose_connection_is_cut_is_unavailable(
    postgres_server: PostgresServer, migrated_template: str
) -> None:
    url = postgres_server.url(postgres_server.create_database(migrated_template))
    store, archive = open_store(url)
    await store.take_lease("first", now=examples.NOW, ttl_s=30.0)
    other = open_writer(url, durable=True)
    await other.run(
        lambda connection: connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    )
    with pytest.raises(StoreUnavailable):
        await store.commit(Batch(1, examples.NOW))
    await store.commit(Batch(1, examples.NOW))
    for end in (archive, store, other):
        await end.close()
