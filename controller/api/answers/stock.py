from collections.abc import Iterable

from msgspec import Struct

from controller.api.instants import Day, Instant, instant
from controller.domain.pack import Pack, PackStanding, Posting
from controller.domain.product import Product, Zone


class StockGroup(Struct, frozen=True):
    """Packs of one batch and expiry at one place."""

    place: str
    """Account of the ledger."""
    batch: str
    expiry: Day
    available: int
    claimed: int
    """Bound to a task that is under way."""
    held: int
    arriving: int


class StockAnswer(Struct, frozen=True):
    gtin: str
    name: str
    dmd_code: str
    zone: Zone
    available: int
    claimed: int
    held: int
    arriving: int
    groups: list[StockGroup]
    """First expiry first."""


class PackAnswer(Struct, frozen=True):
    pack_id: str
    gtin: str
    batch: str
    expiry: Day
    place: str
    standing: PackStanding
    claim: str | None
    hold: str | None


class PackPage(Struct, frozen=True):
    items: list[PackAnswer]
    next: str | None


class PostingAnswer(Struct, frozen=True):
    seq: int
    at: Instant
    from_place: str
    to_place: str
    reason: str
    reference: str


class PackHistory(Struct, frozen=True):
    pack: PackAnswer
    postings: list[PostingAnswer]


class StockReceipt(Struct, frozen=True):
    """What the engine says of the request; more fields may follow."""


_COUNTED = {
    PackStanding.AVAILABLE: 0,
    PackStanding.CLAIMED: 1,
    PackStanding.HELD: 2,
    PackStanding.ARRIVING: 3,
}


def stock_answer(product: Product, packs: Iterable[Pack]) -> StockAnswer:
    counts: dict[tuple[str, str, str], list[int]] = {}
    for pack in packs:
        column = _COUNTED.get(pack.standing)
        if column is not None:
            counts.setdefault((pack.expiry.isoformat(), pack.batch, pack.account), [0, 0, 0, 0])[column] += 1
    totals = [sum(column) for column in zip(*counts.values(), strict=True)] or [0, 0, 0, 0]
    return StockAnswer(
        gtin=product.gtin,
        name=product.name,
        dmd_code=product.dmd_code,
        zone=product.zone,
        available=totals[0],
        claimed=totals[1],
        held=totals[2],
        arriving=totals[3],
        groups=[StockGroup(place, batch, expiry, *count) for (expiry, batch, place), count in sorted(counts.items())],
    )


def pack_answer(pack: Pack) -> PackAnswer:
    return PackAnswer(
        pack.pack_id,
        pack.gtin,
        pack.batch,
        pack.expiry.isoformat(),
        pack.account,
        pack.standing,
        pack.claim,
        pack.hold,
    )


def posting_answer(posting: Posting) -> PostingAnswer:
    return PostingAnswer(
        posting.seq,
        instant(posting.at),
        posting.from_account,
        posting.to_account,
        posting.reason,
        posting.reference,
    )
