"""A day with a fridge robot, and what becomes of its stock when it is too warm or is not what its codes say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.small_centre import Run, Template, build_template


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return build_template(tmp_path_factory.mktemp("cold"), cold=True)


@pytest.fixture
def day(cold: Template, tmp_path: Path) -> Iterator[Run]:
    run = Run(cold, tmp_path, repairs=False)
    yield run
    run.close()


def test_on_a_day_without_faults_cold_goods_leave_like_all_others(day: Run, cold: Template) -> None:
    day.finish()
    assert day.statuses == {reference: "dispatched" for _, reference, _, _ in cold.orders}
    assert (day.violations(), day.audit()) == ([], [])
