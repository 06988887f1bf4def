"""How a database is reached. Work is a synchronous function of a Connection, written once for both databases."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from controller.domain.errors import Invalid
from controller.storage.errors import database_errors

T = TypeVar("T")
Work = Callable[[Connection], T]

BUSY_TIMEOUT_S = 5.0
"""How long a SQLite commit waits for another process that holds the file (a backup, say)."""
CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 30.0
"""How long PostgreSQL may think about one statement before its connection counts as lost."""
READERS = 2
"""Connections for those who only ask; SQLite reads hold the interpreter, so more would not be faster."""


class Database(Protocol):
    """Runs work in one transaction each: committed when it returns, rolled back when it raises."""

    async def run(self, work: Work[T]) -> T: ...

    async def close(self) -> None: ...


class ThreadedSqlite:
    """A SQLite file behind threads of its own, so that an fsync never stops the event loop."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="sqlite")

    async def run(self, work: Work[T]) -> T:
        """The work goes on to its end even when the caller is cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, run_now, self._engine, work)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._engine.dispose)
        self._threads.shutdown(wait=True)


class Postgres:
    """PostgreSQL by asyncpg."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Work[T]) -> T:
        with database_errors():
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def open_writer(url: str, *, durable: bool) -> Database:
    """The one connection that writes; connects at first use. Errors as `is_sqlite` and `sqlite_path`."""
    if is_sqlite(url):
        return ThreadedSqlite(sqlite_writer(sqlite_path(url), durable=durable), threads=1)
    return Postgres(postgres_engine(url, read_only=False))


def open_reader(url: str) -> Database:
    """Connections that the database itself keeps from writing; otherwise as `open_writer`."""
    if is_sqlite(url):
        return ThreadedSqlite(sqlite_reader(sqlite_path(url)), threads=READERS)
    return Postgres(postgres_engine(url, read_only=True))


def run_now(engine: Engine, work: Work[T]) -> T:
    """One transaction, in this thread."""
    with database_errors(), engine.begin() as connection:
        return work(connection)


def sqlite_writer(path: Path, *, durable: bool = True, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """The one connection that writes. Not `durable`: a kill or power cut may damage the file (rehearsals only)."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": busy_timeout_s, "check_same_thread": False},
    )
    # Without durability the journal may as well stay in memory: one file at the end, and large batches half as long.
    journal_mode, synchronous = ("WAL", "FULL") if durable else ("MEMORY", "OFF")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: it would begin them late and deferred.
        connection.isolation_level = None
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        # A rehearsal looks at its foreign keys once, at its end: row by row they cost a quarter of its commits.
        connection.execute(f"PRAGMA foreign_keys = {'ON' if durable else 'OFF'}")
        connection.execute("PRAGMA cache_size = -65536")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sqlite_reader(path: Path) -> Engine:
    """Connections that cannot write; each transaction sees one committed state."""
    engine = create_engine(
        f"sqlite:///file:{path}?mode=ro&uri=true",
        pool_size=READERS,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def postgres_engine(url: str, *, read_only: bool) -> AsyncEngine:
    """One connection for the writer, a few that cannot write for those who only ask."""
    settings = {"application_name": "nightshift", "timezone": "UTC"}
    if read_only:
        settings["default_transaction_read_only"] = "on"
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=READERS if read_only else 1,
        max_overflow=0,
        pool_pre_ping=read_only,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": ANSWER_TIMEOUT_S,
            "server_settings": settings,
        },
    )


def migration_engine(url: str) -> Engine | AsyncEngine:
    """For the migrations alone; errors as `is_sqlite` and `sqlite_path`."""
    if is_sqlite(url):
        return sqlite_writer(sqlite_path(url))
    return create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)


def is_sqlite(url: str) -> bool:
    """Or PostgreSQL; Invalid for any other address."""
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError:
        backend = "this"
    if backend not in ("sqlite", "postgresql"):
        raise Invalid(f"{backend} is no database for this program: use sqlite:///path or postgresql://…")
    return backend == "sqlite"


def sqlite_path(url: str) -> Path:
    """Invalid where the address names no file: a database in memory would be gone with its connection."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise Invalid(f"{url} names no file: use sqlite:///path")
    return Path(database)
