"""From the conditions before a fault to the signs in them."""

from collections.abc import Sequence

from controller.domain.fault import Condition, Feature
from controller.faults.diagnosis.case import Case
from controller.faults.diagnosis.circumstances import circumstances, shelf_of
from controller.faults.diagnosis.signs import (
    AT_SHELF,
    SIGNS,
    Observation,
    Of,
    Sign,
    Strength,
    alike,
    compared_with,
    observe,
    shift_of,
)
from controller.faults.usual import ENOUGH, HELD, Key, Level, Usual, usual_of

FRESH_S = 3600.0
"""A condition that is older says nothing of the moment of the fault."""
BEFORE_S = 3600.0
"""What was there so long before has been growing."""
USUAL_UNTIL_S = 2 * 3600.0
"""Where nobody kept watch: what is older than this is the robot's usual."""
SHELF_EDGE = Level(mean=0.6, sigma=0.3, worst=0.8, worst_sigma=0.3, samples=HELD)
"""A sound shelf, in mm. Robots tell of a shelf's edge only when they have searched for it, so none has a past."""
SHELF_RETRIES = Level(mean=0.0, sigma=0.1, worst=0.0, worst_sigma=1.0, samples=HELD)
_FIXED = {"shelf_edge_mm": SHELF_EDGE, "grip_retries": SHELF_RETRIES}


class Evidence:
    """What was seen: signs by name, and since when each lasting one has been there."""

    def __init__(self, case: Case) -> None:
        at = case.fault.raised_at
        self._conditions = [told for told in case.conditions if told.at <= at + 1.0]
        self._case = case
        self._usual = case.usual if case.usual is not None else self._own_past(at)
        self._sisters = case.sisters_usual if alike(case.sisters_usual) else ()
        self._shelf = shelf_of(case.fault.location)
        now = _latest(self._conditions, at)
        self.seen: dict[str, Observation] = {told.sign: told for told in circumstances(case)}
        self.new: set[str] = set()
        """Signs in which the robot is not as it is used to be: of others it has always differed, and worked."""
        for sign in SIGNS.values():
            level = self._level(sign)
            found = None if level is None else _look(sign, now.get(self._key(sign), []), level)
            if found is not None:
                self.seen[sign.name] = found
                if found.strength is not Strength.ABSENT and self._is_new(sign, now[self._key(sign)]):
                    self.new.add(sign.name)

    def since_long(self, name: str) -> bool | None:
        """Whether a lasting sign was at least half as strong an hour before; None where that is not known."""
        sign, at = SIGNS.get(name), self._case.fault.raised_at
        found = self.seen.get(name)
        if sign is None or sign.of is Of.WORST or found is None or found.strength is Strength.ABSENT:
            return None
        level = self._level(sign)
        now, then = _latest(self._conditions, at), _latest(self._conditions, at - BEFORE_S)
        key = self._key(sign)
        if level is None or key not in now or key not in then:
            return None
        return shift_of(sign, then[key][0], level).amount >= 0.5 * shift_of(sign, now[key][0], level).amount

    def _is_new(self, sign: Sign, told: Sequence[Feature]) -> bool:
        own = self._usual.get(self._key(sign)) if sign.subject != AT_SHELF else self._level(sign)
        found = None if own is None else _look(sign, told, own)
        return found is not None and found.strength is not Strength.ABSENT

    def _own_past(self, at: float) -> Usual:
        old = [told for told in self._conditions if told.at <= at - USUAL_UNTIL_S]
        return usual_of(old if len(old) >= ENOUGH else self._conditions[: len(self._conditions) // 2])

    def _key(self, sign: Sign) -> Key:
        return sign.feature, (self._shelf or "") if sign.subject == AT_SHELF else sign.subject

    def _level(self, sign: Sign) -> Level | None:
        if sign.subject == AT_SHELF:
            return _FIXED[sign.feature]
        key = self._key(sign)
        theirs = [usual[key] for usual in self._sisters if key in usual]
        return compared_with(sign, self._usual.get(key), theirs)


def _look(sign: Sign, told: Sequence[Feature], level: Level) -> Observation | None:
    """In the newest condition; where that has too few samples, what the one before shows, but not what it lacks."""
    if not told:
        return None
    newest = observe(sign, told[0], level)
    if newest is not None or len(told) < 2 or sign.of is Of.WORST:
        return newest
    before = observe(sign, told[1], level)
    return before if before is not None and before.strength is not Strength.ABSENT else None


def _latest(conditions: Sequence[Condition], at: float) -> dict[Key, list[Feature]]:
    """Each feature as it was told last by `at`, and the time before."""
    found: dict[Key, list[Feature]] = {}
    for condition in reversed(conditions):
        if condition.at > at + 1.0:
            continue
        if condition.at < at - FRESH_S:
            break
        for feature in condition.features:
            told = found.setdefault((feature.name, feature.subject), [])
            if len(told) < 2:
                told.append(feature)
    return found
