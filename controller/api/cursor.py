"""Paging: an opaque cursor says where the next page starts; it holds for the collection that gave it."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from controller.api.problems import Malformed, PlacedError

T = TypeVar("T")

CursorQuery = Annotated[str | None, Query(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


def next_cursor(collection: str, rows: Sequence[T], limit: int, key: Callable[[T], str]) -> str | None:
    """Where the page after `rows` starts; None where `rows` is the last page.

    `rows` were asked for with one more than `limit`: the surplus one proves that there is more.
    """
    if len(rows) <= limit:
        return None
    text = f"{collection}\n{key(rows[limit - 1])}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_key(collection: str, cursor: str | None, start: str = "") -> str:
    """The key after which the page starts. Malformed where the cursor is not one of this collection."""
    if cursor is None:
        return start
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    given_by, _, key = text.partition("\n")
    if given_by != collection or not key:
        raise Malformed(PlacedError("query.cursor", "is not a cursor that this list gave; start without one"))
    return key


def cursor_number(collection: str, cursor: str | None) -> int:
    """As `cursor_key`, for collections that are ordered by a number."""
    key = cursor_key(collection, cursor, "0")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Malformed(PlacedError("query.cursor", "is not a cursor that this list gave; start without one"))
    return int(key)
