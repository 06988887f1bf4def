"""Faults: their records, the recording around each, earlier ones like it, and what people found."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from controller.api.answers.faults import (
    FaultDetail,
    FaultPage,
    FindingReceipt,
    RecordingAnswer,
    SimilarFaults,
    fault_detail,
    fault_record,
    recording_answer,
    similar_faults,
)
from controller.api.bodies import Body, Limit, PathId, Person, QueryId
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import Desk, DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.fault import Fault
from controller.engine.actions import RecordFinding
from controller.engine.ports import Archive
from controller.engine.recorder import MOST_LINES
from controller.faults.likeness import Alike, Sign, compare, cures, most_alike, signs_before

router = APIRouter(prefix="/api/v1/faults", tags=["faults"])

BEGINNING_LINES = 500
"""The state of the robot when a fault was raised stands within so many lines of its recording."""
COMPARED = 500
"""Earlier faults of the same code that are looked at…"""
LOOKED_INTO = 12
"""…and those of them whose measurements are compared as well."""
SHOWN = 10
USUAL_S = 86_400.0
"""What is usual for a robot follows from so long before the fault."""

Code = Annotated[str | None, Query(pattern=r"^[A-Z]{2,3}-[0-9]{2}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class FindingIn(Body):
    cause: Word
    """A name of the fault catalogue, or unknown, or other."""
    remedy: Word
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    actor: Person


@router.get("", **answers(FaultPage, "Faults, the newest first, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    robot: QueryId = None,
    code: Code = None,
    standing: bool = False,
) -> Response:
    if robot is not None:
        desk.robot(robot)
    before = cursor_key("faults", cursor) or None
    if standing:
        rows = await _standing(desk, before, limit + 1, robot, code)
    else:
        rows = await desk.archive.faults(before=before, limit=limit + 1, robot=robot, code=code)
    onward = next_cursor("faults", rows, limit, lambda fault: fault.fault_id)
    return reply(FaultPage([fault_record(fault) for fault in rows[:limit]], onward))


@router.get("/{fault_id}", **answers(FaultDetail, "The fault, what it means, and its probable causes."))
async def show(fault_id: PathId, desk: DeskDep) -> Response:
    fault = await _fault(fault_id, desk)
    return reply(fault_detail(fault, await desk.archive.recordings(fault_id, limit=BEGINNING_LINES)))


@router.get("/{fault_id}/recording", **answers(RecordingAnswer, "What the flight recorder kept around the fault."))
async def recording(fault_id: PathId, desk: DeskDep) -> Response:
    await _fault(fault_id, desk)
    lines = await desk.archive.recordings(fault_id, limit=2 * MOST_LINES)
    return reply(recording_answer(fault_id, lines))


@router.get("/{fault_id}/similar", **answers(SimilarFaults, "Earlier faults like this one, and what cured them."))
async def similar(fault_id: PathId, desk: DeskDep) -> Response:
    fault = await _fault(fault_id, desk)
    earlier = await desk.archive.faults(before=fault_id, limit=COMPARED, code=fault.code)
    signs = await _signs(fault, desk.archive)
    by_place = most_alike((compare(fault, (), other, ()) for other in earlier), len(earlier))
    found = [await _looked_into(fault, signs, alike, desk.archive) for alike in by_place[:LOOKED_INTO]]
    shown = most_alike(found, SHOWN)
    return reply(similar_faults(fault_id, signs, shown, cures([*found, *by_place[LOOKED_INTO:]])))


@router.post("/{fault_id}/finding", **answers(FindingReceipt, "Cause and cure are committed."))
async def record_finding(fault_id: PathId, body: FindingIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = RecordFinding(fault_id, body.cause, body.remedy, body.actor, body.note)
    answer = await desk.engine.do(action, idempotency(key, f"faults/{fault_id}/finding", body))
    return reply(with_instants(answer))


async def _fault(fault_id: str, desk: Desk) -> Fault:
    fault = await desk.archive.fault(fault_id)
    if fault is None:
        raise NotFound(f"there is no fault {fault_id}")
    return fault


async def _standing(desk: Desk, before: str | None, limit: int, robot: str | None, code: str | None) -> Sequence[Fault]:
    await desk.engine.settled()
    found = (
        fault
        for fault in desk.engine.state.faults.values()
        if fault.cleared_at is None
        and robot in (None, fault.robot)
        and code in (None, fault.code)
        and (before is None or fault.fault_id < before)
    )
    return sorted(found, key=lambda fault: fault.fault_id, reverse=True)[:limit]


async def _looked_into(fault: Fault, signs: Sequence[Sign], alike: Alike, archive: Archive) -> Alike:
    if not signs:
        return alike
    return compare(fault, signs, alike.fault, await _signs(alike.fault, archive))


async def _signs(fault: Fault, archive: Archive) -> tuple[Sign, ...]:
    told = await archive.conditions(fault.robot, since=fault.raised_at - USUAL_S, until=fault.raised_at)
    return signs_before(fault, told)
