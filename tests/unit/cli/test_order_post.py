"""Orders from a file reach the centre once, and what the centre refuses is named."""

import json
from typing import Any

import httpx
import pytest

from controller.cli.order_post import CentreUnreachable, post_orders
from controller.domain.order import OrderClass
from controller.engine.actions import LineRequest, SubmitOrder
from tests.support.sitefolders import GTIN

ORDER = SubmitOrder("T1", "GGH-WA0000", OrderClass.DISCHARGE, (LineRequest(GTIN, 2),), due_at=1795429142.5)


class Centre:
    """Takes orders as the API does: one effect a key, and a conflict for an order that it has."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.busy = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            order = self.orders.get(request.url.path.rpartition("/")[2])
            return httpx.Response(404) if order is None else httpx.Response(200, json=_shown(order))
        if self.busy:
            self.busy -= 1
            return httpx.Response(503, headers={"Retry-After": "0"}, json={"detail": "starting"})
        body = json.loads(request.content)
        key = request.headers["Idempotency-Key"]
        if key not in self.answers:
            if body["order_ref"] in self.orders:
                return httpx.Response(409, json={"detail": "there is an order T1 already"})
            self.orders[body["order_ref"]] = body
            self.answers[key] = {"order_ref": body["order_ref"]}
        return httpx.Response(201, json=self.answers[key])


def _shown(order: dict[str, Any]) -> dict[str, Any]:
    lines = [{"gtin": line["gtin"], "ordered": line["quantity"]} for line in order["lines"]]
    return {"destination": order["destination"], "class": order["class"], "lines": lines}


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def test_an_order_is_placed_as_the_api_wants_it(centre: Centre) -> None:
    outcome = await post_orders("http://centre", [ORDER], "a.csv", httpx.MockTransport(centre))
    assert (outcome.placed, outcome.known, outcome.refusals) == (1, 0, [])
    assert centre.orders["T1"] == {
        "order_ref": "T1",
        "destination": "GGH-WA0000",
        "class": "discharge",
        "due_at": "2026-11-23T10:19:02.500Z",
        "run": None,
        "run_date": None,
        "lines": [{"gtin": GTIN, "quantity": 2}],
    }


async def test_the_same_order_twice_changes_nothing_even_when_its_key_is_forgotten(centre: Centre) -> None:
    transport = httpx.MockTransport(centre)
    await post_orders("http://centre", [ORDER], "a.csv", transport)
    centre.answers.clear()
    outcome = await post_orders("http://centre", [ORDER], "a.csv", transport)
    assert (outcome.placed, outcome.known, outcome.refusals) == (0, 1, [])


async def test_another_order_of_the_same_name_is_refused_with_the_reason(centre: Centre) -> None:
    transport = httpx.MockTransport(centre)
    await post_orders("http://centre", [ORDER], "a.csv", transport)
    other = SubmitOrder("T1", "GGH-WA0000", OrderClass.DISCHARGE, (LineRequest(GTIN, 3),), due_at=1795429142.5)
    outcome = await post_orders("http://centre", [other], "b.csv", transport)
    [refusal] = outcome.refusals
    assert refusal.text.startswith("b.csv, column order_ref 'T1': there is an order T1 already.")


async def test_a_centre_that_is_starting_is_asked_again(centre: Centre) -> None:
    centre.busy = 3
    outcome = await post_orders("http://centre", [ORDER], "a.csv", httpx.MockTransport(centre))
    assert outcome.placed == 1


async def test_a_centre_that_never_answers_is_told_with_what_to_do() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    with pytest.raises(CentreUnreachable, match=r"Nothing answers at http://centre .*nightshift up"):
        await post_orders("http://centre", [ORDER], "a.csv", httpx.MockTransport(refuse))
