"""`nightshift forecast`: what it asks of the centre, and what a shift leader reads of the answer."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from controller.cli import forecast
from controller.cli.app import run
from tests.unit.cli.answering import answer_with

Said = pytest.CaptureFixture[str]
OVERVIEW = {"at": "2026-07-06T10:30:00.000Z", "timezone": "Europe/London"}
"""Half past eleven in London: summer time."""


def _spread(p50: float, p90: float | None = None) -> dict[str, float]:
    return {"p50": p50, "p90": p50 if p90 is None else p90}


def _course(late: int, **more: Any) -> dict[str, Any]:
    return {
        "classes": [{"order_class": "routine", "due": _spread(500.0), "late": _spread(late, late + 2)}],
        "vans": [],
        "late_orders": [],
        "hours": [
            {
                "from_at": "2026-07-06T10:30:00.000Z",
                "packs": _spread(1431.0),
                "robot": {"source": "R3", "share": 0.974},
                "station": None,
            }
        ],
        "packs_an_hour": _spread(1400.0),
        **more,
    }


LATE_ORDERS = [
    {
        "order_ref": f"T{number:06d}",
        "order_class": "routine",
        "destination": "QEUH-WA1",
        "departure_id": "QEUH-3/2026-07-06",
        "due_at": "2026-07-06T13:00:00.000Z",
        "share": 1.0,
        "late_s": 11_700.0,
        "leaves_at": None if number else "2026-07-06T16:15:00.000Z",
    }
    for number in range(17)
]
VAN = {
    "departure_id": "QEUH-3/2026-07-06",
    "departs_at": "2026-07-06T13:00:00.000Z",
    "share": 2 / 3,
    "left_behind": _spread(3.0, 5.0),
    "destinations": ["QEUH-WA1", "A", "B", "C", "D"],
    "hold_s": 360.0,
}
RESULT = {
    "at": "2026-07-06T10:30:00.000Z",
    "until_at": "2026-07-06T18:30:00.000Z",
    "seeds": 3,
    "known_orders": 214,
    "expected_orders": _spread(623.0, 656.0),
    "basis": "Orders are expected as in the same hours of last week.",
    "conclusion": "With R4 down until 14:00 3 routine orders come late (left by QEUH-3).",
    "left_out": ["Deliveries that are not booked yet are not taken into account."],
    "baseline": _course(0),
    "what_if": _course(3, vans=[VAN], late_orders=LATE_ORDERS),
}


class Answering:
    """A centre that answers as told, and remembers what it was asked."""

    def __init__(self, *answers: dict[str, Any], refusal: str | None = None) -> None:
        self.answers, self.refusal = list(answers), refusal
        self.asked: list[dict[str, Any]] = []
        self.waited = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/overview":
            return httpx.Response(200, json=OVERVIEW)
        if request.method == "POST":
            self.asked.append(json.loads(request.content))
            if self.refusal is not None:
                return httpx.Response(422, json={"detail": self.refusal})
        else:
            self.waited += 1
        return httpx.Response(200, json=self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


def _answer(status: str, **more: Any) -> dict[str, Any]:
    return {"forecast_id": "F-1", "status": status, "failure": None, "result": None, **more}


@pytest.fixture
def centre(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answering], None]:
    def answers(answering: Answering) -> None:
        answer_with(monkeypatch, answering)

    return answers


def test_it_waits_and_shows_both_courses(centre: Callable[[Answering], None], capsys: Said) -> None:
    answering = Answering(_answer("under_way"), _answer("under_way"), _answer("done", result=RESULT))
    centre(answering)
    assert run(["forecast", "--down", "R4,R6", "--down", "R7@09:00", "--until", "14:00"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert answering.waited == 2
    assert [(down["robot"], down["until"]) for down in answering.asked[0]["down"]] == [
        ("R4", "2026-07-06T13:00:00Z"),
        ("R6", "2026-07-06T13:00:00Z"),
        ("R7", "2026-07-07T08:00:00Z"),
    ]
    assert lines[0] == RESULT["conclusion"]
    assert "11:30 to 19:30, 214 orders known, about 623 (656) more expected." in lines
    assert "routine  0 (2)          3 (5)    500" in lines
    assert "from 11:30     1,431, busiest R3 97%  1,431, busiest R3 97%" in lines
    (van,) = [line for line in lines if "QEUH-3/2026-07-06 14:00" in line]
    assert van.endswith("in 67% of the runs, 3 (5) orders, for QEUH-WA1, A, B, C and 1 more; complete 6 min later")
    assert "  T000000 (routine, QEUH-WA1), due 14:00: in 100% of the runs, 195 min late, leaves 17:15" in lines
    assert "  and 2 more" in lines


def test_every_what_if_is_asked(centre: Callable[[Answering], None]) -> None:
    answering = Answering(_answer("done", result=RESULT))
    centre(answering)
    arguments = [
        "--hours", "12", "--orders", "-10%", "--discharges", "+20%", "--staff", "CHECK=2@12:00-14:30", "--staff",
        "DOCK=0", "--no-night-shift", "--hold-van", "QEUH-3=4min", "--faults", "none", "--seeds", "5",
    ]  # fmt: skip
    assert run(["forecast", *arguments]) == 0
    (asked,) = answering.asked
    assert asked == {
        "hours": 12.0,
        "down": [],
        "orders": pytest.approx(0.9),
        "discharges": pytest.approx(1.2),
        "staffing": [
            {"station": "CHECK", "people": 2, "since": "2026-07-06T11:00:00Z", "until": "2026-07-06T13:30:00Z"},
            {"station": "DOCK", "people": 0, "since": None, "until": None},
        ],
        "night_shift": False,
        "holds": [{"run": "QEUH-3", "minutes": 4.0}],
        "disturbed_share": 0.0,
        "seeds": 5,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--down", "R4"], "say until when, with --until HH:MM"),
        (["--down", "R4", "--until", "noon"], "'noon' is no time of day"),
        (["--orders", "more"], "--orders: 'more' is no change"),
        (["--staff", "CHECK"], "'CHECK' is no staffing"),
        (["--hold-van", "QEUH-3"], "'QEUH-3' is no wait"),
        (["--faults", "many"], "say none, normal, poor"),
    ],
)
def test_a_mistake_is_told_in_a_line(
    centre: Callable[[Answering], None], capsys: Said, arguments: list[str], said: str
) -> None:
    answering = Answering(_answer("done", result=RESULT))
    centre(answering)
    assert run(["forecast", *arguments]) == 1
    assert said in " ".join(capsys.readouterr().err.split())
    assert answering.asked == []


def test_a_forecast_that_fails_is_told(centre: Callable[[Answering], None], capsys: Said) -> None:
    centre(Answering(_answer("failed", failure="its process has died")))
    assert run(["forecast"]) == 1
    assert "its process has died" in capsys.readouterr().err


def test_what_the_centre_refuses_is_told(centre: Callable[[Answering], None], capsys: Said) -> None:
    centre(Answering(_answer("done"), refusal="body.down.0.robot: there is no robot R77 at this site"))
    assert run(["forecast", "--down", "R77", "--until", "14:00"]) == 1
    assert "there is no robot R77" in " ".join(capsys.readouterr().err.split())


def test_nobody_waits_for_ever(centre: Callable[[Answering], None], capsys: Said) -> None:
    answering = Answering(_answer("under_way"))
    centre(answering)
    assert run(["forecast"]) == 1
    assert answering.waited == forecast.ASKED_TIMES
    assert "still at it" in capsys.readouterr().err
