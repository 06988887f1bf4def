"""Probable causes of faults, and warnings before them, as the engine keeps them."""

from dataclasses import replace

from controller.domain.alarm import Alarm
from controller.domain.fault import Fault
from controller.domain.robot import RobotFault
from controller.engine import actions as act
from controller.engine.suspicion import LATE_S
from controller.faults.conditions import WARNING
from tests.support.cores import FLAT, NEW, TALL, Floor

EVERY_S = 300.0
SOUND = {"vacuum_mbar": -600.0, "vacuum_leak_mbar_s": 4.0, "vacuum_idle_leak_mbar_s": 2.0, "vacuum_build_s": 0.35}
LEAKS = {**SOUND, "vacuum_mbar": -450.0, "vacuum_leak_mbar_s": 16.0}
VACUUM = {"worn_cup", "loose_hose", "clogged_filter"}


def condition(floor: Floor, robot: str, values: dict[str, float], at: float | None = None) -> act.RobotCondition:
    ended_at = floor.now if at is None else at
    features = tuple(
        act.ConditionFeature(name, "H1", 40, value * (1.0 + 0.002 * (int(ended_at / EVERY_S) % 5)), value * 1.05)
        for name, value in values.items()
    )
    return act.RobotCondition(robot, 1, ended_at - EVERY_S, ended_at, features)


def work_on(floor: Floor, values: dict[str, float], times: int) -> None:
    """Both ambient robots tell their condition; R1 the given one, R2 that it is sound."""
    for _ in range(times):
        floor.now += EVERY_S
        floor.mono_s += EVERY_S
        floor.tell(condition(floor, "R1", values), condition(floor, "R2", SOUND))
        floor.tell(act.Tick(loop_pause_s=EVERY_S))


def raise_fault(floor: Floor, occurrence: str = "R1-1-F1") -> None:
    floor.r1.event(act.FaultRaised(RobotFault(occurrence, "VAC-14", 3, floor.now)))


def fault(floor: Floor) -> Fault:
    found: Fault = floor.rows.rows["faults"]["F-000001"]
    return found


def warnings(floor: Floor) -> list[Alarm]:
    return [alarm for alarm in floor.rows.rows["alarms"].values() if alarm.kind == WARNING]


def test_a_fault_has_its_probable_causes_from_the_turn_in_which_it_is_raised() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 40)
    floor.tell(condition(floor, "R1", LEAKS))
    raise_fault(floor)
    suspects = fault(floor).suspects
    assert suspects[0].cause in VACUUM
    assert any("leak" in reason for reason in suspects[0].evidence_for)


def test_a_condition_that_comes_late_changes_what_is_suspected() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 40)
    raise_fault(floor)
    before, raised_at = fault(floor).suspects, floor.now
    floor.now += 5.0
    floor.tell(condition(floor, "R1", LEAKS, at=raised_at - 1.0))
    assert before
    assert fault(floor).suspects != before


def test_what_comes_much_later_or_is_of_after_the_fault_changes_nothing() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 40)
    raise_fault(floor)
    before, raised_at = fault(floor).suspects, floor.now
    floor.now += 5.0
    floor.tell(condition(floor, "R1", LEAKS))
    floor.now += LATE_S
    floor.tell(condition(floor, "R1", LEAKS, at=raised_at - 1.0))
    assert fault(floor).suspects == before


def test_a_forecast_asks_for_no_causes() -> None:
    floor = Floor(()).open()
    floor.core.state.timings = replace(floor.core.state.timings, promise_every_s=None)
    raise_fault(floor)
    assert fault(floor).suspects == ()


def test_a_part_that_wears_is_warned_of_until_it_is_cured() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 60)
    work_on(floor, LEAKS, 60)
    (alarm,) = warnings(floor)
    assert alarm.subject.startswith("R1/")
    assert alarm.subject.removeprefix("R1/") in VACUUM
    assert (alarm.robot, alarm.ended_at) == ("R1", None)
    assert "usually" in alarm.text
    work_on(floor, SOUND, 60)
    assert warnings(floor)[0].active is False


def test_after_a_restart_it_is_known_what_is_usual_and_what_was_warned_of() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 60)
    work_on(floor, LEAKS, 60)
    floor.restart()
    assert floor.core.state.watcher.usual("R1")
    floor.tell(act.LinkChanged(True), act.Tick())
    floor.jump_to(floor.now + 2 * 3600.0)
    assert [alarm.active for alarm in warnings(floor)] == [True]


def test_a_warning_that_nothing_kept_speaks_for_goes_at_a_restart() -> None:
    floor = Floor(()).open()
    work_on(floor, SOUND, 60)
    work_on(floor, LEAKS, 60)
    floor.rows.conditions.clear()
    floor.rows.rows["checkpoints"].clear()
    floor.restart()
    floor.tell(act.LinkChanged(True), act.Tick())
    floor.jump_to(floor.now + 2 * 3600.0)
    assert [alarm.active for alarm in warnings(floor)] == [False]


def test_what_comes_with_one_product_again_and_again_is_a_new_size_and_no_dusty_curtain() -> None:
    def suspected(*gtins: str) -> dict[str, float]:
        floor = Floor(()).open()
        work_on(floor, SOUND, 40)
        for number, gtin in enumerate(gtins):
            floor.now += 9000.0
            floor.r1.event(
                act.FaultRaised(RobotFault(f"R1-1-F{number}", "SEN-21", 3, floor.now)),
                act.PackOffered(f"O{number}", "raw", gtin, "B1", NEW, None, 80, 80, 80),
            )
            floor.r1.event(act.FaultCleared(f"R1-1-F{number}"))
        last = floor.rows.rows["faults"][f"F-{len(gtins):06d}"]
        return {suspect.cause: suspect.probability for suspect in last.suspects}

    one, several = suspected(FLAT, FLAT, FLAT), suspected(TALL, TALL, FLAT)
    assert one["new_pack_size"] > 2 * several["new_pack_size"]
    assert max(one, key=lambda cause: one[cause]) == "new_pack_size"
