"""What a robot that is out holds up, as the bare core tells it."""

import pytest

from controller.domain.consequence import Consequence, Course, HeldUp, Prospect
from controller.domain.order import OrderClass
from controller.domain.robot import RobotFault
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.held_up import ANSWER_S, LEAST_WAY_OUT_S
from controller.engine.plan import GIVE_UP_AFTER_S
from controller.faults.standstill import REMEMBERED, Standstills
from tests.support.cores import FLAT, MONDAY, TALL, Floor, fault, packs_of


def centre() -> Floor:
    """FLAT stands in R1 and R2, TALL in R1 only."""
    return Floor(
        [*packs_of(FLAT, "robot:R1", 9), *packs_of(FLAT, "robot:R2", 9), *packs_of(TALL, "robot:R1", 4)]
    ).open()


def told(floor: Floor, robot: str = "R1") -> Consequence:
    return floor.core.state.outages.consequences[robot]


def order_of(floor: Floor, order_ref: str, robot: str = "R1") -> HeldUp:
    (held,) = [held for held in told(floor, robot).orders if held.order_ref == order_ref]
    return held


def stopped_in_tour(floor: Floor, *, gripped: bool) -> None:
    """R1 stops in a tour for T1, with a pack in its head or with none."""
    floor.order("T1", (TALL, 2))
    tour = floor.r1.only()
    floor.r1.begin(tour)
    if gripped:
        floor.r1.event(act.PackGripped(tour.task_id, tour.steps[0].item, tour.steps[0].pack_id))
    floor.r1.event(act.FaultRaised(fault("O1", 2)))


def stands(floor: Floor, seconds: float, *names: str) -> None:
    """The robots say that their faults stand, and answer nothing."""
    for _ in range(int(seconds // 20.0) + 1):
        floor.wait(20.0)
        for name in names or ("R1",):
            robot = {"R1": floor.r1, "R2": floor.r2}[name]
            robot.state(faults=(fault(f"O{name[1:]}", 2),))


def usual_stop(lasted_s: float) -> Standstills:
    """As if the last fifty stops had all lasted so long."""
    known = Standstills()
    for _ in range(REMEMBERED):
        known.note("GRP-11", lasted_s)
    return known


def codes(floor: Floor) -> list[str]:
    return [each.code for each in floor.core.state.faults.values() if each.robot == "R1"]


def take_out(floor: Floor, **more: float) -> None:
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann", **more))


def test_nothing_is_told_while_every_robot_works() -> None:
    floor = centre()
    floor.order("T1", (FLAT, 1))
    assert floor.core.state.outages.consequences == {}


def test_only_orders_that_nothing_else_can_serve_are_held_up() -> None:
    floor = centre()
    take_out(floor)
    floor.order("T1", (FLAT, 1))
    floor.order("D1", (TALL, 1), (FLAT, 1), order_class=OrderClass.DISCHARGE)
    floor.wait(90.0, floor.r1, floor.r2)
    (held,) = told(floor).orders
    assert (held.order_ref, held.packs, held.destination) == ("D1", 1, "GGH-WA1")
    assert held.course is Course.BY_HAND
    assert not held.late
    assert told(floor).products == 1
    assert told(floor).wanted_products == (TALL,)
    assert told(floor).why == "taken out by Ann: new belt"
    assert any("by hand (floor work)" in line for line in told(floor).to_do)
    assert any("Packs that it has too came from elsewhere: R2 2" in line for line in told(floor).done)


def test_an_order_that_is_due_sooner_than_anybody_can_help_is_late() -> None:
    floor = centre()
    stopped_in_tour(floor, gripped=False)
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 500.0)
    stands(floor, 61.0)
    held = order_of(floor, "D1")
    assert (held.course, held.prospect) == (Course.WAITS, Prospect.LATE)
    assert told(floor).first_late_at == held.late_from
    assert told(floor).late == 1
    assert any("nightshift robot out R1" in line for line in told(floor).to_do)
    assert any("GGH-WA1" in line for line in told(floor).to_do)


def test_what_people_can_fetch_out_of_it_is_in_time_however_long_it_stands() -> None:
    """They do so once it is late enough: the order is not called late until then."""
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE)
    for _ in range(6):
        stands(floor, 600.0)
        held = order_of(floor, "D1")
        assert held.prospect is Prospect.IN_TIME
        assert held.expected_at < held.late_from
    assert told(floor).back_at > held.late_from, "it would be late if it had to wait for the robot"


