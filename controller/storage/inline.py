"""The SQLite store without an event loop: for the rehearsal, where a commit must not hand over to a thread."""

from pathlib import Path

from controller.engine.ports import Batch, Lease, MasterData, WorkingSet
from controller.ledger.invariants import History
from controller.storage import leasing, loading, master
from controller.storage.connections import run_now, sqlite_writer
from controller.storage.history import count_fefo_exceptions, read_history
from controller.storage.schema import require_current
from controller.storage.writing import build_rows, write_rows


class InlineSqliteStore:
    """The methods of Store and of SqlStore, called directly; `durable=False` because a rehearsal can be run again."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self._engine = sqlite_writer(path, durable=durable)

    def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease:
        """As Store.take_lease; SchemaMismatch where the file was not migrated."""
        run_now(self._engine, require_current)
        return run_now(self._engine, lambda connection: leasing.take_lease(connection, holder, now, ttl_s))

    def import_master(self, data: MasterData, batch: Batch) -> bool:
        """As SqlStore.import_master."""
        return run_now(self._engine, lambda connection: master.import_master(connection, data, batch))

    def load(self, now: float) -> WorkingSet | None:
        """As Store.load."""
        return run_now(self._engine, lambda connection: loading.load(connection, now))

    def commit(self, batch: Batch) -> None:
        """As Store.commit, but not durable by default."""
        built = build_rows(batch)
        run_now(self._engine, lambda connection: write_rows(connection, built))

    def close(self) -> None:
        self._engine.dispose()

    def history(self) -> History:
        """Everything that was ever written, for the checks of the ledger."""
        return run_now(self._engine, read_history)

    def fefo_exceptions(self) -> int:
        """How often FEFO let a later pack go, by its written rule."""
        return run_now(self._engine, count_fefo_exceptions)
