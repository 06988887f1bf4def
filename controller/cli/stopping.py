"""How a command that runs for ever ends: by Ctrl-C, SIGTERM, with its terminal, or with the first of its parts."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Within the block the first signal sets `stop`; the next one is not caught any more and ends the program."""
    loop = asyncio.get_running_loop()

    def stop_once() -> None:
        stop.set()
        restore()

    def restore() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop_once)
    try:
        yield
    finally:
        restore()


async def first_of(*parts: Coroutine[Any, Any, None]) -> None:
    """Run all of them until one ends, and end the others; raises what that one, or any while ending, raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
