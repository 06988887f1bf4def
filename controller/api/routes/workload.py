"""The work of the coming day and the people that it needs."""

import asyncio

from fastapi import APIRouter, Response

from controller.api.answers.workload import WorkloadAnswer, workload_answer
from controller.api.desk import DeskDep
from controller.api.replies import answers, reply
from controller.scheduling.pastwork import HOUR_S
from controller.scheduling.workload import HISTORY_DAYS, HOURS, forecast

router = APIRouter(prefix="/api/v1/workload", tags=["workload"])


@router.get("", **answers(WorkloadAnswer, "Packs, tours, jobs and people, by station and hour of the coming day."))
async def show(desk: DeskDep) -> Response:
    now = desk.clock.now()
    hour = int(now // HOUR_S)
    history = await desk.archive.hourly_history(since_hour=hour - HISTORY_DAYS * HOURS, until_hour=hour)
    await desk.engine.settled()
    day = desk.engine.coming_day()
    # Some ten thousand sums: not on the loop that robots wait for.
    workload = await asyncio.to_thread(forecast, day, history)
    return reply(workload_answer(workload, day.zone.key, day.robots, day.now))
