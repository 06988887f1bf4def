"""Robots: what is known of them, and the few things a person may tell them."""

import enum

from fastapi import APIRouter, Response

from controller.api.answers.robots import (
    RobotAnswer,
    RobotList,
    RobotReceipt,
    open_tasks_by_robot,
    robot_answer,
    robot_summary,
)
from controller.api.bodies import Body, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.engine.actions import CommandRobot, ConfirmRobot

router = APIRouter(prefix="/api/v1/robots", tags=["robots"])


class RobotOrder(enum.StrEnum):
    """Each names the state that is wanted; asking twice is harmless (RC-15)."""

    HOLD = "hold"
    RESUME = "resume"
    HOME = "home"


class ReasonIn(Body):
    reason: Reason
    actor: Person


@router.get("", **answers(RobotList, "Every robot of the site."))
async def list_all(desk: DeskDep) -> Response:
    await desk.engine.settled()
    state = desk.engine.state
    open_tasks = open_tasks_by_robot(state)
    return reply(RobotList([robot_summary(robot, open_tasks) for robot in state.robots.values()]))


@router.get("/{robot}", **answers(RobotAnswer, "The robot with its faults and open tasks."))
async def show(robot: PathId, desk: DeskDep) -> Response:
    await desk.engine.settled()
    return reply(robot_answer(desk.robot(robot), desk.engine.state))


@router.post("/{robot}/confirm", **answers(RobotReceipt, "A person vouches for the robot; committed."))
async def confirm(robot: PathId, body: ReasonIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = ConfirmRobot(robot, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/confirm", body))
    return reply(with_instants(answer))


@router.post("/{robot}/{order}", **answers(RobotReceipt, "The command is committed and on its way to the robot.", 202))
async def command(robot: PathId, order: RobotOrder, body: ReasonIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = CommandRobot(robot, order.value, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/{order}", body))
    return reply(with_instants(answer), 202)
