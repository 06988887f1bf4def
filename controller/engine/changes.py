"""What one turn of the loop changed: rows to write, entries for the journal, and what goes out after the commit."""

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
from controller.domain.pack import Pack
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot
from controller.domain.site import Destination
from controller.domain.task import Task
from controller.domain.timing import Timing
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.engine.ports import Batch, FefoException, PoisonMessage, Question, RequestRecord, WardCount
from controller.ledger.audit import make_entry
from controller.ledger.book import Book


@dataclass(slots=True)
class Outgoing:
    """A command to send once its row is committed; `packs` as in `task.steps`."""

    task: Task
    packs: list[Pack]


@dataclass(slots=True)
class Changes:
    """Collected by the reducers, emptied by the loop. Each entity stands in it once, however often it changed."""

    now: float
    orders: dict[str, Order] = field(default_factory=dict)
    totes: dict[str, Tote] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    departures: dict[str, Departure] = field(default_factory=dict)
    delivery_lines: dict[str, DeliveryLine] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    closed_offers: dict[str, None] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    ward_counts: list[WardCount] = field(default_factory=list)
    requests: list[RequestRecord] = field(default_factory=list)
    poison: list[PoisonMessage] = field(default_factory=list)
    fefo_exceptions: list[FefoException] = field(default_factory=list)
    calendar_changes: dict[str, CalendarChange] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    timings: dict[tuple[str, str, str], Timing] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    chores: dict[str, Chore] = field(default_factory=dict)
    maintenance_windows: dict[str, MaintenanceWindow] = field(default_factory=dict)
    night_pauses: dict[str, NightPause] = field(default_factory=dict)
    forget_decisions_before: float | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    out_of_service: dict[str, OutOfService] = field(default_factory=dict)
    procedure_runs: dict[str, ProcedureRun] = field(default_factory=dict)
    withdrawals: dict[str, Withdrawal] = field(default_factory=dict)
    profiles: dict[tuple[str, int], Profile] = field(default_factory=dict)
    work_log: list[LogEntry] = field(default_factory=list)
    recalls: dict[str, Recall] = field(default_factory=dict)
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    recordings: list[Recorded] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    forget_conditions_before: float | None = None
    notes: list[tuple[float, str, str, str, dict[str, Any]]] = field(default_factory=list)
    commands: dict[str, Outgoing] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def note(self, actor: str, action: str, subject: str, **data: Any) -> None:
        """An entry for the audit journal: `actor` did `action` to `subject`."""
        self.notes.append((self.now, actor, action, subject, data))

    def batch(self, epoch: int, book: Book, last_seq: int, last_hash: str) -> Batch:
        """Everything to write, with the journal entries chained to the last one."""
        journal: list[JournalEntry] = []
        seq, previous = last_seq, last_hash
        for at, actor, action, subject, data in self.notes:
            entry = make_entry(seq + 1, at, actor, action, subject, data, previous)
            journal.append(entry)
            seq, previous = entry.seq, entry.entry_hash
        packs, postings = book.drain()
        return Batch(
            epoch=epoch,
            at=self.now,
            orders=list(self.orders.values()),
            totes=list(self.totes.values()),
            packs=packs,
            tasks=list(self.tasks.values()),
            works=list(self.works.values()),
            doubts=list(self.doubts.values()),
            departures=list(self.departures.values()),
            delivery_lines=list(self.delivery_lines.values()),
            offers=[offer for key, offer in self.offers.items() if key not in self.closed_offers],
            closed_offers=list(self.closed_offers),
            robots=list(self.robots.values()),
            ward_counts=self.ward_counts,
            postings=postings,
            journal=journal,
            requests=self.requests,
            poison=self.poison,
            fefo_exceptions=self.fefo_exceptions,
            calendar_changes=list(self.calendar_changes.values()),
            destinations=list(self.destinations.values()),
            promises=list(self.promises.values()),
            timings=list(self.timings.values()),
            decisions=self.decisions,
            chores=list(self.chores.values()),
            maintenance_windows=list(self.maintenance_windows.values()),
            night_pauses=list(self.night_pauses.values()),
            forget_decisions_before=self.forget_decisions_before,
            faults=list(self.faults.values()),
            alarms=list(self.alarms.values()),
            out_of_service=list(self.out_of_service.values()),
            procedure_runs=list(self.procedure_runs.values()),
            withdrawals=list(self.withdrawals.values()),
            profiles=list(self.profiles.values()),
            work_log=self.work_log,
            recalls=list(self.recalls.values()),
            checkpoints=list(self.checkpoints.values()),
            recordings=self.recordings,
            conditions=self.conditions,
            forget_conditions_before=self.forget_conditions_before,
        )


_SCALARS = ("epoch", "at", "forget_decisions_before", "forget_conditions_before")
_LISTS = tuple(name for name in Batch.__dataclass_fields__ if name not in _SCALARS)


def count_rows(batch: Batch) -> int:
    """Entities and records to write; an order counts once, however many lines it has."""
    return sum(len(getattr(batch, name)) for name in _LISTS)
