"""One turn of the loop: the state, the moment, and what has changed so far. Reducers take it as first argument."""

from dataclasses import dataclass
from datetime import date, timedelta

from controller.domain.order import Order
from controller.domain.robot import Robot, Trust
from controller.engine.changes import Changes
from controller.engine.state import State
from controller.scheduling.calendar import local_date

PACKML_BLOCKED = frozenset({1, 2, 7, 8, 9, 10, 11, 15})
"""PackML states in which a robot starts no tour: Clearing, Stopped, Stopping, Aborting, Aborted, Holding, Held,
Resetting."""


class Ids:
    """Ids that no earlier or later controller has used: the epoch is in each, and epochs never repeat."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self._count = 0

    def new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self.epoch}.{self._count:06d}"


@dataclass(slots=True)
class Turn:
    state: State
    changes: Changes
    ids: Ids
    now: float
    mono_s: float
    working: frozenset[str] | None = None
    """Robots that can work, once the plan is being made: they are asked for a hundred times a tour, and none of them
    stops or comes back any more in this turn."""

    @property
    def epoch(self) -> int:
        return self.ids.epoch

    def outlast(self, order: Order) -> date:
        """The date that a pack for this order must outlast: days after it is due, or leaves where that is later."""
        departure = self.state.departures.get(order.departure_id or "")
        leaves_at = departure.departs_at if departure is not None else self.now
        day = local_date(max(order.due_at, self.now, leaves_at), self.state.zone)
        return day + timedelta(days=self.state.destinations[order.destination].least_remaining_days)

    def wake_at(self, at: float) -> None:
        """Something must be looked at again at this moment."""
        self.state.next_due_at = min(self.state.next_due_at, at)

    def stir(self, station: str) -> None:
        """There may be new work at a station."""
        self.state.stirred[station] = None


def can_work(robot: Robot) -> bool:
    """Whether a robot may be given motion: known, automatic, neither stopped nor faulted at level 1 or 2, not in
    maintenance, and not taken out by a person or a door."""
    return (
        robot.trust is Trust.READY
        and robot.mode == "automatic"
        and robot.maintenance is None
        and robot.withdrawn is None
        and not stands(robot)
    )


def stands(robot: Robot) -> bool:
    """Whether nothing in it can move: by its machine state, or for a fault of level 1 or 2."""
    return robot.packml in PACKML_BLOCKED or any(fault.level <= 2 for fault in robot.faults.values())
