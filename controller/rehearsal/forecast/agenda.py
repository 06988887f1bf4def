"""What is to happen in a forecast, by its moment."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from controller.engine.actions import Action

Happening = Callable[[float], Iterable[Action]]
"""Given its moment; what it makes the engine hear."""


class Agenda:
    """What models have announced. Of one moment, what was announced first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Happening]] = []
        self._count = 0

    def add(self, at: float, happening: Happening) -> None:
        self._count += 1
        heappush(self._heap, (at, self._count, happening))

    def next_at(self) -> float | None:
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> list[Action]:
        """Let happen everything up to and including `now`; what the engine hears of it, in order."""
        heard: list[Action] = []
        while self._heap and self._heap[0][0] <= now:
            at, _, happening = heappop(self._heap)
            heard.extend(happening(at))
        return heard
