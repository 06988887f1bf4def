"""What the technician types and reads; the way through a whole cure is tests/system/test_newcomer.py."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from controller.cli.app import run
from controller.cli.robot_words import contact, machine_state
from controller.cli.technician_view import kpi_lines, run_lines, situation_lines
from controller.domain.robot import Trust
from tests.unit.cli.answering import answer_with

Said = pytest.CaptureFixture[str]
KPI: dict[str, Any] = {
    "robot": "R4", "since": "2026-11-16T08:00:00.000Z", "until": "2026-11-23T08:00:00.000Z", "pbt_s": 594_000.0,
    "apt_s": 300_000.0, "adet_s": 290_000.0, "adot_s": 4_000.0, "pdot_s": 10_800.0, "availability": 0.505,
    "technical_availability": 0.9933, "faults": 40, "stops": 8, "mtbf_s": 73_750.0, "mttr_s": 420.0,
    "response_s": None, "repair_s": 240.0, "picks": 10_010, "faults_per_1000_picks": 4.0, "late_orders": 2,
}  # fmt: skip
SERVICE: dict[str, Any] = {
    "robot": "R4", "serviced_at": None, "due_at": "2026-11-30T00:00:00.000Z", "overdue": False,
    "parts": [{"part": "jaw pads", "cycles": 20_000, "cycles_limit": 25_000, "days": 12.0, "days_limit": 90.0}],
    "proposed_from_at": "2026-11-29T00:30:00.000Z", "proposed_to_at": "2026-11-29T03:30:00.000Z",
}  # fmt: skip


class FakeCentre:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else dict(request.url.params)
        self.asked.append((request.method, request.url.path, body))
        answers: dict[str, dict[str, Any]] = {
            "/api/v1/overview": {"timezone": "Europe/London"},
            "/api/v1/robots/R4/kpis": KPI,
            "/api/v1/kpis": KPI | {"robot": "", "faults_per_1000_picks": None, "picks": 0},
            "/api/v1/robots/R4/maintenance": SERVICE | {"task_id": "C1.000001"},
            "/api/v1/maintenance-windows": {"window_id": "M1.000001"},
            "/api/v1/robots/R4/work-log": {"robot": "R4", "items": []},
            "/api/v1/robots/R4/profiles": {
                "version": 3,
                "robot": "R4",
                "items": [],
                "told_version": 3,
                "agrees": True,
                "careful": [],
                "parameters": [],
                "proposed": [],
            },
            "/api/v1/robots/R4/profiles/roll-back": {"version": 4},
        }
        return httpx.Response(200, json=answers[request.url.path])


@pytest.fixture
def centre(monkeypatch: pytest.MonkeyPatch) -> FakeCentre:
    fake = FakeCentre()
    answer_with(monkeypatch, fake)
    return fake


def test_figures_in_words(centre: FakeCentre, capsys: Said) -> None:
    assert run(["kpi", "R4", "--days", "7"]) == 0
    said = capsys.readouterr().out
    assert "R4, 2026-11-16 08:00 to 2026-11-23 08:00" in said
    assert "could have worked 99.3 % of the planned time, in motion 50.5 %" in said
    assert "MTBF 20.5 h, MTTR 7 min" in said
    assert "until somebody began unknown" in said
    assert "4.00 faults per 1,000 of 10,010 picks; 2 late orders" in said
    assert run(["kpi"]) == 0
    assert "All robots" in capsys.readouterr().out


def test_one_fault_and_one_late_order() -> None:
    said = list(kpi_lines(KPI | {"faults": 1, "late_orders": 1}, ZoneInfo("Europe/London")))
    assert "  1 fault, 8 stopped it" in said
    assert said[-1].endswith("; 1 late order because of it")


def test_a_proposed_window_is_planned_by_name_only(centre: FakeCentre, capsys: Said) -> None:
    assert run(["service", "R4"]) == 0
    said = capsys.readouterr().out
    assert "never written down" in said
    assert "jaw pads: 20,000 of 25,000 picks, 12 of 90 days" in said
    assert run(["service", "R4", "--accept"]) == 1
    assert "--by" in capsys.readouterr().err
    assert run(["service", "R4", "--accept", "--by", "Ann"]) == 0
    body = {"robot": "R4", "from_at": SERVICE["proposed_from_at"], "to_at": SERVICE["proposed_to_at"]}
    assert centre.asked[-1] == (
        "POST", "/api/v1/maintenance-windows", body | {"reason": "service", "actor": "Ann"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "path", "body"),
    [
        (
            ["profile", "set", "R4", "x_offset_mm=-0.4", "grip_force_percent=90", "--reason", "belt", "--by", "Ann"],
            "/api/v1/robots/R4/profiles",
            {"values": {"x_offset_mm": -0.4, "grip_force_percent": 90.0}, "reason": "belt", "actor": "Ann"},
        ),
        (
            ["profile", "rollback", "R4", "2", "--reason", "worse", "--by", "Ann"],
            "/api/v1/robots/R4/profiles/roll-back",
            {"version": 2, "reason": "worse", "actor": "Ann"},
        ),
        (
            ["procedure", "command", "R4", "jog", "--axis", "x", "--mm", "-5", "--reason", "look", "--by", "Ann"],
            "/api/v1/robots/R4/maintenance",
            {"kind": "jog", "axis": "x", "distance_mm": -5.0, "reason": "look", "actor": "Ann"},
        ),
        (
            ["log", "R4", "--add", "belt was slack", "--by", "Ann", "--fault", "F-1"],
            "/api/v1/robots/R4/work-log",
            {"text": "belt was slack", "fault_id": "F-000001", "actor": "Ann"},
        ),
    ],
)
def test_what_is_typed_is_what_is_asked(centre: FakeCentre, typed: list[str], path: str, body: dict[str, Any]) -> None:
    assert run(typed) == 0
    assert centre.asked[-1] == ("POST", path, body)


@pytest.mark.parametrize("typed", [["profile", "R4"], ["profile", "list", "R4"]])
def test_a_robot_alone_shows_its_profiles(centre: FakeCentre, capsys: Said, typed: list[str]) -> None:
    assert run(typed) == 0
    assert "R4 works with version 3" in capsys.readouterr().out


def test_what_cannot_be_meant_is_told_in_one_line(centre: FakeCentre, capsys: Said) -> None:
    assert run(["profile", "set", "R4", "x_offset_mm", "--reason", "belt", "--by", "Ann"]) == 1
    assert "'x_offset_mm' is not NAME=VALUE" in capsys.readouterr().err
    assert run(["log", "R4", "--add", "x"]) == 1
    assert "--by" in capsys.readouterr().err
    assert centre.asked == []


def test_the_situation_says_first_whether_it_stands(capsys: Said) -> None:
    fault = {
        "fault_id": "F-000007", "code": "AXY-04", "level": 2, "title": "Lift overloaded", "location": "A-07-013",
        "raised_at": "2026-11-23T08:00:00.000Z", "meaning": "It climbs slowly.", "operator": "Keep it out of work.",
    }  # fmt: skip
    found = {"robot": "R4", "trust": "ready", "mode": "automatic", "out": None, "faults": [fault], "run": None}
    told = list(situation_lines({**found, "advice": "Begin."}, ZoneInfo("Europe/London")))
    assert told[0] == "R4 is stopped by a fault. It answers, mode automatic."
    assert told[-1] == "  nightshift procedure start R4 --fault F-000007 --by YOUR-NAME"
    sound = {**found, "trust": "silent", "faults": [{**fault, "level": 3}], "advice": ""}
    assert next(situation_lines(sound, ZoneInfo("UTC"))) == "R4 is not stopped. It is silent, mode automatic."
    out = {**found, "out": "new belt", "advice": ""}
    assert next(situation_lines(out, ZoneInfo("UTC"))).startswith("R4 is out of work: new belt.")


def test_a_step_of_a_procedure_is_told_once_as_it_stands() -> None:
    steps = [
        {"step": step, "result": result, "note": "", "by": "Ann"}
        for step, result in (("isolate", "done"), ("home", "running"), ("home", "ok"), ("self_test", "running"))
    ]
    found = {
        "run_id": "P1.000001", "robot": "R4", "procedure": "AXY", "title": "Lift", "begun_by": "Ann", "steps": steps,
        "ended_at": None, "next": None, "missing": [], "criterion": "",
    }  # fmt: skip
    assert list(run_lines(found))[1:] == [
        "  isolate: done, Ann",
        "  home: ok, Ann",
        "  self_test: running, Ann",
        "The robot is at self_test. Look again: nightshift tech R4",
    ]


@pytest.mark.parametrize("trust", Trust)
def test_every_trust_has_its_words(trust: Trust) -> None:
    assert contact(trust.value) != trust.value


def test_machine_states_by_name() -> None:
    assert [machine_state(number) for number in (6, 11, 99)] == ["working", "held", "in PackML state 99"]
