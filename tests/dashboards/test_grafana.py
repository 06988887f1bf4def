"""The overview dashboard: stable, laid out without overlap, and about metrics that exist."""

import json
from itertools import combinations
from typing import Any

import pytest

from tests.dashboards.files import LABELS, OVERVIEW, names_in, panel_expressions, panels, recorded, unknown_labels_in

DASHBOARD = json.loads(OVERVIEW.read_text())


def test_address_of_the_dashboard_never_changes() -> None:
    assert DASHBOARD["uid"] == "nightshift-overview"


def test_datasource_is_chosen_by_a_variable() -> None:
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    for panel in panels():
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_panels_have_their_own_ids_titles_and_an_explanation() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    assert len(titles) == len(set(titles))
    assert all(panel["description"].endswith(".") for panel in panels())


def test_panels_do_not_overlap() -> None:
    for one, other in combinations(DASHBOARD["panels"], 2):
        assert not _overlap(one["gridPos"], other["gridPos"]), f"{one['title']} and {other['title']}"
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in DASHBOARD["panels"])


@pytest.mark.parametrize(("title", "expression"), panel_expressions())
def test_expression_uses_metrics_and_labels_that_exist(title: str, expression: str) -> None:
    names = names_in(expression)
    assert names, title
    assert names <= set(LABELS) | recorded()
    assert unknown_labels_in(expression) == set()


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )
