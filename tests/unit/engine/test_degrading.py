"""Robots that work carefully, and robots that the policy takes out, at the bare core; undone by named persons only."""

import pytest

from controller.domain.errors import Conflict
from controller.domain.maintenance import Profile
from controller.domain.robot import RobotFault
from controller.domain.task import Task, TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from tests.support.cores import FLAT, Floor, packs_of
from tests.unit.engine.test_suspicion import SOUND, warnings, work_on
from tests.unit.engine.test_technician import ALL

PARAMETERS = (("x_offset_mm", -10.0, 10.0), ("vacuum_percent", 0.0, 100.0), ("speed_percent", 20.0, 100.0))
AS_IT_WAS: dict[str, float] = {}


def centre(parameters: tuple[tuple[str, float, float], ...] = PARAMETERS) -> Floor:
    floor = Floor([*packs_of(FLAT, "robot:R1", 9), *packs_of(FLAT, "robot:R2", 9)]).open()
    floor.tell(floor.r1.factsheet(commands=ALL, parameters=parameters))
    return floor


def raised(floor: Floor, occurrence: str, code: str, level: int = 2, **where: str) -> str:
    """Its fault id."""
    floor.r1.event(act.FaultRaised(RobotFault(occurrence, code, level, floor.now, **where)))
    return list(floor.core.state.faults)[-1]


def cleared(floor: Floor, occurrence: str) -> None:
    floor.r1.event(act.FaultCleared(occurrence))


def command(floor: Floor) -> Task | None:
    return next(iter(floor.r1.open_tasks(TaskKind.SET_PARAMETERS)), None)


def taken_over(floor: Floor) -> Profile:
    """R1 does as it is told; the version that it then has."""
    task = floor.r1.only(TaskKind.SET_PARAMETERS)
    floor.r1.event(act.CommandAccepted(task.task_id))
    floor.r1.end(task)
    return newest(floor)


def newest(floor: Floor) -> Profile:
    return floor.core.state.profiles["R1"][-1]


def alarms(floor: Floor) -> set[str]:
    floor.wait(130.0, floor.r1, floor.r2, floor.r3)
    return {alarm.condition for alarm in floor.core.state.alarms.values() if alarm.robot == "R1"}


def notes(floor: Floor, action: str) -> list[dict[str, object]]:
    return [entry.data for entry in floor.rows.journal if entry.action == action]


def restarted(floor: Floor) -> None:
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive(*(act.JournalLine(task.task_id, "accepted", None, None) for task in floor.r1.open_tasks()))
    floor.tell(floor.r1.factsheet(commands=ALL, parameters=PARAMETERS))
    floor.r2.arrive()


def careful_pump(floor: Floor) -> str:
    """R1 works with its jaws alone because of a dead pump."""
    fault_id = raised(floor, "O1", "VAC-15")
    taken_over(floor)
    cleared(floor, "O1")
    return fault_id


# ---- careful ------------------------------------------------------------------------------------------------


def test_a_dead_pump_is_worked_on_with_the_jaws_alone_until_somebody_has_cured_it() -> None:
    floor = centre()
    fault_id = raised(floor, "O1", "VAC-15")
    assert notes(floor, "fault.answered")[-1]["done"] == ["degrade"]
    assert notes(floor, "fault.answered")[-1]["asked"] == ["call_engineer"]
    profile = taken_over(floor)
    assert (profile.values, profile.by) == ({"vacuum_percent": 0.0}, "controller")
    assert fault_id in profile.reason
    cleared(floor, "O1")
    assert floor.core.state.robots["R1"].withdrawn is None
    floor.order("T1", (FLAT, 12))
    assert floor.r1.open_tasks(TaskKind.PICK)
    assert "robot.careful/R1" in alarms(floor), "the engineer is still to come"
    floor.do(act.RecordFinding(fault_id, "pump_dying", "replace_pump", "Ann"))
    assert taken_over(floor).values == AS_IT_WAS
    assert [(entry["code"], entry["reason"]) for entry in notes(floor, "fault.careful_over")] == [
        ("VAC-15", f"{fault_id}: pump_dying")
    ]
    assert "robot.careful/R1" not in alarms(floor)
    floor.sound()


def test_low_vacuum_is_borne_twice_and_then_the_jaws_do_it_alone() -> None:
    floor = centre()
    for number in ("O1", "O2"):
        raised(floor, number, "VAC-14", 3)
        assert command(floor) is None
    raised(floor, "O3", "VAC-14", 3)
    assert taken_over(floor).values == {"vacuum_percent": 0.0}


