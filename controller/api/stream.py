"""The live stream's middle: one task reads the engine, encodes each entry once, and hands the bytes to every client."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from controller.api.answers.journal import journal_answer
from controller.api.engine_face import Listener
from controller.domain.journal import JournalEntry

_encoder = msgspec.json.Encoder()


class TooManyClients(Exception):
    """As many clients follow the stream as may."""


def entry_event(entry: JournalEntry) -> bytes:
    """One journal entry as a server-sent event; its id is the entry's number."""
    return b"id: %d\nevent: journal\ndata: %b\n\n" % (entry.seq, _encoder.encode(journal_answer(entry)))


def reset_event(seq: int, reason: str) -> bytes:
    """Tells a client that entries are missing: load everything anew, then follow from `seq`."""
    return b"id: %d\nevent: reset\ndata: %b\n\n" % (seq, _encoder.encode({"seq": seq, "reason": reason}))


class StreamClient:
    """What waits for one client: never more than `capacity` entries. What is lost is told by a reset."""

    def __init__(self, capacity: int) -> None:
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._capacity: Final = capacity
        self._something = asyncio.Event()
        self._lost_up_to: int | None = None
        self.closed = False

    def put(self, seq: int, event: bytes) -> None:
        if len(self._waiting) >= self._capacity:
            self.lose(seq)
            return
        self._waiting.append((seq, event))
        self._something.set()

    def lose(self, seq: int) -> None:
        """Everything up to `seq` that it has not taken is replaced by one reset."""
        self._waiting.clear()
        self._lost_up_to = seq
        self._something.set()

    def close(self) -> None:
        self.closed = True
        self._something.set()

    async def wait(self) -> None:
        """Returns when something waits for the client, or it is closed."""
        await self._something.wait()

    def take(self, after_seq: int) -> tuple[int, bytes]:
        """All that waits and is newer than `after_seq`, and the number that it leads up to."""
        self._something.clear()
        parts: list[bytes] = []
        if self._lost_up_to is not None:
            after_seq = max(after_seq, self._lost_up_to)
            parts.append(reset_event(after_seq, "too_slow"))
            self._lost_up_to = None
        while self._waiting:
            seq, event = self._waiting.popleft()
            if seq > after_seq:
                parts.append(event)
                after_seq = seq
        return after_seq, b"".join(parts)


class StreamHub:
    """Fans the engine's feed out. `run` it in one task for as long as the application lives."""

    def __init__(self, listen: Callable[[], Listener], *, clients: int, capacity: int) -> None:
        self._listen = listen
        self._last_seq = 0
        self._max_clients = clients
        self._capacity = capacity
        self._clients: set[StreamClient] = set()
        self._closed = False

    async def run(self) -> None:
        """Ends when the engine's feed ends; every client is closed then."""
        try:
            listener = self._listen()
            while await self._follow(listener):
                listener = self._listen()
                for client in self._clients:
                    client.lose(self._last_seq)
        finally:
            self.close()

    async def _follow(self, listener: Listener) -> bool:
        """Whether the feed ended only because this task was too slow for it."""
        feed: AsyncIterator[JournalEntry] = listener.__aiter__()
        async for entry in feed:
            self._last_seq = entry.seq
            if self._clients:
                event = entry_event(entry)
                for client in self._clients:
                    client.put(entry.seq, event)
        return listener.overflowed

    @contextmanager
    def client(self) -> Iterator[StreamClient]:
        """A place in the audience. TooManyClients where none is free."""
        if len(self._clients) >= self._max_clients:
            raise TooManyClients
        client = StreamClient(self._capacity)
        self._clients.add(client)
        if self._closed:
            client.close()
        try:
            yield client
        finally:
            self._clients.discard(client)

    def close(self) -> None:
        """Every client, and each that still comes, is told that no more comes; its connection ends."""
        self._closed = True
        for client in self._clients:
            client.close()
