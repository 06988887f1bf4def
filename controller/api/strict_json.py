"""JSON without its traps: duplicate keys, NaN, endless numbers and bottomless nesting are refused."""

import json
from typing import Any

MAX_DEPTH = 16
MAX_DIGITS = 18


def check_json(payload: bytes) -> None:
    """ValueError says what is wrong; nothing is returned, since the routes parse for themselves."""
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_bounded_int,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.pos}") from error
    if not isinstance(value, dict):
        raise ValueError("must be a JSON object")


def _check_depth(text: str) -> None:
    depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"is nested deeper than {MAX_DEPTH} levels")
        elif character in "}]":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"has the key {twice[:40]!r} twice")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"has {word}, which is no JSON number")


def _bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"has a number of more than {MAX_DIGITS} digits")
    return int(digits)
