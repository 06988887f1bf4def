"""The hidden side of a running simulator over HTTP, for tests and exercises: let causes begin, look, put right.

Loopback only, JSON only: a page in a browser on the same machine can neither send such a request nor read an answer.
"""

import asyncio
import contextlib
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from simulator.hardware.causes import CAUSES, REMEDIES
from simulator.mishaps import RESET, RESUME, UnknownMishap
from simulator.shared import SHARED

MAX_BODY_BYTES = 16 * 1024
MAX_HEAD_BYTES = 16 * 1024
REQUEST_S = 10.0
"""Real seconds until a request must have arrived."""
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}


class Injection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cause, or a fault code for its usual cause, that begins in `in_s` seconds of site time.

    What robots share begins at several of them as one event: a list of names, or ALL.
    """

    robot: str | list[str]
    code: str | None = None
    cause: str | None = None
    severity: float = 1.0
    in_s: float = 0.0


class Treatment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    robot: str | list[str]
    action: str
    who: str = "technician"


class Hidden(Protocol):
    """The running centre as the control side sees it. UnknownMishap for what cannot be done.

    `where` is a robot, several with commas between, or ALL.
    """

    def inject(self, where: str, cause: str | None, code: str | None, severity: float, in_s: float) -> str: ...

    def remedy(self, where: str, action: str, who: str) -> list[str]: ...

    def truth(self, robot: str) -> dict[str, Any]: ...


class Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def listed_causes() -> list[dict[str, Any]]:
    """Every cause with the faults that it can bring about and what removes it."""
    return [
        {
            "cause": kind.cause,
            "codes": list(dict.fromkeys(strike.code for strike in kind.strikes)),
            "remedies": [*kind.remedies, *kind.mild_remedies],
            "growth": kind.growth.value,
            "zones": list(kind.zones),
            "shared": kind.cause in SHARED,
        }
        for kind in CAUSES.values()
    ]


def loopback(text: str) -> tuple[str, int]:
    """host:port; ValueError where it is none or would listen to other machines."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535 or not ipaddress.ip_address(host.strip("[]")).is_loopback:
        raise ValueError(f"{text!r} is no loopback address with a port, as 127.0.0.1:8399")
    return host.strip("[]"), int(port)


async def open_control(hidden: Hidden, host: str, port: int) -> asyncio.Server:
    """Listening already; port 0 takes a free one."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            status, answer = await _answer(hidden, reader)
            body = msgspec.json.encode(answer)
            head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()

    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] = converse
    return await asyncio.start_server(handler, host, port, limit=MAX_HEAD_BYTES)


async def _answer(hidden: Hidden, reader: asyncio.StreamReader) -> tuple[int, Any]:
    try:
        async with asyncio.timeout(REQUEST_S):
            method, path, body = await _request(reader)
        return 200, _act(hidden, method, path, body)
    except Refused as refused:
        return refused.status, {"error": str(refused)}
    except (UnknownMishap, msgspec.DecodeError) as error:
        return 400, {"error": str(error)}


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, bytes]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
        first, *rest = head.rstrip("\r\n").split("\r\n")
        method, path, _ = first.split(" ")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        length = int(fields.get("content-length", "0"))
    except (ValueError, asyncio.LimitOverrunError) as error:
        raise Refused(400, "no HTTP request") from error
    host = fields.get("host", "").rpartition(":")[0].strip("[]") or fields.get("host", "")
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise Refused(403, f"called as {host!r}, which is not this machine")
    if not 0 <= length <= MAX_BODY_BYTES:
        raise Refused(400, f"a body of {length} bytes")
    if method == "POST" and fields.get("content-type", "").partition(";")[0] != "application/json":
        raise Refused(400, "the body must be application/json")
    return method, path, await reader.readexactly(length)


def _act(hidden: Hidden, method: str, path: str, body: bytes) -> Any:
    match (method, path.strip("/").split("/")):
        case ("GET", ["causes"]):
            return {"causes": listed_causes(), "remedies": [RESET, RESUME, *REMEDIES]}
        case ("GET", ["robots", robot]):
            try:
                return hidden.truth(robot)
            except UnknownMishap as error:
                raise Refused(404, str(error)) from error
        case ("POST", ["inject"]):
            asked = msgspec.json.decode(body, type=Injection)
            if not 0.0 <= asked.in_s <= 366 * 86_400.0:
                raise Refused(400, f"in_s {asked.in_s:g}")
            return {"cause": hidden.inject(_joined(asked.robot), asked.cause, asked.code, asked.severity, asked.in_s)}
        case ("POST", ["remedy"]):
            done = msgspec.json.decode(body, type=Treatment)
            return {"cured": hidden.remedy(_joined(done.robot), done.action, done.who)}
        case (_, ["causes"] | ["inject"] | ["remedy"] | ["robots", _]):
            raise Refused(405, f"{method} {path}")
        case _:
            raise Refused(404, f"nothing at {path}")


def _joined(named: str | list[str]) -> str:
    return ",".join(named) if isinstance(named, list) else named
