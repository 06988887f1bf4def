"""Which source gets which tour, what it waits for, what is taken back, and what is written down about it."""

from collections.abc import Sequence
from dataclasses import replace

from controller.domain.decision import Passed
from controller.domain.order import OrderClass
from controller.domain.pack import Pack
from controller.domain.robot import RobotFault
from controller.domain.task import TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.plan import GIVE_UP_AFTER_S, WITHDRAW_AFTER_S
from controller.ledger import fefo
from tests.support.cores import BARE, FLAT, MONDAY, NEW, SHELF, TALL, Floor, order_of, packs_of, small_master


def floor_with_places(places: int, stock: Sequence[Pack]) -> Floor:
    master = small_master()
    return Floor(stock, replace(master, site=replace(master.site, collation_places=places))).open()


def begun(floor: Floor) -> set[str]:
    return {task.order_ref or "" for task in floor.core.state.tasks.values() if task.kind is TaskKind.PICK}


# ---- release control ------------------------------------------------------------------------------------------


def test_an_order_is_begun_only_where_a_tote_has_a_place() -> None:
    floor = floor_with_places(1, [*packs_of(FLAT, "robot:R1", 9), *packs_of(TALL, "robot:R2", 9)])
    floor.order("T1", (FLAT, 2))
    floor.order("T2", (TALL, 2))
    assert begun(floor) == {"T1"}, "R2 stands idle: there is no place for a second tote"
    floor.r1.work_off()
    assert begun(floor) == {"T2"}, "the first tote has left its place"
    (decision,) = [each for each in floor.rows.decisions if each.order_ref == "T2"]
    assert decision.held_up_by == "no collation place"
    floor.sound()


def test_some_places_are_kept_for_those_who_cannot_wait() -> None:
    floor = floor_with_places(5, [*packs_of(FLAT, "robot:R1", 30), *packs_of(TALL, "robot:R2", 30)])
    for number in range(1, 7):
        floor.order(f"T{number}", (TALL if number % 2 else FLAT, 7))
    floor.do(order_of("TD", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 3600.0, run=None))
    for _ in range(12):
        for robot in (floor.r1, floor.r2):
            for task in robot.open_tasks(TaskKind.PICK)[:1]:
                for step in task.steps:
                    robot.deliver(task, step.pack_id)
        if "TD" in {decision.order_ref for decision in floor.rows.decisions}:
            break
        assert len(floor.core.state.filling) <= 4
    assert "TD" in {decision.order_ref for decision in floor.rows.decisions}


def test_a_tote_that_waits_for_stock_takes_no_place() -> None:
    floor = floor_with_places(1, [*packs_of(FLAT, "robot:R1", 2), *packs_of(TALL, "robot:R2", 9)])
    floor.order("T1", (FLAT, 3))
    floor.r1.work_off()
    assert len(floor.core.state.filling) == 1, "a pack of T1 is still to come"
    floor.order("T2", (TALL, 2))
    assert begun(floor) == {"T2"}


def test_an_order_that_cannot_be_begun_keeps_no_other_from_a_free_place() -> None:
    floor = floor_with_places(
        1, [*packs_of(FLAT, "robot:R1", 9), *packs_of(TALL, "robot:R2", 9), *packs_of(BARE, "robot:R1", 9)]
    )
    floor.order("T1", (FLAT, 2))
    floor.order("T2", (TALL, 2))
    floor.order("T3", (BARE, 2))
    floor.r2.event(act.FaultRaised(JAM))
    first = floor.r1.only()
    for step in first.steps:
        floor.r1.deliver(first, step.pack_id)
    floor.r1.end(first)
    assert begun(floor) == set(), "the place is T2's, and R2 has stopped"
    floor.wait(5.0)
    assert begun(floor) == {"T3"}


# ---- a stopped robot ------------------------------------------------------------------------------------------


JAM = RobotFault("F1", "AXX-01", 2, MONDAY)


def stop(floor: Floor) -> None:
    floor.r1.event(act.FaultRaised(JAM))


