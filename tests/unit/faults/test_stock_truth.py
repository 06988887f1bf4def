"""The page of stock truth says what there is: codes, operations of the API, commands."""

from typer.main import get_command

from controller.api.app import openapi_document
from controller.api.openapi import operations
from controller.cli.app import app
from controller.faults.catalogue import KINDS
from controller.faults.stock_truth import PATHS, page

ASKED = {"GRP-11", "GRP-12", "IDN-31", "FRG-60", "STK-50", "STK-51", "STK-52", "STK-53"}
"""Issue 4, item 8; a recall has no code."""


def test_every_case_that_was_asked_for_has_its_path() -> None:
    assert {code for path in PATHS for code in path.codes} == ASKED <= set(KINDS)
    assert "Recall" in {path.name for path in PATHS}


def test_every_operation_and_command_that_is_named_exists() -> None:
    there = {f"{method} {path}" for method, path in operations(openapi_document())}
    assert {call for path in PATHS for call in path.calls} <= there
    groups = get_command(app).commands  # type: ignore[attr-defined]
    commands = {f"{group} {name}" for group in ("stock", "recall") for name in groups[group].commands}
    assert {command for path in PATHS for command in path.commands} == commands


def test_the_page_has_a_section_for_each() -> None:
    text = page()
    assert [line[3:].split(" (")[0] for line in text.splitlines() if line.startswith("## ")] == [
        path.name for path in PATHS
    ]
