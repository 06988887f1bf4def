"""The recovery policy carried out at the bare core, once for each fault."""

from controller.domain.robot import RobotFault
from controller.domain.task import Task, TaskKind
from controller.engine import actions as act
from controller.engine.shelves import SUSPECTED
from tests.support.cores import COMMANDS, FLAT, MONDAY, Floor, packs_of

SHELVES = (("A-01", 60.0), ("A-02", 60.0))
PACK = "012.R1.OLD.1"


def centre() -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 4)).open()
    floor.tell(floor.r1.factsheet(commands=(*COMMANDS, "count"), shelves=SHELVES))
    return floor


def raised(floor: Floor, occurrence: str, code: str, level: int, **more: str) -> None:
    floor.r1.event(act.FaultRaised(RobotFault(occurrence, code, level, MONDAY, **more)))


def answers(floor: Floor) -> list[list[str]]:
    return [entry.data["actions"] for entry in floor.rows.journal if entry.action == "fault.answered"]


def a_grip_fails_twice(floor: Floor) -> tuple[Task, str]:
    """For one pack, on shelf A-01 of R1: its tour and its id."""
    floor.order("T1", (FLAT, 1))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    pack_id = tour.steps[0].pack_id
    raised(floor, "O1", "GRP-10", 3, location="A-01-003", pack_id=pack_id)
    raised(floor, "O2", "GRP-10", 3, location="A-01-004", pack_id=pack_id)
    return tour, pack_id


def test_a_grip_that_fails_twice_on_one_shelf_skips_the_pack_and_has_the_shelf_counted() -> None:
    floor = centre()
    tour, pack_id = a_grip_fails_twice(floor)
    assert answers(floor) == [["wait_for_retry"], ["skip_pack", "suspect_location"]]
    assert "A-01" in floor.core.state.night.racks["R1"].suspected
    assert floor.core.state.book.pack(pack_id).hold is None, "its task has its own end first"
    floor.r1.end(tour, "incomplete", p1="not_moved")
    assert (floor.core.state.book.pack(pack_id).hold or "").startswith(SUSPECTED)
    again = floor.r1.only()
    assert again.steps[0].pack_id != pack_id, "the next by FEFO"
    floor.sound()


def test_a_count_that_sees_the_pack_lets_it_be_picked_again() -> None:
    floor = centre()
    raised(floor, "O1", "GRP-10", 3, location="A-01-003", pack_id=PACK)
    raised(floor, "O2", "GRP-10", 3, location="A-01-003", pack_id=PACK)
    assert floor.core.state.book.pack(PACK).hold is not None
    floor.wait(120.0, floor.r1)
    count = floor.r1.only(TaskKind.COUNT)
    assert count.target == "A-01"
    report = act.ResultReport(count.task_id, "completed", (act.PackReport(0, PACK, "counted", "A-01-003"),))
    floor.r1.event(act.CommandAccepted(count.task_id), act.CommandFinished(report))
    assert floor.core.state.book.pack(PACK).hold is None


def test_on_two_shelves_it_is_chance() -> None:
    floor = centre()
    raised(floor, "O1", "GRP-10", 3, location="A-01-003", pack_id=PACK)
    raised(floor, "O2", "GRP-10", 3, location="A-02-003", pack_id=PACK)
    assert answers(floor) == [["wait_for_retry"], ["wait_for_retry"]]
    assert floor.core.state.book.pack(PACK).hold is None


def test_a_head_that_runs_behind_again_gets_a_reference_run_once_it_is_cleared() -> None:
    floor = centre()
    for number in ("O1", "O2"):
        raised(floor, number, "AXX-01", 2, axis="x")
        assert floor.r1.open_tasks(TaskKind.HOME) == []
        floor.r1.event(act.FaultCleared(number))
    assert len(floor.r1.open_tasks(TaskKind.HOME)) == 1


def test_an_unknown_fault_of_a_robot_that_could_go_on_holds_it() -> None:
    floor = centre()
    raised(floor, "O1", "QQQ-01", 3)
    assert len(floor.r1.open_tasks(TaskKind.HOLD)) == 1
    assert answers(floor) == [["hold", "call_operator"]]


def test_a_fault_is_answered_once_also_after_a_restart() -> None:
    floor = centre()
    raised(floor, "O1", "QQQ-01", 3)
    floor.r1.state(faults=(RobotFault("O1", "QQQ-01", 3, MONDAY),))
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive()
    floor.r1.state(faults=(RobotFault("O1", "QQQ-01", 3, MONDAY),))
    assert len(answers(floor)) == 1


def test_after_a_restart_the_attempts_are_counted_on() -> None:
    through, restarted = centre(), centre()
    for floor in (through, restarted):
        raised(floor, "O1", "VAC-14", 3, location="A-01-003")
        raised(floor, "O2", "VAC-14", 3, location="A-01-003")
        if floor is restarted:
            restarted.restart()
            restarted.open()
        raised(floor, "O3", "VAC-14", 3, location="A-01-003")
    assert answers(restarted) == answers(through)
    assert answers(restarted)[-1] == ["degrade", "call_operator"], "the third, not the first"


def test_a_reference_run_that_was_put_off_is_owed_after_a_restart() -> None:
    floor = centre()
    raised(floor, "O1", "AXX-03", 2, axis="x")
    assert floor.r1.open_tasks(TaskKind.HOME) == []
    floor.restart()
    floor.open()  # the robot tells that nothing stands any more
    assert len(floor.r1.open_tasks(TaskKind.HOME)) == 1
    assert [fault.owed for fault in floor.core.state.faults.values()] == [()]


def test_a_pack_that_was_to_be_skipped_and_its_shelf_are_not_forgotten_at_a_restart() -> None:
    floor = centre()
    _, pack_id = a_grip_fails_twice(floor)
    floor.restart()
    floor.tell(act.LinkChanged(True), floor.r1.factsheet(commands=(*COMMANDS, "count"), shelves=SHELVES))
    assert "A-01" in floor.core.state.night.racks["R1"].suspected
    assert floor.core.state.outages.to_skip.keys() == {pack_id}


def test_a_shelf_that_was_counted_is_owed_no_more() -> None:
    floor = centre()
    raised(floor, "O1", "STK-51", 3, location="A-01-003")
    (fault,) = floor.core.state.faults.values()
    assert fault.owed == ("suspect_location",)
    floor.wait(120.0, floor.r1)
    count = floor.r1.only(TaskKind.COUNT)
    floor.r1.event(
        act.CommandAccepted(count.task_id), act.CommandFinished(act.ResultReport(count.task_id, "completed", ()))
    )
    floor.tell(act.Tick())
    assert floor.rows.rows["faults"][fault.fault_id].owed == ()


def test_a_fault_after_which_something_is_owed_is_not_forgotten() -> None:
    floor = centre()
    raised(floor, "O1", "STK-51", 3, location="A-01-003")
    floor.r1.event(act.FaultCleared("O1"))
    floor.jump_to(floor.now + 8 * 86_400.0)
    (fault,) = floor.core.state.faults.values()
    assert fault.owed == ("suspect_location",)