def stand_still(floor: Floor, seconds: float) -> None:
    """R1 goes on saying that it has stopped, R2 that it is well."""
    for _ in range(int(seconds / 5.0)):
        floor.now += 5.0
        floor.mono_s += 5.0
        floor.tell(floor.r1.next_state(faults=(JAM,)), floor.r2.next_state(), act.Tick())


def test_a_robot_that_stays_stopped_gives_back_what_it_has_not_begun() -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 8), *packs_of(FLAT, "robot:R2", 6)]).open()
    floor.r2.event(act.FaultRaised(RobotFault("F0", "AXX-01", 2, floor.now)))
    floor.order("T1", (FLAT, 6))
    floor.order("T2", (FLAT, 2))
    first, second = floor.r1.open_tasks(TaskKind.PICK)
    floor.r1.begin(first)
    stop(floor)
    floor.r1.event(act.CommandAccepted(second.task_id))
    stand_still(floor, WITHDRAW_AFTER_S - 10.0)
    assert not floor.r1.open_tasks(TaskKind.CANCEL), "most stops are over by then"
    stand_still(floor, 20.0)
    assert {task.target for task in floor.r1.open_tasks(TaskKind.CANCEL)} == {second.task_id}
    assert first.status is TaskStatus.RUNNING


def test_a_robot_that_stands_for_long_gives_up_the_tour_in_which_it_stopped_and_another_fetches_the_packs() -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 4), *packs_of(FLAT, "robot:R2", 4)]).open()
    floor.r2.event(act.FaultRaised(RobotFault("F0", "AXX-01", 2, floor.now)))
    floor.order("T1", (FLAT, 2))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    stop(floor)
    floor.r2.event(act.FaultCleared("F0"))
    stand_still(floor, GIVE_UP_AFTER_S - 10.0)
    assert not floor.r1.open_tasks(TaskKind.CANCEL)
    stand_still(floor, 20.0)
    (cancel,) = floor.r1.open_tasks(TaskKind.CANCEL)
    assert cancel.target == tour.task_id
    assert not floor.r2.open_tasks(TaskKind.PICK), "not before the robot has said what it moved"
    floor.r1.end(tour, "cancelled", p1="not_moved", p2="not_moved")
    assert len(floor.r2.only().steps) == 2
    floor.sound()


def test_a_tour_with_all_packs_gripped_is_not_asked_back() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 4)).open()
    floor.order("T1", (FLAT, 1))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    floor.r1.event(act.PackGripped(tour.task_id, 1, tour.steps[0].pack_id))
    stop(floor)
    stand_still(floor, GIVE_UP_AFTER_S + 20.0)
    assert not floor.r1.open_tasks(TaskKind.CANCEL)


def test_a_robot_that_drains_ends_its_tour_however_long_that_takes() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 4)).open()
    floor.order("T1", (FLAT, 2))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    floor.do(act.TakeOut("R1", HowOut.DRAIN, "cleaning", "Ann"))
    floor.wait(GIVE_UP_AFTER_S + 60.0, floor.r1, floor.r2, floor.r3)
    assert not tour.cancel_asked


def test_what_a_stopped_robot_gives_back_goes_to_another() -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 8), *packs_of(FLAT, "robot:R2", 8)]).open()
    floor.r2.event(act.FaultRaised(RobotFault("F0", "AXX-01", 2, floor.now)))
    floor.order("T1", (FLAT, 6))
    floor.order("T2", (FLAT, 2))
    first, second = floor.r1.open_tasks(TaskKind.PICK)
    floor.r1.begin(first)
    floor.r1.event(act.CommandAccepted(second.task_id))
    stop(floor)
    floor.r2.event(act.FaultCleared("F0"))
    assert not floor.r2.open_tasks(TaskKind.PICK), "all is bound at R1"
    stand_still(floor, WITHDRAW_AFTER_S + 10.0)
    (cancel,) = floor.r1.open_tasks(TaskKind.CANCEL)
    floor.r1.event(
        act.CommandFinished(
            act.ResultReport(
                second.task_id,
                "cancelled",
                tuple(act.PackReport(step.item, step.pack_id, "not_moved") for step in second.steps),
                "asked",
            )
        )
    )
    floor.r1.end(cancel)
    assert {task.order_ref for task in floor.r2.open_tasks(TaskKind.PICK)} == {second.order_ref}
    floor.sound()


