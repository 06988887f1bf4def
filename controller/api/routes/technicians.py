"""The technician's work: procedures and their runs, work log, figures, planned service."""

import enum
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, StringConstraints

from controller.api.answers.profiles import careful_answers
from controller.api.answers.robots import RobotReceipt
from controller.api.answers.technicians import (
    KpiAnswer,
    LogReceipt,
    ProcedureAnswer,
    ProcedureList,
    RunAnswer,
    RunList,
    RunReceipt,
    ServiceAnswer,
    SituationAnswer,
    WorkLog,
    kpi_answer,
    log_answer,
    procedure_answer,
    run_answer,
    service_answer,
    standing_faults,
)
from controller.api.bodies import Body, Identifier, Limit, PathId, Person, QueryId, Reason
from controller.api.desk import Desk, DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.engine.actions import (
    BeginProcedure,
    CommandInMaintenance,
    FinishProcedure,
    TakeStep,
    WriteLog,
)
from controller.faults.kpi import RobotPast, figures, site_figures
from controller.faults.procedure_table import PROCEDURES
from controller.faults.service import cycles_a_day, service
from controller.scheduling.pastwork import HOUR_S, RobotWork

router = APIRouter(prefix="/api/v1", tags=["technicians"])

SERVICE = "PM-99"
DAY_S = 86_400.0
LOOK_BACK_S = 200 * DAY_S
"""Picks are counted so far back: further than any part lasts."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}-[0-9]{2}$")]
CodePath = Annotated[str, Path(pattern=r"^[A-Z]{2,3}-[0-9]{2}$")]
Days = Annotated[int, Query(ge=1, le=366)]
Note = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]{0,500}$", strip_whitespace=True)]


class BeginIn(Body):
    """Of a fault, or of a code where nothing has failed."""

    robot: Identifier
    fault_id: Identifier | None = None
    code: Code | None = None
    actor: Person


class StepIn(Body):
    """`result` is left out where the robot does the step."""

    step: Identifier
    result: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$")] | None = None
    note: Note = ""
    actor: Person


class Outcome(enum.StrEnum):
    RETURNED = "returned_to_service"
    NOT_CURED = "not_cured"
    ABANDONED = "abandoned"


class FinishRunIn(Body):
    outcome: Annotated[Outcome, Field(strict=False)]
    override: Reason | None = None
    """Why the robot is to work although the pass criterion is not met."""
    actor: Person


class ServiceMotion(enum.StrEnum):
    SELF_TEST = "self_test"
    CALIBRATE = "calibrate"
    HOME = "home"
    JOG = "jog"


class Axis(enum.StrEnum):
    X = "x"
    Y = "y"
    Z = "z"
    R = "r"


class CommandIn(Body):
    kind: Annotated[ServiceMotion, Field(strict=False)]
    axis: Annotated[Axis, Field(strict=False)] | None = None
    distance_mm: Annotated[float, Field(ge=-50.0, le=50.0)] | None = None
    reason: Reason
    actor: Person


class LogIn(Body):
    text: Reason
    fault_id: Identifier | None = None
    actor: Person


@router.get("/procedures", **answers(ProcedureList, "Every guided procedure: one for each fault code."))
async def procedures() -> Response:
    return reply(ProcedureList([procedure_answer(each) for each in PROCEDURES.values()]))


@router.get("/procedures/{code}", **answers(ProcedureAnswer, "The guided procedure of a fault code."))
async def procedure(code: CodePath) -> Response:
    known = PROCEDURES.get(code)
    if known is None:
        raise NotFound(f"there is no fault code {code}")
    return reply(procedure_answer(known))


@router.get("/procedure-runs", **answers(RunList, "Procedures that are and were worked through, the newest first."))
async def runs(desk: DeskDep, robot: QueryId = None, limit: Limit = 100) -> Response:
    if robot is not None:
        desk.robot(robot)
    found = await desk.archive.procedure_runs(robot=robot, limit=limit)
    return reply(RunList([run_answer(run) for run in found]))


@router.post("/procedure-runs", **answers(RunReceipt, "It is begun; committed.", 201))
async def begin(body: BeginIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = BeginProcedure(body.robot, body.actor, body.fault_id, body.code)
    answer = await desk.engine.do(action, idempotency(key, "procedure-runs", body))
    return reply(with_instants(answer), 201)


@router.get("/procedure-runs/{run_id}", **answers(RunAnswer, "One run, with what to do next."))
async def run(run_id: PathId, desk: DeskDep) -> Response:
    await desk.engine.settled()
    known = desk.engine.state.procedure_runs.get(run_id)
    if known is None:
        past = await desk.archive.procedure_runs(limit=500)
        known = next((each for each in past if each.run_id == run_id), None)
    if known is None:
        raise NotFound(f"there is no procedure run {run_id}")
    return reply(run_answer(known))


@router.post("/procedure-runs/{run_id}/steps", **answers(RunReceipt, "The step is written down, or the robot does it."))
async def step(run_id: PathId, body: StepIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = TakeStep(run_id, body.step, body.result, body.actor, body.note)
    answer = await desk.engine.do(action, idempotency(key, f"procedure-runs/{run_id}/steps", body))
    return reply(with_instants(answer))


@router.post("/procedure-runs/{run_id}/finish", **answers(RunReceipt, "The run has ended; committed."))
async def finish(run_id: PathId, body: FinishRunIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = FinishProcedure(run_id, body.outcome.value, body.actor, body.override)
    answer = await desk.engine.do(action, idempotency(key, f"procedure-runs/{run_id}/finish", body))
    return reply(with_instants(answer))


@router.get("/robots/{robot}/situation", **answers(SituationAnswer, "What is wrong with it, and what to do next."))
async def situation(robot: PathId, desk: DeskDep) -> Response:
    await desk.engine.settled()
    state = desk.engine.state
    known = desk.robot(robot)
    open_run = next((each for each in state.procedure_runs.values() if each.robot == robot), None)
    faults = standing_faults(state.faults, robot)
    out, careful = state.withdrawn.get(robot), careful_answers(robot, state.faults.values())
    answer = None if open_run is None else run_answer(open_run)
    if answer is not None:
        coming = "finish it" if answer.next is None else answer.next.text
        advice = f"Go on with procedure {answer.run_id}: {coming}"
    elif faults:
        advice = f"Begin the procedure of {faults[0].code} for fault {faults[0].fault_id}."
    elif known.mode == "maintenance":
        advice = (
            f"It is in maintenance mode: only a procedure proves it fit. Begin that of its last fault, or {SERVICE}."
        )
    elif out is not None:
        advice = "Nothing stands. Look along its travel area, then put it back."
    elif careful:
        advice = (
            f"It {careful[0].words} because of {careful[0].code}. Begin the procedure of {careful[0].code} for fault"
            f" {careful[0].fault_id}, or say that it is fit: nightshift robot back {robot}."
        )
    else:
        alarms = [each for each in state.alarms.values() if each.robot == robot]
        advice = _of_alarms(sorted(each.alarm_id for each in alarms if each.cleared_at is None or each.latched))
    why = None if out is None else f"{out.reason} ({out.actor})" + (f"; {out.failure}" if out.failure else "")
    return reply(SituationAnswer(robot, known.trust.value, known.mode, why, faults, answer, advice))


@router.post("/robots/{robot}/maintenance", **answers(RobotReceipt, "Committed and on its way to the robot.", 202))
async def command(robot: PathId, body: CommandIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    axis = None if body.axis is None else body.axis.value
    action = CommandInMaintenance(robot, body.kind.value, body.reason, body.actor, axis, body.distance_mm)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/maintenance", body))
    return reply(with_instants(answer), 202)


@router.get("/robots/{robot}/maintenance", **answers(ServiceAnswer, "When it is due for service, and a window for it."))
async def maintenance(robot: PathId, desk: DeskDep) -> Response:
    desk.robot(robot)
    now = desk.clock.now()
    done = await desk.archive.procedure_runs(robot=robot, limit=500)
    ends = [each.ended_at for each in done if each.procedure == SERVICE and each.outcome == Outcome.RETURNED]
    serviced_at = max((at for at in ends if at is not None), default=None)
    since = serviced_at if serviced_at is not None else now - LOOK_BACK_S
    hours = await desk.archive.hourly_history(since_hour=int(since // HOUR_S), until_hour=int(now // HOUR_S) + 1)
    mine = [hour for hour in hours if hour.source == robot and hour.kind == RobotWork.TOUR.value]
    cycles = sum(hour.packs for hour in mine)
    known_since = min((hour.hour * HOUR_S for hour in mine), default=now)
    found = service(
        now, ZoneInfo(desk.engine.state.site.timezone), serviced_at=serviced_at, known_since=known_since, cycles=cycles,
        cycles_a_day=cycles_a_day([hour.hour for hour in mine], cycles),
    )  # fmt: skip
    return reply(service_answer(robot, found))


@router.get("/robots/{robot}/work-log", **answers(WorkLog, "What happened to it and who did what, the newest first."))
async def work_log(robot: PathId, desk: DeskDep, limit: Limit = 100) -> Response:
    desk.robot(robot)
    return reply(log_answer(robot, await desk.archive.work_log(robot, limit=limit)))


@router.post("/robots/{robot}/work-log", **answers(LogReceipt, "The note is committed.", 201))
async def write_log(robot: PathId, body: LogIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = WriteLog(robot, body.text, body.actor, body.fault_id)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/work-log", body))
    return reply(with_instants(answer), 201)


@router.get("/robots/{robot}/kpis", **answers(KpiAnswer, "How well the robot served over the last days."))
async def robot_kpis(robot: PathId, desk: DeskDep, days: Days = 7) -> Response:
    desk.robot(robot)
    pasts, since, until = await _pasts(desk, days)
    return reply(kpi_answer(figures(pasts[robot], since, until), since, until))


@router.get("/kpis", **answers(KpiAnswer, "How well all robots together served over the last days."))
async def site_kpis(desk: DeskDep, days: Days = 7) -> Response:
    pasts, since, until = await _pasts(desk, days)
    return reply(kpi_answer(site_figures(list(pasts.values()), since, until), since, until))


async def _pasts(desk: Desk, days: int) -> tuple[dict[str, RobotPast], float, float]:
    """Of every robot of the site, with its picks; nothing is said of the time before the site was taken in."""
    await desk.engine.settled()
    until = desk.clock.now()
    since = until - days * DAY_S
    if (imported_at := desk.engine.state.imported_at) is not None:
        since = min(max(since, imported_at), until)
    kept = await desk.archive.robot_past(since=since, until=until)
    hours = await desk.archive.hourly_history(since_hour=int(since // HOUR_S), until_hour=int(until // HOUR_S) + 1)
    late = next((past.late_causes for past in kept.values()), [])
    pasts = {name: kept.get(name) or RobotPast(name, late_causes=late) for name in desk.engine.state.robots}
    for past in pasts.values():
        past.picks = sum(h.packs for h in hours if h.source == past.robot and h.kind == RobotWork.TOUR.value)
    return pasts, since, until


def _of_alarms(alarm_ids: list[str]) -> str:
    if not alarm_ids:
        return "Nothing to do."
    return f"No fault stands; waiting for somebody: {', '.join(alarm_ids)}. `nightshift alarms show` tells what to do."
