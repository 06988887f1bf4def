"""Faults that a person planned."""

import pytest

from simulator.faultplan import FaultKind, FaultPlanError, read_plan
from simulator.scenarios import FAULT_PLANS

ROBOTS = ("R1", "R2")


def test_a_plan_by_hand_counts_from_the_start() -> None:
    plan = read_plan('[{"t": 60, "robot": "R2", "what": "stop", "minutes": 5, "code": "AXZ-05"}]', 1000.0, ROBOTS)
    assert [(f.at, f.robot, f.kind, f.code, f.minutes) for f in plan] == [(1060.0, "R2", FaultKind.STOP, "AXZ-05", 5.0)]


def test_a_plan_names_a_cause_or_a_code_and_how_severe_it_is() -> None:
    text = """[{"t": 5, "robot": "R1", "cause": "worn_cup", "severity": 0.6}, {"t": 9, "robot": "R2", "code": "SEN-20"},
               {"t": 10, "robot": "R2", "code": "GRP-11", "cause": "worn_cup"}]"""
    plan = read_plan(text, 1000.0, ROBOTS)
    assert [(f.at, f.robot, f.kind, f.cause, f.code, f.severity) for f in plan] == [
        (1005.0, "R1", FaultKind.CAUSE, "worn_cup", None, 0.6),
        (1009.0, "R2", FaultKind.CAUSE, None, "SEN-20", 1.0),
        (1010.0, "R2", FaultKind.CAUSE, "worn_cup", "GRP-11", 1.0),
    ]


def test_a_plan_names_several_robots_for_what_they_share() -> None:
    text = '[{"t": 5, "robot": "ALL", "code": "PWR-80"}, {"t": 9, "robot": ["R2", "R1"], "cause": "network_switch"}]'
    assert [fault.robot for fault in read_plan(text, 0.0, ROBOTS)] == ["ALL", "R2,R1"]


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
        '[{"t": 1, "robot": "R1", "cause": "x"}]',
        '[{"t": 1, "robot": "R1", "code": "ABC-99"}]',
        '[{"t": 1, "robot": "R1", "code": "VAC-14", "severity": 0}]',
        '[{"t": 1, "robot": "R1", "code": "VAC-14", "severity": 1.5}]',
        '[{"t": 1, "robot": "R1", "code": "GRP-11", "cause": "loose_hose"}]',
        '[{"t": 1, "robot": "R1", "code": "VAC-14", "minutes": 3}]',
        '[{"t": 1, "robot": "R9", "code": "VAC-14"}]',
        '[{"t": 1, "robot": "ALL", "code": "VAC-14"}]',
        '[{"t": 1, "robot": ["R1", "R9"], "code": "PWR-80"}]',
        '[{"t": 1, "robot": [], "code": "PWR-80"}]',
        '[{"t": 1, "robot": "ALL", "what": "reboot"}]',
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(FaultPlanError):
        read_plan(text, 0.0, ROBOTS)
