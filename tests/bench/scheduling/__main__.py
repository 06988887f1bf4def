"""`python -m tests.bench.scheduling`: play, measure, write controller/docs/scheduling/bench*."""

import argparse
from pathlib import Path

from rich.console import Console

from tests.bench.scheduling import page, report
from tests.bench.scheduling.cells import Row, cells, play_all
from tests.bench.scheduling.decisions import decision_time

FOLDER = Path(__file__).parents[3] / "controller" / "docs" / "scheduling"
ROBOTS = (9, 90, 900)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-scheduling")
    parser.add_argument("--seeds", type=int, default=3, help="seeds of each cell")
    parser.add_argument("--site", type=Path, help="a site folder: its first day is played too")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    asked = parser.parse_args()
    console = Console(width=120)
    times = [decision_time(robots) for robots in ROBOTS]
    wanted = cells(asked.seeds, asked.site)
    rows: list[Row] = []
    for done, found in enumerate(play_all(wanted, asked.workers), start=1):
        rows += found
        console.print(f"{done:4} of {len(wanted)}  {found[0].instances}, {found[0].scenario}, load {found[0].load:.0%}")
    FOLDER.mkdir(exist_ok=True)
    own = [row for row in rows if not row.instances.startswith("site")]
    report.write_csv(own, FOLDER / "bench.csv")
    report.plot(own, FOLDER / "bench.svg")
    (FOLDER / "bench.md").write_text(page.generated_page(own, times, asked.seeds), encoding="utf-8")
    if asked.site is not None:
        site = [row for row in rows if row.instances.startswith("site")]
        report.write_csv(site, FOLDER / "bench-site.csv")
        (FOLDER / "bench-site.md").write_text(page.site_page(site, asked.seeds), encoding="utf-8")
    console.print(f"written: {FOLDER}")


if __name__ == "__main__":
    main()
