"""Departures: each delivery run on each date, and how far its totes are."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from controller.api.answers.departures import DeparturePage, departure_answer, readiness_by_departure
from controller.api.bodies import Limit
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.instants import DayTextIn
from controller.api.replies import answers, reply

router = APIRouter(prefix="/api/v1/departures", tags=["departures"])


@router.get("", **answers(DeparturePage, "Departures by id, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    date: Annotated[DayTextIn | None, Query(description="local date")] = None,
) -> Response:
    rows = await desk.archive.departures(after=cursor_key("departures", cursor), limit=limit + 1, date_local=date)
    await desk.engine.settled()
    state = desk.engine.state
    readiness = readiness_by_departure(state)
    onward = next_cursor("departures", rows, limit, lambda departure: departure.departure_id)
    found = [departure_answer(each, readiness, state.calendar) for each in rows[:limit]]
    return reply(DeparturePage(found, onward))
