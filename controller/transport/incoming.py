"""What arrives from the broker, on its way to the engine: throttled, decoded, in order."""

import asyncio
from collections.abc import Callable

import structlog

from controller.engine.actions import Action, LinkChanged, PoisonReceived
from controller.protocol.codec import MalformedMessage, decode_controller_presence
from controller.protocol.reports import Telemetry
from controller.protocol.topics import controller_presence
from controller.transport.flood import POISON_BURST, POISON_PER_S, FloodGate
from controller.transport.translation import FaultFrames, decode, poison

RIVAL_INTERVAL_S = 60.0
"""Two controllers with one client id throw each other out again and again: the engine is told once a minute."""

_log = structlog.get_logger(__name__)


class Incoming:
    """Turns messages into submitted actions between `begin` and `end`, and keeps early ones until `begin`."""

    def __init__(self, site: str, epoch: int, submit: Callable[[Action], None]) -> None:
        self.epoch = epoch
        self.up = False
        self.received = 0
        self.flood = FloodGate()
        self.nonsense = FloodGate("malformed messages", POISON_PER_S, POISON_BURST)
        self.frames = FaultFrames()
        self._presence_topic = controller_presence(site)
        self._submit = submit
        self._announced_epoch: int | None = None
        self._rival_told_at_s: float | None = None
        self._early: list[tuple[str, bytes, bool]] = []

    def begin(self) -> None:
        """The connection is up: say so, then let through what has waited."""
        self.up = True
        self._announced_epoch = self.epoch
        self._submit(LinkChanged(up=True))
        early, self._early = self._early, []
        for topic, payload, retained in early:
            self._take(topic, payload, retained)

    def end(self) -> bool:
        """The connection is over; whether it had been up. Said once, whatever attempts to connect follow (RC-19)."""
        self._early.clear()
        was_up, self.up = self.up, False
        if was_up:
            self._submit(LinkChanged(up=False))
        return was_up

    def deliver(self, topic: str, payload: bytes, retained: bool) -> None:
        """One message of the broker, whatever it is."""
        self.received += 1
        now_s = asyncio.get_running_loop().time()
        if topic == self._presence_topic:
            self._hear_controller(payload, retained, now_s)
            return
        robot = _speaker(topic)
        if not self.flood.admits(robot, now_s):
            self._complain(self.flood, robot, topic, now_s)
        elif self.up:
            self._take(topic, payload, retained)
        else:
            # Retained messages and those of an old session overtake the SUBACK; they wait until we can answer.
            self._early.append((topic, payload, retained))

    def _take(self, topic: str, payload: bytes, retained: bool) -> None:
        message = decode(topic, payload, retained)
        if isinstance(message, Telemetry):
            for told in self.frames.take(message):
                self._submit(told)
        elif isinstance(message, PoisonReceived):
            self._take_poison(message, _speaker(topic))
        else:
            self._submit(message)
            for told in self.frames.hear(message):
                self._submit(told)

    def _take_poison(self, message: PoisonReceived, robot: str) -> None:
        now_s = asyncio.get_running_loop().time()
        if self.nonsense.admits(robot, now_s):
            self._submit(message)
        else:
            self._complain(self.nonsense, robot, message.topic, now_s)

    def _complain(self, gate: FloodGate, robot: str, topic: str, now_s: float) -> None:
        complaint = gate.complaint(robot, now_s)
        if complaint is not None:
            self._submit(poison(topic, b"", complaint, robot or None))

    def _hear_controller(self, payload: bytes, retained: bool, now_s: float) -> None:
        """Our own presence comes back to us; anything else there is another controller at this site."""
        try:
            presence = decode_controller_presence(payload)
        except MalformedMessage as error:
            self._take_poison(poison(self._presence_topic, payload, str(error), None), "")
            return
        if presence.epoch == self.epoch or (presence.epoch < self.epoch and not presence.online):
            return
        if retained and presence.epoch < self.epoch and self._announced_epoch != self.epoch:
            # The last words of a predecessor that the broker has kept.
            return
        if self._rival_told_at_s is None or now_s - self._rival_told_at_s >= RIVAL_INTERVAL_S:
            self._rival_told_at_s = now_s
            reason = f"another controller speaks at this site, with epoch {presence.epoch}; ours is {self.epoch}"
            _log.warning("Another controller is at this site", action="link.rival", epoch=presence.epoch)
            self._submit(poison(self._presence_topic, payload, reason, None))


def _speaker(topic: str) -> str:
    """The robot's place in the topic, unchecked: enough to hold a flood against it."""
    parts = topic.split("/", 4)
    return parts[3][:16] if len(parts) == 5 else ""
