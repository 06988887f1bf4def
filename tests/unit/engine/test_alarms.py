"""Alarms from a standing condition to a named person: raised late enough, once, and under what explains them."""

from typing import Any

import pytest

from controller.domain.alarm import Alarm, Priority
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.order import OrderClass
from controller.domain.robot import RobotFault
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine.state import Timings
from controller.faults.alarms import AlarmState, state_of
from tests.support.cores import FLAT, Floor, StandInRobot, order_of, packs_of


def _floor() -> Floor:
    """Open, and seen to be."""
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    _pass(floor, 5.0)
    return floor


def _fail(robot: StandInRobot, code: str, level: int = 2, *, occurrence: str = "O-1", location: str = "A-07") -> None:
    robot.event(act.FaultRaised(RobotFault(occurrence, code, level, robot.floor.now, location=location)))


def _alarms(floor: Floor) -> list[Alarm]:
    """Those that are shown."""
    return [alarm for alarm in floor.core.state.alarms.values() if not alarm.suppressed]


def _only(floor: Floor) -> Alarm:
    (alarm,) = _alarms(floor)
    return alarm


def _raised(floor: Floor) -> list[str]:
    return [str(entry.data["condition"]) for entry in floor.rows.actions("alarm.raised")]


def _no_duplicates(floor: Floor) -> None:
    """Of the committed alarms that have not ended, no two are of one condition."""
    open_ones = [alarm.condition for alarm in floor.rows.rows["alarms"].values() if alarm.ended_at is None]
    assert len(open_ones) == len(set(open_ones))


def _everybody(floor: Floor) -> tuple[StandInRobot, ...]:
    return floor.r1, floor.r2, floor.r3


def _pass(
    floor: Floor,
    seconds: float,
    *,
    without: tuple[StandInRobot, ...] = (),
    states: dict[str, dict[str, Any]] | None = None,
) -> None:
    """Time passes; all but some robots report every twenty seconds, with the faults that stand."""
    passed = 0.0
    while passed < seconds:
        floor.now += 5.0
        floor.mono_s += 5.0
        passed += 5.0
        for robot in _everybody(floor):
            if robot not in without and passed % 20.0 == 0.0:
                said = (states or {}).get(robot.name, {})
                robot.state(faults=tuple(robot.robot.faults.values()), **said)
        floor.tell(act.Tick())


