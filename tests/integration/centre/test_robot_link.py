"""What a simulated robot's connection says again, over a real broker."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from controller.protocol.codec import decode_from_robot
from controller.protocol.commands import ControllerPresence
from controller.protocol.events import DoorClosed, Event
from controller.protocol.topics import Channel, Topic
from simulator import link
from simulator.link import RobotLink, parse_broker
from tests.support.mosquitto import Mosquitto

DEADLINE_S = 45.0


class Connected:
    """The wire of a robot of which only the connection matters."""

    def __init__(self) -> None:
        self.up = asyncio.Event()

    def link_changed(self, robot: str, up: bool) -> None:
        if up:
            self.up.set()

    def received(self, robot: str, payload: bytes, retained: bool) -> None:
        raise AssertionError("nobody commands this robot")

    def controller_seen(self, robot: str, presence: ControllerPresence | None) -> None:
        raise AssertionError("there is no controller")


@pytest.mark.parametrize(("pause_s", "heard"), [(60.0, [1, 2]), (0.0, [1, 1, 2])])
async def test_an_event_is_not_said_again_before_it_can_be_acknowledged(
    pause_s: float, heard: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "REPEAT_S", pause_s)
    broker = Mosquitto(tmp_path)
    await broker.start()
    wire = Connected()
    robot = RobotLink("tiny", "R1", parse_broker(broker.url), wire)
    running = asyncio.create_task(robot.run())
    try:
        async with asyncio.timeout(DEADLINE_S), aiomqtt.Client("127.0.0.1", broker.port) as controller:
            await controller.subscribe(str(Topic("tiny", "R1", Channel.EVENT)), qos=1)
            robot.power(1)
            await wire.up.wait()
            robot.send(Channel.EVENT, _event(1))
            arrived = [await _next(controller)]
            robot.send(Channel.EVENT, _event(1))
            robot.send(Channel.EVENT, _event(2))
            while arrived[-1] != 2:
                arrived.append(await _next(controller))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await broker.stop()
    assert arrived == heard


class Swallowing(aiomqtt.Client):
    """Does what asyncio.wait_for of Python 3.11 may do: answers a cancellation as if nothing had been. `at` is the
    call during which it happens; `reached` is set then.
    """

    at = ""
    reached = asyncio.Event()

    async def subscribe(self, *args: Any, **options: Any) -> Any:
        granted = await super().subscribe(*args, **options)
        await self._wait_at("subscribe")
        return granted

    async def publish(self, topic: str, *args: Any, **options: Any) -> None:
        await super().publish(topic, *args, **options)
        if topic.endswith("/event"):
            await self._wait_at("publish")

    async def _wait_at(self, call: str) -> None:
        if call == self.at:
            self.reached.set()
            with suppress(asyncio.CancelledError, TimeoutError):
                async with asyncio.timeout(0.2):
                    await asyncio.Event().wait()


@pytest.mark.parametrize("at", ["subscribe", "publish"])
async def test_a_swallowed_cancellation_does_not_keep_the_robot_connected(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Swallowing, "at", at)
    monkeypatch.setattr(Swallowing, "reached", asyncio.Event())
    monkeypatch.setattr(aiomqtt, "Client", Swallowing)
    broker = Mosquitto(tmp_path)
    await broker.start()
    wire = Connected()
    robot = RobotLink("tiny", "R1", parse_broker(broker.url), wire)
    running = asyncio.create_task(robot.run())
    try:
        robot.power(1)
        async with asyncio.timeout(DEADLINE_S):
            if at == "publish":
                await wire.up.wait()
                robot.send(Channel.EVENT, _event(1))
            await Swallowing.reached.wait()
            running.cancel()
            await asyncio.wait({running})
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await broker.stop()


def _event(seq: int) -> Event:
    return Event(robot="R1", generation=1, seq=seq, at="2026-11-23T08:00:00.000Z", body=DoorClosed(door="D1"))


async def _next(controller: aiomqtt.Client) -> int:
    message = await anext(controller.messages)
    assert isinstance(message.payload, bytes)
    event = decode_from_robot(Channel.EVENT, message.payload)
    assert isinstance(event, Event)
    return event.seq
