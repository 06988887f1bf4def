"""The bench's page, CSV and plot: the same rows give the same bytes, and each figure stands where its name says."""

import csv
from pathlib import Path

from tests.bench.scheduling import page, report
from tests.bench.scheduling.cells import BOUND, CP_SAT, LOADS, ONE_DOWN, TWO_DOWN, USUAL, Row, cells
from tests.bench.scheduling.decisions import DecisionTime
from tests.bench.scheduling.generated import F2, generate
from tests.bench.scheduling.tune import FIRST_TUNING_SEED

TIMES = [DecisionTime(9, 31.0, 77.0, 6.0, 12.0)]


def row(instances: str, load: float, policy: str, *, seed: int = 1, scenario: str = USUAL, late: float = 8.0) -> Row:
    if policy in (BOUND, CP_SAT):
        return Row(instances, scenario, load, seed, policy, 100, 99.5, 100.0, 98.0, 3, 2.0, 60.0)
    return Row(instances, scenario, load, seed, policy, 100, 97.0, 98.0, 96.0, 5, late, 120.0, 1.0, 20.0, 5.0, 7)


def everything() -> list[Row]:
    policies = ("EDF, pulled", "ours", "ours, never another batch", BOUND)
    rows = [row(setting, load, policy) for setting in ("F1", "F2") for load in LOADS for policy in policies]
    rows += [
        row("F2", load, policy, scenario=scenario)
        for scenario in (ONE_DOWN, TWO_DOWN)
        for load in (0.85, 0.95)
        for policy in policies
    ]
    return rows + [row("static, 30 orders, 3 robots, 1 holders", 1.0, policy) for policy in ("ours", CP_SAT, BOUND)]


def test_a_cell_of_a_table_is_the_mean_of_its_seeds() -> None:
    rows = [row("F2", 0.95, "ours", seed=1, late=8.0), row("F2", 0.95, "ours", seed=2, late=16.0)]
    table = report.policy_table(rows, report.against_bound)
    assert table.splitlines()[-1] == "| **ours** | 12.0 / 2.0 |"


def test_the_page_has_every_table_and_its_figures() -> None:
    text = page.generated_page(everything(), TIMES, seeds=1)
    assert "| **ours** | 97.00 / 98.00 / 96.00 |" in text
    assert "| 30 orders, 3 robots, 1 holders, 1.0 | 120.0 (5) | ≤ 60.0 (3) | ≥ 60.0 (3) |" in text
    assert "| 9 | 31 µs | 77 µs | 6 µs | 12 µs |" in text


def test_the_files_are_the_same_each_time_and_hold_no_figure_of_a_clock(tmp_path: Path) -> None:
    for folder in ("first", "again"):
        (tmp_path / folder).mkdir()
        report.write_csv(everything(), tmp_path / folder / "bench.csv")
        report.plot(everything(), tmp_path / folder / "bench.svg")
    for file in ("bench.csv", "bench.svg"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
    with (tmp_path / "first" / "bench.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert len(read) == len(everything())
    assert not [name for name in read[0] if name.endswith("_us")]


def test_what_is_tuned_on_is_never_scored() -> None:
    scored = {cell.seed for cell in cells(FIRST_TUNING_SEED - 1, None)}
    assert max(scored) < FIRST_TUNING_SEED
    assert generate(F2, 0.7, 1).jobs != generate(F2, 0.7, FIRST_TUNING_SEED).jobs
