"""Promises over the API: with the order, and all of them, late ones apart."""

from dataclasses import replace

from controller.domain.promise import Promise
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import NOW

PROMISES = "/api/v1/promises"
SURE = Promise("T000173", NOW, NOW + 60.5, NOW + 180, 0.98765, NOW - 600, NOW + 30, NOW + 150)
LATE = replace(SURE, order_ref="D000001", on_time=0.12, cause="R4 is out of service", rescue="take line 2 from R7")
GONE = Promise("T000001", NOW, NOW, NOW, 1.0, NOW, NOW, NOW)
"""Of an order that is open no more."""


def _promise_all(centre: Centre) -> None:
    centre.engine.state.promises.update({each.order_ref: each for each in (LATE, GONE, SURE)})


async def test_promises_of_open_orders_as_these_came(centre: Centre) -> None:
    _promise_all(centre)
    page = (await centre.client.get(PROMISES)).json()
    assert [item["order_ref"] for item in page["items"]] == ["T000173", "D000001"]
    assert page["next"] is None
    assert page["items"][0] == {
        "order_ref": "T000173",
        "class": "routine",
        "destination": "GGH-WA0000",
        "departure_id": "QEUH-1/2026-11-23",
        "due_at": "2026-11-23T08:30:00.000Z",
        "promise": {
            "made_at": "2026-11-23T08:00:00.000Z",
            "expected_at": "2026-11-23T08:01:00.500Z",
            "promised_at": "2026-11-23T08:03:00.000Z",
            "on_time": 0.9877,
            "first_made_at": "2026-11-23T07:50:00.000Z",
            "first_expected_at": "2026-11-23T08:00:30.000Z",
            "first_promised_at": "2026-11-23T08:02:30.000Z",
            "cause": None,
            "rescue": None,
        },
    }


async def test_late_ones_and_the_others(centre: Centre) -> None:
    _promise_all(centre)
    for late, found in (("true", "D000001"), ("false", "T000173")):
        page = (await centre.client.get(PROMISES, params={"late": late})).json()
        assert [item["order_ref"] for item in page["items"]] == [found]
    (item,) = (await centre.client.get(PROMISES, params={"late": "true"})).json()["items"]
    assert (item["promise"]["cause"], item["promise"]["rescue"]) == ("R4 is out of service", "take line 2 from R7")


async def test_pages(centre: Centre) -> None:
    _promise_all(centre)
    first = (await centre.client.get(PROMISES, params={"limit": 1})).json()
    second = (await centre.client.get(PROMISES, params={"limit": 1, "cursor": first["next"]})).json()
    assert [page["items"][0]["order_ref"] for page in (first, second)] == ["T000173", "D000001"]
    assert second["next"] is None


async def test_what_cannot_be_asked_is_refused(centre: Centre) -> None:
    for query in ({"late": "perhaps"}, {"limit": "0"}, {"order": "up"}, {"cursor": "bm90aGluZw"}):
        assert (await centre.client.get(PROMISES, params=query)).status_code == 422, query


async def test_an_order_shows_its_promise(centre: Centre) -> None:
    assert (await centre.client.get("/api/v1/orders/T000173")).json()["promise"] is None
    _promise_all(centre)
    shown = (await centre.client.get("/api/v1/orders/D000001")).json()["promise"]
    assert (shown["on_time"], shown["rescue"]) == (0.12, "take line 2 from R7")
