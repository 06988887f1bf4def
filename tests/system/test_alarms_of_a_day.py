"""A day with faults: each alarmed once, few in all, and each has ended or waits for a person with a name."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from controller.domain.alarm import Alarm
from controller.faults.conditions import KINDS, STANDSTILLS
from tests.support.small_centre import END_AT, Run, Template

MANAGEABLE_A_DAY = 150
"""EEMUA 191, DOMAIN.md section 5."""
FIRST_S, EVERY_S = 600.0, 900.0
INJECTED = (
    ("R1", "AXX-01", "robot.stopped/R1"),
    ("R2", "CNV-40", "robot.stopped/R2"),
    ("R2", "SAF-71", "robot.estop/R2"),
    ("R1", "SAF-70", "robot.door/R1"),
    ("R2", "NET-90", "robot.silent/R2"),
    ("R1", "PWR-80", "robot.stopped/R1"),
)
"""(robot, code, condition that it is a sign of), one after the other."""


def test_each_fault_is_alarmed_once_and_waits_for_nobody_but_a_person(template: Template, tmp_path: Path) -> None:
    run = Run(template, tmp_path)
    try:
        world = run.world
        for count, (robot, code, _) in enumerate(INJECTED):
            _, outputs = world.centre.inject(robot, world.now, code=code, severity=1.0, in_s=FIRST_S + count * EVERY_S)
            world.take(outputs)
        world.run_until(world.now + FIRST_S + len(INJECTED) * EVERY_S + 6 * 3600.0)
        standing = dict(world.core.state.alarms)
    finally:
        run.close()
    raised = _raised(tmp_path)
    assert {condition for _, _, condition in INJECTED} <= set(raised)
    assert max(raised[condition] for _, _, condition in INJECTED) <= 2
    assert [alarm.condition for alarm in standing.values() if not _waits_for_a_person(alarm)] == []


def test_a_day_of_many_faults_stays_manageable(template: Template, tmp_path: Path) -> None:
    run = Run(template, tmp_path, seed=11, faults="poor")
    try:
        world = run.world
        world.run_until(END_AT + 18 * 3600.0)
        standing, faults = dict(world.core.state.alarms), list(world.core.state.faults.values())
    finally:
        run.close()
    shown = _raised(tmp_path)
    assert faults, "the day had faults"
    assert sum(shown.values()) <= MANAGEABLE_A_DAY
    assert [alarm.condition for alarm in standing.values() if not _waits_for_a_person(alarm)] == []


def test_the_loss_of_the_broker_is_one_alarm_and_a_crash_keeps_it(template: Template, tmp_path: Path) -> None:
    run = Run(template, tmp_path)
    try:
        world = run.world
        world.run_until(world.now + 600.0)
        world.lose_link()
        world.run_until(world.now + 300.0)
        world.crash()
        world.run_until(world.now + 60.0)
        world.restore_link()
        world.run_until(world.now + 900.0)
        standing = dict(world.core.state.alarms)
    finally:
        run.close()
    raised = _raised(tmp_path)
    assert raised["site.link/tiny"] == 1
    assert [condition for condition in raised if condition.startswith(("robot.silent", "site.network"))] == []
    assert standing["site.link/tiny"].acknowledged_at is None


def _raised(folder: Path) -> Counter[str]:
    """How often each condition was shown as an alarm, by the committed rows."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger:
        rows = ledger.execute("SELECT condition, suppressed, ended_at FROM alarms").fetchall()
    open_ones = [condition for condition, _, ended_at in rows if ended_at is None]
    assert len(open_ones) == len(set(open_ones)), "two alarms of one condition stand"
    return Counter(condition for condition, suppressed, _ in rows if not suppressed)


def _waits_for_a_person(alarm: Alarm) -> bool:
    return alarm.latched or KINDS[alarm.kind].waits_for_ack or alarm.kind not in STANDSTILLS
