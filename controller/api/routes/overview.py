"""What a wall screen shows, and what broke the robot contract."""

from fastapi import APIRouter, Response

from controller.api.answers.overview import Overview, overview
from controller.api.answers.service import PoisonList, poison_answer
from controller.api.bodies import Limit
from controller.api.desk import DeskDep
from controller.api.replies import answers, reply

router = APIRouter(prefix="/api/v1", tags=["overview"])


@router.get("/overview", **answers(Overview, "The centre at a glance."))
async def show(desk: DeskDep) -> Response:
    await desk.engine.settled()
    return reply(overview(desk.engine.state, desk.engine.journal_seq, desk.clock.now()))


@router.get("/poison", **answers(PoisonList, "The last messages that broke the robot contract."))
async def poison(desk: DeskDep, limit: Limit = 100) -> Response:
    return reply(PoisonList([poison_answer(each) for each in await desk.archive.poison(limit=limit)]))
