"""From the conditions before a fault to the signs in them."""

from collections.abc import Sequence

from controller.domain.fault import Condition, Feature
from controller.faults.diagnosis.case import Case
from controller.faults.diagnosis.circumstances import circumstances, shelf_of
from controller.faults.diagnosis.signs import AT_SHELF, SIGNS, Observation, Of, Sign, Strength, observe, shift_of
from controller.faults.usual import ENOUGH, HELD, Key, Level, Usual, against_sisters, usual_of

FRESH_S = 3600.0
"""A condition that is older says nothing of the moment of the fault."""
FEW = 5
"""A mean of fewer samples is joined with the condition before."""
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
        self._sisters = case.sisters_usual
        self._shelf = shelf_of(case.fault.location)
        now = _latest(self._conditions, at)
        self.seen: dict[str, Observation] = {found.sign: found for found in circumstances(case)}
        for sign in SIGNS.values():
            feature = now.get(self._key(sign))
            level = self._level(sign)
            if feature is not None and level is not None:
                self.seen[sign.name] = observe(sign, feature, level)

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
        return shift_of(sign, then[key], level).amount >= 0.5 * shift_of(sign, now[key], level).amount

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
        return against_sisters(self._usual.get(key), theirs, sign.worse, sign.slight)


def _latest(conditions: Sequence[Condition], at: float) -> dict[Key, Feature]:
    """Each feature as it was told last by `at`."""
    found: dict[Key, Feature] = {}
    for condition in reversed(conditions):
        if condition.at > at + 1.0:
            continue
        if condition.at < at - FRESH_S:
            break
        for feature in condition.features:
            key = (feature.name, feature.subject)
            known = found.get(key)
            if known is None:
                found[key] = feature
            elif known.count < FEW:
                found[key] = joined(feature, known)
    return found


def joined(older: Feature, newer: Feature) -> Feature:
    """One measurement over both spans; the worst sample is the newer one's."""
    count = older.count + newer.count
    mean = (older.mean * older.count + newer.mean * newer.count) / max(1, count)
    return Feature(newer.name, newer.subject, count, mean, newer.worst)
