"""`nightshift stock`: what is asked of the centre, and what is printed of its answers."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from controller.cli import stock
from controller.cli.app import run
from tests.unit.cli.answering import Asked, answer_from

Said = pytest.CaptureFixture[str]

CASE = {
    "case_id": "Q1.1",
    "why": "temperature of R8 (F-000001)",
    "packs": 3,
    "lots": [{"gtin": "05000000000012", "batch": "B1", "place": "robot:R8", "packs": 3}],
}
FOUND = {"pack_id": "L1.1.001", "was_missing": True, "place": "goods-in", "hold": "recall RC1: glass"}
MISSING = {
    "pack_id": "P7",
    "place": "input:R4",
    "gtin": "05000000000012",
    "batch": "B1",
    "expiry": "2027-06-30",
    "hold": "missing: nothing waits at the input of R4",
}
LEFT = {
    "destination": "GGH-WA1",
    "name": "Ward 1",
    "packs": 2,
    "totes": [
        {
            "order_ref": "T1", "tote_id": "T1-1", "carrier": "courier", "sent_at": "2026-11-23T07:58:00.000Z",
            "on_the_road": True, "packs": ["P1", "P2"],
        }
    ],
}  # fmt: skip
OPENED = {**CASE, "place": "R8", "since": "2026-11-23T07:40:00.000Z", "packs_left": 2, "left": [LEFT]}
ANSWERS: dict[str, Any] = {
    "GET /api/v1/overview": {"timezone": "Europe/London"},
    "GET /api/v1/quarantines/Q1.1": OPENED,
    "GET /api/v1/quarantines": {"items": [CASE]},
    "POST /api/v1/quarantines": {"case_id": "Q1.1", "held": 3},
    "POST /api/v1/quarantines/Q1.1/decision": {"packs": 3, "destroyed": True, "gone": 1, "to_put_out": 2},
    "POST /api/v1/stock/counts": {"work_id": "W1.1", "packs": 3, "shelves": []},
    "POST /api/v1/stock/found": FOUND,
    "GET /api/v1/stock/missing": {"items": [MISSING]},
    "POST /api/v1/stock/write-offs": {"packs": 2, "reference": "X1.1"},
    "POST /api/v1/stock/put-backs": {"packs": 1, "reference": "X1.2"},
}
WHY = ["--reason", "wet", "--by", "Ann"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return answer_from(monkeypatch, ANSWERS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["quarantines"], "robot:R8: 3 of 05000000000012 batch B1"),
        (["hold", "R8", *WHY], "Q1.1: 3 packs at R8 held."),
        (["release", "Q1.1", *WHY], "Q1.1: 3 packs"),
        (
            ["destroyed", "Q1.1", *WHY, "--witness", "Rose"],
            "Q1.1: 3 packs to be destroyed: 1 off the books, 2 for robots",
        ),
        (["count", "MANUAL-A", "05000000000012", *WHY], "W1.1: 3 packs to look for at MANUAL-A."),
        (["found", "05000000000012", "B1", "2028-01-31", *WHY], "It is the missing pack L1.1.001, at goods-in."),
        (["missing"], "P7 at input:R4: 05000000000012 batch B1, expires 2027-06-30 (missing: nothing waits"),
        (["write-off", "P1", "P2", *WHY], "X1.1: 2 packs out of the books."),
        (["put-back", "P1", *WHY], "X1.2: 1 pack at goods-in"),
    ],
    ids=lambda words: words[0] if isinstance(words, list) else "",
)
def test_each_command_asks_once_and_says_what_came_of_it(
    asked: Asked, capsys: Said, words: list[str], said: str
) -> None:
    assert run(["stock", *words]) == 0
    assert len(asked) == 1
    assert said in capsys.readouterr().out


def test_what_is_said_reaches_the_centre_word_for_word(asked: Asked) -> None:
    words = ["stock", "destroyed", "Q1.1", *WHY, "--witness", "Rose", "--batch", "B1", "--pack", "P1", "--pack", "P2"]
    assert run(words) == 0
    said = {"decision": "destroyed", "reason": "wet", "actor": "Ann", "witness": "Rose", "batch": "B1"}
    said_of = {**said, "pack_ids": ["P1", "P2"]}
    assert asked == [("POST /api/v1/quarantines/Q1.1/decision", said_of)]


def test_a_case_names_the_wards_to_call_and_what_may_be_on_the_road(asked: Asked, capsys: Said) -> None:
    assert run(["stock", "case", "Q1.1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Q1.1: 3 packs, temperature of R8 (F-000001)",
        "  robot:R8: 3 of 05000000000012 batch B1",
        "R8 was out of range from Mon 07:40 on.",
        "Left before anybody knew: 2 packs. Call:",
        "  GGH-WA1 Ward 1: 2 packs",
        "    Mon 23 Nov 2026 07:58 2 packs, order T1, tote T1-1, with courier  MAY BE ON THE ROAD: call the driver",
    ]


def test_a_case_of_which_nothing_has_left_says_so() -> None:
    opened = {**OPENED, "since": None, "packs_left": 0, "left": []}
    assert stock.detail_lines(opened, ZoneInfo("UTC"))[-1] == "None of it had left before the case was opened."


def test_nothing_to_decide_is_said_so() -> None:
    assert stock.case_lines([]) == ["Nothing waits for a decision."]
