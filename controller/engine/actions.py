"""Everything that can happen to the centre, in its own words: the only input of the engine.

The transport translates robot messages into these; the API and the clock make the others. All are frozen.
"""

from dataclasses import dataclass
from datetime import date

from controller.domain.calendar_change import CalendarChangeKind
from controller.domain.disposal import Ending
from controller.domain.doubt import Finding
from controller.domain.order import OrderClass
from controller.domain.product import Zone
from controller.domain.robot import RobotFault
from controller.domain.withdrawal import HowOut

# ---- what robots tell -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackReport:
    """What a command did with one pack; `outcome` is a word of the robot contract."""

    item: int
    pack_id: str | None
    outcome: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class ResultReport:
    command_id: str
    outcome: str
    packs: tuple[PackReport, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Booted:
    journal_id: str
    cause: str


@dataclass(frozen=True, slots=True)
class PackOffered:
    offer_id: str
    raw_code: str
    gtin: str | None
    batch: str | None
    expiry: date | None
    serial: str | None
    width_mm: float
    depth_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class OfferLapsed:
    offer_id: str


@dataclass(frozen=True, slots=True)
class PackStored:
    command_id: str
    pack_id: str
    location: str


@dataclass(frozen=True, slots=True)
class CommandAccepted:
    command_id: str


@dataclass(frozen=True, slots=True)
class CommandRefused:
    command_id: str
    refusal: str
    detail: str


@dataclass(frozen=True, slots=True)
class CommandStarted:
    command_id: str


@dataclass(frozen=True, slots=True)
class PackGripped:
    command_id: str
    item: int
    pack_id: str


@dataclass(frozen=True, slots=True)
class PackDelivered:
    command_id: str
    item: int
    pack_id: str
    gtin: str
    output: str
    tote_id: str


@dataclass(frozen=True, slots=True)
class CommandFinished:
    result: ResultReport


@dataclass(frozen=True, slots=True)
class FaultRaised:
    fault: RobotFault


@dataclass(frozen=True, slots=True)
class FaultCleared:
    occurrence: str


@dataclass(frozen=True, slots=True)
class ModeChanged:
    mode: str
    by: str


@dataclass(frozen=True, slots=True)
class MachineStateChanged:
    packml: int


@dataclass(frozen=True, slots=True)
class Noted:
    """A fact that is journaled and changes nothing yet: doors, local actions, measurements, found packs."""

    action: str
    data: dict[str, object]


Fact = (
    Booted | PackOffered | OfferLapsed | PackStored | CommandAccepted | CommandRefused | CommandStarted | PackGripped
    | PackDelivered | CommandFinished | FaultRaised | FaultCleared | ModeChanged | MachineStateChanged | Noted
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RobotPresence:
    robot: str
    generation: int
    status: str
    """online, offline or lost"""


@dataclass(frozen=True, slots=True)
class RobotFactsheet:
    robot: str
    generation: int
    contract: str
    firmware: str
    kind: Zone
    capacity_packs: int
    max_tour_items: int
    max_queue: int
    outputs: tuple[str, ...]
    commands: tuple[str, ...]
    tallest_mm: float
    shelves: tuple[tuple[str, float], ...] = ()
    """(name, clear height in mm)"""
    parameters: tuple[tuple[str, float, float], ...] = ()
    """What a profile may set: (name, least, most)."""
    makers: tuple[tuple[str, float], ...] = ()
    """What the maker set, where the robot tells it."""


@dataclass(frozen=True, slots=True)
class RobotState:
    robot: str
    generation: int
    seq: int
    journal_id: str
    mode: str
    packml: int
    running: tuple[str, ...]
    queued: tuple[str, ...]
    last_results: tuple[ResultReport, ...]
    faults: tuple[RobotFault, ...]
    packs: int
    checksum: str
    unacked: tuple[int, ...]
    controller_epoch: int
    input_waiting: int
    parameters: tuple[str | None, int] | None = None
    """Name and version of the profile that is in force; version 0 is the maker's. None: it does not tell."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    command_id: str
    phase: str
    """unknown, accepted, refused, running or finished"""
    refusal: str | None
    result: ResultReport | None


@dataclass(frozen=True, slots=True)
class RobotJournal:
    robot: str
    generation: int
    seq: int
    entries: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class RobotInventory:
    robot: str
    generation: int
    seq: int
    page: int
    pages: int
    packs: tuple[tuple[str, str, str, date], ...]
    """pack id, GTIN, batch, expiry"""


@dataclass(frozen=True, slots=True)
class ConditionFeature:
    """One measurement of a robot's condition; the name ends in its unit. `worst` is its sample on the bad side."""

    name: str
    subject: str | None
    """Axis, shelf, head, sensor, input or output; None where it is the whole robot's."""
    count: int
    mean: float
    worst: float


@dataclass(frozen=True, slots=True)
class RobotCondition:
    """What a robot measured of itself from `since_at` to `at`. Unnumbered: one that is lost is not repeated."""

    robot: str
    generation: int
    since_at: float
    at: float
    features: tuple[ConditionFeature, ...]


@dataclass(frozen=True, slots=True)
class TelemetryFrame:
    """One second: each signal's sample, or of several the least, the mean and the greatest."""

    at: float
    signals: tuple[tuple[str, float | tuple[float, float, float]], ...]


@dataclass(frozen=True, slots=True)
class RobotFrames:
    """Telemetry of the minute before a fault, or while it stands. Unnumbered, may be lost."""

    robot: str
    frames: tuple[TelemetryFrame, ...]


@dataclass(frozen=True, slots=True)
class RobotEvent:
    robot: str
    generation: int
    seq: int
    fact: Fact


RobotReport = RobotState | RobotJournal | RobotInventory | RobotEvent
"""What is numbered: applied once each, in order (RC-05)."""


@dataclass(frozen=True, slots=True)
class PoisonReceived:
    """A message that breaks the contract: kept for inspection, never stops the others (RC-01, RC-24)."""

    topic: str
    payload: bytes
    reason: str
    robot: str | None


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The controller's own connection to the broker came or went (RC-19)."""

    up: bool


@dataclass(frozen=True, slots=True)
class InvariantViolated:
    """Something that must always hold does not."""

    invariant: str
    detail: str


# ---- what people and other systems want ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineRequest:
    gtin: str
    quantity: int
    single_batch: bool = False
    """All packs of one batch."""


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    order_ref: str
    destination: str
    order_class: OrderClass
    lines: tuple[LineRequest, ...]
    due_at: float | None = None
    """discharge only"""
    run: str | None = None
    run_date: str | None = None
    """YYYY-MM-DD, local; urgent and routine. Without both, the next run of the hospital that can be made."""
    placed_at: float | None = None
    actor: str = "ward"


@dataclass(frozen=True, slots=True)
class CancelOrder:
    order_ref: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    gtin: str
    batch: str
    expiry: date
    quantity: int


@dataclass(frozen=True, slots=True)
class BookDelivery:
    delivery_note: str
    lines: tuple[DeliveredLine, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class ClaimWork:
    """A worker at a station asks for the next job; the answer is a Work or None."""

    station: str
    worker: str


@dataclass(frozen=True, slots=True)
class FinishWork:
    work_id: str
    worker: str
    moved: tuple[str, ...] = ()
    """hand_pick, feed, shelve: the packs that were moved as asked."""
    missing: tuple[str, ...] = ()
    """…and those that were not where the ledger had them."""
    findings: tuple[tuple[str, Finding], ...] = ()
    """settle"""
    identified: DeliveredLine | None = None
    """clear_reject: what the person read; None where the lane was empty."""
    set_aside: bool = False
    """clear_reject: it lies on the quarantine shelf now, not on the belt again."""
    accepted: bool = True
    """check: whether the tote holds what the order asks."""


@dataclass(frozen=True, slots=True)
class SettleDoubt:
    doubt_id: str
    finding: Finding
    note: str
    actor: str


@dataclass(frozen=True, slots=True)
class HoldStock:
    """Block a batch, or one pack: nothing picks it until it is released."""

    gtin: str
    batch: str
    reason: str
    actor: str
    pack_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseStock:
    gtin: str
    batch: str
    reason: str
    actor: str
    pack_id: str | None = None


@dataclass(frozen=True, slots=True)
class CommandRobot:
    """Hold, resume or home a robot."""

    robot: str
    kind: str
    """hold, resume or home"""
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ConfirmRobot:
    """A person has looked at a robot whose journal changed: its stock is as the ledger says, and it may work."""

    robot: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class RecordWardCount:
    """What stands on a ward's shelf, for its next top-up."""

    destination: str
    counts: tuple[tuple[str, int], ...]
    actor: str


@dataclass(frozen=True, slots=True)
class AddCalendarChange:
    """A day is not to be as its week says; what a kind needs is in domain/calendar_change.py."""

    kind: CalendarChangeKind
    date_local: str
    """YYYY-MM-DD"""
    reason: str
    actor: str
    run: str | None = None
    """cancelled, moved; extra: a name for the van, or the controller gives it one."""
    hospital: str | None = None
    """extra; holiday of one hospital"""
    departure_local: str | None = None
    """HH:MM; moved, extra"""
    cutoff_local: str | None = None
    """HH:MM; moved, where the cut-off is not to move with the departure; extra, where it is not the departure."""


@dataclass(frozen=True, slots=True)
class HoldVan:
    """A van waits: it leaves so many minutes later than it would now; its cut-off stays."""

    run: str
    date_local: str
    minutes: int
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class WithdrawCalendarChange:
    change_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class SetLeastRemainingDays:
    """What is sent to a destination must outlast its due date by so many days."""

    destination: str
    days: int
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class PauseNightWork:
    """Begin no chore any more."""

    scope: str
    """A robot, an area, or `SITE` for all of them."""
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ResumeNightWork:
    """Lift a pause of the same scope."""

    scope: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class PlanMaintenance:
    """Keep a robot from work from one moment to another."""

    robot: str
    from_at: float
    to_at: float
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class CancelMaintenance:
    """A window is not needed, or not any longer."""

    window_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What a person found to be the cause of a fault, and what cured it."""

    fault_id: str
    cause: str
    """A name of the fault catalogue, or unknown, or other."""
    remedy: str
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgeAlarm:
    """A person has seen the alarm and has it in hand."""

    alarm_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class ShelveAlarm:
    """Put an alarm aside until a moment within the next 8 h."""

    alarm_id: str
    reason: str
    until_at: float
    actor: str


@dataclass(frozen=True, slots=True)
class UnshelveAlarm:
    alarm_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class ResetAlarm:
    """A person has made sure that a latched alarm is over."""

    alarm_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class TakeConditionOutOfService:
    """The condition is not to alarm until a moment within the next 30 days."""

    condition: str
    reason: str
    until_at: float
    actor: str


@dataclass(frozen=True, slots=True)
class PutConditionBackInService:
    condition: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class BeginProcedure:
    """A named person begins the guided procedure of a fault, or of a code where nothing has failed yet."""

    robot: str
    actor: str
    fault_id: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TakeStep:
    """One step of a procedure: what a person says of it, or None to let the robot do a step that is the robot's."""

    run_id: str
    step: str
    result: str | None
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FinishProcedure:
    """`override`: why the robot is to work although the pass criterion is not met."""

    run_id: str
    outcome: str
    actor: str
    override: str | None = None


@dataclass(frozen=True, slots=True)
class CommandInMaintenance:
    """self_test, calibrate, home or jog of a robot that is in maintenance mode."""

    robot: str
    kind: str
    reason: str
    actor: str
    axis: str | None = None
    distance_mm: float | None = None


@dataclass(frozen=True, slots=True)
class SetProfile:
    """New calibration parameters; names that are not given keep their values."""

    robot: str
    values: tuple[tuple[str, float], ...]
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class RollBackProfile:
    """A new version with the values of an earlier one."""

    robot: str
    version: int
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class WriteLog:
    """A technician's note in a robot's work log."""

    robot: str
    text: str
    actor: str
    fault_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The database refused a commit, and the state was built again from it."""

    detail: str


@dataclass(frozen=True, slots=True)
class StartRecall:
    """Block a batch wherever it is. A drill writes down that it was run and blocks nothing."""

    gtin: str
    batch: str
    recall_class: int
    """1 to 4"""
    reason: str
    actor: str
    drill: bool = False


@dataclass(frozen=True, slots=True)
class CloseRecall:
    """Every destination was told, and what came back is dealt with."""

    recall_id: str
    note: str
    actor: str
    destinations: int = 0
    """How many had got it, as whoever asks has traced it."""


@dataclass(frozen=True, slots=True)
class DisposeRecalled:
    """What becomes of the recalled packs that are in the centre: put out by robots and people, then off the books."""

    recall_id: str
    ending: Ending
    reason: str
    actor: str
    witness: str | None = None
    """A second person, for controlled drugs."""
    pack_ids: tuple[str, ...] = ()
    """Only these packs."""


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take a robot out of work: nothing that it has not begun stays with it."""

    robot: str
    how: HowOut
    """drain or stop"""
    reason: str
    actor: str
    back_at: float | None = None


@dataclass(frozen=True, slots=True)
class PutBack:
    """Bring it back."""

    robot: str
    reason: str
    actor: str
    travel_area_empty: bool
    """`actor` has seen that nobody and nothing is in it."""


@dataclass(frozen=True, slots=True)
class QuarantinePlace:
    """Hold every pack at a robot or an area at once, until somebody decides: it was too warm, too cold, or wet."""

    place: str
    """A robot or an area."""
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class DecideQuarantine:
    """What becomes of the packs of a quarantine."""

    case_id: str
    destroyed: bool
    """They are put out and destroyed; else they may be used."""
    reason: str
    actor: str
    witness: str | None = None
    """A second person, where controlled drugs are destroyed."""
    batch: str | None = None
    """Only this batch."""
    pack_ids: tuple[str, ...] = ()
    """Only these packs."""


@dataclass(frozen=True, slots=True)
class FoundPack:
    """A pack that the books do not have there, as a person read it."""

    gtin: str
    batch: str
    expiry: date
    place: str
    """goods-in, or an area on whose shelf it stands now"""
    reason: str
    actor: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class WriteOff:
    """These packs are not there any more, or are of no use: out of the books."""

    pack_ids: tuple[str, ...]
    reason: str
    actor: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class RestoreStock:
    """These packs of the quarantine shelf have been looked at and stand at goods-in, to be put away again."""

    pack_ids: tuple[str, ...]
    reason: str
    actor: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class CountStock:
    """Somebody is to look whether the packs of a product stand where the books have them."""

    place: str
    """A robot or an area."""
    gtin: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    loop_pause_s: float = 0.0
    """How long the loop itself did not run before this tick: silence of that length is ours, not a robot's (RC-17)."""


Request = (
    SubmitOrder | CancelOrder | BookDelivery | ClaimWork | FinishWork | SettleDoubt | HoldStock | ReleaseStock
    | CommandRobot | ConfirmRobot | RecordWardCount | PauseNightWork | ResumeNightWork
    | PlanMaintenance | CancelMaintenance | AddCalendarChange | HoldVan | WithdrawCalendarChange
    | SetLeastRemainingDays | RecordFinding
    | AcknowledgeAlarm | ShelveAlarm | UnshelveAlarm | ResetAlarm
    | TakeConditionOutOfService | PutConditionBackInService
    | StartRecall | CloseRecall | DisposeRecalled
    | QuarantinePlace | DecideQuarantine | FoundPack | WriteOff | RestoreStock | CountStock
    | TakeOut | PutBack
    | BeginProcedure | TakeStep | FinishProcedure | CommandInMaintenance | SetProfile | RollBackProfile | WriteLog
)  # fmt: skip
"""What somebody waits for an answer to."""

Action = (
    RobotPresence | RobotFactsheet | RobotState | RobotJournal | RobotInventory | RobotEvent | RobotCondition
    | RobotFrames | PoisonReceived | LinkChanged | InvariantViolated | StoreFailed | Request | Tick
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The caller's key and a digest of the request: the same key with the same digest gets the first answer again."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Submission:
    """An action on its way into the loop."""

    action: Action
    idempotency: Idempotency | None = None
