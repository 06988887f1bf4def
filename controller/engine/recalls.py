"""Recalls: a batch blocked wherever it stands, kept blocked whatever comes, and closed by a named person.

Who got it is asked of the archive: it knows every pack that ever left.
"""

from collections import Counter
from collections.abc import Iterable

from controller.domain.disposal import Disposal
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.pack import Pack
from controller.domain.recall import DRILL_EVERY_S, RECALL_CLASSES, Recall
from controller.engine import alarms, disposals, holds, quarantines
from controller.engine.actions import CloseRecall, DisposeRecalled, StartRecall
from controller.engine.turn import Turn
from controller.faults import conditions
from controller.ledger.book import Book


def start(turn: Turn, action: StartRecall) -> dict[str, object]:
    """Block every pack of the batch in one turn; a drill only counts them.

    Invalid for a class that does not exist, NotFound for a product that is not ours, Conflict where the batch is under
    recall already.
    """
    state = turn.state
    state.product(action.gtin)
    if action.recall_class not in RECALL_CLASSES:
        raise Invalid(f"class {action.recall_class}; recalls have class 1 to 4")
    under = _open(state.recalls.values(), action.gtin, action.batch)
    if under is not None and not action.drill:
        raise Conflict(f"batch {action.batch} is under recall {under.recall_id} already, begun by {under.by}")
    recall = Recall(
        recall_id=turn.ids.new("RC"),
        gtin=action.gtin,
        batch=action.batch,
        recall_class=action.recall_class,
        reason=action.reason,
        by=action.actor,
        begun_at=turn.now,
        drill=action.drill,
    )
    packs = _packs_of(state.book, action.gtin, action.batch)
    recall.blocked_packs = len(packs)
    if not recall.drill:
        state.book.bar(recall.gtin, recall.batch, recall.hold)
        holds.block(turn, packs, recall.hold)
        _alarm(turn, recall)
    state.recalls[recall.recall_id] = recall
    turn.changes.recalls[recall.recall_id] = recall
    turn.changes.note(
        action.actor,
        "recall.drilled" if recall.drill else "recall.begun",
        f"recall:{recall.recall_id}",
        gtin=recall.gtin,
        batch=recall.batch,
        recall_class=recall.recall_class,
        reason=recall.reason,
        packs=recall.blocked_packs,
    )
    return {"recall_id": recall.recall_id, "drill": recall.drill, "packs": recall.blocked_packs, "begun_at": turn.now}


def dispose(turn: Turn, action: DisposeRecalled) -> dict[str, object]:
    """Have the recalled packs put out of robots and shelves, and destroyed or returned: to their end, by one decision.

    NotFound where none is left for a decision, Conflict for a drill, Invalid where controlled drugs have one name only.
    """
    recall = _recall(turn, action.recall_id)
    if recall.drill:
        raise Conflict(f"{recall.recall_id} is a drill: its packs are good")
    only = frozenset(action.pack_ids)
    packs = [
        pack
        for pack in _packs_of(turn.state.book, recall.gtin, recall.batch)
        if Disposal.of(pack.hold) is None and (not only or pack.pack_id in only)
    ]
    if not packs or only - {pack.pack_id for pack in packs}:
        raise NotFound(f"recall {recall.recall_id} has no such packs here for which nothing is decided yet")
    quarantines.second_name(turn, packs, action.actor, action.witness)
    holds.block(turn, packs, recall.hold)
    disposal = Disposal(turn.ids.new("X"), action.ending, recall.recall_id, action.reason)
    turn.changes.note(
        action.actor,
        "recall.disposed",
        f"recall:{recall.recall_id}",
        ending=action.ending.value,
        reason=action.reason,
        witness=action.witness,
        packs=len(packs),
        disposal_id=disposal.disposal_id,
    )
    ordered = disposals.carry_out(turn, packs, disposal)
    return {
        "recall_id": recall.recall_id,
        "ending": action.ending.value,
        "packs": len(packs),
        "gone": ordered.gone,
        "to_put_out": ordered.to_put_out,
        "disposal_id": disposal.disposal_id,
    }


