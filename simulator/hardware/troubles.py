"""The causes that one machine has at the moment, and whether one of them strikes in a motion."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from simulator.hardware.catalogue import ROWS
from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Strike, Subject
from simulator.hardware.luck import Luck
from simulator.hardware.settings import CORRECTED_MM, MISS_A_MM, TOLERANCE_MM, Settings

DAY_S = 86_400.0


@dataclass(slots=True)
class Trouble:
    """One cause at work. It grows from `severity` at `begun_at`; a sudden one stays as severe as it began."""

    number: int
    kind: CauseKind
    severity: float
    begun_at: float
    begun_cycle: int
    place: int | None = None
    """Location, or any location of the shelf, where it sits; bound at the first contact."""
    standing: str | None = None
    """The occurrence of the fault that it brought about last, while that stands."""
    aside: tuple[str, int] | None = None
    """A pack that it moved, and the location where the robot's list still has it."""
    retry_helps: bool = False
    """Whether the machine's own retry clears the standing fault."""
    eased: str | None = None
    """The occurrence of the fault that it brought about last, where other settings made that go."""
    shared: str | None = None
    """The event that several robots feel, and of which this is one robot's share."""

    def severity_at(self, at: float, cycle: int) -> float:
        kind = self.kind
        if kind.growth is Growth.WEAR:
            age = math.sqrt(self.severity) + (at - self.begun_at) / (kind.grows * DAY_S)
            return min(1.0, age * age)
        if kind.growth is Growth.CYCLES:
            return min(1.0, self.severity + (cycle - self.begun_cycle) / kind.grows)
        return self.severity


@dataclass(frozen=True, slots=True)
class Blow:
    """A cause strikes now: the fault that follows. `fraction` of the motion is done by then."""

    trouble: Trouble
    strike: Strike
    level: int
    severity: float
    self_clears: bool
    fraction: float


