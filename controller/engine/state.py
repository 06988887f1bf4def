"""The working set: everything the loop holds in memory, and the indexes that follow from it.

Only the loop changes it. If a commit fails it is thrown away and built again from the database.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.calendar_change import CalendarChange
from controller.domain.checkpoint import ATTENDANCE, PROMISES, RESPONSES, WATCHER
from controller.domain.chore import NightPause
from controller.domain.consequence import Consequence
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.errors import NotFound
from controller.domain.fault import Condition, Fault
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.maintenance import ProcedureRun, Profile
from controller.domain.order import Order, OrderLine
from controller.domain.product import Product
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot
from controller.domain.site import DeliveryRun, Destination, ManualArea, Site, StockListLine
from controller.domain.task import Task, TaskKind
from controller.domain.tote import Tote, ToteStatus
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import (
    CHECK_STATION,
    DOCK_STATION,
    FLOOR_STATION,
    GOODS_IN_STATION,
    Work,
    WorkStatus,
)
from controller.engine.actions import RobotReport
from controller.engine.alarm_memory import AlarmMemory
from controller.engine.night import Night
from controller.engine.outages import HandPick, Outages, Response
from controller.engine.outlook import Outlook
from controller.engine.ports import RequestRecord, WardCount, WorkingSet
from controller.engine.recorder import FlightRecorder
from controller.engine.trails import Trails
from controller.engine.workshop import Workshop
from controller.faults.standstill import Standstills
from controller.faults.warnings import Watcher
from controller.ledger.book import Book
from controller.scheduling.calendar import Calendar
from controller.scheduling.demand import DailyDemand
from controller.scheduling.dispatch import Dispatch
from controller.scheduling.promise import Calibration
from controller.scheduling.times import Attendance, LearnedTimes

STORED_REMEMBERED = 2_000
"""Packs a robot: more than it takes in a day."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long the controller waits for others, in site seconds."""

    max_silence_s: float = 45.0
    """The contract promises a state every 30 s (RC-17); half as long again is silence."""
    resend_s: float = 3.0
    """An unanswered command is sent again after this time, with the same id."""
    ask_again_s: float = 5.0
    """An unanswered question is asked again after this time."""
    promise_every_s: float | None = 300.0
    """All promises are looked at again after this time; None: no promises are made (a core that runs ahead)."""
    start_up_s: float = 60.0
    """So long after our own start the machines and the network may be starting too, as when the power comes back."""

    @classmethod
    def at_speed(cls, speed: float) -> "Timings":
        """For a site clock that runs faster than real: processes and networks do not, so they get real time as well."""
        return cls(
            max_silence_s=45.0 + 2.0 * (speed - 1.0),
            resend_s=max(3.0, 0.5 * speed),
            ask_again_s=max(5.0, 0.5 * speed),
            promise_every_s=max(300.0, 5.0 * speed),
            start_up_s=60.0 * max(1.0, speed),
        )


@dataclass(slots=True)
class Contact:
    """What is known of the conversation with a robot and is worth nothing after a restart."""

    held_back: dict[int, RobotReport] = field(default_factory=dict)
    """Reports after a gap, by seq (RC-05)."""
    asked_at: float = 0.0
    """When the last snapshot or journal was asked for."""
    heard: bool = False
    """It has been seen to be ready since we started; not by what the broker kept of it, its goodbye included."""
    snapshot_seen: bool = False
    to_acknowledge: bool = False
    busy: dict[str, None] = field(default_factory=dict)
    """Open motion tasks whose packs are not all gripped yet: what stands before a new tour."""
    open_tasks: dict[str, None] = field(default_factory=dict)
    pause_until: float = 0.0
    """It refused something: no new tour before this time."""
    inventory: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Pages of an inventory that is arriving: pack ids by page."""
    inventory_asked_at: float = 0.0
    differs_since: float | None = None
    """Since when its inventory has not been the ledger's."""
    lacking: frozenset[str] = frozenset()
    """Packs that were not in its inventory when the two last agreed: both knew them to be missing."""
    offers: dict[str, Offer] = field(default_factory=dict)
    under_way: Task | None = None
    """The tour whose duration is being measured."""
    head_free_at: float = 0.0
    """When the last pack of a tour was gripped."""
    cannot_work_since: float | None = None
    input_empty_since: float | None = None
    """Since when nothing waits at its input, although the books have packs there."""


