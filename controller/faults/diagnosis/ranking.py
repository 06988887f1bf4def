"""The probable causes of a fault, with what speaks for and against each."""

import math
from collections import Counter
from collections.abc import Iterable

from controller.domain.fault import Fault, Suspect
from controller.faults.diagnosis.case import Case
from controller.faults.diagnosis.causes import CAUSES, OTHER
from controller.faults.diagnosis.checks import next_check
from controller.faults.diagnosis.evidence import Evidence
from controller.faults.diagnosis.fitness import doubts_in_words
from controller.faults.diagnosis.likelihood import SUREST, posteriors, weight_of
from controller.faults.diagnosis.signs import Observation, Strength
from controller.faults.diagnosis.unknown import families_of

LEAST_PROBABILITY = 0.005
MOST_SUSPECTS = 6
MOST_REASONS = 4
TELLS = math.log(2.0)
"""Evidence is told where it makes a cause twice as likely or half as likely, against the others."""


def rank(case: Case) -> tuple[Suspect, ...]:
    """Suspects, the most probable first; at least one. Call it again when more is known: it keeps nothing."""
    evidence = Evidence(case)
    chances = posteriors(case.fault.code, evidence, _found(case))
    order = sorted(chances.items(), key=lambda entry: (-entry[1], entry[0]))
    kept = [entry for entry in order if entry[1] >= LEAST_PROBABILITY][:MOST_SUSPECTS]
    check = next_check(kept[0], kept[1] if len(kept) > 1 else (OTHER, 1.0 - min(kept[0][1], SUREST)))
    return tuple(
        _suspect(case.fault.code, name, chances, evidence, check if place == 0 else next_check(entry, kept[0]))
        for place, entry in enumerate(kept)
        for name in (entry[0],)
    )


def _suspect(code: str, name: str, chances: dict[str, float], evidence: Evidence, check: str | None) -> Suspect:
    told = sorted(
        ((_ratio(name, code, observation, chances, evidence), observation) for observation in evidence.seen.values()),
        key=lambda entry: (-abs(entry[0]), entry[1].sign),
    )
    # what its rivals show as well does not decide between them, but is still why it is suspected;
    # that a sign is absent speaks against those who show it, and is told with them
    ahead = tuple(
        observation.text
        for ratio, observation in told
        if observation.strength is not Strength.ABSENT
        and (ratio >= TELLS or (_shows(name, observation) and ratio > -TELLS))
    )[:MOST_REASONS]
    against = tuple(observation.text for ratio, observation in told if ratio <= -TELLS)[:MOST_REASONS]
    if name == OTHER:
        ahead, against = doubts_in_words(code, chances, evidence)
    elif not ahead and chances[name] >= 0.5:
        ahead = (f"it is the usual cause of {code}",)
    return Suspect(
        cause=name,
        probability=round(min(chances[name], SUREST), 3),
        evidence_for=ahead,
        evidence_against=against,
        next_check=check,
        remedy=CAUSES[name].remedy,
    )


def _ratio(name: str, code: str, observation: Observation, chances: dict[str, float], evidence: Evidence) -> float:
    """Logarithm of the likelihood ratio of the cause against all others, as probable as they are."""
    if _unrelated(code, observation, chances):
        return 0.0

    def told(cause: str) -> float:
        return weight_of(cause, code, observation, evidence)

    others = {other: chance for other, chance in chances.items() if other != name}
    total = sum(others.values())
    if total <= 0.0:
        # nothing else is in question: against the chance of seeing it for no reason
        return told(name) - told(OTHER)
    mixed = sum(chance / total * math.exp(told(other)) for other, chance in others.items())
    return told(name) - math.log(mixed)


def _shows(name: str, observation: Observation) -> bool:
    return observation.sign in CAUSES[name].shows


def _unrelated(code: str, observation: Observation, chances: dict[str, float]) -> bool:
    shown = any(observation.sign in CAUSES[other].shows for other in chances)
    return not shown and observation.family not in families_of(code)


def _found(case: Case) -> dict[str, int]:
    """What people found behind this code lately, at this robot and its sisters."""
    return dict(Counter(fault.cause for fault in _cured(case) if fault.cause is not None))


def _cured(case: Case) -> Iterable[Fault]:
    return (
        fault
        for fault in case.faults
        if fault.code == case.fault.code
        and fault.fault_id != case.fault.fault_id
        and fault.found_at is not None
        and fault.found_at <= case.fault.raised_at
    )
