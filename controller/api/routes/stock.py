"""Stock: what there is of a product, pack by pack, and what may not be picked."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from controller.api.answers.stock import (
    PackHistory,
    PackPage,
    StockAnswer,
    StockReceipt,
    pack_answer,
    posting_answer,
    stock_answer,
)
from controller.api.bodies import Batch, Body, Gtin, Identifier, Limit, PathId, Person, QueryId, Reason
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.pack import Pack
from controller.engine.actions import HoldStock, ReleaseStock
from controller.engine.ports import Archive

router = APIRouter(prefix="/api/v1/stock", tags=["stock"])

_GTIN = r"^[0-9]{14}$"
_PAGE = 1_000
_POSTINGS = 500
"""Of one pack; it has a handful."""


class StockIn(Body):
    gtin: Gtin
    batch: Batch
    pack_id: Identifier | None = None
    """Only this pack; without it the whole batch."""
    reason: Reason
    actor: Person


@router.get("/packs", **answers(PackPage, "Packs by id, a page at a time."))
async def find_packs(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    gtin: Annotated[str | None, Query(pattern=_GTIN)] = None,
    batch: Annotated[str | None, Query(pattern=r"^[!-~]{1,20}$")] = None,
    place: QueryId = None,
) -> Response:
    rows = await desk.archive.packs(
        after=cursor_key("packs", cursor), limit=limit + 1, gtin=gtin, batch=batch, account=place
    )
    onward = next_cursor("packs", rows, limit, lambda pack: pack.pack_id)
    return reply(PackPage([pack_answer(pack) for pack in rows[:limit]], onward))


@router.get("/missing", **answers(PackPage, "Packs that were not where the books have them, by place."))
async def find_missing(desk: DeskDep, limit: Limit = 500) -> Response:
    return reply(PackPage([pack_answer(pack) for pack in await desk.archive.missing(limit=limit)], None))


@router.get("/packs/{pack_id}", **answers(PackHistory, "The pack and every place it has been."))
async def show_pack(pack_id: PathId, desk: DeskDep) -> Response:
    pack = await desk.archive.pack(pack_id)
    if pack is None:
        raise NotFound(f"there is no pack {pack_id}")
    postings = await desk.archive.postings(pack_id=pack_id, limit=_POSTINGS)
    return reply(PackHistory(pack_answer(pack), [posting_answer(posting) for posting in postings]))


@router.get("/products/{gtin}", **answers(StockAnswer, "What there is of the product, by place, batch and expiry."))
async def show_product(gtin: Annotated[str, Path(pattern=_GTIN)], desk: DeskDep) -> Response:
    product = desk.engine.state.products.get(gtin)
    if product is None:
        raise NotFound(f"there is no product with GTIN {gtin}")
    return reply(stock_answer(product, await _packs_of(desk.archive, gtin)))


async def _packs_of(archive: Archive, gtin: str) -> list[Pack]:
    found: list[Pack] = []
    page: Sequence[Pack] = await archive.packs(gtin=gtin, limit=_PAGE)
    while page:
        found += page
        page = await archive.packs(gtin=gtin, limit=_PAGE, after=page[-1].pack_id) if len(page) == _PAGE else ()
    return found


@router.post("/holds", **answers(StockReceipt, "Nothing picks it from now on; committed."))
async def hold(body: StockIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = HoldStock(body.gtin, body.batch, body.reason, body.actor, body.pack_id)
    answer = await desk.engine.do(action, idempotency(key, "stock/holds", body))
    return reply(with_instants(answer))


@router.post("/releases", **answers(StockReceipt, "It may be picked again; committed."))
async def release(body: StockIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = ReleaseStock(body.gtin, body.batch, body.reason, body.actor, body.pack_id)
    answer = await desk.engine.do(action, idempotency(key, "stock/releases", body))
    return reply(with_instants(answer))