class TestWhatIsAnAlarm:
    def test_a_stop_that_clears_itself_is_none(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 40.0)
        floor.r1.event(act.FaultCleared("O-1"))
        _pass(floor, 300.0)
        assert _raised(floor) == []

    def test_a_stop_that_lasts_is_one_with_what_to_do(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 50.0)
        alarm = _only(floor)
        assert (alarm.condition, alarm.robot, alarm.priority) == ("robot.stopped/R1", "R1", Priority.MEDIUM)
        assert "AXX-01" in alarm.text
        assert "A-07" in alarm.text
        assert alarm.respond_by == alarm.raised_at + 900.0
        fault = floor.core.state.faults[alarm.fault_id or ""]
        assert fault.alarm_id == alarm.alarm_id

    def test_it_ends_when_the_robot_has_worked_for_a_while(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 50.0)
        floor.r1.event(act.FaultCleared("O-1"))
        _pass(floor, 55.0)
        assert len(_alarms(floor)) == 1
        _pass(floor, 15.0)
        assert _alarms(floor) == []
        assert floor.rows.actions("alarm.ended")[0].data["ended_by"] == "condition gone"

    def test_it_stays_the_alarm_of_its_own_fault_when_a_graver_one_comes(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-03", 2)
        _pass(floor, 50.0)
        raised = _only(floor)
        _fail(floor.r1, "AXY-04", 1, occurrence="O-2")
        _pass(floor, 10.0)
        both = floor.core.state.alarms["robot.stopped/R1"]
        assert both.text.startswith(raised.text)
        assert "AXY-04" in both.text
        assert (both.fault_id, both.raised_at) == (raised.fault_id, raised.raised_at)
        floor.r1.event(act.FaultCleared("O-1"))
        _pass(floor, 10.0)
        left = floor.core.state.alarms["robot.stopped/R1"]
        assert "AXX-03" not in left.text
        assert floor.core.state.faults[left.fault_id or ""].code == "AXY-04"

    def test_orders_that_only_the_stopped_robot_can_fill_make_it_urgent(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        floor.do(order_of("T1", (FLAT, 2), order_class=OrderClass.DISCHARGE))
        _pass(floor, 50.0)
        alarm = next(alarm for alarm in _alarms(floor) if alarm.kind == "robot.stopped")
        assert alarm.priority is Priority.HIGH

    def test_what_waits_becomes_urgent_when_time_runs_out(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 50.0)
        assert _only(floor).priority is Priority.MEDIUM
        floor.do(order_of("T1", (FLAT, 2), order_class=OrderClass.DISCHARGE))
        _pass(floor, 70.0)
        alarm = next(alarm for alarm in _alarms(floor) if alarm.kind == "robot.stopped")
        assert alarm.priority is Priority.HIGH
        assert floor.rows.actions("alarm.escalated")

    def test_a_planned_stop_is_none(self) -> None:
        floor = _floor()
        floor.core.state.robots["R1"].maintenance = "M1"
        _fail(floor.r1, "AXX-01")
        _pass(floor, 60.0)
        assert _raised(floor) == []

    @pytest.mark.parametrize(
        ("code", "level", "condition", "priority"),
        [
            ("IDN-31", 1, "robot.patient/R1:IDN-31", Priority.CRITICAL),
            ("AXC-08", 1, "robot.collision/R1", Priority.CRITICAL),
            ("VAC-14", 3, "robot.degraded/R1", Priority.LOW),
            ("FRG-61", 3, "robot.fridge/R1", Priority.MEDIUM),
            ("PM-99", 4, "robot.maintenance_due/R1", Priority.LOW),
        ],
    )
    def test_each_sort_of_fault_has_its_condition(
        self, code: str, level: int, condition: str, priority: Priority
    ) -> None:
        floor = _floor()
        _fail(floor.r1, code, level)
        _pass(floor, 130.0)
        alarm = next(alarm for alarm in _alarms(floor) if alarm.condition == condition)
        assert alarm.priority is priority

    def test_the_same_fault_three_times_in_half_an_hour_is_told_apart_from_each(self) -> None:
        floor = _floor()
        for number in range(3):
            _fail(floor.r1, "GRP-10", 3, occurrence=f"O-{number}")
            floor.r1.event(act.FaultCleared(f"O-{number}"))
            _pass(floor, 120.0)
        assert _raised(floor) == ["robot.repeated/R1:GRP-10:A-07"]

    def test_a_pack_of_which_nobody_knows_is_one_after_ten_minutes(self) -> None:
        floor = _floor()
        floor.order("T1", (FLAT, 1))
        task = floor.r1.only()
        floor.r1.begin(task)
        floor.r1.end(task, "aborted", p1="unknown")
        _pass(floor, 590.0)
        assert "robot.doubts/R1" not in _raised(floor)
        _pass(floor, 20.0)
        assert "robot.doubts/R1" in _raised(floor)

    def test_a_lane_that_nobody_clears_is_one_after_a_quarter_of_an_hour(self) -> None:
        floor = _floor()
        floor.r1.event(act.OfferLapsed("F1"))
        _pass(floor, 890.0)
        assert _raised(floor) == []
        _pass(floor, 20.0)
        assert _raised(floor) == ["robot.lane/R1"]
        floor.work("FLOOR")
        _pass(floor, 60.0)
        assert _alarms(floor) == []

    def test_packs_that_nothing_takes_off_an_input_belt(self) -> None:
        floor = _floor()
        floor.r2.state(input_waiting=3)
        _pass(floor, 890.0, states={floor.r2.name: {"input_waiting": 3}})
        assert _raised(floor) == []
        _pass(floor, 30.0, states={floor.r2.name: {"input_waiting": 3}})
        assert _raised(floor) == ["robot.lane/R2"]

    def test_a_robot_that_a_person_must_confirm(self) -> None:
        floor = _floor()
        floor.r1.state(journal_id="J-9")
        _pass(floor, 5.0)
        alarm = _only(floor)
        assert (alarm.condition, alarm.priority) == ("robot.quarantined/R1", Priority.HIGH)

    def test_orders_that_somebody_can_still_save_are_one_alarm_a_van(self) -> None:
        floor = _floor()
        state = floor.core.state
        for number in range(3):
            floor.do(order_of(f"T{number}", (FLAT, 1)))
        state.outlook.late = dict.fromkeys(("T0", "T1", "T2"))
        for order_ref in ("T0", "T1"):
            state.promises[order_ref].rescue = "hand-pick 1 pack."
        state.outlook.next_at = state.outlook.looked_at = float("inf")
        _pass(floor, 55.0)
        assert _raised(floor) == []
        _pass(floor, 10.0)
        alarm = _only(floor)
        assert alarm.condition == "orders.late/GGH-1/2026-11-23"
        assert alarm.text.startswith("2 orders, the first T0, for GGH-1/2026-11-23 will be late unless: hand-pick")
        state.outlook.late = {}
        _pass(floor, 310.0)
        assert _alarms(floor) == []

    def test_orders_that_a_robot_makes_late_stand_under_its_alarm_and_show_when_that_is_over(self) -> None:
        floor = _floor()
        state = floor.core.state
        _fail(floor.r1, "AXX-01")
        floor.do(order_of("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 900.0))
        state.outlook.late, state.promises["D1"].rescue = {"D1": None}, "hand-pick 1 pack."
        state.outlook.next_at = state.outlook.looked_at = float("inf")
        _pass(floor, 130.0)
        assert [alarm.condition for alarm in _alarms(floor)] == ["robot.stopped/R1"]
        hidden = state.alarms["orders.late/courier/R1"]
        assert (hidden.suppressed, hidden.root) == (True, _only(floor).alarm_id)
        assert "held up by R1" in hidden.text
        floor.r1.event(act.FaultCleared("O-1"))
        _pass(floor, 70.0)
        (shown,) = _alarms(floor)
        assert (shown.condition, shown.alarm_id) == ("orders.late/courier/R1", hidden.alarm_id)
        assert _raised(floor)[-1] == "orders.late/courier/R1"
        _no_duplicates(floor)

    def test_orders_that_no_robot_makes_late_are_shown_beside_its_alarm(self) -> None:
        floor = _floor()
        state = floor.core.state
        _fail(floor.r2, "AXX-01")
        floor.do(order_of("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 900.0))
        state.outlook.late, state.promises["D1"].rescue = {"D1": None}, "hand-pick 1 pack."
        state.outlook.next_at = state.outlook.looked_at = float("inf")
        _pass(floor, 130.0)
        assert {alarm.condition for alarm in _alarms(floor)} == {"robot.stopped/R2", "orders.late/courier"}

    def test_what_must_never_be_is_critical_until_somebody_has_looked(self) -> None:
        floor = _floor()
        floor.tell(act.InvariantViolated("I1", "a pack twice"))
        _pass(floor, 5.0)
        alarm = _only(floor)
        assert (alarm.condition, alarm.priority) == ("site.invariant/I1", Priority.CRITICAL)
        with pytest.raises(Conflict):
            floor.do(act.ResetAlarm(alarm.alarm_id, "looked", "Ann"))
        _pass(floor, 1300.0)
        floor.do(act.ResetAlarm(alarm.alarm_id, "corrected the ledger", "Ann"))
        assert _alarms(floor) == []

    def test_a_database_that_refused_is_told_when_it_is_over(self) -> None:
        floor = _floor()
        floor.tell(act.StoreFailed("disk full"))
        _pass(floor, 400.0)
        alarm = _only(floor)
        assert state_of(alarm) is AlarmState.RETURNED
        assert "disk full" in alarm.text
        floor.do(act.AcknowledgeAlarm(alarm.alarm_id, "Ann"))
        assert _alarms(floor) == []


class TestOneAlarmForOneCause:
    def test_a_chattering_sensor(self) -> None:
        floor = _floor()
        for number in range(60):
            _fail(floor.r1, "SEN-22", occurrence=f"O-{number}")
            _pass(floor, 50.0)
            floor.r1.event(act.FaultCleared(f"O-{number}"))
            _pass(floor, 30.0)
        assert _raised(floor).count("robot.stopped/R1") == 1
        alarm = next(alarm for alarm in floor.core.state.alarms.values() if alarm.kind == "robot.stopped")
        assert alarm.times > 50
        _no_duplicates(floor)

    def test_the_loss_of_our_link(self) -> None:
        floor = _floor()
        floor.tell(act.LinkChanged(False))
        _pass(floor, 300.0, without=_everybody(floor))
        assert _raised(floor) == ["site.link/tiny"]
        assert list(floor.core.state.alarms) == ["site.link/tiny"], "of robots nobody can say anything now"
        floor.tell(act.LinkChanged(True))
        for robot in _everybody(floor):
            floor.tell(robot.presence("lost"))
        _pass(floor, 30.0, without=_everybody(floor))
        assert _raised(floor) == ["site.link/tiny"]

    def test_a_robot_that_stays_away_after_the_link_is_back_is_shown(self) -> None:
        floor = _floor()
        floor.tell(act.LinkChanged(False))
        _pass(floor, 20.0, without=_everybody(floor))
        floor.tell(act.LinkChanged(True))
        floor.tell(floor.r2.presence("lost"))
        for robot in (floor.r1, floor.r3):
            robot.state()
        _pass(floor, 20.0, without=(floor.r2,))
        assert "robot.silent/R2" not in _raised(floor)
        _pass(floor, 120.0, without=(floor.r2,))
        assert "robot.silent/R2" in _raised(floor)

    def test_a_switch_that_takes_three_robots_away(self) -> None:
        floor = _floor()
        for robot in _everybody(floor):
            floor.tell(robot.presence("lost"))
            floor.now += 1.0
        _pass(floor, 60.0, without=_everybody(floor))
        assert _raised(floor) == ["site.network/tiny"]
        assert len(floor.core.state.alarms) == 4

    def test_robots_lost_one_by_one_have_no_common_cause(self) -> None:
        floor = _floor()
        floor.tell(floor.r1.presence("lost"))
        _pass(floor, 20.0, without=(floor.r1,))
        floor.tell(floor.r2.presence("lost"))
        _pass(floor, 20.0, without=(floor.r1, floor.r2))
        assert _raised(floor) == ["robot.silent/R1", "robot.silent/R2"]

    def test_a_power_dip(self) -> None:
        floor = _floor()
        for robot in (floor.r1, floor.r2):
            _fail(robot, "PWR-80", 1, occurrence=f"P-{robot.name}")
        _pass(floor, 60.0)
        assert _raised(floor) == ["site.power/tiny"]
        floor.r1.event(act.FaultCleared("P-R1"))
        floor.r2.event(act.FaultCleared("P-R2"))
        _pass(floor, 300.0)
        alarm = _only(floor)
        assert state_of(alarm) is AlarmState.RETURNED

    def test_what_follows_from_a_stop_is_under_it_and_shown_when_it_is_over(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 50.0)
        _fail(floor.r1, "VAC-14", 3, occurrence="O-2")
        _pass(floor, 150.0)
        root = _only(floor)
        assert root.kind == "robot.stopped"
        assert floor.core.state.alarms["robot.degraded/R1"].root == root.alarm_id
        floor.r1.event(act.FaultCleared("O-1"))
        _pass(floor, 90.0)
        assert _only(floor).condition == "robot.degraded/R1"
        assert _raised(floor) == ["robot.stopped/R1", "robot.degraded/R1"]

    def test_a_storm_of_two_hundred_faults_shows_the_root_first(self) -> None:
        floor = _floor()
        for number in range(200):
            robot = _everybody(floor)[number % 3]
            code, level = (("PWR-80", 1), ("AXX-01", 2), ("VAC-14", 3), ("GRP-10", 3))[number % 4]
            _fail(robot, code, level, occurrence=f"{robot.name}-{number}", location=f"A-{number % 7:02}")
        for robot in _everybody(floor):
            floor.tell(robot.presence("lost"))
        _pass(floor, 300.0, without=_everybody(floor))
        assert _alarms(floor)[0].kind == "site.power"
        assert len(_alarms(floor)) <= 3
        _no_duplicates(floor)


class TestPeople:
    def _stopped(self) -> tuple[Floor, str]:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 50.0)
        return floor, _only(floor).alarm_id

    def test_acknowledged_by_name_and_the_first_name_stays(self) -> None:
        floor, alarm_id = self._stopped()
        _pass(floor, 20.0)
        floor.do(act.AcknowledgeAlarm(alarm_id, "Ann"))
        assert floor.do(act.AcknowledgeAlarm(alarm_id, "Bob"))["acknowledged_by"] == "Ann"
        (entry,) = floor.rows.actions("alarm.acknowledged")
        assert (entry.actor, entry.subject) == ("Ann", f"alarm:{alarm_id}")
        assert (entry.data["priority"], entry.data["waited_s"]) == ("medium", 20.0)
        with pytest.raises(NotFound):
            floor.do(act.AcknowledgeAlarm("A-000099", "Ann"))

    def test_a_shelf_ends_by_time_and_the_alarm_is_new_again(self) -> None:
        floor, alarm_id = self._stopped()
        floor.do(act.ShelveAlarm(alarm_id, "waits for the part", floor.now + 60.0, "Ann"))
        assert state_of(_only(floor)) is AlarmState.SHELVED
        _pass(floor, 70.0)
        assert state_of(_only(floor)) is AlarmState.UNACKNOWLEDGED
        assert floor.rows.actions("alarm.unshelved")

    def test_a_shelf_is_for_a_shift_at_the_most(self) -> None:
        floor, alarm_id = self._stopped()
        with pytest.raises(Invalid):
            floor.do(act.ShelveAlarm(alarm_id, "no hurry", floor.now + 9 * 3600.0, "Ann"))
        floor.do(act.ShelveAlarm(alarm_id, "no hurry", floor.now + 3600.0, "Ann"))
        floor.do(act.UnshelveAlarm(alarm_id, "in a hurry after all", "Bob"))
        assert state_of(_only(floor)) is AlarmState.UNACKNOWLEDGED

    def test_an_open_door_is_reset_by_a_person_when_it_is_closed(self) -> None:
        floor = _floor()
        floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
        _pass(floor, 5.0)
        alarm = floor.core.state.alarms["robot.door/R1"]
        with pytest.raises(Conflict):
            floor.do(act.ResetAlarm(alarm.alarm_id, "travel area empty", "Ann"))
        floor.r1.event(act.Noted("robot.door_closed", {"door": "D1"}))
        _pass(floor, 600.0)
        assert state_of(floor.core.state.alarms["robot.door/R1"]) is AlarmState.LATCHED_UNACKNOWLEDGED
        floor.do(act.ResetAlarm(alarm.alarm_id, "travel area empty", "Ann"))
        assert "robot.door/R1" not in floor.core.state.alarms
        assert floor.rows.actions("alarm.reset")[0].actor == "Ann"

    def test_who_puts_a_robot_back_has_seen_that_it_is_safe(self) -> None:
        floor = _floor()
        floor.r1.event(act.Noted("robot.estop_pressed", {"station": "S1"}))
        _pass(floor, 5.0)
        if "R1" not in floor.core.state.withdrawn:
            floor.do(act.TakeOut("R1", HowOut.STOP, "look", "Ann"))
        floor.r1.event(act.Noted("robot.estop_released", {"station": "S1"}))
        floor.do(act.PutBack("R1", "looked", "Ann", travel_area_empty=True))
        assert floor.rows.actions("alarm.reset")[0].actor == "Ann"
        assert "robot.estop/R1" not in floor.core.state.alarms

    def test_what_people_do_at_a_robot_that_they_took_out_is_no_alarm(self) -> None:
        floor = _floor()
        floor.do(act.TakeOut("R1", HowOut.STOP, "new belts", "Ann"))
        floor.r1.event(act.Noted("robot.door_opened", {"door": "D1"}))
        _fail(floor.r1, "AXX-01")
        _pass(floor, 120.0)
        assert _raised(floor) == []

    def test_out_of_service_it_does_not_alarm_and_back_it_does_at_once(self) -> None:
        floor, _ = self._stopped()
        floor.do(act.TakeConditionOutOfService("robot.stopped/R1", "rebuilt", floor.now + 86_400.0, "Ann"))
        _pass(floor, 300.0)
        assert _alarms(floor) == []
        with pytest.raises(Conflict):
            floor.do(act.TakeConditionOutOfService("robot.stopped/R1", "again", floor.now + 60.0, "Ann"))
        floor.do(act.PutConditionBackInService("robot.stopped/R1", "done", "Bob"))
        assert _only(floor).condition == "robot.stopped/R1"
        assert floor.rows.actions("alarm.back_in_service")[0].actor == "Bob"

    def test_a_time_out_of_service_ends_by_itself(self) -> None:
        floor, _ = self._stopped()
        floor.do(act.TakeConditionOutOfService("robot.stopped/R1", "rebuilt", floor.now + 60.0, "Ann"))
        _pass(floor, 30.0)
        assert _alarms(floor) == []
        _pass(floor, 40.0)
        assert _only(floor).condition == "robot.stopped/R1"

    @pytest.mark.parametrize("condition", ["robot.door/R1", "robot.patient/R1:IDN-31"])
    def test_safety_stays_in_service(self, condition: str) -> None:
        floor = _floor()
        with pytest.raises(Conflict):
            floor.do(act.TakeConditionOutOfService(condition, "too loud", floor.now + 60.0, "Ann"))
        with pytest.raises(NotFound):
            floor.do(act.TakeConditionOutOfService("robot.odd/R1", "?", floor.now + 60.0, "Ann"))


class TestRestart:
    def test_an_alarm_outlives_the_controller_in_every_state(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _fail(floor.r2, "AXX-01", occurrence="O-2")
        floor.r3.event(act.Noted("robot.estop_pressed", {"station": "S1"}))
        _pass(floor, 50.0)
        first, second = (floor.core.state.alarms[f"robot.stopped/{name}"] for name in ("R1", "R2"))
        floor.do(act.AcknowledgeAlarm(first.alarm_id, "Ann"))
        floor.do(act.ShelveAlarm(second.alarm_id, "later", floor.now + 3600.0, "Ann"))
        floor.do(act.TakeConditionOutOfService("robot.lane/R1", "rebuilt", floor.now + 3600.0, "Ann"))
        before = dict(floor.core.state.alarms)
        floor.restart()
        assert floor.core.state.alarms == before
        floor.tell(act.LinkChanged(True))
        _pass(floor, 60.0)
        assert {key: state_of(alarm) for key, alarm in floor.core.state.alarms.items() if key in before} == {
            key: state_of(alarm) for key, alarm in before.items()
        }
        assert "robot.lane/R1" in floor.core.state.out_of_service

    def test_numbers_go_on_after_a_restart(self) -> None:
        floor = _floor()
        _fail(floor.r1, "AXX-01")
        _pass(floor, 50.0)
        floor.r1.event(act.FaultCleared("O-1"))
        _pass(floor, 100.0)
        floor.restart()
        floor.tell(act.StoreFailed("gone for a moment"))
        assert _only(floor).alarm_id == "A-000002"

    def test_what_only_the_group_explains_stays_hidden(self) -> None:
        floor = _floor()
        for robot in _everybody(floor):
            floor.tell(robot.presence("lost"))
        _pass(floor, 30.0, without=_everybody(floor))
        floor.restart()
        floor.tell(act.LinkChanged(True))
        _pass(floor, 300.0, without=_everybody(floor))
        assert _raised(floor) == ["site.network/tiny"]
        assert [alarm.kind for alarm in _alarms(floor)] == ["site.network"]
        assert len(floor.core.state.alarms) == 4

    @pytest.mark.parametrize("retained", [None, "offline"])
    def test_robots_that_start_after_us_are_not_lost(self, retained: str | None) -> None:
        floor = self._back_after_an_hour(retained)
        _pass(floor, 100.0, without=_everybody(floor))
        for robot in _everybody(floor):
            robot.boot()
            robot.arrive()
        _pass(floor, 300.0)
        assert _raised(floor) == []
        assert floor.core.state.alarms == {}

    def test_what_the_broker_kept_of_a_robot_is_not_heard_from_it_now(self) -> None:
        floor = self._back_after_an_hour("offline")
        for robot in _everybody(floor):
            robot.state()
            floor.tell(robot.presence("offline"))
        _pass(floor, 100.0, without=_everybody(floor))
        assert _raised(floor) == []

    @pytest.mark.parametrize("retained", [None, "offline"])
    def test_a_robot_that_was_lost_while_we_were_away_is_told_once_it_has_had_the_time_to_start(
        self, retained: str | None
    ) -> None:
        floor = self._back_after_an_hour(retained)
        for robot in (floor.r1, floor.r3):
            robot.arrive()
        _pass(floor, 110.0, without=(floor.r2,))
        assert _raised(floor) == []
        _pass(floor, 30.0, without=(floor.r2,))
        assert _raised(floor) == ["robot.silent/R2"]

    def test_the_first_connection_may_take_a_minute(self) -> None:
        floor = _floor()
        floor.restart()
        _pass(floor, 55.0, without=_everybody(floor))
        assert _raised(floor) == []
        _pass(floor, 25.0, without=_everybody(floor))
        assert _raised(floor) == ["site.link/tiny"]

    def test_a_fast_site_clock_leaves_machines_a_real_minute_to_start(self) -> None:
        floor = self._back_after_an_hour(None, Timings.at_speed(60.0))
        _pass(floor, 55.0 * 60.0, without=_everybody(floor))
        assert _raised(floor) == []
        _pass(floor, 10.0 * 60.0, without=_everybody(floor))
        assert _raised(floor) == ["site.network/tiny"]

    def _back_after_an_hour(self, retained: str | None, timings: Timings | None = None) -> Floor:
        """`retained`: what the broker has kept of every robot's presence."""
        floor = _floor()
        floor.now += 3600.0
        floor.restart(timings=timings)
        floor.tell(act.LinkChanged(True), act.Tick())
        if retained:
            floor.tell(*(robot.presence(retained) for robot in _everybody(floor)))
        return floor


@pytest.mark.parametrize("changed", [{"packml": 11}, {"packml": 9}, {"mode": "maintenance"}])
def test_a_robot_that_stands_for_no_reason_that_anybody_gave_is_told_until_somebody_gives_one(
    changed: dict[str, object],
) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.r1.state(**changed)
    floor.wait(15.0)
    floor.r1.state(**changed)
    assert "robot.stopped/R1" not in floor.core.state.alarms, "it may go on by itself"
    for _ in range(3):
        floor.wait(15.0)
        floor.r1.state(**changed)
    assert "nobody has taken it out" in floor.core.state.alarms["robot.stopped/R1"].text
    floor.do(act.TakeOut("R1", HowOut.STOP, "new belt", "Ann"))
    for _ in range(5):
        floor.wait(15.0)
        floor.r1.state(**changed)
    assert "robot.stopped/R1" not in floor.core.state.alarms
