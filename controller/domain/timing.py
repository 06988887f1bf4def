"""How long something takes, learned from what it took."""

from dataclasses import dataclass


@dataclass(slots=True)
class Timing:
    """Running mean and spread of one kind of duration at one source."""

    source: str
    """A robot, or a station of people."""
    kind: str
    """`tour` (overhead of a robot's tour), `pack` (each further pack), or a kind of people's work."""
    size: str
    """Height class for packs, otherwise empty."""
    count: int
    mean_s: float
    spread_s: float
    updated_at: float
