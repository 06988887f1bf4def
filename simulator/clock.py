"""The simulator's clock: site time from real time (the only module here that asks the machine for the time)."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteClock:
    """Site time was `start_at` when real time was `start_real_at`, and runs `speed` times as fast since.

    Processes that are given the same three numbers agree on the time.
    """

    speed: float
    start_at: float
    start_real_at: float

    def now(self) -> float:
        return self.start_at + (time.time() - self.start_real_at) * self.speed

    def real_s(self, site_s: float) -> float:
        """How long a span of site time takes."""
        return max(0.0, site_s / self.speed)


def clock_from(speed: float, start_at: float | None, start_real_at: float | None) -> SiteClock:
    """What is not given is the machine's time now."""
    real_at = time.time()
    began_real_at = real_at if start_real_at is None else start_real_at
    return SiteClock(speed, began_real_at if start_at is None else start_at, began_real_at)
