"""The journal: who did what, when and why; as pages and as a live stream."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from controller.api.answers.journal import JournalPage, journal_answer
from controller.api.bodies import Limit, QueryId
from controller.api.desk import DeskDep
from controller.api.replies import Responses, answers, reply
from controller.api.stream_response import EventStream, Feed

router = APIRouter(prefix="/api/v1", tags=["journal"])

Seq = Annotated[int, Query(ge=0, lt=2**53)]

_STREAM: Responses = {
    200: {
        "description": "Server-sent events: `journal` (a JournalEntryAnswer, id = seq) and `reset` ({seq, reason}: "
        "entries are missing, load everything anew).",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("/journal", **answers(JournalPage, "Journal entries in order, a page at a time."))
async def read(desk: DeskDep, after_seq: Seq = 0, limit: Limit = 100, subject: QueryId = None) -> Response:
    rows = await desk.archive.journal(after_seq=after_seq, limit=limit + 1, subject=subject)
    onward = rows[limit - 1].seq if len(rows) > limit else None
    return reply(JournalPage([journal_answer(entry) for entry in rows[:limit]], onward))


@router.get("/stream", response_class=Response, response_model=None, responses=_STREAM)
async def follow(
    desk: DeskDep,
    after_seq: Annotated[
        int | None, Query(ge=0, lt=2**53, description="as Last-Event-ID, for the first connection")
    ] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", pattern=r"^[0-9]{1,15}$")] = None,
) -> Response:
    resume_after = after_seq if last_event_id is None else int(last_event_id)
    return EventStream(Feed(desk.hub, desk.engine, desk.archive, desk.limits), resume_after)
