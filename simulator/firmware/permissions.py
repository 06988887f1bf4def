"""Which command is permitted when: the tables of RC-22, as data, in one place.

A change of mode waits until the running command has ended; what is queued stays queued (RC-16) and starts when the
mode permits it again, unless its validity has run out.
"""

from controller.protocol.commands import (
    Acknowledge,
    Calibrate,
    Cancel,
    CommandBody,
    CountShelf,
    Eject,
    Hold,
    Home,
    Jog,
    Journal,
    Pick,
    Reject,
    Relocate,
    Resume,
    SelfTest,
    SetMode,
    SetParameters,
    Snapshot,
    Store,
)
from controller.protocol.vocabulary import Mode, PackmlState

QUESTIONS: frozenset[type[CommandBody]] = frozenset({Snapshot, Journal, Acknowledge})
CONTROL: frozenset[type[CommandBody]] = frozenset({SetMode, Hold, Resume, Cancel, SetParameters, Reject})
"""Take effect at once, beside the queue."""
SERVICE_MOTION: frozenset[type[CommandBody]] = frozenset({Home, Calibrate, SelfTest, CountShelf})
BY_HAND: frozenset[type[CommandBody]] = frozenset({Jog})
"""A person stands by: in maintenance mode only."""
PACK_MOTION: frozenset[type[CommandBody]] = frozenset({Pick, Eject, Relocate, Store})
MOTION = SERVICE_MOTION | BY_HAND | PACK_MOTION

PERMITTED: dict[Mode, frozenset[type[CommandBody]]] = {
    Mode.AUTOMATIC: QUESTIONS | CONTROL | SERVICE_MOTION | PACK_MOTION,
    Mode.MANUAL: QUESTIONS | frozenset({SetMode, Hold, Cancel, Reject}),
    Mode.MAINTENANCE: QUESTIONS | CONTROL | SERVICE_MOTION | BY_HAND,
}
"""Mode to the kinds that are accepted in it; the same set decides what may start from the queue."""

REFUSES_MOTION = frozenset({PackmlState.ABORTING, PackmlState.ABORTED, PackmlState.CLEARING, PackmlState.STOPPED})
"""After an E-stop or an opened door nothing is even queued until a person or the controller has resumed."""

KIND_NAMES: dict[type[CommandBody], str] = {
    Pick: "pick",
    Store: "store",
    Reject: "reject",
    Eject: "eject",
    Relocate: "relocate",
    CountShelf: "count",
    Home: "home",
    Calibrate: "calibrate",
    Jog: "jog",
    SelfTest: "self_test",
    SetParameters: "set_parameters",
    SetMode: "set_mode",
    Hold: "hold",
    Resume: "resume",
    Cancel: "cancel",
    Snapshot: "snapshot",
    Journal: "journal",
    Acknowledge: "acknowledge",
}
"""As the factsheet lists them."""
