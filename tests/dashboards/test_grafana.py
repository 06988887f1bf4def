"""The dashboards: stable, laid out without overlap, and about metrics that exist."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.files import DASHBOARDS, LABELS, names_in, panel_expressions, panels, recorded, unknown_labels_in

EACH = pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)


def test_addresses_of_the_dashboards_never_change() -> None:
    assert {file.stem: _told(file)["uid"] for file in DASHBOARDS} == {
        "overview": "nightshift-overview",
        "faults": "nightshift-faults",
    }


@EACH
def test_datasource_is_chosen_by_a_variable(file: Path) -> None:
    (variable,) = _told(file)["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    for panel in panels(file):
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@EACH
def test_panels_have_their_own_ids_titles_and_an_explanation(file: Path) -> None:
    ids = [panel["id"] for panel in _told(file)["panels"]]
    assert len(ids) == len(set(ids))
    titles = [panel["title"] for panel in _told(file)["panels"]]
    assert len(titles) == len(set(titles))
    assert all(panel["description"].endswith(".") for panel in panels(file))


@EACH
def test_panels_do_not_overlap(file: Path) -> None:
    laid_out = _told(file)["panels"]
    for one, other in combinations(laid_out, 2):
        assert not _overlap(one["gridPos"], other["gridPos"]), f"{one['title']} and {other['title']}"
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in laid_out)


@pytest.mark.parametrize(("title", "expression"), panel_expressions())
def test_expression_uses_metrics_and_labels_that_exist(title: str, expression: str) -> None:
    names = names_in(expression)
    assert names, title
    assert names <= set(LABELS) | recorded()
    assert unknown_labels_in(expression) == set()


def _told(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.read_text())
    return told


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )
