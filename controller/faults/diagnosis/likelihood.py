"""Naive Bayes over the causes of one code: how well each explains what was seen, and what was not.

Signs of one family move together, so a cause is charged once for those that it does not show, not for each: a second
trouble in another part of the robot must not look like proof. What nobody has described competes with the described
causes (`unknown`), and of one that fits badly no more is believed than `fitness` allows.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from controller.faults.diagnosis.causes import CAUSES, OTHER, Cause, Expect, priors_of
from controller.faults.diagnosis.circumstances import BY_CHANCE
from controller.faults.diagnosis.evidence import Evidence
from controller.faults.diagnosis.fitness import fitness_of
from controller.faults.diagnosis.signs import SIGNS, Observation, Strength
from controller.faults.diagnosis.unknown import MOVED_BY_UNKNOWN, families_of

Shown = Mapping[Expect | None, Mapping[Strength, float]]

SHOWN: Shown = {
    Expect.ALWAYS: {Strength.CLEAR: 0.65, Strength.SLIGHT: 0.26, Strength.ABSENT: 0.09},
    Expect.USUALLY: {Strength.CLEAR: 0.50, Strength.SLIGHT: 0.25, Strength.ABSENT: 0.25},
    Expect.SOMETIMES: {Strength.CLEAR: 0.20, Strength.SLIGHT: 0.20, Strength.ABSENT: 0.60},
    None: {Strength.CLEAR: 0.015, Strength.SLIGHT: 0.035, Strength.ABSENT: 0.95},
}
"""How strongly a sign is seen in one condition, by how surely its cause shows it; None: the cause has nothing to do
with it. Machines differ in how much a cause moves: one in eleven does not show what it always should."""
SHOWN_FOR_LONG: Shown = {
    **SHOWN,
    Expect.ALWAYS: {Strength.CLEAR: 0.74, Strength.SLIGHT: 0.21, Strength.ABSENT: 0.05},
}
"""The same of a sign that has been looked for through many conditions: what is not there then is hardly overlooked."""
BY_CHANCE_OF_FAMILY = 0.01
"""So often something else moves all signs of a family at once."""
USED_TO = 0.1
"""Something else has moved a family of signs in which the robot has long been different."""
CIRCUMSTANCE = {Expect.ALWAYS: 0.9, Expect.USUALLY: 0.6, Expect.SOMETIMES: 0.3}
GROWN = 0.8
"""What wears shows an hour before in so many cases, and what is sudden does not in as many."""
SUREST = 0.97
"""No probability from tables like these deserves more."""
FOUND_WEIGHT = 20.0
"""The table of shares counts like so many findings of technicians."""


def posteriors(code: str, evidence: Evidence, found: Mapping[str, int] | None = None) -> dict[str, float]:
    """Probability of each cause of the code; they sum to one. `found`: how often people found it behind this code."""
    scores = {
        name: math.log(prior) + fit(name, code, evidence)
        for name, prior in _with_findings(priors_of(code), found or {}).items()
    }
    return _doubted(_normalised(scores), evidence)


def fit(name: str, code: str, evidence: Evidence) -> float:
    """Logarithm of how likely this evidence is, given the cause behind the code."""
    families: dict[str, list[Observation]] = defaultdict(list)
    for observation in evidence.seen.values():
        families[observation.family].append(observation)
    told = sum(_fit_of_family(name, code, seen, evidence) for seen in families.values())
    return told + _fit_of_onset(CAUSES[name], evidence)


def weight_of(name: str, code: str, observation: Observation, evidence: Evidence) -> float:
    """Logarithm of how likely one observation is, given the cause behind the code."""
    if observation.sign not in CAUSES[name].shows:
        if _used_to(observation, evidence):
            return math.log(USED_TO)
        if name == OTHER and observation.family in families_of(code):
            return math.log(MOVED_BY_UNKNOWN[observation.strength])
    return weight(CAUSES[name], observation)


def weight(cause: Cause, observation: Observation, shown: Shown = SHOWN) -> float:
    """The same by the tables alone, which say nothing of what nobody has described."""
    expect = cause.shows.get(observation.sign)
    if observation.sign in BY_CHANCE:
        chance = BY_CHANCE[observation.sign]
        there = chance if expect is None else max(chance, CIRCUMSTANCE[expect])
        if observation.strength is Strength.ABSENT:
            return math.log(1.0 - there)
        return math.log(there * (0.6 if observation.strength is Strength.CLEAR else 0.4))
    return math.log(shown[expect][observation.strength])


def _fit_of_family(name: str, code: str, seen: Iterable[Observation], evidence: Evidence) -> float:
    shown = unrelated = usual = 0.0
    for observation in seen:
        told = weight_of(name, code, observation, evidence)
        if observation.sign in CAUSES[name].shows:
            shown += told
        elif _used_to(observation, evidence):
            usual = told
        elif name == OTHER and observation.family in families_of(code):
            shown += told
        else:
            unrelated += told
    return shown + usual + max(unrelated, math.log(BY_CHANCE_OF_FAMILY))


def _used_to(observation: Observation, evidence: Evidence) -> bool:
    """Whether the robot has long been so, and worked: worse than its sisters, or than sound, but not than usual."""
    there = observation.strength is not Strength.ABSENT
    return there and observation.sign in SIGNS and observation.sign not in evidence.new


def _fit_of_onset(cause: Cause, evidence: Evidence) -> float:
    known = [evidence.since_long(name) for name, expect in cause.shows.items() if expect is Expect.ALWAYS]
    told = [since for since in known if since is not None]
    if not told:
        return 0.0
    long_since = 2 * sum(told) >= len(told)
    return math.log((GROWN if long_since is cause.wears else 1.0 - GROWN) / 0.5)


def _with_findings(priors: dict[str, float], found: Mapping[str, int]) -> dict[str, float]:
    counts = {name: found.get(name, 0) for name in CAUSES if name in priors or found.get(name)}
    total = FOUND_WEIGHT + sum(counts.values())
    return {name: (FOUND_WEIGHT * priors.get(name, 0.0) + count) / total for name, count in counts.items()}


def _doubted(chances: dict[str, float], evidence: Evidence) -> dict[str, float]:
    """What is not believed of causes that fit badly is left to the one that nobody has described."""
    known = {
        name: min(chance, fitness_of(CAUSES[name], evidence).at_most)
        for name, chance in chances.items()
        if name != OTHER
    }
    return {**known, OTHER: max(0.0, 1.0 - sum(known.values()))}


def _normalised(scores: dict[str, float]) -> dict[str, float]:
    highest = max(scores.values())
    parts = {name: math.exp(score - highest) for name, score in scores.items()}
    total = sum(parts.values())
    return {name: part / total for name, part in parts.items()}
