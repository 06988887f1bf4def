"""The in-memory link between the engine and the simulated robots, as unreliable as a test wants it.

It keeps what a broker keeps: retained presence and factsheets. Everything else may be lost, doubled, late or out of
order, by the seed.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from controller.protocol.codec import FromRobot
from controller.protocol.commands import Command
from controller.protocol.topics import Channel


@dataclass(frozen=True, slots=True)
class LinkFaults:
    """Probabilities for each message, and the longest delay. All zero is a perfect link."""

    lose: float = 0.0
    double: float = 0.0
    delay: float = 0.0
    longest_delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FromRobotMessage:
    robot: str
    channel: Channel
    message: FromRobot


@dataclass(frozen=True, slots=True)
class ToRobotMessage:
    robot: str
    command: Command


Carried = FromRobotMessage | ToRobotMessage


class Draw:
    """A stream of numbers in [0, 1) from a seed: a linear congruential generator (Knuth, MMIX constants).

    Good enough to decide which message is lost, and the pure rooms' ban on `random` stays whole.
    """

    def __init__(self, seed: int) -> None:
        self._state = (seed * 2_862_933_555_777_941_757 + 3_037_000_493) % 2**64

    def next(self) -> float:
        self._state = (self._state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (self._state >> 11) / 2**53


class Link:
    """Carries messages; what is due comes out of `due`."""

    def __init__(self, faults: LinkFaults | None = None, seed: int = 0) -> None:
        self.faults = faults or LinkFaults()
        self.up = True
        self.retained: dict[tuple[str, Channel], FromRobot] = {}
        self._draw = Draw(seed)
        self._under_way: list[tuple[float, int, Carried]] = []
        self._count = 0
        self._perfect = self.faults == LinkFaults()

    @property
    def perfect(self) -> bool:
        """Nothing can go wrong: messages need not pass through the heap."""
        return self._perfect and self.up

    def send(self, message: Carried, now: float) -> None:
        """Put a message on the way; lost while the link is down."""
        if isinstance(message, FromRobotMessage) and message.channel.retained:
            self.retained[(message.robot, message.channel)] = message.message
        if not self.up or self._chance(self.faults.lose):
            return
        copies = 2 if self._chance(self.faults.double) else 1
        for _ in range(copies):
            late = self._draw.next() * self.faults.longest_delay_s if self._chance(self.faults.delay) else 0.0
            self._count += 1
            heappush(self._under_way, (now + late, self._count, message))

    def next_at(self) -> float | None:
        return self._under_way[0][0] if self._under_way else None

    def due(self, now: float) -> list[Carried]:
        """What arrives by now, in the order of arrival."""
        arrived: list[Carried] = []
        while self._under_way and self._under_way[0][0] <= now:
            arrived.append(heappop(self._under_way)[2])
        return arrived

    def drop_all(self) -> None:
        """The broker dies and forgets what it carried."""
        self._under_way.clear()

    def _chance(self, probability: float) -> bool:
        return probability > 0.0 and self._draw.next() < probability
