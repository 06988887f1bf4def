"""What follows from robots being out, as it was last looked at; made anew from the state, never kept."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HandPick:
    """Packs of one order that stand only where no robot can fetch them in time."""

    order_ref: str
    robot: str
    pulls: tuple[tuple[int, str], ...]
    """(order line, pack): what expires first goes first."""
    wanted_at: float
    """The last moment for them to be in their tote."""
    back_at: float
    """When the robot is expected to be able again."""


@dataclass(slots=True)
class Outages:
    hand_picks: tuple[HandPick, ...] = ()
    """The most urgent first."""
    look_at: float = 0.0
    """Nothing is looked at again before this."""
    out: dict[str, float] = field(default_factory=dict)
    """Robot that cannot work → since when."""
