"""The words and bounds of the contract: identifiers, units, enumerations (RC-25, RC-27)."""

import enum
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

MAX_MESSAGE_BYTES = 64 * 1024
"""No message is longer (RC-24)."""

MAX_TOUR_ITEMS = 16
MAX_IDS = 512
MAX_UNACKED_EVENTS = 4096
"""A robot that holds this many unacknowledged events accepts no further motion until some are acknowledged."""

EVENT_REPEAT_S = 5.0
"""A robot repeats its unacknowledged events after this time (RC-06)."""
STATE_INTERVAL_S = 30.0
"""A robot is never silent for longer (RC-17)."""
OFFER_ANSWER_S = 5.0
"""An offered pack is answered within this time, or the robot puts it on its reject lane itself."""

# Patterns end in \Z: `$` would accept a line break after the last character.
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}\Z", description="1 to 64 characters")]
"""Ids of commands, packs, totes, tasks, offers, locations: one fixed alphabet, at most 64 characters."""
RobotId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,15}\Z", description="1 to 16 characters")]
Gtin = Annotated[str, Meta(pattern=r"^[0-9]{14}\Z", description="GTIN-14")]
Batch = Annotated[str, Meta(pattern=r"^[!-~]{1,20}\Z", description="GS1 AI (10): 1 to 20 characters")]
Serial = Annotated[str, Meta(pattern=r"^[ -~]{0,20}\Z", description="GS1 AI (21): at most 20 characters")]
IsoDate = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z", description="YYYY-MM-DD")
]
Timestamp = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z\Z",
        description="RFC 3339, UTC, ms",
    ),
]
Text = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*\Z", description="no NUL: no database keeps it")]
Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z", description="a lower-case word of the contract")]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Sequence = Annotated[int, Meta(ge=1, le=2**53)]
Generation = Annotated[int, Meta(ge=1, le=2**53)]
Epoch = Annotated[int, Meta(ge=0, le=2**53)]
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Millimetres = Annotated[float, Meta(ge=0, le=100_000)]


class Mode(enum.StrEnum):
    """Who decides what the robot does."""

    AUTOMATIC = "automatic"
    """The controller commands; every kind is permitted."""
    MANUAL = "manual"
    """A person works at the robot's own panel; motion commands of the controller are refused."""
    MAINTENANCE = "maintenance"
    """Guards may be open at reduced speed; only home, calibrate, self_test, count, set_parameters move anything."""


class PackmlState(enum.IntEnum):
    """PackML states with the PackTags v3 numbers (ISA TR88.00.02)."""

    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    STOPPING = 7
    ABORTING = 8
    ABORTED = 9
    HOLDING = 10
    HELD = 11
    UNHOLDING = 12
    SUSPENDING = 13
    UNSUSPENDING = 14
    RESETTING = 15
    COMPLETING = 16
    COMPLETE = 17


class Outcome(enum.StrEnum):
    """The one terminal outcome of a command (RC-12)."""

    COMPLETED = "completed"
    """All that was asked was done."""
    INCOMPLETE = "incomplete"
    """Some packs were not moved; each says why."""
    ABORTED = "aborted"
    """A fault, an expiry or a restart ended it; each pack says what is known of it."""
    CANCELLED = "cancelled"
    """A cancel ended it; the motion has stopped."""


class PackOutcome(enum.StrEnum):
    """What is known of one pack when a command has ended."""

    DELIVERED = "delivered"
    """At the output and in the tote."""
    STORED = "stored"
    EJECTED = "ejected"
    RELOCATED = "relocated"
    COUNTED = "counted"
    NOT_MOVED = "not_moved"
    """Still where it was; the robot never gripped it."""
    MISSING = "missing"
    """Its location was empty."""
    DROPPED = "dropped"
    """Lost from the gripper on the way; it lies in the robot."""
    UNKNOWN = "unknown"
    """Gripped, and nothing is known after that: the controller holds it IN_DOUBT (RC-11)."""


class RobotKind(enum.StrEnum):
    AMBIENT = "ambient"
    VAULT = "vault"
    FRIDGE = "fridge"


class CommandPhase(enum.StrEnum):
    """How far a command has come, as the robot's journal knows it."""

    UNKNOWN = "unknown"
    """The journal has never seen the id."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RUNNING = "running"
    FINISHED = "finished"


class Refusal(enum.StrEnum):
    """Why a command was not accepted (RC-08, RC-10, RC-14, RC-22)."""

    OTHER_GENERATION = "other_generation"
    LOWER_EPOCH = "lower_epoch"
    EXPIRED = "expired"
    SAME_ID_OTHER_CONTENT = "same_id_other_content"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_PARAMETER = "unknown_parameter"
    MODE_FORBIDS = "mode_forbids"
    STATE_FORBIDS = "state_forbids"
    QUEUE_FULL = "queue_full"
    NO_SPACE = "no_space"
    UNKNOWN_OFFER = "unknown_offer"
    UNKNOWN_PACK = "unknown_pack"
    WRONG_PACK = "wrong_pack"
    CANCELLED_BEFORE = "cancelled_before"
    RETAINED = "retained"
    NOT_REPORTING = "not_reporting"
    """Too many events are unacknowledged; the robot will not add motion that it cannot report."""
    CONTROLLER_ABSENT = "controller_absent"


def timestamp(epoch_s: float) -> str:
    """Seconds since the Unix epoch as RFC 3339 UTC with milliseconds."""
    # three times as fast as strftime, and every message bears a stamp
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_s(stamp: str) -> float:
    """The inverse of `timestamp`; ValueError where the text is no moment (a month 13, say)."""
    return datetime.fromisoformat(stamp).timestamp()
