"""Robots that are out: taken out and put back by people, what that holds up, what is fetched by hand meanwhile."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.consequences import (
    DowntimeReceipt,
    FaultConsequences,
    HandPickList,
    RobotConsequences,
    consequence_answer,
    hand_pick_list,
    withdrawal_answer,
)
from controller.api.bodies import Body, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import InstantIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.withdrawal import HowOut
from controller.engine.actions import PutBack, TakeOut

router = APIRouter(prefix="/api/v1", tags=["downtime"])

DOWN = 2
"""Faults up to this level stop a robot (RC-21)."""


class OutIn(Body):
    how: Annotated[HowOut, Field(strict=False)]
    reason: Reason
    actor: Person
    back_at: InstantIn | None = None
    """When it is expected back; decides what is fetched by hand."""


class BackIn(Body):
    reason: Reason
    actor: Person
    travel_area_empty: bool
    """`actor` has looked: nobody and nothing is in the robot's travel area."""


@router.get("/robots/{robot}/consequences", **answers(RobotConsequences, "What the robot holds up, if it is out."))
async def of_robot(robot: PathId, desk: DeskDep) -> Response:
    await desk.engine.settled()
    state = desk.engine.state
    known = desk.robot(robot).robot
    withdrawal, consequence = state.withdrawn.get(known), state.consequences.get(known)
    return reply(
        RobotConsequences(
            known,
            withdrawal_answer(withdrawal) if withdrawal is not None else None,
            consequence_answer(consequence) if consequence is not None else None,
        )
    )


@router.get("/faults/{fault_id}/consequences", **answers(FaultConsequences, "What the fault holds up while it stands."))
async def of_fault(fault_id: PathId, desk: DeskDep) -> Response:
    await desk.engine.settled()
    state = desk.engine.state
    fault = state.faults.get(fault_id) or await desk.archive.fault(fault_id)
    if fault is None:
        raise NotFound(f"there is no fault {fault_id}")
    standing = fault.cleared_at is None
    consequence = state.consequences.get(fault.robot) if standing and fault.level <= DOWN else None
    return reply(
        FaultConsequences(
            fault_id, fault.robot, standing, consequence_answer(consequence) if consequence is not None else None
        )
    )


@router.get("/hand-picks", **answers(HandPickList, "What people are to fetch out of robots, the most urgent first."))
async def hand_picks(desk: DeskDep) -> Response:
    await desk.engine.settled()
    return reply(hand_pick_list(desk.engine.state.hand_picks))


@router.post("/robots/{robot}/out", **answers(DowntimeReceipt, "The robot gets no work any more; committed."))
async def take_out(robot: PathId, body: OutIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = TakeOut(robot, body.how, body.reason, body.actor, body.back_at)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/out", body))
    return reply(with_instants(answer))


@router.post("/robots/{robot}/back", **answers(DowntimeReceipt, "Its return has begun: reference run, tests.", 202))
async def put_back(robot: PathId, body: BackIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = PutBack(robot, body.reason, body.actor, body.travel_area_empty)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/back", body))
    return reply(with_instants(answer), 202)
