"""How late the event loop runs: by that much everything else is late, too."""

import asyncio
from typing import Protocol


class LagSink(Protocol):
    def loop_lagged(self, lag_s: float) -> None: ...


async def watch_loop(sink: LagSink, interval_s: float = 0.5) -> None:
    """Measure until cancelled. Real seconds."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + interval_s
        await asyncio.sleep(interval_s)
        sink.loop_lagged(max(0.0, clock() - due))
