"""What simulated people ask becomes the action that the API would make of it, and a refusal the API's answer."""

from datetime import date

import pytest

from controller.domain.doubt import Finding
from controller.domain.errors import Conflict, Invalid, NightshiftError, NotFound, StockRefused
from controller.domain.order import OrderClass
from controller.engine import actions as act
from controller.rehearsal.desk import answer_of, submission_of
from simulator.desk import AnnounceDelivery, ClaimWork, DeliveredLine, DeskAction, FinishWork, PlaceOrder, PutRobotBack
from tests.support.cores import FLAT, MONDAY, TALL

DISCHARGE = PlaceOrder("D1", "GGH-WA1", "discharge", "2026-11-23T09:30:00.000Z", None, None, ((FLAT, 2), (TALL, 1)))
ROUTINE = PlaceOrder("T1", "GGH-WA1", "routine", None, "GGH-1", "2026-11-23", ((FLAT, 1),))
DELIVERY = AnnounceDelivery("DN1", 1, (DeliveredLine(FLAT, "B1", "2028-01-31", 3),))


@pytest.mark.parametrize(
    ("request_", "action"),
    [
        (
            DISCHARGE,
            act.SubmitOrder(
                "D1",
                "GGH-WA1",
                OrderClass.DISCHARGE,
                (act.LineRequest(FLAT, 2), act.LineRequest(TALL, 1)),
                due_at=MONDAY + 5400.0,
                placed_at=MONDAY,
                actor="ward:GGH-WA1",
            ),
        ),
        (
            ROUTINE,
            act.SubmitOrder(
                "T1",
                "GGH-WA1",
                OrderClass.ROUTINE,
                (act.LineRequest(FLAT, 1),),
                run="GGH-1",
                run_date="2026-11-23",
                placed_at=MONDAY,
                actor="ward:GGH-WA1",
            ),
        ),
        (DELIVERY, act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "B1", date(2028, 1, 31), 3),), "goods-in")),
        (ClaimWork("CHECK", "ann"), act.ClaimWork("CHECK", "ann")),
        (PutRobotBack("R1", "new pump", "ann", 7), act.PutBack("R1", "new pump", "ann", travel_area_empty=True)),
        (
            FinishWork("W1", "ann", {"picked": ["P1"], "missing": ["P2"]}),
            act.FinishWork("W1", "ann", moved=("P1",), missing=("P2",)),
        ),
        (FinishWork("W1", "ann", {"moved": ["P1"]}), act.FinishWork("W1", "ann", moved=("P1",))),
        (FinishWork("W1", "ann", {"accepted": False}), act.FinishWork("W1", "ann", accepted=False)),
        (
            FinishWork("W1", "ann", {"packs": [{"pack_id": "P1", "found": "in_tote"}]}),
            act.FinishWork("W1", "ann", findings=(("P1", Finding.IN_TOTE),)),
        ),
        (
            FinishWork("W1", "ann", {"gtin": FLAT, "batch": "B1", "expiry": "2028-01-31"}),
            act.FinishWork("W1", "ann", identified=act.DeliveredLine(FLAT, "B1", date(2028, 1, 31), 1)),
        ),
    ],
)
def test_each_request_is_one_action(request_: DeskAction, action: act.Action) -> None:
    assert submission_of(request_, MONDAY).action == action


def test_asked_again_it_has_the_same_key_and_digest_and_another_request_has_not() -> None:
    first, again = submission_of(ROUTINE, MONDAY), submission_of(ROUTINE, MONDAY + 60.0)
    assert first.idempotency is not None
    assert first.idempotency == again.idempotency
    assert submission_of(DISCHARGE, MONDAY).idempotency != first.idempotency


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotFound("x"), 404), (Conflict("x"), 409), (Invalid("x"), 422), (StockRefused("x"), 400)],
)
def test_a_refusal_is_told_as_the_api_tells_it(refusal: NightshiftError, status: int) -> None:
    answer = answer_of(refusal)
    assert (answer.status, answer.body) == (status, {"code": refusal.code, "detail": "x"})


def test_an_answer_is_told_as_it_is() -> None:
    assert answer_of({"work": None}).body == {"work": None}
