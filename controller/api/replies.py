"""Answers as bytes: encoded once by msgspec, described in the OpenAPI document by the same types."""

from typing import Any

import msgspec
from fastapi import Response

_encoder = msgspec.json.Encoder()

JSON = "application/json"

Responses = dict[int | str, dict[str, Any]]
"""FastAPI's form of what a route answers, by status."""


def reply(answer: msgspec.Struct | dict[str, Any], status: int = 200) -> Response:
    return Response(_encoder.encode(answer), status, media_type=JSON)


def answers(answer: type[msgspec.Struct], description: str, status: int = 200) -> dict[str, Any]:
    """Arguments of a route's decorator that declare what it answers."""
    schema = {"$ref": f"#/components/schemas/{answer.__name__}"}
    content = {JSON: {"schema": schema}}
    return {
        "status_code": status,
        "response_class": Response,
        "response_model": None,
        "responses": {status: {"description": description, "content": content}},
    }
