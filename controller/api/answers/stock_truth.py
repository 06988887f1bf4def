from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from controller.api.answers.recalls import SentTo, destinations_of
from controller.api.engine_face import StateView
from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.journal import JournalEntry
from controller.domain.quarantine import QuarantinedLot, TakenPack
from controller.domain.recall import SentPack


class QuarantinedLotAnswer(Struct, frozen=True):
    gtin: str
    batch: str
    place: str
    """Account of the ledger."""
    packs: int


class QuarantineAnswer(Struct, frozen=True):
    """Packs that are held together until a named person decides."""

    case_id: str
    why: str
    packs: int
    lots: list[QuarantinedLotAnswer]


class QuarantineDetail(Struct, frozen=True):
    """A case from its beginning: what it holds now, and what had left before anybody knew."""

    case_id: str
    why: str
    opened_at: Instant
    actor: str
    packs: int
    """That it holds."""
    lots: list[QuarantinedLotAnswer]
    place: str | None
    """Cold store that was out of range; None for a case of another kind."""
    since: Instant | None
    """Since when it was out of range, by its own probes."""
    packs_left: int
    """Taken from there since then, and gone before the case was opened: their wards are to be called."""
    left: list[SentTo]


class QuarantineList(Struct, frozen=True):
    items: list[QuarantineAnswer]


class TakenAnswer(Struct, frozen=True):
    pack_id: str
    gtin: str
    batch: str
    taken_at: Instant
    order_ref: str
    tote_id: str
    destination: str | None
    """That it has left for; None where it is still in the centre."""


class TakenList(Struct, frozen=True):
    items: list[TakenAnswer]


class QuarantineReceipt(Struct, frozen=True):
    """What the engine says of the case; more fields may follow."""


class CorrectionReceipt(Struct, frozen=True):
    """What the engine says of the correction; more fields may follow."""


class StockCountReceipt(Struct, frozen=True):
    """What the engine says of the count; more fields may follow."""


def quarantine_answers(lots: Iterable[QuarantinedLot]) -> list[QuarantineAnswer]:
    """One answer a case; `lots` sorted by case."""
    found = []
    for (case_id, why), group in groupby(lots, key=lambda lot: (lot.case_id, lot.why)):
        held = [QuarantinedLotAnswer(lot.gtin, lot.batch, lot.account, lot.packs) for lot in group]
        found.append(QuarantineAnswer(case_id, why, sum(lot.packs for lot in held), held))
    return found


def quarantine_detail(
    opened: JournalEntry, lots: Iterable[QuarantinedLot], left: Sequence[SentPack], state: StateView, now: float
) -> QuarantineDetail:
    """`opened` is what the journal says of its beginning; `left` by destination."""
    held = [QuarantinedLotAnswer(lot.gtin, lot.batch, lot.account, lot.packs) for lot in lots]
    return QuarantineDetail(
        case_id=opened.subject.partition(":")[2],
        why=opened.data["why"],
        opened_at=instant(opened.at),
        actor=opened.actor,
        packs=sum(lot.packs for lot in held),
        lots=held,
        place=opened.data.get("place"),
        since=instant_or_none(opened.data.get("since_at")),
        packs_left=len(left),
        left=destinations_of(left, state, now),
    )


def taken_answer(pack: TakenPack) -> TakenAnswer:
    family, _, name = pack.account.partition(":")
    return TakenAnswer(
        pack.pack_id,
        pack.gtin,
        pack.batch,
        instant(pack.taken_at),
        pack.order_ref,
        pack.tote_id,
        name if family == "dispatched" else None,
    )
