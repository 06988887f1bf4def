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


def test_a_line_has_its_action_and_the_context_it_stands_in() -> None:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    with logs.bind(robot="R3", command="C1"):
        logs.get_logger("nightshift").info("The pick is done", action="task.finished", packs=2)
    logs.get_logger("nightshift").info("Quiet", action="loop.idle")
    first, second = _lines(stream)
    assert (first["event"], first["action"], first["packs"]) == ("The pick is done", "task.finished", 2)
    assert (first["robot"], first["command"], first["level"]) == ("R3", "C1", "info")
    assert "robot" not in second


def test_a_sentence_is_completed_by_its_values() -> None:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    logs.get_logger("nightshift").info("No use of %s", "the broker", action="link.failed")
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
        logs.get_logger("nightshift").exception("It failed", action="loop.failed")
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
    logs.get_logger("nightshift").info("Said in vain", action="loop.told", value=value)
    assert logs.DroppingHandler.dropped == before + 1


def test_the_console_form_is_for_people() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)
    logs.get_logger("nightshift").info("The pick is done", action="task.finished")
    assert "The pick is done" in stream.getvalue()
    assert "action=task.finished" in stream.getvalue()
