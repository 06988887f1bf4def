"""Orders that are late on a small day, each for a reason that the test has made: the report names that reason."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from controller.domain.order import OrderClass
from controller.engine import actions as act
from controller.rehearsal.day import DayPlan, run_day
from simulator.staffing import CrewPlan, Staffing
from tests.support.small_centre import DAY, END_AT, START_AT, Run, Template, gtin

EIGHT_S = 8 * 3600.0
"""A rehearsed day begins at midnight; the orders of the small centre come from eight on."""


@pytest.fixture
def begun() -> Iterator[list[Run]]:
    runs: list[Run] = []
    yield runs
    for run in runs:
        run.close()


def causes(run: Run) -> dict[str, dict[str, Any]]:
    """Order → the cause that was written down when it left late; those of the report must be the same."""
    journal = run.store.history().journal
    return {entry.subject[6:]: entry.data["cause"] for entry in journal if _left_late(entry)}


def _left_late(entry: Any) -> bool:
    return entry.action == "order.late" and bool(entry.data["left"])


def late(run: Run) -> set[str]:
    return {each.order_ref for each in run.store.history().orders if (each.dispatched_at or END_AT) > each.due_at}


def test_the_report_names_the_robot_and_its_fault(template: Template, tmp_path: Path) -> None:
    stops = [
        {"t": EIGHT_S + at, "robot": robot, "what": "stop", "minutes": 180} for at, robot in ((70, "R1"), (75, "R2"))
    ]
    plan = tmp_path / "faults.json"
    plan.write_text(json.dumps(stops), encoding="utf-8")
    out = tmp_path / "out"
    result = run_day(template.site, DayPlan(DAY, faults=str(plan)), out, stopwatch=iter((0.0, 1.0)).__next__)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert result.violations == []
    assert report["orders"]["late"] == len(report["late_orders"])
    assert report["late_orders"], "a day without late orders proves nothing"
    for order in report["late_orders"]:
        assert (order["cause"]["kind"], order["cause"]["robot"]) in (("robot_down", "R1"), ("robot_down", "R2"))
        assert order["cause"]["fault_id"]
        assert order["cause"]["code"] in order["cause"]["text"]
        assert [also["kind"] for also in order["also"]] == (["next_van"] if order["class"] != "discharge" else [])


def test_a_day_on_which_nobody_checks(begun: list[Run], template: Template, tmp_path: Path) -> None:
    """Until the night shift comes: by then every order is late."""
    plan = CrewPlan()
    begun.append(Run(template, tmp_path, crew=replace(plan, stations={**plan.stations, "CHECK": Staffing(0, 2)})))
    (run,) = begun
    run.finish()
    assert late(run) == set(run.statuses)
    assert {(cause["kind"], cause["station"]) for cause in causes(run).values()} == {("waited_for_people", "CHECK")}
    assert causes(run).keys() == late(run)


def test_an_order_that_came_after_what_was_possible(begun: list[Run], template: Template, tmp_path: Path) -> None:
    begun.append(Run(template, tmp_path))
    (run,) = begun
    run.world.run_until(START_AT + 3600.0)
    lines = (act.LineRequest(gtin(1), 1),)
    run.world.submit(act.SubmitOrder("D9", "GGH-WA1", OrderClass.DISCHARGE, lines, due_at=START_AT + 3640.0))
    run.world.run_until(START_AT + 3660.0)
    run.finish()
    assert late(run) == {"D9"}
    assert causes(run)["D9"]["kind"] == "came_too_late"
