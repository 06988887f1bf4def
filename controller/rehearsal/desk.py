"""What simulated people ask of the service, as actions, and the engine's answers as the API would give them."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

from controller.domain.doubt import Finding
from controller.domain.errors import Conflict, Invalid, NightshiftError, NotFound
from controller.domain.order import OrderClass
from controller.domain.pack import GOODS_IN
from controller.engine import actions as act
from controller.engine.core import Answer
from controller.protocol.vocabulary import epoch_s
from simulator.desk import AnnounceDelivery, ClaimWork, DeskAction, DeskAnswer, FinishWork, PlaceOrder, PutRobotBack
from simulator.desk_quality import CorrectBooks, Correction, DecideQuarantine, QualityAction, ReportFound

_STATUS = {NotFound: 404, Conflict: 409, Invalid: 422}


def submission_of(request: DeskAction, at: float) -> act.Submission:
    """The request as the API would submit it."""
    key = request.idempotency_key
    idempotency = None
    if key is not None:
        digest = sha256(json.dumps(request.body(), sort_keys=True).encode()).hexdigest()
        idempotency = act.Idempotency(key, digest)
    return act.Submission(_action(request, at), idempotency)


def answer_of(answer: Answer) -> DeskAnswer:
    """The engine's answer as a person's terminal shows it."""
    if isinstance(answer, NightshiftError):
        return DeskAnswer(_STATUS.get(type(answer), 400), {"code": answer.code, "detail": str(answer)})
    return DeskAnswer(200, answer)


def _action(request: DeskAction, at: float) -> act.Action:
    match request:
        case PlaceOrder():
            return act.SubmitOrder(
                order_ref=request.order_ref,
                destination=request.destination,
                order_class=OrderClass(request.order_class),
                lines=tuple(
                    act.LineRequest(gtin, quantity, gtin in request.single_batch) for gtin, quantity in request.lines
                ),
                due_at=epoch_s(request.due_at) if request.due_at else None,
                run=request.run,
                run_date=request.run_date,
                placed_at=at,
                actor=f"ward:{request.destination}",
            )
        case AnnounceDelivery():
            return act.BookDelivery(
                delivery_note=request.delivery_note,
                lines=tuple(
                    act.DeliveredLine(line.gtin, line.batch, date.fromisoformat(line.expiry), line.quantity)
                    for line in request.lines
                ),
                actor="goods-in",
            )
        case ClaimWork():
            return act.ClaimWork(request.station, request.worker)
        case FinishWork():
            return _finish(request)
        case DecideQuarantine() | ReportFound() | CorrectBooks():
            return _of_quality(request)
        case PutRobotBack():
            return act.PutBack(request.robot, request.reason, request.who, travel_area_empty=True)


def _of_quality(request: QualityAction) -> act.Action:
    match request:
        case DecideQuarantine():
            return act.DecideQuarantine(
                request.case_id,
                request.decision == "destroyed",
                request.reason,
                request.actor,
                request.witness,
                pack_ids=request.pack_ids,
            )
        case ReportFound():
            expiry = date.fromisoformat(request.expiry)
            return act.FoundPack(
                request.gtin, request.batch, expiry, GOODS_IN, request.reason, request.actor, request.witness
            )
        case CorrectBooks():
            kind = act.RestoreStock if request.what is Correction.PUT_BACK else act.WriteOff
            return kind(request.pack_ids, request.reason, request.actor, request.witness)


def _finish(request: FinishWork) -> act.FinishWork:
    findings: Any = request.findings
    identified = None
    if findings.get("gtin"):
        identified = act.DeliveredLine(findings["gtin"], findings["batch"], date.fromisoformat(findings["expiry"]), 1)
    return act.FinishWork(
        work_id=request.work_id,
        worker=request.worker,
        moved=tuple(findings.get("picked") or findings.get("moved") or ()),
        missing=tuple(findings.get("missing") or ()),
        findings=tuple((pack["pack_id"], Finding(pack["found"])) for pack in findings.get("packs") or ()),
        identified=identified,
        accepted=bool(findings.get("accepted", True)),
        set_aside=bool(findings.get("set_aside")),
    )
