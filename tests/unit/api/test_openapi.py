"""The OpenAPI document is the one that is checked in, and it is true."""

import json
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

from controller import api
from controller.api.app import openapi_document
from controller.api.openapi import operations
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import EXAMPLES, Example
from tests.unit.api.small_centre import CLAIMED_WORK

DOCUMENT = openapi_document()
STREAM = ("GET", "/api/v1/stream")


def check(instance: object, schema: dict[str, object]) -> None:
    """Against a schema of the document, formats included."""
    registry = Registry().with_resource("urn:openapi", Resource.opaque(DOCUMENT))
    pointed = json.loads(json.dumps(schema).replace('"#/', '"urn:openapi#/'))
    validator = jsonschema.Draft202012Validator(
        pointed, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(instance)


def test_checked_in_document_is_current() -> None:
    checked_in = (Path(api.__file__).parent / "openapi.json").read_text()
    assert json.loads(checked_in) == DOCUMENT, "run: python -m controller.generate"


async def test_document_is_served(centre: Centre) -> None:
    assert (await centre.client.get("/api/v1/openapi.json")).json() == DOCUMENT


def test_every_operation_has_an_example() -> None:
    assert {(example.method, example.route) for example in EXAMPLES} | {STREAM} == set(operations(DOCUMENT))


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for operation in operations(DOCUMENT).values()]
    assert len(ids) == len(set(ids))


def test_every_reference_resolves() -> None:
    text = json.dumps(DOCUMENT)
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= set(DOCUMENT["components"]["schemas"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.method} {example.route}")
async def test_answer_is_as_declared(centre: Centre, example: Example) -> None:
    answer = await centre.client.request(example.method, example.path, json=example.body, headers=example.headers)
    assert answer.status_code == example.status, answer.text
    operation = operations(DOCUMENT)[example.method, example.route]
    ((media_type, content),) = operation["responses"][str(example.status)]["content"].items()
    assert answer.headers["content-type"] == media_type
    if media_type == "application/json":
        check(answer.json(), content["schema"])


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.body], ids=lambda example: example.route)
async def test_request_is_as_declared(example: Example) -> None:
    operation = operations(DOCUMENT)[example.method, example.route]
    check(example.body, operation["requestBody"]["content"]["application/json"]["schema"])


async def test_claimed_work_is_as_declared(centre: Centre) -> None:
    await centre.engine.bring_job("MANUAL-A", CLAIMED_WORK)
    answer = await centre.client.post("/api/v1/stations/MANUAL-A/claims", json={"worker": "Ann"})
    assert answer.json()["work"]["work_id"] == "W1.000001"
    check(answer.json(), {"$ref": "#/components/schemas/ClaimAnswer"})


async def test_a_false_answer_would_be_noticed(centre: Centre) -> None:
    answer = (await centre.client.get("/api/v1/robots/R1")).json()
    for broken in ({**answer, "surprise": 1}, {**answer, "gaps": "none"}, {**answer, "trust": "blind"}):
        with pytest.raises(jsonschema.ValidationError):
            check(broken, {"$ref": "#/components/schemas/RobotAnswer"})
