"""Where a test collects what a link submits, and waits for what it expects."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from controller.engine.actions import Action

A = TypeVar("A")
DEADLINE_S = 45.0


class Inbox:
    """`put` is given to the link; everything stays in `actions` in the order of arrival."""

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self._arrived = asyncio.Condition()
        self._notifying: set[asyncio.Task[None]] = set()

    def put(self, action: Action) -> None:
        self.actions.append(action)
        task = asyncio.get_running_loop().create_task(self._notify())
        self._notifying.add(task)
        task.add_done_callback(self._notifying.discard)

    def of(self, kind: type[A]) -> list[A]:
        return [action for action in self.actions if isinstance(action, kind)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds, looked at after each arrival; TimeoutError after the deadline."""
        async with asyncio.timeout(DEADLINE_S), self._arrived:
            await self._arrived.wait_for(condition)

    async def until_one(self, kind: type[A], wanted: Callable[[A], bool] = lambda action: True) -> A:
        """The first action of the kind that is wanted, arrived or still to come."""
        await self.until(lambda: any(wanted(action) for action in self.of(kind)))
        return next(action for action in self.of(kind) if wanted(action))

    async def _notify(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()
