"""Alarms: what needs a person, what people did about it, and how good the alarms themselves are."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import StringConstraints

from controller.api.answers.alarms import (
    AlarmAnswer,
    AlarmList,
    AlarmPage,
    AlarmPerformance,
    AlarmReceipt,
    OutOfServiceList,
    alarm_answer,
    alarm_list,
    out_of_service_answer,
    performance_answer,
)
from controller.api.bodies import Body, Limit, Person, Reason
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import Desk, DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import InstantIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.alarm import Alarm
from controller.domain.errors import NotFound
from controller.engine.actions import (
    AcknowledgeAlarm,
    PutConditionBackInService,
    Request,
    ResetAlarm,
    ShelveAlarm,
    TakeConditionOutOfService,
    UnshelveAlarm,
)
from controller.faults.alarm_performance import measure

router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"])

_PAGE = 500
_HISTORY_COLLECTION = "alarms"

AlarmId = Annotated[str, Path(pattern=r"^A-[0-9]{6,12}$")]
Condition = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+/[!-~]{1,100}$")]


class ByIn(Body):
    actor: Person


class BecauseIn(Body):
    reason: Reason
    actor: Person


class ShelveIn(Body):
    reason: Reason
    until: InstantIn
    actor: Person


class TakeOutIn(Body):
    condition: Condition
    reason: Reason
    until: InstantIn
    actor: Person


class PutBackIn(Body):
    condition: Condition
    reason: Reason
    actor: Person


@router.get("", **answers(AlarmList, "What needs somebody now, the most urgent first, with what each explains."))
async def find(desk: DeskDep) -> Response:
    await desk.engine.settled()
    return reply(alarm_list(desk.engine.state.alarms.values()))


@router.get("/history", **answers(AlarmPage, "All alarms, standing or ended, the newest first, a page at a time."))
async def history(desk: DeskDep, cursor: CursorQuery = None, limit: Limit = 100) -> Response:
    before = cursor_key(_HISTORY_COLLECTION, cursor) or None
    rows = await desk.archive.alarms(before=before, limit=limit + 1)
    onward = next_cursor(_HISTORY_COLLECTION, rows, limit, lambda alarm: alarm.alarm_id)
    return reply(AlarmPage([alarm_answer(alarm) for alarm in rows[:limit]], onward))


@router.get("/performance", **answers(AlarmPerformance, "Figures of ISA-18.2 and EEMUA 191 over the last hours."))
async def performance(
    desk: DeskDep,
    hours: Annotated[int, Query(ge=1, le=31 * 24)] = 24,
    operators: Annotated[int, Query(ge=1, le=50)] = 2,
) -> Response:
    await desk.engine.settled()
    until = desk.clock.now()
    since = until - hours * 3600.0
    standing = desk.engine.state.alarms.values()
    raised = await _raised_since(desk, since)
    return reply(performance_answer(measure(raised, standing, since=since, until=until, operators=operators)))


@router.get("/out-of-service", **answers(OutOfServiceList, "Conditions that are not to alarm now, and by whom."))
async def out_of_service(desk: DeskDep) -> Response:
    await desk.engine.settled()
    found = desk.engine.state.out_of_service
    return reply(OutOfServiceList([out_of_service_answer(entry) for _, entry in sorted(found.items())]))


@router.post("/out-of-service", **answers(AlarmReceipt, "The condition does not alarm until then; committed."))
async def take_out(body: TakeOutIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = TakeConditionOutOfService(body.condition, body.reason, body.until, body.actor)
    return await _do(desk, action, key, "alarms/out-of-service", body)


@router.post("/back-in-service", **answers(AlarmReceipt, "The condition alarms again, at once where it stands."))
async def put_back(body: PutBackIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = PutConditionBackInService(body.condition, body.reason, body.actor)
    return await _do(desk, action, key, "alarms/back-in-service", body)


@router.get("/{alarm_id}", **answers(AlarmAnswer, "One alarm, standing or ended."))
async def one(alarm_id: AlarmId, desk: DeskDep) -> Response:
    following = f"A-{int(alarm_id[2:]) + 1:06d}"
    for alarm in await desk.archive.alarms(before=following, limit=1):
        if alarm.alarm_id == alarm_id:
            return reply(alarm_answer(alarm))
    raise NotFound(f"no alarm {alarm_id}")


@router.post("/{alarm_id}/acknowledge", **answers(AlarmReceipt, "Somebody has it in hand; committed."))
async def acknowledge(alarm_id: AlarmId, body: ByIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = AcknowledgeAlarm(alarm_id, body.actor)
    return await _do(desk, action, key, f"alarms/{alarm_id}/acknowledge", body)


@router.post("/{alarm_id}/shelve", **answers(AlarmReceipt, "Put aside until then, for 8 h at the most; committed."))
async def shelve(alarm_id: AlarmId, body: ShelveIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = ShelveAlarm(alarm_id, body.reason, body.until, body.actor)
    return await _do(desk, action, key, f"alarms/{alarm_id}/shelve", body)


@router.post("/{alarm_id}/unshelve", **answers(AlarmReceipt, "It is shown again; committed."))
async def unshelve(alarm_id: AlarmId, body: BecauseIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = UnshelveAlarm(alarm_id, body.reason, body.actor)
    return await _do(desk, action, key, f"alarms/{alarm_id}/unshelve", body)


@router.post("/{alarm_id}/reset", **answers(AlarmReceipt, "A latched alarm whose condition has gone ends; committed."))
async def reset(alarm_id: AlarmId, body: BecauseIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = ResetAlarm(alarm_id, body.reason, body.actor)
    return await _do(desk, action, key, f"alarms/{alarm_id}/reset", body)


async def _do(desk: Desk, action: Request, key: str | None, what: str, body: Body) -> Response:
    return reply(with_instants(await desk.engine.do(action, idempotency(key, what, body))))


async def _raised_since(desk: Desk, since: float) -> list[Alarm]:
    found: list[Alarm] = []
    before: str | None = None
    while page := await desk.archive.alarms(before=before, limit=_PAGE, since=since):
        found += page
        before = page[-1].alarm_id
    return found
