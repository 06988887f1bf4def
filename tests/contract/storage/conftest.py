"""Every test here runs over a SQLite file and over a real PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from controller.storage.connections import Database, open_writer
from controller.storage.schema import migrate
from controller.storage.store import SqlArchive, SqlStore, open_store
from tests.contract.storage import examples
from tests.support.postgres import PostgresServer
from tests.support.postgres import postgres_server as postgres_server

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    name = postgres_server.create_database()
    migrate(postgres_server.url(name))
    return name


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with tables and nothing in them."""
    if kind == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'centre.sqlite')}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database(request.getfixturevalue("migrated_template"))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def both_ends(url: str) -> AsyncIterator[tuple[SqlStore, SqlArchive]]:
    store, archive = open_store(url)
    yield store, archive
    await archive.close()
    await store.close()


@pytest.fixture
async def store(both_ends: tuple[SqlStore, SqlArchive]) -> SqlStore:
    """With the example centre imported under epoch 1."""
    store, _ = both_ends
    lease = await store.take_lease("first", now=examples.NOW, ttl_s=30.0)
    assert await store.import_master(examples.master(), examples.opening(lease.epoch))
    return store


@pytest.fixture
def archive(both_ends: tuple[SqlStore, SqlArchive]) -> SqlArchive:
    return both_ends[1]


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The same database behind the store's back."""
    database = open_writer(url, durable=True)
    yield database
    await database.close()


@pytest.fixture
async def other_store(url: str) -> AsyncIterator[SqlStore]:
    """A second controller at the same database."""
    store, archive = open_store(url)
    yield store
    await archive.close()
    await store.close()
