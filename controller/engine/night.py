"""What is remembered for the work of quiet hours: chores under way, pauses, windows, and what is known of each rack.

The ledger keeps no places. What robots tell of them on the way (stored, relocated, counted, missing) is kept here, in
memory alone, and is only ever a hint: where it is wrong or lost, the next count brings it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from controller.domain.chore import SITE, Chore, ChoreKind, ChoreStatus, NightPause
from controller.domain.maintenance_window import MaintenanceWindow
from controller.scheduling.counts import Suspicion
from controller.scheduling.night import Doomed, Move, Rules, Surplus

ROUNDS = (ChoreKind.COUNT, ChoreKind.HOME, ChoreKind.CALIBRATE)
"""Chores that come again; when each was last done decides when."""


@dataclass(slots=True)
class Rack:
    """The shelves of one robot as its factsheet lists them, and what was seen on them."""

    heights_mm: dict[str, float] = field(default_factory=dict)
    shelf_of: dict[str, str] = field(default_factory=dict)
    """Pack → shelf, where a robot has told it; what has left the robot may still stand in it."""
    misplaced: dict[str, str] = field(default_factory=dict)
    """Pack → its product, on a higher shelf than it needs."""
    suspected: dict[str, Suspicion] = field(default_factory=dict)

    def least_height_mm(self, height_mm: float) -> float | None:
        """The lowest shelf that takes a pack of this height; None where none does."""
        return min((high for high in self.heights_mm.values() if high >= height_mm), default=None)

    def suspect(self, shelf: str, at: float, why: str) -> None:
        """Something was not as the books have it there; the first reason stands until it is counted."""
        if shelf in self.heights_mm:
            self.suspected.setdefault(shelf, Suspicion(shelf, at, why))


@dataclass(slots=True)
class Quiet:
    """How one robot's quiet time goes."""

    worked_at: float = 0.0
    chore_ended_at: float = 0.0
    look_at: float = 0.0
    """Nothing was worth doing when it was looked at; looked at again then."""
    picks_since_reference: int = 0
    transfers: int = 0
    moves: int = 0
    tried: set[str] = field(default_factory=set)
    """Packs that were moved tonight, or had no better place."""


@dataclass(slots=True)
class Agenda:
    """What there is to do: doomed packs by account, the rest by robot.

    Made anew from time to time, and checked again before anything is begun.
    """

    made_at: float = float("-inf")
    able: frozenset[str] = frozenset()
    """The robots that could work then."""
    doomed: dict[str, list[Doomed]] = field(default_factory=dict)
    surplus: dict[str, list[Surplus]] = field(default_factory=dict)
    wanted: dict[str, list[Move]] = field(default_factory=dict)


class Night:
    """All of it; follows from the rows where rows are given."""

    def __init__(
        self,
        robots: Iterable[str],
        chores: Iterable[Chore] = (),
        pauses: Iterable[NightPause] = (),
        windows: Iterable[MaintenanceWindow] = (),
    ) -> None:
        names = list(robots)
        self.rules = Rules()
        self.open: dict[str, Chore] = {}
        """By the task or job that does it."""
        self.done_at: dict[tuple[str, ChoreKind, str], float] = {}
        """(robot, kind, shelf or axis) → when it was last done."""
        self.pauses: dict[str, NightPause] = {pause.scope: pause for pause in pauses}
        self.windows: dict[str, MaintenanceWindow] = {window.window_id: window for window in windows}
        self.racks: dict[str, Rack] = {name: Rack() for name in names}
        self.quiet: dict[str, Quiet] = {name: Quiet() for name in names}
        self.agenda = Agenda()
        self.tonight = ""
        """Local date on which the present quiet time began."""
        self.looked = False
        """Whether the books were looked through for `condemned` since the start."""
        self.condemned: dict[str, dict[str, None]] = {}
        """Robot → packs that it is to put out for good."""
        self.look_at = 0.0
        self.return_at = 0.0
        """A robot that could not be brought back from its window is tried again then."""
        self.told: dict[str, str] = {}
        """What a chore under way has found, by task."""
        for chore in chores:
            if chore.status is ChoreStatus.UNDER_WAY:
                self.open[chore.reference] = chore
            else:
                self.remember(chore)

    def remember(self, chore: Chore) -> None:
        """A chore has ended: its round begins anew if it did what it should."""
        if chore.kind in ROUNDS and chore.status in (ChoreStatus.DONE, ChoreStatus.PARTLY):
            key = (chore.source, chore.kind, chore.subject)
            self.done_at[key] = max(self.done_at.get(key, 0.0), chore.ended_at or chore.begun_at)

    def paused(self, scope: str) -> bool:
        """Whether a person has paused the robot, the area, or the whole site."""
        return scope in self.pauses or SITE in self.pauses

    def learn_rack(self, robot: str, heights_mm: Mapping[str, float]) -> None:
        """The factsheet has come: these are its shelves."""
        rack = self.racks[robot]
        rack.heights_mm = dict(heights_mm)
        rack.suspected = {shelf: why for shelf, why in rack.suspected.items() if shelf in rack.heights_mm}
