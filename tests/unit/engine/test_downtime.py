"""Downtime at the bare core: out in one action, orders elsewhere or on the hand-pick list, back through tests."""

import pytest

from controller.domain.errors import Conflict
from controller.domain.order import OrderClass
from controller.domain.task import Task, TaskKind
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.absence import ENTER_AFTER_S
from tests.support.cores import COMMANDS, FLAT, MONDAY, NEW, TALL, Floor, StandInRobot, fault, packs_of

SHELVES = (("A-01", 60.0), ("A-02", 60.0), ("B-01", 90.0))


def centre() -> Floor:
    """FLAT stands in R1 and R2, TALL in R1 only."""
    floor = Floor(
        [
            *packs_of(FLAT, "robot:R1", 9),
            *packs_of(FLAT, "robot:R2", 9),
            *packs_of(TALL, "robot:R1", 2, batch="NEW", expiry=NEW),
            *packs_of(TALL, "robot:R1", 2),
        ]
    ).open()
    floor.tell(floor.r1.factsheet(commands=(*COMMANDS, "count"), shelves=SHELVES))
    return floor


def take_out(floor: Floor, how: HowOut = HowOut.STOP, **more: float) -> dict[str, object]:
    return floor.do(act.TakeOut("R1", how, "new belt", "Ann", **more))


def stopped(floor: Floor, seconds: float) -> None:
    """R1 says every twenty seconds that its fault stands."""
    for _ in range(int(seconds / 20.0)):
        floor.wait(20.0)
        floor.r1.state(faults=(fault("O1", 2),))


def listed(floor: Floor) -> list[str]:
    return [pick.order_ref for pick in floor.core.state.outages.hand_picks]


def ended(robot: StandInRobot, task: Task, outcome: str = "completed") -> None:
    robot.event(act.CommandAccepted(task.task_id), act.CommandFinished(act.ResultReport(task.task_id, outcome)))


def discharge(floor: Floor, reference: str = "D1") -> None:
    floor.order(reference, (TALL, 1), order_class=OrderClass.DISCHARGE)


def returned(floor: Floor, *outcomes: str) -> None:
    """R1 ends each step of its return as said."""
    ended(floor.r1, floor.r1.only(TaskKind.RESUME))
    for outcome in outcomes:
        (task,) = [task for task in floor.r1.open_tasks() if task.kind in (TaskKind.HOME, TaskKind.COUNT)]
        ended(floor.r1, task, outcome)


def test_what_it_has_not_begun_is_asked_back_at_once_and_goes_elsewhere() -> None:
    floor = centre()
    floor.order("T1", (FLAT, 3))
    tours = [task for robot in (floor.r1, floor.r2) for task in robot.open_tasks(TaskKind.PICK)]
    (tour,) = tours
    if tour.robot == "R2":
        floor.r2.work_off()
        floor.tell(floor.r2.presence("lost"))
        floor.order("T2", (FLAT, 3))
        tour = floor.r1.only()
        floor.r2.boot()
        floor.r2.arrive()
    floor.r1.event(act.CommandAccepted(tour.task_id))
    answer = take_out(floor)
    assert answer["tours_withdrawn"] == 1
    cancel = floor.r1.only(TaskKind.CANCEL)
    assert cancel.target == tour.task_id
    floor.r1.end(tour, "cancelled", p1="not_moved", p2="not_moved", p3="not_moved")
    assert len(floor.r2.only().steps) == 3
    assert floor.r1.open_tasks(TaskKind.HOLD) != []
    floor.sound()


def test_a_drained_robot_is_not_held_and_ends_its_tour() -> None:
    floor = centre()
    floor.order("T1", (TALL, 2))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    assert take_out(floor, HowOut.DRAIN)["tours_withdrawn"] == 0
    assert floor.r1.open_tasks(TaskKind.HOLD) == []
    assert floor.r1.open_tasks(TaskKind.CANCEL) == []
    discharge(floor)
    floor.wait(60.0, floor.r1)
    assert floor.claim("FLOOR") is None, "nobody opens its door in the middle of a tour"
    floor.r1.end(tour)
    floor.wait(60.0, floor.r1)
    assert floor.claim("FLOOR") is not None


def test_what_only_it_has_is_fetched_by_hand_first_expired_first() -> None:
    floor = centre()
    take_out(floor)
    discharge(floor)
    floor.wait(60.0, floor.r1)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    assert (job["kind"], job["robot"], job["order_ref"]) == ("hand_pick", "R1", "D1")
    (decided,) = [each for each in floor.rows.decisions if each.work_ref == job["work_id"]]
    assert (decided.order_ref, decided.source, decided.packs, decided.beat) == ("D1", "robot:R1", 1, None)
    assert decided.held_up_by == "robot:R1 down"
    (pack,) = job["packs"]
    assert pack["batch"] == "OLD"
    assert pack["expiry"] == "2027-06-30"
    with pytest.raises(Conflict, match="Bob is at work in it"):
        floor.do(act.PutBack("R1", "mended", "Ann", True))
    floor.do(act.FinishWork(job["work_id"], "Bob", moved=(pack["pack_id"],)))
    assert floor.account(pack["pack_id"]) == "tote:D1-1"
    (posting,) = [each for each in floor.rows.postings if each.reference == job["work_id"]]
    assert (posting.from_account, posting.reason) == ("robot:R1", "picked by hand")
    assert list(floor.core.state.withdrawn["R1"].taken) == [pack["pack_id"]]
    floor.send_off("D1")
    assert floor.row("D1").status.value == "dispatched"
    floor.sound()


