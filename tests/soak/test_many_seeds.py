"""`make soak`: the system tests of an unreliable link over many more seeds than `make test` has time for."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.small_centre import Template, build_template
from tests.system import test_unreliable_link as unreliable

PART = 50
"""Seeds in one test; a failing one is named, and replays from its number."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return build_template(Path(tmp_path_factory.mktemp("template")))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    seeds = metafunc.config.getoption("--seeds")
    metafunc.parametrize("first", range(1000, 1000 + seeds, PART))


@pytest.mark.parametrize(
    "scenario",
    [
        unreliable.test_orders_survive_an_unreliable_link,
        unreliable.test_orders_survive_power_cuts_crashes_and_a_dying_broker,
    ],
)
def test_every_seed(
    template: Template, tmp_path: Path, scenario: Callable[[Template, Path, int], None], first: int
) -> None:
    failed = []
    for seed in range(first, first + PART):
        folder = tmp_path / str(seed)
        try:
            scenario(template, folder, seed)
        except AssertionError as error:
            failed.append(f"seed {seed}: {error}")
        shutil.rmtree(folder, ignore_errors=True)
    assert failed == []
