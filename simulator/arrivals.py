"""Which causes begin when: with the picks what disturbs picks, with the calendar what wears and fails by itself."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.chance import Random
from simulator.hardware.catalogue import ALARMS_A_DAY, ROWS
from simulator.hardware.causes import CAUSES
from simulator.hardware.causes.kinds import CauseKind, Growth
from simulator.hardware.troubles import DAY_S, Troubles
from simulator.timeline import Timeline

PICKS_A_DAY = 1430.0
"""Of one robot on an average day (Table B)."""
DISTURBED = {"normal": 0.005, "poor": 0.012}
"""Share of picks with an alarm, in a good and in a poor year (domain notes 3.1)."""
REMEDY_FITS = 0.9
"""Of the people who come by themselves: the rest take the wrong cause for the true one. Estimate."""
WEIBULL_SHAPE = 2.0
"""Of what wears; what happens by chance is exponential."""
ON_ENTRY = frozenset({"object_left_inside"})
"""Begin when somebody has been inside, not by themselves."""
ENTRIES_A_DAY = 0.6
"""SAF-70 of Table B."""

Begin = Callable[[CauseKind, float], None]


def strikes_each(kind: CauseKind) -> float:
    """Faults that one beginning of the cause brings about until it is cured, in the mean."""
    retried = ROWS[kind.strikes[0].code].self_clearing
    if kind.transient:
        return 1.0 + (1.0 - retried) * (1.0 - REMEDY_FITS) / REMEDY_FITS
    return 1.0 / ((1.0 - retried) * REMEDY_FITS)


def beginnings_a_pick(kind: CauseKind, disturbed: float) -> float:
    """How often the cause begins, for each pick of its robot; 0 for what comes with the calendar."""
    row = ROWS[kind.strikes[0].code]
    if not row.disturbs:
        return 0.0
    return disturbed * kind.share / (row.mtbf_days * ALARMS_A_DAY) / strikes_each(kind)


def days_between(kind: CauseKind) -> float:
    """Mean time between two beginnings of a cause that comes with the calendar."""
    return ROWS[kind.strikes[0].code].mtbf_days * strikes_each(kind) / kind.share


def chance_at_entry(kind: CauseKind) -> float:
    return 1.0 / (days_between(kind) * ENTRIES_A_DAY)


@dataclass(slots=True)
class Arrivals:
    """Of one robot. `begin` is told the cause and how severe it begins."""

    troubles: Troubles
    timeline: Timeline
    luck: Random
    zone: str
    disturbed: float
    begin: Begin
    until_at: float | None
    resumed: bool = False
    """An earlier run had its beginning."""

    def start(self) -> None:
        """What has been developing for a while already, and the first of what comes."""
        mine = [kind for kind in CAUSES.values() if self.zone in kind.zones and kind.cause not in ON_ENTRY]
        by_pick = [kind for kind in mine if ROWS[kind.strikes[0].code].disturbs]
        for kind in mine:
            if not self.resumed:
                self._had_begun(kind)
            if kind not in by_pick:
                self._wait(kind, self.luck.random())
        self.troubles.on_due = lambda: self._next_pick(by_pick, begin=True)
        self._next_pick(by_pick, begin=False)

    def entered(self) -> None:
        """Somebody has been inside."""
        for cause in sorted(ON_ENTRY):
            if self.luck.random() < chance_at_entry(CAUSES[cause]):
                self.begin(CAUSES[cause], self._first_severity(CAUSES[cause]))

    def _next_pick(self, kinds: Sequence[CauseKind], *, begin: bool) -> None:
        rates = [beginnings_a_pick(kind, self.disturbed) for kind in kinds]
        self.troubles.due_cycle = self.troubles.cycles + math.ceil(self.luck.expovariate(sum(rates)))
        if begin:
            kind = self.luck.choices(kinds, rates)[0]
            self.begin(kind, self._first_severity(kind))

    def _wait(self, kind: CauseKind, passed: float) -> None:
        """Until the next beginning, of which the share `passed` is over already."""
        mean_s = days_between(kind) * DAY_S
        if kind.growth is Growth.SUDDEN:
            wait_s = self.luck.expovariate(1.0 / mean_s)
        else:
            scale_s = mean_s / math.gamma(1.0 + 1.0 / WEIBULL_SHAPE)
            wait_s = self.luck.weibullvariate(scale_s, WEIBULL_SHAPE) * (1.0 - passed)
        at = self.timeline.now + wait_s
        if self.until_at is None or at < self.until_at:
            self.timeline.call_at(at, self._due, kind)

    def _due(self, kind: CauseKind) -> None:
        self._wait(kind, 0.0)
        self.begin(kind, self._first_severity(kind))

    def _first_severity(self, kind: CauseKind) -> float:
        return self.luck.uniform(0.4, 1.0) if kind.growth is Growth.SUDDEN else 0.0

    def _had_begun(self, kind: CauseKind) -> None:
        """A cause that grows for days is somewhere on its way when the simulation begins."""
        if kind.growth is Growth.SUDDEN:
            return
        grown = min(1.0, kind.strikes_from + 0.2)
        share = math.sqrt(grown) if kind.growth is Growth.WEAR else grown
        by_pick = beginnings_a_pick(kind, self.disturbed)
        if kind.growth is Growth.CYCLES:
            expected = share * kind.grows * (by_pick or 1.0 / (days_between(kind) * PICKS_A_DAY))
        else:
            expected = share * kind.grows * (by_pick * PICKS_A_DAY or 1.0 / days_between(kind))
        age = share * self.luck.random()
        if self.luck.random() < expected:
            self.begin(kind, age * age if kind.growth is Growth.WEAR else age)
