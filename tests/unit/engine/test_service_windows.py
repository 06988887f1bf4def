"""A robot that is due for service gets a quiet window by itself, once, unless people have planned one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from controller.domain.robot import RobotFault
from controller.engine import actions as act
from controller.faults.service import WINDOW_FROM, WINDOW_S
from tests.support.cores import FLAT, Floor, packs_of


def due(floor: Floor, occurrence: str = "O-1", code: str = "PM-99") -> None:
    floor.r1.event(act.FaultRaised(RobotFault(occurrence, code, 4, floor.now)))


def opened() -> Floor:
    return Floor(packs_of(FLAT, "robot:R1", 9)).open()


def test_the_window_is_in_the_coming_night_and_there_is_one() -> None:
    floor = opened()
    due(floor)
    due(floor, "O-2")
    (window,) = floor.core.state.night.windows.values()
    assert (window.robot, window.actor, window.to_at - window.from_at) == ("R1", "controller", WINDOW_S)
    assert datetime.fromtimestamp(window.from_at, ZoneInfo("Europe/London")).time() == WINDOW_FROM
    assert floor.now < window.from_at < floor.now + 86_400.0


def test_what_people_have_planned_is_enough() -> None:
    floor = opened()
    floor.do(act.PlanMaintenance("R1", floor.now + 7200.0, floor.now + 9000.0, "service", "Ann"))
    due(floor)
    (window,) = floor.core.state.night.windows.values()
    assert window.actor == "Ann"


def test_no_other_fault_plans_a_window() -> None:
    floor = opened()
    due(floor, code="PWR-81")
    assert floor.core.state.night.windows == {}