def test_the_cure_may_be_written_down_with_any_fault_of_the_same_kind_and_with_no_other() -> None:
    floor = centre()
    other = raised(floor, "O0", "GRP-13", 4)
    first, *_ = [raised(floor, number, "VAC-14", 3) for number in ("O1", "O2", "O3")]
    taken_over(floor)
    floor.do(act.RecordFinding(other, "worn_jaw", "replace_jaws", "Ann"))
    assert command(floor) is None
    floor.do(act.RecordFinding(first, "worn_cup", "replace_cup", "Ann"))
    assert command(floor) is not None


def test_what_it_tells_of_itself_while_it_is_careful_is_no_sign_of_wear() -> None:
    watched, careful = centre(), centre()
    careful_pump(careful)
    slow = {**SOUND, "grip_time_s": 7.5, "slip_mm": 1.8, "grip_success": 0.93}
    for floor in (watched, careful):
        work_on(floor, {**SOUND, "grip_time_s": 5.0, "slip_mm": 0.3, "grip_success": 0.995}, 60)
        work_on(floor, slow, 60)
    assert warnings(watched) != []
    assert warnings(careful) == []


def test_what_a_technician_had_set_before_comes_back_and_what_he_sets_meanwhile_stays() -> None:
    floor = centre()
    floor.r1.event(act.ModeChanged("maintenance", "Ann"))
    floor.do(act.SetProfile("R1", (("speed_percent", 90.0),), "gentle", "Ann"))
    taken_over(floor)
    floor.r1.event(act.ModeChanged("automatic", "Ann"))
    floor.now += 60.0
    fault_id = raised(floor, "O1", "AXY-04")
    assert taken_over(floor).values == {"speed_percent": 60.0}
    cleared(floor, "O1")
    floor.r1.event(act.ModeChanged("maintenance", "Ann"))
    floor.do(act.SetProfile("R1", (("x_offset_mm", 1.0),), "belt", "Ann"))
    taken_over(floor)
    floor.do(act.RecordFinding(fault_id, "lift_bearing", "replace_bearing", "Ann"))
    assert taken_over(floor).values == {"speed_percent": 90.0, "x_offset_mm": 1.0}


def test_a_named_person_may_say_that_it_is_fit_without_naming_a_cause() -> None:
    floor = centre()
    careful_pump(floor)
    answer = floor.do(act.PutBack("R1", "new pump", "Ann", travel_area_empty=True))
    assert len(answer["careful_over"]) == 1
    assert taken_over(floor).values == AS_IT_WAS
    with pytest.raises(Conflict, match="R1 is not out"):
        floor.do(act.PutBack("R1", "again", "Ann", travel_area_empty=True))


def test_it_stays_careful_over_a_restart_and_so_does_the_wish_to_end_it() -> None:
    floor = centre()
    careful_pump(floor)
    floor.core.state.robots["R1"].mode = "automatic"
    restarted(floor)
    assert "robot.careful/R1" in alarms(floor)
    assert command(floor) is None
    floor.do(act.PutBack("R1", "new pump", "Ann", travel_area_empty=True))
    lost = floor.r1.only(TaskKind.SET_PARAMETERS)
    restarted(floor)
    floor.r1.end(lost, "aborted")
    floor.r1.end(floor.r1.only(TaskKind.SET_PARAMETERS), "aborted")
    assert command(floor) is None, "not again at once"
    floor.wait(65.0, floor.r1, floor.r2, floor.r3)
    assert taken_over(floor).values == AS_IT_WAS
    assert "robot.careful/R1" not in alarms(floor)


def test_a_robot_that_is_not_heard_is_told_once_it_is_there_again() -> None:
    floor = centre()
    careful_pump(floor)
    floor.tell(floor.r1.presence("lost"))
    floor.do(act.PutBack("R1", "new pump", "Ann", travel_area_empty=True))
    floor.wait(300.0, floor.r2, floor.r3)
    assert newest(floor).version == 1
    floor.r1.arrive()
    floor.wait(5.0, floor.r2, floor.r3)
    assert taken_over(floor).values == AS_IT_WAS


def test_a_robot_without_the_parameters_is_taken_out_instead() -> None:
    floor = centre(parameters=(("x_offset_mm", -10.0, 10.0),))
    raised(floor, "O1", "VAC-15")
    assert command(floor) is None
    assert notes(floor, "fault.answered")[-1]["done"] == ["take_out"]
    assert floor.core.state.robots["R1"].withdrawn is not None


