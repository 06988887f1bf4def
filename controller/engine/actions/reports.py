"""What robots tell, translated from the wire: each numbered report once and in order, measurements as they come."""

from dataclasses import dataclass
from datetime import date

from controller.domain.product import Zone
from controller.domain.robot import RobotFault


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

RobotMessage = RobotReport | RobotPresence | RobotFactsheet | RobotCondition | RobotFrames