# ---- who gets it ------------------------------------------------------------------------------------------------


def test_a_busy_holder_leaves_a_line_to_the_other_one() -> None:
    stock = [*packs_of(FLAT, "robot:R1", 40), *packs_of(TALL, "robot:R1", 20), *packs_of(TALL, "robot:R2", 20)]
    floor = Floor(stock).open()
    floor.step(
        act.Submission(order_of("TBOTH", (TALL, 6))),
        *(act.Submission(order_of(f"TSOLE{number}", (FLAT, 6))) for number in range(5)),
    )
    assert {task.order_ref for task in floor.r2.open_tasks(TaskKind.PICK)} == {"TBOTH"}
    assert "TBOTH" not in {task.order_ref for task in floor.r1.open_tasks(TaskKind.PICK)}


def test_a_decision_tells_what_it_beat_and_why_not_the_others() -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 9), *packs_of(FLAT, "robot:R2", 9)]).open()
    floor.r2.event(act.FaultRaised(RobotFault("F0", "AXX-01", 2, floor.now)))
    floor.step(act.Submission(order_of("T1", (FLAT, 2), run="GGH-2")), act.Submission(order_of("T2", (FLAT, 2))))
    first = floor.rows.decisions[0]
    assert (first.order_ref, first.source, first.beat) == ("T2", "robot:R1", "T1"), "its van leaves two hours sooner"
    assert [(other.source, other.passed) for other in first.others] == [("robot:R2", Passed.OUT_OF_SERVICE)]
    assert first.work_ref == floor.r1.open_tasks(TaskKind.PICK)[0].task_id
    assert first.slack_s > 0
    assert (first.left, first.waiting_orders) == (2, 2)


def test_a_person_who_picks_gets_a_reasoned_choice_as_well() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 4)).open()
    floor.order("T1", (SHELF, 2))
    job = floor.claim("MANUAL-A")
    assert job is not None
    assert [(decision.source, decision.work_ref) for decision in floor.rows.decisions] == [
        ("area:MANUAL-A", job["work_id"])
    ]


def test_older_stock_that_goes_lets_the_next_holder_serve() -> None:
    """FEFO keeps R2 from its newer packs while R1 has older ones; when those are bound, R2 is asked again."""
    floor = Floor([*packs_of(FLAT, "robot:R1", 2), *packs_of(FLAT, "robot:R2", 4, batch="NEW", expiry=NEW)]).open()
    floor.order("T1", (FLAT, 4))
    served = {task.robot: len(task.steps) for task in floor.core.state.tasks.values() if task.kind is TaskKind.PICK}
    assert served == {"R1": 2, "R2": 2}
    assert not floor.rows.fefo_exceptions, "by then the older packs were bound: nothing was passed over"


def with_older_stock_in_a_stopped_robot(order: act.SubmitOrder) -> Floor:
    stock = [*packs_of(FLAT, "robot:R1", 4), *packs_of(FLAT, "robot:R2", 4, batch="NEW", expiry=NEW)]
    floor = Floor(stock).open()
    stop(floor)
    floor.do(order)
    return floor


def test_an_order_with_time_waits_for_older_stock_for_as_long_as_the_stop_is_old() -> None:
    floor = with_older_stock_in_a_stopped_robot(order_of("T1", (FLAT, 2)))
    assert not floor.r2.open_tasks(TaskKind.PICK), "its van leaves in more than two hours"
    stand_still(floor, 50 * 60.0)
    assert not floor.r2.open_tasks(TaskKind.PICK), "another 50 min would still be in time"
    stand_still(floor, 10 * 60.0)
    assert len(floor.r2.only().steps) == 2
    assert {exception.reason for exception in floor.rows.fefo_exceptions} == {fefo.OUT_OF_SERVICE}


