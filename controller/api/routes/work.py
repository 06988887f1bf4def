"""Work: what people have to do, and what they say when it is done."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from controller.api.answers.work import FinishReceipt, WorkPage, work_answer
from controller.api.bodies import Batch, Body, Gtin, Identifier, Limit, PathId, Person, QueryId
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import DayIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.doubt import Finding
from controller.domain.work import WorkStatus
from controller.engine.actions import DeliveredLine, FinishWork

router = APIRouter(prefix="/api/v1/work", tags=["work"])

_OPEN = (WorkStatus.WAITING, WorkStatus.TAKEN)
PackIds = Annotated[list[Identifier], Field(max_length=500)]


class PackFindingIn(Body):
    pack_id: Identifier
    found: Annotated[Finding, Field(strict=False)]


class FindingsIn(Body):
    """What the worker saw and did. Which fields belong to which kind of work, their descriptions say."""

    picked: Annotated[PackIds | None, Field(description="hand_pick: packs now in the tote")] = None
    moved: Annotated[
        PackIds | None,
        Field(description="feed, shelve, empty_chute, clear_expired: packs carried; count_stock: packs seen"),
    ] = None
    missing: Annotated[PackIds, Field(default_factory=list, description="packs that were not in their place")]
    accepted: Annotated[bool, Field(description="check: the tote holds what the order asks")] = True
    packs: Annotated[list[PackFindingIn], Field(default_factory=list, max_length=500, description="settle")]
    gtin: Annotated[Gtin | None, Field(description="clear_reject: as read by eye, with batch and expiry")] = None
    batch: Batch | None = None
    expiry: DayIn | None = None
    fed_again: Annotated[Literal[True] | None, Field(description="clear_reject: it lies on the input belt again")] = (
        None
    )
    set_aside: Annotated[
        Literal[True] | None, Field(description="clear_reject: recalled, held or doubtful, it lies in quarantine now")
    ] = None
    empty: Annotated[Literal[True] | None, Field(description="clear_reject: no pack was there")] = None

    @model_validator(mode="after")
    def _one_story(self) -> Self:
        read = (self.gtin, self.batch, self.expiry, self.fed_again or self.set_aside)
        if any(part is not None for part in read) and None in read:
            raise ValueError("gtin, batch, expiry and fed_again (or set_aside) come together")
        if self.fed_again and self.set_aside:
            raise ValueError("either fed_again or set_aside, not both")
        if self.gtin is not None and self.empty:
            raise ValueError("the lane cannot be empty and have held a pack")
        if self.picked is not None and self.moved is not None:
            raise ValueError("either picked or moved, not both")
        return self

    def identified(self) -> DeliveredLine | None:
        if self.gtin is None or self.batch is None or self.expiry is None:
            return None
        return DeliveredLine(self.gtin, self.batch, self.expiry, 1)


class FinishIn(Body):
    worker: Person
    findings: FindingsIn

    def action(self, work_id: str) -> FinishWork:
        findings = self.findings
        return FinishWork(
            work_id=work_id,
            worker=self.worker,
            moved=tuple(findings.picked or findings.moved or ()),
            missing=tuple(findings.missing),
            findings=tuple((pack.pack_id, pack.found) for pack in findings.packs),
            identified=findings.identified(),
            set_aside=findings.set_aside is True,
            accepted=findings.accepted,
        )


@router.get("", **answers(WorkPage, "Work that is not done, a page at a time."))
async def list_open(desk: DeskDep, cursor: CursorQuery = None, limit: Limit = 100, station: QueryId = None) -> Response:
    after = cursor_key("work", cursor)
    await desk.engine.settled()
    rows = sorted(
        (
            work
            for work in desk.engine.state.works.values()
            if work.work_id > after and work.status in _OPEN and station in (None, work.station)
        ),
        key=lambda work: work.work_id,
    )
    onward = next_cursor("work", rows, limit, lambda work: work.work_id)
    return reply(WorkPage([work_answer(work) for work in rows[:limit]], onward))


@router.post("/{work_id}/finish", **answers(FinishReceipt, "What was done is committed."))
async def finish(work_id: PathId, body: FinishIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    answer = await desk.engine.do(body.action(work_id), idempotency(key, f"work/{work_id}/finish", body))
    return reply(with_instants(answer))
