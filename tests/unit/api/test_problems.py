"""Every refusal and failure is a problem document (RFC 9457), whatever the route."""

import pytest
from structlog.testing import capture_logs

from controller.domain.errors import (
    Conflict,
    Invalid,
    KeyReused,
    NightshiftError,
    NotFound,
    Overloaded,
    StaleEpoch,
    StockRefused,
    StoreUnavailable,
)
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import EXAMPLES, KEY, ORDER, Example
from tests.unit.api.test_openapi import check

CHANGING = [example for example in EXAMPLES if example.method == "POST"]
FORESEEING = "/api/v1/forecasts"
"""Asks nothing of the engine that it could refuse: it looks at a copy of its state, later."""
WAITING = "/api/v1/stations/{station}/claims"


def name(example: Example) -> str:
    return f"{example.method} {example.route}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
async def test_unknown_query_parameter_is_a_problem_everywhere(centre: Centre, example: Example) -> None:
    separator = "&" if "?" in example.path else "?"
    path = f"{example.path}{separator}surprise=1"
    answer = await centre.client.request(example.method, path, json=example.body, headers=example.headers)
    assert answer.status_code == 422
    check(answer.json(), {"$ref": "#/components/schemas/Problem"})


@pytest.mark.parametrize("example", [each for each in CHANGING if each.route not in (WAITING, FORESEEING)], ids=name)
async def test_business_errors_are_problems_on_every_changing_route(centre: Centre, example: Example) -> None:
    centre.engine.failure = Conflict("not now")
    answer = await centre.client.request(example.method, example.path, json=example.body, headers=example.headers)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    check(answer.json(), {"$ref": "#/components/schemas/Problem"})
    assert answer.json() == {
        "type": "urn:nightshift:problem:conflict",
        "title": "Does not fit the present state",
        "status": 409,
        "code": "conflict",
        "detail": "not now",
        "instance": example.path,
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (Conflict(), 409),
        (Invalid(), 400),
        (StockRefused(), 409),
        (KeyReused(), 422),
        (StaleEpoch(), 503),
        (StoreUnavailable(), 503),
        (Overloaded(), 503),
    ],
)
async def test_business_errors_by_one_table(centre: Centre, error: NightshiftError, status: int) -> None:
    centre.engine.failure = error
    answer = await centre.client.post("/api/v1/orders", json=ORDER, headers=KEY)
    assert answer.status_code == status
    assert answer.json()["code"] == error.code
    assert answer.json()["detail"] == str(error)
    assert ("retry-after" in answer.headers) == (status == 503)


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/tasks/C1.000001", "/api/v1/poison", "/api/v1/journal"])
async def test_reading_without_a_database_says_so(centre: Centre, path: str) -> None:
    centre.archive.failure = StoreUnavailable()
    answer = await centre.client.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_unforeseen_error_tells_an_id_and_nothing_else(centre: Centre) -> None:
    centre.engine.unforeseen = RuntimeError("password=hunter2")
    with capture_logs() as lines:
        answer = await centre.client.get("/api/v1/robots")
    assert answer.status_code == 500
    assert [(line["action"], line["incident"]) for line in lines] == [("api.incident", "incident-1")]
    problem = answer.json()
    check(problem, {"$ref": "#/components/schemas/Problem"})
    assert problem["instance"] == "urn:nightshift:incident:incident-1"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


async def test_an_error_that_no_table_foresees_is_an_incident(centre: Centre) -> None:
    centre.archive.failure = NightshiftError("page 17 of /var/lib/ledger is damaged")
    with capture_logs() as lines:
        answer = await centre.client.get("/api/v1/tasks")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "ledger" not in answer.text
    assert [line["action"] for line in lines] == ["api.incident"]


async def test_service_runs_on_after_an_unforeseen_error(centre: Centre) -> None:
    centre.engine.failure = RuntimeError("once")
    with capture_logs():
        first = await centre.client.post("/api/v1/orders", json=ORDER, headers=KEY)
    second = await centre.client.post("/api/v1/orders", json=ORDER, headers=KEY)
    assert (first.status_code, second.status_code) == (500, 201)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/orders/", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("DELETE", "/api/v1/orders/T000173", 405, "method_not_allowed"),
        ("GET", "/api/v1/orders/X9", 404, "not_found"),
        ("GET", "/api/v1/robots/R99", 404, "not_found"),
        ("GET", "/api/v1/tasks/C9", 404, "not_found"),
        ("GET", "/api/v1/totes/X9-1", 404, "not_found"),
        ("GET", "/api/v1/stock/packs/X9", 404, "not_found"),
        ("GET", "/api/v1/stock/products/05000000000001", 404, "not_found"),
        ("POST", "/api/v1/stations/ROOF/claims", 404, "not_found"),
    ],
)
async def test_what_is_not_there(centre: Centre, method: str, path: str, status: int, code: str) -> None:
    body = {"worker": "Ann"} if method != "GET" else None
    answer = await centre.client.request(method, path, json=body)
    assert answer.status_code == status
    check(answer.json(), {"$ref": "#/components/schemas/Problem"})
    assert answer.json()["code"] == code


async def test_method_not_allowed_names_the_methods(centre: Centre) -> None:
    answer = await centre.client.get("/api/v1/deliveries")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


async def test_answers_are_observed_by_route_template(centre: Centre) -> None:
    await centre.client.get("/api/v1/robots/R1")
    await centre.client.get("/nowhere/at/all")
    assert centre.observed.seen == [("GET", "/api/v1/robots/{robot}", 200), ("GET", "unmatched", 404)]
