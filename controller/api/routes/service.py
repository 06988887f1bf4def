"""For whoever runs the process: is it alive, may it work, how does it do."""

from fastapi import APIRouter, Response

from controller.api.answers.service import Alive, Ready
from controller.api.desk import DeskDep
from controller.api.replies import Responses, answers, reply

router = APIRouter(tags=["service"])

_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_READY = answers(Ready, "Ready to work.")
_NOT_READY = answers(Ready, "Not ready: the reasons say why.", 503)
_METRICS: Responses = {
    200: {"description": "Prometheus text format.", "content": {_EXPOSITION: {"schema": {"type": "string"}}}}
}


@router.get("/livez", **answers(Alive, "The process answers."))
async def alive() -> Response:
    return reply(Alive())


@router.get("/readyz", **{**_READY, "responses": {**_READY["responses"], **_NOT_READY["responses"]}})
async def ready(desk: DeskDep) -> Response:
    reasons = dict(desk.engine.readiness)
    return reply(Ready(not reasons, reasons), 503 if reasons else 200)


@router.get("/metrics", response_class=Response, response_model=None, responses=_METRICS)
async def metrics(desk: DeskDep) -> Response:
    return Response(desk.exposition(), headers={"Content-Type": _EXPOSITION})
