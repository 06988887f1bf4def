"""A robot's calibration profiles: what is in force, a new version, an old one again."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from controller.api.answers.profiles import ProfileList, ProfileReceipt, profiles_answer
from controller.api.bodies import Body, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.engine.actions import RollBackProfile, SetProfile

router = APIRouter(prefix="/api/v1/robots/{robot}/profiles", tags=["technicians"])

Parameter = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class ProfileIn(Body):
    values: Annotated[dict[Parameter, float], Field(min_length=1, max_length=128)]
    reason: Reason
    actor: Person


class RollBackIn(Body):
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Reason
    actor: Person


@router.get("", **answers(ProfileList, "Its calibration profiles, the newest first, and what is in force."))
async def profiles(robot: PathId, desk: DeskDep) -> Response:
    await desk.engine.settled()
    state = desk.engine.state
    known = desk.robot(robot).robot
    return reply(profiles_answer(known, state.profiles.get(known, []), state.workshop, state.faults.values()))


@router.post("", **answers(ProfileReceipt, "A new version, on its way to the robot.", 201))
async def set_profile(robot: PathId, body: ProfileIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = SetProfile(robot, tuple(body.values.items()), body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/profiles", body))
    return reply(with_instants(answer), 201)


@router.post("/roll-back", **answers(ProfileReceipt, "A new version with old values.", 201))
async def roll_back(robot: PathId, body: RollBackIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = RollBackProfile(robot, body.version, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"robots/{robot}/profiles/roll-back", body))
    return reply(with_instants(answer), 201)
