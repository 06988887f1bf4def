"""Which trials there are: every cause alone, every pair of fault codes, on one robot and on two."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from simulator.hardware.catalogue import ROWS
from simulator.hardware.causes import CAUSES, causes_of
from tests.campaign.plant import ROBOTS, Plant
from tests.campaign.trial import Injection, Outcome, run_trial

SECOND_AFTER_S = 780.0
"""The second cause of a pair begins three minutes after the first, which mostly stands then."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One trial to be run; `kind` is single, same (both on one robot) or apart (on two)."""

    kind: str
    injections: tuple[Injection, ...]


def singles() -> Iterator[Asked]:
    """Every cause alone, in the first robot that can have it."""
    for cause in sorted(CAUSES):
        yield Asked("single", (Injection(cause, _robots(cause)[0]),))


def pairs() -> Iterator[Asked]:
    """Every pair of fault codes, each by its usual cause: in one robot, and where two can have them, in two."""
    usual = [causes_of(code)[0].cause for code in sorted(ROWS)]
    for first, second in combinations(usual, 2):
        both = [robot for robot in _robots(first) if robot in _robots(second)]
        yield Asked("same", (Injection(first, both[0]), Injection(second, both[0], SECOND_AFTER_S)))
        others = [robot for robot in _robots(second) if robot != _robots(first)[0]]
        if others:
            yield Asked("apart", (Injection(first, _robots(first)[0]), Injection(second, others[0], SECOND_AFTER_S)))


def _robots(cause: str) -> list[str]:
    return [robot for robot, kind in ROBOTS.items() if kind in CAUSES[cause].zones]


def run(plant: Plant, folder: Path, number: int, asked: Asked) -> Outcome:
    """One of them; its number is its seed."""
    place = folder / f"trial-{number}"
    try:
        return run_trial(plant, place, asked.injections, seed=number)
    finally:
        shutil.rmtree(place, ignore_errors=True)
