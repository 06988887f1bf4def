"""Which conditions need a person: how urgent each is, when it is one, when it is over, and what the person does.

An alarm exists only where a person must act (ISA-18.2). What clears itself within the on-delay was never one; what
comes back within the off-delay is the same one. DOMAIN.md section 5 gives the aims: at most 150 alarms a day, about
80 % of them low or medium, 15 % high, 5 % critical. The delays and times to respond are estimates, except where a line
says more.
"""

from dataclasses import dataclass

from controller.domain.alarm import Priority

LONGEST_SHELF_S = 8 * 3600.0
"""A shift: the next one is to see what this one has put aside."""
LONGEST_OUT_OF_SERVICE_S = 30 * 86_400.0
SOON_S = 2 * 3600.0
"""An order that is due within this time makes its cause urgent: hand-picking and another van need about so long."""
LEAST_RESPONSE_S = 300.0
"""Nobody can be asked to respond faster than this; what has less time left is late already."""
_BEFORE_LATE_S = 1800.0
"""So long before an order is late something can still be done for it: collect, check, load."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """One line of the table below."""

    kind: str
    priority: Priority
    at_stake: Priority
    """Where orders that are due soon wait for what nobody else can give."""
    on_delay_s: float
    """It is an alarm once it has stood for so long."""
    off_delay_s: float
    """It is over once it has been gone for so long; longer for one that keeps coming back."""
    respond_s: float
    """Within this time somebody should have begun."""
    response: str
    """What the person does."""
    latched: bool = False
    """Safety of people or patients, or something that must never be: stays until a named person resets it, is never
    shelved, taken out of service, or hidden under another alarm."""
    waits_for_ack: bool = False
    """It is to be seen by a person, though it may have gone by itself."""
    under: tuple[str, ...] = ()
    """Alarms that explain this one (first-out)."""
    advice: bool = False
    """To be planned into a quiet hour: it stands for days as it is meant to, and is never stale."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """What waits for a person to act: the first due time of the orders for which there is no other way."""

    late_at: float | None = None
    orders: int = 0


_LOW, _MEDIUM, _HIGH, _CRITICAL = Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.CRITICAL
LINK, NETWORK, POWER, STORE, INVARIANT = "site.link", "site.network", "site.power", "site.store", "site.invariant"
SILENT, STOPPED, QUARANTINED, DEGRADED = "robot.silent", "robot.stopped", "robot.quarantined", "robot.degraded"
DOOR, ESTOP, COLLISION, PATIENT = "robot.door", "robot.estop", "robot.collision", "robot.patient"
STOCK_DIFFERS, DOUBTS, REPEATED, LANE = "robot.stock_differs", "robot.doubts", "robot.repeated", "robot.lane"
CAREFUL, PROFILE = "robot.careful", "robot.profile"
FRIDGE, WARNING, MAINTENANCE_DUE = "robot.fridge", "robot.warning", "robot.maintenance_due"
ORDERS_LATE, RECALL = "orders.late", "recall.open"
HELD_BACK, LEFT_UNFIT = "totes.held_back", "quarantine.left"
RECALL_DRILL = "recall.drill_due"

SITE_WIDE = (LINK, POWER, NETWORK)
STANDSTILLS = (ESTOP, COLLISION, DOOR, STOPPED, SILENT, QUARANTINED)
"""What keeps a whole robot from work; of two, the first explains the other."""

_ROWS = (
    # kind, priority, at stake, on-delay, off-delay, respond, response, latched, waits for ack, under, advice
    (LINK, _CRITICAL, _CRITICAL, 10.0, 60.0, 300.0,
     "Look whether the broker runs and the network is up. Robots finish what they are doing and begin nothing new.",
     False, True, ()),
    (NETWORK, _HIGH, _CRITICAL, 0.0, 60.0, 300.0,
     "Look at the switch and the cables that these robots share.", False, True, (LINK, POWER)),
    (POWER, _CRITICAL, _CRITICAL, 0.0, 60.0, 300.0,
     "Look at the supply of these robots; they park on their batteries and need a self-test afterwards.",
     False, True, ()),
    (STORE, _HIGH, _HIGH, 0.0, 300.0, 600.0,
     "Look at the database and its disk. What was promised is safe; what was not confirmed is asked for again.",
     False, True, ()),
    (INVARIANT, _CRITICAL, _CRITICAL, 0.0, 0.0, 900.0,
     "Call whoever looks after the service; compare what it names with the shelves before anything is sent of it.",
     True, False, ()),
    (SILENT, _MEDIUM, _HIGH, 10.0, 60.0, 900.0,
     "Look whether the robot's computer and its network run. Its orders go to others where they can.",
     False, False, (*SITE_WIDE, *STANDSTILLS)),
    # A stop that clears itself within 45 s is none: three quarters do in about 0.3 min (DOMAIN.md, Table B).
    (STOPPED, _MEDIUM, _HIGH, 45.0, 60.0, 900.0,
     "Go to the robot and do what its fault asks.", False, False, (POWER, *STANDSTILLS)),
    (ESTOP, _CRITICAL, _CRITICAL, 0.0, 0.0, 300.0,
     "Find out who pressed it and why. Release it, confirm by name that the travel area is empty, home, resume.",
     True, False, ()),
    (COLLISION, _CRITICAL, _CRITICAL, 0.0, 0.0, 300.0,
     "Keep the robot locked out and call an engineer.", True, False, ()),
    (DOOR, _LOW, _MEDIUM, 0.0, 0.0, 900.0,
     "Close the door, confirm by name that the travel area is empty, home, resume.", True, False, ()),
    (PATIENT, _CRITICAL, _CRITICAL, 0.0, 0.0, 600.0,
     "Nothing of the packs concerned goes to a ward before a pharmacist has decided.", True, False, ()),
    (QUARANTINED, _HIGH, _HIGH, 0.0, 0.0, 900.0,
     "Look at the robot and confirm it by name: its journal is not the one that took our commands.",
     False, False, (POWER, *STANDSTILLS)),
    (DEGRADED, _LOW, _MEDIUM, 120.0, 120.0, 1800.0,
     "Go to the robot when the next round passes it; it goes on meanwhile.", False, False, STANDSTILLS),
    (STOCK_DIFFERS, _LOW, _MEDIUM, 60.0, 300.0, 3600.0,
     "Count what differs and correct the stock.", False, False, STANDSTILLS),
    (DOUBTS, _LOW, _MEDIUM, 600.0, 30.0, 1800.0,
     "Go and look where these packs are, and say so at the floor station.", False, False, STANDSTILLS),
    (REPEATED, _LOW, _MEDIUM, 0.0, 600.0, 3600.0,
     "Clearing it again will not cure it: look for the cause.", False, False, STANDSTILLS),
    (CAREFUL, _LOW, _MEDIUM, 0.0, 0.0, 1800.0,
     "Have it cured; then write down what it was, or say by name that it is fit: nightshift robot back.",
     False, False, STANDSTILLS),
    (PROFILE, _MEDIUM, _MEDIUM, 60.0, 60.0, 1800.0,
     "Compare it with what was set (nightshift profile list) and set a version anew.", False, False, (SILENT,)),
    (LANE, _LOW, _MEDIUM, 0.0, 30.0, 1800.0,
     "Clear the lane: packs wait that nobody takes.", False, False, STANDSTILLS),
    (FRIDGE, _MEDIUM, _HIGH, 0.0, 600.0, 3600.0,
     "Measure with a third probe; the two of the fridge disagree.", False, False, ()),
    (WARNING, _LOW, _LOW, 0.0, 3600.0, _DAY_S,
     "Plan the check that the warning names into a quiet hour.", False, False, (), True),
    (MAINTENANCE_DUE, _LOW, _LOW, 0.0, 3600.0, 7 * _DAY_S,
     "Plan a maintenance window.", False, False, (), True),
    (ORDERS_LATE, _MEDIUM, _HIGH, 60.0, 300.0, 900.0,
     "Decide: what would still help is named with each order.", False, False, (*SITE_WIDE, *STANDSTILLS)),
    (HELD_BACK, _HIGH, _HIGH, 0.0, 0.0, 300.0,
     "Take them off the van before it leaves, or stop its driver; bring them to the check, and tell the wards what "
     "comes with a later van.", False, False, ()),
    (LEFT_UNFIT, _CRITICAL, _CRITICAL, 0.0, 0.0, 300.0,
     "Call each ward that got any of these packs, then reset it by name.", True, False, ()),
    (RECALL, _HIGH, _HIGH, 0.0, 0.0, 300.0,
     "Work off the list of destinations and close the recall by name.", False, False, ()),
    (RECALL_DRILL, _LOW, _LOW, 0.0, 0.0, 30 * _DAY_S,
     "Run a dummy recall of any batch: nightshift recall drill.", False, False, (), True),
)  # fmt: skip

KINDS: dict[str, ConditionKind] = {str(row[0]): ConditionKind(*row) for row in _ROWS}

_OF_CODE = {
    "SAF-70": DOOR,
    "SAF-71": ESTOP,
    "AXC-08": COLLISION,
    "IDN-31": PATIENT,
    "FRG-60": PATIENT,
    "FRG-61": FRIDGE,
    "STK-52": STOCK_DIFFERS,
    "PM-99": MAINTENANCE_DUE,
    "PWR-81": MAINTENANCE_DUE,
}
_SEEN_AS_SILENCE = frozenset({"NET-90", "NET-92"})


def condition_key(kind: str, subject: str) -> str:
    """By which an alarm is found, and duplicates are impossible."""
    return f"{kind}/{subject}"


def is_advice(kind: str) -> bool:
    """Whether alarms of this kind are for a quiet hour, and never for somebody who is asleep."""
    return kind in KINDS and KINDS[kind].advice


def kind_of_fault(code: str, level: int) -> str | None:
    """The condition that a standing fault is a sign of; None where nobody needs to act."""
    if code in _SEEN_AS_SILENCE:
        return None
    if code in _OF_CODE:
        return _OF_CODE[code]
    return {1: STOPPED, 2: STOPPED, 3: DEGRADED}.get(level)


def urgency(kind: ConditionKind, stakes: Stakes, now: float) -> tuple[Priority, float]:
    """(priority, moment by which somebody should have begun), from the consequence and the time that is left."""
    respond_by = now + kind.respond_s
    if stakes.late_at is None:
        return kind.priority, respond_by
    priority = kind.at_stake if stakes.late_at - now <= SOON_S else kind.priority
    return priority, max(now + LEAST_RESPONSE_S, min(respond_by, stakes.late_at - _BEFORE_LATE_S))


def urgent_first(priority: Priority) -> int:
    """0 for the most urgent."""
    return list(Priority).index(priority)
