"""The books are put right: by a named person, with a reason, and by two where controlled drugs are concerned.

Nothing is changed in place: every correction is a posting by a lawful move, with the person in the journal.
"""

from collections.abc import Sequence

from controller.domain.disposal import Disposal
from controller.domain.errors import Conflict, Invalid
from controller.domain.hold import is_for, reasons
from controller.domain.pack import GOODS_IN, MISSING, QUARANTINE, SUPPLIER, WRITTEN_OFF, Pack, area_account
from controller.domain.product import Product
from controller.domain.quarantine import HELD_FOR
from controller.domain.work import GOODS_IN_STATION
from controller.engine import carrying, disposals, placing, recalls
from controller.engine.actions import FoundPack, RestoreStock, WriteOff
from controller.engine.quarantines import second_name
from controller.engine.turn import Turn
from controller.ledger.book import family
from controller.scheduling.calendar import local_date

MOST_AT_ONCE = 200
EXPIRED = "expired when it was found"
OTHER_EXPIRY = "read with another expiry than its batch has in the books: "
"""A batch has one. Which of the two is right, somebody has to see on the pack before it goes to a patient."""


def found(turn: Turn, action: FoundPack) -> dict[str, object]:
    """A pack turned up: as the missing one of its identity where there is one, else as a new one of the books.

    NotFound for a product that is not ours, Invalid where it cannot stand there or a second name is missing.
    """
    product = turn.state.product(action.gtin)
    account = _place(turn, action, product)
    reference = turn.ids.new("X")
    pack = _missing(turn, action)
    known = pack is not None
    condemned = None if pack is None else Disposal.of(pack.hold)
    if pack is None:
        pack = Pack(f"{reference}.001", action.gtin, action.batch, action.expiry, account)
        second_name(turn, [pack], action.actor, action.witness)
        turn.state.book.receive(pack, source=SUPPLIER, at=turn.now, reason="found by a person", reference=reference)
    else:
        second_name(turn, [pack], action.actor, action.witness)
        _bring(turn, pack, account, reference)
    _hold_where_it_must_be(turn, pack)
    if condemned is not None:
        turn.state.book.condemn(pack.pack_id, condemned.found().hold)
        disposals.arrived(turn, pack, action.actor)
    else:
        placing.line_up(turn, [pack])
    turn.changes.note(
        action.actor,
        "stock.found",
        f"pack:{pack.pack_id}",
        reason=action.reason,
        witness=action.witness,
        gtin=pack.gtin,
        batch=pack.batch,
        expiry=pack.expiry.isoformat(),
        account=pack.account,
        was_missing=known,
        reference=reference,
    )
    return {"pack_id": pack.pack_id, "was_missing": known, "place": pack.account, "hold": pack.hold}


def write_off(turn: Turn, action: WriteOff) -> dict[str, object]:
    """Packs that were looked for and are not there, and packs of the quarantine shelf that are of no use.

    NotFound for a pack that is not in the centre, Conflict for one that is neither missing nor in quarantine.
    """
    packs = _packs(turn, action.pack_ids)
    for pack in packs:
        missing = is_missing(pack)
        if pack.claim is not None or not (missing or pack.account == QUARANTINE) or family(pack.account) == "tote":
            raise Conflict(f"pack {pack.pack_id} at {pack.account} is neither missing nor in quarantine: count first")
    second_name(turn, packs, action.actor, action.witness)
    reference = turn.ids.new("X")
    for pack in packs:
        if pack.account == GOODS_IN:
            carrying.wait_no_longer(turn, pack)
        turn.state.book.post(
            pack.pack_id, WRITTEN_OFF, at=turn.now, reason="written off by a person", reference=reference
        )
        _note(turn, action, pack, "stock.written_off", reference)
    return {"packs": len(packs), "reference": reference}


