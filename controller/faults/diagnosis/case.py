"""What is known when somebody asks why a robot failed."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from controller.domain.fault import Condition, Fault
from controller.faults.usual import Usual


class Before(enum.StrEnum):
    """What happened at the robot and may have left something behind. Faults need no mention."""

    ENTRY = "entry"
    STOP = "emergency stop"
    BOOT = "restart"
    SERVICE = "maintenance"


@dataclass(frozen=True, slots=True)
class Happened:
    what: Before
    at: float


@dataclass(frozen=True, slots=True)
class Case:
    """One fault and its surroundings. All but the fault may be missing: then the answer says less."""

    fault: Fault
    conditions: Sequence[Condition] = ()
    """Of its robot, oldest first; those that end after the fault was raised are left aside."""
    faults: Sequence[Fault] = ()
    """Of this robot and its sisters in the last days, in any order; the fault itself may be among them."""
    sisters_usual: Sequence[Usual] = ()
    """What the other robots of its kind usually show: `Watcher.usual` or `usual_of` their last hours."""
    usual: Usual | None = None
    """What its measurements usually are, where somebody kept watch; else the older part of `conditions` tells."""
    happened: Sequence[Happened] = ()
    gtins: Mapping[str, str] = field(default_factory=dict)
    """Fault id to the product that was handled, of this fault and earlier ones."""
