"""The Store and the Archive of the engine's ports, over either database."""

from collections.abc import Mapping, Sequence

from controller.domain.alarm import Alarm
from controller.domain.chore import Chore
from controller.domain.decision import Decision
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.fault import Condition, Fault, Recorded
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order
from controller.domain.pack import Pack, Posting
from controller.domain.promise import Promise
from controller.domain.quarantine import QuarantinedLot, TakenPack
from controller.domain.recall import Recall, SentPack
from controller.domain.task import Task
from controller.domain.tote import Tote
from controller.domain.work import Work
from controller.engine.ports import Batch, Lease, MasterData, PoisonMessage, WorkingSet
from controller.faults.kpi import RobotPast
from controller.scheduling.pastwork import HourCount
from controller.storage import hourly, leasing, loading, master, reading, tracing
from controller.storage.auditing import JournalVerdict, verify_journal
from controller.storage.connections import Database, open_reader, open_writer
from controller.storage.robot_past import robot_past
from controller.storage.schema import require_current
from controller.storage.writing import build_rows, write_rows


class SqlStore:
    """Store, and what the imports need beside it. Nothing is read or written before the first call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease:
        """As Store.take_lease; SchemaMismatch where the database was not migrated, or by a newer program."""
        await self._database.run(require_current)
        return await self._database.run(lambda connection: leasing.take_lease(connection, holder, now, ttl_s))

    async def renew_lease(self, lease: Lease, now: float, ttl_s: float) -> Lease:
        """As Store.renew_lease."""
        return await self._database.run(lambda connection: leasing.renew_lease(connection, lease, now, ttl_s))

    async def load(self, now: float) -> WorkingSet | None:
        """As Store.load."""
        return await self._database.run(lambda connection: loading.load(connection, now))

    async def commit(self, batch: Batch) -> None:
        """As Store.commit; RowRefused where a row breaks a rule of the tables.

        After StoreUnavailable, and when the caller is cancelled, the outcome is unknown: load anew.
        """
        built = build_rows(batch)
        await self._database.run(lambda connection: write_rows(connection, built))

    async def import_master(self, data: MasterData, batch: Batch) -> bool:
        """The site and its opening batch in one transaction; False where the same content was imported before.

        Conflict where the database belongs to another site, or to this one with other content. Errors as `commit`.
        """
        return await self._database.run(lambda connection: master.import_master(connection, data, batch))

    async def record_import(self, digest: str, kind: str, at: float) -> None:
        """Remember a file as taken in; RowRefused where it is remembered already."""
        await self._database.run(lambda connection: master.record_import(connection, digest, kind, at))

    async def close(self) -> None:
        """Give all connections back."""
        await self._database.close()


class SqlArchive:
    """Archive: every page is sorted by its key, so that pages stay true while rows are added."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hourly: tuple[tuple[int, int], list[HourCount]] | None = None

    async def journal(
        self, *, after_seq: int = 0, limit: int = 500, subject: str | None = None
    ) -> Sequence[JournalEntry]:
        return await self._database.run(lambda connection: reading.journal(connection, after_seq, limit, subject))

    async def order(self, order_ref: str) -> Order | None:
        return await self._database.run(lambda connection: reading.order(connection, order_ref))

    async def orders_placed(self, *, since: float, until: float, limit: int = 20_000) -> Sequence[Order]:
        return await self._database.run(lambda connection: reading.orders_placed(connection, since, until, limit))

    async def decisions(self, order_ref: str, *, limit: int = 500) -> Sequence[Decision]:
        return await self._database.run(lambda connection: reading.decisions(connection, order_ref, limit))

    async def served(
        self, source: str, *, since: float, until: float, besides: str, last: int = 3
    ) -> tuple[int, Sequence[str]]:
        return await self._database.run(
            lambda connection: reading.served(connection, source, since, until, besides, last)
        )

    async def work(self, work_id: str) -> Work | None:
        return await self._database.run(lambda connection: reading.work(connection, work_id))

    async def promise(self, order_ref: str) -> Promise | None:
        return await self._database.run(lambda connection: reading.promise(connection, order_ref))

    async def fault(self, fault_id: str) -> Fault | None:
        return await self._database.run(lambda connection: reading.fault(connection, fault_id))

    async def faults(
        self, *, before: str | None = None, limit: int = 100, robot: str | None = None, code: str | None = None
    ) -> Sequence[Fault]:
        wanted = {"robot": robot, "code": code}
        return await self._database.run(lambda connection: reading.faults(connection, before, limit, wanted))

    async def recordings(self, fault_id: str, *, limit: int = 5000) -> Sequence[Recorded]:
        return await self._database.run(lambda connection: reading.recordings(connection, fault_id, limit))

    async def conditions(self, robot: str, *, since: float, until: float) -> Sequence[Condition]:
        return await self._database.run(lambda connection: reading.conditions(connection, robot, since, until))

    async def alarms(self, *, before: str | None = None, limit: int = 100, since: float = 0.0) -> Sequence[Alarm]:
        return await self._database.run(lambda connection: reading.alarms(connection, before, limit, since))

    async def work_log(self, robot: str, *, limit: int = 200) -> Sequence[LogEntry]:
        return await self._database.run(lambda connection: reading.work_log(connection, robot, limit))

    async def robot_past(self, *, since: float, until: float) -> Mapping[str, RobotPast]:
        return await self._database.run(lambda connection: robot_past(connection, since, until))

    async def procedure_runs(self, *, robot: str | None = None, limit: int = 100) -> Sequence[ProcedureRun]:
        return await self._database.run(lambda connection: reading.procedure_runs(connection, robot, limit))

    async def recalls(self, *, limit: int = 100) -> Sequence[Recall]:
        return await self._database.run(lambda connection: reading.recalls(connection, limit))

    async def recall(self, recall_id: str) -> Recall | None:
        return await self._database.run(lambda connection: reading.recall(connection, recall_id))

    async def missing(self, *, limit: int = 500) -> Sequence[Pack]:
        return await self._database.run(lambda connection: tracing.missing(connection, limit))

    async def quarantined(self) -> Sequence[QuarantinedLot]:
        return await self._database.run(tracing.quarantined)

    async def taken(self, account: str, *, since: float) -> Sequence[TakenPack]:
        return await self._database.run(lambda connection: tracing.taken(connection, account, since))

    async def left_from(self, account: str, *, since: float, until: float) -> Sequence[SentPack]:
        return await self._database.run(lambda connection: tracing.left_from(connection, account, since, until))

    async def sent(self, gtin: str, batch: str) -> Sequence[SentPack]:
        return await self._database.run(lambda connection: tracing.sent(connection, gtin, batch))

    async def orders(
        self,
        *,
        after_number: int = 0,
        limit: int = 100,
        status: str | None = None,
        order_class: str | None = None,
        destination: str | None = None,
        departure_id: str | None = None,
    ) -> Sequence[Order]:
        wanted = {
            "status": status,
            "order_class": order_class,
            "destination": destination,
            "departure_id": departure_id,
        }
        return await self._database.run(lambda connection: reading.orders(connection, after_number, limit, wanted))

    async def tote(self, tote_id: str) -> Tote | None:
        return await self._database.run(lambda connection: reading.tote(connection, tote_id))

    async def totes(
        self, *, after: str = "", limit: int = 100, status: str | None = None, order_ref: str | None = None
    ) -> Sequence[Tote]:
        wanted = {"status": status, "order_ref": order_ref}
        return await self._database.run(lambda connection: reading.totes(connection, after, limit, wanted))

    async def task(self, task_id: str) -> Task | None:
        return await self._database.run(lambda connection: reading.task(connection, task_id))

    async def tasks(
        self,
        *,
        after: str = "",
        limit: int = 100,
        robot: str | None = None,
        status: str | None = None,
        order_ref: str | None = None,
    ) -> Sequence[Task]:
        wanted = {"robot": robot, "status": status, "order_ref": order_ref}
        return await self._database.run(lambda connection: reading.tasks(connection, after, limit, wanted))

    async def pack(self, pack_id: str) -> Pack | None:
        return await self._database.run(lambda connection: reading.pack(connection, pack_id))

    async def packs(
        self,
        *,
        after: str = "",
        limit: int = 100,
        gtin: str | None = None,
        batch: str | None = None,
        account: str | None = None,
    ) -> Sequence[Pack]:
        wanted = {"gtin": gtin, "batch": batch, "account": account}
        return await self._database.run(lambda connection: reading.packs(connection, after, limit, wanted))

    async def postings(
        self, *, after_seq: int = 0, limit: int = 500, pack_id: str | None = None, gtin: str | None = None
    ) -> Sequence[Posting]:
        wanted = {"pack_id": pack_id, "gtin": gtin}
        return await self._database.run(lambda connection: reading.postings(connection, after_seq, limit, wanted))

    async def doubts(self, *, after: str = "", limit: int = 100, open_only: bool = True) -> Sequence[Doubt]:
        return await self._database.run(lambda connection: reading.doubts(connection, after, limit, open_only))

    async def departures(
        self, *, after: str = "", limit: int = 100, date_local: str | None = None
    ) -> Sequence[Departure]:
        wanted = {"date_local": date_local}
        return await self._database.run(lambda connection: reading.departures(connection, after, limit, wanted))

    async def chores(
        self,
        *,
        after: str = "",
        limit: int = 100,
        kind: str | None = None,
        source: str | None = None,
        status: str | None = None,
    ) -> Sequence[Chore]:
        wanted = {"kind": kind, "source": source, "status": status}
        return await self._database.run(lambda connection: reading.chores(connection, after, limit, wanted))

    async def maintenance_windows(
        self, *, after: str = "", limit: int = 100, robot: str | None = None, status: str | None = None
    ) -> Sequence[MaintenanceWindow]:
        wanted = {"robot": robot, "status": status}
        return await self._database.run(
            lambda connection: reading.maintenance_windows(connection, after, limit, wanted)
        )

    async def poison(self, *, limit: int = 100) -> Sequence[PoisonMessage]:
        """The newest first."""
        return await self._database.run(lambda connection: reading.poison(connection, limit))

    async def hourly_history(self, *, since_hour: int, until_hour: int) -> Sequence[HourCount]:
        """As Archive.hourly_history. Past hours do not change, so the last answer is kept."""
        hours = (since_hour, until_hour)
        if self._hourly is None or self._hourly[0] != hours:
            found = await self._database.run(lambda connection: hourly.hourly_history(connection, *hours))
            self._hourly = (hours, found)
        return self._hourly[1]

    async def master(self) -> MasterData | None:
        """The centre itself, None where no site was imported; SchemaMismatch, StoreUnavailable."""
        await self._database.run(require_current)
        return await self._database.run(master.read_master)

    async def verify_journal(self) -> JournalVerdict:
        """Check the whole hash chain against the texts as they are kept; SchemaMismatch, StoreUnavailable."""
        await self._database.run(require_current)
        return await self._database.run(verify_journal)

    async def close(self) -> None:
        """Give all connections back."""
        await self._database.close()


def open_store(url: str, *, durable: bool = True) -> tuple[SqlStore, SqlArchive]:
    """Both ends of the database at `sqlite:///path` or `postgresql://…`, migrated before; close both at the end.

    Connects at the first call of either. Not `durable`: SQLite alone, where the content may be lost. Invalid for any
    other address.
    """
    return SqlStore(open_writer(url, durable=durable)), SqlArchive(open_reader(url))
