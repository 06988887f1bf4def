"""Stations: where people take work."""

import asyncio

from fastapi import APIRouter, Request, Response

from controller.api.answers.work import ClaimAnswer, StationList, check_station, station_answers
from controller.api.bodies import Body, PathId, Person
from controller.api.desk import Desk, DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.engine.actions import ClaimWork

router = APIRouter(prefix="/api/v1/stations", tags=["stations"])


class ClaimIn(Body):
    worker: Person


@router.get("", **answers(StationList, "Every station and what waits there."))
async def list_all(desk: DeskDep) -> Response:
    await desk.engine.settled()
    return reply(StationList(station_answers(desk.engine.state)))


@router.post("/{station}/claims", **answers(ClaimAnswer, "The worker's next job, or null when none came up in time."))
async def claim(station: PathId, body: ClaimIn, desk: DeskDep, request: Request, key: OptionalKey = None) -> Response:
    check_station(desk.engine.state, station)
    clock = asyncio.get_running_loop().time
    patience_ends = clock() + desk.limits.long_poll_s
    once = idempotency(key, f"stations/{station}/claims", body)
    while True:
        answer = await desk.engine.do(ClaimWork(station, body.worker), once)
        if answer["work"] is not None or not await _work_waiting(desk, station, patience_ends - clock()):
            return reply(with_instants(answer))
        if await request.is_disconnected():
            return reply(answer)


async def _work_waiting(desk: Desk, station: str, timeout_s: float) -> bool:
    """False also when the service closes meanwhile."""
    if timeout_s <= 0:
        return False
    waiting = asyncio.ensure_future(desk.engine.work_waiting(station, timeout_s))
    closing = asyncio.ensure_future(desk.closing.wait())
    try:
        await asyncio.wait((waiting, closing), return_when=asyncio.FIRST_COMPLETED)
        return not desk.closing.is_set() and waiting.done() and await waiting
    finally:
        for task in (waiting, closing):
            task.cancel()
        await asyncio.gather(waiting, closing, return_exceptions=True)
