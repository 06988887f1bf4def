"""Every fault code has a procedure; it is safe first, and no proof outlives a repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.maintenance import StepDone
from controller.faults.catalogue import CAUSES, KINDS
from controller.faults.procedure_table import PROCEDURES, procedure_for
from controller.faults.procedures import (
    FAILED,
    FOUND,
    OK,
    Part,
    RobotDoes,
    StepKind,
    missing,
    next_step,
    repairs,
)
from simulator.hardware.causes import REMEDIES

CODES = sorted(KINDS)
VAC = procedure_for("VAC-14")


def done(*steps: tuple[str, str]) -> list[StepDone]:
    return [StepDone(step, float(place), "Ann", result) for place, (step, result) in enumerate(steps)]


def walk(code: str, found: str | None) -> list[str]:
    """A technician who does what is next, and finds one cause; the robot's steps all go well."""
    procedure, taken = procedure_for(code), list[str]()
    entries: list[StepDone] = []
    while (step := next_step(procedure, entries)) is not None:
        result = FOUND if step.kind is StepKind.LOOK and step.cause == found else OK
        if step.most is not None:
            result = "0.4"
        entries.append(StepDone(step.step, float(len(entries)), "Ann", result))
        taken.append(step.step)
        assert len(taken) < 40, taken
    assert missing(procedure, entries) == []
    return taken


def test_every_code_of_the_catalogue_has_a_procedure_and_no_other_has() -> None:
    assert set(PROCEDURES) == set(KINDS)


@pytest.mark.parametrize("code", CODES)
def test_a_procedure_says_what_to_do_and_names_causes_and_cures_as_everybody_does(code: str) -> None:
    procedure = PROCEDURES[code]
    names = [step.step for step in procedure.steps]
    assert len(names) == len(set(names))
    assert procedure.criterion
    assert set(KINDS[code].causes) <= {step.cause for step in procedure.steps}
    for step in procedure.steps:
        assert 0 < len(step.text) <= 220
        assert step.expected
        assert step.cause is None or step.cause in CAUSES
        assert step.remedy is None or step.remedy in REMEDIES
        assert (step.does is not None) == (step.kind in (StepKind.COMMAND, StepKind.MEASURE))
    assert any(step.part is Part.PROVE for step in procedure.steps)


@pytest.mark.parametrize("code", CODES)
def test_who_goes_inside_takes_the_key_and_looks_along_the_travel_area_before_anything_moves(code: str) -> None:
    steps = PROCEDURES[code].steps
    if not PROCEDURES[code].takes_out:
        assert all(step.does is None for step in steps), "a robot at work is not moved by a procedure"
        return
    names = [step.step for step in steps]
    assert names[:2] == ["take_out", "key_inside"]
    moving = [place for place, step in enumerate(steps) if step.does not in (None, RobotDoes.TAKE_OUT)]
    assert names.index("area_empty") < min(moving)
    assert "travel area" in PROCEDURES[code].criterion


@pytest.mark.parametrize("code", CODES)
def test_a_walk_that_finds_any_of_the_causes_ends_fit_with_its_cure_done(code: str) -> None:
    for look in [step for step in PROCEDURES[code].steps if step.kind is StepKind.LOOK]:
        assert f"do_{look.cause}" in walk(code, look.cause)
    walk(code, None)


def test_the_cure_of_a_cause_that_was_not_found_is_not_asked_for() -> None:
    taken = walk("VAC-14", "clogged_filter")
    assert "do_clogged_filter" in taken
    assert "do_worn_cup" not in taken
    assert "look_loose_hose" not in taken, "the cause is found: the rest waits until the proof fails"


def test_a_proof_from_before_the_repair_counts_for_nothing() -> None:
    proofs = [(step.step, OK) for step in VAC.steps if step.part is Part.PROVE]
    safe = [("take_out", OK), ("key_inside", OK)]
    cure = [("look_worn_cup", FOUND), ("do_worn_cup", OK)]
    assert missing(VAC, done(*safe, *cure, *proofs)) == []
    late = missing(VAC, done(*safe, *proofs, *cure))
    assert [step.step for step in late] == [name for name, _ in proofs]


def test_a_proof_that_fails_sends_back_to_the_causes_that_nobody_has_looked_at() -> None:
    entries = done(
        ("take_out", OK), ("key_inside", OK), ("look_worn_cup", FOUND), ("do_worn_cup", OK), ("area_empty", OK),
        ("resume", OK), ("home", OK), ("self_test", OK), ("test_picks", FAILED),
    )  # fmt: skip
    step = next_step(VAC, entries)
    assert step is not None
    assert step.step == "look_clogged_filter"
    assert [each.remedy for each in repairs(VAC, entries)] == ["replace_cup"]


def test_a_measure_is_good_up_to_its_limit_either_way() -> None:
    axis = procedure_for("AXX-02")
    for measured, lacking in (("1.5", False), ("-1.5", False), ("1.6", True), ("-4", True)):
        names = [step.step for step in missing(axis, done(("calibrate_x", measured)))]
        assert ("calibrate_x" in names) is lacking


def test_an_unknown_code_gets_a_procedure_that_takes_the_robot_out_and_tests_it() -> None:
    procedure = procedure_for("ZZZ-99")
    assert procedure.takes_out
    assert any(step.does is RobotDoes.TEST_PICKS for step in procedure.steps)


@given(
    code=st.sampled_from(CODES),
    tries=st.lists(st.tuples(st.integers(0, 30), st.sampled_from([OK, FAILED, FOUND, "0.2", "9"])), max_size=25),
)
def test_whatever_was_done_fit_means_that_every_proof_is_fresh_and_good(
    code: str, tries: list[tuple[int, str]]
) -> None:
    procedure = PROCEDURES[code]
    entries = done(*((procedure.steps[place % len(procedure.steps)].step, result) for place, result in tries))
    if missing(procedure, entries):
        return
    last_repair = max((e.at for e in entries if e.step.startswith("do_") and e.result != "not_needed"), default=-1.0)
    for step in procedure.steps:
        if step.part is Part.PROVE:
            latest = [entry for entry in entries if entry.step == step.step][-1]
            assert latest.at > last_repair
            assert latest.result != FAILED
