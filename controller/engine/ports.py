"""What the engine needs of the world. Adapters implement these; the engine never imports one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.calendar_change import CalendarChange
from controller.domain.checkpoint import Checkpoint
from controller.domain.chore import Chore, NightPause
from controller.domain.decision import Decision
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.fault import Condition, Fault, Recorded
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun, Profile
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order
from controller.domain.pack import Pack, Posting
from controller.domain.product import Product
from controller.domain.promise import Promise
from controller.domain.quarantine import QuarantinedLot, TakenPack
from controller.domain.recall import Recall, SentPack
from controller.domain.robot import Robot
from controller.domain.site import DeliveryRun, Destination, Site, StockListLine
from controller.domain.task import Task
from controller.domain.timing import Timing
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.faults.kpi import RobotPast
from controller.scheduling.pastwork import HourCount


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """The answer that was given under an Idempotency-Key."""

    key: str
    digest: str
    at: float
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PoisonMessage:
    at: float
    topic: str
    robot: str | None
    reason: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class WardCount:
    destination: str
    gtin: str
    quantity: int
    counted_at: float
    actor: str


@dataclass(frozen=True, slots=True)
class FefoException:
    """A pack was bound although an older one of its product stood somewhere."""

    at: float
    pack_id: str
    older_pack_id: str
    task_id: str
    reason: str


@dataclass(slots=True)
class Batch:
    """All that one commit writes, in one transaction. Entities are upserted by id, records are appended.

    `epoch` must still be the epoch of the lease, or the commit is refused with StaleEpoch.
    """

    epoch: int
    at: float
    orders: list[Order] = field(default_factory=list)
    totes: list[Tote] = field(default_factory=list)
    packs: list[Pack] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    delivery_lines: list[DeliveryLine] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    closed_offers: list[str] = field(default_factory=list)
    """Offers that were answered: their rows go."""
    robots: list[Robot] = field(default_factory=list)
    ward_counts: list[WardCount] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    journal: list[JournalEntry] = field(default_factory=list)
    requests: list[RequestRecord] = field(default_factory=list)
    poison: list[PoisonMessage] = field(default_factory=list)
    fefo_exceptions: list[FefoException] = field(default_factory=list)
    calendar_changes: list[CalendarChange] = field(default_factory=list)
    destinations: list[Destination] = field(default_factory=list)
    """Those of which something was set after the import."""
    promises: list[Promise] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    chores: list[Chore] = field(default_factory=list)
    maintenance_windows: list[MaintenanceWindow] = field(default_factory=list)
    night_pauses: list[NightPause] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    out_of_service: list[OutOfService] = field(default_factory=list)
    procedure_runs: list[ProcedureRun] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    work_log: list[LogEntry] = field(default_factory=list)
    recalls: list[Recall] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    recordings: list[Recorded] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    forget_conditions_before: float | None = None
    """Conditions told before this moment are deleted."""
    forget_decisions_before: float | None = None
    """Decisions made before this moment are deleted."""


@dataclass(slots=True)
class MasterData:
    """What a site folder says of the centre itself; written by the import, read at start."""

    site: Site
    products: list[Product]
    destinations: list[Destination]
    runs: list[DeliveryRun]
    stock_lists: list[StockListLine]


@dataclass(slots=True)
class WorkingSet:
    """All that the loop holds in memory, as the database had it at the last commit.

    Packs that left the centre, and orders, totes, tasks, work and doubts that ended, are not in it.
    """

    master: MasterData
    packs: list[Pack]
    orders: list[Order]
    order_refs: list[str]
    """Of every order ever taken: a reference is never used twice."""
    totes: list[Tote]
    """Of the open orders."""
    tasks: list[Task]
    works: list[Work]
    doubts: list[Doubt]
    departures: list[Departure]
    """Planned ones, and those that left in the last two days."""
    delivery_lines: list[DeliveryLine]
    """With packs still waiting at goods-in."""
    offers: list[Offer]
    robots: list[Robot]
    ward_counts: list[WardCount]
    calendar_changes: list[CalendarChange]
    """Those that nobody has withdrawn."""
    promises: list[Promise]
    """Of the open orders."""
    timings: list[Timing]
    chores: list[Chore]
    """Those under way, and of each shelf and axis the last that was done."""
    maintenance_windows: list[MaintenanceWindow]
    """That are not over."""
    night_pauses: list[NightPause]
    """That nobody has lifted."""
    faults: list[Fault]
    """Those that stand or after which something is owed, and those of the last week."""
    alarms: list[Alarm]
    """Those that still need somebody."""
    out_of_service: list[OutOfService]
    procedure_runs: list[ProcedureRun]
    """Those under way."""
    withdrawals: list[Withdrawal]
    """Those that are not over."""
    profiles: list[Profile]
    recalls: list[Recall]
    """All that ever were, drills too."""
    conditions: list[Condition]
    """Of the last two days."""
    requests: list[RequestRecord]
    """Of the last two days."""
    balances: dict[str, int]
    """Packs an account, summed from the postings: +1 received, -1 given; they add up to zero."""
    last_posting_seq: int
    last_journal_seq: int
    last_journal_hash: str
    last_order_number: int
    last_alarm_number: int
    """Of every alarm ever raised; 0 before the first."""
    stored: list[tuple[str, str]] = field(default_factory=list)
    """(robot, pack) of what robots have put on their shelves lately, in order."""
    imported_at: float | None = None
    """When the site was taken in."""
    checkpoints: list[Checkpoint] = field(default_factory=list)
    """The last one of each name."""
    ordered: list[tuple[str, int, int]] = field(default_factory=list)
    """(GTIN, day since the epoch, packs) of all orders of the last weeks, days in order."""
    ended_tasks: list[Task] = field(default_factory=list)
    """Of the open orders, as the next three: what has been of them so far."""
    ended_works: list[Work] = field(default_factory=list)
    settled_doubts: list[Doubt] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lease:
    epoch: int
    holder: str
    expires_at: float


class Store(Protocol):
    """The database, seen from the loop. One writer."""

    async def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease:
        """Become the writer: the epoch grows by one. StoreUnavailable where another holder's lease still runs."""
        ...

    async def renew_lease(self, lease: Lease, now: float, ttl_s: float) -> Lease:
        """StaleEpoch where somebody else has taken it."""
        ...

    async def load(self, now: float) -> WorkingSet | None:
        """None where no site has been imported yet."""
        ...

    async def commit(self, batch: Batch) -> None:
        """All or nothing, durable when it returns. StaleEpoch, StoreUnavailable."""
        ...

    async def close(self) -> None: ...


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


