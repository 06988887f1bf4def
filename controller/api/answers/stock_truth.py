from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct

from controller.api.instants import Instant, instant
from controller.domain.quarantine import QuarantinedLot, TakenPack


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
