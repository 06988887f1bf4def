"""Deliveries: what a supplier brought, booked at the dock."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.service import DeliveryReceipt
from controller.api.bodies import Batch, Body, Gtin, Identifier
from controller.api.desk import DeskDep
from controller.api.idempotency import RequiredKey, idempotency
from controller.api.instants import DayIn, with_instants
from controller.api.replies import answers, reply
from controller.engine.actions import BookDelivery, DeliveredLine

router = APIRouter(prefix="/api/v1/deliveries", tags=["deliveries"])

_ACTOR = "goods-in"
"""Who books, until people sign in: the body names nobody."""


class DeliveredLineIn(Body):
    gtin: Gtin
    batch: Batch
    expiry: DayIn
    quantity: Annotated[int, Field(ge=1, le=10_000, description="packs")]


class DeliveryIn(Body):
    delivery_note: Identifier
    lines: Annotated[list[DeliveredLineIn], Field(min_length=1, max_length=500)]

    def action(self) -> BookDelivery:
        lines = tuple(DeliveredLine(line.gtin, line.batch, line.expiry, line.quantity) for line in self.lines)
        return BookDelivery(self.delivery_note, lines, _ACTOR)


@router.post("", **answers(DeliveryReceipt, "The delivery is committed.", 201))
async def book(body: DeliveryIn, desk: DeskDep, key: RequiredKey) -> Response:
    answer = await desk.engine.do(body.action(), idempotency(key, "deliveries", body))
    return reply(with_instants(answer), 201)
