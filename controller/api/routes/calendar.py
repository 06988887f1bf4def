"""The calendar: which vans go on which day, and the days that are not as their week."""

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from controller.api.answers.calendar import (
    CalendarAnswer,
    CalendarChangeList,
    CalendarReceipt,
    calendar_day,
    change_answer,
)
from controller.api.bodies import Body, Identifier, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, RequiredKey, idempotency
from controller.api.instants import DayTextIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.calendar_change import CalendarChangeKind
from controller.domain.departure import Departure
from controller.engine.actions import AddCalendarChange, HoldVan, WithdrawCalendarChange
from controller.engine.ports import Archive
from controller.scheduling.calendar import Calendar, local_date

router = APIRouter(prefix="/api/v1", tags=["calendar"])

LONGEST_DAYS = 31
_VANS_A_DAY = 500
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""HH:MM at the centre."""


class ChangeIn(Body):
    kind: Annotated[CalendarChangeKind, Field(strict=False)]
    date: Annotated[DayTextIn, Field(description="local date")]
    run: Annotated[Identifier | None, Field(description="cancelled, moved; extra: a name for the van")] = None
    hospital: Annotated[Identifier | None, Field(description="extra; holiday of one hospital")] = None
    departure_local: Annotated[LocalTime | None, Field(description="moved, extra")] = None
    cutoff_local: Annotated[
        LocalTime | None, Field(description="moved: without it the cut-off moves along; extra: the departure")
    ] = None
    reason: Reason
    actor: Person

    def action(self) -> AddCalendarChange:
        return AddCalendarChange(
            kind=self.kind,
            date_local=self.date,
            reason=self.reason,
            actor=self.actor,
            run=self.run,
            hospital=self.hospital,
            departure_local=self.departure_local,
            cutoff_local=self.cutoff_local,
        )


class HoldIn(Body):
    run: Identifier
    date: Annotated[DayTextIn, Field(description="local date")]
    minutes: Annotated[int, Field(ge=1, le=120, description="later than it would leave now")]
    reason: Reason
    actor: Person


class WithdrawIn(Body):
    reason: Reason
    actor: Person


@router.get("/calendar", **answers(CalendarAnswer, "Day by day: holidays, and the vans as they stand."))
async def show(
    desk: DeskDep,
    first: Annotated[DayTextIn | None, Query(alias="from", description="local date; default: today")] = None,
    days: Annotated[int, Query(ge=1, le=LONGEST_DAYS)] = 7,
) -> Response:
    await desk.engine.settled()
    state = desk.engine.state
    zone, now = ZoneInfo(state.site.timezone), desk.clock.now()
    begin = date.fromisoformat(first) if first is not None else local_date(now, zone)
    found = []
    for day in (begin + timedelta(days=offset) for offset in range(days)):
        vans = await _vans(desk.archive, state.calendar, day, now)
        found.append(calendar_day(day.isoformat(), vans, state.calendar, state.calendar.changes_on(day), zone))
    return reply(CalendarAnswer(state.site.timezone, found))


async def _vans(archive: Archive, calendar: Calendar, day: date, now: float) -> list[Departure]:
    """Those that have a row, as it says; and those that are to come. Of a past that nobody saw nothing is made up."""
    kept = await archive.departures(date_local=day.isoformat(), limit=_VANS_A_DAY)
    known = {departure.departure_id: departure for departure in kept}
    for computed in calendar.departures_on(day):
        if computed.departs_at > now:
            known.setdefault(computed.departure_id, computed)
    return list(known.values())


@router.get("/calendar-changes", **answers(CalendarChangeList, "The changes that hold, by date."))
async def find(desk: DeskDep, date: Annotated[DayTextIn | None, Query(description="local date")] = None) -> Response:
    await desk.engine.settled()
    changes = desk.engine.state.calendar_changes.values()
    chosen = [change for change in changes if date in (None, change.date_local)]
    chosen.sort(key=lambda change: (change.date_local, change.made_at, change.change_id))
    return reply(CalendarChangeList([change_answer(change) for change in chosen]))


@router.post("/calendar-changes", **answers(CalendarReceipt, "The change and all that follows is committed.", 201))
async def add(body: ChangeIn, desk: DeskDep, key: RequiredKey) -> Response:
    answer = await desk.engine.do(body.action(), idempotency(key, "calendar-changes", body))
    return reply(with_instants(answer), 201)


@router.post("/calendar-changes/holds", **answers(CalendarReceipt, "The van waits; committed.", 201))
async def hold(body: HoldIn, desk: DeskDep, key: RequiredKey) -> Response:
    action = HoldVan(body.run, body.date, body.minutes, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, "calendar-changes/holds", body))
    return reply(with_instants(answer), 201)


@router.post("/calendar-changes/{change_id}/withdraw", **answers(CalendarReceipt, "It is as if it had not been made."))
async def withdraw(change_id: PathId, body: WithdrawIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = WithdrawCalendarChange(change_id, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"calendar-changes/{change_id}/withdraw", body))
    return reply(with_instants(answer))
