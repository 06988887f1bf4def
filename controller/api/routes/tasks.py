"""Tasks: what robots were told to do, open and ended."""

from fastapi import APIRouter, Response

from controller.api.answers.tasks import TaskAnswer, TaskPage, task_answer
from controller.api.bodies import Limit, PathId, QueryId
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.task import TaskStatus

router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])


@router.get("", **answers(TaskPage, "Tasks by id, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    robot: QueryId = None,
    status: TaskStatus | None = None,
    order_ref: QueryId = None,
) -> Response:
    if robot is not None:
        desk.robot(robot)
    rows = await desk.archive.tasks(
        after=cursor_key("tasks", cursor), limit=limit + 1, robot=robot, status=status, order_ref=order_ref
    )
    onward = next_cursor("tasks", rows, limit, lambda task: task.task_id)
    return reply(TaskPage([task_answer(task) for task in rows[:limit]], onward))


@router.get("/{task_id}", **answers(TaskAnswer, "The task and what became of each pack."))
async def show(task_id: PathId, desk: DeskDep) -> Response:
    task = await desk.archive.task(task_id)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    return reply(task_answer(task))
