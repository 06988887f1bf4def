"""Committed journal entries for those who watch: a reader that falls behind is let go, the loop never waits for one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from controller.domain.journal import JournalEntry

LISTENER_ENTRIES = 5_000
"""Entries that may wait for a reader."""


class Listener:
    """Committed journal entries, in order, from the moment of `listen` on; ends when its reader falls behind."""

    def __init__(self) -> None:
        self.overflowed = False
        self._entries: deque[JournalEntry] = deque()
        self._news = asyncio.Event()
        self._ended = False

    def push(self, entries: list[JournalEntry]) -> bool:
        """False where the reader is too slow: the listener has ended."""
        if len(self._entries) + len(entries) > LISTENER_ENTRIES:
            self.overflowed = True
            self.end()
            return False
        self._entries.extend(entries)
        self._news.set()
        return True

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[JournalEntry]:
        while True:
            while self._entries:
                yield self._entries.popleft()
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()
