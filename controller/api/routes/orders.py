"""Orders: submit, find, follow, cancel."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from controller.api.answers.orders import (
    CancelReceipt,
    OrderAnswer,
    OrderPage,
    OrderReceipt,
    order_answer,
    order_summary,
)
from controller.api.bodies import Body, Gtin, Identifier, Limit, OrderRef, PathId, Person, QueryId, Reason
from controller.api.cursor import CursorQuery, cursor_number, next_cursor
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, RequiredKey, idempotency
from controller.api.instants import DayTextIn, InstantIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.journal import JournalEntry
from controller.domain.order import OrderClass, OrderStatus
from controller.engine.actions import CancelOrder, LineRequest, SubmitOrder
from controller.engine.ports import Archive

router = APIRouter(prefix="/api/v1/orders", tags=["orders"])

_TIME_LINE_ENTRIES = 500
"""Of one subject, at most."""


class LineIn(Body):
    gtin: Gtin
    quantity: Annotated[int, Field(ge=1, le=10_000, description="packs")]
    single_batch: Annotated[bool, Field(description="all packs of the line must be of one batch")] = False


class OrderIn(Body):
    order_ref: OrderRef
    destination: Identifier
    order_class: Annotated[OrderClass, Field(alias="class", strict=False)]
    due_at: Annotated[InstantIn | None, Field(description="discharge only")] = None
    run: Annotated[
        Identifier | None, Field(description="with run_date; without both, the next run that can be made")
    ] = None
    run_date: Annotated[DayTextIn | None, Field(description="local date of the run")] = None
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]

    def action(self) -> SubmitOrder:
        return SubmitOrder(
            order_ref=self.order_ref,
            destination=self.destination,
            order_class=self.order_class,
            lines=tuple(LineRequest(line.gtin, line.quantity, line.single_batch) for line in self.lines),
            due_at=self.due_at,
            run=self.run,
            run_date=self.run_date,
            actor=f"ward:{self.destination}",
        )


class CancelIn(Body):
    reason: Reason
    actor: Person


@router.post("", **answers(OrderReceipt, "The order is committed.", 201))
async def submit(body: OrderIn, desk: DeskDep, key: RequiredKey) -> Response:
    answer = await desk.engine.do(body.action(), idempotency(key, "orders", body))
    return reply(with_instants(answer), 201)


@router.get("", **answers(OrderPage, "Orders as they came, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    status: OrderStatus | None = None,
    order_class: Annotated[OrderClass | None, Query(alias="class")] = None,
    destination: QueryId = None,
    departure_id: QueryId = None,
) -> Response:
    rows = await desk.archive.orders(
        after_number=cursor_number("orders", cursor),
        limit=limit + 1,
        status=status,
        order_class=order_class,
        destination=destination,
        departure_id=departure_id,
    )
    onward = next_cursor("orders", rows, limit, lambda order: str(order.number))
    return reply(OrderPage([order_summary(order) for order in rows[:limit]], onward))


@router.get("/{order_ref}", **answers(OrderAnswer, "The order with its totes, tasks and time line."))
async def show(order_ref: PathId, desk: DeskDep) -> Response:
    order = await desk.archive.order(order_ref)
    if order is None:
        raise NotFound(f"there is no order {order_ref}")
    totes = await desk.archive.totes(order_ref=order_ref, limit=500)
    tasks = await desk.archive.tasks(order_ref=order_ref, limit=500)
    subjects = [
        f"order:{order_ref}",
        *(f"tote:{tote.tote_id}" for tote in totes),
        *(f"task:{task.task_id}" for task in tasks),
    ]
    return reply(
        order_answer(
            order, await desk.archive.promise(order_ref), totes, tasks, await _time_line(desk.archive, subjects)
        )
    )


async def _time_line(archive: Archive, subjects: list[str]) -> list[JournalEntry]:
    found = await asyncio.gather(*(archive.journal(subject=each, limit=_TIME_LINE_ENTRIES) for each in subjects))
    return sorted((entry for entries in found for entry in entries), key=lambda entry: entry.seq)


@router.post("/{order_ref}/cancel", **answers(CancelReceipt, "The cancellation is committed."))
async def cancel(order_ref: PathId, body: CancelIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = CancelOrder(order_ref, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"orders/{order_ref}/cancel", body))
    return reply(with_instants(answer))
