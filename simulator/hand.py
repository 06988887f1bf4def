"""The command line's side of a running simulator: what a person does to its machines."""

import re
from pathlib import Path
from typing import Any

import httpx

DEFAULT_CONTROL = "http://127.0.0.1:8399"
USUAL_STATE = Path("var") / "robots"
"""Where `nightshift up` keeps its robots, below the folder that it is started in."""
CONTROL_FILE = "control"
"""In the state directory: where the simulator that uses it listens."""
ANSWER_S = 10.0
_SPAN = re.compile(r"\+?([0-9]+(?:\.[0-9]+)?)([smh]?)")
_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


class NoSimulator(Exception):
    """Nothing answered, or it refused; the text says why."""


def seconds_of(span: str) -> float:
    """+90s, +10m, +2h; ValueError where the text is no such span."""
    match = _SPAN.fullmatch(span)
    if match is None:
        raise ValueError(f"{span!r} is no span as +10m")
    return float(match[1]) * _SECONDS[match[2]]


def address_of(state: Path | None, control: str | None) -> str:
    """What was given, else what the simulator of the state directory wrote down, of the usual one where none is named;
    else the usual address."""
    if control is not None:
        return control if "://" in control else f"http://{control}"
    if state is None and not (USUAL_STATE / CONTROL_FILE).exists():
        return DEFAULT_CONTROL
    state = state or USUAL_STATE
    try:
        return (state / CONTROL_FILE).read_text(encoding="ascii").strip()
    except OSError as error:
        raise NoSimulator(
            f"no simulator runs on {state}: start it with `nightshift up`, or name its folder with --state (for "
            f"`nightshift up --data DIR` that is DIR/robots)"
        ) from error


def ask(address: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer of the running simulator; NoSimulator where it refuses or is not there."""
    try:
        response = httpx.request(method, f"{address}{path}", json=body, timeout=ANSWER_S, trust_env=False)
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NoSimulator(
            f"no simulator answers at {address} ({error}): start `nightshift up`, or name the folder of a running one "
            f"with --state (for `nightshift up --data DIR` that is DIR/robots)"
        ) from error
    if response.status_code != 200:
        raise NoSimulator(str(answer.get("error", answer)))
    return answer