def test_a_patient_does_not_wait_for_older_stock() -> None:
    discharge = order_of("TD", (FLAT, 2), order_class=OrderClass.DISCHARGE, due_at=MONDAY + 2 * 3600.0, run=None)
    floor = with_older_stock_in_a_stopped_robot(discharge)
    assert len(floor.r2.only().steps) == 2


# ---- one batch --------------------------------------------------------------------------------------------------


def test_a_line_of_one_batch_takes_the_first_batch_that_has_enough() -> None:
    stock = [*packs_of(FLAT, "robot:R1", 2), *packs_of(FLAT, "robot:R2", 5, batch="NEW", expiry=NEW)]
    floor = Floor(stock).open()
    floor.do(replace(order_of("T1"), lines=(act.LineRequest(FLAT, 3, single_batch=True),)))
    (task,) = floor.r2.open_tasks(TaskKind.PICK)
    assert len(task.steps) == 3
    assert not floor.r1.open_tasks(TaskKind.PICK)
    assert {exception.reason for exception in floor.rows.fefo_exceptions} == {fefo.ONE_BATCH}
    assert floor.row("T1").lines[0].batch == "NEW"


def test_what_no_single_batch_holds_is_short_and_says_so() -> None:
    stock = [*packs_of(FLAT, "robot:R1", 2), *packs_of(FLAT, "robot:R2", 3, batch="NEW", expiry=NEW)]
    floor = Floor(stock).open()
    floor.do(replace(order_of("T1"), lines=(act.LineRequest(FLAT, 4, single_batch=True),)))
    floor.r2.work_off()
    (line,) = floor.row("T1").lines
    assert (line.gathered, line.short, line.short_reason) == (3, 1, "no more packs of its batch")
    floor.sound()


# ---- learning ---------------------------------------------------------------------------------------------------


def test_the_time_of_a_tour_is_learned_from_one_start_to_the_next() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 12)).open()
    floor.order("T1", (FLAT, 12))
    first, second = floor.r1.open_tasks(TaskKind.PICK)
    floor.r1.begin(first)
    floor.now += 100.0
    for step in first.steps:
        floor.r1.event(act.PackGripped(first.task_id, step.item, step.pack_id))
    floor.now += 20.0
    floor.r1.begin(second)
    learned = floor.rows.rows["timings"]
    assert set(learned) == {"R1/tour/", "R1/pack/0"}
    assert floor.core.state.times.tour_s("R1", [30.0] * 6) > 60.0, "the tour of six took two minutes, not 47 s"
    floor.restart()
    assert floor.core.state.times.tour_s("R1", [30.0] * 6) > 60.0


def test_a_tour_with_a_stop_in_it_teaches_nothing() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 12)).open()
    floor.order("T1", (FLAT, 12))
    first, second = floor.r1.open_tasks(TaskKind.PICK)
    floor.r1.begin(first)
    stop(floor)
    floor.now += 900.0
    floor.r1.event(act.FaultCleared("F1"))
    for step in first.steps:
        floor.r1.event(act.PackGripped(first.task_id, step.item, step.pack_id))
    floor.r1.begin(second)
    assert not floor.rows.rows["timings"]


def test_the_time_of_a_job_is_learned_from_taking_to_finishing() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 4)).open()
    floor.order("T1", (SHELF, 2))
    job = floor.claim("MANUAL-A", "Ann")
    assert job is not None
    floor.now += 300.0
    floor.do(act.FinishWork(job["work_id"], "Ann", moved=tuple(pack["pack_id"] for pack in job["packs"])))
    assert set(floor.rows.rows["timings"]) == {"MANUAL-A/hand_pick/job", "MANUAL-A/hand_pick/pack"}
    assert floor.core.state.attendance.people("MANUAL-A", floor.now) == 1
    assert floor.core.state.attendance.people("MANUAL-A", floor.now + 3600.0) == 0
