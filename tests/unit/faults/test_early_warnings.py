"""What wears is warned of before it fails: once, by name, and not where nothing is wrong."""

import json
from collections.abc import Iterable

import pytest

from controller.domain.fault import Condition
from controller.faults.diagnosis import CAUSES
from controller.faults.diagnosis.signs import SIGNS
from controller.faults.usual import Level, against_sisters
from controller.faults.warnings import EarlyWarning, Watcher
from tests.unit.faults.diagnosis_cases import Shifts, condition, days_of

DAY = 288
CUP: Shifts = {("vacuum_mbar", "H1"): (45.0, 0.0), ("vacuum_leak_mbar_s", "H1"): (5.0, 0.0)}


def scaled(shifts: Shifts, share: float) -> Shifts:
    return {key: (share * mean, share * worst) for key, (mean, worst) in shifts.items()}


def growing(robot: str, first: int, conditions: int, shifts: Shifts, *, root: bool = True) -> list[Condition]:
    """From nothing to the shifts, with the square of the time."""
    return [
        condition(robot, first + n, scaled(shifts, (n / conditions) ** (2 if root else 1))) for n in range(conditions)
    ]


def look(told: Iterable[Condition]) -> list[EarlyWarning]:
    """Every warning that conditions in the order of time lead to."""
    watcher = Watcher()
    return [warning for each in told for warning in watcher.look(each).begun]


def test_a_sound_robot_is_never_warned_of() -> None:
    assert look(days_of("R1", 7 * DAY)) == []


def test_a_cup_that_wears_is_named_once_with_reasons_and_time() -> None:
    told = look([*days_of("R1", DAY), *growing("R1", DAY + 1, DAY, CUP), *days_of("R1", DAY, CUP, first=2 * DAY + 1)])
    assert [warning.cause for warning in told] == ["worn_cup"]
    (warning,) = told
    assert warning.remedy == CAUSES["worn_cup"].remedy
    assert any("leak" in reason for reason in warning.reasons)
    assert warning.strikes_in_s is not None
    assert warning.at + warning.strikes_in_s == pytest.approx(condition("R1", 2 * DAY).at, abs=14 * 3600.0)


def test_wear_of_three_weeks_does_not_become_usual() -> None:
    stretched: Shifts = {("reference_deviation_mm", "x"): (1.5, 0.0), ("following_error_mm", "x"): (0.25, 0.0)}
    told = look([*days_of("R1", DAY), *growing("R1", DAY + 1, 21 * DAY, stretched)])
    assert [warning.cause for warning in told] == ["belt_stretch"]
    assert told[0].at < condition("R1", 20 * DAY).at


def test_one_jam_is_no_wear() -> None:
    jam: Shifts = {("vacuum_mbar", "H1"): (300.0, 100.0), ("vacuum_leak_mbar_s", "H1"): (60.0, 20.0)}
    told = days_of("R1", DAY)
    for number in (100, 150, 151, 200):
        told[number] = condition("R1", number + 1, jam)
    assert look(told) == []


def test_a_warning_is_over_when_it_is_cured_and_may_come_again() -> None:
    watcher = Watcher()
    told = [*days_of("R1", DAY), *days_of("R1", 60, CUP, first=DAY + 1), *days_of("R1", 60, first=DAY + 61)]
    found = [watcher.look(each) for each in told]
    assert [warning.cause for each in found for warning in each.begun] == ["worn_cup"]
    assert [warning.cause for each in found for warning in each.ended] == ["worn_cup"]
    assert watcher.standing("R1") == []
    again = [watcher.look(each) for each in days_of("R1", 60, CUP, first=DAY + 121)]
    assert [warning.cause for each in again for warning in each.begun] == ["worn_cup"]


def test_what_all_sisters_show_is_nobody_s_wear() -> None:
    hot: Shifts = {("pump_temperature_c", "H1"): (6.0, 0.0), ("vacuum_build_s", "H1"): (0.1, 0.0)}
    both = [{**scaled(hot, n / DAY), **CUP} for n in range(DAY)]
    one = [*days_of("R1", DAY), *(condition("R1", DAY + 1 + n, shifts) for n, shifts in enumerate(both))]
    rest = [
        told
        for name in ("R2", "R3", "R4")
        for told in [*days_of(name, DAY), *growing(name, DAY + 1, DAY, hot, root=False)]
    ]
    warned = look(sorted([*one, *rest], key=lambda each: each.at))
    assert {warning.robot for warning in warned} == {"R1"}
    assert {warning.cause for warning in warned} == {"worn_cup"}


