"""One connection to the broker, on aiomqtt, mended where aiomqtt 2.5 would lose a message or a socket.

- Messages are handled in paho's callback, before the PUBACK goes out: no queue that could fill up and discard.
- A connection can be dropped at once: a broker that stands still takes no farewell.
- Connecting runs in a thread that cannot be stopped, so it is never cancelled, only awaited.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any, Literal, NoReturn

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from controller.transport.address import BrokerAddress

Protocol = Literal["3.1.1", "5"]
Deliver = Callable[[str, bytes, bool], None]
"""Topic, payload, whether it was retained. Must not raise."""

SESSION_EXPIRY_S = 3600
"""MQTT 5 only: how long the broker keeps the session of a controller that is gone. Nothing relies on it."""
CONNECT_TIMEOUT_S = 5.0
UNREADABLE_TOPIC = "(a topic that is not UTF-8)"


class Session(aiomqtt.Client):
    """Use once: `open`, `subscribe` and `publish`, then `close` or `drop`."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        client_id: str,
        protocol: Protocol,
        will: aiomqtt.Will,
        keepalive_s: int,
        timeout_s: float,
        deliver: Deliver,
    ) -> None:
        newest = protocol == "5"
        super().__init__(
            address.host,
            address.port,
            username=address.user,
            password=address.password,
            identifier=client_id,
            protocol=aiomqtt.ProtocolVersion.V5 if newest else aiomqtt.ProtocolVersion.V311,
            will=will,
            clean_session=None if newest else False,
            clean_start=False if newest else paho.MQTT_CLEAN_START_FIRST_ONLY,
            properties=_connect_properties() if newest else None,
            keepalive=keepalive_s,
            timeout=timeout_s,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        self._client.connect_timeout = CONNECT_TIMEOUT_S
        self._deliver = deliver
        self.dropped = False
        """Nothing can be sent any more."""

    async def open(self) -> None:
        """Connect; MqttError where the broker is not there, refuses, or does not answer in time."""
        opening = asyncio.ensure_future(self.__aenter__())
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.wait({opening})
            opening.exception()
            self.drop()
            raise
        except aiomqtt.MqttError:
            self.drop()
            raise

    async def lost(self) -> NoReturn:
        """Wait until the connection is over: MqttError, saying why."""
        await asyncio.wait({self._disconnected})
        error = None if self._disconnected.cancelled() else self._disconnected.exception()
        raise aiomqtt.MqttError(f"disconnected: {error!r}" if error else "disconnected")

    async def close(self) -> None:
        """Say goodbye, so that the broker does not publish the will; falls back to `drop`."""
        try:
            await self.__aexit__(None, None, None)
        except aiomqtt.MqttError:
            self.drop()

    def drop(self) -> None:
        """Cut the connection now; whatever was under way is lost, and the broker publishes the will."""
        self.dropped = True
        connection = self._client.socket()
        if isinstance(connection, socket.socket):
            # Where the other side was faster, the read below finds out.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        while self._client.socket() is not None:
            # After the shutdown a read never waits: it takes what had arrived, then sees the end and cleans up.
            self._client.loop_read()
        # A farewell that nobody answered was given up, which cancels what it waited for (asyncio.wait_for).
        if self._disconnected.done() and not self._disconnected.cancelled():
            # Asked for, so that the loop does not report an exception that nobody looked at.
            self._disconnected.exception()

    def _on_message(self, client: paho.Client, userdata: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = UNREADABLE_TOPIC
        self._deliver(topic, bytes(message.payload), message.retain)


def _connect_properties() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_EXPIRY_S
    return properties


def expiring(after_s: int) -> Properties:
    """MQTT 5: the broker need not deliver the message later than this. No substitute for the robot's own check."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = after_s
    return properties
