"""A command that runs for ever ends with the first of its parts, and by a signal."""

import asyncio
import os
import signal

import pytest

from controller.cli.stopping import first_of, stop_on_signals
from controller.domain.errors import Conflict


async def test_the_first_part_that_ends_ends_the_others() -> None:
    ended: list[str] = []

    async def lasting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("lasting")

    async def short() -> None:
        await asyncio.sleep(0)

    await first_of(lasting(), short())
    assert ended == ["lasting"]


async def test_the_error_of_a_part_comes_out_as_it_is() -> None:
    async def failing() -> None:
        raise Conflict("the broker is gone")

    with pytest.raises(Conflict, match="the broker is gone"):
        await first_of(failing(), asyncio.sleep(3600))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_sets_the_event(number: signal.Signals) -> None:
    stop = asyncio.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            await stop.wait()
