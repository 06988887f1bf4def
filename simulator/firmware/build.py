"""What one robot is, as its maker delivered it; the factsheet tells it to the controller."""

from dataclasses import dataclass

from controller.protocol.reports import Limit
from controller.protocol.vocabulary import OFFER_ANSWER_S, RobotKind
from simulator.hardware.settings import SETTINGS

OUTPUT = "OUT-1"
REJECT = "REJECT"
QUARANTINE = "QUARANTINE"

TOUR_ITEMS = {RobotKind.AMBIENT: 3, RobotKind.FRIDGE: 3, RobotKind.VAULT: 1}
"""Packs of one tour; a vault brings controlled drugs out one by one."""

PARAMETERS = tuple(
    Limit(name=setting.name, low=setting.low, high=setting.high, maker=setting.maker) for setting in SETTINGS
)


@dataclass(frozen=True, slots=True)
class Build:
    """`max_queue` counts waiting motion commands, without the running one and without stores, bound by the loader."""

    robot: str
    kind: RobotKind
    firmware: str = "rowan 1.0"
    max_queue: int = 3
    offer_answer_s: float = OFFER_ANSWER_S
    streams: bool = False
    """A telemetry frame every second, as in a run in real time; else only those of the minute before a fault."""

    @property
    def max_tour_items(self) -> int:
        return TOUR_ITEMS[self.kind]
