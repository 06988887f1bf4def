"""Hidden causes strike, show, are cured or not; and the truth about them stays in the simulator's own record."""

from collections import Counter
from collections.abc import Callable

import pytest

from controller.protocol.codec import encode
from controller.protocol.commands import Calibrate, Home
from controller.protocol.events import (
    CalibrationMeasured,
    CommandAccepted,
    CommandFinished,
    CommandRefused,
    DoorOpened,
    EstopPressed,
    FaultCleared,
    FaultRaised,
    LocalAction,
    OfferLapsed,
    PackFound,
    PackMissing,
    PackOffered,
)
from controller.protocol.reports import Presence, Telemetry
from controller.protocol.vocabulary import PackOutcome, Refusal, RobotKind
from simulator.audit import audit_physical
from simulator.hardware import scanner
from simulator.hardware.catalogue import ROWS
from simulator.hardware.causes import CAUSES
from simulator.hardware.gs1 import Reading
from simulator.mishaps import UnknownMishap, kind_of
from simulator.record import cause_line
from tests.unit.simulator.busy_robot import GTINS, BusyRobot

HOUR_S = 3600.0
UNSAID = {"IDN-31", "STK-52", "STK-53", "SAF-70", "SAF-71", "NET-90", "NET-92"}
"""Codes of which the robot itself raises no fault when their cause strikes."""


def busy(code: str, **choices: object) -> BusyRobot:
    kind = RobotKind.FRIDGE if code.startswith("FRG") else RobotKind.AMBIENT
    return BusyRobot(kind=kind, packs=100, rest_s=60.0, **choices)  # type: ignore[arg-type]


def work_until(
    robot: BusyRobot, done: Callable[[], object], step_s: float = 60.0, limit_s: float = 12 * 3600.0
) -> None:
    """Work until it is so; fails where it never is."""
    end_at = robot.now + limit_s
    while not done():
        assert robot.now < end_at, robot.log.entries[-5:]
        robot.run(step_s)


def outcomes(robot: BusyRobot) -> Counter[PackOutcome]:
    return Counter(pack.outcome for told in robot.told(CommandFinished) for pack in told.result.packs)


def raised(robot: BusyRobot) -> list[tuple[str, int]]:
    return [(told.fault.code, told.fault.level) for told in robot.told(FaultRaised)]


# --- each fault of Table B --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ROWS)
def test_each_fault_strikes_is_told_is_cured_and_the_robot_works_on(code: str) -> None:
    robot = busy(code)
    robot.run(HOUR_S / 4)
    robot.inject(code)
    work_until(
        robot,
        lambda: robot.truth_of("cured") or (nothing_wrong(robot) and robot.truth_of("struck")),
        HOUR_S / 2,
        24 * HOUR_S,
    )
    assert code in {entry.code for entry in robot.truth_of("struck")}
    assert (code in {told for told, _ in raised(robot)}) == (code not in UNSAID)
    for told in robot.told(FaultRaised):
        if told.fault.code == code:
            assert told.fault.level == ROWS[code].level or code == "AXX-02"
    robot.run(HOUR_S / 4)
    work_until(robot, lambda: not robot.centre.mishaps.truth("R1")["faults"])
    before = robot.picks
    robot.run(HOUR_S / 2)
    assert robot.picks > before
    cleared = Counter(told.occurrence for told in robot.told(FaultCleared))
    if code not in ("PWR-80", "IDN-31"):
        assert cleared == Counter(told.fault.occurrence for told in robot.told(FaultRaised))
    assert audit_physical(robot.record.movements, robot.centre.site).findings == []


def nothing_wrong(robot: BusyRobot) -> bool:
    return not robot.robot.machine.troubles.active


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_can_be_injected_by_name_and_strikes(cause: str) -> None:
    robot = busy(CAUSES[cause].strikes[0].code, repairs=False)
    robot.run(120.0)
    robot.inject(cause=cause)
    for _ in range(24):
        robot.run(HOUR_S / 4)
        if robot.truth_of("struck"):
            break
    assert robot.truth_of("struck")[0].cause == cause


