"""Disposals: one decision, and each pack of it is followed to its end.

What lies under people's hands leaves the books at once. Robots put the rest out as soon as they have a quiet moment,
people take it from chutes, shelves, lanes and refused totes, and each pack leaves the books when they have it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from controller.domain.disposal import Disposal, Ending
from controller.domain.pack import GOODS_IN, QUARANTINE, WRITTEN_OFF, Pack, area_account
from controller.domain.work import WorkKind
from controller.engine import allocation, carrying, works
from controller.engine.turn import Turn
from controller.ledger.book import family
from controller.scheduling.night import Doomed

JOB_PACKS = 20
"""What a person takes from the shelves of an area at once."""
JOB_DUE_S = 4 * 3600.0

_POSTED = {Ending.DESTROYED: "destroyed by decision", Ending.RETURNED: "returned to the supplier by decision"}


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a decision has brought about so far."""

    gone: int
    """Off the books at once."""
    to_put_out: int
    """Robots and people have to bring these out first."""


def carry_out(turn: Turn, packs: Sequence[Pack], disposal: Disposal) -> Ordered:
    """Send packs, which are held already, to their end. Who decided it was written down before, under the id."""
    for pack in packs:
        turn.state.book.condemn(pack.pack_id, disposal.hold)
    gone = _begin(turn, packs)
    for gtin in dict.fromkeys(pack.gtin for pack in packs):
        allocation.trim(turn, gtin)
    return Ordered(gone, len(packs) - gone)


def arrived(turn: Turn, pack: Pack, actor: str) -> bool:
    """A person has the pack in hand, on the quarantine shelf or at goods-in: True where this was its end."""
    disposal = Disposal.of(pack.hold)
    if disposal is None or pack.account not in (QUARANTINE, GOODS_IN) or pack.claim is not None:
        return False
    if pack.account == GOODS_IN:
        carrying.wait_no_longer(turn, pack)
    turn.state.book.post(
        pack.pack_id, WRITTEN_OFF, at=turn.now, reason=_POSTED[disposal.ending], reference=disposal.disposal_id
    )
    turn.changes.note(
        actor,
        "stock.disposed",
        f"pack:{pack.pack_id}",
        ending=disposal.ending.value,
        case=disposal.case,
        disposal_id=disposal.disposal_id,
        gtin=pack.gtin,
        batch=pack.batch,
    )
    return True


def missed(turn: Turn, pack: Pack) -> None:
    """It was not where it should have been put out from: nobody tries again before it is seen."""
    disposal = Disposal.of(pack.hold)
    if disposal is not None:
        turn.state.book.condemn(pack.pack_id, disposal.lost().hold)
        turn.state.night.condemned.get(family_name(pack), {}).pop(pack.pack_id, None)


def seen_again(turn: Turn, pack: Pack) -> bool:
    """A count has seen a pack that could not be put out: it is tried again. True where it is such a one."""
    disposal = Disposal.of(pack.hold)
    if disposal is None or not disposal.missing:
        return False
    turn.state.book.condemn(pack.pack_id, disposal.found().hold)
    _begin(turn, [pack])
    return True


def at_robot(turn: Turn, robot: str, limit: int) -> tuple[Doomed, ...]:
    """Packs that the robot is to put out now, as many as a tour takes."""
    book, found = turn.state.book, []
    listed = turn.state.night.condemned.get(robot, {})
    for pack_id in list(listed):
        pack = book.packs.get(pack_id)
        disposal = None if pack is None else Disposal.of(pack.hold)
        if pack is None or disposal is None or disposal.missing or pack.account != f"robot:{robot}":
            del listed[pack_id]
        elif pack.claim is None:
            found.append(Doomed(pack.expiry.toordinal(), pack_id, pack.gtin))
        if len(found) == limit:
            break
    return tuple(found)


def why(turn: Turn, pack_id: str) -> str:
    """For the journal, in a few words."""
    disposal = Disposal.of(turn.state.book.pack(pack_id).hold)
    return "" if disposal is None else f"to be {disposal.ending.value} ({disposal.case})"


def look_again(turn: Turn) -> None:
    """All that waits for its end, from the books: after a restart, and each evening for what fell between two hands."""
    waiting = [pack for pack in turn.state.book.packs.values() if _waits(pack)]
    turn.state.night.condemned.clear()
    _begin(turn, waiting)


def family_name(pack: Pack) -> str:
    """The robot or area of a pack's account."""
    return pack.account.partition(":")[2]


def _waits(pack: Pack) -> bool:
    disposal = Disposal.of(pack.hold)
    return disposal is not None and not disposal.missing and pack.claim is None


def _begin(turn: Turn, packs: Iterable[Pack]) -> int:
    """Put each on its way from where it is; how many have left the books."""
    gone, shelved = 0, defaultdict[str, list[str]](list)
    for pack in packs:
        match family(pack.account):
            case "robot":
                robot = family_name(pack)
                turn.state.night.condemned.setdefault(robot, {})[pack.pack_id] = None
                turn.state.night.quiet[robot].look_at = turn.state.night.look_at = 0.0
            case "area":
                shelved[family_name(pack)].append(pack.pack_id)
            case "goods-in" | "quarantine":
                gone += arrived(turn, pack, "controller")
            case _:
                # On its way to a lane or a tote, where whoever has it in hand refuses it and sets it aside.
                continue
    for area, pack_ids in shelved.items():
        _ask_people(turn, area, pack_ids)
    return gone


def _ask_people(turn: Turn, area: str, pack_ids: Sequence[str]) -> None:
    asked = {
        pack_id
        for work in turn.state.works.values()
        if work.kind is WorkKind.CLEAR_EXPIRED and work.station == area
        for pack_id in work.pack_ids
    }
    book, left = turn.state.book, [pack_id for pack_id in pack_ids if pack_id not in asked]
    there = [pack_id for pack_id in left if book.packs[pack_id].account == area_account(area)]
    for first in range(0, len(there), JOB_PACKS):
        job = there[first : first + JOB_PACKS]
        works.create(turn, WorkKind.CLEAR_EXPIRED, area, turn.now + JOB_DUE_S, 3, pack_ids=job)
