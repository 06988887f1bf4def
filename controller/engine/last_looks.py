"""The last looks at what is ready to leave: nothing that is expired, recalled or held goes with a van or the courier.

What somebody or something holds takes its tote back in the same turn (`holds`). Expiry comes with time alone: it is
looked at with the check, with the loading, when a local day begins, and once more as the van leaves.
"""

from collections import defaultdict
from collections.abc import Iterator

from controller.domain.departure import Departure
from controller.domain.pack import Pack
from controller.domain.tote import Tote, ToteStatus
from controller.domain.work import WorkKind
from controller.engine import totes
from controller.engine.signs import Sign
from controller.engine.turn import Turn
from controller.faults.conditions import HELD_BACK
from controller.scheduling.calendar import local_date


def unfit(turn: Turn, tote: Tote) -> list[Pack]:
    """Packs in the tote that may not go: held since they were picked, or expired by the day on which they would."""
    order = turn.state.orders[tote.order_ref]
    departure = turn.state.departures.get(order.departure_id or "")
    return _unfit(turn, tote, turn.now if departure is None else max(turn.now, departure.departs_at))


def may_leave(turn: Turn, tote: Tote, departure: Departure) -> bool:
    """The van leaves: False where the tote must not go with it, and then it has been taken back for another check."""
    # The loop may notice a departure late; what was good as the van left went with it.
    packs = _unfit(turn, tote, departure.departs_at)
    if packs:
        totes.take_back(turn, packs[0])
    return not packs


def tick(turn: Turn) -> None:
    """When a local day has begun: what waits for its van is looked through, while people can still put it right."""
    state = turn.state
    today = local_date(turn.now, state.zone).isoformat()
    if state.looked_through_on == today:
        return
    state.looked_through_on = today
    for tote in list(state.totes.values()):
        if tote.status in (ToteStatus.CHECKED, ToteStatus.LOADED) and (packs := unfit(turn, tote)):
            totes.take_back(turn, packs[0])


def why_not(pack: Pack) -> str:
    """Why a pack may not leave, after `pack X `."""
    return f"is held ({pack.hold})" if pack.hold is not None else f"expires {pack.expiry}"


def signs(turn: Turn) -> Iterator[Sign]:
    """Totes that lie on a van and must not leave: one sign a hospital, until the check has them back."""
    state, found = turn.state, defaultdict[str, list[str]](list)
    for work in state.works.values():
        tote = state.totes.get(work.tote_id or "") if work.kind is WorkKind.CHECK else None
        if tote is None or tote.loaded_at is None:
            continue
        order = state.orders[tote.order_ref]
        packs = "; ".join(f"pack {pack.pack_id} {why_not(pack)}" for pack in unfit(turn, tote))
        why = packs or "to be looked at again"
        found[state.destinations[order.destination].hospital].append(f"{tote.tote_id} for {order.destination} ({why})")
    for hospital, held_back in sorted(found.items()):
        yield Sign(HELD_BACK, hospital, f"Off the van to {hospital}: {', '.join(held_back)}.")


def _unfit(turn: Turn, tote: Tote, at: float) -> list[Pack]:
    day = local_date(at, turn.state.zone)
    packs = map(turn.state.book.pack, totes.packs_in(turn, tote))
    return [pack for pack in packs if pack.hold is not None or pack.expiry <= day]
