"""How well a cause explains what was measured, whatever its rivals do.

The best of the described causes may still be a bad one. It fits badly where a measurement that it always moves has not
moved, or where one that it leaves alone has moved among those that it moves. Where none of its measurements could be
taken, nothing but the code speaks for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from controller.faults.diagnosis.causes import CAUSES, OTHER, Cause, Expect
from controller.faults.diagnosis.evidence import Evidence
from controller.faults.diagnosis.signs import SIGNS, Observation, Strength
from controller.faults.diagnosis.unknown import families_of

DOUBTED = 0.75
"""No more is believed of a cause that fits badly, or that nothing but the code speaks for. On other machines of the
bench one in seven described causes is such, and two in three of what would wrongly pass for one."""
MOST_TOLD = 3
"""Of what is as expected, and of what is not."""


@dataclass(frozen=True, slots=True)
class Fitness:
    """`expected` are signs of the cause that were seen."""

    expected: tuple[Observation, ...]
    missing: tuple[Observation, ...]
    """Signs that the cause always shows, looked for and not there."""
    besides: tuple[Observation, ...]
    """Signs that it does not show, newly there among its own measurements."""
    untold: bool
    """It always shows something in the measurements, of which nothing could be measured; nor does anything else tell
    of it."""

    @property
    def is_bad(self) -> bool:
        return bool(self.missing or self.besides)

    @property
    def at_most(self) -> float:
        """How probable the cause may be called."""
        return DOUBTED if self.is_bad or self.untold else 1.0


def fitness_of(cause: Cause, evidence: Evidence) -> Fitness:
    """Of measurements only: circumstances are there by chance too often to speak against a cause."""
    seen = evidence.seen
    always = [name for name, expect in cause.shows.items() if expect is Expect.ALWAYS and name in SIGNS]
    expected = tuple(
        told for told in seen.values() if told.sign in cause.shows and told.strength is not Strength.ABSENT
    )
    return Fitness(
        expected=expected,
        missing=tuple(seen[name] for name in always if name in seen and seen[name].strength is Strength.ABSENT),
        besides=_strays(cause, _families(cause), evidence),
        untold=bool(always) and not expected and not any(name in seen for name in always),
    )


def doubts_in_words(
    code: str, chances: Mapping[str, float], evidence: Evidence
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """For a cause that nobody has described, and against it: what is not as expected of the best described one, and
    what is. Nothing is said for it where everything is as expected."""
    described = [name for name in chances if name != OTHER]
    if not described:
        return (f"no cause of {code} has been described",), ()
    best = max(described, key=lambda name: (chances[name], name))
    cause, name = CAUSES[best], best.replace("_", " ")
    fitness = fitness_of(cause, evidence)
    strays = _strays(cause, _families(cause) | families_of(code), evidence)
    # what is not there and what is there instead are both told before more of either
    unexpected = (*fitness.missing[:1], *strays[:1], *fitness.missing[1:], *strays[1:])
    ahead = _listed(f"not as expected of {name}", unexpected)
    if fitness.untold:
        ahead = (f"nothing that {name} shows could be measured", *ahead)
    elif fitness.is_bad or chances.get(OTHER, 0.0) > chances[best]:
        ahead = ("none of the described causes fits well", *ahead)
    return ahead, _listed(f"as expected of {name}", fitness.expected)


def _families(cause: Cause) -> frozenset[str]:
    return frozenset(SIGNS[name].family for name in cause.shows if name in SIGNS)


def _strays(cause: Cause, families: frozenset[str], evidence: Evidence) -> tuple[Observation, ...]:
    """Signs of these families that are new, and not of the cause."""
    return tuple(
        told
        for told in evidence.seen.values()
        if told.family in families and told.sign in evidence.new and told.sign not in cause.shows
    )


def _listed(words: str, observations: Iterable[Observation]) -> tuple[str, ...]:
    return tuple(f"{words}: {told.text}" for told in observations)[:MOST_TOLD]
