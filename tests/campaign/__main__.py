"""`make campaign`: every cause alone, every pair of fault codes, long stops; a page of what came of it."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from tests.campaign.matrix import Asked, long_stops, pairs, run, singles
from tests.campaign.page import write
from tests.campaign.plant import build_plant
from tests.campaign.trial import Outcome


def main(arguments: Sequence[str]) -> int:
    """The number of trials with a finding, at most 1 as exit code."""
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th pair")
    parser.add_argument("--from", dest="first", type=int, default=0, help="leave out so many of these first")
    parser.add_argument("--only", choices=("singles", "pairs", "long"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--page", action="store_true", help="write controller/docs/faults/campaign.md and .csv")
    chosen = parser.parse_args(arguments)
    asked: list[Asked] = []
    if chosen.only in (None, "singles"):
        asked += singles()
    if chosen.only in (None, "pairs"):
        asked += islice(pairs(), chosen.first, None, chosen.every)
    if chosen.only in (None, "long"):
        asked += long_stops()
    done: list[tuple[Asked, Outcome]] = []
    with tempfile.TemporaryDirectory() as folder:
        plant = build_plant(Path(folder))
        with ProcessPoolExecutor(chosen.workers, get_context("spawn")) as pool:
            futures = [pool.submit(run, plant, Path(folder), number, each) for number, each in enumerate(asked, 1)]
            for each, future in zip(asked, futures, strict=True):
                done.append((each, future.result()))
                _say(len(done), len(asked), *done[-1])
    found = sum(bool(outcome.findings) for _, outcome in done)
    sys.stdout.write(f"{len(done)} trials, {found} with findings\n")
    if chosen.page:
        write(done)
    return min(1, found)


def _say(number: int, of: int, asked: Asked, outcome: Outcome) -> None:
    what = " + ".join(f"{each.cause} {each.robot}" for each in asked.injections)
    struck = ", ".join(code for _, code in outcome.struck) or "not struck"
    alarms, over_h = sum(times for _, times in outcome.shown), outcome.over_after_s / 3600.0
    lines = [
        f"{number}/{of} {asked.kind} {what}: {struck}; {alarms} alarms, {outcome.late} late, over after {over_h:.1f} h",
        *(f"    {finding}" for finding in outcome.findings),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
