"""What no route should have to think of: who may call, how much they may send, and in what form."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.api.desk import Limits
from controller.api.listen_address import is_loopback
from controller.api.problems import PlacedError, malformed, problem_response
from controller.api.strict_json import check_json

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Refuses foreign hosts (DNS rebinding), foreign origins, oversized, slow and ambiguous bodies."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"]
        refusal = _foreign(headers, scope["method"], path)
        if refusal is None and scope["method"] not in _READING:
            body = await self._body(headers, path, receive)
            if isinstance(body, Response):
                refusal = body
            else:
                receive = _replaying(body, receive)
        await (refusal or self._app)(scope, receive, send)

    async def _body(self, headers: Mapping[str, str], path: str, receive: Receive) -> bytes | Response:
        """The whole body, or why it is refused."""
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            detail = "The body must be JSON, with Content-Type: application/json."
            return problem_response(415, "unsupported_media_type", "Unsupported media type", detail, path)
        try:
            async with asyncio.timeout(self._limits.body_s):
                body = await self._read(receive)
        except TimeoutError:
            detail = f"The body did not arrive within {self._limits.body_s:g} s."
            return problem_response(408, "request_timeout", "Request timeout", detail, path)
        if body is None:
            detail = f"A body may have {self._limits.body_bytes} bytes at most."
            headers_out = {"Connection": "close"}
            return problem_response(413, "content_too_large", "Content too large", detail, path, headers=headers_out)
        try:
            check_json(body)
        except ValueError as error:
            return malformed(path, [PlacedError("body", str(error))])
        return body

    async def _read(self, receive: Receive) -> bytes | None:
        """None where it is too long; what follows is not read then."""
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._limits.body_bytes:
                return None
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return bytes(body)


def _foreign(headers: Mapping[str, str], method: str, path: str) -> Response | None:
    host = _host_name(headers.get("host", ""))
    if not is_loopback(host):
        detail = "This service answers only under a name of this computer: localhost, 127.0.0.1 or ::1."
        return problem_response(421, "foreign_host", "Misdirected request", detail, path)
    origin = headers.get("origin")
    if method not in _READING and origin is not None and not _same_origin(origin, headers.get("host", "")):
        detail = "A page of another origin may not change anything here."
        return problem_response(403, "foreign_origin", "Foreign origin", detail, path)
    return None


def _host_name(authority: str) -> str:
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def _same_origin(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Gives the body as if it had just arrived, then whatever comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
