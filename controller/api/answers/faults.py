from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.fault import Fault, Recorded, Suspect
from controller.engine.recorder import CUT
from controller.faults.catalogue import FaultKind, kind_of
from controller.faults.likeness import Alike, Cure, Sign


class FaultRecord(Struct, frozen=True):
    """One fault, from raising to what people found."""

    fault_id: str
    robot: str
    occurrence: str
    """The robot's own id; one that begins with ~ was seen by the controller."""
    code: str
    title: str
    level: int
    """1 safety or patient, 2 robot down, 3 task fails or degraded, 4 advisory."""
    raised_at: Instant
    cleared_at: Instant | None
    stopped_s: float
    """How long the robot could not work because of it, counted when it works again."""
    command_id: str | None
    location: str | None
    pack_id: str | None
    axis: str | None
    alarm_id: str | None
    cause: str | None
    """What people found."""
    remedy: str | None
    found_by: str | None
    found_at: Instant | None


class FaultPage(Struct, frozen=True):
    items: list[FaultRecord]
    next: str | None


class FaultMeaning(Struct, frozen=True):
    """What the code means, for the people at the robot."""

    subsystem: str
    meaning: str
    causes: list[str]
    """The usual one first."""
    operator: str
    engineer: str
    able: str
    """What the robot still can do."""


class SuspectAnswer(Struct, frozen=True):
    cause: str
    probability: float
    evidence_for: list[str]
    evidence_against: list[str]
    next_check: str | None
    remedy: str | None


class FaultDetail(Struct, frozen=True):
    fault: FaultRecord
    meaning: FaultMeaning
    suspects: list[SuspectAnswer]
    """The likeliest first."""
    orders: list[str]
    """What the robot was working for when it was raised."""


class RecordedLine(Struct, frozen=True):
    at: Instant
    kind: str
    """telemetry, condition, command, report, state, person, alarm; cut: more happened than is kept."""
    data: dict[str, Any]


class RecordingAnswer(Struct, frozen=True):
    fault_id: str
    cut: bool
    lines: list[RecordedLine]
    """From a minute before the fault to its clearing, in order."""


class AlikeAnswer(Struct, frozen=True):
    fault: FaultRecord
    score: float
    """0 to 1."""
    why: list[str]


class CureAnswer(Struct, frozen=True):
    cause: str
    remedy: str
    times: int


class SimilarFaults(Struct, frozen=True):
    fault_id: str
    signs: list[str]
    """What stood out among the robot's measurements right before."""
    items: list[AlikeAnswer]
    """Earlier faults of the same code, the most alike first."""
    cures: list[CureAnswer]
    """What people found in them, the commonest first."""


class FindingReceipt(Struct, frozen=True):
    """What the engine says of the finding; more fields may follow."""


def fault_record(fault: Fault) -> FaultRecord:
    return FaultRecord(
        fault_id=fault.fault_id,
        robot=fault.robot,
        occurrence=fault.occurrence,
        code=fault.code,
        title=kind_of(fault.code).title,
        level=fault.level,
        raised_at=instant(fault.raised_at),
        cleared_at=instant_or_none(fault.cleared_at),
        stopped_s=round(fault.stopped_s, 1),
        command_id=fault.command_id,
        location=fault.location,
        pack_id=fault.pack_id,
        axis=fault.axis,
        alarm_id=fault.alarm_id,
        cause=fault.cause,
        remedy=fault.remedy,
        found_by=fault.found_by,
        found_at=instant_or_none(fault.found_at),
    )


def fault_detail(fault: Fault, recording: Sequence[Recorded]) -> FaultDetail:
    """`recording` may be its beginning alone."""
    then = next((line.data for line in recording if line.data.get("what") == "robot_then"), {})
    orders = then.get("orders")
    return FaultDetail(
        fault_record(fault),
        _meaning(kind_of(fault.code)),
        [_suspect(suspect) for suspect in fault.suspects],
        [str(order_ref) for order_ref in orders] if isinstance(orders, list) else [],
    )


def recording_answer(fault_id: str, lines: Sequence[Recorded]) -> RecordingAnswer:
    in_order = sorted(lines, key=lambda line: line.at)
    return RecordingAnswer(
        fault_id,
        any(line.kind == CUT for line in lines),
        [RecordedLine(instant(line.at), line.kind, line.data) for line in in_order],
    )


def similar_faults(
    fault_id: str, signs: Sequence[Sign], found: Sequence[Alike], known: Sequence[Cure]
) -> SimilarFaults:
    return SimilarFaults(
        fault_id,
        [sign.in_words() for sign in signs],
        [AlikeAnswer(fault_record(each.fault), each.score, list(each.why)) for each in found],
        [CureAnswer(each.cause, each.remedy, each.times) for each in known],
    )


def _meaning(kind: FaultKind) -> FaultMeaning:
    return FaultMeaning(kind.subsystem, kind.meaning, list(kind.causes), kind.operator, kind.engineer, kind.able)


def _suspect(suspect: Suspect) -> SuspectAnswer:
    return SuspectAnswer(
        suspect.cause,
        suspect.probability,
        list(suspect.evidence_for),
        list(suspect.evidence_against),
        suspect.next_check,
        suspect.remedy,
    )
