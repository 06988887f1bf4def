"""`nightshift promises`: what a shift leader reads."""

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from rich.console import Console

from controller.cli import promises as command
from controller.cli.asking import Centre
from controller.scheduling.wording import LocalTime

SAY = LocalTime(ZoneInfo("Europe/London"), datetime(2026, 11, 23).date())  # noqa: DTZ001


def _item(ref: str, on_time: float, **promise: Any) -> dict[str, Any]:
    return {
        "order_ref": ref,
        "class": "routine",
        "departure_id": "GGH-1/2026-11-23",
        "due_at": "2026-11-23T10:15:00.000Z",
        "promise": {
            "made_at": "2026-11-23T09:00:00.000Z",
            "expected_at": "2026-11-23T09:58:00.000Z",
            "promised_at": "2026-11-24T10:21:00.000Z",
            "on_time": on_time,
            "cause": None,
            "rescue": None,
            **promise,
        },
    }


def _text(found: list[dict[str, Any]]) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(command.table_of(found, SAY))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_row_says_when_and_how_sure() -> None:
    row = _text([_item("T1", 0.9996)]).splitlines()[1]
    assert row.split() == [
        "T1",
        "routine",
        "GGH-1",
        "10:15",
        "09:58",
        "Tue",
        "24",
        "Nov",
        "10:21",
        "99",
        "%",
    ]


def test_an_order_on_its_van_says_since_when() -> None:
    loaded = dict.fromkeys(("made_at", "expected_at", "promised_at"), "2026-11-23T09:58:00.000Z")
    row = _text([_item("T1", 1.0, **loaded)]).splitlines()[1]
    assert row.split() == ["T1", "routine", "GGH-1", "10:15", "loaded", "09:58"]


def test_a_discharge_order_goes_with_the_courier() -> None:
    assert "courier" in _text([{**_item("D1", 0.9), "departure_id": None}])


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        (
            {"cause": "R4 is out of service", "rescue": "hold the van 4 minutes"},
            "T1 will be late: R4 is out of service; to make it on time, hold the van 4 minutes.",
        ),
        ({"cause": "it waits for stock"}, "T1 will be late: it waits for stock; nothing makes it on time."),
    ],
)
def test_a_late_order_says_why_and_what_would_help(promise: dict[str, Any], words: str) -> None:
    assert command.ways_out([_item("T1", 0.1, **promise)]) == ["1 open order.", words]


def test_an_order_that_is_well_says_nothing_more() -> None:
    assert command.ways_out([_item("T1", 0.9, cause="it was late once")]) == ["1 open order."]


def test_all_pages_are_read_and_the_least_sure_comes_first() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        if "cursor" in request.url.params:
            return httpx.Response(200, json={"items": [_item("T2", 0.2)], "next": None})
        return httpx.Response(200, json={"items": [_item("T1", 0.4)], "next": "more"})

    found = command.fetch(Centre("http://centre", httpx.MockTransport(answer)), late=True)
    assert [item["order_ref"] for item in found] == ["T2", "T1"]
    assert asked == [{"limit": "500", "late": "true"}, {"limit": "500", "late": "true", "cursor": "more"}]
