"""What was recorded around a fault as a timeline: one line each, what repeats itself folded."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from controller.cli.output import count
from controller.cli.robot_words import machine_state
from controller.faults.catalogue import in_words

Line = Mapping[str, Any]
LINE_CHARACTERS = 160
"""Of one line; the exported file has it whole."""
_ALREADY_SAID = frozenset({"what", "seq", "at", "since_at", "raised_at", "occurrence", "alarm_id"})
_REPEATS = "state"
"""Kind of the lines that come every half minute, whether something is new or not."""


def timeline(raised_at: str, lines: Iterable[Line], *, telemetry: bool) -> Iterator[tuple[float, str]]:
    """Each line: seconds since the fault was raised, and the text. States that say nothing new are counted."""
    said: str | None = None
    again, again_s = 0, 0.0
    for line in lines:
        if line["kind"] == "telemetry" and not telemetry:
            continue
        since_s = (datetime.fromisoformat(line["at"]) - datetime.fromisoformat(raised_at)).total_seconds()
        told = _in_short(line["data"])
        if line["kind"] == _REPEATS and told == said:
            again, again_s = again + 1, since_s
            continue
        if again:
            yield again_s, _folded(again, again_s)
            again = 0
        said = told if line["kind"] == _REPEATS else said
        yield since_s, f"{since_s:+9.1f} s  {line['kind']:<9}  {told}"
    if again:
        yield again_s, _folded(again, again_s)


def _folded(again: int, until_s: float) -> str:
    return f"{until_s:+9.1f} s  {_REPEATS:<9}  the same until here ({count(again, 'more report')})"


def _in_short(data: Line) -> str:
    told = _pairs(data)
    line = f"{in_words(str(data['what']))}: {told}" if "what" in data else told
    return line if len(line) <= LINE_CHARACTERS else f"{line[: LINE_CHARACTERS - 1]}…"


def _pairs(data: Line) -> str:
    rest = {name: value for name, value in data.items() if name not in _ALREADY_SAID and value not in (None, [], "")}
    return " ".join(_pair(name, value) for name, value in rest.items())


def _pair(name: str, value: Any) -> str:
    if name == "packml" and isinstance(value, int):
        return machine_state(value)
    if name == "features" and isinstance(value, list):
        return ", ".join(map(_feature, value))
    if isinstance(value, Mapping):
        return _pairs(value)
    return f"{name}={_text(value)}"


def _feature(feature: Any) -> str:
    """`vacuum leak H1 15.2 (worst 18)`"""
    if not isinstance(feature, Mapping) or not {"name", "mean", "worst"} <= feature.keys():
        return _text(feature)
    subject = f" {feature['subject']}" if feature.get("subject") else ""
    return f"{in_words(feature['name'])}{subject} {feature['mean']:.3g} (worst {feature['worst']:.3g})"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({_pairs(value)})"
    if isinstance(value, list):
        return ",".join(_text(each) for each in value)
    return str(value)
