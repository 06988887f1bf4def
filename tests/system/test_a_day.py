"""A quiet day from the first order to the last van, and the same day again."""

from pathlib import Path

from controller.domain.robot import Trust
from tests.support.small_centre import ORDERS, Run, Template


def test_every_order_leaves_and_both_records_agree(template: Template, tmp_path: Path) -> None:
    run = Run(template, tmp_path)
    try:
        run.finish()
        assert run.statuses == {reference: "dispatched" for _, reference, _, _ in ORDERS}
        assert run.violations() == []
        assert run.audit() == []
        assert all(robot.trust is Trust.READY for robot in run.world.core.state.robots.values())
        assert not run.world.core.state.tasks
    finally:
        run.close()


def test_the_same_seed_gives_the_same_physical_record(template: Template, tmp_path: Path) -> None:
    records = []
    for attempt in ("first", "second"):
        run = Run(template, tmp_path / attempt, seed=5, faults="poor")
        run.finish()
        run.close()
        records.append((tmp_path / attempt / "physical.jsonl").read_bytes())
    assert records[0] == records[1]
    assert records[0]
