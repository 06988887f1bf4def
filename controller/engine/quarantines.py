"""Packs that may have been harmed or mistaken: held as one case at once, until a named person decides.

A cold store that was too warm holds all that stands in it, and all that came out of it while it was. A wrong product
in a robot holds all that came through its input between two packs that have since proved to be what their codes said:
what was fed with it may be mixed up too.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from controller.domain.disposal import Disposal, Ending
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.fault import Fault
from controller.domain.hold import is_for
from controller.domain.pack import Pack, area_account, input_account, robot_account
from controller.domain.product import Zone
from controller.domain.quarantine import beginning_of, hold_of
from controller.domain.robot import Robot, Trust
from controller.domain.withdrawal import CONTROLLER
from controller.engine import alarms, cold_chain, disposals, holds, placing, shelves
from controller.engine.actions import DecideQuarantine, QuarantinePlace
from controller.engine.turn import Turn
from controller.faults.catalogue import MAINS_LOST
from controller.faults.conditions import LEFT_UNFIT
from controller.ledger.book import Book, family

TEMPERATURE, WRONG_READ = "FRG-60", "IDN-31"
UNMEASURED_S = cold_chain.DETECTED_AFTER_S
"""A cold store without power counts as out of range once nobody has measured it for as long as it may be too warm."""


def react(turn: Turn) -> None:
    """Faults that the policy has not answered yet: what they touch is held before anything is planned."""
    state = turn.state
    cold_chain.follow(turn)
    for number in range(state.outages.answered + 1, state.last_fault_number + 1):
        fault = state.faults[f"F-{number:06d}"]
        if fault.code == TEMPERATURE:
            since = cold_chain.out_of_range_since(turn, fault)
            _open_cold(turn, fault.robot, f"temperature of {fault.robot} ({fault.fault_id})", since)
        elif fault.code == WRONG_READ:
            packs = _fed_with(turn, fault)
            _open(turn, packs, f"wrong product in {fault.robot} ({fault.fault_id})", "controller")
            for pack in packs:
                shelves.suspect_pack(turn, fault.robot, pack.pack_id, f"fed with a wrong product ({fault.fault_id})")


def tick(turn: Turn) -> None:
    """A fridge that is dark: its own sensors tell nothing, and after their return nothing of the time before."""
    for robot in turn.state.robots.values():
        fault = _dark(turn, robot)
        if fault is None or turn.now - robot.last_report_at < UNMEASURED_S:
            continue
        book = turn.state.book
        held = (book.packs[each].hold or "" for each in book.held_at(robot_account(robot.robot)))
        if not any(fault.fault_id in each for each in held) and _in_robot(turn, robot.robot):
            why = f"temperature of {robot.robot} unknown: without power ({fault.fault_id})"
            _open_cold(turn, robot.robot, why, fault.raised_at)


def hold_place(turn: Turn, action: QuarantinePlace) -> dict[str, object]:
    """A person saw what no sensor did. NotFound for a place that is neither a robot nor an area."""
    if action.place in turn.state.robots:
        packs = _in_robot(turn, action.place)
    elif action.place in turn.state.areas:
        packs = _at(turn.state.book, area_account(action.place))
    else:
        raise NotFound(f"no robot or area {action.place}")
    case_id, held = _open(turn, packs, f"{action.place}: {action.reason}", action.actor)
    return {"case_id": case_id, "held": held}


def decide(turn: Turn, action: DecideQuarantine) -> dict[str, object]:
    """Release what the case holds, or have it put out and destroyed: each pack leaves the books when people have it.

    NotFound where the case holds nothing (of that batch), Conflict where it is to be released and its cold store is
    still out of range, Invalid where controlled drugs are destroyed without a second name.
    """
    only = frozenset(action.pack_ids)
    packs = [
        pack
        for pack in held_for(turn.state.book, action.case_id)
        if action.batch in (None, pack.batch) and (not only or pack.pack_id in only)
    ]
    if only - {pack.pack_id for pack in packs}:
        raise NotFound(f"quarantine {action.case_id} does not hold all of these packs")
    if not packs:
        raise NotFound(f"quarantine {action.case_id} holds no such pack")
    disposal = None
    if action.destroyed:
        second_name(turn, packs, action.actor, action.witness)
        disposal = Disposal(turn.ids.new("X"), Ending.DESTROYED, action.case_id, action.reason)
    else:
        _release(turn, packs, action.case_id)
    turn.changes.note(
        action.actor,
        "quarantine.destroyed" if action.destroyed else "quarantine.released",
        f"quarantine:{action.case_id}",
        reason=action.reason,
        witness=action.witness,
        packs=len(packs),
        batches=sorted({f"{pack.gtin}/{pack.batch}" for pack in packs}),
        disposal_id=disposal and disposal.disposal_id,
    )
    answer: dict[str, object] = {"case_id": action.case_id, "destroyed": action.destroyed, "packs": len(packs)}
    if disposal is not None:
        ordered = disposals.carry_out(turn, packs, disposal)
        answer |= {"disposal_id": disposal.disposal_id, "gone": ordered.gone, "to_put_out": ordered.to_put_out}
    return answer


def held_for(book: Book, case_id: str) -> list[Pack]:
    """The packs that a case holds."""
    beginning = beginning_of(case_id)
    return [pack for pack in book.packs.values() if is_for(pack.hold, beginning)]


def between_good_checks(stored: Sequence[str], suspect: str, proven: Callable[[str], bool]) -> list[str]:
    """What went in with the suspect: back and forth from it to the nearest pack that proved right, without those.

    All of `stored` that is not known to be right where the suspect is not in it at all.
    """
    if suspect not in stored:
        return [pack_id for pack_id in stored if not proven(pack_id)]
    place = len(stored) - 1 - list(reversed(stored)).index(suspect)
    first, last = place, place
    while first > 0 and not proven(stored[first - 1]):
        first -= 1
    while last + 1 < len(stored) and not proven(stored[last + 1]):
        last += 1
    return list(dict.fromkeys(stored[first : last + 1]))


def second_name(turn: Turn, packs: Sequence[Pack], actor: str, witness: str | None) -> None:
    """Invalid where stock of controlled drugs is changed by one person alone."""
    controlled = next((pack for pack in packs if turn.state.products[pack.gtin].zone is Zone.VAULT), None)
    if controlled is not None and (witness or "").strip().casefold() in ("", actor.strip().casefold()):
        raise Invalid(f"{controlled.gtin} is a controlled drug: a second person has to witness it")


def _open_cold(turn: Turn, robot: str, why: str, since: float) -> None:
    """What stands in the cold store, and what came out of it since then, wherever that is; the wards of what has left
    are to be called."""
    taken, left = cold_chain.taken_since(turn, robot, since)
    packs = [*_in_robot(turn, robot), *taken]
    case_id, _ = _open(turn, packs, why, CONTROLLER, place=robot, since_at=since, taken=len(taken), left=left)
    if left:
        many = "1 pack" if left == 1 else f"{left} packs"
        text = f"{case_id}: {many} had left before it was held, {why}. Who got them: nightshift stock case {case_id}"
        alarms.stand(turn, LEFT_UNFIT, case_id, text=text, robot=robot)
        # What has left does not come back by itself: from now on the alarm waits for a name alone.
        alarms.gone(turn, LEFT_UNFIT, case_id)


def _open(turn: Turn, packs: Sequence[Pack], why: str, actor: str, **known: object) -> tuple[str, int]:
    case_id = turn.ids.new("Q")
    held = holds.block(turn, packs, hold_of(case_id, why))
    turn.changes.note(
        actor,
        "quarantine.opened",
        f"quarantine:{case_id}",
        why=why,
        packs=len(held),
        batches=sorted({f"{pack.gtin}/{pack.batch}" for pack in held}),
        **known,
    )
    return case_id, len(held)


def _fed_with(turn: Turn, fault: Fault) -> list[Pack]:
    book = turn.state.book
    came_in = list(turn.state.stored.get(fault.robot, ()))
    ids = between_good_checks(came_in, fault.pack_id or "", lambda pack_id: _proved_right(book, pack_id))
    suspect = book.packs.get(fault.pack_id or "")
    found = {pack_id: book.packs[pack_id] for pack_id in ids if pack_id in book.packs}
    if suspect is not None:
        found[suspect.pack_id] = suspect
        # Those of its batch, though they came before anybody remembers: they were taken for the same.
        for pack in _in_robot(turn, fault.robot):
            if (pack.gtin, pack.batch) == (suspect.gtin, suspect.batch):
                found[pack.pack_id] = pack
    return list(found.values())


def _proved_right(book: Book, pack_id: str) -> bool:
    """It left the robot for a tote: its code was read there and was that of the pack."""
    pack = book.packs.get(pack_id)
    return pack is None or (family(pack.account) == "tote" and pack.hold is None)


def _dark(turn: Turn, robot: Robot) -> Fault | None:
    """The loss of mains for which nothing is heard of a fridge."""
    if robot.kind is not Zone.FRIDGE or robot.trust is Trust.READY:
        return None
    standing = turn.state.standing_faults.get(robot.robot, {}).values()
    return next((fault for fault in standing if fault.code == MAINS_LOST), None)


def _in_robot(turn: Turn, robot: str) -> list[Pack]:
    book = turn.state.book
    return [*_at(book, robot_account(robot)), *_at(book, input_account(robot))]


def _at(book: Book, account: str) -> list[Pack]:
    return [pack for pack in book.packs.values() if pack.account == account]


def _release(turn: Turn, packs: Sequence[Pack], case_id: str) -> None:
    for pack in packs:
        robot = pack.account.partition(":")[2]
        for fault in turn.state.standing_faults.get(robot, {}).values():
            if fault.code == TEMPERATURE:
                raise Conflict(f"{robot} is still out of its temperature range ({fault.fault_id})")
            if fault is _dark(turn, turn.state.robots[robot]):
                raise Conflict(f"{robot} is without power: nobody knows its temperature ({fault.fault_id})")
    batches: dict[tuple[str, str], list[Pack]] = defaultdict(list)
    for pack in packs:
        turn.state.book.release(pack.pack_id, beginning_of(case_id))
        batches[pack.gtin, pack.batch].append(pack)
    for alike in batches.values():
        placing.line_up(turn, alike)