class State:
    """See the module. Attributes are read by the API; nobody else writes."""

    def __init__(self, loaded: WorkingSet, timings: Timings) -> None:
        self.timings = timings
        master = loaded.master
        self.site: Site = master.site
        self.zone = ZoneInfo(master.site.timezone)
        self.products: dict[str, Product] = {product.gtin: product for product in master.products}
        self.destinations: dict[str, Destination] = {place.code: place for place in master.destinations}
        self.runs: dict[str, DeliveryRun] = {run.run: run for run in master.runs}
        self.stock_lists: list[StockListLine] = master.stock_lists
        self.stock_lists_on: dict[int, list[StockListLine]] = {weekday: [] for weekday in range(1, 8)}
        """By the ISO weekday of the top-up."""
        for listed in master.stock_lists:
            self.stock_lists_on[listed.topup_weekday].append(listed)
        self.listed: frozenset[tuple[str, str]] = frozenset(
            (line.destination, line.gtin) for line in master.stock_lists
        )
        self.areas: dict[str, ManualArea] = {area.area: area for area in master.site.areas}

        self.book = Book(last_posting_seq=loaded.last_posting_seq, balances=loaded.balances)
        for pack in loaded.packs:
            self.book.admit(pack)
        self.orders: dict[str, Order] = {order.order_ref: order for order in loaded.orders}
        self.order_by_number: dict[int, Order] = {order.number: order for order in loaded.orders}
        self.known_order_refs: set[str] = set(loaded.order_refs)
        self.last_calls: list[tuple[float, str]] = []
        """Heap of (when, order) at which what still waits for stock is declared short; looked at again when popped."""
        self.next_departure_at = 0.0
        """No van leaves before this."""
        self.last_order_number: int = loaded.last_order_number
        self.last_alarm_number: int = loaded.last_alarm_number
        self.totes: dict[str, Tote] = {tote.tote_id: tote for tote in loaded.totes}
        self.tasks: dict[str, Task] = {task.task_id: task for task in loaded.tasks}
        self.works: dict[str, Work] = {work.work_id: work for work in loaded.works}
        self.doubts: dict[str, Doubt] = {doubt.doubt_id: doubt for doubt in loaded.doubts}
        self.departures: dict[str, Departure] = {departure.departure_id: departure for departure in loaded.departures}
        self.delivery_lines: dict[str, DeliveryLine] = {line.line_id: line for line in loaded.delivery_lines}
        self.ward_counts: dict[tuple[str, str], WardCount] = {
            (count.destination, count.gtin): count for count in loaded.ward_counts
        }
        self.calendar_changes: dict[str, CalendarChange] = {
            change.change_id: change for change in loaded.calendar_changes
        }
        self.calendar = Calendar(master.runs, loaded.calendar_changes, self.zone)
        self.faults: dict[str, Fault] = {fault.fault_id: fault for fault in loaded.faults}
        """Those that stand, and those of the last week."""
        self.fault_of: dict[str, str] = {fault.occurrence: fault.fault_id for fault in loaded.faults}
        """A robot's own id of an occurrence → ours."""
        self.last_fault_number: int = max((int(fault_id[2:]) for fault_id in self.faults), default=0)
        self.standing_faults: dict[str, dict[str, Fault]] = {}
        """Robot → those of `faults` that are not over, by id."""
        self.stops: dict[str, tuple[str, float]] = {}
        """Robot that cannot work → the fault that came first, and since when."""
        self.owed: dict[str, Fault] = {fault.fault_id: fault for fault in loaded.faults if fault.owed}
        """Those of `faults` after which something is still to be done; `owing` keeps it."""
        self.standstills = Standstills()
        """How long stops lasted, by the code of the fault that began them; after a start, those of the last week."""
        for fault in loaded.faults:
            if fault.stopped_s:
                self.standstills.note(fault.code, fault.stopped_s)
            if fault.cleared_at is None:
                self.standing_faults.setdefault(fault.robot, {})[fault.fault_id] = fault
                if fault.level <= 2:
                    self.stops.setdefault(fault.robot, (fault.fault_id, fault.raised_at))
        self.unranked: dict[str, None] = {}
        """Faults whose probable causes are to be ranked at the end of the turn."""
        self.scanned: dict[str, str] = {}
        """Fault at a scanner → the product that it was raised about; as far as it was seen since the start."""
        self.booted_at: dict[str, float] = {}
        """When each robot's program was last heard to start."""
        kept = {each.name: each.data for each in loaded.checkpoints}
        self.kept_at: dict[str, float] = {each.name: each.at for each in loaded.checkpoints}
        """What was learned → when it was kept last."""
        self.watcher = Watcher.restored(kept.get(WATCHER))
        responses = {robot: Response.restored(done) for robot, done in kept.get(RESPONSES, {}).items()}
        self.outages = Outages(answered=self.last_fault_number, responses=responses)
        self.recorder = FlightRecorder()
        self.trails = Trails()
        """Of the open orders: from what each is told why it is late."""
        for order in loaded.orders:
            self.trails.begin(order)
        self.trails.add((*loaded.tasks, *loaded.ended_tasks), (*loaded.works, *loaded.ended_works))
        self.trails.add(doubts=(*loaded.doubts, *loaded.settled_doubts), decisions=loaded.decisions)
        self.trails.mark_refused(loaded.ended_works, self.totes)
        self.trails.remember(loaded.faults)
        self.alarms: dict[str, Alarm] = {alarm.condition: alarm for alarm in loaded.alarms}
        """By condition: there is never a second one."""
        self.alarm_memory = AlarmMemory()
        self.out_of_service: dict[str, OutOfService] = {each.condition: each for each in loaded.out_of_service}
        self.withdrawn: dict[str, Withdrawal] = {each.robot: each for each in loaded.withdrawals}
        """Robot → how it was taken out of work, until it is back."""
        self.procedure_runs: dict[str, ProcedureRun] = {run.run_id: run for run in loaded.procedure_runs}
        self.profiles: dict[str, list[Profile]] = {}
        for profile in loaded.profiles:
            self.profiles.setdefault(profile.robot, []).append(profile)
        self.stored: dict[str, deque[str]] = {}
        """Robot → the packs that it has put on its shelves lately, in order."""
        for name, pack_id in loaded.stored:
            self.remember_stored(name, pack_id)
        self.cold_exits: dict[str, dict[str, float]] = {}
        """Fridge → packs that came out of it in the last days, and when, oldest first."""
        for at, name, pack_id in loaded.cold_exits:
            self.cold_exits.setdefault(name, {})[pack_id] = at
        self.imported_at = loaded.imported_at
        """When the site was taken in, where that is known."""
        self.workshop = Workshop()
        self.recalls: dict[str, Recall] = {recall.recall_id: recall for recall in loaded.recalls}
        """All that ever were, drills too: a few a year."""
        for recall in loaded.recalls:
            if recall.bars:
                self.book.bar(recall.gtin, recall.batch, recall.hold)
        self.conditions: dict[str, deque[Condition]] = {}
        """What each robot said of its parts in the last days, oldest first."""
        for condition in loaded.conditions:
            self.conditions.setdefault(condition.robot, deque()).append(condition)
        self.promises: dict[str, Promise] = {promise.order_ref: promise for promise in loaded.promises}
        self.requests: dict[str, RequestRecord] = {record.key: record for record in loaded.requests}
        self.robots: dict[str, Robot] = {robot.robot: robot for robot in loaded.robots}
        for place in master.site.robots:
            if place.robot not in self.robots:
                self.robots[place.robot] = Robot(place.robot, place.kind, place.capacity_packs)
        for withdrawal in loaded.withdrawals:
            self.robots[withdrawal.robot].withdrawn = withdrawal.withdrawal_id
        self.contacts: dict[str, Contact] = {robot: Contact() for robot in self.robots}
        for name, since in self._out_since(loaded.withdrawals).items():
            self.contacts[name].cannot_work_since = since
        for offer in loaded.offers:
            self.contacts[offer.robot].offers[offer.offer_id] = offer
        self.link_up = False
        self.night = Night(self.robots, loaded.chores, loaded.night_pauses, loaded.maintenance_windows)

        self.outlook = Outlook(
            calibration=Calibration.restored(kept.get(PROMISES)),
            late={each.order_ref: None for each in loaded.promises if each.cause is not None},
        )
        self.dispatch = Dispatch()
        self.times = LearnedTimes(loaded.timings)
        self.attendance = Attendance.restored(kept.get(ATTENDANCE))
        self.attended_hour: int | None = None
        """The local hour whose attendance is being seen."""
        self.in_service: frozenset[str] = frozenset()
        """Robots that could work when the plan was last made."""
        self.parked: dict[str, dict[int, None]] = {}
        """GTIN → numbers of orders that FEFO keeps from a source; asked again when a pack of the product goes."""
        self.patient: list[tuple[float, int]] = []
        """Heap of (when, order number): orders that wait for older stock in a stopped robot, asked again then."""
        self.filling: dict[str, None] = {}
        """Totes that stand at a collation place."""
        self.send_ahead_at = 0.0
        """When orders are next looked through for what should go ahead with its van."""
        self.held_for_place: dict[int, None] = {}
        """Orders that were not begun because no collation place was free."""
        self.unasked: dict[int, None] = {}
        """Of those, the ones that the queues leave out until they are asked again."""
        self.demand: dict[str, dict[tuple[int, int], None]] = {}
        """GTIN → (order number, line number) of lines that still want packs."""
        self.putaway: dict[str | None, dict[str, None]] = {}
        """Packs at goods-in by the robot that is to have them (None: an area by hand), oldest first."""
        self.promised: dict[str, dict[tuple[str, str], int]] = {}
        """GTIN → (robot, batch) → packs of `putaway`."""
        self.usage = DailyDemand(loaded.master.stock_lists, loaded.ordered)
        """What leaves a day of each product."""
        self.burden: dict[str, float] = {}
        """Robot → picks a day that its stock will ask of it, as counted in the hour `burden_hour` since the epoch."""
        self.burden_hour: int | None = None
        self.tote_packs: dict[str, dict[str, None]] = {}
        """Tote → the packs in it."""
        self.waiting_work: dict[str, dict[str, None]] = {}
        """Station → work that nobody has taken."""
        self.stirred: dict[str, None] = {}
        """Stations at which something new may be waiting since this was last emptied."""
        self.next_due_at = 0.0
        """Nothing on the clock happens before this."""
        self.planned_until: str = ""
        """Last local date for which departures exist."""
        self.topped_up_on: str = ""
        self.looked_through_on: str = ""
        """Local date on which what waits for its van was last looked through for what has expired."""
        self.forgot_decisions_on: str = ""
        """Local date on which old decisions were last deleted."""

    def _out_since(self, withdrawals: Iterable[Withdrawal]) -> dict[str, float]:
        """Robot → since when it cannot work, as far as the rows tell: how long it will take is judged by that."""
        since = {robot: at for robot, (_, at) in self.stops.items() if robot in self.robots}
        for withdrawal in withdrawals:
            since[withdrawal.robot] = min(withdrawal.since, since.get(withdrawal.robot, withdrawal.since))
        return since

    # ---- questions --------------------------------------------------------------------------------------

    def order(self, order_ref: str) -> Order:
        """NotFound where no such order is open."""
        try:
            return self.orders[order_ref]
        except KeyError:
            raise NotFound(f"no open order {order_ref}") from None

    def robot(self, robot: str) -> Robot:
        try:
            return self.robots[robot]
        except KeyError:
            raise NotFound(f"no robot {robot} at this site") from None

    def product(self, gtin: str) -> Product:
        try:
            return self.products[gtin]
        except KeyError:
            raise NotFound(f"no product with GTIN {gtin}") from None

    def remember_stored(self, robot: str, pack_id: str) -> None:
        """A robot has put a pack on a shelf."""
        self.stored.setdefault(robot, deque(maxlen=STORED_REMEMBERED)).append(pack_id)

    @property
    def stations(self) -> tuple[str, ...]:
        """Where people work, in the order in which they are shown."""
        return (*self.areas, GOODS_IN_STATION, CHECK_STATION, DOCK_STATION, FLOOR_STATION)

    @property
    def night_pauses(self) -> dict[str, NightPause]:
        """What people have paused, by scope."""
        return self.night.pauses

    @property
    def consequences(self) -> dict[str, Consequence]:
        """By robot: what each that is out, or will be, holds up."""
        return self.outages.consequences

    @property
    def hand_picks(self) -> tuple[HandPick, ...]:
        """What people are to fetch out of robots, the most urgent first."""
        return self.outages.hand_picks

    def open_tasks(self, robot: str) -> Iterable[Task]:
        return (self.tasks[task_id] for task_id in self.contacts[robot].open_tasks)

    # ---- indexes ----------------------------------------------------------------------------------------

    def index_all(self) -> None:
        """Build what follows from the rows; after this the indexes are kept up by the hands that change the rows."""
        for pack in self.book.packs.values():
            if pack.account.startswith("tote:"):
                self.tote_packs.setdefault(pack.account[5:], {})[pack.pack_id] = None
        for tote in self.totes.values():
            if tote.status is ToteStatus.FILLING:
                self.filling[tote.tote_id] = None
        for task in self.tasks.values():
            self.open_task(task)
        for work in self.works.values():
            if work.status is WorkStatus.WAITING:
                self.waiting_work.setdefault(work.station, {})[work.work_id] = None
        for order in self.orders.values():
            for line in order.lines:
                if line.reserved:
                    self.book.reserve(line.gtin, line.reserved)
                if line.wanted > 0 and not order.status.final:
                    self.demand.setdefault(line.gtin, {})[(order.number, line.number)] = None
        for station in self.stations:
            self.stirred[station] = None

    def open_task(self, task: Task) -> None:
        contact = self.contacts[task.robot]
        contact.open_tasks[task.task_id] = None
        if task.kind in (TaskKind.PICK, TaskKind.STORE, TaskKind.EJECT):
            contact.busy[task.task_id] = None

    def close_task(self, task: Task) -> None:
        contact = self.contacts[task.robot]
        contact.open_tasks.pop(task.task_id, None)
        contact.busy.pop(task.task_id, None)
        self.tasks.pop(task.task_id, None)

    def line(self, order_number: int, line_number: int) -> tuple[Order, OrderLine] | None:
        """None where the order is no longer open."""
        order = self.order_by_number.get(order_number)
        return None if order is None else (order, order.lines[line_number - 1])
