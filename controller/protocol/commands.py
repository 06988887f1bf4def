"""What the controller may ask of a robot. One kind, one struct; `Command` is the envelope (RC-07)."""

from typing import Annotated

from msgspec import Meta, Struct

from controller.protocol.vocabulary import (
    MAX_IDS,
    MAX_TOUR_ITEMS,
    Batch,
    Code,
    Epoch,
    Generation,
    Gtin,
    Identifier,
    IsoDate,
    Mode,
    RobotId,
    Seconds,
    Sequence,
    Timestamp,
)


class _Body(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    pass


class PickItem(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One pack of a tour: a pack id, or (pack_id null) any pack of the product and batch."""

    item: Annotated[int, Meta(ge=1, le=MAX_TOUR_ITEMS)]
    gtin: Gtin
    batch: Batch
    expiry: IsoDate
    pack_id: Identifier | None = None


class Pick(_Body, frozen=True, tag="pick"):
    """A tour: fetch these packs and put them out at `output`, into `tote_id`. Not repeatable."""

    tote_id: Identifier
    output: Identifier
    items: Annotated[tuple[PickItem, ...], Meta(min_length=1, max_length=MAX_TOUR_ITEMS)]


class Store(_Body, frozen=True, tag="store"):
    """Accept the offered pack and shelve it under `pack_id`. Not repeatable."""

    offer_id: Identifier
    pack_id: Identifier
    gtin: Gtin
    batch: Batch
    expiry: IsoDate


class Reject(_Body, frozen=True, tag="reject"):
    """Refuse the offered pack: it goes to the reject lane, for a person."""

    offer_id: Identifier
    reason: Code


class Eject(_Body, frozen=True, tag="eject"):
    """Put packs out at the reject or quarantine output. Not repeatable."""

    output: Identifier
    items: Annotated[tuple[PickItem, ...], Meta(min_length=1, max_length=MAX_TOUR_ITEMS)]


class Relocate(_Body, frozen=True, tag="relocate"):
    """Move a pack to another location, the robot's choice where `location` is null. Not repeatable.

    With `improve` only to a lower location, or one as high and nearer to the output: `not_moved` where none is free.
    """

    item: PickItem
    location: Identifier | None = None
    improve: bool = False
    """Since 1.1."""


class CountShelf(_Body, frozen=True, tag="count"):
    """Look along one shelf and tell which packs stand there."""

    shelf: Identifier


class Home(_Body, frozen=True, tag="home"):
    """Reference run of all axes."""


class Calibrate(_Body, frozen=True, tag="calibrate"):
    """Measure set-point minus actual at the reference marks of one axis."""

    axis: Annotated[str, Meta(pattern=r"^[xyzr]\Z")]


class Jog(_Body, frozen=True, tag="jog"):
    """Move one axis by hand, slowly and a little, in maintenance mode only; it ends where it stands. Since 1.3."""

    axis: Annotated[str, Meta(pattern=r"^[xyzr]\Z")]
    distance_mm: Annotated[float, Meta(ge=-50.0, le=50.0)]
    """Along the axis; of the table's rotation at its edge."""


class SelfTest(_Body, frozen=True, tag="self_test"):
    """Exercise drives, gripper and sensors without touching a pack."""


class SetParameters(_Body, frozen=True, tag="set_parameters"):
    """Take over a versioned calibration profile; names and limits stand in the factsheet.

    A parameter that it does not name goes back to what its maker set. In force from the next motion on, and after a
    power cut. A fault that the values make impossible (a dead pump that is not to run) is cleared by the robot.
    """

    profile: Identifier
    version: Sequence
    values: dict[Code, float]


class SetMode(_Body, frozen=True, tag="set_mode"):
    mode: Mode


class Hold(_Body, frozen=True, tag="hold"):
    """Finish the motion under way and start no other."""


class Resume(_Body, frozen=True, tag="resume"):
    """Leave Held or Stopped, home where the robot needs it, go on with the queue."""


class Cancel(_Body, frozen=True, tag="cancel"):
    """End the command `target`. A target that was never seen is remembered, so that a late copy of it is refused."""

    target: Identifier


class Snapshot(_Body, frozen=True, tag="snapshot"):
    """Send a state report now; with `inventory`, every pack id in pages as well."""

    inventory: bool = False


class Journal(_Body, frozen=True, tag="journal"):
    """Tell what the command journal knows of these ids."""

    command_ids: Annotated[tuple[Identifier, ...], Meta(min_length=1, max_length=MAX_IDS)]


class Acknowledge(_Body, frozen=True, tag="acknowledge"):
    """Every report of this generation up to `seq` is committed at the controller (RC-06)."""

    seq: Sequence


CommandBody = (
    Pick | Store | Reject | Eject | Relocate | CountShelf | Home | Calibrate | Jog | SelfTest | SetParameters
    | SetMode | Hold | Resume | Cancel | Snapshot | Journal | Acknowledge
)  # fmt: skip


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The envelope of every command (RC-07).

    `valid_for_s` counts from receipt on the robot's monotonic clock until the motion starts; `issued_at` is
    checked as well where the clocks agree (RC-10). `attempt` counts sendings of the same id from 1 and is no
    part of the content that RC-08 compares.
    """

    command_id: Identifier
    robot: RobotId
    generation: Generation
    epoch: Epoch
    attempt: Annotated[int, Meta(ge=1, le=10_000)]
    issued_at: Timestamp
    valid_for_s: Seconds
    body: CommandBody


class ControllerPresence(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Retained at `controller/presence`, and the controller's last will (RC-18)."""

    epoch: Epoch
    online: bool
