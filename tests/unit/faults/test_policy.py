"""The recovery policy: an answer for everything, none that moves what must stand, and the page that shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.faults import policy
from controller.faults.catalogue import KINDS
from controller.faults.policy import CALLS, MOVES, Action, Context, decide
from controller.generate import ROOT

codes = st.one_of(st.sampled_from(sorted(KINDS)), st.from_regex(r"[A-Z]{2,3}-[0-9]{2}", fullmatch=True), st.just(""))
contexts = st.builds(
    Context,
    code=codes,
    level=st.integers(1, 4),
    attempt=st.integers(1, 9),
    location_known=st.booleans(),
    outcome_unknown=st.booleans(),
    interlock_open=st.booleans(),
    last_holder=st.booleans(),
    can_be_careful=st.booleans(),
    patient_waits=st.booleans(),
)


@given(contexts)
def test_there_is_one_answer_for_everything_with_its_reason(context: Context) -> None:
    decided = decide(context)
    assert decided == decide(context)
    assert len(set(decided.actions)) == len(decided.actions)
    assert all(decided.why)
    assert set(decided.by_controller) | set(decided.by_people) == set(decided.actions)


@given(contexts)
def test_nothing_moves_behind_an_open_door_or_after_a_fault_of_level_1(context: Context) -> None:
    decided = decide(context)
    if context.interlock_open or context.level == 1:
        assert not MOVES & set(decided.actions)
        assert Action.HOLD in decided.actions
    if context.level == 1:
        assert CALLS & set(decided.actions)


@given(contexts)
def test_what_may_have_moved_is_settled_and_never_tried_again(context: Context) -> None:
    if context.outcome_unknown:
        assert Action.SETTLE in decide(context).actions
        assert Action.WAIT_FOR_RETRY not in decide(context).actions


@given(contexts)
def test_a_code_that_nobody_knows_is_held_and_somebody_is_called(context: Context) -> None:
    families = {"".join(code.partition("-")[0]) for row in policy.ROWS for code in row.codes}
    if context.code not in KINDS and context.code.partition("-")[0] not in families:
        assert Action.HOLD in decide(context).actions
        assert Action.CALL_OPERATOR in decide(context).actions


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_code_of_the_catalogue_has_a_row_of_its_own(code: str) -> None:
    level = KINDS[code].level
    assert policy.UNKNOWN.why not in decide(Context(code, level)).why


@pytest.mark.parametrize(
    ("context", "actions"),
    [
        (Context("GRP-10", 3, 1, location_known=True), {Action.WAIT_FOR_RETRY}),
        (Context("GRP-10", 3, 2, location_known=True), {Action.SKIP_PACK, Action.SUSPECT_LOCATION}),
        (Context("AXX-01", 2), {Action.CALL_OPERATOR}),
        (Context("AXX-01", 2, 2), {Action.HOME, Action.CALL_OPERATOR}),
        (Context("AXX-01", 2, 5), {Action.HOME, Action.CALL_OPERATOR, Action.CALL_ENGINEER}),
        (Context("AXX-01", 2, last_holder=True), {Action.CALL_OPERATOR, Action.FETCH_BY_HAND}),
        (Context("VAC-14", 3, 3), {Action.DEGRADE, Action.CALL_OPERATOR}),
        (Context("VAC-15", 2, can_be_careful=True), {Action.DEGRADE, Action.CALL_ENGINEER}),
        (Context("VAC-15", 2), {Action.TAKE_OUT, Action.CALL_ENGINEER}),
        (Context("VAC-15", 2, can_be_careful=True, interlock_open=True), {Action.HOLD, Action.CALL_ENGINEER}),
        (Context("AXY-04", 2, can_be_careful=True), {Action.DEGRADE, Action.CALL_ENGINEER}),
        (Context("AXY-04", 2, 2, can_be_careful=True), {Action.TAKE_OUT, Action.CALL_ENGINEER}),
        (Context("AXX-03", 2, 2), {Action.HOME, Action.TAKE_OUT, Action.CALL_ENGINEER}),
        (Context("AXX-02", 3), {Action.CALL_OPERATOR}),
        (Context("AXX-03", 2, 1, interlock_open=True), {Action.HOLD, Action.CALL_OPERATOR}),
        (Context("GRP-13", 4), set()),
        (Context("GRP-10", 3, outcome_unknown=True), {Action.SETTLE}),
    ],
)
def test_the_rows_say(context: Context, actions: set[Action]) -> None:
    assert set(decide(context).actions) == actions


def test_the_page_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "faults" / "policy.md").read_text(encoding="utf-8") == policy.page()
