"""The real world's clock and chance: the only module that asks the machine for the time or for an id."""

import asyncio
import math
import time
import uuid

from controller.domain.errors import Invalid


class SiteClock:
    """Site time, which runs `speed` times as fast as real time. Implements `engine.ports.Clock`.

    Without `start_at`, at speed 1, it is the machine's own UTC clock and follows its corrections. Otherwise it stood
    at `start_at` when the machine's clock showed `start_real_at` (default: now) and runs from there on the monotonic
    clock, so that processes which are given the same three numbers agree, whenever they were started.
    """

    def __init__(self, speed: float = 1.0, start_at: float | None = None, start_real_at: float | None = None) -> None:
        if not (math.isfinite(speed) and speed > 0):
            raise Invalid(f"The speed of site time must be a number above 0, not {speed}.")
        self.speed = speed
        self._started_mono_s = time.monotonic()
        self._follows_machine = start_at is None and speed == 1.0
        real_at = time.time()
        began_at = real_at if start_at is None else start_at
        self._zero_at = began_at + (real_at - (real_at if start_real_at is None else start_real_at)) * speed

    def now(self) -> float:
        """Site time: seconds since the Unix epoch, UTC."""
        if self._follows_machine:
            return time.time()
        return self._zero_at + self.monotonic_s()

    def monotonic_s(self) -> float:
        """Site seconds since this clock was made; never jumps, whatever happens to the machine's clock."""
        return (time.monotonic() - self._started_mono_s) * self.speed

    async def sleep(self, site_s: float) -> None:
        """Wait for so many site seconds; other tasks run at least once, even for zero or less."""
        await asyncio.sleep(max(0.0, site_s / self.speed))


def real_now() -> float:
    """The machine's clock: seconds since the Unix epoch, UTC, whatever the speed of the site."""
    return time.time()


def real_monotonic_s() -> float:
    """Real seconds on the machine's monotonic clock, for measuring how long the program itself takes."""
    return time.monotonic()


def new_id() -> str:
    """An id that nobody has used: 32 hexadecimal digits."""
    return uuid.uuid4().hex
