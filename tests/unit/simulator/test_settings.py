"""What a profile sets moves the machine: offsets, speed, force and vacuum show in what it does and in what it tells."""

from statistics import mean

import pytest

from controller.protocol.commands import Calibrate, SetParameters
from controller.protocol.events import CalibrationMeasured, CommandFinished, FaultCleared, FaultRaised
from controller.protocol.vocabulary import PackOutcome
from simulator.hardware.causes.kinds import Load
from simulator.hardware.settings import SETTINGS, Settings
from tests.unit.simulator.busy_robot import BusyRobot

HOUR_S = 3600.0


def working(cause: str | None = None, severity: float = 1.0, **choices: object) -> BusyRobot:
    robot = BusyRobot(packs=200, repairs=False, feeding=False, **choices)  # type: ignore[arg-type]
    robot.run(60.0)
    if cause is not None:
        robot.inject(cause=cause, severity=severity)
    return robot


def adjust(robot: BusyRobot, **values: float) -> None:
    robot.send(SetParameters(profile="R1-1", version=1, values=values))


def hours(robot: BusyRobot, count: float) -> None:
    """So many hours of work; whatever stops it is reset as by somebody who stands beside it."""
    for _ in range(round(count * 60)):
        robot.run(60.0)
        robot.remedy("reset")


def deviation_mm(robot: BusyRobot, axis: str = "x") -> float:
    robot.send(Calibrate(axis=axis))
    before = len(robot.told(CalibrationMeasured))
    while len(robot.told(CalibrationMeasured)) == before:
        robot.run(30.0)
        robot.remedy("reset")
    return robot.told(CalibrationMeasured)[-1].deviation_mm


def feature(robot: BusyRobot, name: str, subject: str | None = "H1") -> float:
    """Its mean over all that the robot told of itself since it was last asked."""
    told = [
        each.mean for one in robot.conditions for each in one.features if (each.name, each.subject) == (name, subject)
    ]
    robot.heard.clear()
    return mean(told)


def codes(robot: BusyRobot) -> list[str]:
    return [told.fault.code for told in robot.told(FaultRaised)]


def dropped(robot: BusyRobot) -> int:
    packs = (pack for told in robot.told(CommandFinished) for pack in told.result.packs)
    return sum(pack.outcome is PackOutcome.DROPPED for pack in packs)


def test_what_the_maker_set_changes_nothing() -> None:
    settings = Settings({setting.name: setting.maker for setting in SETTINGS})
    assert settings.shifts() == []
    assert settings.offsets_mm == {}
    assert {settings.load(load) for load in Load} == {1.0}
    assert (settings.grip_time, settings.drop_chance, settings.limit) == (1.0, 0.0, 1.0)
    plain, told = working("worn_cup", 0.5), working("worn_cup", 0.5)
    adjust(told, **{setting.name: setting.maker for setting in SETTINGS})
    for robot in (plain, told):
        robot.run(2 * HOUR_S)
    moved = [[(each.at, each.act, each.pack_id, each.target) for each in one.record.movements] for one in (plain, told)]
    assert moved[0] == moved[1]


# --- offsets ----------------------------------------------------------------------------------------------------


def test_an_offset_makes_up_for_a_reference_that_was_bumped() -> None:
    robot = working("bumped_reference", 0.6)
    hours(robot, 1)
    struck, retries = len(codes(robot)), feature(robot, "grip_retries")
    assert struck > 0
    assert deviation_mm(robot) == pytest.approx(6.0, abs=0.4)
    adjust(robot, x_offset_mm=6.0)
    robot.heard.clear()
    robot.facts.clear()
    hours(robot, 1)
    assert deviation_mm(robot) == pytest.approx(0.0, abs=0.4)
    assert codes(robot) == []
    assert feature(robot, "grip_retries") < retries / 3


def test_an_offset_the_wrong_way_makes_it_worse() -> None:
    robot = working("bumped_reference", 0.4)
    hours(robot, 1)
    retries = feature(robot, "grip_retries")
    adjust(robot, x_offset_mm=-4.0)
    hours(robot, 1)
    assert deviation_mm(robot) == pytest.approx(8.0, abs=0.4)
    assert feature(robot, "grip_retries") > 1.5 * retries


def test_a_sound_machine_with_a_wrong_offset_misses_packs() -> None:
    robot = working()
    adjust(robot, y_offset_mm=8.0)
    hours(robot, 1)
    assert set(codes(robot)) == {"GRP-10"}
    left = [pack for told in robot.told(CommandFinished) for pack in told.result.packs]
    assert any(pack.outcome is PackOutcome.NOT_MOVED for pack in left)
    assert len(robot.told(FaultCleared)) >= len(codes(robot)) - 1
    assert deviation_mm(robot, "y") == pytest.approx(-8.0, abs=0.4)


