"""The SQLite store without an event loop: for the rehearsal, where a commit must not hand over to a thread."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from controller.engine.ports import Batch, Lease, MasterData, WorkingSet
from controller.ledger.invariants import History
from controller.storage import leasing, loading, master
from controller.storage.connections import sqlite_writer
from controller.storage.errors import StoreDamaged, database_errors
from controller.storage.history import count_fefo_exceptions, read_history
from controller.storage.schema import require_current
from controller.storage.writing import build_rows, write_rows

T = TypeVar("T")


class InlineSqliteStore:
    """The methods of Store and of SqlStore, called directly; `durable=False` because a rehearsal can be run again."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self._engine = sqlite_writer(path, durable=durable)
        self._connection: Connection | None = None

    def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease:
        """As Store.take_lease; SchemaMismatch where the file was not migrated."""
        self._run(require_current)
        return self._run(lambda connection: leasing.take_lease(connection, holder, now, ttl_s))

    def import_master(self, data: MasterData, batch: Batch) -> bool:
        """As SqlStore.import_master."""
        return self._run(lambda connection: master.import_master(connection, data, batch))

    def load(self, now: float) -> WorkingSet | None:
        """As Store.load."""
        return self._run(lambda connection: loading.load(connection, now))

    def commit(self, batch: Batch) -> None:
        """As Store.commit, but not durable by default."""
        built = build_rows(batch)
        self._run(lambda connection: write_rows(connection, built))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    def history(self) -> History:
        """Everything that was ever written, for the checks of the ledger; StoreDamaged where a row points at none."""
        self._run(_check_foreign_keys)
        return self._run(read_history)

    def fefo_exceptions(self) -> int:
        """How often FEFO let a later pack go, by its written rule."""
        return self._run(count_fefo_exceptions)

    def _run(self, work: Callable[[Connection], T]) -> T:
        # One connection for good: taking one from the pool for each of a day's commits costs as much as their rows.
        with database_errors():
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                return work(self._connection)


def _check_foreign_keys(connection: Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    if dangling is not None:
        raise StoreDamaged(f"row {dangling[1]} of {dangling[0]} points at no row of {dangling[2]}")
