"""What the controller expects of its open orders, in memory; after a start it is learned anew from what comes."""

from dataclasses import dataclass, field

from controller.scheduling.arrivals import Arrivals
from controller.scheduling.promise import Calibration, Expectation, Situation


@dataclass(slots=True)
class Outlook:
    calibration: Calibration = field(default_factory=Calibration)
    arrivals: Arrivals = field(default_factory=Arrivals)
    first: dict[str, Expectation] = field(default_factory=dict)
    """Order → what was expected when it came: judged when it is done."""
    broken: dict[str, None] = field(default_factory=dict)
    """Orders whose first promise is broken and was counted so."""
    later: dict[str, dict[Situation, Expectation]] = field(default_factory=dict)
    """Order → the last expectation of each situation that forward runs have seen it in."""
    late: dict[str, None] = field(default_factory=dict)
    """Orders whose lateness has been told."""
    next_at: float = 0.0
    """When all promises are looked at again, unless something happens before."""
    looked_at: float = 0.0
    seen: tuple[int, int, int] = (0, 0, 0)
    """What the last look saw: orders taken, orders open, postings. The same again is not worth a run…"""
    stale_at: float = 0.0
    """…before the first moment at which something was expected to be done: that nothing moved is news then."""
    in_service: frozenset[str] = frozenset()

    def forget(self, order_ref: str) -> None:
        """The order has ended."""
        self.first.pop(order_ref, None)
        self.broken.pop(order_ref, None)
        self.later.pop(order_ref, None)
        self.late.pop(order_ref, None)
