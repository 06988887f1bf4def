"""Causes are ranked by what was seen, with reasons in numbers and the check that tells the first two apart."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.fault import Condition, Fault, Feature
from controller.faults.catalogue import KINDS
from controller.faults.diagnosis import CAUSES, Before, Case, Happened, rank
from controller.faults.diagnosis.causes import OTHER, PLAIN, SHARES, priors_of
from controller.faults.diagnosis.checks import CHECKS, information, next_check
from controller.faults.diagnosis.circumstances import BY_CHANCE
from controller.faults.diagnosis.fitness import DOUBTED
from controller.faults.diagnosis.signs import SIGNS
from controller.faults.diagnosis.unknown import families_of
from controller.faults.usual import Usual, usual_of
from tests.unit.faults.diagnosis_cases import EVERY_S, START, Shifts, case, condition, days_of, fault

CUP: Shifts = {("vacuum_mbar", "H1"): (70.0, 40.0), ("vacuum_leak_mbar_s", "H1"): (8.0, 3.0)}
FILTER: Shifts = {
    ("vacuum_mbar", "H1"): (60.0, 40.0),
    ("vacuum_build_s", "H1"): (0.3, 0.2),
    ("pump_current_a", "H1"): (0.12, 0.0),
}
HOSE: Shifts = {
    **CUP,
    ("vacuum_idle_leak_mbar_s", "H1"): (9.0, 2.0),
    ("pump_current_a", "H1"): (0.2, 0.0),
}
ASKEW: Shifts = {("grip_offset_mm", "H1"): (0.3, 11.0)}
WRONG_SIZE: Shifts = {("jaw_opening_deviation_mm", "H1"): (0.5, 14.0)}
STRETCHED: Shifts = {("reference_deviation_mm", "x"): (2.0, 0.2), ("following_error_mm", "x"): (0.3, 0.2)}
SAGS: Shifts = {("shelf_edge_mm", "A-07"): (2.4, 1.0), ("grip_retries", "A-07"): (0.8, 1.0)}
SLIPS: Shifts = {("slip_mm", "H1"): (0.2, 8.0)}


def first(asked: Case) -> str:
    return rank(asked)[0].cause


# ---- the tables -------------------------------------------------------------------------------------------


def test_every_code_of_the_catalogue_has_shares_and_the_parts_sum_to_one() -> None:
    assert set(SHARES) == set(KINDS)
    for code in SHARES:
        assert sum(priors_of(code).values()) == pytest.approx(1.0)
        assert set(priors_of(code)) <= set(CAUSES)


def test_the_catalogue_and_the_diagnosis_name_the_same_causes() -> None:
    named = {cause for kind in KINDS.values() for cause in kind.causes}
    assert named == set(CAUSES) - {OTHER}


def test_causes_show_only_signs_that_are_looked_for() -> None:
    assert {sign for cause in CAUSES.values() for sign in cause.shows} <= {*SIGNS, *BY_CHANCE}


def test_every_cause_but_the_unknown_has_a_check() -> None:
    assert {cause for check in CHECKS for cause in check.yes} == set(CAUSES) - {OTHER}


# ---- ranking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "shifts", "cause"),
    [
        ("VAC-14", CUP, "worn_cup"),
        ("VAC-14", FILTER, "clogged_filter"),
        ("VAC-14", HOSE, "loose_hose"),
        ("GRP-10", ASKEW, "displaced_pack"),
        ("GRP-10", WRONG_SIZE, "wrong_size_record"),
        ("GRP-10", STRETCHED, "slipped_tooth"),
        ("GRP-10", SAGS, "sagging_shelf"),
        ("GRP-11", SLIPS, "low_friction_pack"),
        ("GRP-11", CUP, "worn_cup"),
    ],
)
def test_what_was_measured_decides(code: str, shifts: Shifts, cause: str) -> None:
    assert first(case(code, shifts, location="A-07-013")) == cause


def test_what_has_been_growing_is_wear_and_what_came_at_once_is_not() -> None:
    grown = [*days_of("R1", 60), *days_of("R1", 24, STRETCHED, first=61)]
    assert first(Case(fault("AXX-02", grown[-1].at, 99), grown)) == "belt_stretch"
    assert first(case("AXX-02", {("reference_deviation_mm", "x"): (4.0, 0.2)})) == "bumped_reference"


def test_without_any_measurement_the_usual_cause_comes_first() -> None:
    suspects = rank(Case(fault("VAC-14", START)))
    assert [suspect.cause for suspect in suspects][:3] == ["worn_cup", "clogged_filter", "loose_hose"]
    assert suspects[0].probability < 0.6


def test_a_second_trouble_elsewhere_does_not_take_the_blame() -> None:
    # the belt is worn as well, but it moves no pack askew
    assert first(case("GRP-10", {**STRETCHED, **ASKEW}, location="A-07-013")) == "displaced_pack"
    # nor do worn jaws let one pack shoot out by a centimetre
    worn: Shifts = {
        ("slip_mm", "H1"): (0.9, 9.0),
        ("grip_time_s", "H1"): (0.6, 0.5),
        ("grip_success", "H1"): (-0.05, -0.1),
    }
    assert first(case("GRP-11", worn)) == "low_friction_pack"


def test_faults_on_one_shelf_speak_for_the_shelf() -> None:
    at = START + 61 * EVERY_S
    others = [fault("GRP-10", at - 600.0 * n, n, location=f"A-07-0{n:02d}") for n in range(1, 5)]
    alone, again = case("GRP-10", {}, location="A-07-013"), case("GRP-10", {}, earlier=others, location="A-07-013")
    assert _chance(again, "sagging_shelf") > 0.9 > 0.6 > _chance(alone, "sagging_shelf")


def test_what_stood_askew_after_a_service_may_have_been_bumped() -> None:
    jumped: Shifts = {("reference_deviation_mm", "x"): (6.0, 0.2)}
    before = case("AXX-03", jumped)
    after = replace(before, happened=(Happened(Before.SERVICE, before.fault.raised_at - 3600.0),))
    assert first(after) == "bumped_reference"
    assert any("maintenance ended 60 min before" in reason for reason in rank(after)[0].evidence_for)


def test_what_people_found_lately_moves_the_shares() -> None:
    found = [_found("loose_hose", n, START - 80_000.0) for n in range(30)]
    assert first(Case(fault("VAC-14", START, 99), faults=found)) == "loose_hose"


def test_where_people_find_what_nobody_described_it_is_expected_again() -> None:
    found = [_found(OTHER, n, START - 80_000.0) for n in range(40)]
    assert first(Case(fault("VAC-14", START, 99), faults=found)) == OTHER


def test_what_is_found_later_is_not_known_yet() -> None:
    found = [_found("loose_hose", n, START + 1.0) for n in range(30)]
    assert first(Case(fault("VAC-14", START, 99), faults=found)) == "worn_cup"


def test_a_robot_that_was_never_sound_is_compared_with_its_sisters() -> None:
    told = days_of("R1", 61, CUP)
    asked = Case(fault("VAC-14", told[-1].at, 99), told)
    sisters = [_usual_of_sister(name) for name in ("R2", "R3", "R4")]
    assert _chance(replace(asked, sisters_usual=sisters), "worn_cup") > 0.9
    assert _chance(asked, "worn_cup") < 0.9


def test_a_whole_fleet_may_have_got_used_to_what_is_not_sound() -> None:
    used: Shifts = {("reference_deviation_mm", "x"): (2.0, 0.0)}
    told = days_of("R1", 61, used)
    sisters = [usual_of(days_of(name, 30, used)) for name in ("R2", "R3", "R4")]
    asked = Case(fault("AXX-02", told[-1].at, 99), told, sisters_usual=sisters)
    assert first(asked) == "belt_stretch"
    assert any("usually 0" in reason for reason in rank(asked)[0].evidence_for)


def test_so_few_samples_do_not_speak_against_a_cause() -> None:
    few = [*days_of("R1", 60), condition("R1", 61, {}, count=1)]
    many = [*days_of("R1", 60), condition("R1", 61, {}, count=40)]
    unsure = Case(fault("AXX-01", few[-1].at, 99), few)
    sure = Case(fault("AXX-01", many[-1].at, 99), many)
    assert _chance(unsure, "debris_on_rail") > _chance(sure, "debris_on_rail")


def test_a_code_that_nobody_described_is_answered_with_other() -> None:
    suspects = rank(Case(fault("XYZ-01", START)))
    assert [suspect.cause for suspect in suspects] == [OTHER]


def test_reasons_are_told_in_numbers() -> None:
    suspects = rank(case("VAC-14", CUP))
    assert any(
        reason.startswith("leak with a pack held 12") and "usually 4" in reason for reason in suspects[0].evidence_for
    )
    against = next(suspect for suspect in suspects if suspect.cause != "worn_cup")
    assert against.evidence_against


def test_what_has_not_changed_speaks_for_nothing() -> None:
    suspects = rank(case("VAC-14", CUP))
    assert any("no change" in reason for suspect in suspects for reason in suspect.evidence_against)
    assert not any("no change" in reason for suspect in suspects for reason in suspect.evidence_for)


# ---- what nobody described --------------------------------------------------------------------------------


def test_what_no_described_cause_explains_is_called_other_and_says_why() -> None:
    asked = case("VAC-14", {("vacuum_mbar", "H1"): (70.0, 40.0), ("pump_temperature_c", "H1"): (15.0, 5.0)})
    unknown, cup = rank(asked)[:2]
    assert (unknown.cause, cup.cause) == (OTHER, "worn_cup")
    assert unknown.evidence_for[0] == "none of the described causes fits well"
    assert any(told.startswith("not as expected of worn cup: temperature of the pump") for told in unknown.evidence_for)
    assert any(told.startswith("not as expected of worn cup: leak with a pack") for told in unknown.evidence_for)
    assert any(told.startswith("as expected of worn cup: vacuum at the cup") for told in unknown.evidence_against)
    assert unknown.next_check == cup.next_check == "Look at the suction cup: is its lip cracked or hard?"


def test_a_measurement_that_no_cause_moves_speaks_for_what_nobody_described() -> None:
    stiff: Shifts = {("torque_percent", "r"): (12.0, 0.0)}
    told = [*days_of("R1", 60, {("torque_percent", "r"): (0.0, 0.0)}), condition("R1", 61, stiff)]
    usual, moved = (Case(fault("AXR-06", each.at, 99), told) for each in told[-2:])
    assert _chance(moved, OTHER) > 0.9 > 0.8 > _chance(usual, OTHER)
    assert any("torque of the turntable 12 %, usually 0" in reason for reason in rank(moved)[0].evidence_for)


@pytest.mark.parametrize(
    "shifts",
    [
        pytest.param({("vacuum_mbar", "H1"): (70.0, 40.0)}, id="one of its signs is missing"),
        pytest.param({**CUP, ("pump_temperature_c", "H1"): (15.0, 5.0)}, id="another is there besides"),
    ],
)
def test_no_more_is_believed_of_a_cause_that_fits_badly(shifts: Shifts) -> None:
    found = [_found("worn_cup", n, START - 80_000.0) for n in range(500)]
    sure, doubted = case("VAC-14", CUP, earlier=found), case("VAC-14", shifts, earlier=found)
    assert _chance(sure, "worn_cup") > 0.9
    assert first(doubted) == "worn_cup"
    assert _chance(doubted, "worn_cup") == DOUBTED


def test_no_more_is_believed_of_a_cause_for_which_only_the_code_speaks() -> None:
    assert _chance(Case(fault("GRP-12", START)), "shrink_wrapped_pair") == DOUBTED
    told = rank(Case(fault("GRP-12", START)))[1]
    assert (told.cause, told.evidence_for) == (OTHER, ("nothing that shrink wrapped pair shows could be measured",))
    # a code that says itself what it is needs no measurement
    assert _chance(Case(fault("SAF-70", START)), "staff_entry") > 0.95


def test_what_a_robot_is_used_to_is_no_sign_of_something_new() -> None:
    odd: Shifts = {("grip_success", "H1"): (-0.05, -0.1)}
    always = [*days_of("R1", 60, odd), condition("R1", 61, {**odd, **ASKEW})]
    now = [*days_of("R1", 60), condition("R1", 61, {**odd, **ASKEW})]
    before, lately = (Case(fault("GRP-10", told[-1].at, 99, location="A-07-013"), told) for told in (always, now))
    assert _chance(before, OTHER) < _chance(lately, OTHER) / 2.0


def test_every_family_that_may_speak_for_the_unknown_is_one_of_the_signs() -> None:
    known = {sign.family for sign in SIGNS.values()}
    assert all(families_of(code) <= known for code in KINDS)
    assert {code for code in KINDS if not families_of(code)} == {*PLAIN - {"PWR-80"}, "STK-50", "STK-51", "STK-52"}


# ---- the next check -----------------------------------------------------------------------------------------


def test_the_next_check_tells_the_first_two_apart() -> None:
    suspects = rank(Case(fault("VAC-14", START)))
    assert suspects[0].next_check is not None
    check = next(check for check in CHECKS if check.words == suspects[0].next_check)
    two = [(suspect.cause, suspect.probability) for suspect in suspects[:2]]
    assert check.yes.get(two[0][0], 0.0) > 0.5 or check.yes.get(two[1][0], 0.0) > 0.5


def test_a_check_that_treats_both_alike_tells_nothing() -> None:
    alike = replace(CHECKS[0], yes={"worn_cup": 0.9, "loose_hose": 0.9})
    assert information(alike, ("worn_cup", 0.5), ("loose_hose", 0.5)) == 0.0
    telling = replace(CHECKS[0], yes={"worn_cup": 1.0, "loose_hose": 0.0})
    assert information(telling, ("worn_cup", 0.5), ("loose_hose", 0.5)) == 1.0


def test_of_two_that_tell_as_much_the_quicker_one_is_chosen() -> None:
    assert next_check(("overfull_tote", 0.5), ("chute_blockage", 0.5)) == (
        "Look at the tote: is it full above its rim?"
    )


# ---- whatever was told ------------------------------------------------------------------------------------


@given(
    code=st.sampled_from(sorted(SHARES)),
    values=st.lists(
        st.tuples(
            st.sampled_from(sorted({(sign.feature, sign.subject) for sign in SIGNS.values()})),
            st.integers(0, 500),
            st.floats(-1e6, 1e6),
        ),
        max_size=12,
    ),
)
def test_whatever_was_told_probabilities_stay_probabilities(
    code: str, values: list[tuple[tuple[str, str], int, float]]
) -> None:
    odd = tuple(Feature(name, subject, count, value, value) for (name, subject), count, value in values)
    told = [*days_of("R1", 20), Condition("R1", START + 20 * EVERY_S, START + 21 * EVERY_S, odd)]
    suspects = rank(Case(fault(code, told[-1].at, 99, location="A-07-013"), told))
    assert suspects
    assert sum(suspect.probability for suspect in suspects) <= 1.01
    chances = [suspect.probability for suspect in suspects]
    assert chances == sorted(chances, reverse=True)
    assert all(0.0 <= chance <= 0.99 for chance in chances)


def _found(cause: str, number: int, found_at: float) -> Fault:
    return replace(fault("VAC-14", START - 90_000.0 - number, number), cause=cause, found_at=found_at)


def _chance(asked: Case, cause: str) -> float:
    return next((suspect.probability for suspect in rank(asked) if suspect.cause == cause), 0.0)


def _usual_of_sister(name: str) -> Usual:

    return usual_of(days_of(name, 30))