class Troubles:
    """Of one machine. Draws nothing while nothing is wrong."""

    def __init__(self, luck: Luck, places_of_shelf: int) -> None:
        self.luck = luck
        self.settings = Settings()
        self.active: list[Trouble] = []
        self.cycles = 0
        """Packs gripped since the beginning."""
        self.due_cycle: int | None = None
        """At this many cycles the next cause begins."""
        self.on_due: Callable[[], None] = _nothing
        self.on_struck: Callable[[Blow, str | None], None] = _unheard
        """Told of each blow, with the occurrence of the fault that the robot raised, if it did."""
        self.on_homed: Callable[[], None] = _nothing
        self.on_entered: Callable[[], None] = _nothing
        """A door was closed: somebody had been inside."""
        self.on_misread: Callable[[str], None] = _untold
        """A fault was raised of which no cause at work knows: its occurrence."""
        self.on_eased: Callable[[Trouble], None] = _unmoved
        """Told of a cause whose fault went because of other settings."""
        self.on_adjusted: Callable[[], None] = _nothing
        self._per_shelf = places_of_shelf
        self._made = 0

    def begin(self, kind: CauseKind, severity: float, at: float) -> Trouble:
        self._made += 1
        trouble = Trouble(self._made, kind, severity, at, self.cycles)
        self.active.append(trouble)
        return trouble

    def go_on_from(self, cycles: int, made: int) -> None:
        """An earlier run of the simulator had gripped so many packs, and numbered so many causes."""
        self.cycles, self._made = cycles, made

    def end(self, trouble: Trouble) -> None:
        """Cured; harmless where it was already."""
        if trouble in self.active:
            self.active.remove(trouble)

    def count_cycle(self) -> None:
        """A grip begins."""
        self.cycles += 1
        if self.due_cycle is not None and self.cycles >= self.due_cycle:
            self.due_cycle = None
            self.on_due()

    def draw(
        self, moment: Moment, at: float, location: int | None = None, pointless: frozenset[Effect] = frozenset()
    ) -> Blow | None:
        """The first cause that strikes in this moment; None where none does, as almost always.

        No blow has an effect that is `pointless` now: what changes nothing has not struck.
        """
        for trouble in self.active:
            if self._touches(trouble, moment, location):
                blow = self._draw_one(trouble, moment, at, 1.0, pointless)
                if blow is not None:
                    return blow
        return None

    def tick(self, trouble: Trouble, at: float, hours: float) -> Blow | None:
        """Whether the cause strikes by itself, as it may at any moment of the last `hours`."""
        return self._draw_one(trouble, Moment.CLOCK, at, hours)

    def _draw_one(
        self, trouble: Trouble, moment: Moment, at: float, hours: float, pointless: frozenset[Effect] = frozenset()
    ) -> Blow | None:
        kind = trouble.kind
        passing = kind.transient and kind.subject is Subject.MACHINE
        for strike in kind.strikes:
            if strike.moment is not moment or strike.effect in pointless:
                continue
            # a fault that stands is not raised again, but a place that hinders goes on hindering
            if trouble.standing and (passing or strike.effect is Effect.STOP):
                continue
            severity = self.felt(trouble, at)
            if self.luck.random() < _chance(kind, strike, severity, hours) * self.settings.load(strike.load):
                return self._blow(trouble, strike, severity)
        return None

    def offset_mm(self, axis: str, at: float) -> float:
        """How far the axis is from where it believes to be."""
        return sum(
            shift.mean * trouble.severity_at(at, self.cycles)
            for trouble in self.active
            for shift in trouble.kind.shifts
            if shift.feature == "reference_deviation_mm" and shift.subject == axis
        )

    def left_mm(self, axis: str, at: float) -> float:
        """What of that the offset in its settings does not make up for, or brings about."""
        return self.offset_mm(axis, at) - self.settings.offsets_mm.get(axis, 0.0)

    def felt(self, trouble: Trouble, at: float) -> float:
        """Its severity as the machine feels it: an offset makes up for an axis that is off, or adds to it."""
        severity, axis = trouble.severity_at(at, self.cycles), displaced_axis(trouble.kind)
        off_mm = 0.0 if axis is None or axis not in self.settings.offsets_mm else self.offset_mm(axis, at)
        if axis is None or not off_mm:
            return severity
        left_mm = abs(self.left_mm(axis, at))
        return 0.0 if left_mm < CORRECTED_MM else min(1.0, severity * left_mm / abs(off_mm))

    def wrong_mm(self, at: float) -> float:
        """How far an offset leads the gripper astray for which there is no cause; 0 where none does."""
        offsets_mm = self.settings.offsets_mm
        return max((abs(mm) for axis, mm in offsets_mm.items() if not self.offset_mm(axis, at)), default=0.0)

    def miss_chance(self, at: float) -> float:
        """That a gripper with a wrong offset misses its pack, however often it tries."""
        strayed_mm = max((abs(self.left_mm(axis, at)) for axis in self.settings.offsets_mm), default=0.0)
        return max(0.0, strayed_mm - TOLERANCE_MM) * MISS_A_MM

    def ease(self, occurrence: str) -> None:
        """Other settings made this fault go; its cause is still there."""
        for trouble in self.active:
            if trouble.standing == occurrence:
                trouble.standing, trouble.eased = None, occurrence
                self.on_eased(trouble)

    def homed(self) -> None:
        """The axes have found their references anew."""
        if self.active:
            self.on_homed()

    def forget_standing(self) -> None:
        """The program that had raised the faults is gone."""
        for trouble in self.active:
            trouble.standing = None

    def _touches(self, trouble: Trouble, moment: Moment, location: int | None) -> bool:
        if trouble.kind.subject is Subject.MACHINE:
            return True
        if location is None or all(strike.moment is not moment for strike in trouble.kind.strikes):
            return False
        if trouble.place is None:
            trouble.place = location
        if trouble.kind.subject is Subject.SHELF:
            return trouble.place // self._per_shelf == location // self._per_shelf
        return trouble.place == location

    def _blow(self, trouble: Trouble, strike: Strike, severity: float) -> Blow:
        row = ROWS[strike.code]
        worse = strike.level is not None and severity >= strike.level_from * self.settings.limit
        level = strike.level if worse and strike.level is not None else row.level
        drawn = self.luck.random() < row.self_clearing
        self_clears = drawn if trouble.standing is None else trouble.retry_helps
        return Blow(trouble, strike, level, severity, self_clears, self.luck.uniform(0.1, 0.9))


def displaced_axis(kind: CauseKind) -> str | None:
    """The axis whose reference the cause puts out of place."""
    return next((shift.subject for shift in kind.shifts if shift.feature == "reference_deviation_mm"), None)


def _chance(kind: CauseKind, strike: Strike, severity: float, hours: float) -> float:
    share = (severity - kind.strikes_from) / (1.0 - kind.strikes_from)
    if share <= 0.0:
        return 0.0
    if strike.moment is Moment.CLOCK:
        return 1.0 - math.exp(-strike.hazard * share * hours)
    # what came suddenly strikes however slight it is: its severity only says how strong its marks are
    return strike.hazard if kind.growth is Growth.SUDDEN else strike.hazard * share


def _nothing() -> None:
    return


def _unmoved(trouble: Trouble) -> None:
    return


def _untold(occurrence: str) -> None:
    return


def _unheard(blow: Blow, occurrence: str | None) -> None:
    return
