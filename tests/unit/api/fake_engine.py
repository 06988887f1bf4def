"""An engine and an archive in memory: they answer as the real ones promise to, and remember what they were asked."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.calendar_change import CalendarChange
from controller.domain.chore import Chore, NightPause
from controller.domain.consequence import Consequence
from controller.domain.decision import Decision
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.errors import KeyReused, NightshiftError
from controller.domain.fault import Condition, Fault, Recorded
from controller.domain.goods_in import DeliveryLine
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun, Profile
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order
from controller.domain.pack import Pack, PackStanding, Posting
from controller.domain.product import Product
from controller.domain.promise import Promise
from controller.domain.quarantine import QuarantinedLot, TakenPack
from controller.domain.recall import Recall, SentPack
from controller.domain.robot import Robot
from controller.domain.site import DeliveryRun, Destination, Site
from controller.domain.task import Task
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.engine.actions import (
    AddCalendarChange,
    BookDelivery,
    ClaimWork,
    HoldVan,
    Idempotency,
    Request,
    SetLeastRemainingDays,
    SubmitOrder,
    WithdrawCalendarChange,
)
from controller.engine.outages import HandPick
from controller.engine.ports import PoisonMessage
from controller.engine.trails import Trails
from controller.engine.workshop import Workshop
from controller.faults.kpi import RobotPast
from controller.scheduling.calendar import Calendar
from controller.scheduling.dispatch import Dispatch
from controller.scheduling.pastwork import HourCount
from controller.scheduling.times import LearnedTimes
from controller.scheduling.workload import ComingDay

T = TypeVar("T")


@dataclass
class FakeBook:
    packs: dict[str, Pack] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)

    def holders(self, gtin: str) -> list[str]:
        return sorted({pack.account for pack in self._available(gtin)})

    def count_at(self, gtin: str, account: str) -> int:
        return sum(pack.account == account for pack in self._available(gtin))

    def arriving(self, gtin: str) -> int:
        return sum(pack.gtin == gtin and pack.standing is PackStanding.ARRIVING for pack in self.packs.values())

    def held_at(self, account: str) -> list[str]:
        return [name for name, pack in self.packs.items() if pack.account == account and pack.hold is not None]

    def _available(self, gtin: str) -> list[Pack]:
        return [pack for pack in self.packs.values() if pack.gtin == gtin and pack.standing is PackStanding.AVAILABLE]


@dataclass
class FakeState:
    site: Site
    products: dict[str, Product] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)
    runs: dict[str, DeliveryRun] = field(default_factory=dict)
    departures: dict[str, Departure] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=lambda: Calendar((), (), ZoneInfo("UTC")))
    calendar_changes: dict[str, CalendarChange] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    totes: dict[str, Tote] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    delivery_lines: dict[str, DeliveryLine] = field(default_factory=dict)
    book: FakeBook = field(default_factory=FakeBook)
    night_pauses: dict[str, NightPause] = field(default_factory=dict)
    dispatch: Dispatch = field(default_factory=Dispatch)
    trails: Trails = field(default_factory=Trails)
    times: LearnedTimes = field(default_factory=LearnedTimes)
    faults: dict[str, Fault] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    out_of_service: dict[str, OutOfService] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawal] = field(default_factory=dict)
    consequences: dict[str, Consequence] = field(default_factory=dict)
    hand_picks: tuple[HandPick, ...] = ()
    procedure_runs: dict[str, ProcedureRun] = field(default_factory=dict)
    profiles: dict[str, list[Profile]] = field(default_factory=dict)
    workshop: Workshop = field(default_factory=Workshop)
    imported_at: float | None = None
    link_up: bool = True


class FakeListener:
    """Bounded as the real one; ends with `overflowed` when its reader is slower than the journal."""

    def __init__(self, capacity: int) -> None:
        self._queue: asyncio.Queue[JournalEntry | None] = asyncio.Queue()
        self._capacity = capacity
        self._ended = False
        self.overflowed = False

    def put(self, entry: JournalEntry) -> None:
        if self._ended:
            return
        if self._queue.qsize() >= self._capacity:
            self.overflowed = True
            self.end()
        else:
            self._queue.put_nowait(entry)

    def end(self) -> None:
        self._ended = True
        self._queue.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[JournalEntry]:
        while (entry := await self._queue.get()) is not None:
            yield entry


class FakeEngine:
    def __init__(self, state: FakeState) -> None:
        self.state = state
        self.asked: list[Request] = []
        self.was_asked = asyncio.Event()
        self.keys: dict[str, tuple[str, dict[str, Any]]] = {}
        self.failure: Exception | None = None
        """Raised by the next `do`, once."""
        self.committed = asyncio.Event()
        """Cleared: a commit is under way."""
        self.committed.set()
        self.unforeseen: Exception | None = None
        """Raised by `settled`, always: a defect in a reading route."""
        self.jobs: dict[str, list[dict[str, Any]]] = {}
        self.arrived = asyncio.Condition()
        self.readiness: dict[str, str] = {}
        self.entries: list[JournalEntry] = []
        self.listeners: list[FakeListener] = []
        self.listener_capacity = 1_000
        self.listened = asyncio.Event()
        self.day_ahead = ComingDay(
            now=0.0, zone=ZoneInfo("Europe/London"), areas=(), robots=(), known=(), packs_a_day=lambda: 0.0, people={},
            job_s=lambda station, kind, packs: 60.0,
        )  # fmt: skip

    @property
    def journal_seq(self) -> int:
        return self.entries[-1].seq if self.entries else 0

    async def do(self, action: Request, idempotency: Idempotency | None = None) -> dict[str, Any]:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        if idempotency is not None and idempotency.key in self.keys:
            digest, answer = self.keys[idempotency.key]
            if digest != idempotency.digest:
                raise KeyReused
            return answer
        self.asked.append(action)
        self.was_asked.set()
        answer = self._answer(action)
        if idempotency is not None and answer != {"work": None}:
            self.keys[idempotency.key] = (idempotency.digest, answer)
        return answer

    def _answer(self, action: Request) -> dict[str, Any]:
        match action:
            case SubmitOrder():
                return {
                    "order_ref": action.order_ref,
                    "status": "open",
                    "due_at": 1_795_420_800.5,
                    "n": len(self.asked),
                }
            case BookDelivery():
                return {"delivery_note": action.delivery_note, "packs": sum(line.quantity for line in action.lines)}
            case AddCalendarChange() | HoldVan() | WithdrawCalendarChange():
                return {"change_id": "K1.000001", "departures": [], "moved_orders": []}
            case SetLeastRemainingDays():
                return {"destination": action.destination, "least_remaining_days": action.days}
            case ClaimWork():
                jobs = self.jobs.get(action.station, [])
                return {"work": jobs.pop(0) if jobs else None}
            case _:
                return {"done": type(action).__name__}

    async def settled(self) -> None:
        await self.committed.wait()
        if self.unforeseen is not None:
            raise self.unforeseen

    def coming_day(self) -> ComingDay:
        return self.day_ahead

    def listen(self) -> FakeListener:
        listener = FakeListener(self.listener_capacity)
        self.listeners.append(listener)
        self.listened.set()
        return listener

    async def work_waiting(self, station: str, timeout_s: float) -> bool:
        try:
            async with asyncio.timeout(timeout_s), self.arrived:
                await self.arrived.wait_for(lambda: bool(self.jobs.get(station)))
        except TimeoutError:
            return False
        return True

    async def bring_job(self, station: str, job: dict[str, Any]) -> None:
        async with self.arrived:
            self.jobs.setdefault(station, []).append(job)
            self.arrived.notify_all()

    def write(self, entry: JournalEntry) -> None:
        """An entry is committed."""
        self.entries.append(entry)
        for listener in self.listeners:
            listener.put(entry)


class FakeArchive:
    """Reads what the fake engine's state and journal hold, with the real one's order and bounds."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self.book: list[Posting] = []
        self.poisoned: list[PoisonMessage] = []
        self.past: list[HourCount] = []
        self.chores_done: list[Chore] = []
        self.windows: list[MaintenanceWindow] = []
        self.decided: list[Decision] = []
        self.faulted: list[Fault] = []
        self.recorded: list[Recorded] = []
        self.told: list[Condition] = []
        self.alarmed: list[Alarm] = []
        self.logged: list[LogEntry] = []
        self.runs: list[ProcedureRun] = []
        self.pasts: dict[str, RobotPast] = {}
        self.recalled: list[Recall] = []
        self.set_aside: list[QuarantinedLot] = []
        self.taken_out: dict[str, list[TakenPack]] = {}
        self.gone_from: dict[str, list[SentPack]] = {}
        self.noted: list[JournalEntry] = []
        """Entries from before the engine was started."""
        self.left: dict[tuple[str, str], list[SentPack]] = {}
        self.failure: NightshiftError | None = None

    @property
    def _state(self) -> FakeState:
        if self.failure is not None:
            raise self.failure
        return self._engine.state

    async def journal(
        self, *, after_seq: int = 0, limit: int = 500, subject: str | None = None
    ) -> Sequence[JournalEntry]:
        assert self._state
        entries = (
            entry for entry in self._engine.entries if entry.seq > after_seq and subject in (None, entry.subject)
        )
        return _first(limit, chain((entry for entry in self.noted if entry.subject == subject), entries))

    async def order(self, order_ref: str) -> Order | None:
        return self._state.orders.get(order_ref)

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
        return _first(
            limit,
            (
                order
                for order in sorted(self._state.orders.values(), key=lambda order: order.number)
                if order.number > after_number
                and status in (None, order.status)
                and order_class in (None, order.order_class)
                and destination in (None, order.destination)
                and departure_id in (None, order.departure_id)
            ),
        )

    async def orders_placed(self, *, since: float, until: float, limit: int = 20_000) -> Sequence[Order]:
        by_number = sorted(self._state.orders.values(), key=lambda order: order.number)
        return _first(limit, (order for order in by_number if since <= order.placed_at < until))

    async def decisions(self, order_ref: str, *, limit: int = 500) -> Sequence[Decision]:
        assert self._state
        return _first(limit, (decision for decision in self.decided if decision.order_ref == order_ref))

    async def served(
        self, source: str, *, since: float, until: float, besides: str, last: int = 3
    ) -> tuple[int, Sequence[str]]:
        assert self._state
        refs = {
            decision.order_ref: None
            for decision in reversed(self.decided)
            if decision.source == source and since <= decision.at < until and decision.order_ref != besides
        }
        return len(refs), list(refs)[:last]

    async def work(self, work_id: str) -> Work | None:
        return self._state.works.get(work_id)

    async def promise(self, order_ref: str) -> Promise | None:
        return self._state.promises.get(order_ref)

    async def fault(self, fault_id: str) -> Fault | None:
        return next((fault for fault in self.faulted if fault.fault_id == fault_id), None)

    async def faults(
        self, *, before: str | None = None, limit: int = 100, robot: str | None = None, code: str | None = None
    ) -> Sequence[Fault]:
        newest = sorted(self.faulted, key=lambda fault: fault.fault_id, reverse=True)
        wanted = (fault for fault in newest if robot in (None, fault.robot) and code in (None, fault.code))
        return _first(limit, (fault for fault in wanted if before is None or fault.fault_id < before))

    async def recordings(self, fault_id: str, *, limit: int = 5000) -> Sequence[Recorded]:
        return _first(limit, (line for line in self.recorded if line.fault_id == fault_id))

    async def conditions(self, robot: str, *, since: float, until: float) -> Sequence[Condition]:
        return [each for each in self.told if each.robot == robot and since <= each.at <= until]

    async def alarms(self, *, before: str | None = None, limit: int = 100, since: float = 0.0) -> Sequence[Alarm]:
        newest = sorted(self.alarmed, key=lambda alarm: alarm.alarm_id, reverse=True)
        return _first(limit, (a for a in newest if a.raised_at >= since and (before is None or a.alarm_id < before)))

    async def work_log(self, robot: str, *, limit: int = 200) -> Sequence[LogEntry]:
        return _first(limit, (entry for entry in reversed(self.logged) if entry.robot == robot))

    async def robot_past(self, *, since: float, until: float) -> Mapping[str, RobotPast]:
        return self.pasts

    async def procedure_runs(self, *, robot: str | None = None, limit: int = 100) -> Sequence[ProcedureRun]:
        return _first(limit, (run for run in reversed(self.runs) if robot in (None, run.robot)))

    async def recalls(self, *, limit: int = 100) -> Sequence[Recall]:
        return _first(limit, reversed(self.recalled))

    async def recall(self, recall_id: str) -> Recall | None:
        return next((recall for recall in self.recalled if recall.recall_id == recall_id), None)

    async def quarantined(self) -> Sequence[QuarantinedLot]:
        return self.set_aside

    async def taken(self, account: str, *, since: float) -> Sequence[TakenPack]:
        return [pack for pack in self.taken_out.get(account, ()) if pack.taken_at >= since]

    async def left_from(self, account: str, *, since: float, until: float) -> Sequence[SentPack]:
        return [pack for pack in self.gone_from.get(account, ()) if since <= pack.sent_at <= until]

    async def sent(self, gtin: str, batch: str) -> Sequence[SentPack]:
        return self.left.get((gtin, batch), [])

    async def tote(self, tote_id: str) -> Tote | None:
        return self._state.totes.get(tote_id)

    async def totes(
        self, *, after: str = "", limit: int = 100, status: str | None = None, order_ref: str | None = None
    ) -> Sequence[Tote]:
        return _first(
            limit,
            (
                tote
                for tote_id, tote in sorted(self._state.totes.items())
                if tote_id > after and status in (None, tote.status) and order_ref in (None, tote.order_ref)
            ),
        )

    async def task(self, task_id: str) -> Task | None:
        return self._state.tasks.get(task_id)

    async def tasks(
        self,
        *,
        after: str = "",
        limit: int = 100,
        robot: str | None = None,
        status: str | None = None,
        order_ref: str | None = None,
    ) -> Sequence[Task]:
        return _first(
            limit,
            (
                task
                for task_id, task in sorted(self._state.tasks.items())
                if task_id > after
                and robot in (None, task.robot)
                and status in (None, task.status)
                and order_ref in (None, task.order_ref)
            ),
        )

    async def pack(self, pack_id: str) -> Pack | None:
        return self._state.book.packs.get(pack_id)

    async def missing(self, *, limit: int = 500) -> Sequence[Pack]:
        packs = sorted(self._state.book.packs.values(), key=lambda pack: (pack.account, pack.pack_id))
        return _first(limit, (pack for pack in packs if (pack.hold or "").startswith("missing")))

    async def packs(
        self,
        *,
        after: str = "",
        limit: int = 100,
        gtin: str | None = None,
        batch: str | None = None,
        account: str | None = None,
    ) -> Sequence[Pack]:
        return _first(
            limit,
            (
                pack
                for pack_id, pack in sorted(self._state.book.packs.items())
                if pack_id > after
                and gtin in (None, pack.gtin)
                and batch in (None, pack.batch)
                and account in (None, pack.account)
            ),
        )

    async def postings(
        self, *, after_seq: int = 0, limit: int = 500, pack_id: str | None = None, gtin: str | None = None
    ) -> Sequence[Posting]:
        assert self._state
        return _first(
            limit,
            (
                posting
                for posting in self.book
                if posting.seq > after_seq and pack_id in (None, posting.pack_id) and gtin in (None, posting.gtin)
            ),
        )

    async def doubts(self, *, after: str = "", limit: int = 100, open_only: bool = True) -> Sequence[Doubt]:
        return _first(
            limit,
            (
                doubt
                for doubt_id, doubt in sorted(self._state.doubts.items())
                if doubt_id > after and not (open_only and doubt.resolved_at is not None)
            ),
        )

    async def departures(
        self, *, after: str = "", limit: int = 100, date_local: str | None = None
    ) -> Sequence[Departure]:
        return _first(
            limit,
            (
                departure
                for departure_id, departure in sorted(self._state.departures.items())
                if departure_id > after and date_local in (None, departure.date_local)
            ),
        )

    async def chores(
        self,
        *,
        after: str = "",
        limit: int = 100,
        kind: str | None = None,
        source: str | None = None,
        status: str | None = None,
    ) -> Sequence[Chore]:
        assert self._state
        return _first(
            limit,
            (
                chore
                for chore in sorted(self.chores_done, key=lambda chore: chore.chore_id)
                if chore.chore_id > after
                and kind in (None, chore.kind)
                and source in (None, chore.source)
                and status in (None, chore.status)
            ),
        )

    async def maintenance_windows(
        self, *, after: str = "", limit: int = 100, robot: str | None = None, status: str | None = None
    ) -> Sequence[MaintenanceWindow]:
        assert self._state
        return _first(
            limit,
            (
                window
                for window in sorted(self.windows, key=lambda window: window.window_id)
                if window.window_id > after and robot in (None, window.robot) and status in (None, window.status)
            ),
        )

    async def hourly_history(self, *, since_hour: int, until_hour: int) -> Sequence[HourCount]:
        assert self._state
        return [count for count in self.past if since_hour <= count.hour < until_hour]

    async def poison(self, *, limit: int = 100) -> Sequence[PoisonMessage]:
        assert self._state
        return self.poisoned[-limit:]


def _first(limit: int, rows: Iterable[T]) -> list[T]:
    return [row for _, row in zip(range(limit), rows, strict=False)]
