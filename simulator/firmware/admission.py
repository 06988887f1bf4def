"""Whether a command may be accepted: one pure verdict, in the order in which the contract names the reasons."""

from dataclasses import dataclass

from controller.protocol.commands import (
    Command,
    CommandBody,
    CountShelf,
    Eject,
    Pick,
    PickItem,
    Reject,
    Relocate,
    Resume,
    SetParameters,
    Store,
)
from controller.protocol.vocabulary import Mode, PackmlState, Refusal, epoch_s
from simulator.firmware.build import OUTPUT, PARAMETERS, QUARANTINE, REJECT, Build
from simulator.firmware.inventory import Inventory
from simulator.firmware.permissions import MOTION, PERMITTED, QUESTIONS, REFUSES_MOTION
from simulator.hardware.machine import Machine
from simulator.hardware.scanner import Scan


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The robot at the moment of a command."""

    build: Build
    machine: Machine
    inventory: Inventory
    mode: Mode
    packml: PackmlState
    safe_to_resume: bool
    queued: int
    reporter_full: bool
    controller_present: bool
    offer_id: str | None
    offered: Scan | None


Verdict = tuple[Refusal, str] | None
"""The refusal with its detail, or None to accept."""


def fence(command: Command, robot: str, generation: int, epoch: int) -> Verdict:
    """Who may command this boot of the robot at all (RC-02, RC-08)."""
    if command.robot != robot:
        return Refusal.UNKNOWN_PARAMETER, f"this is robot {robot}"
    if command.generation != generation:
        return Refusal.OTHER_GENERATION, f"this is generation {generation}"
    if command.epoch < epoch:
        return Refusal.LOWER_EPOCH, f"epoch {epoch} commands"
    return None


def verdict(command: Command, at: float, now: Circumstances) -> Verdict:
    """Why the fenced command is refused at site time `at`, if it is."""
    kind = type(command.body)
    try:
        overdue = _overdue(command, at)
    except ValueError:
        return Refusal.UNKNOWN_PARAMETER, f"issued_at {command.issued_at} is no moment"
    if overdue:
        return Refusal.EXPIRED, f"issued {command.issued_at}, valid for {command.valid_for_s:g} s"
    if kind not in PERMITTED[now.mode]:
        return Refusal.MODE_FORBIDS, f"mode {now.mode}"
    unsound = _unsound(command.body, now)
    if unsound is not None:
        return unsound
    if kind in MOTION:
        return _no_motion(now) or _queue_full(command.body, now) or _impossible(command.body, now)
    if kind is Resume and not now.safe_to_resume:
        return Refusal.STATE_FORBIDS, "a fault, a door or an E-stop stands"
    if kind is Reject:
        return _offer_mismatch(command.body, now)
    return None


def _overdue(command: Command, at: float) -> bool:
    if type(command.body) in QUESTIONS:
        return False
    # a stamp from the future was made by a clock that does not agree with ours: then only the receipt counts (RC-10)
    return at - epoch_s(command.issued_at) > command.valid_for_s


def _unsound(body: CommandBody, now: Circumstances) -> Verdict:
    match body:
        case Pick(output=output, items=items) | Eject(output=output, items=items):
            lawful = (OUTPUT,) if isinstance(body, Pick) else (REJECT, QUARANTINE)
            if output not in lawful:
                return Refusal.UNKNOWN_PARAMETER, f"output {output}"
            if len(items) > now.build.max_tour_items:
                return Refusal.UNKNOWN_PARAMETER, f"{len(items)} items; at most {now.build.max_tour_items}"
            if len({item.item for item in items}) != len(items):
                return Refusal.UNKNOWN_PARAMETER, "an item number stands twice"
        case CountShelf(shelf=shelf):
            if all(known.name != shelf for known in now.machine.layout.shelves):
                return Refusal.UNKNOWN_PARAMETER, f"shelf {shelf}"
        case Relocate(location=location) if location is not None:
            if now.machine.layout.location(location) is None:
                return Refusal.UNKNOWN_PARAMETER, f"location {location}"
        case SetParameters(values=values):
            return _out_of_limits(values)
        case _:
            pass
    return None


def _out_of_limits(values: dict[str, float]) -> Verdict:
    limits = {limit.name: limit for limit in PARAMETERS}
    for name, value in values.items():
        limit = limits.get(name)
        if limit is None or not limit.low <= value <= limit.high:
            return Refusal.UNKNOWN_PARAMETER, f"{name} = {value:g}"
    return None


def _no_motion(now: Circumstances) -> Verdict:
    if not now.controller_present:
        return Refusal.CONTROLLER_ABSENT, "the controller's presence is not online"
    if now.packml in REFUSES_MOTION:
        return Refusal.STATE_FORBIDS, f"{now.packml.name.lower()}; resume first"
    if now.reporter_full:
        return Refusal.NOT_REPORTING, "too many events are unacknowledged"
    return None


def _queue_full(body: CommandBody, now: Circumstances) -> Verdict:
    if not isinstance(body, Store) and now.queued >= now.build.max_queue:
        return Refusal.QUEUE_FULL, f"{now.queued} wait"
    return None


def _impossible(body: CommandBody, now: Circumstances) -> Verdict:
    match body:
        case Pick(items=items) | Eject(items=items):
            named: tuple[PickItem, ...] = items
        case Relocate(item=item):
            named = (item,)
        case Store():
            return _cannot_store(body, now)
        case _:
            named = ()
    return next((refused for item in named if (refused := _wrong_item(item, now))), None)


def _wrong_item(item: PickItem, now: Circumstances) -> Verdict:
    if item.pack_id is None:
        return None
    known = now.inventory.description(item.pack_id)
    if known is None:
        return Refusal.UNKNOWN_PACK, item.pack_id
    if (known.gtin, known.batch, known.expiry) != (item.gtin, item.batch, item.expiry):
        return Refusal.WRONG_PACK, f"{item.pack_id} is {known.gtin} {known.batch} {known.expiry}"
    return None


def _cannot_store(body: Store, now: Circumstances) -> Verdict:
    mismatch = _offer_mismatch(body, now)
    if mismatch is not None:
        return mismatch
    assert now.offered is not None
    if not now.machine.free.has_room(now.offered.height_mm):
        return Refusal.NO_SPACE, f"no free place {now.offered.height_mm:g} mm high"
    code = now.offered.code
    for scanned, told in ((code.gtin, body.gtin), (code.batch, body.batch), (code.expiry, body.expiry)):
        if scanned is not None and scanned != told:
            return Refusal.WRONG_PACK, f"scanned {scanned}, told {told}"
    return None


def _offer_mismatch(body: CommandBody, now: Circumstances) -> Verdict:
    if isinstance(body, Store | Reject) and body.offer_id != now.offer_id:
        return Refusal.UNKNOWN_OFFER, f"the open offer is {now.offer_id or 'none'}"
    if isinstance(body, Store) and now.inventory.place(body.pack_id) is not None:
        return Refusal.WRONG_PACK, f"{body.pack_id} is in the rack already"
    return None
