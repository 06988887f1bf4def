"""Promises of the open orders: when each will leave, how sure that is, and what would help a late one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from controller.api.answers.promises import PromisePage, promise_answer
from controller.api.bodies import Limit
from controller.api.cursor import CursorQuery, cursor_number, next_cursor
from controller.api.desk import DeskDep
from controller.api.replies import answers, reply
from controller.domain.promise import LATE_BELOW

router = APIRouter(prefix="/api/v1/promises", tags=["promises"])


@router.get("", **answers(PromisePage, "Promises of open orders as these came, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    late: Annotated[bool | None, Query(description="true: more likely late than in time; false: the others")] = None,
) -> Response:
    after = cursor_number("promises", cursor)
    await desk.engine.settled()
    state = desk.engine.state
    rows = [
        (order, promise)
        for promise in state.promises.values()
        if (order := state.orders.get(promise.order_ref)) is not None
        and order.number > after
        and late in (None, promise.on_time < LATE_BELOW)
    ]
    rows.sort(key=lambda row: row[0].number)
    onward = next_cursor("promises", rows, limit, lambda row: str(row[0].number))
    return reply(PromisePage([promise_answer(*row) for row in rows[:limit]], onward))
