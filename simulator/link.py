"""The robots' side of MQTT: each robot has its own connection with its own last will.

A publish is never cancelled: one that takes too long ends the connection, and a new one is built. Nothing is trusted
to the broker's session; after every connect the robot announces itself and repeats what is unacknowledged.
"""

import asyncio
import contextlib
import logging
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import aiomqtt
from msgspec.structs import replace

from controller.protocol.codec import FromRobot, MalformedMessage, decode_controller_presence, encode
from controller.protocol.commands import ControllerPresence
from controller.protocol.events import Event
from controller.protocol.reports import Presence
from controller.protocol.topics import Channel, Topic, controller_presence

log = logging.getLogger(__name__)

REPEAT_S = 1.0
"""Real seconds before an event is said again on the same connection: broker, controller and commit take real time,
and at a high speed of the site a robot would otherwise repeat faster than anybody can acknowledge."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker listens; all times in real seconds."""

    host: str
    port: int
    keepalive_s: int = 10
    publish_s: float = 10.0
    backoff_s: float = 0.2
    backoff_limit_s: float = 5.0


class Wire(Protocol):
    """What the link tells the centre."""

    def link_changed(self, robot: str, up: bool) -> None: ...

    def received(self, robot: str, payload: bytes, retained: bool) -> None: ...

    def controller_seen(self, robot: str, presence: ControllerPresence | None) -> None: ...


class RobotLink:
    """One robot's connection. It is down while the robot has no power."""

    def __init__(self, site: str, robot: str, broker: Broker, wire: Wire) -> None:
        self._site = site
        self._robot = robot
        self._broker = broker
        self._wire = wire
        self._outgoing: deque[tuple[Channel, FromRobot]] = deque()
        self._queued_events: set[int] = set()
        self._said_at_s: dict[int, float] = {}
        self._filled = asyncio.Event()
        self._generation = 0
        self._powered = asyncio.Event()
        self._rebuild = asyncio.Event()
        self._stopping = asyncio.Event()

    def power(self, generation: int) -> None:
        """The robot runs this generation now; 0 while its power is off.

        A will names the generation of its birth (RC-03), so that each needs a connection of its own.
        """
        if generation == self._generation:
            return
        self._generation = generation
        self._rebuild.set()
        if generation:
            self._powered.set()
        else:
            self._powered.clear()

    def send(self, channel: Channel, message: FromRobot) -> None:
        """Queue a message; an event that still waits here, or was said just now, is not queued again."""
        if isinstance(message, Presence) and message.status == "lost":
            return
        if isinstance(message, Event):
            if message.seq in self._queued_events or self._said_just_now(message.seq):
                return
            self._queued_events.add(message.seq)
        self._outgoing.append((channel, message))
        self._filled.set()

    def _said_just_now(self, seq: int) -> bool:
        limit_s = asyncio.get_running_loop().time() - REPEAT_S
        while self._said_at_s and next(iter(self._said_at_s.values())) < limit_s:
            del self._said_at_s[next(iter(self._said_at_s))]
        return seq in self._said_at_s

    def _forget(self) -> None:
        self._outgoing.clear()
        self._queued_events.clear()
        self._said_at_s.clear()

    async def run(self) -> None:
        """Keep the robot connected until cancelled."""
        # In Python 3.11 asyncio.wait_for, which aiomqtt uses, may swallow a cancellation: nothing inside is cancelled
        # that does not ask afterwards whether it is over.
        keeping = asyncio.create_task(self._keep_connected())
        try:
            await asyncio.shield(keeping)
        except asyncio.CancelledError:
            self._stopping.set()
            await asyncio.wait({keeping})
            raise

    async def _keep_connected(self) -> None:
        wait_s = self._broker.backoff_s
        while not self._stopping.is_set():
            await _first_of(self._powered, self._stopping)
            if self._stopping.is_set():
                return
            self._rebuild.clear()
            lost = Presence(robot=self._robot, generation=self._generation, status="lost")
            try:
                async with self._client(lost) as client:
                    wait_s = self._broker.backoff_s
                    await self._serve(client)
                    # A clean end sends no last will, so the robot takes its leave itself.
                    leave = replace(lost, status="offline") if self._stopping.is_set() else lost
                    await self._say(client, Channel.PRESENCE, leave)
            except aiomqtt.MqttError as error:
                log.warning("%s: connection lost: %s", self._robot, error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._stopping.wait()
                wait_s = min(2 * wait_s, self._broker.backoff_limit_s)

    def _client(self, lost: Presence) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            identifier=f"nightshift-{self._site}-{self._robot}",
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=False,
            keepalive=self._broker.keepalive_s,
            timeout=self._broker.publish_s,
            will=aiomqtt.Will(self._topic(Channel.PRESENCE), encode(lost), qos=1, retain=True),
        )

    def _topic(self, channel: Channel) -> str:
        return str(Topic(self._site, self._robot, channel))

    async def _serve(self, client: aiomqtt.Client) -> None:
        """Subscribe first, announce second (RC-04); ends at the stop, with the connection, or for a new generation."""
        await client.subscribe(self._topic(Channel.COMMAND), qos=1)
        await client.subscribe(controller_presence(self._site), qos=1)
        self._forget()
        self._wire.link_changed(self._robot, True)
        over = asyncio.Event()
        tasks = [
            asyncio.create_task(self._receive(client)),
            asyncio.create_task(self._publish(client, over)),
            asyncio.create_task(_first_of(self._rebuild, self._stopping)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            over.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._wire.link_changed(self._robot, False)

    async def _receive(self, client: aiomqtt.Client) -> None:
        presence_topic = controller_presence(self._site)
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            if str(message.topic) != presence_topic:
                self._wire.received(self._robot, payload, message.retain)
                continue
            try:
                self._wire.controller_seen(self._robot, decode_controller_presence(payload))
            except MalformedMessage as error:
                log.warning("%s: presence of the controller: %s", self._robot, error)

    async def _publish(self, client: aiomqtt.Client, over: asyncio.Event) -> None:
        while not over.is_set():
            if not self._outgoing:
                self._filled.clear()
                await self._filled.wait()
                continue
            channel, message = self._outgoing.popleft()
            if isinstance(message, Event):
                self._queued_events.discard(message.seq)
                self._said_at_s.pop(message.seq, None)
                self._said_at_s[message.seq] = asyncio.get_running_loop().time()
            await self._say(client, channel, message)

    async def _say(self, client: aiomqtt.Client, channel: Channel, message: FromRobot) -> None:
        await client.publish(self._topic(channel), encode(message), qos=channel.qos, retain=channel.retained)


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def parse_broker(url: str) -> Broker:
    """mqtt://host[:port]; ValueError where the text is no such address."""
    scheme, separator, rest = url.partition("://")
    host, _, port = rest.rstrip("/").partition(":")
    if scheme != "mqtt" or not separator or not host or (port and not port.isdecimal()):
        raise ValueError(f"{url!r} is not mqtt://host:port")
    return Broker(host, int(port or 1883))
