"""The controller is killed at every point of every turn of an order's life, and started again: it goes on."""

from pathlib import Path

import pytest

from controller.rehearsal.world import Crash
from tests.support.small_centre import ORDERS, START_AT, Run, Template, build_template

FROM_AT = START_AT + 55.0
"""Before the first order: an empty centre has nothing to lose."""
UNTIL_AT = START_AT + 3.5 * 60.0
"""An order gathered, checked and loaded, a patient's medicines with the courier, packs fed and stored."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The first orders of the day and a van that does not keep them waiting: what comes later is the same again."""
    early = [order for order in ORDERS if order[0] < 10]
    return build_template(tmp_path_factory.mktemp("early"), orders=early, runs=(("GGH-1", "08:10", "08:30"),))


class Points:
    """Counts the points of a run, or kills the controller at one of them."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.passed = 0
        self._crash_at = crash_at

    def __call__(self, point: str) -> None:
        if point == "before_step":
            return  # what has been reduced and not committed is lost either way: the same as before the commit
        self.passed += 1
        if self.passed == self._crash_at:
            raise Crash(point)


def _points(template: Template, folder: Path) -> range:
    """The numbers of the points between the two moments."""
    points = Points()
    run = Run(template, folder, hook=points, window_s=2.0)
    run.world.run_until(FROM_AT)
    first = points.passed + 1
    run.world.run_until(UNTIL_AT)
    run.close()
    return range(first, points.passed + 1)


@pytest.mark.parametrize("part", range(4))
def test_a_crash_at_any_point_loses_and_doubles_nothing(template: Template, tmp_path: Path, part: int) -> None:
    points = _points(template, tmp_path / "count")
    assert len(points) > 100
    for crash_at in points[part::4]:
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
