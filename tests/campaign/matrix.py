"""Which trials there are: every cause alone, every pair of fault codes, on one robot and on two, and long stops."""

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

LONG_MIN = 20.0
LONG_STOPS_AFTER_S = (900.0, 6300.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One trial to be run; `kind` is single, same (both on one robot), apart (on two) or long (a long stop)."""

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


def long_stops() -> Iterator[Asked]:
    """Every code for which a robot stands long, by its usual cause: in three robots, early and late in the day.

    Orders are late of these; where none is, nothing shows whether what is said of them is right.
    """
    long = [row for row in ROWS.values() if row.level <= 2 and (row.engineer or row.operator_min >= LONG_MIN)]
    for after_s in LONG_STOPS_AFTER_S:
        for row in sorted(long, key=lambda row: row.code):
            cause = causes_of(row.code)[0].cause
            for robot in _robots(cause)[:3]:
                yield Asked("long", (Injection(cause, robot, after_s),))


def _robots(cause: str) -> list[str]:
    return [robot for robot, kind in ROBOTS.items() if kind in CAUSES[cause].zones]


def run(plant: Plant, folder: Path, number: int, asked: Asked) -> Outcome:
    """One of them; its number is its seed."""
    place = folder / f"trial-{number}"
    try:
        return run_trial(plant, place, asked.injections, seed=number)
    finally:
        shutil.rmtree(place, ignore_errors=True)