@pytest.mark.parametrize("code", ["STK-53", "IDN-31"])
def test_what_is_not_in_a_reading_cannot_be_spoilt(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blow that changed nothing would be a fault that nobody can ever see."""
    robot = busy(code)
    with monkeypatch.context() as patched:
        patched.setattr(scanner, "_code", lambda machine, pack: Reading(""))
        robot.inject(code)
        robot.run(HOUR_S)
        assert robot.told(PackOffered)
        assert not robot.truth_of("struck")
    work_until(robot, lambda: robot.truth_of("struck"))
    assert [entry.code for entry in robot.truth_of("struck")] == [code]


# --- what they do -----------------------------------------------------------------------------------------------


def test_a_grip_that_fails_leaves_the_pack_on_its_shelf_and_names_the_place() -> None:
    robot = busy("GRP-10", repairs=False)
    robot.inject(cause="sagging_shelf")
    robot.run(2 * HOUR_S)
    fault = next(told.fault for told in robot.told(FaultRaised) if told.fault.code == "GRP-10")
    assert fault.location is not None
    assert fault.command_id is not None
    assert outcomes(robot)[PackOutcome.NOT_MOVED] >= 1
    left = [
        pack.pack_id
        for told in robot.told(CommandFinished)
        for pack in told.result.packs
        if pack.outcome is PackOutcome.NOT_MOVED
    ]
    stands = {pack.pack_id for pack in robot.robot.machine.shelved.values()}
    assert set(left) <= stands
    assert all(robot.robot.inventory.place(pack_id or "") is not None for pack_id in left)


def test_a_sagging_shelf_hinders_on_one_shelf_only() -> None:
    robot = busy("GRP-10", repairs=False)
    robot.inject(cause="sagging_shelf")
    robot.run(6 * HOUR_S)
    shelves = {(told.fault.location or "").rpartition("-")[0] for told in robot.told(FaultRaised)}
    assert len(shelves) == 1


def test_a_dropped_pack_lies_in_the_tray() -> None:
    robot = busy("GRP-11", repairs=False)
    robot.inject("GRP-11")
    robot.run(HOUR_S / 2)
    assert outcomes(robot)[PackOutcome.DROPPED] == 1
    assert len(robot.robot.machine.tray) == 1


def test_a_pack_gone_astray_is_missed_and_stands_elsewhere() -> None:
    robot = busy("STK-50", repairs=False, feeding=False)
    robot.inject("STK-50")
    robot.run(HOUR_S / 2)
    (missed,) = robot.told(PackMissing)
    assert raised(robot) == [("STK-50", 3)]
    assert any(pack.pack_id == missed.pack_id for pack in robot.robot.machine.shelved.values())
    assert robot.robot.enter_found("Ann", missed.pack_id)


def test_a_pack_where_none_should_be_is_found_and_put_right() -> None:
    robot = busy("STK-51", repairs=False)
    robot.inject("STK-51")
    work_until(robot, lambda: robot.told(PackFound), 2.0)
    (found,) = robot.told(PackFound)
    assert found.pack_id is None
    assert ("STK-51", 3) in raised(robot)
    machine, inventory = robot.robot.machine, robot.robot.inventory
    aside = machine.troubles.active[0].aside
    assert aside is not None
    assert machine.layout.location(found.location) in machine.shelved
    assert robot.remedy("identify_pack") == ["unrecorded_pack"]
    assert machine.shelved[aside[1]].pack_id == aside[0]
    stands = {pack.pack_id: place for place, pack in machine.shelved.items()}
    assert dict(inventory.places()) == stands


def test_a_jammed_loader_brings_nothing_while_the_head_works_on() -> None:
    robot = waiting_for_a_person("INP-33")
    offers, picks = len(robot.told(PackOffered)), robot.picks
    robot.run(HOUR_S)
    assert len(robot.told(PackOffered)) == offers
    assert robot.picks > picks
    robot.remedy("clear_loader")
    robot.run(60.0)
    assert len(robot.told(PackOffered)) > offers


@pytest.mark.parametrize("code", ["CNV-42", "CNV-43"])
def test_packs_wait_on_a_belt_that_stands(code: str) -> None:
    robot = waiting_for_a_person(code)
    robot.run(60.0)
    picks = robot.picks
    robot.run(HOUR_S)
    assert robot.picks == picks
    assert robot.robot.machine.belt
    robot.remedy(robot.robot.machine.troubles.active[0].kind.remedies[0])
    robot.run(HOUR_S / 4)
    assert robot.picks > picks


def waiting_for_a_person(code: str) -> BusyRobot:
    """A robot with a fault of the code that no retry has cleared."""
    for seed in range(40):
        robot = busy(code, repairs=False, seed=seed)
        robot.run(300.0)
        robot.inject(code)
        robot.run(HOUR_S / 2)
        if any(fault["code"] == code for fault in robot.centre.mishaps.truth("R1")["faults"]):
            return robot
    raise AssertionError(code)


def test_a_misread_shows_at_the_output_and_stops_the_robot() -> None:
    robot = busy("IDN-31", repairs=False)
    robot.inject("IDN-31")
    robot.run(HOUR_S)
    wrong = [offer for offer in robot.told(PackOffered) if offer.gtin == GTINS[1]]
    assert len(wrong) == 1
    for _ in range(40):
        robot.run(HOUR_S)
        if raised(robot):
            break
    assert raised(robot) == [("IDN-31", 1)]
    before = robot.picks
    robot.run(HOUR_S)
    assert robot.picks == before


def test_a_rack_that_seems_full_refuses_packs_for_a_while() -> None:
    robot = busy("INP-34")
    robot.run(300.0)
    robot.inject("INP-34")
    robot.run(600.0)
    assert Refusal.NO_SPACE in {told.refusal for told in robot.told(CommandRefused)}
    assert ("INP-34", 3) in raised(robot)


def test_a_slow_network_lapses_offers() -> None:
    robot = busy("NET-91", repairs=False)
    robot.run(300.0)
    assert robot.told(OfferLapsed) == []
    robot.inject("NET-91")
    robot.run(HOUR_S / 4)
    assert robot.told(OfferLapsed)


def test_a_robot_without_its_cable_is_lost_and_comes_back_in_the_same_generation() -> None:
    robot = busy("NET-90", repairs=False)
    robot.run(300.0)
    robot.inject("NET-90")
    robot.run(HOUR_S)
    presences = [message for message in robot.heard if isinstance(message, Presence)]
    assert presences[-1].status == "lost"
    heard = len(robot.heard)
    lost = robot.send(Home())
    robot.run(HOUR_S)
    assert len(robot.heard) == heard
    robot.remedy("restart_switch")
    robot.run(60.0)
    presences = [message for message in robot.heard[heard:] if isinstance(message, Presence)]
    assert [(seen.status, seen.generation) for seen in presences] == [("online", 1)]
    assert lost not in [told.command_id for told in robot.told(CommandAccepted)]
    assert lost not in [told.command_id for told in robot.told(CommandRefused)]


def test_mains_that_stay_away_longer_than_the_battery_holds_switch_the_robot_off() -> None:
    robot = busy("PWR-80", repairs=False)
    robot.run(300.0)
    robot.inject("PWR-80")
    robot.run(500.0)
    assert raised(robot) == [("PWR-80", 1)]
    assert robot.robot.generation == 1
    robot.run(600.0)
    assert robot.robot.generation == 0
    assert robot.remedy("restore_mains") == ["supply_loss"]
    robot.run(120.0)
    assert robot.robot.generation == 2


def test_a_bad_battery_holds_for_seconds_only() -> None:
    robot = busy("PWR-80", repairs=False)
    robot.inject("PWR-81")
    robot.inject("PWR-80")
    work_until(robot, lambda: ("PWR-80", 1) in raised(robot), 30.0)
    robot.run(30.0)
    assert robot.robot.program is None


def test_door_and_estop_are_told_and_a_person_lets_the_robot_go_on() -> None:
    robot = busy("SAF-70")
    robot.inject("SAF-70")
    robot.inject("SAF-71")
    robot.run(4 * HOUR_S)
    assert len(robot.told(DoorOpened)) == len(robot.told(EstopPressed)) == 1
    assert not robot.robot.interlocks.open
    assert not robot.robot.interlocks.tripped


def test_without_simulated_people_nobody_vouches_for_an_empty_travel_area() -> None:
    robot = busy("SAF-71", repairs=False)
    robot.inject("SAF-71")
    work_until(robot, lambda: bool(robot.told(EstopPressed)))
    with pytest.raises(UnknownMishap, match="does not resume"):
        robot.remedy("resume")
    assert robot.remedy("release_estop") == ["emergency_button"]
    robot.run(HOUR_S)
    assert not robot.robot.interlocks.open
    assert robot.robot.interlocks.tripped
    assert robot.remedy("resume") == []
    assert [(told.what, told.who) for told in robot.told(LocalAction)] == [("reset", "Ann")]
    assert not robot.robot.interlocks.tripped


def test_a_damaged_index_forgets_a_pack_until_it_is_rebuilt() -> None:
    robot = busy("STK-52", repairs=False, feeding=False)
    before = len(robot.robot.inventory)
    robot.inject("STK-52")
    robot.centre.mishaps.truth("R1")
    work_until(robot, lambda: robot.truth_of("struck"))
    assert len(robot.robot.inventory) == len(robot.robot.machine.shelved) - 1 < before
    assert robot.remedy("rebuild_index") == ["index_damage"]
    assert len(robot.robot.inventory) == len(robot.robot.machine.shelved)


def test_a_person_rebuilds_the_index_after_packs_were_taken_that_the_robot_could_not_see() -> None:
    robot = busy("STK-52", repairs=False, feeding=False)
    taken, location = robot.robot.inventory.places()[0]
    del robot.robot.machine.shelved[location]
    assert robot.robot.inventory.place(taken) == location
    assert robot.remedy("rebuild_index") == []
    assert robot.robot.inventory.place(taken) is None
    assert len(robot.robot.inventory) == len(robot.robot.machine.shelved)


# --- curing -----------------------------------------------------------------------------------------------------


def test_only_the_remedy_that_fits_cures_and_a_reset_just_lets_it_strike_again() -> None:
    robot = waiting_for_a_person("AXZ-05")
    assert robot.remedy("clean_filter") == []
    assert robot.remedy("replace_cable") == []
    assert [entry.action for entry in robot.truth_of("tried")] == ["clean_filter", "replace_cable"]
    assert robot.centre.mishaps.truth("R1")["faults"]
    struck = len(robot.truth_of("struck"))
    assert robot.remedy("reset") == []
    assert robot.centre.mishaps.truth("R1")["faults"] == []
    work_until(robot, lambda: len(robot.truth_of("struck")) > struck)
    assert robot.remedy("clear_pack") == ["pack_in_jaws"]
    assert robot.truth_of("cured")[-1].who == "Ann"
    before = robot.picks
    robot.run(HOUR_S)
    assert robot.picks > before


def test_a_mild_remedy_helps_only_while_it_is_mild() -> None:
    for severity, cured in ((0.5, ["belt_stretch"]), (0.9, [])):
        robot = busy("AXX-02", repairs=False)
        robot.inject("AXX-02", severity=severity)
        assert robot.remedy("recalibrate_axis") == cured
        assert robot.remedy("tension_belt") == (["belt_stretch"] if not cured else [])


def test_a_calibration_measures_what_is_there() -> None:
    robot = busy("AXX-03", repairs=False, feeding=False)
    robot.run(120.0)
    robot.inject(cause="bumped_reference", severity=1.0)
    robot.send(Calibrate(axis="x"))
    robot.send(Calibrate(axis="y"))
    robot.run(300.0)
    work_until(robot, lambda: robot.remedy("reset") or len(robot.told(CalibrationMeasured)) == 2)
    measured = {told.axis: told.deviation_mm for told in robot.told(CalibrationMeasured)}
    assert measured["x"] == pytest.approx(10.0, abs=0.5)
    assert measured["y"] == pytest.approx(0.0, abs=0.5)


def test_a_reference_run_cures_a_slipped_tooth_and_no_bumped_flag() -> None:
    for cause, cured in (("slipped_tooth", True), ("bumped_reference", False)):
        robot = BusyRobot(repairs=False, packs=1, feeding=False)
        robot.run(300.0)
        robot.inject(cause=cause)
        robot.send(Home())
        robot.run(60.0)
        assert bool(robot.truth_of("cured")) is cured


def test_what_does_not_exist_is_refused() -> None:
    robot = BusyRobot()
    for code, cause, severity in (
        ("ABC-99", None, 1.0),
        (None, "gremlins", 1.0),
        ("FRG-60", None, 1.0),
        ("VAC-14", None, 0.0),
    ):
        with pytest.raises(UnknownMishap):
            robot.inject(code, cause, severity)
    with pytest.raises(UnknownMishap):
        robot.remedy("wish")
    with pytest.raises(UnknownMishap):
        kind_of("worn_cup", "AXX-01")
    with pytest.raises(UnknownMishap):
        robot.centre.mishaps.truth("R7")


# --- what it shows ----------------------------------------------------------------------------------------------


def mean_of(robot: BusyRobot, feature: str, subject: str | None, last: int = 6) -> float:
    told = [
        one.mean
        for condition in robot.conditions
        for one in condition.features
        if (one.name, one.subject) == (feature, subject)
    ][-last:]
    return sum(told) / len(told)


@pytest.mark.parametrize(
    ("cause", "feature", "subject", "by"),
    [
        ("worn_cup", "vacuum_mbar", "H1", 15.0),
        ("clogged_filter", "vacuum_build_s", "H1", 0.08),
        ("belt_stretch", "reference_deviation_mm", "x", 0.6),
        ("dirty_light_barrier", "light_percent", "table", -5.0),
        ("dirty_scanner_window", "scan_quality_percent", "IN-1", -4.0),
        ("network_switch", "link_round_trip_ms", None, 12.0),
        ("lift_bearing", "torque_percent", "y", 3.0),
    ],
)
def test_wear_shows_before_it_strikes(cause: str, feature: str, subject: str | None, by: float) -> None:
    well, ill = (BusyRobot(packs=100, rest_s=60.0, repairs=False) for _ in range(2))
    ill.inject(cause=cause, severity=0.15)
    for robot in (well, ill):
        robot.run(HOUR_S)
    assert ill.truth_of("struck") == []
    change = mean_of(ill, feature, subject) - mean_of(well, feature, subject)
    assert change / by > 1.0


def test_a_fault_comes_with_the_condition_before_it_and_the_last_minute_after_it() -> None:
    robot = busy("AXX-01", repairs=False)
    robot.run(1000.0)
    robot.inject(cause="debris_on_rail")
    work_until(robot, lambda: robot.told(FaultRaised), 10.0)
    kinds = [message for message in robot.heard if isinstance(message, Telemetry)]
    place = next(
        n for n, message in enumerate(robot.heard) if getattr(message, "body", None) in robot.told(FaultRaised)
    )
    before = robot.heard[place - 1]
    assert isinstance(before, Telemetry)
    assert before.condition is not None
    worst = {(one.name, one.subject): one.worst for one in before.condition.features}
    assert worst["following_error_mm", "x"] > 5.0
    assert worst["following_error_mm", "y"] < 2.0
    frames = [message for message in robot.heard[place + 1 :] if isinstance(message, Telemetry) and message.signals]
    assert len(frames) == 60
    assert len({frame.at for frame in frames}) == 60
    assert [message.frame for message in kinds] == list(range(1, len(kinds) + 1))
    last = {signal.name: signal.samples for signal in frames[-1].signals}
    first = {signal.name: signal.samples for signal in frames[0].signals}
    assert last["following_error_x_mm"][0] > 4.0 > first["following_error_x_mm"][0]


def test_conditions_come_every_five_minutes_of_work_and_only_then() -> None:
    robot = BusyRobot(packs=200, rest_s=60.0)
    robot.run(2 * HOUR_S)
    assert 20 <= len(robot.conditions) <= 24
    assert all(len(encode(message)) < 8192 for message in robot.heard if isinstance(message, Telemetry))
    idle = BusyRobot(packs=0, feeding=False)
    idle.run(2 * HOUR_S)
    assert idle.conditions == []


# --- what must not change ---------------------------------------------------------------------------------------


def test_a_cause_that_never_strikes_moves_no_pack_differently() -> None:
    texts = []
    for severity in (None, 0.01):
        robot = BusyRobot(packs=100)
        if severity is not None:
            robot.inject(cause="pump_dying", severity=severity)
        robot.run(HOUR_S)
        texts.append(robot.record.text)
    assert texts[0] == texts[1]


def test_a_stream_has_a_frame_a_second_and_moves_no_pack_differently() -> None:
    texts = []
    for streams in (False, True):
        robot = BusyRobot(packs=100, streams=streams)
        robot.run(600.0)
        frames = [message.at for message in robot.heard if isinstance(message, Telemetry) and message.signals]
        assert len(set(frames)) == len(frames) == (600 if streams else 0)
        texts.append(robot.record.text)
    assert texts[0] == texts[1]


def test_no_word_on_the_wire_names_a_cause() -> None:
    robot = BusyRobot("poor", packs=300, rest_s=20.0)
    for cause in CAUSES.values():
        if "ambient" in cause.zones:
            robot.inject(cause=cause.cause, severity=0.6)
    robot.run(6 * HOUR_S)
    assert len(robot.truth_of("struck")) > 10
    said = b"\n".join(encode(message) for message in robot.heard)
    told = b"\n".join(cause_line(entry) for entry in robot.log.entries)
    assert [cause for cause in CAUSES if cause.encode() in said] == []
    assert all(cause.encode() in told for cause in CAUSES if "ambient" in CAUSES[cause].zones)
