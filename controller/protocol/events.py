"""One fact an event, numbered, repeated until the controller's acknowledgement (RC-05, RC-06)."""

from typing import Annotated

from msgspec import Meta, Struct

from controller.protocol.reports import ActiveFault, CommandResult
from controller.protocol.vocabulary import (
    Batch,
    Code,
    Generation,
    Gtin,
    Identifier,
    IsoDate,
    Millimetres,
    Mode,
    PackmlState,
    Refusal,
    RobotId,
    Sequence,
    Serial,
    Text,
    Timestamp,
)


class _Fact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="fact"):
    pass


class Booted(_Fact, frozen=True, tag="booted"):
    """The first event of a generation."""

    journal_id: Identifier
    cause: Code


class PackOffered(_Fact, frozen=True, tag="pack_offered"):
    """A pack stands at the scanner; answer with `store` or `reject` within 5 s.

    `raw_code` is empty on a no-read. Without a DataMatrix the barcode names only the product: batch and
    expiry are null.
    """

    offer_id: Identifier
    raw_code: Text
    gtin: Gtin | None
    batch: Batch | None
    expiry: IsoDate | None
    serial: Serial | None
    width_mm: Millimetres
    depth_mm: Millimetres
    height_mm: Millimetres


class OfferLapsed(_Fact, frozen=True, tag="offer_lapsed"):
    """Nobody answered in time: the pack lies on the reject lane."""

    offer_id: Identifier


class PackStored(_Fact, frozen=True, tag="pack_stored"):
    command_id: Identifier
    pack_id: Identifier
    location: Identifier


class CommandReceived(_Fact, frozen=True, tag="command_received"):
    """Sent only where the verdict takes longer than a second; a verdict at once stands for the receipt."""

    command_id: Identifier


class CommandAccepted(_Fact, frozen=True, tag="command_accepted"):
    command_id: Identifier


class CommandRefused(_Fact, frozen=True, tag="command_refused"):
    command_id: Identifier
    refusal: Refusal
    detail: Text = ""


class CommandStarted(_Fact, frozen=True, tag="command_started"):
    command_id: Identifier


class PackGripped(_Fact, frozen=True, tag="pack_gripped"):
    command_id: Identifier
    item: Annotated[int, Meta(ge=0, le=16)]
    pack_id: Identifier


class PackDelivered(_Fact, frozen=True, tag="pack_delivered"):
    """The pack left the output belt into the tote; the code reader there has confirmed the product."""

    command_id: Identifier
    item: Annotated[int, Meta(ge=0, le=16)]
    pack_id: Identifier
    gtin: Gtin
    output: Identifier
    tote_id: Identifier


class CommandFinished(_Fact, frozen=True, tag="command_finished"):
    result: CommandResult


class FaultRaised(_Fact, frozen=True, tag="fault_raised"):
    fault: ActiveFault


class FaultUpdated(_Fact, frozen=True, tag="fault_updated"):
    occurrence: Identifier
    note: Text


class FaultCleared(_Fact, frozen=True, tag="fault_cleared"):
    occurrence: Identifier


class ModeChanged(_Fact, frozen=True, tag="mode_changed"):
    mode: Mode
    by: Text


class MachineStateChanged(_Fact, frozen=True, tag="machine_state_changed"):
    """A change of PackML state that a person would notice; Idle to Execute and back is told by the commands."""

    packml: PackmlState


class DoorOpened(_Fact, frozen=True, tag="door_opened"):
    door: Identifier


class DoorClosed(_Fact, frozen=True, tag="door_closed"):
    door: Identifier


class EstopPressed(_Fact, frozen=True, tag="estop_pressed"):
    station: Identifier


class EstopReleased(_Fact, frozen=True, tag="estop_released"):
    station: Identifier


class LocalAction(_Fact, frozen=True, tag="local_action"):
    """A person did something at the robot's own panel. Each has its own id, never a constant."""

    action_id: Identifier
    who: Text
    what: Text
    pack_id: Identifier | None = None


class PackMissing(_Fact, frozen=True, tag="pack_missing"):
    pack_id: Identifier
    location: Identifier


class PackFound(_Fact, frozen=True, tag="pack_found"):
    """A pack stands where none should; its id where the robot knows it."""

    pack_id: Identifier | None
    location: Identifier


class CalibrationMeasured(_Fact, frozen=True, tag="calibration_measured"):
    command_id: Identifier
    axis: Annotated[str, Meta(pattern=r"^[xyzr]\Z")]
    deviation_mm: Annotated[float, Meta(ge=-1000, le=1000)]


class ParametersChanged(_Fact, frozen=True, tag="parameters_changed"):
    """Other parameters are in force from now on."""

    profile: Identifier
    version: Sequence
    values: dict[Code, float] = {}
    """All that a profile has set. Since 1.4."""
    by: Text = "controller"
    """`controller`, or who did it at the panel. Since 1.4."""


EventBody = (
    Booted | PackOffered | OfferLapsed | PackStored | CommandReceived | CommandAccepted | CommandRefused
    | CommandStarted | PackGripped | PackDelivered | CommandFinished | FaultRaised | FaultUpdated | FaultCleared
    | ModeChanged | MachineStateChanged | DoorOpened | DoorClosed | EstopPressed | EstopReleased | LocalAction
    | PackMissing | PackFound | CalibrationMeasured | ParametersChanged
)  # fmt: skip


class Event(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    robot: RobotId
    generation: Generation
    seq: Sequence
    at: Timestamp
    body: EventBody
