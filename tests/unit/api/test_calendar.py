"""The calendar over the API: days with their vans, changes of them, and what wards ask of their packs."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.departure import Departure, DepartureStatus
from controller.engine.actions import (
    AddCalendarChange,
    HoldVan,
    LineRequest,
    SetLeastRemainingDays,
    SubmitOrder,
    WithdrawCalendarChange,
)
from controller.scheduling.calendar import exact_text
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import CANCELLED_VAN, HELD_VAN, KEY, ORDER, REASON
from tests.unit.api.small_centre import DEPARTURE, GTIN, NOW

CHANGES = "/api/v1/calendar-changes"


async def _days(centre: Centre, query: str = "") -> list[dict[str, Any]]:
    answer = await centre.client.get(f"/api/v1/calendar{query}")
    assert answer.status_code == 200
    assert answer.json()["timezone"] == "Europe/London"
    found: list[dict[str, Any]] = answer.json()["days"]
    return found


async def test_a_week_from_today_day_by_day(centre: Centre) -> None:
    days = await _days(centre)
    assert [day["date_local"] for day in days] == [f"2026-11-{day}" for day in range(23, 30)]
    monday, tuesday, wednesday, *_, saturday, _ = days
    assert [van["run"] for van in monday["departures"]] == ["QEUH-1", "GRI-1"]
    assert [van["run"] for van in saturday["departures"]] == ["QEUH-1"]
    assert [(van["run"], van["departs_local"]) for van in tuesday["departures"]] == [
        ("QEUH-1", "08:30"),
        ("GRI-1", "09:00"),
    ]
    assert {van["status"] for van in wednesday["departures"]} == {"cancelled"}
    assert wednesday["holidays"][0]["reason"] == "Early Christmas"
    assert wednesday["departures"][0]["change"]["change_id"] == "H-2026-11-25"
    assert monday["departures"][0]["change"] is None


async def test_a_van_is_shown_as_its_row_says(centre: Centre) -> None:
    row = centre.engine.state.departures[DEPARTURE]
    row.status, row.departed_at = DepartureStatus.DEPARTED, NOW - 60
    (day,) = await _days(centre, "?from=2026-11-23&days=1")
    van = next(van for van in day["departures"] if van["departure_id"] == DEPARTURE)
    assert (van["status"], van["departed_at"]) == ("departed", "2026-11-23T07:59:00.000Z")


async def test_of_a_day_that_is_past_only_what_was_seen_is_shown(centre: Centre) -> None:
    seen = Departure("GRI-1/2026-11-20", "GRI-1", "GRI", "2026-11-20", NOW - 270_000, NOW - 260_000)
    centre.engine.state.departures[seen.departure_id] = seen
    (day,) = await _days(centre, "?from=2026-11-20&days=1")
    assert [van["departure_id"] for van in day["departures"]] == [seen.departure_id]


async def test_a_held_van_says_so_and_shows_the_clock(centre: Centre) -> None:
    held = CalendarChange(
        "K1",
        CalendarChangeKind.MOVED,
        "2026-11-24",
        "totes",
        "ann",
        NOW,
        run="GRI-1",
        departure_local=exact_text(NOW + 90_240, ZoneInfo("Europe/London")),
    )
    centre.engine.state.calendar.put(held)
    centre.engine.state.calendar_changes["K1"] = held
    listed = (await centre.client.get(f"{CHANGES}?date=2026-11-24")).json()["items"]
    assert [(each["held"], each["departure_local"]) for each in listed] == [(True, "09:04")]
    departures = (await centre.client.get("/api/v1/departures?date=2026-11-24")).json()["items"]
    assert [each["reason"] for each in departures] == ["totes"]


@pytest.mark.parametrize("query", ["?days=0", "?days=32", "?from=23.11.2026", "?from=2026-02-30", "?form=2026-11-23"])
async def test_a_question_that_makes_no_sense_is_refused(centre: Centre, query: str) -> None:
    answer = await centre.client.get(f"/api/v1/calendar{query}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"


async def test_requests_become_actions(centre: Centre) -> None:
    await centre.client.post(CHANGES, json=CANCELLED_VAN, headers=KEY)
    extra = {
        "kind": "extra",
        "date": "2026-11-23",
        "hospital": "GRI",
        "departure_local": "15:00",
        "cutoff_local": "14:30",
        **REASON,
    }
    await centre.client.post(CHANGES, json=extra, headers={"Idempotency-Key": "k2"})
    await centre.client.post(f"{CHANGES}/holds", json=HELD_VAN, headers={"Idempotency-Key": "k3"})
    await centre.client.post(f"{CHANGES}/K1.000001/withdraw", json=REASON)
    await centre.client.put("/api/v1/destinations/GGH-WA0000/least-remaining-days", json={"days": 30, **REASON})
    why = REASON["reason"]
    assert centre.engine.asked == [
        AddCalendarChange(CalendarChangeKind.CANCELLED, "2026-11-23", why, "Ann", run="QEUH-1"),
        AddCalendarChange(
            CalendarChangeKind.EXTRA,
            "2026-11-23",
            why,
            "Ann",
            hospital="GRI",
            departure_local="15:00",
            cutoff_local="14:30",
        ),
        HoldVan("QEUH-1", "2026-11-23", 4, why, "Ann"),
        WithdrawCalendarChange("K1.000001", why, "Ann"),
        SetLeastRemainingDays("GGH-WA0000", 30, why, "Ann"),
    ]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"kind": "vacation"}, "body.kind"),
        ({"date": "23.11.2026"}, "body.date"),
        ({"departure_local": "24:00"}, "body.departure_local"),
        ({"departure_local": "9:00"}, "body.departure_local"),
        ({"cutoff_local": "2026-11-23T09:00:00+00:00"}, "body.cutoff_local"),
        ({"reason": ""}, "body.reason"),
        ({"change_id": "K1"}, "body.change_id"),
        ({"minutes": 4}, "body.minutes"),
    ],
)
async def test_a_malformed_change_is_refused_with_its_place(
    centre: Centre, changed: dict[str, object], place: str
) -> None:
    answer = await centre.client.post(CHANGES, json={**CANCELLED_VAN, **changed}, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == place
    assert centre.engine.asked == []


@pytest.mark.parametrize("minutes", [0, 121, 1.5, "4"])
async def test_a_van_is_held_one_to_a_hundred_and_twenty_minutes(centre: Centre, minutes: object) -> None:
    answer = await centre.client.post(f"{CHANGES}/holds", json={**HELD_VAN, "minutes": minutes}, headers=KEY)
    assert answer.status_code == 422
    assert centre.engine.asked == []


@pytest.mark.parametrize(("path", "body"), [(CHANGES, CANCELLED_VAN), (f"{CHANGES}/holds", HELD_VAN)])
async def test_a_change_needs_a_key_and_is_made_once_under_it(
    centre: Centre, path: str, body: dict[str, object]
) -> None:
    assert (await centre.client.post(path, json=body)).status_code == 422
    for _ in range(2):
        assert (await centre.client.post(path, json=body, headers=KEY)).status_code == 201
    assert len(centre.engine.asked) == 1


async def test_a_line_may_ask_for_one_batch(centre: Centre) -> None:
    line = {"gtin": GTIN, "quantity": 2, "single_batch": True}
    await centre.client.post("/api/v1/orders", json={**ORDER, "lines": [line]}, headers=KEY)
    (asked,) = centre.engine.asked
    assert isinstance(asked, SubmitOrder)
    assert asked.lines == (LineRequest(GTIN, 2, single_batch=True),)
