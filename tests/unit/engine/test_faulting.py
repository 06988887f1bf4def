"""Fault records: one for each fault, however it is heard of; what a stop took; what is recorded around it."""

import pytest

from controller.domain.errors import Invalid, NotFound
from controller.domain.fault import Fault
from controller.domain.robot import RobotFault
from controller.engine import actions as act
from controller.engine.recorder import CUT, LINES_AFTER_RESTART, MOST_LINES
from tests.support.cores import FLAT, MONDAY, NEW, OLD, Floor, packs_of

DOOR: dict[str, object] = {"door": "D-1"}


def told(occurrence: str, code: str = "GRP-10", level: int = 3, **place: str) -> RobotFault:
    return RobotFault(occurrence, code, level, MONDAY, **place)


def opened() -> Floor:
    return Floor(packs_of(FLAT, "robot:R1", 4)).open()


def records(floor: Floor) -> list[Fault]:
    return list(floor.rows.rows["faults"].values())


def kinds(floor: Floor, fault_id: str) -> list[str]:
    return [line.kind for line in floor.rows.recordings if line.fault_id == fault_id]


# ---- one record a fault -----------------------------------------------------------------------------------


def test_a_fault_has_a_record_from_raising_to_clearing() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", location="A-07-013", pack_id="P1", axis="x")))
    floor.now += 30.0
    floor.r1.event(act.FaultCleared("R1-1-F1"))
    (fault,) = records(floor)
    assert (fault.fault_id, fault.robot, fault.occurrence, fault.code) == ("F-000001", "R1", "R1-1-F1", "GRP-10")
    assert (fault.location, fault.pack_id, fault.axis) == ("A-07-013", "P1", "x")
    assert fault.cleared_at == fault.raised_at + 30.0
    entries = [*floor.rows.actions("fault.raised"), *floor.rows.actions("fault.cleared")]
    assert [entry.data["fault_id"] for entry in entries] == ["F-000001", "F-000001"]


def test_a_fault_seen_only_in_a_state_report_has_a_record_and_one_that_vanished_is_closed() -> None:
    floor = opened()
    floor.r1.state(faults=(told("R1-1-F1"), told("R1-1-F2", "VAC-14")))
    floor.r1.state(faults=(told("R1-1-F2", "VAC-14"),))
    first, second = records(floor)
    assert (first.code, first.cleared_at) == ("GRP-10", floor.now)
    assert (second.code, second.cleared_at) == ("VAC-14", None)
    assert set(floor.core.state.robots["R1"].faults) == {"R1-1-F2"}


def test_the_event_and_the_state_report_of_one_fault_make_one_record() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    floor.r1.state(faults=(told("R1-1-F1"),))
    assert len(records(floor)) == 1


def test_numbers_go_on_and_standing_faults_are_known_after_a_restart() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.state(faults=(told("R1-1-F1"), told("R1-1-F2")))
    assert [(fault.fault_id, fault.cleared_at) for fault in records(floor)] == [("F-000001", None), ("F-000002", None)]


def test_a_robot_that_boots_without_its_fault_closes_it() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    floor.r1.boot()
    floor.r1.arrive()
    assert records(floor)[0].cleared_at is not None


# ---- symptoms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "code", "level"),
    [
        (act.Noted("robot.door_opened", DOOR), act.Noted("robot.door_closed", DOOR), "SAF-70", 2),
        (
            act.Noted("robot.estop_pressed", {"station": "S-1"}),
            act.Noted("robot.estop_released", {"station": "S-1"}),
            "SAF-71",
            1,
        ),
    ],
)
def test_an_interlock_is_a_fault_while_it_is_open(begins: act.Noted, ends: act.Noted, code: str, level: int) -> None:
    floor = opened()
    floor.r1.event(begins, begins)
    (fault,) = records(floor)
    assert (fault.code, fault.level, fault.cleared_at) == (code, level, None)
    floor.r1.event(ends)
    assert records(floor)[0].cleared_at is not None


