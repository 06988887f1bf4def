"""Both brokers, and links that are gone when the test ends."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from controller.transport.address import BrokerAddress
from controller.transport.mqtt import LinkOptions, MqttLink
from controller.transport.session import Protocol
from tests.support.broker_process import BrokerProcess
from tests.support.inbox import Inbox
from tests.support.mosquitto import Mosquitto
from tests.support.nats import Nats
from tests.support.wire import SITE

OPTIONS = LinkOptions(keepalive_s=3, timeout_s=1.0, first_pause_s=0.02, longest_pause_s=0.2)

BROKERS: dict[str, Callable[[Path], BrokerProcess]] = {"mosquitto": Mosquitto, "nats": Nats}
Connect = Callable[..., AbstractAsyncContextManager[tuple[MqttLink, Inbox]]]


@pytest.fixture(params=sorted(BROKERS))
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    process = BROKERS[request.param](tmp_path)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    process = Mosquitto(tmp_path)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()


@pytest.fixture
def connected() -> Connect:
    """`async with connected(url, epoch=3) as (link, inbox)`: a running link; afterwards it is stopped."""

    @asynccontextmanager
    async def connect(
        url: str, *, epoch: int = 1, protocol: Protocol = "3.1.1", polite: bool = True
    ) -> AsyncIterator[tuple[MqttLink, Inbox]]:
        inbox = Inbox()
        numbers = itertools.count(1)
        link = MqttLink(
            BrokerAddress.parse(url),
            SITE,
            epoch,
            submit=inbox.put,
            now=lambda: 1_795_417_200.0,
            new_id=lambda: f"Q{next(numbers)}",
            options=replace(OPTIONS, protocol=protocol),
        )
        running = asyncio.create_task(link.run())
        try:
            yield link, inbox
        finally:
            if polite:
                await link.stop()
            else:
                running.cancel()
            await asyncio.gather(running, return_exceptions=not polite)

    return connect
