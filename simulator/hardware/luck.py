"""The chances that the hardware takes, as a port: the seed is somebody else's business."""

from collections.abc import MutableSequence
from typing import Any, Protocol


class Luck(Protocol):
    """A stream of draws; `simulator.chance` provides one for each name."""

    def random(self) -> float: ...

    def uniform(self, a: float, b: float, /) -> float: ...

    def gauss(self, mu: float, sigma: float, /) -> float: ...

    def expovariate(self, lambd: float, /) -> float: ...

    def lognormvariate(self, mu: float, sigma: float, /) -> float: ...

    def randrange(self, start: int, stop: int, /) -> int: ...

    def shuffle(self, x: MutableSequence[Any], /) -> None: ...


def spread(luck: Luck, median: float, sigma: float) -> float:
    """A lognormal draw around `median`; `sigma` of the logarithm."""
    return median * luck.lognormvariate(0.0, sigma)