def test_an_offset_within_the_tolerance_of_the_grip_is_harmless() -> None:
    robot = working()
    adjust(robot, y_offset_mm=3.0)
    hours(robot, 1)
    assert codes(robot) == []


def test_a_belt_within_its_compensation_no_longer_strikes() -> None:
    loose, compensated = working("belt_stretch", 0.7), working("belt_stretch", 0.7)
    adjust(compensated, x_offset_mm=3.5)
    for robot in (loose, compensated):
        hours(robot, 3)
    assert "AXX-02" in codes(loose)
    assert codes(compensated) == []


@pytest.mark.parametrize(("limit_mm", "level"), [(2.0, 2), (4.0, 3)])
def test_the_limit_of_the_reference_decides_when_a_stretched_belt_stops_the_robot(limit_mm: float, level: int) -> None:
    robot = working("belt_stretch", 0.6)
    adjust(robot, reference_limit_mm=limit_mm)
    hours(robot, 3)
    assert {told.fault.level for told in robot.told(FaultRaised) if told.fault.code == "AXX-02"} == {level}


# --- speed ------------------------------------------------------------------------------------------------------


def test_a_slower_robot_picks_less() -> None:
    fast, slow = working(), working()
    adjust(slow, speed_percent=50.0)
    for robot in (fast, slow):
        robot.run(1200.0)
    assert slow.picks < 0.95 * fast.picks


def test_the_worn_lift_of_a_slower_robot_trips_less() -> None:
    fast, slow = working("lift_bearing"), working("lift_bearing")
    adjust(slow, speed_percent=50.0)
    for robot in (fast, slow):
        hours(robot, 2)
    assert 0 < codes(slow).count("AXY-04") < codes(fast).count("AXY-04") / 2
    assert feature(slow, "torque_percent", "y") < feature(fast, "torque_percent", "y") - 20.0


# --- grip force -------------------------------------------------------------------------------------------------


def test_jaws_that_press_too_little_drop_packs_and_too_much_squeezes_them() -> None:
    usual, weak, strong = working(), working(), working()
    adjust(weak, grip_force_percent=40.0)
    adjust(strong, grip_force_percent=140.0)
    for robot in (usual, weak, strong):
        hours(robot, 1.5)
    assert dropped(usual) == dropped(strong) == 0
    assert dropped(weak) > 0
    assert feature(weak, "slip_mm") > 1.5
    assert feature(strong, "jaw_opening_deviation_mm") > feature(usual, "jaw_opening_deviation_mm") + 1.0


# --- vacuum -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cause", "code"), [("worn_cup", "VAC-14"), ("pump_dying", "VAC-15")])
def test_jaws_alone_take_longer_and_have_no_trouble_with_the_vacuum(cause: str, code: str) -> None:
    pumping, jaws = working(cause), working(cause)
    adjust(jaws, vacuum_percent=0.0)
    for robot in (pumping, jaws):
        hours(robot, 1)
    assert code in codes(pumping)
    assert code not in codes(jaws)
    assert feature(jaws, "grip_time_s") > 1.15 * feature(pumping, "grip_time_s")
    told = {each.name for one in jaws.conditions for each in one.features}
    assert not [name for name in told if name.startswith(("vacuum_", "pump_"))], "a pump that is off measures nothing"


def test_a_dead_pump_that_need_not_run_keeps_nobody_from_work_until_it_is_to_run_again() -> None:
    robot = working("pump_dying")
    while "VAC-15" not in codes(robot):
        robot.run(60.0)
    picks = robot.picks
    robot.run(HOUR_S / 2)
    assert robot.picks <= picks + 3, "it stands"
    adjust(robot, vacuum_percent=0.0)
    robot.run(HOUR_S / 2)
    assert robot.picks > picks + 3
    assert codes(robot).count("VAC-15") == 1
    assert [entry.action for entry in robot.truth_of("cleared")] == ["set_parameters"]
    adjust(robot)
    robot.run(HOUR_S)
    assert codes(robot).count("VAC-15") == 2, "nobody has replaced it"


def test_the_engineer_who_was_called_comes_though_the_robot_works_on_meanwhile() -> None:
    robot = BusyRobot(packs=200, feeding=False, rest_s=600.0)
    robot.inject(cause="pump_dying")
    while "VAC-15" not in codes(robot):
        robot.run(60.0)
    adjust(robot, vacuum_percent=0.0)
    robot.run(24 * HOUR_S)
    assert [entry.who for entry in robot.truth_of("cured") + robot.truth_of("tried")] == ["engineer"]