def test_a_robot_without_the_parameters_goes_on_with_low_vacuum_and_a_person_is_asked() -> None:
    floor = centre(parameters=())
    for number in ("O1", "O2", "O3"):
        raised(floor, number, "VAC-14", 3)
    assert notes(floor, "fault.answered")[-1]["asked"] == ["degrade", "call_operator"]
    assert floor.core.state.robots["R1"].withdrawn is None


def test_a_careful_profile_that_is_refused_is_no_profile_and_people_see_to_it() -> None:
    floor = centre()
    raised(floor, "O1", "VAC-15")
    task = floor.r1.only(TaskKind.SET_PARAMETERS)
    floor.r1.event(act.CommandRefused(task.task_id, "mode_forbids", "manual"))
    assert notes(floor, "fault.not_eased")[-1]["asked"] == ["degrade"]
    withdrawal = floor.core.state.withdrawn["R1"]
    assert (withdrawal.actor, withdrawal.how) == ("controller", HowOut.STOP)
    floor.wait(300.0, floor.r1, floor.r2, floor.r3)
    assert len(notes(floor, "fault.not_eased")) == 1
    assert command(floor) is None


def test_a_robot_that_people_have_in_their_hands_is_left_to_them() -> None:
    floor = centre()
    floor.do(act.TakeOut("R1", HowOut.STOP, "service", "Ann"))
    floor.r1.event(act.ModeChanged("maintenance", "Ann"))
    raised(floor, "O1", "VAC-15")
    assert command(floor) is None
    assert notes(floor, "fault.answered")[-1]["asked"] == ["degrade", "call_engineer"]
    assert floor.core.state.withdrawn["R1"].actor == "Ann"


# ---- out ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "level"), [("AXC-08", 1), ("AXS-07", 2)])
def test_what_no_operator_cures_is_taken_out_until_a_named_person_brings_it_back(code: str, level: int) -> None:
    floor = centre()
    fault_id = raised(floor, "O1", code, level)
    withdrawal = floor.core.state.withdrawn["R1"]
    assert (withdrawal.actor, withdrawal.how) == ("controller", HowOut.STOP)
    assert fault_id in withdrawal.reason
    assert "take_out" in notes(floor, "fault.answered")[-1]["done"]  # type: ignore[operator]
    for task in floor.r1.open_tasks(TaskKind.HOLD):
        floor.r1.end(task)
    cleared(floor, "O1")
    floor.wait(1200.0, floor.r1, floor.r2, floor.r3)
    assert floor.r1.open_tasks() == [], "nothing moves by itself"
    assert "robot.stopped/R1" in alarms(floor), "somebody is to bring it back"
    floor.do(act.PutBack("R1", "new cable", "Ann", travel_area_empty=True))
    assert floor.r1.open_tasks(TaskKind.HOME)


def test_in_a_window_of_theirs_people_decide_themselves() -> None:
    floor = centre()
    floor.r1.event(act.ModeChanged("maintenance", "Ann"))
    raised(floor, "O1", "AXS-07")
    assert floor.core.state.robots["R1"].withdrawn is None
    assert notes(floor, "fault.answered")[-1]["asked"] == ["take_out", "call_engineer"]


def test_it_is_alarmed_though_it_is_out() -> None:
    floor = centre()
    raised(floor, "O1", "AXS-07")
    floor.r1.state(faults=(RobotFault("O1", "AXS-07", 2, floor.now),))
    for _ in range(6):
        floor.wait(20.0, floor.r2, floor.r3)
        floor.r1.state(faults=(RobotFault("O1", "AXS-07", 2, floor.now),))
    assert "robot.stopped/R1" in floor.core.state.alarms


def test_a_lift_that_is_overloaded_again_at_reduced_speed_is_taken_out() -> None:
    floor = centre()
    raised(floor, "O1", "AXY-04", axis="y", location="A-01-003")
    assert taken_over(floor).values == {"speed_percent": 60.0}
    cleared(floor, "O1")
    raised(floor, "O2", "AXY-04", axis="y", location="B-07-001")
    assert notes(floor, "fault.answered")[-1]["attempt"] == 2, "wherever the lift was on its way to"
    assert notes(floor, "fault.answered")[-1]["done"] == ["take_out"]
    assert floor.core.state.withdrawn["R1"].actor == "controller"
    cleared(floor, "O2")
    floor.do(act.PutBack("R1", "new bearing", "Ann", travel_area_empty=True))
    for _ in range(8):
        for task in floor.r1.open_tasks():
            if task.kind is not TaskKind.SET_PARAMETERS:
                floor.r1.end(task)
    assert floor.core.state.robots["R1"].withdrawn is None
    assert taken_over(floor).values == AS_IT_WAS, "back at work by a named person, and as before"


