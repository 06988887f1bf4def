"""Every refusal and failure as a problem document (RFC 9457), from one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

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

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
MAX_PLACES = 20
"""Of a body that is wrong in more places only so many are told."""


class PlacedError(msgspec.Struct, frozen=True):
    """One thing that is wrong in a request, and where."""

    place: str
    """`body.lines.0.gtin`, `query.limit`, `header.Idempotency-Key`, …"""
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457. Programs match on `code`; `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    """The address that was asked for; of an internal error its incident id, which the log has too."""
    errors: list[PlacedError] = []


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    title: str
    retry: bool = False


_BUSINESS: Mapping[type[NightshiftError], _Kind] = {
    NotFound: _Kind(404, "Not found"),
    Conflict: _Kind(409, "Does not fit the present state"),
    Invalid: _Kind(400, "Breaks a rule"),
    StockRefused: _Kind(409, "The ledger refuses"),
    KeyReused: _Kind(422, "Idempotency-Key used for another request"),
    StaleEpoch: _Kind(503, "Another controller has taken over", retry=True),
    StoreUnavailable: _Kind(503, "Nothing can be written at the moment", retry=True),
    Overloaded: _Kind(503, "Too much is waiting", retry=True),
}
"""The one table of business errors; what is not in it is an incident."""


def problem_response(
    status: int,
    code: str,
    title: str,
    detail: str,
    instance: str,
    errors: Sequence[PlacedError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    problem = Problem(f"urn:nightshift:problem:{code}", title, status, code, detail, instance, list(errors))
    return Response(msgspec.json.encode(problem), status, dict(headers or {}), MEDIA_TYPE)


def malformed(instance: str, errors: Sequence[PlacedError]) -> Response:
    """The request is not in the form that the API describes; `errors` says where."""
    detail = "; ".join(f"{error.place}: {error.message}" for error in errors[:3])
    return problem_response(422, "malformed", "Malformed request", detail, instance, errors)


def busy(instance: str, detail: str) -> Response:
    return problem_response(503, "busy", "Too much at once", detail, instance, headers=_retry_headers())


def incident(incident_id: str) -> Response:
    """What an unforeseen error tells the outside: nothing but the id under which the log has it."""
    detail = "Something went wrong here. Quote the incident id to whoever looks after the system."
    instance = f"urn:nightshift:incident:{incident_id}"
    return problem_response(500, "internal", "Internal error", detail, instance)


class Malformed(Exception):
    """The request is not in the form that the API describes."""

    def __init__(self, *errors: PlacedError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def install(app: FastAPI) -> None:
    """Answer each kind of error from this module only."""
    app.add_exception_handler(NightshiftError, _business)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Malformed, _malformed)
    app.add_exception_handler(HTTPException, _http)


async def _business(request: Request, error: Exception) -> Response:
    assert isinstance(error, NightshiftError)
    kind = next((_BUSINESS[base] for base in type(error).__mro__ if base in _BUSINESS), None)
    if kind is None:
        raise error
    if kind.status >= 500:
        log.warning("request refused", action="api.refused", code=error.code, reason=str(error))
    headers = _retry_headers() if kind.retry else {}
    return problem_response(kind.status, error.code, kind.title, str(error), request.url.path, headers=headers)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    placed = [
        PlacedError(".".join(map(str, wrong["loc"])), str(wrong["msg"]).removeprefix("Value error, "))
        for wrong in error.errors()[:MAX_PLACES]
    ]
    return malformed(request.url.path, placed)


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, Malformed)
    return malformed(request.url.path, error.errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = status.name.lower()
    return problem_response(
        status, code, status.phrase, _ROUTING_DETAIL.get(status, error.detail), request.url.path, headers=error.headers
    )


_ROUTING_DETAIL = {
    HTTPStatus.NOT_FOUND: "There is no such address; /api/v1/openapi.json lists them.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method; see the Allow header.",
}


def _retry_headers() -> dict[str, str]:
    return {"Retry-After": str(RETRY_AFTER_S)}