def put_back(turn: Turn, action: RestoreStock) -> dict[str, object]:
    """Packs of the quarantine shelf that are good go the way of a delivery again.

    NotFound for a pack that is not in the centre, Conflict for one that is not in quarantine, is held or has expired.
    """
    packs = _packs(turn, action.pack_ids)
    today = local_date(turn.now, turn.state.zone)
    for pack in packs:
        if pack.account != QUARANTINE or pack.hold is not None:
            raise Conflict(f"pack {pack.pack_id} at {pack.account} cannot be put back ({pack.hold or 'no quarantine'})")
        if pack.expiry <= today:
            raise Conflict(f"pack {pack.pack_id} expires {pack.expiry}: write it off")
    second_name(turn, packs, action.actor, action.witness)
    reference = turn.ids.new("X")
    for pack in packs:
        turn.state.book.post(pack.pack_id, GOODS_IN, at=turn.now, reason="put back by a person", reference=reference)
        _note(turn, action, pack, "stock.put_back", reference)
        placing.line_up(turn, [pack])
    turn.stir(GOODS_IN_STATION)
    return {"packs": len(packs), "reference": reference}


def _place(turn: Turn, action: FoundPack, product: Product) -> str:
    if action.place == GOODS_IN:
        if not placing.has_a_home(turn, product):
            raise Invalid(f"neither a robot nor an area of this site keeps {product.gtin}")
        return GOODS_IN
    area = turn.state.areas.get(action.place)
    if area is None or area.zone is not product.zone:
        raise Invalid(
            f"{product.gtin} has no place at {action.place}: goods-in, or an area for {product.zone} products"
        )
    return area_account(area.area)


def _missing(turn: Turn, action: FoundPack) -> Pack | None:
    """The missing pack that this must be."""
    alike = (
        pack
        for pack in turn.state.book.packs.values()
        if (pack.gtin, pack.batch, pack.expiry) == (action.gtin, action.batch, action.expiry)
        and pack.claim is None
        and is_missing(pack)
        and family(pack.account) in ("robot", "area", "goods-in", "input")
    )
    return next(alike, None)


def is_missing(pack: Pack) -> bool:
    """Whether the pack was not where the books have it, and nobody has found it."""
    disposal = Disposal.of(pack.hold)
    return is_for(pack.hold, MISSING) or (disposal is not None and disposal.missing)


def _bring(turn: Turn, pack: Pack, account: str, reference: str) -> None:
    """From where the books had it to where it was found: by the quarantine shelf, as nothing goes straight."""
    book = turn.state.book
    if pack.account != account:
        book.post(pack.pack_id, QUARANTINE, at=turn.now, reason="found elsewhere", reference=reference)
        book.post(pack.pack_id, GOODS_IN, at=turn.now, reason="found elsewhere", reference=reference)
    if family(account) == "area" and pack.account == GOODS_IN:
        book.post(pack.pack_id, account, at=turn.now, reason="found elsewhere", reference=reference)
    book.release(pack.pack_id, MISSING)


def _hold_where_it_must_be(turn: Turn, pack: Pack) -> None:
    """Of a recalled batch, expired or misread, or perhaps the very pack that a quarantine holds elsewhere."""
    if recalls.received(turn, pack):
        return
    alike = [each for each in turn.state.book.packs.values() if (each.gtin, each.batch) == (pack.gtin, pack.batch)]
    for other in alike:
        if other.expiry == pack.expiry and is_for(other.hold, HELD_FOR):
            turn.state.book.hold(pack.pack_id, reasons(other.hold)[0])
            return
    known = next((other.expiry for other in alike if other.expiry != pack.expiry), None)
    if known is not None:
        turn.state.book.hold(pack.pack_id, f"{OTHER_EXPIRY}{known}")
    if pack.expiry <= local_date(turn.now, turn.state.zone):
        turn.state.book.hold(pack.pack_id, EXPIRED)


def _packs(turn: Turn, pack_ids: Sequence[str]) -> list[Pack]:
    if not 1 <= len(set(pack_ids)) <= MOST_AT_ONCE:
        raise Invalid(f"{len(pack_ids)} packs; 1 to {MOST_AT_ONCE}")
    return [turn.state.book.pack(pack_id) for pack_id in dict.fromkeys(pack_ids)]


def _note(turn: Turn, action: WriteOff | RestoreStock, pack: Pack, what: str, reference: str) -> None:
    turn.changes.note(
        action.actor,
        what,
        f"pack:{pack.pack_id}",
        reason=action.reason,
        witness=action.witness,
        gtin=pack.gtin,
        batch=pack.batch,
        reference=reference,
    )
