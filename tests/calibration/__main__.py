"""`make calibrate`: rehearse weeks with faults, see what became of each first promise, write the page that says so."""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from tests.calibration.kept import Judged, read_csv, write_csv
from tests.calibration.page import write_pages
from tests.calibration.rehearsed import rehearse

PAGES = Path("controller/docs/scheduling")
RAW = Path("out/calibration/judged.csv")
FIRST_SEED = 101


def _weeks(arguments: argparse.Namespace) -> Iterator[tuple[int, list[Judged] | BaseException]]:
    seeds = range(arguments.seed, arguments.seed + arguments.weeks)
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(rehearse, arguments.site, seed, arguments.days, arguments.faults): seed for seed in seeds
        }
        for done in as_completed(running):
            yield running[done], done.exception() or done.result()


def main() -> int:
    """The number of runs that failed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--site", type=Path, required=True, help="a site folder")
    arguments.add_argument("--weeks", type=int, default=8, help="runs, each with its own seed; 0 writes the page only")
    arguments.add_argument("--days", type=int, default=7, help="of each run")
    arguments.add_argument("--seed", type=int, default=FIRST_SEED, help="of the first run")
    arguments.add_argument("--faults", default="normal")
    arguments.add_argument("--jobs", type=int, default=2, help="runs at once")
    arguments.add_argument("--raw", type=Path, default=RAW, help="every promise; runs are added to what it has")
    arguments.add_argument("--out", type=Path, default=PAGES)
    chosen = arguments.parse_args()
    told = Console(stderr=True).print
    chosen.raw.parent.mkdir(parents=True, exist_ok=True)
    known = {one.run for one in read_csv(chosen.raw)} if chosen.raw.exists() else set()
    failed = 0
    for seed, judged in _weeks(chosen) if chosen.weeks else ():
        if isinstance(judged, BaseException):
            failed += 1
            told(f"seed {seed}: {judged}")
            continue
        if str(seed) not in known:
            write_csv(chosen.raw, judged)
        told(f"seed {seed}: {sum(one.kept for one in judged)} of {len(judged)} first promises kept")
        write_pages(chosen.out, read_csv(chosen.raw), chosen.days, chosen.faults)
    write_pages(chosen.out, read_csv(chosen.raw), chosen.days, chosen.faults)
    told(f"written to {chosen.out}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
