"""Goods in: deliveries booked, packs offered at a robot's scanner, reject lanes."""

import re

from controller.domain.disposal import Disposal, Fate
from controller.domain.errors import Invalid
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.hold import is_for
from controller.domain.pack import GOODS_IN, MISSING, QUARANTINE, SUPPLIER, Pack
from controller.domain.robot import Robot
from controller.domain.task import Step, TaskKind
from controller.domain.work import FLOOR_STATION, GOODS_IN_STATION, Work, WorkKind
from controller.engine import carrying, disposals, placing, recalls, symptoms, tasks, works
from controller.engine.actions import BookDelivery, DeliveredLine
from controller.engine.turn import Turn, can_work
from controller.scheduling.calendar import local_date

NO_SPACE_PAUSE_S = 1800.0
"""A robot that found no place for a pack is offered no more for this time."""
MAX_DELIVERY_PACKS = 5_000
INPUT_EMPTY_S = 1800.0
"""A robot that reports an empty input for so long will not find there what the books have; a belt is run in minutes."""
RECALLED = "recalled"
"""The code on the pack is of a batch under recall: it goes to the lane, for a person to take to quarantine."""
NOT_EXPECTED = "not_expected"
"""No pack that is on its way into the robot is the one that was offered."""

_BATCH = re.compile(r"^[!-~]{1,20}$")


def book(turn: Turn, action: BookDelivery) -> dict[str, object]:
    """Take a delivery into stock, pack by pack, and decide where each part goes. Refused or taken as a whole."""
    today = local_date(turn.now, turn.state.zone)
    if not action.lines:
        raise Invalid(f"delivery {action.delivery_note}: no lines")
    for number, line in enumerate(action.lines, start=1):
        where = f"delivery {action.delivery_note}, line {number}"
        if line.gtin not in turn.state.products:
            raise Invalid(f"{where}: no product with GTIN {line.gtin}")
        if not _BATCH.match(line.batch):
            raise Invalid(f"{where}: batch {line.batch!r} is not 1 to 20 printable characters")
        if not 1 <= line.quantity <= MAX_DELIVERY_PACKS:
            raise Invalid(f"{where}: {line.quantity} packs; 1 to {MAX_DELIVERY_PACKS}")
        if not placing.has_a_home(turn, turn.state.products[line.gtin]):
            raise Invalid(f"{where}: neither a robot nor an area of this site keeps {line.gtin}; refuse it at the dock")
        if line.expiry <= today:
            raise Invalid(f"{where}: batch {line.batch} has expired on {line.expiry}; refuse it at the dock")
    packs = sum(_receive(turn, action, line) for line in action.lines)
    turn.changes.note(
        action.actor, "delivery.booked", f"delivery:{action.delivery_note}", lines=len(action.lines), packs=packs
    )
    turn.stir(GOODS_IN_STATION)
    return {"delivery_note": action.delivery_note, "lines": len(action.lines), "packs": packs}


def bring_back(turn: Turn, pack_id: str, reference: str) -> None:
    """A pack that was on its way into a robot stands at goods-in again."""
    pack = turn.state.book.pack(pack_id)
    turn.state.book.post(pack_id, GOODS_IN, at=turn.now, reason="taken out by a person", reference=reference)
    placing.line_up(turn, [pack])


def answer(turn: Turn, robot: Robot, offer: Offer) -> None:
    """A pack stands at the scanner: say at once whether it is stored, and as which pack, or rejected, and why."""
    pack_id, reason = _match(turn, offer)
    if pack_id is None:
        tasks.issue(turn, robot, TaskKind.REJECT, tasks.STORE_VALID_S, offer_id=offer.offer_id, reason=reason)
        turn.changes.note(
            "controller", "offer.rejected", f"robot:{robot.robot}", reason=reason, gtin=offer.gtin, batch=offer.batch,
            expiry=offer.expiry.isoformat() if offer.expiry else None,
        )  # fmt: skip
        lane_occupied(turn, robot.robot)
        if reason == NOT_EXPECTED and _shows_another_expiry(turn, offer):
            symptoms.seen_once(turn, robot, symptoms.WRONG_EXPIRY)
        return
    stock = turn.state.book
    pack = stock.pack(pack_id)
    if pack.account == GOODS_IN:
        carrying.leave_goods_in(turn, pack, turn.state.works[pack.claim or ""])
    task = tasks.issue(
        turn, robot, TaskKind.STORE, tasks.STORE_VALID_S, offer_id=offer.offer_id, steps=[Step(pack_id, 0)]
    )
    stock.bind_arriving(pack_id, task.task_id)
    turn.stir(GOODS_IN_STATION)


def lane_occupied(turn: Turn, robot: str) -> None:
    """A pack lies on the robot's reject lane: a person has to look at it."""
    works.create(turn, WorkKind.CLEAR_REJECT, FLOOR_STATION, turn.now + 3600.0, 3, robot=robot)


def lane_cleared(
    turn: Turn, work: Work, identified: DeliveredLine | None, worker: str, *, set_aside: bool = False
) -> str | None:
    """What the person found there; the pack goes round again with a label that can be read, or is set aside.

    The id of the pack that was set aside; None where there is none, or the books have no such pack at this input: then
    it has to be entered as found.
    """
    if identified is None:
        turn.changes.note(worker, "lane.empty", f"robot:{work.robot}")
        return None
    turn.changes.note(
        worker, "pack.read_by_eye", f"robot:{work.robot}", gtin=identified.gtin, batch=identified.batch,
        expiry=identified.expiry.isoformat(),
    )  # fmt: skip
    return _set_aside(turn, work, identified, worker) if set_aside else None


