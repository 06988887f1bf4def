"""`make bench-storage`: storage policies compared, written to the pages of the scheduling room."""

import argparse
from pathlib import Path

from rich.console import Console

from tests.bench.storage.instance import from_folder, generated
from tests.bench.storage.page import write
from tests.bench.storage.rehearsed import survivals
from tests.bench.storage.run import mean_rows, play

PAGES = Path("controller/docs/scheduling")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--site", type=Path, help="a site folder to play as well")
    arguments.add_argument("--seeds", default="1,2,3", help="of the generated centres, by commas")
    arguments.add_argument("--days", type=int, default=14, help="of the generated centres; a site folder plays a week")
    arguments.add_argument("--transfers", type=int, default=600, help="from robot to robot in a night")
    arguments.add_argument("--ledger", type=Path, help="the ledger.sqlite of a rehearsal, counted as well")
    arguments.add_argument("--out", type=Path, default=PAGES)
    chosen = arguments.parse_args()
    told = Console(stderr=True).print
    groups = []
    if chosen.site:
        groups.append(play(from_folder(chosen.site, 7), 1, chosen.transfers, told))
    seeds = [int(seed) for seed in chosen.seeds.split(",")]
    runs = [play(generated(seed, chosen.days), seed, chosen.transfers, told) for seed in seeds]
    groups.append(mean_rows(runs, "Generated centre"))
    rehearsed = survivals(chosen.ledger) if chosen.ledger else {}
    write(chosen.out, groups, chosen.seeds, chosen.transfers, rehearsed)
    told(f"written to {chosen.out}")


if __name__ == "__main__":
    main()