def test_a_state_report_does_not_close_what_only_a_symptom_shows() -> None:
    floor = opened()
    floor.r1.event(act.Noted("robot.door_opened", DOOR))
    floor.r1.state()
    assert records(floor)[0].cleared_at is None


def test_a_lost_contact_is_a_fault_until_the_robot_is_trusted_again() -> None:
    floor = opened()
    floor.tell(floor.r1.presence("lost"))
    (fault,) = records(floor)
    assert (fault.robot, fault.code, fault.level) == ("R1", "NET-90", 2)
    floor.r1.boot()
    floor.r1.arrive()
    assert records(floor)[0].cleared_at is not None


def test_silence_is_a_lost_contact_and_a_goodbye_is_none() -> None:
    floor = opened()
    floor.tell(floor.r2.presence("offline"))
    assert records(floor) == []
    floor.wait(60.0, floor.r3)
    assert {(fault.robot, fault.code) for fault in records(floor)} == {("R1", "NET-90")}


def test_our_own_loss_of_the_broker_is_no_robots_fault() -> None:
    floor = opened()
    floor.tell(act.LinkChanged(False))
    floor.wait(60.0)
    assert records(floor) == []


def test_a_robot_that_parks_for_want_of_power_has_one_fault() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", "PWR-80", 1)))
    floor.tell(floor.r1.presence("lost"))
    assert [fault.code for fault in records(floor)] == ["PWR-80"]


def test_a_watchdogs_boot_says_what_the_lost_contact_was() -> None:
    floor = opened()
    floor.tell(floor.r1.presence("lost"))
    floor.r1.boot()
    floor.tell(floor.r1.presence("online"))
    floor.r1.event(act.Booted("J-1", "watchdog"))
    floor.r1.state()
    (fault,) = records(floor)
    assert (fault.code, fault.cleared_at) == ("NET-92", floor.now)


def test_a_stock_that_differs_is_a_fault_until_it_agrees() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 4))
    floor.tell(act.LinkChanged(True))
    floor.tell(floor.r1.presence("online"), floor.r1.factsheet(), floor.r1.next_state(checksum="0" * 16))
    assert [(fault.code, fault.cleared_at) for fault in records(floor)] == [("STK-52", None)]
    floor.r1.boot()
    floor.r1.arrive()
    assert records(floor)[0].cleared_at is not None


@pytest.mark.parametrize("first", ["symptom", "fault"])
def test_a_missing_pack_is_one_fault_whichever_the_robot_tells_first(first: str) -> None:
    floor = opened()
    missing = act.Noted("robot.pack_missing", {"pack_id": "012.R1.OLD.1", "location": "A-07-013"})
    raised = act.FaultRaised(told("R1-1-F1", "STK-50", location="A-07-013", pack_id="012.R1.OLD.1"))
    floor.r1.event(*((missing, raised) if first == "symptom" else (raised, missing)))
    (fault,) = records(floor)
    assert (fault.occurrence, fault.cleared_at) == ("R1-1-F1", None)
    floor.r1.event(act.FaultCleared("R1-1-F1"))
    assert records(floor)[0].cleared_at is not None


def test_an_unknown_pack_is_a_fault_that_is_over_at_once() -> None:
    floor = opened()
    floor.r1.event(act.Noted("robot.pack_found", {"pack_id": None, "location": "A-07-013"}))
    (fault,) = records(floor)
    assert (fault.code, fault.cleared_at) == ("STK-51", fault.raised_at)


@pytest.mark.parametrize(("batch", "codes"), [("B1", ["STK-53"]), ("B9", [])])
def test_another_expiry_than_the_batch_has_is_a_fault_and_another_batch_is_none(batch: str, codes: list[str]) -> None:
    floor = opened()
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "B1", NEW, 2),), "Ann"))
    job = floor.claim("GOODS-IN")
    assert job is not None
    robot = {"R1": floor.r1, "R2": floor.r2}[job["robot"]]
    robot.event(act.PackOffered("O1", "raw", FLAT, batch, OLD, None, 50, 80, 30))
    assert [fault.code for fault in records(floor)] == codes


