"""Doubts: outcomes that nobody knows, until the robot's journal or a person settles them."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.doubts import DoubtPage, SettleReceipt, doubt_answer
from controller.api.bodies import Body, Limit, PathId, Person, Reason
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.doubt import Finding
from controller.engine.actions import SettleDoubt

router = APIRouter(prefix="/api/v1/doubts", tags=["doubts"])


class SettleIn(Body):
    finding: Annotated[Finding, Field(strict=False)]
    note: Reason
    actor: Person


@router.get("", **answers(DoubtPage, "Doubts by id, a page at a time."))
async def find(desk: DeskDep, cursor: CursorQuery = None, limit: Limit = 100, open_only: bool = True) -> Response:
    rows = await desk.archive.doubts(after=cursor_key("doubts", cursor), limit=limit + 1, open_only=open_only)
    onward = next_cursor("doubts", rows, limit, lambda doubt: doubt.doubt_id)
    return reply(DoubtPage([doubt_answer(doubt) for doubt in rows[:limit]], onward))


@router.post("/{doubt_id}/settle", **answers(SettleReceipt, "The decision is committed."))
async def settle(doubt_id: PathId, body: SettleIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = SettleDoubt(doubt_id, body.finding, body.note, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"doubts/{doubt_id}/settle", body))
    return reply(with_instants(answer))
