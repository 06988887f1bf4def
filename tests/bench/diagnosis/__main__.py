"""`make bench-diagnosis`: play the scenes, score them, write controller/docs/faults/diagnosis.{md,csv}."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from simulator.hardware.causes import CAUSES
from tests.bench.diagnosis.page import page, table
from tests.bench.diagnosis.scenes import Trace, play
from tests.bench.diagnosis.scores import score

TUNING_SEEDS: tuple[int, ...] = (101, 201, 202, 203, 204)
SCORING_SEEDS: tuple[int, ...] = (1, 2, 3)
WEEK_H = 168.0
WEEKS = ("normal", "normal", "normal", "normal", "poor", "poor")
PAGES = Path(__file__).parents[3] / "controller" / "docs" / "faults"


def main() -> None:
    options = argparse.ArgumentParser(prog="bench-diagnosis", description=__doc__)
    options.add_argument("--tuning", action="store_true", help="the tuning seeds; prints, and writes nothing")
    options.add_argument("--seeds", help="numbers with commas between; prints, and writes nothing")
    given = options.parse_args()
    seeds = TUNING_SEEDS if given.tuning else SCORING_SEEDS
    if given.seeds:
        seeds = tuple(int(seed) for seed in given.seeds.split(","))
    scores = score(list(_scenes(seeds)))
    natural = score([_week(number, background, seeds[0]) for number, background in enumerate(WEEKS)])
    text = page(scores, natural, seeds, WEEKS)
    sys.stdout.write(text)
    if seeds == SCORING_SEEDS:
        (PAGES / "diagnosis.md").write_text(text, encoding="utf-8")
        (PAGES / "diagnosis.csv").write_text(table(scores), encoding="utf-8")


def _scenes(seeds: tuple[int, ...]) -> Iterator[Trace]:
    for seed in seeds:
        for number, cause in enumerate(CAUSES):
            sys.stderr.write(f"\rseed {seed}: {cause:24}")
            yield play(f"R{number}-{seed}", cause, 1000 * seed + number)
    sys.stderr.write("\n")


def _week(number: int, background: str, seed: int) -> Trace:
    sys.stderr.write(f"\rweek {number + 1} of {len(WEEKS)}, {background:8}")
    return play(f"W{number}", None, 1000 * seed + 900 + number, background, WEEK_H)


if __name__ == "__main__":
    main()
