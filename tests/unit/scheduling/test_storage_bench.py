"""The storage bench measures what it says, and its verdict can be trusted: small, so that it runs with every test."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from controller.scheduling.putaway import assign
from tests.bench.storage.centre import LedgerCentre
from tests.bench.storage.instance import Instance, generated
from tests.bench.storage.measures import Survival, survival, usable_packs
from tests.bench.storage.page import write
from tests.bench.storage.policies import Policy, random_robot
from tests.bench.storage.run import Row, play

D = date(2027, 1, 31)
LATER = D + timedelta(days=31)


@pytest.fixture(scope="module")
def instance() -> Instance:
    return generated(5, 14, robots=4, products=50, lines_a_day=80)


@pytest.fixture(scope="module")
def rows(instance: Instance) -> dict[str, Row]:
    return {row.policy: row for row in play(instance, 5, 40, lambda line: None) if row.day == instance.days}


def test_survival_by_hand() -> None:
    """Ten lines of one pack that R1 alone has, thirty of two packs that R2 and R3 share, five that nobody can fill."""
    wanted = {("A", 1): 10, ("B", 2): 30, ("C", 1): 5}
    shelves = {"A": {"R1": [D]}, "B": {"R2": [D, D], "R3": [D, D]}}
    found = survival(wanted, shelves, ["R1", "R2", "R3"], strict=False)
    assert found.mean == pytest.approx((0.75 + 1.0 + 1.0) / 3)
    assert found.worst == pytest.approx(0.75)
    assert found.any_robot == pytest.approx(0.75)


def test_half_a_line_is_not_fillable() -> None:
    found = survival({("B", 3): 1}, {"B": {"R2": [D, D], "R3": [D, D]}}, ["R2", "R3"], strict=False)
    assert (found.mean, found.any_robot) == (0.0, 0.0)


def test_strictly_a_later_batch_does_not_help() -> None:
    shelves = {"A": {"R1": [D], "R2": [LATER]}}
    assert usable_packs(shelves["A"], strict=True) == {"R1": 1, "R2": 0}
    assert survival({("A", 1): 1}, shelves, ["R1", "R2"], strict=False).any_robot == 1.0
    assert survival({("A", 1): 1}, shelves, ["R1", "R2"], strict=True).any_robot == 0.0


def test_no_pack_is_lost_or_made(instance: Instance) -> None:
    centre = LedgerCentre(instance, Policy("ours", assign, 40))
    picked = 0
    for day in range(instance.days):
        centre.play_day(day)
        picked += sum(centre.picks.values())
    centre.play_day(instance.days)
    delivered = sum(arrival.packs for arrival in instance.arrivals)
    assert len(centre.book.packs) == len(instance.opening) + delivered - picked
    assert picked + centre.missed == sum(line.packs for line in instance.lines)
    assert Counter(pack.account[6:] for pack in centre.book.packs.values()) == +centre.stored


def test_ours_outlives_a_robot_better_than_random_and_first(rows: dict[str, Row]) -> None:
    ours, moved = rows["ours"].ambient, rows["ours, rebalanced by night"].ambient
    for other in ("random robot", "first robot with room"):
        assert ours.survival.any_robot > rows[other].ambient.survival.any_robot
        assert ours.strict.any_robot > rows[other].ambient.strict.any_robot + 0.1
    assert moved.survival.any_robot > ours.survival.any_robot
    assert moved.survival.any_robot >= 0.95
    assert ours.survival.mean >= 0.95


def test_the_same_seed_gives_the_same_figures(instance: Instance, rows: dict[str, Row]) -> None:
    again = LedgerCentre(instance, Policy("random robot", random_robot(5)))
    for day in range(instance.days):
        again.play_day(day)
    once_more = LedgerCentre(instance, Policy("random robot", random_robot(5)))
    for day in range(instance.days):
        once_more.play_day(day)
    assert again.missed == once_more.missed == rows["random robot"].missed
    assert again.stored == once_more.stored


def test_the_page_holds_every_policy(rows: dict[str, Row], tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    write(folder, [list(rows.values())], "5", 40, {"at the end": Survival(0.99, 0.98, 0.9)})
    text = (folder / "storage.md").read_text()
    assert all(f"| {policy} |" in text for policy in rows)
    assert len((folder / "storage.csv").read_text().splitlines()) == 1 + len(rows)
    assert "| at the end | 99.0 % | 98.0 % | 90.0 % |" in text
    assert (folder / "storage.svg").read_text().count("<svg") == 1
