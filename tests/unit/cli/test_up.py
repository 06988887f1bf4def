"""`nightshift up`: what its simulated robots are told."""

from pathlib import Path

import pytest

from controller.cli.up import BUILT_IN_SITE, Choices, simulator_arguments
from controller.intake.site import read_site
from controller.settings import Settings


@pytest.mark.parametrize(("repairs", "said"), [(True, "--repairs"), (False, "--no-repairs")])
def test_who_is_the_technician_decides_whether_simulated_people_repair(repairs: bool, said: str) -> None:
    choices = Choices(Path("var"), 60.0, 7, "none", None, repairs)
    arguments = simulator_arguments(read_site(BUILT_IN_SITE), choices, Settings(), 0.0, 0.0)
    assert [each for each in arguments if each.endswith("repairs")] == [said]
