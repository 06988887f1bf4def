"""Corrections: stock counted, found, written off and put back, each by a named person with a reason."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from controller.api.answers.stock_truth import CorrectionReceipt, StockCountReceipt, TakenList, taken_answer
from controller.api.bodies import Batch, Body, Gtin, Identifier, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import DayIn, InstantIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.pack import area_account, robot_account
from controller.engine.actions import CountStock, FoundPack, RestoreStock, WriteOff

router = APIRouter(prefix="/api/v1/stock", tags=["corrections"])

Witness = Annotated[Person | None, Field(description="a second person, where controlled drugs are concerned")]
Place = Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="a robot or an area")]


class CountIn(Body):
    place: Annotated[Identifier, Field(description="a robot or an area")]
    gtin: Gtin
    reason: Reason
    actor: Person


class FoundIn(Body):
    gtin: Gtin
    batch: Batch
    expiry: DayIn
    place: Annotated[Identifier, Field(description="goods-in, or the area on whose shelf it stands now")]
    reason: Reason
    actor: Person
    witness: Witness = None


class PacksIn(Body):
    pack_ids: Annotated[list[Identifier], Field(min_length=1, max_length=200)]
    reason: Reason
    actor: Person
    witness: Witness = None


@router.get("/taken", **answers(TakenList, "What was taken from a place into totes since then, in order."))
async def find_taken(place: Place, since: Annotated[InstantIn, Query()], desk: DeskDep) -> Response:
    state = desk.engine.state
    if place in state.robots:
        account = robot_account(place)
    elif any(area.area == place for area in state.site.areas):
        account = area_account(place)
    else:
        raise NotFound(f"there is no robot or area {place}")
    return reply(TakenList([taken_answer(pack) for pack in await desk.archive.taken(account, since=since)]))


@router.post("/counts", **answers(StockCountReceipt, "Somebody will look; committed.", 201))
async def count(body: CountIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = CountStock(body.place, body.gtin, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, "stock/counts", body))
    return reply(with_instants(answer), 201)


@router.post("/found", **answers(CorrectionReceipt, "The pack is in the books; committed.", 201))
async def found(body: FoundIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = FoundPack(body.gtin, body.batch, body.expiry, body.place, body.reason, body.actor, body.witness)
    answer = await desk.engine.do(action, idempotency(key, "stock/found", body))
    return reply(with_instants(answer), 201)


@router.post("/write-offs", **answers(CorrectionReceipt, "The packs are out of the books; committed."))
async def write_off(body: PacksIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = WriteOff(tuple(body.pack_ids), body.reason, body.actor, body.witness)
    answer = await desk.engine.do(action, idempotency(key, "stock/write-offs", body))
    return reply(with_instants(answer))


@router.post("/put-backs", **answers(CorrectionReceipt, "The packs stand at goods-in; committed."))
async def put_back(body: PacksIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = RestoreStock(tuple(body.pack_ids), body.reason, body.actor, body.witness)
    answer = await desk.engine.do(action, idempotency(key, "stock/put-backs", body))
    return reply(with_instants(answer))
