"""Orders: submitting under a key, finding, following, cancelling."""

import pytest

from controller.domain.order import OrderClass
from controller.engine.actions import BookDelivery, CancelOrder, LineRequest, SubmitOrder
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import DELIVERY, KEY, ORDER, REASON
from tests.unit.api.small_centre import GTIN, NOW, entry

ORDERS = "/api/v1/orders"


async def test_order_becomes_the_action(centre: Centre) -> None:
    await centre.client.post(ORDERS, json=ORDER, headers=KEY)
    lines = (LineRequest(GTIN, 2),)
    assert centre.engine.asked == [
        SubmitOrder(
            "U000757", "GGH-WA0000", OrderClass.URGENT, lines, None, "QEUH-1", "2026-11-23", actor="ward:GGH-WA0000"
        )
    ]


async def test_discharge_with_a_promise(centre: Centre) -> None:
    body = {**ORDER, "class": "discharge", "due_at": "2026-11-23T09:30:00.250+01:00", "run": None, "run_date": None}
    await centre.client.post(ORDERS, json=body, headers=KEY)
    (asked,) = centre.engine.asked
    assert isinstance(asked, SubmitOrder)
    assert asked.due_at == NOW + 1800.25


async def test_times_of_the_answer_are_rfc3339(centre: Centre) -> None:
    answer = await centre.client.post(ORDERS, json=ORDER, headers=KEY)
    assert answer.json() == {"order_ref": "U000757", "status": "open", "due_at": "2026-11-23T08:00:00.500Z", "n": 1}


async def test_i13_same_key_same_body_same_answer_one_effect(centre: Centre) -> None:
    first = await centre.client.post(ORDERS, json=ORDER, headers=KEY)
    reordered = dict(reversed(ORDER.items()))
    again = await centre.client.post(ORDERS, json=reordered, headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(centre.engine.asked) == 1


async def test_i13_same_key_other_body_is_refused(centre: Centre) -> None:
    await centre.client.post(ORDERS, json=ORDER, headers=KEY)
    other = await centre.client.post(ORDERS, json={**ORDER, "order_ref": "U2"}, headers=KEY)
    elsewhere = await centre.client.post("/api/v1/deliveries", json=DELIVERY, headers=KEY)
    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert other.json()["code"] == "key_reused"
    assert len(centre.engine.asked) == 1


@pytest.mark.parametrize("key", [None, "", "two words", "k" * 101, "schlüssel"])
async def test_a_submission_needs_a_key(centre: Centre, key: str | None) -> None:
    headers = {} if key is None else {b"Idempotency-Key": key.encode()}
    for path, body in ((ORDERS, ORDER), ("/api/v1/deliveries", DELIVERY)):
        answer = await centre.client.post(path, json=body, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["place"] == "header.Idempotency-Key"
    assert centre.engine.asked == []


async def test_a_key_is_welcome_wherever_something_changes(centre: Centre) -> None:
    for _ in range(2):
        answer = await centre.client.post(f"{ORDERS}/T000173/cancel", json=REASON, headers=KEY)
        assert answer.status_code == 200
    assert centre.engine.asked == [CancelOrder("T000173", REASON["reason"], "Ann")]


async def test_i13_same_key_same_body_for_another_thing_is_refused(centre: Centre) -> None:
    await centre.client.post(f"{ORDERS}/T000173/cancel", json=REASON, headers=KEY)
    other = await centre.client.post(f"{ORDERS}/D000001/cancel", json=REASON, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_delivery_becomes_the_action(centre: Centre) -> None:
    answer = await centre.client.post("/api/v1/deliveries", json=DELIVERY, headers=KEY)
    (asked,) = centre.engine.asked
    assert isinstance(asked, BookDelivery)
    assert [(line.gtin, line.batch, line.expiry.isoformat(), line.quantity) for line in asked.lines] == [
        (GTIN, "X58815", "2028-06-19", 20)
    ]
    assert answer.json() == {"delivery_note": "DN261123012", "packs": 20}


async def test_pages_follow_each_other_without_gap_or_double(centre: Centre) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = (await centre.client.get(f"{ORDERS}?limit=1{cursor}")).json()
        seen += [order["order_ref"] for order in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ["T000173", "D000001"]


async def test_a_cursor_of_another_list_is_refused(centre: Centre) -> None:
    cursor = (await centre.client.get(f"{ORDERS}?limit=1")).json()["next"]
    answer = await centre.client.get(f"/api/v1/totes?cursor={cursor}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("class=discharge", ["D000001"]),
        ("status=open", ["T000173"]),
        ("departure_id=QEUH-1/2026-11-23", ["T000173"]),
        ("destination=GRI-CL0001", []),
    ],
)
async def test_filters(centre: Centre, query: str, found: list[str]) -> None:
    page = (await centre.client.get(f"{ORDERS}?{query}")).json()
    assert [order["order_ref"] for order in page["items"]] == found


async def test_one_order_with_all_that_happened_to_it(centre: Centre) -> None:
    centre.engine.write(entry(5, "order:T000173", "order.rebooked"))
    order = (await centre.client.get(f"{ORDERS}/T000173")).json()
    assert order["class"] == "routine"
    assert order["lines"] == [
        {"number": 1, "gtin": GTIN, "ordered": 5, "wanted": 2, "reserved": 1, "in_work": 2, "gathered": 1, "short": 0,
         "short_reason": None, "single_batch": False}
    ]  # fmt: skip
    assert [tote["tote_id"] for tote in order["totes"]] == ["T000173-1"]
    assert [task["task_id"] for task in order["tasks"]] == ["C1.000001"]
    assert [(each["seq"], each["subject"]) for each in order["time_line"]] == [
        (1, "order:T000173"),
        (2, "tote:T000173-1"),
        (4, "task:C1.000001"),
        (5, "order:T000173"),
    ]