def test_a_robot_that_was_worn_from_the_beginning_is_told_by_its_sisters() -> None:
    sisters = [told for name in ("R2", "R3", "R4") for told in days_of(name, DAY)]
    warned = look(sorted([*days_of("R1", DAY, CUP), *sisters], key=lambda each: each.at))
    assert [(warning.robot, warning.cause) for warning in warned] == [("R1", "worn_cup")]
    assert look(days_of("R1", DAY, CUP)) == []


def test_a_sag_is_warned_of_with_its_shelf() -> None:
    sags: Shifts = {("shelf_edge_mm", "A-07"): (2.0, 0.4)}
    warned = look([*days_of("R1", DAY), *days_of("R1", 20, sags, first=DAY + 1)])
    assert [(warning.cause, warning.subject) for warning in warned] == [("sagging_shelf", "A-07")]
    assert "A-07" in warned[0].reasons[0]


def test_what_was_taken_for_usual_though_it_was_a_trouble_is_learned_anew() -> None:
    watcher = Watcher()
    for each in [*days_of("R1", DAY, CUP), *days_of("R1", DAY, first=DAY + 1)]:
        watcher.look(each)
    assert watcher.usual("R1")["vacuum_mbar", "H1"].mean == pytest.approx(-600.0, abs=3.0)


def test_sisters_count_only_where_they_agree() -> None:
    def level(mean: float) -> Level:
        return Level(mean, 1.0, mean, 1.0, 24)

    own, slight = level(20.0), SIGNS["vacuum"].slight
    alike, apart = [level(mean) for mean in (0.0, 1.0, 2.0)], [level(mean) for mean in (-40.0, 0.0, 40.0)]
    compared = against_sisters(own, alike, 1, slight)
    assert compared is not None
    assert compared.mean == 1.0
    assert against_sisters(own, apart, 1, slight) is own
    assert against_sisters(own, alike[:2], 1, slight) is own
    assert against_sisters(level(-20.0), alike, 1, slight) == level(-20.0)


def test_robots_of_different_builds_are_not_compared() -> None:
    """One that has always had less vacuum than four others that agree in it is not worn: all else differs as well."""
    builds: list[Shifts] = [
        {
            **(CUP if name == "R1" else {}),
            ("torque_percent", "y"): (6.0 * n, 0.0),
            ("drive_temperature_c", "y"): (3.0 * n, 0.0),
            ("label_quality_percent", "OUT-1"): (-5.0 * n, 0.0),
            ("diverter_s", "OUT-1"): (0.06 * n, 0.0),
            ("ups_voltage_v", ""): (-0.3 * n, 0.0),
            ("memory_percent", ""): (5.0 * n, 0.0),
            ("fridge_a_c", ""): (0.6 * n, 0.0),
        }
        for n, name in enumerate(("R1", "R2", "R3", "R4", "R5"))
    ]
    told = [each for n, shifts in enumerate(builds, start=1) for each in days_of(f"R{n}", DAY, shifts)]
    assert look(sorted(told, key=lambda each: each.at)) == []


def test_a_watcher_restored_from_what_was_kept_says_the_same_as_one_that_went_on() -> None:
    """Wherever it is cut; also where the sisters have just begun to show what is usual for one that was never sound."""
    never_sound = [each for n in range(4) for each in days_of(f"R{n}", DAY, CUP if n == 0 else {})]
    wearing = [each for n in range(4) for each in growing(f"R{n}", DAY + 1, DAY, CUP if n == 1 else {})]
    told = sorted([*never_sound, *wearing], key=lambda each: each.at)
    for cut in (53, 71, 90, 110, len(told) // 3, 3 * len(told) // 4):
        went_on = Watcher()
        for each in told[:cut]:
            went_on.look(each)
        kept = json.loads(json.dumps(went_on.keep()))
        restored = Watcher.restored(kept)
        assert [each for each in told if not restored.knows(each)] == told[cut:]
        assert restored.standing("R0") == went_on.standing("R0")
        for each in told[cut:]:
            assert restored.look(each) == went_on.look(each)
        assert restored.keep() == went_on.keep()


def test_what_was_learned_by_another_table_of_signs_is_not_taken_over() -> None:
    watcher = Watcher()
    for each in days_of("R1", DAY):
        watcher.look(each)
    kept = {**watcher.keep(), "edition": 0}
    assert not Watcher.restored(kept).usual("R1")
    assert watcher.usual("R1")
