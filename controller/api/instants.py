"""Times at the edge: RFC 3339 UTC with milliseconds outside, seconds since the epoch inside."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from msgspec import Meta
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

Instant = Annotated[str, Meta(description="RFC 3339, UTC, milliseconds", extra_json_schema={"format": "date-time"})]
Day = Annotated[str, Meta(description="YYYY-MM-DD", extra_json_schema={"format": "date"})]

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def instant(epoch_s: float) -> str:
    """Seconds since the epoch as text; cut, not rounded, to the millisecond."""
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def instant_or_none(epoch_s: float | None) -> str | None:
    return None if epoch_s is None else instant(epoch_s)


def with_instants(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The same answer with every number in a field named `_at` as text."""
    return {name: _outward(name, value) for name, value in answer.items()}


def _outward(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return with_instants(value)
    if isinstance(value, list | tuple):
        return [_outward(name, item) for item in value]
    if name.endswith("_at") and isinstance(value, float | int):
        return instant(value)
    return value


def read_instant(value: object) -> float:
    """Text with a zone as seconds since the epoch; ValueError says what is wrong with anything else."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 time with a zone, for instance 2026-11-23T06:30:00Z")
    return datetime.fromisoformat(value.upper()).timestamp()


def read_day(value: object) -> date:
    """YYYY-MM-DD as a date; ValueError says what is wrong with anything else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date, YYYY-MM-DD")
    return date.fromisoformat(value)


InstantIn = Annotated[float, BeforeValidator(read_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
DayIn = Annotated[date, BeforeValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]
DayTextIn = Annotated[
    str, AfterValidator(lambda text: read_day(text).isoformat()), WithJsonSchema({"type": "string", "format": "date"})
]