def look_at_inputs(turn: Turn) -> None:
    """Packs that the books have at an input where nothing lies any more are held as missing.

    Such a pack went in as another, or was never put on the belt.
    """
    state = turn.state
    busy = {work.robot for work in state.works.values() if work.kind in (WorkKind.CLEAR_REJECT, WorkKind.FEED)}
    for robot in state.robots.values():
        contact = state.contacts[robot.robot]
        packs = [state.book.packs[key] for key in state.book.at_input(robot.robot)]
        waiting = [pack for pack in packs if Disposal.standing_of(pack.hold) is Fate.TO_PUT_OUT or pack.hold is None]
        bound = any(pack.claim is not None for pack in waiting)
        if not waiting or bound or robot.input_waiting or contact.offers or robot.robot in busy or not can_work(robot):
            contact.input_empty_since = None
        elif contact.input_empty_since is None:
            contact.input_empty_since = turn.now
        elif turn.now - contact.input_empty_since >= INPUT_EMPTY_S:
            why = f"nothing waits at the input of {robot.robot}"
            for pack in waiting:
                state.book.hold(pack.pack_id, f"{MISSING}{why}")
                disposals.missed(turn, pack)
                turn.changes.note("controller", "pack.missing", f"pack:{pack.pack_id}", why=why)


def not_again(turn: Turn, robot: str) -> list[str]:
    """Packs at the robot's input that are held: from its reject lane they go to quarantine, not round again."""
    packs = turn.state.book.packs
    return sorted(pack_id for pack_id in turn.state.book.at_input(robot) if packs[pack_id].hold is not None)


def _set_aside(turn: Turn, work: Work, identified: DeliveredLine, worker: str) -> str | None:
    """To the quarantine shelf, the held ones first. What the books do not have there is not moved."""
    stock = turn.state.book
    read = (identified.gtin, identified.batch, identified.expiry)
    at_input = (stock.packs[pack_id] for pack_id in stock.at_input(work.robot or ""))
    alike = [pack for pack in at_input if pack.claim is None and (pack.gtin, pack.batch, pack.expiry) == read]
    if not alike:
        return None
    pack = min(alike, key=lambda pack: (pack.hold is None, pack.pack_id))
    if is_for(pack.hold, MISSING):
        stock.release(pack.pack_id, MISSING)
    stock.post(pack.pack_id, QUARANTINE, at=turn.now, reason="set aside at the reject lane", reference=work.work_id)
    disposals.arrived(turn, pack, worker)
    return pack.pack_id


def _receive(turn: Turn, action: BookDelivery, delivered: DeliveredLine) -> int:
    line = DeliveryLine(
        line_id=turn.ids.new("L"),
        delivery_note=action.delivery_note,
        gtin=delivered.gtin,
        batch=delivered.batch,
        expiry=delivered.expiry,
        quantity=delivered.quantity,
        arrived_at=turn.now,
        waiting=delivered.quantity,
    )
    turn.state.delivery_lines[line.line_id] = line
    turn.changes.delivery_lines[line.line_id] = line
    pack_ids = []
    for count in range(1, delivered.quantity + 1):
        pack = Pack(f"{line.line_id}.{count:03d}", line.gtin, line.batch, line.expiry, GOODS_IN)
        turn.state.book.receive(
            pack, source=SUPPLIER, at=turn.now, reason="delivered", reference=action.delivery_note[:64]
        )
        if not recalls.received(turn, pack):
            pack_ids.append(pack.pack_id)
    if pack_ids:
        placing.place(turn, line.gtin, pack_ids)
    return delivered.quantity


def _match(turn: Turn, offer: Offer) -> tuple[str | None, str]:
    """The pack that this must be, or why it cannot be said.

    A barcode without batch and expiry is enough only while every pack of the product that is on its way into this
    robot is of one batch.
    """
    if offer.gtin is None:
        return None, "no_read"
    arriving = _arriving(turn, offer)
    if offer.batch is not None:
        arriving = [pack for pack in arriving if pack.batch == offer.batch]
    if offer.expiry is not None:
        arriving = [pack for pack in arriving if pack.expiry == offer.expiry]
    if not arriving:
        return None, RECALLED if _is_recalled(turn, offer) else NOT_EXPECTED
    if len({(pack.batch, pack.expiry) for pack in arriving}) > 1:
        return None, "batch_unknown"
    return arriving[0].pack_id, ""


def _is_recalled(turn: Turn, offer: Offer) -> bool:
    return turn.state.book.barred(offer.gtin or "", offer.batch or "") is not None


def _shows_another_expiry(turn: Turn, offer: Offer) -> bool:
    """A pack of its batch is on its way into the robot, and a batch has one expiry."""
    return offer.expiry is not None and any(pack.batch == offer.batch for pack in _arriving(turn, offer))


def _arriving(turn: Turn, offer: Offer) -> list[Pack]:
    """Packs of the offer's product that are on their way into the robot."""
    stock = turn.state.book
    arriving = [
        pack
        for pack_id in stock.at_input(offer.robot)
        if (pack := stock.packs[pack_id]).claim is None and pack.hold is None and pack.gtin == offer.gtin
    ]
    for work in turn.state.works.values():
        if work.kind is WorkKind.FEED and work.robot == offer.robot:
            arriving.extend(
                pack
                for pack_id in work.pack_ids
                # A pack may have gone all the way to its ward before the person says that the job is done.
                if pack_id in stock.packs
                and (pack := stock.packs[pack_id]).claim == work.work_id
                and pack.hold is None
                and pack.gtin == offer.gtin
            )
    return arriving
