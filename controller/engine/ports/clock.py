"""Site time, which may run faster than real time."""

from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Site time: seconds since the Unix epoch, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Site seconds on a clock that never jumps."""
        ...

    async def sleep(self, site_s: float) -> None: ...
