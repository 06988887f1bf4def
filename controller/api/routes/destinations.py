"""Destinations: what a ward asks of everything that is sent to it."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.destinations import DestinationReceipt
from controller.api.bodies import Body, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.engine.actions import SetLeastRemainingDays

router = APIRouter(prefix="/api/v1/destinations", tags=["destinations"])


class LeastRemainingDaysIn(Body):
    days: Annotated[int, Field(ge=0, le=365, description="by which a pack must outlast its order's due date")]
    reason: Reason
    actor: Person


@router.put("/{code}/least-remaining-days", **answers(DestinationReceipt, "It holds from now on; committed."))
async def set_least_remaining_days(
    code: PathId, body: LeastRemainingDaysIn, desk: DeskDep, key: OptionalKey = None
) -> Response:
    action = SetLeastRemainingDays(code, body.days, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"destinations/{code}/least-remaining-days", body))
    return reply(with_instants(answer))
