"""A client of the live stream, spoken to below HTTP so that it can be slow, leave, and come back."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

DEADLINE_S = 5.0


@dataclass(frozen=True)
class Event:
    kind: str
    id: int
    data: dict[str, Any]


class StreamReader:
    def __init__(self, app: FastAPI, headers: dict[str, str], query: str) -> None:
        self._left = asyncio.Event()
        self._sent: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self.takes = asyncio.Event()
        """Cleared: the client reads nothing, and the server's send waits."""
        self.takes.set()
        self.requested = False
        raw = [(b"host", b"localhost"), *((name.encode(), value.encode()) for name, value in headers.items())]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": "/api/v1/stream", "raw_path": b"/api/v1/stream", "root_path": "", "query_string": query.encode(),
            "headers": raw, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "state": {},
        }  # fmt: skip
        self.connection = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> MutableMapping[str, Any]:
        if not self.requested:
            self.requested = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        await self.takes.wait()
        self._sent.put_nowait(message)

    async def message(self) -> MutableMapping[str, Any]:
        async with asyncio.timeout(DEADLINE_S):
            return await self._sent.get()

    async def chunk(self) -> str:
        """The next bytes of the body; empty at its end."""
        message = await self.message()
        assert message["type"] == "http.response.body", message
        body: bytes = message["body"]
        return body.decode()

    async def events(self, count: int) -> list[Event]:
        found: list[Event] = []
        while len(found) < count:
            found += [_event(block) for block in (await self.chunk()).split("\n\n") if block.startswith("id:")]
        return found

    async def leave(self) -> None:
        self._left.set()
        async with asyncio.timeout(DEADLINE_S):
            await self.connection


@asynccontextmanager
async def following(app: FastAPI, *, query: str = "", **headers: str) -> AsyncIterator[StreamReader]:
    """A client that has had the head of its stream; it leaves at the end."""
    reader = StreamReader(app, {name.replace("_", "-"): value for name, value in headers.items()}, query)
    try:
        start = await reader.message()
        assert start["status"] == 200
        assert dict(start["headers"])[b"content-type"].startswith(b"text/event-stream")
        assert await reader.chunk() == "retry: 2000\n\n"
        yield reader
    finally:
        reader.takes.set()
        await reader.leave()


def _event(block: str) -> Event:
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    return Event(fields["event"], int(fields["id"]), json.loads(fields["data"]))