class Clock(Protocol):
    def now(self) -> float:
        """Site time: seconds since the Unix epoch, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Site seconds on a clock that never jumps."""
        ...

    async def sleep(self, site_s: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a robot is asked or told and that changes nothing there: snapshot, journal, acknowledge."""

    robot: str
    generation: int
    kind: str
    seq: int = 0
    """acknowledge"""
    command_ids: tuple[str, ...] = ()
    """journal"""
    inventory: bool = False
    """snapshot"""


class RobotLink(Protocol):
    """The way to the robots. Sending never raises and never waits for a robot: what is lost is sent again."""

    async def send_command(self, task: Task, packs: Sequence[Pack]) -> None:
        """`packs` are those of `task.steps`, in the same order."""
        ...

    async def ask(self, question: Question, epoch: int) -> None: ...


class Gauge(Protocol):
    """Where the loop tells what it did; the metrics adapter counts it, tests ignore it."""

    def decided(self, duration_s: float, *, fault: bool, recorded: int) -> None:
        """A turn was decided in so much real time; whether a fault began in it, and lines kept around faults."""
        ...

    def committed(self, actions: int, rows: int, duration_s: float) -> None: ...

    def commit_failed(self, reason: str) -> None: ...

    def journaled(self, entries: Sequence[JournalEntry]) -> None: ...

    def poisoned(self, robot: str | None) -> None: ...

    def gap_seen(self, robot: str) -> None: ...
