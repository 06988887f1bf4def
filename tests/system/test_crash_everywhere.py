"""The controller is killed at every point of every turn of an order's life, and started again: it goes on."""

from pathlib import Path

import pytest

from controller.rehearsal.world import Crash
from tests.support.small_centre import START_AT, Run, Template

UNTIL_AT = START_AT + 5 * 60.0
"""The first orders, picked and stored; a crash after that meets nothing that an earlier one has not met."""


class Points:
    """Counts the points of a run, or kills the controller at one of them."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.passed = 0
        self._crash_at = crash_at

    def __call__(self, point: str) -> None:
        self.passed += 1
        if self.passed == self._crash_at:
            raise Crash(point)


def _count_points(template: Template, folder: Path) -> int:
    points = Points()
    run = Run(template, folder, hook=points, window_s=2.0)
    run.world.run_until(UNTIL_AT)
    run.close()
    return points.passed


@pytest.mark.parametrize("part", range(4))
def test_a_crash_at_any_point_loses_and_doubles_nothing(template: Template, tmp_path: Path, part: int) -> None:
    total = _count_points(template, tmp_path / "count")
    assert total > 200
    for crash_at in range(1 + part, total + 1, 4):
        folder = tmp_path / f"at{crash_at}"
        run = Run(template, folder, hook=Points(crash_at), window_s=2.0)
        try:
            run.finish()
            assert run.world.crashes == 1, f"no crash at point {crash_at}"
            assert run.violations() == [], f"crash at point {crash_at}"
            assert run.audit() == [], f"crash at point {crash_at}"
            assert set(run.statuses.values()) == {"dispatched"}, f"crash at point {crash_at}"
        finally:
            run.close()
