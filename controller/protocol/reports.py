"""What a robot tells: presence, factsheet, state, journal, inventory, telemetry; events have their own file."""

import hashlib
from typing import Annotated

from msgspec import Meta, Struct

from controller.protocol.vocabulary import (
    MAX_IDS,
    MAX_UNACKED_EVENTS,
    Batch,
    Code,
    CommandPhase,
    Count,
    Epoch,
    Generation,
    Gtin,
    Identifier,
    IsoDate,
    Millimetres,
    Mode,
    Outcome,
    PackmlState,
    PackOutcome,
    Refusal,
    RobotId,
    RobotKind,
    Sequence,
    Text,
    Timestamp,
)


class Presence(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Retained; the last will carries `lost` and the generation of its birth (RC-03)."""

    robot: RobotId
    generation: Generation
    status: Annotated[str, Meta(pattern=r"^(online|offline|lost)\Z")]


class Limit(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Code
    low: float
    high: float
    maker: float | None = None
    """What its maker set, and what it goes back to where a profile does not name it. Since 1.4."""


class Shelf(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One shelf of the rack: the name of a location is the shelf's, a hyphen and the place on it."""

    name: Identifier
    height_mm: Millimetres
    """Clear height: no higher pack stands there."""
    places: Annotated[int, Meta(ge=1, le=MAX_IDS)]


class Factsheet(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What this robot is and can do; a capability that it does not list is not used (RC-14). Retained."""

    robot: RobotId
    generation: Generation
    contract: Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+\Z")]
    firmware: Text
    kind: RobotKind
    heads: Annotated[int, Meta(ge=1, le=8)]
    capacity_packs: Count
    height_classes_mm: Annotated[tuple[Millimetres, ...], Meta(min_length=1, max_length=32)]
    outputs: Annotated[tuple[Identifier, ...], Meta(min_length=1, max_length=32)]
    commands: Annotated[tuple[Code, ...], Meta(max_length=64)]
    max_tour_items: Annotated[int, Meta(ge=1, le=16)]
    max_queue: Annotated[int, Meta(ge=1, le=64)]
    parameters: Annotated[tuple[Limit, ...], Meta(max_length=128)] = ()
    shelves: Annotated[tuple[Shelf, ...], Meta(max_length=512)] = ()
    """Since 1.1: what `count` can be asked to look along."""


class PackResult(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a command did with one pack. `item` is 0 where the command names no items (store, count)."""

    item: Annotated[int, Meta(ge=0, le=512)]
    pack_id: Identifier | None
    outcome: PackOutcome
    place: Identifier | None = None
    """Output or location where it now is, as far as the robot knows."""


class CommandResult(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The terminal outcome of a command: what happened, not what was asked (RC-12)."""

    command_id: Identifier
    outcome: Outcome
    packs: Annotated[tuple[PackResult, ...], Meta(max_length=MAX_IDS)] = ()
    reason: Code | None = None


class ActiveFault(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fault that stands (RC-21). Level 1 safety or patient, 2 robot down, 3 task fails or degraded, 4 advisory."""

    occurrence: Identifier
    code: Annotated[str, Meta(pattern=r"^[A-Z]{2,3}-[0-9]{2}\Z")]
    level: Annotated[int, Meta(ge=1, le=4)]
    raised_at: Timestamp
    command_id: Identifier | None = None
    location: Identifier | None = None
    pack_id: Identifier | None = None
    axis: Annotated[str, Meta(pattern=r"^[xyzr]\Z")] | None = None


class InventorySum(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    packs: Count
    checksum: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]


class ParametersInForce(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The profile with which the robot works; it outlives a power cut."""

    profile: Identifier | None = None
    """Null where it never took one over."""
    version: Annotated[int, Meta(ge=0, le=2**53)]
    """0: everything is as its maker set it."""


class _Report(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="report"):
    robot: RobotId
    generation: Generation
    seq: Sequence
    at: Timestamp


class State(_Report, frozen=True, tag="state"):
    """One self-consistent picture, true as of `seq`.

    `unacked` lists the events that the robot will still repeat: whatever else is missing below `seq` was a
    state or an answer, and is not coming again (RC-05).
    """

    journal_id: Identifier
    mode: Mode
    packml: PackmlState
    running: Annotated[tuple[Identifier, ...], Meta(max_length=64)]
    queued: Annotated[tuple[Identifier, ...], Meta(max_length=64)]
    last_results: Annotated[tuple[CommandResult, ...], Meta(max_length=16)]
    faults: Annotated[tuple[ActiveFault, ...], Meta(max_length=64)]
    inventory: InventorySum
    unacked: Annotated[tuple[Sequence, ...], Meta(max_length=MAX_UNACKED_EVENTS)]
    controller_epoch: Epoch
    """The highest epoch that this robot has obeyed; 0 before the first command."""
    input_waiting: Count
    """Packs on the input belt, the offered one included."""
    parameters: ParametersInForce | None = None
    """Since 1.4."""


class JournalEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    command_id: Identifier
    phase: CommandPhase
    refusal: Refusal | None = None
    result: CommandResult | None = None


class JournalAnswer(_Report, frozen=True, tag="journal"):
    """The answer to a `journal` command."""

    answers: Identifier
    entries: Annotated[tuple[JournalEntry, ...], Meta(max_length=MAX_IDS)]


class StockedPack(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pack_id: Identifier
    gtin: Gtin
    batch: Batch
    expiry: IsoDate


class InventoryPage(_Report, frozen=True, tag="inventory"):
    """One page of the answer to a `snapshot` with inventory; pages count from 1 to `pages`."""

    answers: Identifier
    page: Annotated[int, Meta(ge=1, le=10_000)]
    pages: Annotated[int, Meta(ge=1, le=10_000)]
    packs: Annotated[tuple[StockedPack, ...], Meta(max_length=MAX_IDS)]


Report = State | JournalAnswer | InventoryPage
"""What the `state` channel carries."""


class Signal(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Code
    samples: Annotated[tuple[float, ...], Meta(min_length=1, max_length=50)]


class Feature(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that the robot measures of itself over a while: its name ends in the unit, where it has one."""

    name: Code
    subject: Identifier | None = None
    """Which axis, shelf, head, sensor, input or output; null where it is the whole robot's."""
    count: Annotated[int, Meta(ge=1, le=1_000_000)]
    mean: float
    worst: float
    """The sample farthest to the bad side: the smallest of a read rate, the largest of a following error."""


class Condition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the machine has been from `since` to the `at` of its frame: about every five minutes in which it moved,
    and right before a fault is raised."""

    since: Timestamp
    features: Annotated[tuple[Feature, ...], Meta(min_length=1, max_length=256)]


class Telemetry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A frame a second with up to 50 samples a signal, evenly spaced over the second before `at`.

    A robot that sends no steady stream sends the frames of its last minute when it raises a fault.
    """

    robot: RobotId
    generation: Generation
    frame: Sequence
    at: Timestamp
    signals: Annotated[tuple[Signal, ...], Meta(max_length=64)] = ()
    condition: Condition | None = None
    """Since 1.2. A frame with a condition has no signals."""


def pack_fingerprint(pack_id: str) -> int:
    """64 bits of a pack id; the inventory checksum is the sum over all packs modulo 2^64, as 16 hex digits."""
    return int.from_bytes(hashlib.blake2b(pack_id.encode(), digest_size=8).digest(), "big")


def inventory_checksum(fingerprint_sum: int) -> str:
    """The checksum of `InventorySum` from the running sum of `pack_fingerprint`."""
    return f"{fingerprint_sum % 2**64:016x}"
