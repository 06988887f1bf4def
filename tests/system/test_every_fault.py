"""Every cause that the machines know, in a centre at work: seen, alarmed once, over again. Pairs: `make campaign`."""

from pathlib import Path

import pytest

from controller.domain.robot import Robot
from controller.engine import alarms, faulting, symptoms
from controller.engine.turn import Turn
from simulator.hardware.causes import CAUSES
from simulator.mishaps import Mishaps
from tests.campaign.matrix import Asked, run, singles
from tests.campaign.plant import Plant, build_plant
from tests.campaign.trial import Injection

STRONG = Asked("single", (Injection("stuck_sensor", "R1"),))
"""An engineer is needed: hours in which everything else must go on."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return build_plant(tmp_path_factory.mktemp("plant"), hours=2)


def test_every_cause_has_its_trial() -> None:
    assert {asked.injections[0].cause for asked in singles()} == set(CAUSES)


@pytest.mark.parametrize("asked", list(singles()), ids=lambda asked: asked.injections[0].cause)
def test_a_fault_is_seen_told_survived_and_over(plant: Plant, tmp_path: Path, asked: Asked) -> None:
    outcome = run(plant, tmp_path, 1, asked)
    assert outcome.findings == ()


def test_a_trial_notices_a_wrong_expiry_that_is_not_compared_at_once(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = symptoms.seen_once

    def a_minute_later(turn: Turn, robot: Robot, code: str, **named: str | None) -> None:
        compared(turn, robot, code, **named)
        for fault in turn.state.faults.values():
            if fault.code == symptoms.WRONG_EXPIRY:
                fault.raised_at += 60.0

    asked = Asked("single", (Injection("misprinted_expiry", "R1"),))
    assert run(plant, tmp_path, 1, asked).findings == ()
    monkeypatch.setattr(symptoms, "seen_once", a_minute_later)
    assert [f[:26] for f in run(plant, tmp_path, 1, asked).findings if f.startswith("unseen")] == [
        "unseen: misprinted_expiry "
    ]


@pytest.mark.parametrize(
    ("removed", "said"),
    [
        ((alarms, "tick"), "not alarmed: SEN-22"),
        ((faulting, "raised"), "unseen: stuck_sensor struck R1 as SEN-22"),
        ((Mishaps, "_repaired"), "robot: R1 cannot work"),
    ],
    ids=["alarms", "records", "repairs"],
)
def test_a_trial_notices_what_is_missing(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removed: tuple[object, str], said: str
) -> None:
    monkeypatch.setattr(*removed, lambda *args, **named: None)
    outcome = run(plant, tmp_path, 1, STRONG)
    assert any(finding.startswith(said) for finding in outcome.findings), outcome.findings
