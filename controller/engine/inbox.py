"""What has arrived and waits for the next turn of the loop."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from controller.domain.errors import NightshiftError, Overloaded
from controller.engine.actions import Action, LinkChanged, Submission

MAX_TURN = 2_000
"""Actions that share one commit at the most: a longer turn would keep people waiting."""
MAX_WAITING = 50_000
"""Submissions that may wait; beyond it robots' reports are dropped (they repeat them) and people are told to wait."""


@dataclass(slots=True)
class Asked:
    submission: Submission
    answer: "asyncio.Future[dict[str, Any]] | None" = None
    """None where nobody waits for one."""

    def resolve(self, answer: dict[str, Any] | NightshiftError | None) -> None:
        """Whoever waits gets it; one who has gone meanwhile is no error."""
        if self.answer is None or self.answer.done():
            return
        if isinstance(answer, NightshiftError):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer or {})


class Inbox:
    def __init__(self) -> None:
        self._waiting: deque[Asked] = deque()
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, submission: Submission) -> "asyncio.Future[dict[str, Any]]":
        """Overloaded where too many wait."""
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded()
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._put(Asked(submission, answer))
        return answer

    def tell(self, action: Action) -> None:
        """Never raises, never blocks: where too many wait it is dropped, unless it is news of the link itself."""
        if len(self._waiting) < MAX_WAITING or isinstance(action, LinkChanged):
            self._put(Asked(Submission(action)))

    def take(self) -> list[Asked]:
        """What one turn may take, the oldest first."""
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_TURN))]

    async def wait(self, timer: Coroutine[Any, Any, None]) -> None:
        """Until something arrives, `wake` is called, or the timer ends."""
        self._arrived.clear()
        sleeping = asyncio.ensure_future(timer)
        arriving = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait({sleeping, arriving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            arriving.cancel()
            await asyncio.gather(sleeping, arriving, return_exceptions=True)

    def wake(self) -> None:
        self._arrived.set()

    def give_up(self, taken: Iterable[Asked], failure: NightshiftError) -> None:
        """Those who wait are told that nothing is known; robots repeat what they said."""
        for one in (*taken, *self._waiting):
            one.resolve(failure)
        self._waiting.clear()

    def _put(self, asked: Asked) -> None:
        self._waiting.append(asked)
        self._arrived.set()
