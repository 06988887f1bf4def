"""What is not in the described form is refused by place, and nothing of it reaches the engine."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import DELIVERY, ORDER, REASON, STOCK
from tests.unit.api.small_centre import GTIN

LINE = {"gtin": GTIN, "quantity": 2}
ORDERS = "/api/v1/orders"
DELIVERIES = "/api/v1/deliveries"
FINISH = "/api/v1/work/W1.000001/finish"
HOLD = "/api/v1/robots/R1/hold"
SETTLE = "/api/v1/doubts/D1.000001/settle"
COUNTS = "/api/v1/stock-lists/GGH-WA0000/counts"
CLAIMS = "/api/v1/stations/CHECK/claims"


def order(**changed: Any) -> str:
    return json.dumps({**ORDER, **changed})


def delivered(**changed: Any) -> str:
    return json.dumps({**DELIVERY, "lines": [{**DELIVERY["lines"][0], **changed}]})  # type: ignore[dict-item]


def findings(**found: Any) -> str:
    return json.dumps({"worker": "Ann", "findings": found})


@dataclass(frozen=True)
class Bad:
    what: str
    path: str
    body: str | bytes
    place: str


TABLE = (
    Bad("no body", ORDERS, "", "body"),
    Bad("no JSON", ORDERS, "order_ref=U1", "body"),
    Bad("cut off", ORDERS, order()[:-3], "body"),
    Bad("trailing garbage", ORDERS, order() + "]", "body"),
    Bad("two documents", ORDERS, order() + order(), "body"),
    Bad("an array", ORDERS, f"[{order()}]", "body"),
    Bad("a number", ORDERS, "42", "body"),
    Bad("null", ORDERS, "null", "body"),
    Bad("not UTF-8", ORDERS, b'{"order_ref": "\xff"}', "body"),
    Bad("byte order mark", ORDERS, b"\xef\xbb\xbf" + order().encode(), "body"),
    Bad("NaN", ORDERS, order(lines=[{**LINE, "quantity": float("nan")}]), "body"),
    Bad("Infinity", ORDERS, order(lines=[{**LINE, "quantity": float("inf")}]), "body"),
    Bad("duplicate key", ORDERS, order()[:-1] + ', "order_ref": "U2"}', "body"),
    Bad("duplicate key in a line", ORDERS, order(lines=[]).replace("[]", '[{"gtin":"1","gtin":"2"}]'), "body"),
    Bad("endless number", ORDERS, order(lines=[]).replace("[]", "9" * 5_000), "body"),
    Bad("bottomless", ORDERS, '{"lines":' + "[" * 20_000 + "]" * 20_000 + "}", "body"),
    Bad("unknown field", ORDERS, order(priority="high"), "body.priority"),
    Bad("unknown field in a line", ORDERS, order(lines=[{**LINE, "note": ""}]), "body.lines.0.note"),
    Bad("missing field", ORDERS, "{}", "body.order_ref"),
    Bad("empty reference", ORDERS, order(order_ref=""), "body.order_ref"),
    Bad("reference with a slash", ORDERS, order(order_ref="U/1"), "body.order_ref"),
    Bad("reference too long", ORDERS, order(order_ref="U" * 49), "body.order_ref"),
    Bad("reference with a line break", ORDERS, order(order_ref="U1\n"), "body.order_ref"),
    Bad("reference a number", ORDERS, order(order_ref=7), "body.order_ref"),
    Bad("other digits", ORDERS, order(lines=[{**LINE, "gtin": "٠" * 14}]), "body.lines.0.gtin"),
    Bad("lone surrogate", ORDERS, order().replace("GGH-WA0000", "\\ud800"), "body.destination"),
    Bad("unknown class", ORDERS, order(**{"class": "soon"}), "body.class"),
    Bad("class in capitals", ORDERS, order(**{"class": "URGENT"}), "body.class"),
    Bad("the inner name of class", ORDERS, order(order_class="urgent"), "body.order_class"),
    Bad("due at without zone", ORDERS, order(due_at="2026-11-23T08:00:00"), "body.due_at"),
    Bad("due at a number", ORDERS, order(due_at=1_795_420_800), "body.due_at"),
    Bad("due at in month 13", ORDERS, order(due_at="2026-13-23T08:00:00Z"), "body.due_at"),
    Bad("run date no date", ORDERS, order(run_date="tomorrow"), "body.run_date"),
    Bad("run date impossible", ORDERS, order(run_date="2026-02-30"), "body.run_date"),
    Bad("no lines", ORDERS, order(lines=[]), "body.lines"),
    Bad("too many lines", ORDERS, order(lines=[LINE] * 501), "body.lines"),
    Bad("short GTIN", ORDERS, order(lines=[{**LINE, "gtin": "123"}]), "body.lines.0.gtin"),
    Bad("nothing ordered", ORDERS, order(lines=[{**LINE, "quantity": 0}]), "body.lines.0.quantity"),
    Bad("less than nothing", ORDERS, order(lines=[LINE, {**LINE, "quantity": -1}]), "body.lines.1.quantity"),
    Bad("quantity in quotes", ORDERS, order(lines=[{**LINE, "quantity": "2"}]), "body.lines.0.quantity"),
    Bad("half a pack", ORDERS, order(lines=[{**LINE, "quantity": 2.5}]), "body.lines.0.quantity"),
    Bad("a truth as quantity", ORDERS, order(lines=[{**LINE, "quantity": True}]), "body.lines.0.quantity"),
    Bad("too many packs", ORDERS, order(lines=[{**LINE, "quantity": 10_001}]), "body.lines.0.quantity"),
    Bad("lines an object", ORDERS, order(lines={}), "body.lines"),
    Bad("batch with a space", DELIVERIES, delivered(batch="A B"), "body.lines.0.batch"),
    Bad("batch too long", DELIVERIES, delivered(batch="B" * 21), "body.lines.0.batch"),
    Bad("expiry a number", DELIVERIES, delivered(expiry=1_795_420_800), "body.lines.0.expiry"),
    Bad("expiry with a time", DELIVERIES, delivered(expiry="2028-06-19T00:00:00Z"), "body.lines.0.expiry"),
    Bad("expiry impossible", DELIVERIES, delivered(expiry="2028-06-31"), "body.lines.0.expiry"),
    Bad("nobody claims", CLAIMS, '{"worker": "  "}', "body.worker"),
    Bad("worker with a control character", CLAIMS, '{"worker": "A\\u0000"}', "body.worker"),
    Bad("no findings", FINISH, '{"worker": "Ann"}', "body.findings"),
    Bad("unknown finding", FINISH, findings(taken=[]), "body.findings.taken"),
    Bad("picked and moved", FINISH, findings(picked=[], moved=[]), "body.findings"),
    Bad("half a reading", FINISH, findings(gtin=GTIN, batch="B1"), "body.findings"),
    Bad("read but not fed", FINISH, findings(gtin=GTIN, batch="B1", expiry="2028-06-19", fed_again=False), "fed_again"),
    Bad(
        "empty and not", FINISH, findings(gtin=GTIN, batch="B", expiry="2028-06-19", fed_again=True, empty=True), "body"
    ),
    Bad("found nowhere", FINISH, findings(packs=[{"pack_id": "S1", "found": "gone"}]), "body.findings.packs.0.found"),
    Bad("missing no list", FINISH, findings(missing="S1"), "body.findings.missing"),
    Bad("no reason", HOLD, json.dumps({"actor": "Ann"}), "body.reason"),
    Bad("blank reason", HOLD, json.dumps({**REASON, "reason": " "}), "body.reason"),
    Bad("reason too long", HOLD, json.dumps({**REASON, "reason": "x" * 501}), "body.reason"),
    Bad("nobody by name", HOLD, json.dumps({**REASON, "actor": "\u200b"}), "body.actor"),
    Bad("the controller's name", HOLD, json.dumps({**REASON, "actor": "Controller"}), "body.actor"),
    Bad("a robot's name", HOLD, json.dumps({**REASON, "actor": "robot:R4"}), "body.actor"),
    Bad("a command that does not exist", "/api/v1/robots/R1/explode", json.dumps(REASON), "path.order"),
    Bad("address with odd characters", "/api/v1/robots/R 1/hold", json.dumps(REASON), "path.robot"),
    Bad("finding unknown", SETTLE, json.dumps({"finding": "stolen", "note": "n", "actor": "Ann"}), "body.finding"),
    Bad(
        "count below zero",
        COUNTS,
        json.dumps({"counts": [{"gtin": GTIN, "quantity": -1}], "actor": "W"}),
        "body.counts.0",
    ),
    Bad("hold without batch", "/api/v1/stock/holds", json.dumps({**STOCK, "batch": ""}), "body.batch"),
    Bad("unknown query parameter", f"{HOLD}?force=1", json.dumps(REASON), "query.force"),
)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.what.replace(" ", "-"))
async def test_refused_by_place(centre: Centre, bad: Bad) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k1"}
    answer = await centre.client.post(bad.path, content=bad.body, headers=headers)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["code"]) == (422, "malformed")
    assert any(bad.place in error["place"] for error in problem["errors"]), problem
    assert all(error["message"] for error in problem["errors"])
    assert centre.engine.asked == []


async def test_a_good_order_is_not_refused(centre: Centre) -> None:
    answer = await centre.client.post(ORDERS, json=ORDER, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201
    assert len(centre.engine.asked) == 1


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/api/v1/orders?limit=0", "query.limit"),
        ("/api/v1/orders?limit=501", "query.limit"),
        ("/api/v1/orders?limit=ten", "query.limit"),
        ("/api/v1/orders?limit=1&limit=2", "query.limit"),
        ("/api/v1/orders?status=lost", "query.status"),
        ("/api/v1/orders?cursor=%25", "query.cursor"),
        ("/api/v1/orders?cursor=AAAA", "query.cursor"),
        ("/api/v1/departures?date=23.11.2026", "query.date"),
        ("/api/v1/journal?after_seq=-1", "query.after_seq"),
        ("/api/v1/stock/products/123", "path.gtin"),
        ("/api/v1/overview?verbose=1", "query.verbose"),
        ("/livez?x=1", "query.x"),
    ],
)
async def test_query_refused_by_place(centre: Centre, address: str, place: str) -> None:
    answer = await centre.client.get(address)
    assert answer.status_code == 422, answer.text
    assert place in [error["place"] for error in answer.json()["errors"]]


async def test_the_answer_does_not_repeat_what_was_sent(centre: Centre) -> None:
    secret = "x" * 600
    answer = await centre.client.post(HOLD, json={**REASON, "reason": secret})
    assert secret not in answer.text


async def test_only_the_first_of_many_mistakes_are_told(centre: Centre) -> None:
    lines = [{"gtin": "1", "quantity": 0}] * 400
    answer = await centre.client.post(ORDERS, json={**ORDER, "lines": lines}, headers={"Idempotency-Key": "k1"})
    assert len(answer.json()["errors"]) == 20
