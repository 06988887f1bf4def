"""Totes: the blue boxes, open and gone."""

from fastapi import APIRouter, Response

from controller.api.answers.totes import ToteAnswer, TotePage, tote_answer
from controller.api.bodies import Limit, PathId, QueryId
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.tote import ToteStatus

router = APIRouter(prefix="/api/v1/totes", tags=["totes"])


@router.get("", **answers(TotePage, "Totes by id, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    status: ToteStatus | None = None,
    order_ref: QueryId = None,
) -> Response:
    rows = await desk.archive.totes(
        after=cursor_key("totes", cursor), limit=limit + 1, status=status, order_ref=order_ref
    )
    onward = next_cursor("totes", rows, limit, lambda tote: tote.tote_id)
    return reply(TotePage([tote_answer(tote) for tote in rows[:limit]], onward))


@router.get("/{tote_id}", **answers(ToteAnswer, "The tote."))
async def show(tote_id: PathId, desk: DeskDep) -> Response:
    tote = await desk.archive.tote(tote_id)
    if tote is None:
        raise NotFound(f"there is no tote {tote_id}")
    return reply(tote_answer(tote))