def test_what_the_robot_has_in_its_head_waits_for_it_and_is_graver_the_longer_it_stands() -> None:
    floor = centre()
    stopped_in_tour(floor, gripped=True)
    said = [order_of(floor, "T1").likelihood]
    prospects = [order_of(floor, "T1").prospect]
    while floor.now < order_of(floor, "T1").late_from - 300.0:
        stands(floor, 600.0)
        said.append(order_of(floor, "T1").likelihood)
        prospects.append(order_of(floor, "T1").prospect)
    assert said == sorted(said)
    assert list(dict.fromkeys(prospects)) == [Prospect.IN_TIME, Prospect.AT_RISK, Prospect.LATE]
    assert order_of(floor, "T1").course is Course.IN_ROBOT


def test_a_tour_of_which_nothing_is_gripped_is_given_up_soon_and_is_in_time() -> None:
    floor = centre()
    stopped_in_tour(floor, gripped=False)
    floor.core.state.standstills = usual_stop(3 * 3600.0)
    stands(floor, 61.0)
    assert order_of(floor, "T1").prospect is Prospect.IN_TIME
    stands(floor, GIVE_UP_AFTER_S + ANSWER_S)
    assert order_of(floor, "T1").prospect is Prospect.LATE, "it was to end the tour and does not"


def test_a_tour_of_a_robot_that_is_not_heard_is_not_given_up() -> None:
    floor = centre()
    floor.core.state.standstills = usual_stop(3 * 3600.0)
    stopped_in_tour(floor, gripped=False)
    floor.tell(floor.r1.presence("lost"))
    floor.wait(61.0)
    assert order_of(floor, "T1").course is Course.IN_ROBOT
    assert order_of(floor, "T1").likelihood > 0.5


def test_a_tour_that_a_drained_robot_ends_is_not_held_up() -> None:
    floor = centre()
    floor.order("T1", (TALL, 2))
    floor.r1.begin(floor.r1.only())
    floor.do(act.TakeOut("R1", HowOut.DRAIN, "new belt", "Ann"))
    floor.wait(61.0, floor.r1)
    assert told(floor).orders == ()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    stands(floor, 61.0)
    assert order_of(floor, "T1").course is Course.IN_ROBOT


def test_a_pack_that_a_person_looks_for_is_there_after_that() -> None:
    floor = centre()
    floor.core.state.standstills = usual_stop(3 * 3600.0)
    stopped_in_tour(floor, gripped=True)
    tour = floor.r1.only()
    stands(floor, 61.0)
    assert order_of(floor, "T1").prospect is Prospect.LATE
    floor.r1.event(act.CommandFinished(floor.r1.result(tour, "aborted", p1="unknown", p2="not_moved")))
    stands(floor, 61.0)
    assert floor.core.state.doubts
    assert order_of(floor, "T1").prospect is Prospect.IN_TIME


def test_of_two_faults_the_one_that_lasts_longer_counts() -> None:
    floor = centre()
    stopped_in_tour(floor, gripped=True)
    floor.r1.event(act.FaultRaised(RobotFault("O2", "CNV-41", 2, MONDAY)))
    floor.wait(61.0)
    assert order_of(floor, "T1").prospect is Prospect.LATE


def test_work_that_waits_at_the_check_leaves_less_time() -> None:
    floor = centre()
    stopped_in_tour(floor, gripped=True)
    before = order_of(floor, "T1").late_from
    floor.core.state.waiting_work["CHECK"] = dict.fromkeys(f"W{number}" for number in range(60))
    stands(floor, 61.0)
    assert order_of(floor, "T1").late_from < before - 1200.0


def test_who_is_further_down_the_list_is_fetched_later() -> None:
    floor = centre()
    take_out(floor)
    for number in range(5):
        floor.order(f"D{number}", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 3600.0 + number)
    floor.wait(90.0, floor.r1, floor.r2)
    expected = [order_of(floor, f"D{number}").expected_at for number in range(4)]
    assert expected == sorted(set(expected))


def test_how_long_such_stops_lasted_decides_what_is_said() -> None:
    floor = centre()
    stopped_in_tour(floor, gripped=True)
    for lasted_s, prospect in ((240.0, Prospect.IN_TIME), (3 * 3600.0, Prospect.LATE)):
        floor.core.state.standstills = usual_stop(lasted_s)
        stands(floor, 61.0)
        assert order_of(floor, "T1").prospect is prospect


def test_a_stop_that_is_over_is_learned_from_and_known_after_a_restart() -> None:
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    stands(floor, 7200.0)
    floor.r1.event(act.FaultCleared("O1"))
    first = Standstills().goes_on("GRP-11", 0.0, 3600.0)
    learned = floor.core.state.standstills.goes_on("GRP-11", 0.0, 3600.0)
    assert learned > first + 0.1
    floor.restart()
    assert floor.core.state.standstills.goes_on("GRP-11", 0.0, 3600.0) == learned


def test_once_its_fault_is_cleared_it_is_expected_as_soon_as_such_robots_come_back() -> None:
    floor = centre()
    floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    stands(floor, 7200.0)
    assert told(floor).back_at > floor.now + 3600.0
    floor.r1.event(act.FaultCleared("O1"), act.Noted("robot.door_closed", {"door": "D1"}))
    floor.wait(61.0, floor.r1)
    assert told(floor).back_at < floor.now + 600.0, "it waits for the word that it is empty, as after any stop"


