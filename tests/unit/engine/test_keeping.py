"""What a controller that starts anew still knows of what the one before it had learned."""

from controller.domain.checkpoint import ATTENDANCE, PROMISES, WATCHER
from controller.domain.order import OrderClass
from controller.domain.robot import RobotFault
from controller.domain.work import CHECK_STATION
from controller.engine import actions as act
from controller.engine.keeping import PROMISES_EVERY_S
from controller.scheduling.promise import ENOUGH, Method, Trouble
from tests.support.cores import FLAT, Floor, packs_of
from tests.unit.engine.test_suspicion import LEAKS, SOUND, warnings, work_on

HOUR_S = 3600.0


def restarted(floor: Floor) -> Floor:
    """The same centre after a crash of its controller."""
    floor.restart()
    floor.tell(act.LinkChanged(True), act.Tick())
    return floor


def test_a_restart_gives_the_same_warnings_as_none() -> None:
    through, crashed = Floor(()).open(), Floor(()).open()
    for floor in (through, crashed):
        work_on(floor, SOUND, 50)
        work_on(floor, LEAKS, 3)
    assert warnings(through) == [], "it is on its way, and no more"
    restarted(crashed)
    for floor in (through, crashed):
        work_on(floor, LEAKS, 30)
        work_on(floor, SOUND, 60)
    told = [(alarm.subject, alarm.raised_at, alarm.text, alarm.active) for alarm in warnings(crashed)]
    assert told == [(alarm.subject, alarm.raised_at, alarm.text, alarm.active) for alarm in warnings(through)]
    assert told


def test_only_what_came_after_the_checkpoint_is_looked_at_again() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 60)
    kept_at = floor.rows.rows["checkpoints"][WATCHER].at
    assert floor.now - 4 * HOUR_S < kept_at < floor.now
    floor.rows.conditions = [each for each in floor.rows.conditions if each.at > kept_at]
    restarted(floor)
    assert floor.core.state.watcher.usual("R1"), "older conditions are not needed"


def test_who_is_at_work_is_known_after_a_restart() -> None:
    floor = Floor(()).open()
    for worker in ("Ann", "Bob"):
        floor.claim(CHECK_STATION, worker)
    floor.wait(HOUR_S / 4)
    before = floor.rows.rows["checkpoints"][ATTENDANCE].data
    assert restarted(floor).core.state.attendance.people(CHECK_STATION, floor.now) == 2
    assert floor.core.state.attendance.kept() == before
    assert floor.core.state.attendance.people(CHECK_STATION, floor.now + HOUR_S) == 0


def test_how_far_promises_were_off_is_known_after_a_restart() -> None:
    floor = Floor(()).open()
    calibration = floor.core.state.outlook.calibration
    for residual_s in range(ENOUGH + 5):
        expected = calibration.expect(OrderClass.URGENT, Trouble.NONE, Method.QUICK, 0.0, 1000.0)
        calibration.settle(expected, 1000.0 + 60.0 * residual_s)
        calibration.correct(OrderClass.URGENT, kept=residual_s % 3 == 0)
    asked = (OrderClass.URGENT, Trouble.NONE, Method.QUICK, 0.0, 1000.0)
    unlearned = type(calibration)().expect(*asked)
    floor.jump_to(floor.now + PROMISES_EVERY_S)
    assert PROMISES in floor.rows.rows["checkpoints"]
    again = restarted(floor).core.state.outlook.calibration
    assert again.expect(*asked) == calibration.expect(*asked) != unlearned
    assert again.kept() == calibration.kept()


def test_how_long_a_robot_has_been_out_and_what_was_done_about_it_are_known_after_a_restart() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 4)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.event(act.FaultRaised(RobotFault("O1", "AXY-04", 2, floor.now)))
    stopped_at = floor.now
    floor.wait(HOUR_S / 4)
    response = floor.core.state.outages.responses["R1"]
    response.by_hand["W1"] = 3
    floor.wait(60.0)
    restarted(floor)
    assert floor.core.state.contacts["R1"].cannot_work_since == stopped_at
    assert floor.core.state.outages.responses["R1"] == response
