"""The people who come by themselves when a robot stops: how soon, and whether they find the true cause."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator.arrivals import REMEDY_FITS
from simulator.hardware.catalogue import ROWS
from simulator.hardware.luck import Luck, spread

OPERATOR_SIGMA = 0.86
"""Spread of an operator's stop: 90 % within 12 min (Table A)."""
NIGHT_FACTOR = 2.0
DAY_FROM_HOUR, DAY_TO_HOUR = 6, 20
"""Local hours of the day shift, as in the crew's plan."""
RESPONSE_S, REPAIR_S = 4 * 3600.0, 2 * 3600.0
"""An engineer's (Table A), with an estimated spread."""
ENGINEER_SIGMA = 0.3


@dataclass(frozen=True, slots=True)
class Repair:
    wait_s: float
    fits: bool
    who: str


class Repairers:
    def __init__(self, luck: Luck, zone: ZoneInfo) -> None:
        self._luck = luck
        self._zone = zone

    def call(self, code: str, at: float) -> Repair:
        """Somebody is called to a fault at site time `at`."""
        luck = self._luck
        fits = luck.random() < REMEDY_FITS
        if ROWS[code].engineer:
            wait_s = spread(luck, RESPONSE_S, ENGINEER_SIGMA) + spread(luck, REPAIR_S, ENGINEER_SIGMA)
            return Repair(wait_s, fits, "engineer")
        day = DAY_FROM_HOUR <= datetime.fromtimestamp(at, self._zone).hour < DAY_TO_HOUR
        wait_s = 60.0 * spread(luck, ROWS[code].operator_min, OPERATOR_SIGMA) * (1.0 if day else NIGHT_FACTOR)
        return Repair(wait_s, fits, "operator")