def test_what_people_say_of_its_return_goes_before_what_is_usual_until_it_has_passed() -> None:
    floor = centre()
    take_out(floor, back_at=MONDAY + 3600.0)
    floor.wait(61.0, floor.r1)
    assert told(floor).back_at == MONDAY + 3600.0
    floor.now = MONDAY + 3660.0
    floor.wait(61.0, floor.r1)
    assert floor.now + 600.0 < told(floor).back_at < floor.now + 3600.0


def test_of_two_robots_that_have_it_either_may_come_back_first() -> None:
    floor = centre()
    for robot, occurrence in ((floor.r1, "O1"), (floor.r2, "O2")):
        robot.event(act.FaultRaised(fault(occurrence, 2)))
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 700.0)
    floor.order("D2", (TALL, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 700.0)
    stands(floor, 61.0, "R1", "R2")
    assert 0.0 < order_of(floor, "D1").likelihood < order_of(floor, "D2").likelihood


def test_a_robot_that_is_out_holds_up_what_is_wanted_before_its_window() -> None:
    floor = centre()
    floor.do(act.PlanMaintenance("R1", MONDAY + 6 * 3600.0, MONDAY + 7 * 3600.0, "belts", "Ann"))
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE)
    stands(floor, 61.0)
    assert not told(floor).planned
    assert order_of(floor, "D1").packs == 1


@pytest.mark.parametrize(("overdue_s", "late"), [(0.0, False), (3600.0, True)])
def test_an_order_that_has_missed_its_van_is_late_though_it_reaches_the_next(overdue_s: float, late: bool) -> None:
    floor = centre()
    take_out(floor)
    floor.order("T1", (TALL, 1), run="GGH-2")
    if overdue_s:
        floor.core.state.orders["T1"].due_at = floor.now - overdue_s
    floor.wait(90.0, floor.r1, floor.r2)
    (held,) = told(floor).orders
    assert held.late is late
    assert held.target_at > held.expected_at + LEAST_WAY_OUT_S


def test_a_tour_that_it_had_begun_is_held_up_in_it() -> None:
    floor = centre()
    floor.order("T1", (TALL, 2))
    floor.r1.begin(floor.r1.only())
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    (held,) = told(floor).orders
    assert (held.order_ref, held.packs, held.course) == ("T1", 2, Course.IN_ROBOT)


def test_it_is_kept_up_to_date_and_gone_when_the_robot_is_back() -> None:
    floor = centre()
    floor.r1.event(act.FaultRaised(fault("O1", 2)))
    floor.order("T1", (TALL, 1))
    assert told(floor).orders == (), "not looked at again within the minute"
    floor.now += 61.0
    floor.r1.state(faults=(fault("O1", 2),))
    assert [held.order_ref for held in told(floor).orders] == ["T1"]
    floor.r1.event(act.FaultCleared("O1"))
    assert "R1" not in floor.core.state.outages.consequences


def test_a_planned_stop_is_told_before_it_comes() -> None:
    floor = centre()
    floor.do(act.PlanMaintenance("R1", MONDAY + 3600.0, MONDAY + 7200.0, "belts", "Ann"))
    floor.order("T1", (TALL, 1), run="GGH-2")
    floor.core.state.outages.told_at = 0.0
    floor.wait(5.0, floor.r1, floor.r2)
    assert told(floor).planned
    assert told(floor).back_at == MONDAY + 7200.0
    assert told(floor).since == MONDAY + 3600.0


def test_a_planned_stop_holds_up_nothing_that_is_wanted_before() -> None:
    floor = Floor(packs_of(TALL, "robot:R1", 60)).open()
    floor.do(act.PlanMaintenance("R1", MONDAY + 3 * 3600.0, MONDAY + 4 * 3600.0, "belts", "Ann"))
    for number in range(12):
        floor.order(f"A{number}", (TALL, 2))
        floor.order(f"B{number}", (TALL, 2), run="GGH-2")
    floor.core.state.outages.told_at = 0.0
    floor.wait(5.0, floor.r1, floor.r2)
    assert {held.order_ref[0] for held in told(floor).orders} == {"B"}


def test_a_door_that_a_job_opens_is_no_fault() -> None:
    floor = centre()
    take_out(floor)
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE)
    floor.wait(60.0, floor.r1)
    job = floor.claim("FLOOR", "Bob")
    assert job is not None
    floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
    assert codes(floor) == []
    floor.do(act.FinishWork(job["work_id"], "Bob", moved=(job["packs"][0]["pack_id"],)))
    floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
    assert codes(floor) == ["SAF-70"]
