"""Quarantines: what may have been harmed or mistaken, held as one case until a named person decides."""

import enum
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.stock_truth import (
    QuarantineDetail,
    QuarantineList,
    QuarantineReceipt,
    quarantine_answers,
    quarantine_detail,
)
from controller.api.bodies import Batch, Body, Identifier, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.pack import robot_account
from controller.engine.actions import DecideQuarantine, QuarantinePlace

router = APIRouter(prefix="/api/v1/quarantines", tags=["quarantines"])


class Decision(enum.StrEnum):
    RELEASE = "release"
    """It may be used."""
    DESTROYED = "destroyed"
    """It is put out, taken away and destroyed."""


class PlaceIn(Body):
    place: Annotated[Identifier, Field(description="a robot or an area")]
    reason: Reason
    actor: Person


class DecisionIn(Body):
    decision: Annotated[Decision, Field(strict=False)]
    reason: Reason
    actor: Person
    witness: Annotated[Person | None, Field(description="a second person, where controlled drugs are destroyed")] = None
    batch: Annotated[Batch | None, Field(description="only this batch")] = None
    pack_ids: Annotated[list[Identifier], Field(default_factory=list, max_length=500, description="only these packs")]


@router.get("", **answers(QuarantineList, "Open cases with what each holds."))
async def find(desk: DeskDep) -> Response:
    return reply(QuarantineList(quarantine_answers(await desk.archive.quarantined())))


@router.get("/{case_id}", **answers(QuarantineDetail, "What it holds, and who got packs that left before it began."))
async def show(case_id: PathId, desk: DeskDep) -> Response:
    begun = await desk.archive.journal(subject=f"quarantine:{case_id}", limit=1)
    if not begun:
        raise NotFound(f"there is no quarantine {case_id}")
    opened = begun[0]
    place, since = opened.data.get("place"), opened.data.get("since_at")
    lots = [lot for lot in await desk.archive.quarantined() if lot.case_id == case_id]
    left = (
        []
        if place is None or since is None
        else await desk.archive.left_from(robot_account(place), since=since, until=opened.at)
    )
    return reply(quarantine_detail(opened, lots, left, desk.engine.state, desk.clock.now()))


@router.post("", **answers(QuarantineReceipt, "Every pack at the place is held; committed.", 201))
async def hold(body: PlaceIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = QuarantinePlace(body.place, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, "quarantines", body))
    return reply(with_instants(answer), 201)


@router.post("/{case_id}/decision", **answers(QuarantineReceipt, "The decision is committed."))
async def decide(case_id: PathId, body: DecisionIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    destroyed = body.decision is Decision.DESTROYED
    packs = tuple(body.pack_ids)
    action = DecideQuarantine(case_id, destroyed, body.reason, body.actor, body.witness, body.batch, packs)
    answer = await desk.engine.do(action, idempotency(key, f"quarantines/{case_id}/decision", body))
    return reply(with_instants(answer))
