"""The live stream's edge: one client's events, from where it left off, then live, until either side ends it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from fastapi import Response
from starlette.types import Receive, Scope, Send

from controller.api.desk import Limits
from controller.api.engine_face import EngineFace
from controller.api.problems import busy
from controller.api.stream import StreamClient, StreamHub, TooManyClients, entry_event, reset_event
from controller.engine.ports import Archive

log = structlog.get_logger(__name__)

_PAGE = 500
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY = b"retry: 2000\n\n"


@dataclass(frozen=True, slots=True)
class Feed:
    """Where one client's events come from."""

    hub: StreamHub
    engine: EngineFace
    archive: Archive
    limits: Limits


class EventStream(Response):
    """Follows the journal after `resume_after`; None follows from now on."""

    media_type = "text/event-stream"

    def __init__(self, feed: Feed, resume_after: int | None) -> None:
        super().__init__(None, headers=_HEADERS)
        del self.headers["content-length"]
        self._feed = feed
        self._resume_after = resume_after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self._feed.hub.client() as client:
                await self._serve(client, receive, send)
        except TooManyClients:
            await busy(scope["path"], "As many screens follow the live stream as may.")(scope, receive, send)

    async def _serve(self, client: StreamClient, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        goodbye = asyncio.ensure_future(_gone(receive))
        writing = asyncio.ensure_future(self._write(client, send))
        try:
            await asyncio.wait((goodbye, writing), return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                await writing
        except TimeoutError:
            log.info("a stream client took nothing and was dropped", action="api.stream_dropped")
        finally:
            for task in (goodbye, writing):
                task.cancel()
            await asyncio.gather(goodbye, writing, return_exceptions=True)

    async def _write(self, client: StreamClient, send: Send) -> None:
        await self._send(send, _RETRY)
        reached = 0
        if self._resume_after is not None:
            async for page_end, events in self._missed(self._resume_after):
                await self._send(send, events)
                reached = page_end
        while not client.closed:
            try:
                async with asyncio.timeout(self._feed.limits.heartbeat_s):
                    await client.wait()
            except TimeoutError:
                await self._send(send, b": still here\n\n")
                continue
            reached, events = client.take(reached)
            await self._send(send, events)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _missed(self, after: int) -> AsyncIterator[tuple[int, bytes]]:
        """What was written since the client left, a page at a time; a reset where that is too much."""
        archive = self._feed.archive
        latest = self._feed.engine.journal_seq
        if after > latest or latest - after > self._feed.limits.replay_entries:
            yield latest, reset_event(latest, "gap")
            return
        while entries := await archive.journal(after_seq=after, limit=_PAGE):
            after = entries[-1].seq
            yield after, b"".join(map(entry_event, entries))
            if len(entries) < _PAGE:
                return

    async def _send(self, send: Send, events: bytes) -> None:
        """TimeoutError drops a client that takes nothing."""
        if events:
            async with asyncio.timeout(self._feed.limits.send_s):
                await send({"type": "http.response.body", "body": events, "more_body": True})


async def _gone(receive: Receive) -> None:
    """Returns when the client has closed its side."""
    while (await receive())["type"] != "http.disconnect":
        pass
