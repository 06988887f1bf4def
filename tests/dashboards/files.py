"""The dashboards, rules and runbooks of the repository, and the metric names in their expressions."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from controller.metrics.catalogue import CATALOGUE, PROCESS_METRICS, series_names

ROOT = Path(__file__).parents[2] / "dashboards"
PROMETHEUS = ROOT / "prometheus"
CONFIGURATION = PROMETHEUS / "prometheus.yml"
RULES = PROMETHEUS / "rules" / "nightshift.yml"
RULE_TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))
RUNBOOKS = ROOT / "runbooks"
DASHBOARDS = sorted((ROOT / "grafana").glob("*.json"))

LABELS: dict[str, frozenset[str]] = {
    name: frozenset({*metric.labels, "job", "instance", *(("le",) if name.endswith("_bucket") else ())})
    for metric in CATALOGUE
    for name in series_names(metric)
} | {name: frozenset({"job", "instance"}) for name in (*PROCESS_METRICS, "up")}
"""Every series that Prometheus can have of the service, with its labels."""

_NAME = re.compile(r"\b(?:nightshift|process)_[a-z0-9_]+\b|\bup\b|\bjob(?:_robot)?:[a-z0-9_]+:[a-z0-9_]+")
_MATCHED = re.compile(r"\b([a-z_]+)\{([^}]*)\}")
_MATCHER = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)\s*\"")


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> set[str]:
    return {rule["record"] for rule in rules() if "record" in rule}


def panels(file: Path) -> list[dict[str, Any]]:
    """Those of the dashboard that show something; rows do not."""
    return [panel for panel in json.loads(file.read_text())["panels"] if panel["type"] != "row"]


def panel_expressions() -> list[tuple[str, str]]:
    """(dashboard and panel, expression), of all dashboards"""
    return [
        (f"{file.stem}: {panel['title']}", target["expr"])
        for file in DASHBOARDS
        for panel in panels(file)
        for target in panel["targets"]
    ]


def names_in(expression: str) -> set[str]:
    return set(_NAME.findall(expression))


def unknown_labels_in(expression: str) -> set[str]:
    """`metric{label}` for every matcher on a label that the metric does not have."""
    return {
        f"{name}{{{label}}}"
        for name, matchers in _MATCHED.findall(expression)
        for label in _MATCHER.findall(matchers)
        if label not in LABELS.get(name, frozenset())
    }