# ---- what a stop took -------------------------------------------------------------------------------------


def test_the_time_of_a_stop_is_counted_for_the_fault_that_began_it() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", "AXX-01", 2)))
    floor.now += 60.0
    floor.r1.event(act.FaultRaised(told("R1-1-F2", "AXZ-05", 2)))
    floor.r1.event(act.FaultCleared("R1-1-F1"))
    floor.now += 40.0
    floor.r1.event(act.FaultCleared("R1-1-F2"))
    first, second = records(floor)
    assert (first.stopped_s, second.stopped_s) == (100.0, 0.0)


def test_a_stop_lasts_until_the_robot_works_again_not_until_its_fault_is_over() -> None:
    floor = opened()
    floor.tell(floor.r1.presence("lost"))
    floor.now += 100.0
    floor.r1.boot()
    floor.tell(floor.r1.presence("online"), floor.r1.factsheet(), floor.r1.next_state(packml=15))
    assert records(floor)[0].cleared_at == floor.now
    floor.now += 20.0
    floor.r1.event(act.MachineStateChanged(4))
    assert records(floor)[0].stopped_s == 120.0


def test_an_open_door_stops_the_robot_before_its_machine_state_says_so() -> None:
    floor = opened()
    floor.r1.event(act.Noted("robot.door_opened", DOOR))
    floor.now += 5.0
    floor.tell(act.Tick())
    assert floor.core.state.stops == {"R1": ("F-000001", MONDAY)}


def test_a_stop_is_counted_across_a_restart_of_ours() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", "AXX-01", 2)))
    floor.now += 60.0
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.state()
    assert records(floor)[0].stopped_s == 60.0


def test_a_fault_that_stops_nothing_counts_no_time() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    floor.now += 60.0
    floor.r1.event(act.FaultCleared("R1-1-F1"))
    assert records(floor)[0].stopped_s == 0.0


# ---- the flight recorder ----------------------------------------------------------------------------------


def test_the_minute_before_a_fault_is_kept_and_what_follows_until_it_clears() -> None:
    floor = opened()
    floor.now += 100.0
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.now += 59.0
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    floor.do(act.CommandRobot("R1", "hold", "look", "Ann"))
    floor.tell(act.RobotFrames("R1", (act.TelemetryFrame(floor.now, (("vacuum_mbar", -400.0),)),)))
    floor.r1.event(act.FaultCleared("R1-1-F1"))
    kept = [line for line in floor.rows.recordings if line.fault_id == "F-000001"]
    assert [line.kind for line in kept] == [
        "command", "report", "state", "person", "command", "telemetry", "report"
    ]  # fmt: skip
    assert (kept[0].data["task_id"], kept[0].data["order_ref"]) == (task.task_id, "T1")
    assert kept[1].data["what"] == "fault_raised"
    assert kept[2].data["orders"] == ["T1"]
    assert (kept[3].data["what"], kept[3].data["actor"]) == ("command_robot", "Ann")
    assert kept[5].data == {"at": floor.now, "vacuum_mbar": -400.0}
    floor.r1.event(act.MachineStateChanged(4))
    assert len(kinds(floor, "F-000001")) == len(kept)


def test_alarms_of_the_robot_are_in_its_recording() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", "AXX-01", 2)))
    floor.wait(120.0)
    kept = [
        line.data["alarm_id"] for line in floor.rows.recordings if (line.fault_id, line.kind) == ("F-000001", "alarm")
    ]
    assert kept
    assert set(kept) == {alarm.alarm_id for alarm in floor.rows.rows["alarms"].values() if alarm.robot == "R1"}


def test_what_is_older_than_a_minute_or_of_another_robot_is_not_kept() -> None:
    floor = opened()
    floor.now += 100.0
    floor.r1.event(act.Noted("robot.fault_updated", {"occurrence": "x", "note": "old"}))
    floor.now += 61.0
    floor.r2.event(act.Noted("robot.fault_updated", {"occurrence": "x", "note": "other"}))
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    assert kinds(floor, "F-000001") == ["report", "state"]