def test_the_list_leaves_out_what_another_robot_has_or_what_can_wait() -> None:
    floor = centre()
    take_out(floor, back_at=MONDAY + 600.0)
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE)
    discharge(floor, "D2")
    floor.wait(60.0, floor.r1, floor.r2)
    assert listed(floor) == [], "R2 has the one, and R1 is back in time for the other"
    assert floor.claim("FLOOR") is None


def test_what_another_robot_has_is_not_fetched_by_hand_however_long_this_one_is_away() -> None:
    floor = centre()
    take_out(floor)
    floor.order("T1", (FLAT, 6))
    floor.order("T2", (FLAT, 2))
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE)
    floor.order("D2", (TALL, 1), order_class=OrderClass.DISCHARGE)
    floor.wait(60.0, floor.r1, floor.r2, floor.r3)
    assert listed(floor) == ["D2"]


def test_nobody_opens_a_robot_for_a_short_stop() -> None:
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 1800.0)
    stopped(floor, ENTER_AFTER_S - 60.0)
    assert listed(floor) == []
    stopped(floor, 120.0)
    assert listed(floor) == ["D1"]


def test_a_robot_that_comes_back_serves_its_lines_itself() -> None:
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 1800.0)
    stopped(floor, ENTER_AFTER_S + 60.0)
    assert listed(floor) == ["D1"]
    floor.r1.event(act.FaultCleared("O1"))
    assert listed(floor) == []
    assert floor.claim("FLOOR") is None
    assert len(floor.r1.only().steps) == 1


def test_it_comes_back_through_a_reference_run_and_two_tests_and_is_told_apart_from_the_books() -> None:
    floor = centre()
    take_out(floor)
    discharge(floor)
    floor.wait(60.0, floor.r1)
    job = floor.work("FLOOR")
    taken = job["packs"][0]["pack_id"]
    floor.do(act.PutBack("R1", "mended", "Ann", True))
    assert any(question.kind == "snapshot" and question.inventory for question in floor.questions)
    there = [pack.pack_id for pack in floor.core.state.book.packs.values() if pack.account == "robot:R1"]
    lost = there.pop()
    packs = tuple((pack_id, "", "", NEW) for pack_id in (*there, taken))
    floor.r1.seq += 1
    floor.tell(act.RobotInventory("R1", 1, floor.r1.seq, 1, 1, packs))
    assert floor.core.state.withdrawn["R1"].forget == [taken]
    assert floor.core.state.withdrawn["R1"].unexplained == [lost]
    floor.order("T1", (TALL, 1))
    returned(floor, "completed", "completed")
    assert floor.r1.open_tasks(TaskKind.PICK) == [], "not before its last test"
    returned_last = floor.r1.only(TaskKind.COUNT)
    ended(floor.r1, returned_last)
    assert floor.core.state.withdrawn == {}
    assert len(floor.r1.only().steps) == 1
    (row,) = floor.rows.rows["withdrawals"].values()
    assert (row.stage.value, row.confirmed_by) == ("back", "Ann")
    floor.sound()


@pytest.mark.parametrize("outcomes", [("aborted",), ("completed", "aborted")])
def test_a_step_that_fails_leaves_it_out(outcomes: tuple[str, ...]) -> None:
    floor = centre()
    take_out(floor)
    floor.do(act.PutBack("R1", "mended", "Ann", True))
    returned(floor, *outcomes)
    withdrawal = floor.core.state.withdrawn["R1"]
    assert withdrawal.stage.value == "out"
    assert "failed" in (withdrawal.failure or "")
    floor.order("T1", (TALL, 1))
    assert floor.r1.open_tasks(TaskKind.PICK) == []
    floor.wait(120.0, floor.r1, floor.r2, floor.r3)
    assert "stays out of work" in floor.core.state.alarms["robot.stopped/R1"].text


def test_it_stays_out_through_a_restart_and_its_return_goes_on() -> None:
    floor = centre()
    take_out(floor)
    floor.do(act.PutBack("R1", "mended", "Ann", True))
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive()
    floor.r2.arrive()
    assert floor.core.state.robots["R1"].withdrawn is not None
    floor.order("T1", (TALL, 1))
    assert floor.r1.open_tasks(TaskKind.PICK) == []


def test_it_is_not_put_back_while_a_fault_stands() -> None:
    floor = centre()
    take_out(floor)
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    with pytest.raises(Conflict, match="GRP-11 stands"):
        floor.do(act.PutBack("R1", "mended", "Ann", True))
    with pytest.raises(Conflict, match="out already"):
        take_out(floor)


def test_nothing_moves_before_somebody_has_looked_into_its_travel_area() -> None:
    floor = centre()
    take_out(floor)
    with pytest.raises(Conflict, match="travel area"):
        floor.do(act.PutBack("R1", "mended", "Ann", False))
    assert floor.r1.open_tasks(TaskKind.HOME) == []
