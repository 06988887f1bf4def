"""`make bench`: what a forecast costs the live loop, and how much faster than a rehearsal it runs ahead."""

import pickle
from pathlib import Path

import pytest
from rich.console import Console

from controller.domain.forecast import Question
from controller.engine.fork import ForkedCore, freeze, thaw
from controller.intake.orders import read_orders
from controller.rehearsal.forecast.run import Run
from tests.bench.comparison import compare
from tests.support.small_centre import START_AT, build_template
from tests.support.small_centre import Run as Rehearsal

HOURS_S = 2 * 3600.0
PLENTY = 500


@pytest.fixture(scope="module")
def console() -> Console:
    console = Console(width=120)
    console.print(f"\n{'':66} {'ours':>12}   {'baseline':>12}   ratio")
    return console


def test_running_ahead(console: Console, tmp_path: Path) -> None:
    template = build_template(tmp_path)
    counter = iter(range(1000))
    first = Rehearsal(template, tmp_path / "first", window_s=2.0)
    first.world.run_until(START_AT + 60.0)
    state, master = first.world.core.state, template.site.master
    placed, _ = read_orders(template.folder / "orders" / "2026-11-23.csv", master)
    coming = [order for order in placed if (order.placed_at or 0.0) > first.world.now]
    frozen = freeze(state, first.world.now, dict.fromkeys(state.products, PLENTY))

    def ahead() -> None:
        fork = thaw(frozen, master)
        Run(ForkedCore(fork), fork, Question(disturbed_share=0.0), 1, coming, START_AT + HOURS_S).go()

    def rehearsed() -> None:
        run = Rehearsal(template, tmp_path / f"run{next(counter)}", window_s=2.0)
        run.world.run_until(START_AT + HOURS_S)
        run.close()

    compare(console, "two hours of the small centre ahead (baseline: rehearsed)", ahead, rehearsed, 1)
    compare(
        console,
        "take a copy of the state for it (baseline: all of the state)",
        lambda: freeze(state, first.world.now, {}),
        lambda: pickle.dumps(state),
        1,
    )
    first.close()