def test_nothing_is_written_while_nothing_fails() -> None:
    floor = opened()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    assert floor.rows.recordings == []


def test_a_recording_is_bounded_and_says_so() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    frames = tuple(act.TelemetryFrame(floor.now, ()) for _ in range(MOST_LINES))
    floor.tell(act.RobotFrames("R1", frames))
    kept = kinds(floor, "F-000001")
    assert (len(kept), kept[-1], kept.count(CUT)) == (MOST_LINES, CUT, 1)


def test_the_recording_goes_on_after_a_restart() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")))
    before = len(floor.rows.recordings)
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.state(faults=(told("R1-1-F1"),))
    floor.tell(act.RobotFrames("R1", tuple(act.TelemetryFrame(floor.now, ()) for _ in range(MOST_LINES))))
    assert len(floor.rows.recordings) == before + LINES_AFTER_RESTART


# ---- conditions -------------------------------------------------------------------------------------------


def condition(robot: str, at: float, generation: int = 1) -> act.RobotCondition:
    feature = act.ConditionFeature("cycle_time_s", None, 5, 11.0, 12.0)
    return act.RobotCondition(robot, generation, at - 300.0, at, (feature,))


def test_conditions_are_kept_and_held_for_two_days() -> None:
    floor = opened()
    floor.tell(condition("R1", floor.now))
    floor.now += 2 * 86_400.0 + 1.0
    floor.tell(condition("R1", floor.now))
    assert [kept.at for kept in floor.core.state.conditions["R1"]] == [floor.now]
    assert [kept.at for kept in floor.rows.conditions] == [MONDAY, floor.now]
    assert floor.rows.conditions[0].features[0].subject == ""


def test_strangers_and_earlier_lives_have_no_condition() -> None:
    floor = opened()
    floor.r1.boot()
    floor.r1.arrive()
    floor.tell(condition("R9", floor.now), condition("R1", floor.now, generation=1))
    assert floor.rows.conditions == []


def test_once_a_day_what_is_too_old_is_forgotten() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1")), act.FaultRaised(told("R1-1-F2")), act.FaultCleared("R1-1-F1"))
    floor.jump_to(MONDAY + 8 * 86_400.0)
    assert list(floor.core.state.faults) == ["F-000002"]
    assert set(floor.core.state.fault_of) == {"R1-1-F2"}


# ---- what people found ------------------------------------------------------------------------------------


def test_cause_and_cure_are_written_down_and_the_later_word_counts() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", "VAC-14")))
    floor.do(act.RecordFinding("F-000001", "loose_hose", "tighten_hose", "Ann"))
    answer = floor.do(act.RecordFinding("F-000001", "worn_cup", "replace_cup", "Ben", "cracked"))
    assert (answer["cause"], answer["found_at"]) == ("worn_cup", floor.now)
    (fault,) = records(floor)
    assert (fault.cause, fault.remedy, fault.found_by, fault.found_at) == ("worn_cup", "replace_cup", "Ben", floor.now)
    entry = floor.rows.actions("fault.found")[-1]
    assert (entry.actor, entry.data["old_cause"], entry.data["note"]) == ("Ben", "loose_hose", "cracked")


def test_an_unknown_fault_and_a_cause_that_nobody_knows_are_refused() -> None:
    floor = opened()
    floor.r1.event(act.FaultRaised(told("R1-1-F1", "VAC-14")))
    with pytest.raises(NotFound, match="no fault F-000009"):
        floor.do(act.RecordFinding("F-000009", "worn_cup", "replace_cup", "Ann"))
    with pytest.raises(Invalid, match="usual for VAC-14: worn_cup, clogged_filter, loose_hose"):
        floor.do(act.RecordFinding("F-000001", "worn-cup", "replace_cup", "Ann"))
    assert records(floor)[0].cause is None
