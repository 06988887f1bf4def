"""`nightshift workload`: what a shift leader reads."""

from typing import Any

import pytest
from rich.console import Console

from controller.cli.app import run
from controller.cli.workload_view import conclusion, hours_table


def _hour(at: str, jobs: float, needed: int, expected: float) -> dict[str, Any]:
    kinds = [{"kind": "check", "known": jobs / 2, "further": jobs / 2, "spread": 1.0, "packs": 8 * jobs}]
    return {"starts_at": at, "jobs": kinds if jobs else [], "work_s": 60.0 * jobs, "needed": needed,
            "needed_high": needed + 1, "expected": expected}  # fmt: skip


def _robot_hour(at: str, tours: float) -> dict[str, Any]:
    return {"starts_at": at, "tours": tours, "tours_known": tours, "picks": 2 * tours, "stores": 10.0}


HOURS = ("2026-10-24T22:00:00.000Z", "2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z")
"""In London 23:00, then 01:00 twice: the clocks go back."""
ANSWER: dict[str, Any] = {
    "from_at": HOURS[0],
    "until_at": "2026-10-25T02:00:00.000Z",
    "timezone": "Europe/London",
    "basis": "same weekday of past weeks",
    "history_days": 14,
    "shortfalls": ["CHECK Sun 01-02 h needs 5, 4 expected"],
    "notes": ["412 stock-list lines are topped up on Sunday; wards have counted 3."],
    "totals": {"tours": 1500.0, "picks": 3000.0, "stores": 30.0, "touches": 220.0, "person_hours": 3.7},
    "stations": [
        {"station": "CHECK", "hours": [_hour(HOURS[0], 1.0, 1, 4.0), _hour(HOURS[1], 219.0, 5, 4.0),
                                       _hour(HOURS[2], 0.0, 0, 4.0)]},
    ],
    "robots": [{"robot": "R1", "hours": [_robot_hour(at, 500.0) for at in HOURS]}],
}  # fmt: skip


def _printed(answer: dict[str, Any], *, colour: bool = False) -> list[str]:
    console = Console(width=120, force_terminal=colour, color_system="standard" if colour else None)
    with console.capture() as captured:
        console.print(hours_table(answer))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_an_hour_a_row_in_local_time() -> None:
    head, first, second, third = _printed(ANSWER)
    assert head.split() == ["hour", "picks", "tours", "stores", "check"]
    assert first.split() == ["Sat", "23", "1,000", "500", "10", "1", "1/4"]
    assert second.split() == ["Sun", "01", "1,000", "500", "10", "219", "5/4"]
    assert third.split() == ["Sun", "01", "1,000", "500", "10", "0", "0/4"]


def test_colour_only_where_somebody_is_missing() -> None:
    _, first, second, third = _printed(ANSWER, colour=True)
    assert "\x1b[33m" in second
    assert "\x1b[33m" not in first + third


def test_the_conclusion_names_who_is_missing_and_the_basis() -> None:
    text = conclusion(ANSWER)
    assert "Short: CHECK Sun 01-02 h needs 5, 4 expected." in text
    assert "3,000 packs in 1,500 tours" in text
    assert "Expected from same weekday of past weeks (14 days)." in text
    assert text.endswith("wards have counted 3.")
    calm = conclusion(ANSWER | {"shortfalls": [], "history_days": 0})
    assert "Everybody who is needed is expected." in calm
    assert "days)" not in calm


def test_where_nobody_was_seen_nobody_is_said_to_be_there_or_missing() -> None:
    unseen = [_hour(at, 9.0, 2, 0.0) for at in HOURS]
    answer = ANSWER | {"shortfalls": [], "stations": [{"station": "CHECK", "hours": unseen}]}
    assert "2/?" in _printed(answer)[1]
    assert "Everybody" not in conclusion(answer)


def test_the_command_asks_the_centre(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    class Answering:
        def __init__(self, base: str) -> None:
            asked.append(base)

        def get(self, path: str) -> dict[str, Any]:
            asked.append(path)
            return ANSWER

    monkeypatch.setattr("controller.cli.asking.Centre", Answering)
    assert run(["workload", "--api", "http://there"]) == 0
    assert asked == ["http://there", "/api/v1/workload"]
    assert "Short: CHECK" in capsys.readouterr().out
