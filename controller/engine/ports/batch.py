"""All that one commit writes, and the records that are nothing but rows."""

from dataclasses import dataclass, field
from typing import Any

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
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot
from controller.domain.site import Destination
from controller.domain.task import Task
from controller.domain.timing import Timing
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work


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
