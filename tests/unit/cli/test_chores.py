"""`nightshift chores`: what is asked of the centre, and what is printed of its answers."""

from typing import Any

import pytest

from controller.cli.app import run
from tests.unit.cli.answering import Asked, answer_from

Said = pytest.CaptureFixture[str]

CHORE = {
    "chore_id": "N1.000001",
    "kind": "count",
    "source": "R1",
    "subject": "A-07",
    "reason": "not counted for 14 days or more",
    "reference": "C1.000002",
    "packs": 0,
    "begun_at": "2026-11-24T01:30:00.000Z",
    "status": "partly",
    "ended_at": "2026-11-24T01:30:21.000Z",
    "result": "112 there, 1 missing",
}
WINDOW = {
    "window_id": "M1.000001",
    "robot": "R2",
    "from_at": "2026-07-24T01:00:00.000Z",
    "to_at": "2026-07-24T03:00:00.000Z",
    "reason": "new belts",
    "status": "planned",
}
ANSWERS: dict[str, Any] = {
    "GET /api/v1/overview": {"timezone": "Europe/London"},
    "GET /api/v1/chores": {"items": [CHORE], "next": None},
    "GET /api/v1/chores/pauses": {"items": [{"scope": None, "reason": "visitors", "actor": "Ann", "since": "x"}]},
    "GET /api/v1/maintenance-windows": {"items": [WINDOW, {**WINDOW, "status": "over"}], "next": None},
    "POST /api/v1/chores/pause": {"scope": "R1", "paused": True, "cancelling": 1},
    "POST /api/v1/chores/resume": {"scope": "R1", "paused": True},
    "POST /api/v1/maintenance-windows": WINDOW,
    "POST /api/v1/maintenance-windows/M1.000001/cancel": {**WINDOW, "status": "held"},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return answer_from(monkeypatch, ANSWERS)


def test_the_list_names_what_came_of_each_chore_what_is_paused_and_what_is_planned(asked: Asked, capsys: Said) -> None:
    assert run(["chores", "list", "--robot", "R1", "--kind", "count"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Tue 24 Nov 01:30 R1 count A-07" in said
    assert "112 there, 1 missing" in said
    assert "Paused: the whole site by Ann (visitors)." in said
    assert "M1.000001 R2 planned from Fri 24 Jul 02:00 to Fri 24 Jul 04:00: new belts" in said
    assert said.count("M1.000001") == 1, "what is over is not shown"
    assert asked[0] == ("GET /api/v1/chores", {"source": "R1", "kind": "count", "limit": "500"})


def test_a_pause_names_its_scope(asked: Asked, capsys: Said) -> None:
    assert run(["chores", "pause", "--robot", "R1", "--reason", "visitors", "--by", "Ann"]) == 0
    assert asked == [("POST /api/v1/chores/pause", {"scope": "R1", "reason": "visitors", "actor": "Ann"})]
    assert capsys.readouterr().out == "Paused: R1. 1 chore being cancelled.\n"


def test_a_resume_says_what_is_still_paused(asked: Asked, capsys: Said) -> None:
    assert run(["chores", "resume", "--robot", "R1", "--reason", "gone", "--by", "Ann"]) == 0
    assert capsys.readouterr().out == "Resumed: R1. The whole site is paused still.\n"


def test_a_window_is_given_in_the_time_of_the_site(asked: Asked, capsys: Said) -> None:
    given = ["chores", "window", "add", "R2", "2026-07-24T02:00", "2026-07-24T04:00", "--reason", "new belts"]
    assert run([*given, "--by", "Ann"]) == 0
    assert asked[-1][1] == {
        "robot": "R2",
        "from_at": "2026-07-24T02:00:00+01:00",
        "to_at": "2026-07-24T04:00:00+01:00",
        "reason": "new belts",
        "actor": "Ann",
    }
    assert "M1.000001: R2 is kept from work from Fri 24 Jul 02:00" in capsys.readouterr().out


def test_a_window_under_way_ends_at_once(asked: Asked, capsys: Said) -> None:
    assert run(["chores", "window", "cancel", "M1.000001", "--reason", "done", "--by", "Ann"]) == 0
    assert capsys.readouterr().out == "M1.000001 ends now; the robot makes its reference run.\n"
