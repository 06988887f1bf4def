"""One connection: what it leaves behind, and what a cancelled publish may do to it."""

import asyncio
import socket
from typing import Any

import aiomqtt
import psutil
import pytest

from controller.transport import mqtt
from controller.transport.address import BrokerAddress
from controller.transport.session import Session
from tests.integration.transport.conftest import Connect
from tests.integration.transport.test_mqtt_link import PACK, pick, until_up
from tests.support.broker_process import BrokerProcess
from tests.support.ports import free_port

CONNACK = bytes([0x20, 2, 0, 0])
"""MQTT 3.1.1: a new session, accepted."""


def session_to(port: int, *, timeout_s: float = 5.0) -> Session:
    return Session(
        BrokerAddress("127.0.0.1", port),
        client_id="somebody",
        protocol="3.1.1",
        will=aiomqtt.Will("will", b"gone"),
        keepalive_s=5,
        timeout_s=timeout_s,
        deliver=lambda topic, payload, retained: None,
    )


def connections_to(port: int) -> list[Any]:
    return [each for each in psutil.Process().net_connections() if each.raddr and each.raddr.port == port]


async def test_a_dropped_session_leaves_no_socket(broker: BrokerProcess) -> None:
    session = session_to(broker.port)
    await session.open()
    assert len(connections_to(broker.port)) == 1
    session.drop()
    assert connections_to(broker.port) == []


async def test_a_session_that_nobody_answers_leaves_no_socket(broker: BrokerProcess) -> None:
    broker.pause()
    session = session_to(broker.port, timeout_s=0.2)
    with pytest.raises(aiomqtt.MqttError, match="timed out"):
        await session.open()
    assert connections_to(broker.port) == []


async def test_a_session_that_is_cancelled_while_it_opens_leaves_no_socket(broker: BrokerProcess) -> None:
    broker.pause()
    session = session_to(broker.port, timeout_s=0.5)
    opening = asyncio.create_task(session.open())
    # One turn of the loop: the thread that connects has begun, and cannot be stopped any more.
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert connections_to(broker.port) == []


async def test_a_broker_that_is_not_there_is_an_mqtt_error() -> None:
    with pytest.raises(aiomqtt.MqttError):
        await session_to(free_port()).open()


async def test_a_polite_end_keeps_the_will_back_and_a_drop_does_not(broker: BrokerProcess) -> None:
    async with aiomqtt.Client("127.0.0.1", broker.port) as listener, asyncio.timeout(10):
        await listener.subscribe([("will", 1), ("end", 1)])
        for polite in (True, False):
            session = session_to(broker.port)
            await session.open()
            await session.publish("end", b"next", qos=1)
            if polite:
                await session.close()
            session.drop()
        heard = [(await anext(listener.messages)).topic.value for _ in range(3)]
    assert heard == ["end", "end", "will"]


async def test_a_farewell_that_cannot_be_said_ends_as_a_drop() -> None:
    """The broker has accepted the connection, and reads nothing any more."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]
        session = session_to(port, timeout_s=0.5)
        opening = asyncio.create_task(session.open())
        peer, _ = await loop.sock_accept(listening)
        with peer:
            await loop.sock_recv(peer, 1024)
            await loop.sock_sendall(peer, CONNACK)
            await opening
            with pytest.raises(aiomqtt.MqttError, match="timed out"):
                await session.publish("more", bytes(30_000_000), qos=0)
            await session.close()
            assert connections_to(port) == []
            with pytest.raises(aiomqtt.MqttError, match="disconnected"):
                await session.lost()


class Swallowing(Session):
    """Its publish does what asyncio.wait_for of Python 3.11 may do: answer a cancellation as if nothing had been."""

    async def publish(self, topic: str, *args: Any, **options: Any) -> None:
        if not topic.endswith("/command"):
            await super().publish(topic, *args, **options)
            return
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return


async def test_a_swallowed_cancellation_does_not_keep_the_link(
    broker: BrokerProcess, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "Session", Swallowing)
    async with connected(broker.url) as (link, inbox):
        await until_up(inbox)
        await link.send_command(pick(), [PACK])
        async with asyncio.timeout(5):
            await link.stop()
