"""`nightshift calendar`: what it asks of the centre, and what a shift leader reads of the answer."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from controller.cli.app import run
from controller.cli.asking import Centre
from controller.cli.calendar_view import days_text, effects_text
from controller.cli.order_post import CentreUnreachable
from controller.domain.errors import Conflict, Invalid, NightshiftError, NotFound
from tests.unit.cli.answering import answer_with

Said = pytest.CaptureFixture[str]
WHY = ["--reason", "snow", "--by", "ann"]
CHANGE = {
    "change_id": "K1.000001",
    "kind": "cancelled",
    "reason": "snow",
    "actor": "ann",
    "held": False,
    "hospital": None,
}


def _van(run_: str, at: str, **facts: Any) -> dict[str, Any]:
    return {"run": run_, "hospital": "GGH", "departs_local": at, "status": "planned", "change": None, **facts}


DAYS: dict[str, Any] = {
    "timezone": "Europe/London",
    "days": [
        {
            "date_local": "2026-10-24",
            "holidays": [],
            "departures": [
                _van("GGH-1", "10:15", status="cancelled", change=CHANGE),
                _van("GGH-2", "12:19", change=CHANGE | {"kind": "moved", "held": True}),
                _van("GGH-3", "13:00", status="departed"),
                _van("GGH-X1", "15:00", change=CHANGE | {"kind": "extra"}),
            ],
        },
        {
            "date_local": "2026-10-25",
            "holidays": [CHANGE | {"kind": "holiday", "change_id": "H-1", "reason": "Fair [Sunday]"}],
            "departures": [_van("GGH-1", "10:15", change=CHANGE | {"kind": "holiday", "change_id": "H-1"})],
        },
    ],
}
EFFECTS: dict[str, Any] = {
    "change_id": "K1.000001",
    "departures": [
        {
            "departure_id": "GGH-1/2026-11-23",
            "status": "cancelled",
            "orders": 0,
            "cutoff_at": "2026-11-23T09:30:00.000Z",
            "departs_at": "2026-11-23T10:15:00.000Z",
        }
    ],
    "moved_orders": [
        {
            "order_ref": reference,
            "destination": ward,
            "new": "GGH-2/2026-11-23",
            "departs_at": "2026-11-23T12:15:00.000Z",
        }
        for reference, ward in (("T1", "W2"), ("T2", "W1"), ("T3", "W2"))
    ]
    + [{"order_ref": "T4", "destination": "W3", "new": None, "departs_at": None}],
}


def test_the_days_show_what_is_unlike_their_week() -> None:
    assert days_text(DAYS, every=False).splitlines() == [
        "Saturday 24 October 2026",
        "  1 van as every week",
        "  10:15  GGH-1      to GGH    cancelled: snow (ann, K1.000001)",
        "  12:19  GGH-2      to GGH    held: snow (ann, K1.000001)",
        "  15:00  GGH-X1     to GGH    an extra van: snow (ann, K1.000001)",
        "Sunday 25 October 2026, the clocks change: 25 hours",
        "  holiday: Fair [Sunday] (ann, H-1)",
    ]


def test_every_van_is_shown_to_whoever_asks() -> None:
    lines = days_text(DAYS, every=True).splitlines()
    assert "  13:00  GGH-3      to GGH    left" in lines
    assert "  10:15  GGH-1      to GGH    cancelled: snow (ann, H-1)" in lines
    assert not any("as every week" in line for line in lines)


def test_a_change_tells_what_became_of_vans_and_wards() -> None:
    assert effects_text(EFFECTS, ZoneInfo("Europe/London")).splitlines() == [
        "Change K1.000001.",
        "GGH-1/2026-11-23 is cancelled; 0 orders booked on it.",
        "3 orders of 2 destinations now go with GGH-2/2026-11-23, Mon 23 Nov 12:15:",
        "  W1: T2",
        "  W2: T1, T3",
        "1 order of 1 destination now goes by courier: no van goes there:",
        "  W3: T4",
        "Orders stay due when they were first booked: what leaves later counts as late.",
    ]


def test_a_change_of_a_day_far_ahead_says_that_nothing_is_touched_yet() -> None:
    text = effects_text({"change_id": "K1", "departures": [], "moved_orders": []}, ZoneInfo("Europe/London"))
    assert text.splitlines() == ["Change K1.", "No van that is planned by now is touched."]


def test_of_the_many_vans_of_a_holiday_the_number_is_told() -> None:
    vans = EFFECTS["departures"] * 59 + [EFFECTS["departures"][0] | {"status": "planned"}]
    answer = {"change_id": "K1", "departures": vans, "moved_orders": []}
    assert effects_text(answer, ZoneInfo("Europe/London")).splitlines() == [
        "Change K1.",
        "59 vans now cancelled.",
        "1 van now going.",
    ]


class FakeCentre:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.keys: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=DAYS)
        self.asked.append((request.method, request.url.path, json.loads(request.content)))
        self.keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(201, json=EFFECTS)


@pytest.fixture
def centre(monkeypatch: pytest.MonkeyPatch) -> FakeCentre:
    fake = FakeCentre()
    answer_with(monkeypatch, fake)
    return fake


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["holiday", "2026-12-25"], "", {"kind": "holiday", "date": "2026-12-25"}),
        (
            ["holiday", "2026-12-25", "--hospital", "GGH"],
            "",
            {"kind": "holiday", "date": "2026-12-25", "hospital": "GGH"},
        ),
        (["cancel", "GGH-1"], "", {"kind": "cancelled", "date": "2026-10-24", "run": "GGH-1"}),
        (
            ["move", "GGH-1", "11:00", "--cutoff", "10:30", "--date", "2026-10-25"],
            "",
            {
                "kind": "moved",
                "date": "2026-10-25",
                "run": "GGH-1",
                "departure_local": "11:00",
                "cutoff_local": "10:30",
            },
        ),
        (
            ["extra", "GGH", "15:00", "--name", "GGH-X9"],
            "",
            {"kind": "extra", "date": "2026-10-24", "hospital": "GGH", "departure_local": "15:00", "run": "GGH-X9"},
        ),
        (["hold", "GGH-1", "4"], "/holds", {"date": "2026-10-24", "run": "GGH-1", "minutes": 4}),
        (["withdraw", "K1.000001"], "/K1.000001/withdraw", {}),
    ],
)
def test_each_command_asks_for_its_change(
    centre: FakeCentre, capsys: Said, arguments: list[str], path: str, body: dict[str, object]
) -> None:
    assert run(["calendar", *arguments, *WHY]) == 0
    assert centre.asked == [
        ("POST", f"/api/v1/calendar-changes{path}", {**body, "reason": "snow", "actor": "ann"}),
    ]
    assert "GGH-1/2026-11-23 is cancelled" in capsys.readouterr().out


def test_two_changes_have_two_keys(centre: FakeCentre) -> None:
    for _ in range(2):
        run(["calendar", "cancel", "GGH-1", *WHY])
    assert len(set(centre.keys)) == 2


def test_show_prints_the_days(centre: FakeCentre, capsys: Said) -> None:
    assert run(["calendar", "show", "--days", "2", "--from", "2026-10-24"]) == 0
    assert "holiday: Fair [Sunday]" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["cancel", "GGH-1"], ["hold", "GGH-1", "121", *WHY], ["holiday", "soon", *WHY]])
def test_usage_errors_ask_nothing(centre: FakeCentre, arguments: list[str]) -> None:
    assert run(["calendar", *arguments]) == 2
    assert centre.asked == []


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (409, Conflict), (400, Invalid), (422, Invalid), (503, CentreUnreachable)]
)
def test_a_refusal_is_told_in_the_centres_words(status: int, error: type[NightshiftError]) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json={"detail": "GGH-1 has left."}))
    words = "GGH-1 has left" if status < 500 else "try again"
    with pytest.raises(error, match=words):
        Centre("http://centre", transport).get("/api/v1/calendar")


def test_a_centre_that_does_not_run_says_so() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    answer: Callable[[httpx.Request], httpx.Response] = refuse
    with pytest.raises(CentreUnreachable, match="nightshift up"):
        Centre("http://centre", httpx.MockTransport(answer)).get("/api/v1/calendar")
