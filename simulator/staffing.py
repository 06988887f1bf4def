"""Who works where, and how long a piece of work takes a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.floor import GOODS_IN


@dataclass(frozen=True, slots=True)
class Staffing:
    """People at a station by day and by night: estimates; Table A has two for all robots by night."""

    day: int
    night: int


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """All figures are estimates; no source times this work."""

    stations: Mapping[str, Staffing] = field(
        default_factory=lambda: {
            "CHECK": Staffing(6, 2),
            "DOCK": Staffing(4, 1),
            GOODS_IN: Staffing(6, 1),
            "FLOOR": Staffing(2, 1),
        }
    )
    manual_areas: Mapping[str, Staffing] = field(
        default_factory=lambda: {
            "MANUAL-A": Staffing(6, 2),
            "MANUAL-FRIDGE": Staffing(2, 1),
            "MANUAL-CD": Staffing(2, 1),
        }
    )
    other_manual_area: Staffing = Staffing(2, 1)
    day_from_hour: int = 6
    day_to_hour: int = 20
    """Local hours."""
    fixed_s: Mapping[str, float] = field(
        default_factory=lambda: {
            "hand_pick": 12.0,
            "check": 25.0,
            "load": 15.0,
            "hand_over": 20.0,
            "feed": 30.0,
            "shelve": 20.0,
            "clear_reject": 30.0,
            "settle": 240.0,
            "empty_chute": 30.0,
            "clear_expired": 20.0,
            "count_stock": 30.0,
        }
    )
    line_s: Mapping[str, float] = field(default_factory=lambda: {"hand_pick": 20.0})
    """For each product of the work."""
    pack_s: Mapping[str, float] = field(
        default_factory=lambda: {
            "hand_pick": 3.0,
            "check": 1.5,
            "feed": 2.0,
            "shelve": 6.0,
            "empty_chute": 2.0,
            "clear_expired": 6.0,
            "count_stock": 3.0,
        }
    )
    inside_s: float = 120.0
    """Into a robot and out of it again: lock, door, steps, reset at the panel."""
    spread_sigma: float = 0.25
    retry_s: float = 10.0
    """After an answer that makes no sense to a person."""

    def places(self, manual_areas: tuple[str, ...]) -> list[tuple[str, Staffing]]:
        """Every station of the site with its staffing."""
        areas = [(area, self.manual_areas.get(area, self.other_manual_area)) for area in manual_areas]
        return areas + list(self.stations.items())
