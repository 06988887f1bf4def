"""Somebody who has read no code, with the command line alone and two hands: from alarm to cause to cure.

The newcomer types what the program proposes, sees at the machine what is really wrong with it (the simulator's hidden
truth plays the eyes), and does the physical act over the simulator's control.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.cli.app import run as command_line
from controller.cli.asking import Centre
from tests.support.small_centre import Run, Template
from tests.support.world_api import WorldApi

Said = pytest.CaptureFixture[str]
PROPOSED = re.compile(r"^\s+nightshift (procedure .*?) --by YOUR-NAME$", re.MULTILINE)
LOOK = re.compile(r"^Next, look_(\w+):", re.MULTILINE)
DO = re.compile(r"^Next, do_(\w+):", re.MULTILINE)
REMEDIES = {"bumped_reference": "recalibrate_axis", "stuck_sensor": "replace_sensor", "ups_battery": "replace_battery"}


class Newcomer:
    def __init__(self, run: Run, said: Said, robot: str) -> None:
        self.run, self.said, self.robot = run, said, robot
        self.typed: list[str] = []

    def type(self, line: str) -> str:
        """One command; what the screen shows."""
        self.typed.append(line)
        assert command_line(line.split()) == 0, self.said.readouterr().err
        return self.said.readouterr().out

    def sees(self) -> set[str]:
        """What is really wrong, as one sees it at the machine."""
        return {str(cause["cause"]) for cause in self.run.world.centre.mishaps.truth(self.robot)["causes"]}

    def puts_right(self, cause: str) -> None:
        cured, outputs = self.run.world.centre.remedy(self.robot, REMEDIES[cause], "Nina", self.run.world.now)
        self.run.world.take(outputs)
        assert cured == [cause]

    def wait(self, seconds: float) -> None:
        self.run.world.run_until(self.run.world.now + seconds)

    def cure(self) -> list[str]:
        """Go on as the screen says until the procedure has ended; the causes that were put right."""
        screen, cured = self.type(f"tech {self.robot}"), list[str]()
        for _ in range(80):
            if "Ended by" in screen:
                return cured
            proposals = PROPOSED.findall(screen)
            if not proposals:
                assert "The robot is at" in screen, screen
                self.wait(30.0)
                screen = self.type(f"tech {self.robot}")
                continue
            choice = proposals[0]
            if (look := LOOK.search(screen)) and look[1] in self.sees():
                choice = next(each for each in proposals if each.endswith(" found"))
            if done := DO.search(screen):
                self.puts_right(done[1])
                cured.append(done[1])
                self.wait(60.0)
            screen = self.type(f"{choice} --by Nina")
        raise AssertionError(f"no end: {self.typed}\n{screen}")


@pytest.fixture
def centre(template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    run = Run(template, tmp_path, repairs=False)
    api = WorldApi(run.world, tmp_path / "ledger.sqlite")
    monkeypatch.setattr("controller.cli.asking.Centre", lambda base: Centre(base, api.transport))
    yield run
    api.close()
    run.close()


@pytest.mark.parametrize(
    ("cause", "code", "robot"),
    [("bumped_reference", "AXX-03", "R1"), ("stuck_sensor", "SEN-22", "R1"), ("ups_battery", "PWR-81", "R1")],
)
def test_from_alarm_to_cause_to_cure(centre: Run, capsys: Said, cause: str, code: str, robot: str) -> None:
    world = centre.world
    world.run_until(world.now + 60.0)
    _, outputs = world.centre.inject(robot, world.now, cause=cause, severity=1.0, in_s=0.0)
    world.take(outputs)
    world.run_until(world.now + 5 * 3600.0, stop=lambda: any(f.code == code for f in world.core.state.faults.values()))
    (fault,) = (each for each in world.core.state.faults.values() if each.code == code)
    nina = Newcomer(centre, capsys, robot)
    nina.wait(120.0)
    assert robot in nina.type("alarms list")
    screen = nina.type(f"tech {robot}")
    assert code in screen
    assert nina.cure() == [cause]
    nina.wait(600.0)
    assert "Nothing to do." in nina.type(f"tech {robot}")
    assert world.core.state.robots[robot].mode == "automatic"
    assert robot not in world.core.state.withdrawn
    assert nina.sees() == set()
    known = world.core.state.faults[fault.fault_id]
    assert (known.cause, known.remedy, known.found_by) == (cause, REMEDIES[cause], "Nina")
    log = nina.type(f"log {robot} --last 200")
    assert f"{code}: cause {cause}" in log
    centre.finish()
    assert centre.violations() == []
    assert centre.audit() == []
    assert set(centre.statuses.values()) == {"dispatched"}
