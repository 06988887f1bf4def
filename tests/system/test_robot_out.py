"""Robots out on a small day: what they are said to hold up is what then happens, and doors and stops strand nobody."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from controller.domain.consequence import Consequence, Course
from tests.support.small_centre import ORDERS, START_AT, Run, Template, build_template

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return build_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def begun(template: Template, tmp_path: Path) -> Iterator[list[Run]]:
    runs: list[Run] = []
    yield runs
    for run in runs:
        run.close()


def rehearse(begun: list[Run], template: Template, folder: Path, faults: Sequence[dict[str, Any]]) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "faults.json"
    plan.write_text(json.dumps(faults), encoding="utf-8")
    begun.append(Run(template, folder / "run", faults=plan))
    return begun[-1]


def told(run: Run) -> dict[str, Consequence]:
    return run.world.core.state.outages.consequences


def late(run: Run) -> set[str]:
    return {
        order.order_ref
        for order in run.store.history().orders
        if order.dispatched_at is None or order.dispatched_at > order.due_at
    }


def sound(run: Run) -> None:
    assert run.violations() == []
    assert run.audit() == []
    assert set(run.statuses.values()) <= {"dispatched", "short"}


def test_what_only_a_stopped_robot_has_is_fetched_by_hand_and_leaves_in_time(
    begun: list[Run], template: Template, tmp_path: Path
) -> None:
    run = rehearse(begun, template, tmp_path, [{"t": 300, "robot": "R3", "what": "stop", "minutes": 240}])
    run.world.run_until(START_AT + 0.5 * HOUR_S)
    run.finish()
    assert late(run) == set()
    by_hand = [work for work in run.store.history().works if work.robot == "R3" and work.kind.value == "hand_pick"]
    assert [work.order_ref for work in by_hand] == ["T3"]
    sound(run)


def test_the_orders_that_are_said_to_be_late_are_those_that_then_are(
    begun: list[Run], template: Template, tmp_path: Path
) -> None:
    """Robots stop in their tours: what lies in them nobody can fetch. Tolerance: one order of the eight."""
    stops = [{"t": at, "robot": robot, "what": "stop", "minutes": 180} for at, robot in ((70, "R1"), (75, "R2"))]
    run = rehearse(begun, template, tmp_path, stops)
    run.world.run_until(START_AT + 1.0 * HOUR_S)
    held = [order for consequence in told(run).values() for order in consequence.orders]
    said = {order.order_ref for order in held if order.late}
    assert any(order.course is Course.IN_ROBOT for order in held)
    run.finish()
    assert len(said ^ late(run)) <= 1
    assert said, "a day without late orders proves nothing"
    sound(run)


def test_every_robot_whose_door_or_stop_was_used_works_again_and_no_order_is_stranded(
    begun: list[Run], template: Template, tmp_path: Path
) -> None:
    faults = [
        {"t": 300, "robot": "R1", "cause": "staff_entry"},
        {"t": 600, "robot": "R2", "cause": "emergency_button"},
        {"t": 900, "robot": "R3", "cause": "staff_entry"},
    ]
    run = rehearse(begun, template, tmp_path, faults)
    run.finish()
    journal = run.store.history().journal
    out = [entry.subject for entry in journal if entry.action == "robot.taken_out"]
    back = [entry for entry in journal if entry.action == "robot.back"]
    assert sorted(out) == ["robot:R1", "robot:R2", "robot:R3"]
    assert sorted(entry.subject for entry in back) == sorted(out)
    assert all(entry.data["confirmed_by"] for entry in back)
    assert len(run.statuses) == len(ORDERS)
    sound(run)
