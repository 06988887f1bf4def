"""Everything that the robot says, numbered, and each event again until it is acknowledged (RC-05, RC-06)."""

from collections.abc import Callable

from controller.protocol.codec import FromRobot
from controller.protocol.events import Event, EventBody
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import EVENT_REPEAT_S, MAX_UNACKED_EVENTS, timestamp
from simulator.timeline import Clockwork, Timer

Send = Callable[[Channel, FromRobot], None]

_HEADROOM = 256
"""Events that the longest tour under way and the crew at the panel may still add after motion was refused."""


class Reporter:
    """The sequence of one generation. While the link is down nothing is sent and nothing is forgotten."""

    def __init__(self, robot: str, generation: int, clock: Clockwork, send: Send, link_up: bool) -> None:
        self._robot = robot
        self._generation = generation
        self._clock = clock
        self._send = send
        self.link_up = link_up
        self._seq = 0
        self._unacked: dict[int, Event] = {}
        self._sent_at: dict[int, float] = {}
        self._repeat: Timer | None = None
        self._stamped: tuple[float, str] = (0.0, timestamp(0.0))

    @property
    def full(self) -> bool:
        """So much is unacknowledged that no motion may be added."""
        return len(self._unacked) >= MAX_UNACKED_EVENTS - _HEADROOM

    @property
    def unacked(self) -> tuple[int, ...]:
        return tuple(self._unacked)

    def stamp(self) -> str:
        """Now, as the contract writes it."""
        now = self._clock.now
        if self._stamped[0] != now:
            self._stamped = (now, timestamp(now))
        return self._stamped[1]

    def next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def event(self, body: EventBody) -> None:
        seq = self.next_seq()
        event = Event(robot=self._robot, generation=self._generation, seq=seq, at=self.stamp(), body=body)
        self._unacked[seq] = event
        self._sent_at[seq] = self._clock.now
        if self.link_up:
            self._send(Channel.EVENT, event)
        self._arm()

    def say(self, channel: Channel, message: FromRobot) -> None:
        """Send what is not repeated."""
        if self.link_up:
            self._send(channel, message)

    def acknowledge(self, seq: int) -> None:
        """Every event up to `seq` is committed at the controller."""
        for number in [number for number in self._unacked if number <= seq]:
            del self._unacked[number]
            del self._sent_at[number]
        if not self._unacked and self._repeat is not None:
            self._repeat.cancel()
            self._repeat = None

    def repeat_all(self) -> None:
        """After a reconnect: all that may have been lost with the old connection."""
        self._resend(list(self._unacked))

    def _arm(self) -> None:
        if self._repeat is None and self._unacked:
            oldest = min(self._sent_at.values())
            self._repeat = self._clock.call_at(oldest + EVENT_REPEAT_S, self._repeat_due)

    def _repeat_due(self) -> None:
        self._repeat = None
        limit = self._clock.now - EVENT_REPEAT_S
        self._resend([seq for seq, sent_at in self._sent_at.items() if sent_at <= limit])
        self._arm()

    def _resend(self, numbers: list[int]) -> None:
        for seq in numbers:
            self._sent_at[seq] = self._clock.now
            if self.link_up:
                self._send(Channel.EVENT, self._unacked[seq])
