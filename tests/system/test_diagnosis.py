"""A few scenes of the bench, with seeds of their own: the diagnosis still names what is wrong, and warns before."""

import pytest

from controller.faults.diagnosis.causes import OTHER
from simulator.firmware import gauges as wiring
from simulator.hardware.causes import CAUSES
from tests.bench.diagnosis.builds import drawn
from tests.bench.diagnosis.page import Page, page, table
from tests.bench.diagnosis.scenes import Trace, play
from tests.bench.diagnosis.scores import IN_TIME_S, Answer, Scores, score
from tests.bench.diagnosis.strangers import SCORED
from tests.bench.diagnosis.tuning_strangers import TUNED

SUDDEN = (
    "debris_on_rail",
    "protruding_pack",
    "slipped_tooth",
    "bumped_reference",
    "displaced_pack",
    "wrong_size_record",
    "damaged_pack",
    "fallen_pack_on_belt",
    "overfull_tote",
    "unreadable_tote",
)
WEARS = ("loose_hose", "dirty_light_barrier", "network_switch")
SEED = 77


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    return [play(f"R{number}", cause, 1000 * SEED + number) for number, cause in enumerate((*SUDDEN, *WEARS))]


@pytest.fixture(scope="module")
def scores(traces: list[Trace]) -> Scores:
    return score(traces, fleet=7)


def test_every_given_cause_struck(traces: list[Trace]) -> None:
    assert [trace.injected for trace in traces if trace.struck is None] == []


def test_the_true_cause_is_ranked_first(scores: Scores) -> None:
    assert scores.mean_of_causes(1) >= 0.85
    assert scores.mean_of_causes(3) >= 0.97
    assert scores.share_first() >= 0.85


def test_what_wears_is_warned_of_in_time_and_nothing_else(scores: Scores) -> None:
    assert set(scores.leads_s) == set(WEARS)
    assert sum(lead >= IN_TIME_S for leads in scores.leads_s.values() for lead in leads) >= 2
    assert [told.warning.text for told in scores.warnings if not told.true and not told.misnamed] == []


def test_no_robot_says_what_is_wrong_with_it(traces: list[Trace]) -> None:
    told = {feature.name for trace in traces for condition in trace.conditions for feature in condition.features}
    assert told.isdisjoint({*SUDDEN, *WEARS})


def test_the_page_tells_each_cause_and_each_goal(scores: Scores) -> None:
    text = page(Page(scores, scores, scores, scores, scores, (SEED,), ("normal",)))
    for cause in (*SUDDEN, *WEARS):
        assert f"| {cause} |" in text
        assert f"\nother,{cause}," in table(scores, scores)
    assert "goal" in text


def test_robots_of_other_builds_are_diagnosed_and_none_is_left_behind() -> None:
    builds = [drawn(1000 * SEED + number) for number in range(3)]
    known, wired = dict(CAUSES), vars(wiring)["GAUGES"]
    others = [play(f"R{number}", "loose_hose", SEED + number, build=build) for number, build in enumerate(builds)]
    assert (known, wired) == (CAUSES, vars(wiring)["GAUGES"]), "the next robot is as built again"
    for build, trace in zip(builds, others, strict=True):
        told = {(feature.name, feature.subject or None) for each in trace.conditions for feature in each.features}
        assert told, "some is fitted"
        assert told.isdisjoint(build.not_fitted)
    assert score(others).share_first() >= 0.5


def test_a_cause_that_is_in_no_table_strikes_and_the_right_answer_is_other() -> None:
    trace = play("R1", "stray_light", SEED)
    assert trace.struck is not None
    scores = score([trace])
    assert {answer.truth for answer in scores.strange} == {"stray_light"}
    assert scores.mean_of_causes() == 0.0, "it is none of the causes that tables name"
    assert scores.strange_first == [answer for answer in scores.strange if answer.injected]
    assert [answer.place for answer in scores.strange] == [answer.ranked.index(OTHER) for answer in scores.strange]


def test_of_strangers_it_is_counted_what_was_owned_up_and_what_was_wrongly_named() -> None:
    told = [(OTHER, 0.9), ("worn_cup", 0.59), ("worn_cup", 0.6), ("worn_cup", 0.8)]
    answers = [Answer("SEN-20", "stray_light", (name, "loose_hose"), sure, True) for name, sure in told]
    assert [answer.owned_up for answer in answers] == [True, True, False, False]
    assert [answer.misled for answer in answers] == [False, False, False, True]
    right = Answer("VAC-14", "worn_cup", ("worn_cup",), 0.97, True)
    assert not right.misled


def test_strangers_for_tuning_and_for_scoring_are_others() -> None:
    assert not set(TUNED) & set(SCORED)
    assert not {*TUNED, *SCORED} & set(CAUSES)


def test_what_is_stated_is_compared_with_what_came_true() -> None:
    answers = [Answer("VAC-14", truth, ("worn_cup",), 0.75, False) for truth in ("worn_cup", "worn_cup", "loose_hose")]
    scores = Scores(answers=[*answers, Answer("VAC-14", "worn_cup", ("worn_cup",), 0.97, False)])
    low, high = scores.reliability()
    assert (low.answers, low.stated, low.right) == (3, 0.75, 2 / 3)
    assert (high.answers, high.right) == (1, 1.0)
    assert scores.brier == pytest.approx((2 * 0.25**2 + 0.75**2 + 0.03**2) / 4)
