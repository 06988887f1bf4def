"""Calibration profiles and the work log at the bare core."""

import pytest

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.transport.translation import command_from
from tests.support.cores import Floor
from tests.unit.engine.test_technician import fault_id, faulty, inside, obey


def ready() -> Floor:
    """R1 in maintenance mode with a measured x axis."""
    floor = faulty("AXX-02")
    inside(floor)
    measure(floor, 2.1)
    return floor


def measure(floor: Floor, off_mm: float) -> None:
    floor.r1.event(act.Noted("robot.calibration_measured", {"command_id": "C", "axis": "x", "deviation_mm": off_mm}))


def put(floor: Floor, **values: float) -> dict[str, object]:
    return floor.do(act.SetProfile("R1", tuple(values.items()), "belt", "Ann"))


def test_a_version_has_what_was_measured_before_and_after_it() -> None:
    floor = ready()
    assert put(floor, x_offset_mm=2.0)["version"] == 1
    obey(floor)
    measure(floor, 0.1)
    measure(floor, 0.4)
    (profile,) = floor.rows.rows["profiles"].values()
    assert (profile.before, profile.after, profile.confirmed_at) == ({"x": 2.1}, {"x": 0.1}, floor.now)


def test_what_is_not_named_keeps_its_value_and_an_old_version_comes_back_as_a_new_one() -> None:
    floor = ready()
    for values in ({"x_offset_mm": 2.0}, {"grip_force_n": 20.0}):
        put(floor, **values)
        obey(floor)
    answer = floor.do(act.RollBackProfile("R1", 1, "worse", "Ann"))
    assert (answer["version"], answer["values"]) == (3, {"x_offset_mm": 2.0})
    assert floor.core.state.profiles["R1"][1].values == {"x_offset_mm": 2.0, "grip_force_n": 20.0}
    command = command_from(floor.r1.only(TaskKind.SET_PARAMETERS), [], 1, 1)
    assert (command.body.version, command.body.values) == (3, {"x_offset_mm": 2.0})  # type: ignore[union-attr]
    with pytest.raises(NotFound, match="no profile of version 9"):
        floor.do(act.RollBackProfile("R1", 9, "worse", "Ann"))


@pytest.mark.parametrize("value", [-10.5, 10.5])
def test_nothing_beyond_the_limits_of_the_factsheet_goes_out(value: float) -> None:
    floor = ready()
    with pytest.raises(Invalid, match="goes from -10 to 10"):
        put(floor, x_offset_mm=value)
    with pytest.raises(Invalid, match="no parameter speed"):
        put(floor, speed=1.0)
    assert floor.r1.open_tasks(TaskKind.SET_PARAMETERS) == []


def test_parameters_change_only_in_maintenance_mode() -> None:
    floor = faulty("AXX-02")
    with pytest.raises(Conflict, match="only in maintenance mode"):
        put(floor, x_offset_mm=1.0)


def test_a_version_that_the_robot_refused_is_not_what_the_next_one_is_built_on() -> None:
    floor = ready()
    put(floor, x_offset_mm=2.0)
    task = floor.r1.only(TaskKind.SET_PARAMETERS)
    floor.r1.event(act.CommandRefused(task.task_id, "unknown_parameter", "x_offset_mm"))
    put(floor, grip_force_n=20.0)
    assert floor.core.state.profiles["R1"][-1].values == {"grip_force_n": 20.0}
    assert "profile 1 not taken over: refused" in [entry.text for entry in floor.rows.work_log]


def test_versions_go_on_after_a_restart() -> None:
    floor = ready()
    put(floor, x_offset_mm=2.0)
    obey(floor)
    floor.restart()
    assert [profile.version for profile in floor.core.state.profiles["R1"]] == [1]


def test_the_log_tells_what_happened_in_the_words_of_the_catalogue() -> None:
    floor = ready()
    put(floor, x_offset_mm=2.0)
    floor.do(act.RecordFinding(fault_id(floor), "belt_stretch", "tension_belt", "Ann"))
    floor.do(act.WriteLog("R1", "belt was slack", "Ann", fault_id(floor)))
    lines = [(entry.kind, entry.text, entry.who) for entry in floor.rows.work_log]
    for line in (
        ("fault", "AXX-02 X reference drifts", "robot:R1"),
        ("procedure", "AXX-02 begun: Set the X reference right", "Ann"),
        ("maintenance", "taken out of work: procedure AXX-02", "Ann"),
        ("calibration", "x measured 2.1 mm off", "robot:R1"),
        ("calibration", "profile 1 set: belt", "Ann"),
        ("cure", "AXX-02: cause belt_stretch, cured by tension_belt", "Ann"),
        ("note", "belt was slack", "Ann"),
    ):
        assert line in lines
    assert {entry.robot for entry in floor.rows.work_log} == {"R1"}
    with pytest.raises(NotFound, match="no fault F-999999"):
        floor.do(act.WriteLog("R1", "x", "Ann", "F-999999"))
