"""Why an order was served as it was: its story in sentences, and the figures of each decision."""

from fastapi import APIRouter, Response

from controller.api.answers.explanations import DecisionList, ExplanationAnswer, decision_answer, explanation_answer
from controller.api.bodies import PathId
from controller.api.desk import Desk, DeskDep
from controller.api.order_facts import material_of
from controller.api.replies import answers, reply
from controller.domain.errors import NotFound
from controller.domain.order import Order
from controller.scheduling.story import notes_on, tell

router = APIRouter(prefix="/api/v1/orders", tags=["explanations"])


@router.get("/{order_ref}/explanation", **answers(ExplanationAnswer, "The story of the order, in sentences."))
async def explain(order_ref: PathId, desk: DeskDep) -> Response:
    order = await _order(order_ref, desk)
    await desk.engine.settled()
    now = desk.clock.now()
    material = await material_of(order, desk.archive, desk.engine.state, now)
    return reply(explanation_answer(order_ref, now, tell(material), material.lateness, material.names.say))


@router.get("/{order_ref}/decisions", **answers(DecisionList, "Why each tour of the order was given, a week back."))
async def decisions(order_ref: PathId, desk: DeskDep) -> Response:
    order = await _order(order_ref, desk)
    found = await desk.archive.decisions(order_ref)
    notes = notes_on(order, found, desk.clock.now())
    return reply(DecisionList([decision_answer(each) for each in found], list(notes)))


async def _order(order_ref: str, desk: Desk) -> Order:
    order = await desk.archive.order(order_ref)
    if order is None:
        raise NotFound(f"there is no order {order_ref}")
    return order
