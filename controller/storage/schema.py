"""Which tables a database has, and the way to the ones that this program needs."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from controller.storage.connections import T, migration_engine, run_now
from controller.storage.errors import SchemaMismatch, database_errors


def migrate(url: str) -> str:
    """Bring the database to the newest revision and return it; a SQLite file is made where it is missing.

    All steps are one transaction. SchemaMismatch where the database was written by a newer program, StoreUnavailable.
    Blocks: within a running event loop call it in a thread.
    """
    return _run(url, _upgrade)


def current_revision(url: str) -> str | None:
    """The revision that the database is at, None where it has no tables. Blocks, as `migrate`."""
    return _run(url, read_revision)


def head_revision() -> str:
    """The revision that this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is at least one migration"
    return head


def read_revision(connection: Connection) -> str | None:
    """As `current_revision`, on a connection that is open."""
    return MigrationContext.configure(connection).get_current_revision()


def require_current(connection: Connection) -> None:
    """SchemaMismatch, saying what to do, unless the database is at exactly the revision that this program needs."""
    found, needed = read_revision(connection), head_revision()
    if found == needed:
        return
    if found is None:
        raise SchemaMismatch("the database has no tables yet: run `nightshift migrate`")
    _refuse_unknown(found)
    raise SchemaMismatch(f"the database is at revision {found}, this program needs {needed}: run `nightshift migrate`")


def _refuse_unknown(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        raise SchemaMismatch(
            f"the database is at revision {revision}, which this program does not know:"
            " it was written by a newer one; run that, or restore a backup"
        )


def _upgrade(connection: Connection) -> str:
    found = read_revision(connection)
    if found is not None:
        _refuse_unknown(found)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return head_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _run(url: str, work: Callable[[Connection], T]) -> T:
    engine = migration_engine(url)
    if isinstance(engine, Engine):
        try:
            return run_now(engine, work)
        finally:
            engine.dispose()
    return asyncio.run(_run_async(engine, work))


async def _run_async(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    try:
        with database_errors():
            async with engine.begin() as connection:
                return await connection.run_sync(work)
    finally:
        await engine.dispose()
