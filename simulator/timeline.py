"""What happens next: a heap of calls in the order of their time, ties in the order of their making."""

import heapq
from collections.abc import Callable
from typing import Any


class Owner:
    """Something that can lose power; its outstanding timers then never fire."""

    __slots__ = ("alive",)

    def __init__(self) -> None:
        self.alive = True


class Timer:
    """One call to come."""

    __slots__ = ("_args", "_call", "_cancelled", "_owner", "at")

    def __init__(self, at: float, call: Callable[..., None], args: tuple[Any, ...], owner: Owner | None) -> None:
        self.at = at
        self._call = call
        self._args = args
        self._owner = owner
        self._cancelled = False

    def cancel(self) -> None:
        """The call will not be made; harmless where it was made already."""
        self._cancelled = True

    @property
    def pending(self) -> bool:
        return not self._cancelled and (self._owner is None or self._owner.alive)

    def fire(self) -> None:
        self._cancelled = True
        self._call(*self._args)


class Timeline:
    """Site time, which moves only when `run_until` is called."""

    def __init__(self, start_at: float) -> None:
        self.now = start_at
        self._heap: list[tuple[float, int, Timer]] = []
        self._made = 0

    def call_at(self, at: float, call: Callable[..., None], *args: Any, owner: Owner | None = None) -> Timer:
        """Make the call at `at`, or at once in the next `run_until` where that has passed."""
        timer = Timer(max(at, self.now), call, args, owner)
        self._made += 1
        heapq.heappush(self._heap, (timer.at, self._made, timer))
        return timer

    def next_at(self) -> float | None:
        """When the next call is due; None where nothing is planned."""
        heap = self._heap
        while heap and not heap[0][2].pending:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def run_until(self, now: float) -> None:
        """Make every call that is due up to and including `now`."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            at, _, timer = heapq.heappop(heap)
            if timer.pending:
                self.now = max(self.now, at)
                timer.fire()
        self.now = max(self.now, now)


class Clockwork:
    """The timers of one owner on a shared timeline."""

    __slots__ = ("_timeline", "owner")

    def __init__(self, timeline: Timeline, owner: Owner) -> None:
        self._timeline = timeline
        self.owner = owner

    @property
    def now(self) -> float:
        return self._timeline.now

    def call_in(self, delay_s: float, call: Callable[..., None], *args: Any) -> Timer:
        return self._timeline.call_at(self._timeline.now + delay_s, call, *args, owner=self.owner)

    def call_at(self, at: float, call: Callable[..., None], *args: Any) -> Timer:
        return self._timeline.call_at(at, call, *args, owner=self.owner)