def test_a_fault_that_stands_takes_a_robot_out_once_and_not_again_at_a_restart() -> None:
    floor = centre()
    raised(floor, "O1", "AXS-07")
    standing = (RobotFault("O1", "AXS-07", 2, floor.now),)
    restarted(floor)
    floor.r1.state(faults=standing)
    assert len(notes(floor, "robot.taken_out")) == 1
    floor.r1.event(act.FaultCleared("O1"))
    floor.do(act.PutBack("R1", "cured", "Ann", travel_area_empty=True))
    restarted(floor)
    assert len(notes(floor, "robot.taken_out")) == 1


def test_a_collision_keeps_out_what_a_door_had_taken_out() -> None:
    floor = centre()
    floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
    assert floor.core.state.withdrawn["R1"].how is HowOut.INTERLOCK
    raised(floor, "O1", "AXC-08", 1)
    withdrawal = floor.core.state.withdrawn["R1"]
    assert withdrawal.how is HowOut.STOP
    floor.r1.event(act.Noted("robot.door_closed", {"door": "D1"}), act.FaultCleared("O1"))
    reset: dict[str, object] = {"action_id": "A1", "who": "staff", "what": "reset", "pack_id": None}
    floor.r1.event(act.Noted("robot.local_action", reset))
    floor.wait(120.0, floor.r1, floor.r2, floor.r3)
    assert floor.core.state.robots["R1"].withdrawn is not None, "a reset at the panel is not the engineer's word"


# ---- the robot and the books --------------------------------------------------------------------------------


def told(floor: Floor, name: str | None, version: int) -> None:
    floor.r1.state(parameters=(name, version))


def test_a_version_that_the_books_took_for_lost_is_theirs_once_the_robot_says_that_it_has_it() -> None:
    floor = centre()
    raised(floor, "O1", "VAC-15")
    task = floor.r1.only(TaskKind.SET_PARAMETERS)
    told(floor, None, 0)
    assert "R1" not in floor.core.state.workshop.differs, "it is on its way, and what it has is what the books have"
    floor.r1.event(act.CommandFinished(act.ResultReport(task.task_id, "aborted", (), "power_lost")))
    assert newest(floor).confirmed_at is None
    told(floor, "R1-1", 1)
    assert newest(floor).confirmed_at == floor.now
    assert [entry["outcome"] for entry in notes(floor, "profile.confirmed")] == ["it works with it"]
    assert "R1" not in floor.core.state.workshop.differs


@pytest.mark.parametrize(("name", "version"), [(None, 0), ("panel", 1), ("R1-7", 7)])
def test_a_robot_that_has_something_else_is_never_passed_over(name: str | None, version: int) -> None:
    floor = centre()
    careful_pump(floor)
    for _ in range(8):
        floor.wait(15.0, floor.r2, floor.r3)
        told(floor, name, version)
    assert [(entry["profile"], entry["version"], entry["expected"]) for entry in notes(floor, "profile.differs")] == [
        (name, version, 1)
    ], "once"
    assert "robot.profile/R1" in floor.core.state.alarms
    told(floor, "R1-1", 1)
    assert floor.core.state.workshop.differs == {}


def test_the_next_version_is_newer_than_what_the_robot_has() -> None:
    floor = centre()
    told(floor, "R1-7", 7)
    raised(floor, "O1", "VAC-15")
    assert newest(floor).version == 8


def test_a_robot_of_an_older_contract_tells_nothing_and_nothing_is_made_of_it() -> None:
    floor = centre()
    careful_pump(floor)
    floor.r1.state()
    assert floor.core.state.workshop.differs == {}


def test_a_command_that_ended_twice_is_one_version() -> None:
    floor = centre()
    raised(floor, "O1", "VAC-15")
    task = floor.r1.only(TaskKind.SET_PARAMETERS)
    floor.r1.end(task)
    floor.r1.end(task)
    assert task.status is TaskStatus.COMPLETED
    assert len(notes(floor, "profile.confirmed")) == 1
