"""A few scenes of the bench, with seeds of their own: the diagnosis still names what is wrong, and warns before."""

import pytest

from tests.bench.diagnosis.page import page, table
from tests.bench.diagnosis.scenes import Trace, play
from tests.bench.diagnosis.scores import IN_TIME_S, Scores, score

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
    text = page(scores, scores, (SEED,), ("normal",))
    for cause in (*SUDDEN, *WEARS):
        assert f"| {cause} |" in text
        assert f"\n{cause}," in table(scores)
    assert "goal" in text
