"""All that the loop holds in memory, as a database hands it over at the start."""

from dataclasses import dataclass, field

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.calendar_change import CalendarChange
from controller.domain.checkpoint import Checkpoint
from controller.domain.chore import Chore, NightPause
from controller.domain.decision import Decision
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.fault import Condition, Fault
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.maintenance import ProcedureRun, Profile
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order
from controller.domain.pack import Pack
from controller.domain.product import Product
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot
from controller.domain.site import DeliveryRun, Destination, Site, StockListLine
from controller.domain.task import Task
from controller.domain.timing import Timing
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.engine.ports.batch import RequestRecord, WardCount


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
    cold_exits: list[tuple[float, str, str]] = field(default_factory=list)
    """(when, robot, pack) of what came out of fridges in the last two days and was not written off, in order."""
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
