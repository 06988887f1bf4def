"""What an earlier run of the simulator left behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.floor import FloorEntry
from simulator.hardware.movement import Movement
from simulator.truth import CauseEntry


@dataclass(frozen=True, slots=True)
class Past:
    """`begun_at` is the site time at which the first run began; journals are kept apart, by the robots."""

    begun_at: float
    movements: Sequence[Movement]
    floor: Sequence[FloorEntry]
    causes: Sequence[CauseEntry] = ()
    resumed: bool = False
    """The first run is over: what was planned for its time has happened."""