def close(turn: Turn, action: CloseRecall) -> dict[str, object]:
    """The work of the recall is done; the answer names the packs that are still here.

    They stay held until a person releases them by name, or they have come to the end that was decided.
    """
    recall = _recall(turn, action.recall_id)
    if not recall.open:
        raise Conflict(f"recall {recall.recall_id} was closed by {recall.closed_by}")
    recall.closed_at, recall.closed_by, recall.closing_note = turn.now, action.actor, action.note
    recall.destinations = action.destinations
    if not recall.drill:
        turn.state.book.unbar(recall.gtin, recall.batch)
        alarms.gone(turn, conditions.RECALL, recall.recall_id)
    turn.changes.recalls[recall.recall_id] = recall
    turn.changes.note(
        action.actor,
        "recall.closed",
        f"recall:{recall.recall_id}",
        drill=recall.drill,
        note=action.note,
        destinations=action.destinations,
    )
    left = [] if recall.drill else _not_accounted_for(turn, recall)
    return {
        "recall_id": recall.recall_id,
        "closed_at": turn.now,
        "destinations": action.destinations,
        "not_accounted_for": left,
    }


def received(turn: Turn, pack: Pack) -> bool:
    """A pack has come into the centre: held where its batch was ever recalled. True where it is."""
    if pack.hold is None:
        recall = _ever(turn.state.recalls.values(), pack.gtin, pack.batch)
        if recall is None:
            return False
        holds.block(turn, [pack], recall.hold)
    turn.changes.note("controller", "recall.met_again", f"pack:{pack.pack_id}", hold=pack.hold, account=pack.account)
    return True


def open_recall(turn: Turn, gtin: str, batch: str) -> Recall | None:
    """The recall that the batch is under."""
    return _open(turn.state.recalls.values(), gtin, batch)


def tick(turn: Turn) -> None:
    """Alarms of what stands open, and the yearly drill."""
    for recall in turn.state.recalls.values():
        if recall.bars:
            _alarm(turn, recall)
    site = turn.state.site.site
    if turn.now < drill_due_at(turn.state.recalls.values(), turn.state.imported_at, turn.now):
        alarms.gone(turn, conditions.RECALL_DRILL, site)
    else:
        alarms.stand(turn, conditions.RECALL_DRILL, site, text="No recall or drill for a year: run a dummy recall.")


def drill_due_at(recalls: Iterable[Recall], imported_at: float | None, now: float) -> float:
    """When the next dummy recall is due: a year after the last recall or drill, or after the site was taken in."""
    began = now if imported_at is None else imported_at
    return max((recall.begun_at for recall in recalls), default=began) + DRILL_EVERY_S


def _recall(turn: Turn, recall_id: str) -> Recall:
    recall = turn.state.recalls.get(recall_id)
    if recall is None:
        raise NotFound(f"no recall {recall_id}")
    return recall


def _not_accounted_for(turn: Turn, recall: Recall) -> list[dict[str, object]]:
    """Packs of the batch that are still in the books, by place and by what is to become of them."""
    found = Counter(
        (pack.account, Disposal.standing_of(pack.hold))
        for pack in _packs_of(turn.state.book, recall.gtin, recall.batch)
    )
    return [
        {"place": place, "packs": packs, "standing": standing.value}
        for (place, standing), packs in sorted(found.items())
    ]


def _alarm(turn: Turn, recall: Recall) -> None:
    text = f"Class {recall.recall_class} recall of batch {recall.batch} ({recall.gtin}): {recall.reason}"
    alarms.stand(turn, conditions.RECALL, recall.recall_id, text=text)


def _packs_of(book: Book, gtin: str, batch: str) -> list[Pack]:
    return [pack for pack in book.packs.values() if pack.gtin == gtin and pack.batch == batch]


def _open(recalls: Iterable[Recall], gtin: str, batch: str) -> Recall | None:
    return next((recall for recall in recalls if recall.open and _is_of(recall, gtin, batch)), None)


def _ever(recalls: Iterable[Recall], gtin: str, batch: str) -> Recall | None:
    return next((recall for recall in recalls if _is_of(recall, gtin, batch)), None)


def _is_of(recall: Recall, gtin: str, batch: str) -> bool:
    return not recall.drill and recall.gtin == gtin and recall.batch == batch
