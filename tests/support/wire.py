"""The other end of the link: a robot that speaks the contract over MQTT, without any firmware behind it."""

import asyncio
from types import TracebackType
from typing import Self

import aiomqtt

from controller.protocol.codec import FromRobot, decode_command, decode_controller_presence, encode
from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.events import Event, EventBody
from controller.protocol.reports import Presence
from controller.protocol.topics import Channel, Topic, controller_presence
from tests.support.inbox import DEADLINE_S

SITE = "pdc"
AT = "2026-11-23T07:00:00.000Z"


class WireRobot:
    """Connected for the time of an `async with`, with its own last will; keeps the commands and presences it hears."""

    def __init__(self, port: int, robot: str = "R1", generation: int = 1) -> None:
        self.robot = robot
        self.generation = generation
        self.commands: asyncio.Queue[Command] = asyncio.Queue()
        self.controllers: asyncio.Queue[ControllerPresence] = asyncio.Queue()
        self._seq = 0
        self._client = aiomqtt.Client(
            "127.0.0.1",
            port,
            identifier=f"robot-{robot}",
            clean_session=False,
            will=aiomqtt.Will(self.topic(Channel.PRESENCE), encode(self._presence("lost")), qos=1, retain=True),
        )
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        await self._client.subscribe([(self.topic(Channel.COMMAND), 1), (controller_presence(SITE), 1)])
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._client.__aexit__(exc_type, exc, traceback)

    def topic(self, channel: Channel) -> str:
        return str(Topic(SITE, self.robot, channel))

    async def announce(self) -> None:
        await self.say(Channel.PRESENCE, self._presence("online"))

    async def say(self, channel: Channel, message: FromRobot) -> None:
        await self.say_raw(self.topic(channel), encode(message), qos=channel.qos, retain=channel.retained)

    async def say_raw(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        await self._client.publish(topic, payload, qos=qos, retain=retain)

    async def tell(self, body: EventBody) -> int:
        """Send one event; its seq."""
        await self.say(Channel.EVENT, self.event(body))
        return self._seq

    def event(self, body: EventBody) -> Event:
        self._seq += 1
        return Event(robot=self.robot, generation=self.generation, seq=self._seq, at=AT, body=body)

    async def next_command(self) -> Command:
        async with asyncio.timeout(DEADLINE_S):
            return await self.commands.get()

    async def until_controller(self, wanted: ControllerPresence) -> None:
        """Wait for that presence of the controller; others before it are skipped."""
        async with asyncio.timeout(DEADLINE_S):
            while await self.controllers.get() != wanted:
                continue

    def _presence(self, status: str) -> Presence:
        return Presence(robot=self.robot, generation=self.generation, status=status)

    async def _read(self) -> None:
        async for message in self._client.messages:
            payload = bytes(message.payload)
            if message.topic.value == controller_presence(SITE):
                self.controllers.put_nowait(decode_controller_presence(payload))
            else:
                assert not message.retain, "a command must never be retained"
                self.commands.put_nowait(decode_command(payload))
