"""Stock lists: what stands on a ward's shelf, for its next top-up."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.service import CountReceipt
from controller.api.bodies import Body, Gtin, PathId, Person
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.engine.actions import RecordWardCount

router = APIRouter(prefix="/api/v1/stock-lists", tags=["stock lists"])


class CountIn(Body):
    gtin: Gtin
    quantity: Annotated[int, Field(ge=0, le=10_000, description="packs")]


class CountsIn(Body):
    counts: Annotated[list[CountIn], Field(min_length=1, max_length=500)]
    actor: Person


@router.post("/{destination}/counts", **answers(CountReceipt, "The count is committed."))
async def record(destination: PathId, body: CountsIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    counts = tuple((count.gtin, count.quantity) for count in body.counts)
    action = RecordWardCount(destination, counts, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"stock-lists/{destination}/counts", body))
    return reply(with_instants(answer))
