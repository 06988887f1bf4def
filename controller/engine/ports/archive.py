"""The database, seen from those who only ask."""

from collections.abc import Mapping, Sequence
from typing import Protocol

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
from controller.engine.ports.batch import PoisonMessage
from controller.faults.kpi import RobotPast
from controller.scheduling.pastwork import HourCount


class Archive(Protocol):
    """The database, seen from those who only ask; reads committed rows only."""

    async def journal(
        self, *, after_seq: int = 0, limit: int = 500, subject: str | None = None
    ) -> Sequence[JournalEntry]: ...

    async def order(self, order_ref: str) -> Order | None: ...

    async def orders(
        self,
        *,
        after_number: int = 0,
        limit: int = 100,
        status: str | None = None,
        order_class: str | None = None,
        destination: str | None = None,
        departure_id: str | None = None,
    ) -> Sequence[Order]: ...

    async def orders_placed(self, *, since: float, until: float, limit: int = 20_000) -> Sequence[Order]:
        """Orders placed from `since` to before `until`, in the order in which they came."""
        ...

    async def decisions(self, order_ref: str, *, limit: int = 500) -> Sequence[Decision]:
        """Why each tour of the order was given, oldest first; a week is kept."""
        ...

    async def served(
        self, source: str, *, since: float, until: float, besides: str, last: int = 3
    ) -> tuple[int, Sequence[str]]:
        """How many other orders than `besides` the source was given from `since` to before `until`; the last of them,
        newest first."""
        ...

    async def work(self, work_id: str) -> Work | None: ...

    async def promise(self, order_ref: str) -> Promise | None:
        """The last promise that was made for the order."""
        ...

    async def fault(self, fault_id: str) -> Fault | None: ...

    async def faults(
        self, *, before: str | None = None, limit: int = 100, robot: str | None = None, code: str | None = None
    ) -> Sequence[Fault]:
        """The newest first; `before` is the fault id to go on from."""
        ...

    async def recordings(self, fault_id: str, *, limit: int = 5000) -> Sequence[Recorded]: ...

    async def conditions(self, robot: str, *, since: float, until: float) -> Sequence[Condition]: ...

    async def alarms(self, *, before: str | None = None, limit: int = 100, since: float = 0.0) -> Sequence[Alarm]:
        """Ended and standing, the newest first."""
        ...

    async def work_log(self, robot: str, *, limit: int = 200) -> Sequence[LogEntry]:
        """The newest first."""
        ...

    async def robot_past(self, *, since: float, until: float) -> Mapping[str, RobotPast]:
        """What is kept of each robot over the span, without its picks."""
        ...

    async def procedure_runs(self, *, robot: str | None = None, limit: int = 100) -> Sequence[ProcedureRun]:
        """The newest first."""
        ...

    async def recalls(self, *, limit: int = 100) -> Sequence[Recall]:
        """The newest first."""
        ...

    async def recall(self, recall_id: str) -> Recall | None: ...

    async def missing(self, *, limit: int = 500) -> Sequence[Pack]:
        """Packs that were not where the books have them, by place, until somebody finds them or writes them off."""
        ...

    async def quarantined(self) -> Sequence[QuarantinedLot]:
        """What every open quarantine holds, by case, product, batch and place."""
        ...

    async def taken(self, account: str, *, since: float) -> Sequence[TakenPack]:
        """What was taken from a place into totes from that moment on, in order."""
        ...

    async def left_from(self, account: str, *, since: float, until: float) -> Sequence[SentPack]:
        """What was taken from a place from `since` on and had left the centre by `until`, by destination and time."""
        ...

    async def sent(self, gtin: str, batch: str) -> Sequence[SentPack]:
        """Every pack of the batch that ever left the centre, by destination and time."""
        ...

    async def tote(self, tote_id: str) -> Tote | None: ...

    async def totes(
        self, *, after: str = "", limit: int = 100, status: str | None = None, order_ref: str | None = None
    ) -> Sequence[Tote]: ...

    async def task(self, task_id: str) -> Task | None: ...

    async def tasks(
        self,
        *,
        after: str = "",
        limit: int = 100,
        robot: str | None = None,
        status: str | None = None,
        order_ref: str | None = None,
    ) -> Sequence[Task]: ...

    async def pack(self, pack_id: str) -> Pack | None: ...

    async def packs(
        self,
        *,
        after: str = "",
        limit: int = 100,
        gtin: str | None = None,
        batch: str | None = None,
        account: str | None = None,
    ) -> Sequence[Pack]: ...

    async def postings(
        self, *, after_seq: int = 0, limit: int = 500, pack_id: str | None = None, gtin: str | None = None
    ) -> Sequence[Posting]: ...

    async def doubts(self, *, after: str = "", limit: int = 100, open_only: bool = True) -> Sequence[Doubt]: ...

    async def departures(
        self, *, after: str = "", limit: int = 100, date_local: str | None = None
    ) -> Sequence[Departure]: ...

    async def chores(
        self,
        *,
        after: str = "",
        limit: int = 100,
        kind: str | None = None,
        source: str | None = None,
        status: str | None = None,
    ) -> Sequence[Chore]: ...

    async def maintenance_windows(
        self, *, after: str = "", limit: int = 100, robot: str | None = None, status: str | None = None
    ) -> Sequence[MaintenanceWindow]: ...

    async def poison(self, *, limit: int = 100) -> Sequence[PoisonMessage]: ...

    async def hourly_history(self, *, since_hour: int, until_hour: int) -> Sequence[HourCount]:
        """What was finished in each hour (whole hours since the epoch) up to, not with, `until_hour`, by place."""
        ...
