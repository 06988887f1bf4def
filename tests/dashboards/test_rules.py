"""Alert and recording rules: valid, tested at the minute, each with its runbook, about metrics that exist."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from controller.api.app import openapi_document
from tests.dashboards.files import (
    CONFIGURATION,
    LABELS,
    PROMETHEUS,
    ROOT,
    RULE_TESTS,
    RUNBOOKS,
    alerts,
    names_in,
    panel_expressions,
    recorded,
    rules,
    unknown_labels_in,
)
from tests.support.prometheus import promtool

ALERTS = alerts()


async def test_configuration_and_rules_are_valid() -> None:
    code, said = await promtool("check", "config", str(CONFIGURATION), folder=PROMETHEUS)
    assert code == 0, said


async def test_rules_fire_at_their_minute() -> None:
    code, said = await promtool("test", "rules", *map(str, RULE_TESTS), folder=PROMETHEUS)
    assert code == 0, said


@pytest.mark.parametrize(
    ("good", "broken"),
    [
        ("for: 2m", "for: 3m"),
        ("for: 2m", "for: 1m"),
        ('nightshift_orders_late{class="discharge"} > 0', 'nightshift_orders_late{class="discharge"} > 5'),
        (" and on (job, instance) nightshift_link_up == 1", ""),
    ],
)
async def test_a_changed_rule_would_be_noticed(tmp_path: Path, good: str, broken: str) -> None:
    copy = Path(shutil.copytree(PROMETHEUS, tmp_path / "prometheus"))
    changed = copy / "rules" / "nightshift.yml"
    assert good in changed.read_text()
    changed.write_text(changed.read_text().replace(good, broken))
    code, _ = await promtool("test", "rules", *(f"tests/{file.name}" for file in RULE_TESTS), folder=copy)
    assert code != 0


@pytest.mark.parametrize("alert", ALERTS)
def test_alert_is_tested_silent_and_firing(alert: str) -> None:
    cases = [
        case
        for file in RULE_TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == alert
    ]
    firing = {_minute(case["eval_time"]) for case in cases if case["exp_alerts"]}
    silent = {_minute(case["eval_time"]) for case in cases if not case["exp_alerts"]}
    assert firing
    assert all(minute - 1 in silent for minute in firing if minute > 0)


@pytest.mark.parametrize("alert", ALERTS)
def test_alert_says_what_and_where_to_read_on(alert: str) -> None:
    annotations = ALERTS[alert]["annotations"]
    assert annotations["summary"].endswith(".")
    assert annotations["description"].endswith(".")
    assert annotations["summary"] != annotations["description"]
    assert ALERTS[alert]["labels"]["severity"] in ("critical", "warning", "none")
    assert annotations["runbook_url"] == f"dashboards/runbooks/{alert}.md"
    text = (ROOT.parent / annotations["runbook_url"]).read_text()
    assert text.startswith(f"# {alert}\n")
    for heading in ("## Look", "## Do", "## Over when"):
        assert heading in text


def test_every_runbook_has_its_alert() -> None:
    assert {file.stem for file in RUNBOOKS.glob("*.md")} == set(ALERTS)


def test_runbooks_name_only_each_other_and_addresses_that_exist() -> None:
    paths = set(openapi_document()["paths"])
    fixed = {path for path in paths if "{" not in path}
    for file in RUNBOOKS.glob("*.md"):
        text = file.read_text()
        assert set(re.findall(r"Nightshift[A-Z]\w+", text)) <= set(ALERTS)
        for named in re.findall(r"(?:GET|POST) (/[\w/{}-]+)", text):
            shape = re.sub(r"/(hold|resume|home)$", "/{order}", named)
            assert named in fixed or shape in paths, f"{file.name}: {named}"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.get("alert") or rule["record"])
def test_rule_uses_metrics_and_labels_that_exist(rule: dict[str, str]) -> None:
    assert names_in(rule["expr"]) <= set(LABELS) | recorded()
    assert unknown_labels_in(rule["expr"]) == set()


def test_every_recording_is_used() -> None:
    of_rules = [rule["expr"] for rule in rules()]
    used = set().union(*map(names_in, [*of_rules, *(each for _, each in panel_expressions())]))
    assert recorded() <= used


def _minute(text: str) -> int:
    return int(text.removesuffix("m"))
