"""The broker that `nightshift up` brings along."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import aiomqtt
import pytest

from controller.embedded import BrokerFailed, EmbeddedBroker
from tests.support.ports import free_port

OWNER = """
import asyncio, pathlib, sys
from controller.embedded import EmbeddedBroker
async def main():
    async with EmbeddedBroker(pathlib.Path(sys.argv[1]), port=int(sys.argv[2])):
        print("up", file=sys.stderr, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def retained(port: int, topic: str) -> bytes:
    async with aiomqtt.Client("127.0.0.1", port) as client, asyncio.timeout(60):
        await client.subscribe(topic, qos=1)
        return bytes((await anext(client.messages)).payload)


async def test_it_serves_and_remembers_over_a_restart(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path / "broker") as broker:
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            await client.publish("a/b", b"kept", qos=1, retain=True)
        assert await retained(broker.port, "a/b") == b"kept"
    async with EmbeddedBroker(tmp_path / "broker", port=broker.port) as again:
        assert await retained(again.port, "a/b") == b"kept"
        assert again.url == f"mqtt://127.0.0.1:{again.port}"


async def test_its_death_is_reported(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        os.kill(int((tmp_path / "nats.pid").read_text()), signal.SIGKILL)
        assert "ended with code -9" in await broker.died()


async def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        port = broker.port
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port)).close()


async def test_one_folder_has_one_broker(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path):
        with pytest.raises(BrokerFailed, match="another Nightshift"):
            await EmbeddedBroker(tmp_path).__aenter__()


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BrokerFailed, match=f"port {port} is not free"):
            await EmbeddedBroker(tmp_path, port=port).__aenter__()


async def test_a_broker_whose_owner_was_killed_is_ended_first(tmp_path: Path) -> None:
    port = free_port()
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(tmp_path), str(port), stderr=asyncio.subprocess.PIPE
    )
    assert owner.stderr is not None
    try:
        async with asyncio.timeout(60):
            assert await owner.stderr.readline() == b"up\n"
    finally:
        owner.kill()
        await owner.wait()
    orphan = int((tmp_path / "nats.pid").read_text())
    async with EmbeddedBroker(tmp_path, port=port):
        assert int((tmp_path / "nats.pid").read_text()) != orphan
