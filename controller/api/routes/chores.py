"""Chores: what robots and people do in quiet hours, and the way to pause it."""

from fastapi import APIRouter, Response

from controller.api.answers.chores import (
    ChorePage,
    PauseList,
    PauseReceipt,
    chore_answer,
    pause_answer,
)
from controller.api.bodies import Body, Identifier, Limit, Person, QueryId, Reason
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.chore import SITE, ChoreKind, ChoreStatus
from controller.engine.actions import PauseNightWork, ResumeNightWork

router = APIRouter(prefix="/api/v1/chores", tags=["chores"])


class ScopeIn(Body):
    scope: Identifier | None = None
    """A robot or an area; null for the whole site."""
    reason: Reason
    actor: Person


@router.get("", **answers(ChorePage, "Chores by id, those that have ended too, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    kind: ChoreKind | None = None,
    source: QueryId = None,
    status: ChoreStatus | None = None,
) -> Response:
    rows = await desk.archive.chores(
        after=cursor_key("chores", cursor), limit=limit + 1, kind=kind, source=source, status=status
    )
    onward = next_cursor("chores", rows, limit, lambda chore: chore.chore_id)
    return reply(ChorePage([chore_answer(chore) for chore in rows[:limit]], onward))


@router.get("/pauses", **answers(PauseList, "What is paused now, and by whom."))
async def pauses(desk: DeskDep) -> Response:
    await desk.engine.settled()
    found = desk.engine.state.night_pauses
    return reply(PauseList([pause_answer(pause) for _, pause in sorted(found.items())]))


@router.post("/pause", **answers(PauseReceipt, "Nothing more is begun; what had not begun is cancelled. Committed."))
async def pause(body: ScopeIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = PauseNightWork(body.scope or SITE, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, "chores/pause", body))
    return reply(with_instants(answer))


@router.post("/resume", **answers(PauseReceipt, "The pause of this scope is lifted; committed."))
async def resume(body: ScopeIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = ResumeNightWork(body.scope or SITE, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, "chores/resume", body))
    return reply(with_instants(answer))
