"""The way to the robots over MQTT: one supervised connection that is rebuilt whenever it is in doubt.

Nothing here relies on the broker's memory: what is lost on the way is sent again by the engine (commands) and by the
robots (events), so a connection that hesitates is dropped, with all that was queued on it.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiomqtt
import structlog

from controller.domain.pack import Pack
from controller.domain.task import Task
from controller.engine.actions import Action
from controller.engine.ports import Question
from controller.protocol.codec import encode
from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.topics import Channel, Topic, controller_presence, robot_filter
from controller.transport.address import BrokerAddress
from controller.transport.incoming import Incoming
from controller.transport.session import Protocol, Session, expiring
from controller.transport.translation import TelemetryWindow, command_from, question_from

FROM_ROBOTS = (Channel.PRESENCE, Channel.FACTSHEET, Channel.STATE, Channel.EVENT, Channel.TELEMETRY)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """All times in real seconds, whatever the speed of the site."""

    protocol: Protocol = "3.1.1"
    """"5" adds message expiry to commands, where the broker has it (NATS has not)."""
    speed: float = 1.0
    """Site seconds a real second: the broker counts expiry in real ones."""
    keepalive_s: int = 5
    """At least 3: aiomqtt looks once a second, and a broker waits no longer than one and a half times this."""
    timeout_s: float = 5.0
    """An answer of the broker that takes longer costs the connection."""
    first_pause_s: float = 0.1
    longest_pause_s: float = 5.0
    """Between attempts to connect, doubled each time in between."""
    settled_s: float = 10.0
    """A connection that was lost sooner than this does not shorten the pause: two controllers with one client id
    would otherwise throw each other out without end."""
    max_outgoing: int = 1000
    senders: int = 16
    """Messages whose PUBACK may be awaited at the same time."""


@dataclass(slots=True)
class LinkCounts:
    sent: int = 0
    connections: int = 0
    unsent: int = 0
    """Commands and questions given up before they were written: no connection, or too many waiting."""


@dataclass(frozen=True, slots=True)
class _Outgoing:
    command: Command
    payload: bytes


class MqttLink:
    """RobotLink over a broker. `run` it as a task; end it with `stop`, or cancel it.

    What arrives is given to `submit` in the order of arrival, which must neither wait nor raise. `now` is site time,
    `new_id` makes the ids of questions. Epoch 0 means that the lease is still to come: no connection before `announce`.
    """

    def __init__(
        self,
        address: BrokerAddress,
        site: str,
        epoch: int,
        *,
        submit: Callable[[Action], None],
        now: Callable[[], float],
        new_id: Callable[[], str],
        options: LinkOptions | None = None,
    ) -> None:
        self.counts = LinkCounts()
        self._address = address
        self._site = site
        self._incoming = Incoming(site, epoch, submit)
        self._now = now
        self._new_id = new_id
        self._options = options or LinkOptions()
        self._presence_topic = controller_presence(site)
        self._outgoing: asyncio.Queue[_Outgoing] = asyncio.Queue(self._options.max_outgoing)
        self._rebuilding = asyncio.Event()
        self._stopping = asyncio.Event()
        self._polite = True
        self._stopped = asyncio.Event()
        self._stopped.set()

    @property
    def up(self) -> bool:
        """Whether robots can be heard and told something now."""
        return self._incoming.up

    @property
    def received(self) -> int:
        """Messages of the broker, whatever became of them."""
        return self._incoming.received

    @property
    def flooded(self) -> int:
        """Of them, those that were turned away because a robot spoke too much, or too much nonsense (RC-27)."""
        return self._incoming.flood.dropped + self._incoming.nonsense.dropped

    @property
    def telemetry(self) -> TelemetryWindow:
        return self._incoming.frames.window

    # ---- RobotLink ----------------------------------------------------------------------------------------

    async def send_command(self, task: Task, packs: Sequence[Pack]) -> None:
        """`task.attempt` counts this sending already. While the link is down the command is given up."""
        # A task of an earlier epoch is sent again with ours: the robots have heard of us and refuse what is older.
        epoch = max(task.epoch, self._incoming.epoch)
        self._enqueue(lambda: command_from(task, packs, epoch, task.attempt))

    async def ask(self, question: Question, epoch: int) -> None:
        self._enqueue(lambda: question_from(question, self._new_id(), epoch, self._now()))

    def _enqueue(self, worded: Callable[[], Command]) -> None:
        if not self.up or self._outgoing.full():
            self.counts.unsent += 1
            return
        try:
            command = worded()
            self._outgoing.put_nowait(_Outgoing(command, encode(command)))
        except ValueError as error:
            # A fault of ours, not of the link: raised here it would stop the one loop for a single task.
            self.counts.unsent += 1
            _log.error("A command cannot be put into words: %s", error, action="link.unspeakable")

    # ---- the supervised connection -----------------------------------------------------------------------

    def announce(self, epoch: int) -> None:
        """From now on speak with another epoch: the connection is rebuilt, because its last will names the old one."""
        self._incoming.epoch = epoch
        self._rebuilding.set()

    async def run(self) -> None:
        """Keep a connection until `stop`. Cancelled, it drops the connection, and the broker publishes the will."""
        # In Python 3.11 asyncio.wait_for, which aiomqtt uses, may swallow a cancellation: nothing inside is cancelled.
        supervising = asyncio.create_task(self._supervise())
        try:
            await asyncio.shield(supervising)
        except asyncio.CancelledError:
            self._polite = False
            self._stopping.set()
            await asyncio.wait({supervising})
            raise

    async def _supervise(self) -> None:
        pause_s = self._options.first_pause_s
        self._stopped.clear()
        try:
            await self._until_epoch()
            while not self._stopping.is_set():
                lasted_s = await self._connect_once()
                if lasted_s >= self._options.settled_s:
                    pause_s = self._options.first_pause_s
                await self._pause(pause_s)
                pause_s = min(2 * pause_s, self._options.longest_pause_s)
        finally:
            self._stopped.set()

    async def stop(self) -> None:
        """Announce that the controller goes, close the connection, and wait until `run` has returned."""
        self._stopping.set()
        await self._stopped.wait()

    async def _until_epoch(self) -> None:
        if self._incoming.epoch > 0:
            return
        endings = [asyncio.create_task(event.wait()) for event in (self._rebuilding, self._stopping)]
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        for ending in endings:
            ending.cancel()
        await asyncio.gather(*endings, return_exceptions=True)

    async def _pause(self, pause_s: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), pause_s)
        except TimeoutError:
            return

    async def _connect_once(self) -> float:
        """One connection from beginning to end; how many seconds it stood."""
        loop = asyncio.get_running_loop()
        session = self._new_session()
        opened_at_s = math.inf
        try:
            await session.open()
            opened_at_s = loop.time()
            await self._greet(session)
            self.counts.connections += 1
            _log.info("Connected to the broker", action="link.up", broker=str(self._address))
            self._incoming.begin()
            await self._serve(session)
        except aiomqtt.MqttError as error:
            _log.warning("No use of the broker: %s", error, action="link.failed", broker=str(self._address))
        finally:
            session.drop()
            self._abandon()
        return max(0.0, loop.time() - opened_at_s)

    def _abandon(self) -> None:
        while not self._outgoing.empty():
            self._outgoing.get_nowait()
            self.counts.unsent += 1
        if self._incoming.end():
            _log.warning("The connection to the broker is over", action="link.down", broker=str(self._address))

    async def _greet(self, session: Session) -> None:
        """Subscribe first, announce second (RC-04)."""
        wanted = [(robot_filter(self._site, channel), channel.qos) for channel in FROM_ROBOTS]
        granted = await session.subscribe(wanted)
        refused = [topic for (topic, _), code in zip(wanted, granted, strict=True) if _is_failure(code)]
        if refused:
            raise aiomqtt.MqttError(f"the broker refuses the subscription to {', '.join(refused)}")
        await self._announce_presence(session, online=True)

    async def _announce_presence(self, session: Session, *, online: bool) -> None:
        await session.publish(self._presence_topic, self._presence(online=online), qos=1, retain=True)

    async def _serve(self, session: Session) -> None:
        """Send until `stop`, `announce`, or MqttError because the connection is lost."""
        endings: list[asyncio.Task[Any]] = [
            asyncio.create_task(ending) for ending in (session.lost(), self._rebuilding.wait(), self._stopping.wait())
        ]
        endings += [asyncio.create_task(self._send(session)) for _ in range(self._options.senders)]
        try:
            done, _ = await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
            for ending in done:
                ending.result()
            if self._stopping.is_set() and self._polite:
                await self._announce_presence(session, online=False)
                await session.close()
        finally:
            # A sender may be in the middle of a publish; it may be cancelled only because this session is never
            # used again (a cancelled publish leaks its permit, RELIABILITY.md fact 4).
            session.drop()
            for ending in endings:
                ending.cancel()
            await asyncio.gather(*endings, return_exceptions=True)

    async def _send(self, session: Session) -> None:
        # Not `while True`: a swallowed cancellation (see `run`) must end it as well.
        while not session.dropped:
            outgoing = await self._outgoing.get()
            command = outgoing.command
            properties = None
            if self._options.protocol == "5":
                properties = expiring(max(1, math.ceil(command.valid_for_s / self._options.speed)))
            topic = str(Topic(self._site, command.robot, Channel.COMMAND))
            await session.publish(topic, outgoing.payload, qos=Channel.COMMAND.qos, properties=properties)
            self.counts.sent += 1

    def _new_session(self) -> Session:
        self._rebuilding.clear()
        session = Session(
            self._address,
            client_id=f"nightshift-{self._site}-controller",
            protocol=self._options.protocol,
            will=aiomqtt.Will(self._presence_topic, self._presence(online=False), qos=1, retain=True),
            keepalive_s=self._options.keepalive_s,
            timeout_s=self._options.timeout_s,
            deliver=self._incoming.deliver,
        )
        # So many at a time are intended; more would be worth aiomqtt's warning.
        session.pending_calls_threshold = self._options.senders
        return session

    def _presence(self, *, online: bool) -> bytes:
        return encode(ControllerPresence(epoch=self._incoming.epoch, online=online))


def _is_failure(code: object) -> bool:
    """Granted QoS is 0 to 2 in both versions; what refuses starts at 0x80."""
    value = getattr(code, "value", code)
    return not isinstance(value, int) or value >= 0x80
