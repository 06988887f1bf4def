"""Log lines carry an action and their context, and never stop the program."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from controller import logs


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_its_action_and_the_ids_it_is_about() -> None:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    structlog.get_logger("nightshift").info("The pick is done", action="task.finished", robot="R3", packs=2)
    [line] = _lines(stream)
    assert (line["event"], line["action"], line["level"]) == ("The pick is done", "task.finished", "info")
    assert (line["robot"], line["packs"]) == ("R3", 2)


def test_a_sentence_is_completed_by_its_values() -> None:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    structlog.get_logger("nightshift").info("No use of %s", "the broker", action="link.failed")
    [line] = _lines(stream)
    assert line["event"] == "No use of the broker"
    assert "positional_args" not in line


def test_lines_of_libraries_have_the_same_form() -> None:
    stream = io.StringIO()
    logs.configure("warning", "json", stream)
    logging.getLogger("aiomqtt").warning("lost %s", "it")
    logging.getLogger("aiomqtt").info("not serious enough")
    [line] = _lines(stream)
    assert (line["event"], line["action"], line["level"]) == ("lost it", "aiomqtt", "warning")


def test_an_exception_is_part_of_its_line() -> None:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    try:
        raise ValueError("odd")
    except ValueError:
        structlog.get_logger("nightshift").exception("It failed", action="loop.failed")
    [line] = _lines(stream)
    assert "ValueError: odd" in line["exception"]


class _Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


class _Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(("stream", "value"), [(_Full(), 1), (io.StringIO(), _Unspeakable())], ids=["full", "odd"])
def test_a_line_that_cannot_be_written_is_counted_and_dropped(stream: io.StringIO, value: object) -> None:
    logs.configure("info", "json", stream)
    before = logs.DroppingHandler.dropped
    structlog.get_logger("nightshift").info("Said in vain", action="loop.told", value=value)
    assert logs.DroppingHandler.dropped == before + 1


def test_the_console_form_is_for_people() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)
    structlog.get_logger("nightshift").info("The pick is done", action="task.finished")
    assert "The pick is done" in stream.getvalue()
    assert "action=task.finished" in stream.getvalue()
