"""Faults from a seed and from a person."""

import pytest

from simulator.chance import Chance
from simulator.faultplan import DAY_S, PICKS_A_DAY, RATES, FaultKind, FaultPlanError, plan_faults, read_plan
from simulator.scenarios import FAULT_PLANS

ROBOTS = ("R1", "R2")


def test_the_same_seed_gives_the_same_plan() -> None:
    plans = [plan_faults(RATES["normal"], ROBOTS, Chance(7).stream("faults"), 0.0, DAY_S) for _ in range(2)]
    assert plans[0] == plans[1] != []


@pytest.mark.parametrize(("name", "share"), [("normal", 0.005), ("poor", 0.012)])
def test_the_share_of_disturbed_picks_is_as_measured(name: str, share: float) -> None:
    days = 200
    plan = plan_faults(RATES[name], ROBOTS, Chance(1).stream("faults"), 0.0, days * DAY_S)
    alarms = [fault for fault in plan if fault.kind is not FaultKind.REBOOT]
    assert len(alarms) / (days * len(ROBOTS) * PICKS_A_DAY) == pytest.approx(share, rel=0.1)
    stops = [fault.minutes for fault in plan if fault.kind is FaultKind.STOP]
    assert sum(1 for minutes in stops if minutes == 0.3) / len(stops) == pytest.approx(0.75, abs=0.05)
    assert [fault.at for fault in plan] == sorted(fault.at for fault in plan)


def test_a_plan_by_hand_counts_from_the_start() -> None:
    plan = read_plan('[{"t": 60, "robot": "R2", "what": "stop", "minutes": 5, "code": "AXZ-05"}]', 1000.0, ROBOTS)
    assert [(f.at, f.robot, f.kind, f.code, f.minutes) for f in plan] == [(1060.0, "R2", FaultKind.STOP, "AXZ-05", 5.0)]


def test_who_picks_less_is_disturbed_less() -> None:
    days = 100 * DAY_S
    plan = plan_faults(RATES["normal"], ROBOTS, Chance(1).stream("faults"), 0.0, days, PICKS_A_DAY / 10)
    alarms = [fault for fault in plan if fault.kind is not FaultKind.REBOOT]
    assert len(alarms) == pytest.approx(100 * 2 * PICKS_A_DAY * 0.0005, rel=0.2)


@pytest.mark.parametrize("name", sorted(FAULT_PLANS))
def test_the_plans_that_come_along_can_be_read(name: str) -> None:
    robots = tuple(f"R{number}" for number in range(1, 10))
    assert read_plan(FAULT_PLANS[name].read_text(encoding="utf-8"), 0.0, robots)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '[{"t": 1}]',
        '[{"t": 1, "robot": "R9", "what": "stop"}]',
        '[{"t": 1, "robot": "R1", "what": "x"}]',
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(FaultPlanError):
        read_plan(text, 0.0, ROBOTS)
