"""Recalls: a batch blocked, everybody named who got it, and the drill of it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from controller.api.answers.recalls import RecallDetail, RecallList, RecallReceipt, recall_answer, recall_detail
from controller.api.bodies import Batch, Body, Gtin, Identifier, Limit, PathId, Person, Reason
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import with_instants
from controller.api.replies import answers, reply
from controller.domain.disposal import Ending
from controller.domain.errors import NotFound
from controller.domain.pack import Pack, PackStanding
from controller.domain.recall import Recall
from controller.engine.actions import CloseRecall, DisposeRecalled, StartRecall
from controller.engine.ports import Archive

router = APIRouter(prefix="/api/v1/recalls", tags=["recalls"])

_PAGE = 2_000


class RecallIn(Body):
    gtin: Gtin
    batch: Batch
    recall_class: Annotated[int, Field(alias="class", ge=1, le=4)]
    reason: Reason
    actor: Person
    drill: bool = False
    """A dummy recall: everything is listed and nothing is blocked."""


class DisposalIn(Body):
    ending: Annotated[Ending, Field(strict=False, description="destroyed, or returned to the supplier")]
    reason: Reason
    actor: Person
    witness: Annotated[Person | None, Field(description="a second person, for controlled drugs")] = None
    pack_ids: Annotated[list[Identifier], Field(default_factory=list, max_length=500, description="only these packs")]


class CloseIn(Body):
    note: Reason
    actor: Person


@router.post("", **answers(RecallReceipt, "Every pack of the batch is blocked; committed.", 201))
async def start(body: RecallIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = StartRecall(body.gtin, body.batch, body.recall_class, body.reason, body.actor, body.drill)
    answer = await desk.engine.do(action, idempotency(key, "recalls", body))
    return reply(with_instants(answer), 201)


@router.get("", **answers(RecallList, "Recalls and drills, the newest first."))
async def find(desk: DeskDep, limit: Limit = 100) -> Response:
    return reply(RecallList([recall_answer(recall) for recall in await desk.archive.recalls(limit=limit)]))


@router.get("/{recall_id}", **answers(RecallDetail, "Where the batch is, and everybody who got it, as of now."))
async def show(recall_id: PathId, desk: DeskDep) -> Response:
    clock = asyncio.get_running_loop().time
    began = clock()
    recall = await _recall(desk.archive, recall_id)
    known = await _packs_known(desk.archive, recall)
    sent = await desk.archive.sent(recall.gtin, recall.batch)
    return reply(recall_detail(recall, known, sent, desk.engine.state, desk.clock.now(), clock() - began))


@router.post(
    "/{recall_id}/disposals",
    **answers(RecallReceipt, "Robots and people put the packs out; each leaves the books when somebody has it.", 201),
)
async def dispose(recall_id: PathId, body: DisposalIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    packs = tuple(body.pack_ids)
    action = DisposeRecalled(recall_id, body.ending, body.reason, body.actor, body.witness, packs)
    answer = await desk.engine.do(action, idempotency(key, f"recalls/{recall_id}/disposals", body))
    return reply(with_instants(answer), 201)


@router.post(
    "/{recall_id}/close",
    **answers(RecallReceipt, "The recall is closed; what is held stays so, and what is still here is named."),
)
async def close(recall_id: PathId, body: CloseIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    recall = await _recall(desk.archive, recall_id)
    sent = await desk.archive.sent(recall.gtin, recall.batch)
    action = CloseRecall(recall_id, body.note, body.actor, len({pack.destination for pack in sent}))
    answer = await desk.engine.do(action, idempotency(key, f"recalls/{recall_id}/close", body))
    return reply(with_instants(answer))


async def _recall(archive: Archive, recall_id: str) -> Recall:
    recall = await archive.recall(recall_id)
    if recall is None:
        raise NotFound(f"there is no recall {recall_id}")
    return recall


async def _packs_known(archive: Archive, recall: Recall) -> list[Pack]:
    """Of the batch, those that were sent left out."""
    found: list[Pack] = []
    after = ""
    while True:
        page: Sequence[Pack] = await archive.packs(after=after, limit=_PAGE, gtin=recall.gtin, batch=recall.batch)
        found += (pack for pack in page if pack.standing is not PackStanding.DISPATCHED)
        if len(page) < _PAGE:
            return found
        after = page[-1].pack_id
