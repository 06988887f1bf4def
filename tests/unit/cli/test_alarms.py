"""`nightshift alarms`: what is asked of the centre, and what is printed of its answers."""

import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from controller.cli.alarm_view import alarms_table
from controller.cli.app import run
from controller.faults.alarms import AlarmState
from tests.unit.cli.answering import Asked, answer_from

Said = pytest.CaptureFixture[str]

ALARM: dict[str, Any] = {
    "alarm_id": "A-000003",
    "condition": "robot.stopped/R4",
    "kind": "robot.stopped",
    "subject": "R4",
    "priority": "high",
    "state": "unacknowledged",
    "text": "R4: Lift overloaded (AXY-04).",
    "response": "Go to the robot.",
    "raised_at": "2026-11-23T08:00:00.000Z",
    "respond_by": "2026-11-23T08:15:00.000Z",
    "robot": "R4",
    "fault_id": "F-000007",
    "times": 3,
    "last_active_at": "2026-11-23T07:58:00.000Z",
    "root": None,
    "acknowledged_at": None,
    "acknowledged_by": None,
    "shelved_until": None,
    "shelved_by": None,
    "shelve_reason": None,
    "ended_at": None,
    "ended_by": None,
}
OUT = {"condition": "robot.lane/R2", "by": "Bob", "reason": "rebuilt", "until": "2026-11-24T08:00:00.000Z"}
HIDDEN = {
    **ALARM,
    "alarm_id": "A-000004",
    "text": "R4: Vacuum low (VAC-14).",
    "root": "A-000003",
    "state": "suppressed",
}
PERFORMANCE = {
    "since": "2026-11-22T08:00:00.000Z",
    "until": "2026-11-23T08:00:00.000Z",
    "operators": 2.0,
    "peak_at": "2026-11-23T02:20:00.000Z",
    "raised": 41,
    "suppressed": 9,
    "per_operator_hour": 0.854,
    "peak_ten_minutes": 4,
    "flood_share": 0.0,
    "critical": 1,
    "high": 5,
    "medium": 15,
    "low": 20,
    "top": [{"condition": "robot.stopped/R4", "alarms": 6, "share": 0.1463}],
    "chattering": [],
    "standing": 2,
    "stale": ["A-000001"],
}
ANSWERS: dict[str, Any] = {
    "GET /api/v1/overview": {"timezone": "Europe/London", "at": "2026-11-23T08:00:00.000Z"},
    "GET /api/v1/alarms": {"items": [{"alarm": ALARM, "attached": [HIDDEN, HIDDEN]}]},
    "GET /api/v1/alarms/A-000003": {**ALARM, "root": "A-000002", "ended_at": "2026-11-23T09:00:00Z", "ended_by": "Ann"},
    "GET /api/v1/alarms/history": {"items": [ALARM], "next": None},
    "GET /api/v1/alarms/out-of-service": {"items": [OUT]},
    "GET /api/v1/alarms/performance": PERFORMANCE,
    "POST /api/v1/alarms/A-000003/acknowledge": {"acknowledged_by": "Ann"},
    "POST /api/v1/alarms/A-000003/shelve": {"shelved_until_at": "2026-11-23T10:00:00.000Z"},
    "POST /api/v1/alarms/A-000003/unshelve": {},
    "POST /api/v1/alarms/A-000003/reset": {},
    "POST /api/v1/alarms/out-of-service": {"until_at": "2026-11-24T08:00:00.000Z"},
    "POST /api/v1/alarms/back-in-service": {},
}
WHY = ["--reason", "the part comes", "--by", "Ann"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return answer_from(monkeypatch, ANSWERS)


def _said(capsys: Said) -> str:
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("asked")
def test_the_list_says_what_and_how_much_it_explains(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["alarms", "list"]) == 0
    said = _said(capsys)
    assert "HIGH A-000003 R4: Lift overloaded (AXY-04)." in said
    assert (
        "since Mon 08:00 (3 times, last Mon 07:58); to be begun by Mon 08:15; nobody has it; explains 2 others." in said
    )
    assert "What to do: nightshift alarms show ALARM" in said
    assert "Out of service until Tue 08:00: robot.lane/R2 by Bob (rebuilt)." in said


@pytest.mark.usefixtures("asked")
def test_advice_is_one_line_a_kind_below_what_needs_somebody(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    door = {**ALARM, "alarm_id": "A-000008", "priority": "low", "text": "R4: Door open (SAF-70).", "kind": "robot.door"}
    advice = [
        {**ALARM, "alarm_id": f"A-00001{number}", "kind": "robot.warning", "robot": f"R{number}", "text": "wears"}
        for number in range(3)
    ]
    items = [{"alarm": alarm, "attached": []} for alarm in (door, *advice)]
    monkeypatch.setitem(ANSWERS, "GET /api/v1/alarms", {"items": items})
    assert run(["alarms", "list"]) == 0
    said = _said(capsys)
    assert "A-000008 R4: Door open" in said
    assert "wears" not in said
    assert "3 of robot.warning (R0, R1, R2), the first since Mon 08:00: Go to the robot." in said
    assert "Each of them: nightshift alarms list --all" in said
    assert run(["alarms", "list", "--all"]) == 0
    said = _said(capsys)
    assert said.count("wears") == 3
    assert "Each of them" not in said


STATES = {
    "unacknowledged": "to be begun by Mon 08:15; nobody has it",
    "acknowledged": "Ann has it",
    "returned": "it has gone; nobody has it",
    "latched_unacknowledged": "it has gone; nobody has it; only a reset by name ends it",
    "latched_acknowledged": "it has gone; Ann has it; only a reset by name ends it",
    "shelved": "put aside until Mon 10:00 by Bob",
    "suppressed": "hidden under A-000001",
}


@pytest.mark.parametrize("state", AlarmState)
def test_every_state_in_words_on_a_narrow_screen(state: AlarmState) -> None:
    alarm = {
        **ALARM,
        "state": state.value,
        "acknowledged_by": "Ann",
        "root": "A-000001",
        "shelved_by": "Bob",
        "shelved_until": "2026-11-23T10:00:00.000Z",
    }
    screen = Console(width=80, record=True, file=io.StringIO())
    screen.print(alarms_table([{"alarm": alarm, "attached": []}], ZoneInfo("Europe/London")))
    said = screen.export_text()
    assert max(len(line.rstrip()) for line in said.splitlines()) <= 80
    if state not in (AlarmState.NORMAL, AlarmState.OUT_OF_SERVICE):
        assert f"; {STATES[state.value]}." in " ".join(said.split())


@pytest.mark.usefixtures("asked")
def test_what_nobody_began_in_time_is_said_to_be_late(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    later = {"timezone": "Europe/London", "at": "2026-11-23T08:15:01.000Z"}
    monkeypatch.setitem(ANSWERS, "GET /api/v1/overview", later)
    assert run(["alarms", "list"]) == 0
    assert "LATE, somebody should have begun by Mon 08:15; nobody has it" in _said(capsys)


@pytest.mark.usefixtures("asked")
def test_a_quiet_centre_says_so(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "GET /api/v1/alarms", {"items": []})
    assert run(["alarms", "list"]) == 0
    assert _said(capsys).startswith("No alarm stands.")


@pytest.mark.usefixtures("asked")
def test_one_alarm_is_told_with_what_to_do(capsys: Said) -> None:
    assert run(["alarms", "show", "A-000003"]) == 0
    said = _said(capsys)
    assert "Explained by A-000002: see to that one." in said
    assert "ended Mon 09:00: Ann" in said
    assert "To do" not in said, "it is over"


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("name", ["A-3", "a-000003", "3"])
def test_a_standing_alarm_is_told_with_what_to_do_and_to_type(
    name: str, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ANSWERS, "GET /api/v1/alarms/A-000003", ALARM)
    assert run(["alarms", "show", name]) == 0
    said = _said(capsys)
    assert "To do: Go to the robot." in said
    assert "It explains 2 others: A-000004 R4: Vacuum low (VAC-14)." in said
    assert "nightshift fault show F-000007 nightshift robot R4 nightshift alarms ack A-000003 --by YOUR-NAME" in said
    storm = {"items": [{"alarm": ALARM, "attached": [HIDDEN] * 44}]}
    monkeypatch.setitem(ANSWERS, "GET /api/v1/alarms", storm)
    assert run(["alarms", "show", name]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) <= 24
    assert shown[-1] == "  and 32 more"


@pytest.mark.usefixtures("asked")
def test_what_is_no_alarm_is_refused_in_words(capsys: Said) -> None:
    assert run(["alarms", "show", "R4"]) == 1
    assert "R4 is no alarm: look for it with `nightshift alarms list`." in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("asked")
def test_history_is_a_list(capsys: Said) -> None:
    assert run(["alarms", "history", "--last", "5"]) == 0
    assert "A-000003" in _said(capsys)


@pytest.mark.parametrize(
    ("words", "path", "body", "said"),
    [
        (["ack", "A-000003", "--by", "Ann"], "A-000003/acknowledge", {"actor": "Ann"}, "acknowledged by Ann"),
        (
            ["shelve", "A-000003", "--hours", "2", *WHY],
            "A-000003/shelve",
            {"reason": "the part comes", "actor": "Ann", "until": "2026-11-23T10:00:00+00:00"},
            "shelved until Mon 10:00",
        ),
        (["unshelve", "A-000003", *WHY], "A-000003/unshelve", {"reason": "the part comes", "actor": "Ann"}, "again"),
        (["reset", "A-000003", *WHY], "A-000003/reset", {"reason": "the part comes", "actor": "Ann"}, "reset by Ann"),
        (
            ["out-of-service", "robot.lane/R2", *WHY],
            "out-of-service",
            {
                "condition": "robot.lane/R2",
                "reason": "the part comes",
                "actor": "Ann",
                "until": "2026-11-24T08:00:00+00:00",
            },
            "until Tue 08:00",
        ),
        (
            ["back-in-service", "robot.lane/R2", *WHY],
            "back-in-service",
            {"condition": "robot.lane/R2", "reason": "the part comes", "actor": "Ann"},
            "back in service",
        ),
    ],
)
def test_what_people_do(
    asked: Asked, capsys: Said, words: list[str], path: str, body: dict[str, Any], said: str
) -> None:
    assert run(["alarms", *words]) == 0
    assert asked.posted == [(f"POST /api/v1/alarms/{path}", body)]
    assert said in _said(capsys)


@pytest.mark.usefixtures("asked")
def test_performance_stands_beside_its_aims(capsys: Said) -> None:
    assert run(["alarms", "performance"]) == 0
    said = _said(capsys)
    assert "From Sun 08:00 to Mon 08:00, shared by 2 people:" in said
    assert "41 alarms: 1 critical, 5 high, 15 medium, 20 low; 9 more hidden under others" in said
    assert "0.85 an hour for each of them (aim: at most 6)" in said
    assert "4 in the worst ten minutes, from Mon 02:20 (aim: at most 10)" in said
    assert "for more than a day: A-000001 (aim: none)" in said
    assert "Most frequent: 6 14.6% robot.stopped/R4" in said


def test_nobody_acts_without_a_name(asked: Asked) -> None:
    assert run(["alarms", "ack", "A-000003"]) != 0
    assert asked.posted == []
