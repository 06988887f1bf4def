"""`nightshift fault`: what is asked of the centre, what is printed, and files that tell when they were changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from controller.cli.app import run
from controller.cli.fault_file import SCHEMA
from tests.unit.cli.answering import Asked, answer_from

Said = pytest.CaptureFixture[str]

FAULT: dict[str, Any] = {
    "fault_id": "F-000123", "robot": "R4", "occurrence": "R4-1-F7", "code": "VAC-14", "title": "Vacuum low", "level": 3,
    "raised_at": "2026-11-23T10:00:00.000Z", "cleared_at": None, "stopped_s": 0.0, "command_id": "C1.000009",
    "location": "A-07-013", "pack_id": None, "axis": None, "alarm_id": "A-000004", "cause": None, "remedy": None,
    "found_by": None, "found_at": None,
}  # fmt: skip
OLD = {
    **FAULT, "fault_id": "F-000101", "cleared_at": "2026-11-23T10:10:00.000Z", "stopped_s": 600.0, "cause": "worn_cup",
    "remedy": "replace_cup", "found_by": "Ben [night]", "found_at": "2026-11-23T12:00:00.000Z",
}  # fmt: skip
MEANING = {
    "subsystem": "vacuum", "meaning": "The suction leaks.", "causes": ["worn_cup", "loose_hose"],
    "operator": "Look at the cup.", "engineer": "Replace the pump.", "able": "It goes on.",
}  # fmt: skip
SUSPECT = {
    "cause": "worn_cup", "probability": 0.81, "evidence_for": ["leaks 15 mbar/s"], "evidence_against": ["new cup"],
    "next_check": "look at the cup", "remedy": "replace_cup",
}  # fmt: skip
SIMILAR = {
    "fault_id": "F-000123", "signs": ["vacuum leak of H1 15 mbar/s, usually 4 mbar/s"],
    "items": [{"fault": OLD, "score": 0.8, "why": ["the same fault, VAC-14", "on the same robot, R4"]}],
    "cures": [{"cause": "worn_cup", "remedy": "replace_cup", "times": 1}],
}  # fmt: skip
LINES = [
    {"at": "2026-11-23T09:59:59.000Z", "kind": "telemetry", "data": {"at": 1.0, "vacuum_mbar": -380.0}},
    {
        "at": "2026-11-23T09:59:59.500Z",
        "kind": "report",
        "data": {"what": "pack_gripped", "seq": 4, "packs": ["P", "Q"]},
    },
    {"at": "2026-11-23T10:00:30.000Z", "kind": "person", "data": {"what": "command_robot", "actor": "Ann"}},
]
HOLDS_UP = {
    "late": 1, "at_risk": 0, "first_late_at": "2026-11-23T11:00:00.000Z", "orders": [{}, {}],
    "done": ["1 tour went to R2"], "to_do": ["fetch 2 packs by hand"],
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "GET /api/v1/overview": {"timezone": "Europe/London", "at": "2026-11-23T12:30:00.000Z"},
    "GET /api/v1/faults": {"items": [FAULT, OLD], "next": None},
    "GET /api/v1/faults/F-000123": {
        "fault": FAULT, "meaning": MEANING, "suspects": [SUSPECT], "orders": ["T1", "T2"],
    },
    "GET /api/v1/faults/F-000123/consequences": {"fault_id": "F-000123", "consequence": HOLDS_UP},
    "GET /api/v1/faults/F-000123/similar": SIMILAR,
    "GET /api/v1/faults/F-000123/recording": {"fault_id": "F-000123", "cut": False, "lines": LINES},
    "POST /api/v1/faults/F-000123/finding": {"fault_id": "F-000123", "cause": "worn_cup", "remedy": "replace_cup"},
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return answer_from(monkeypatch, ANSWERS)


def lines(said: Said) -> list[str]:
    return [line.rstrip() for line in said.readouterr().out.splitlines()]


def test_the_list_asks_for_what_is_wanted(asked: Asked, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.cli.output.out.width", 140)
    assert run(["fault", "list", "--robot", "R4", "--code", "vac-14", "--standing", "--last", "5"]) == 0
    assert asked[0] == (
        "GET /api/v1/faults", {"limit": "5", "robot": "R4", "code": "VAC-14", "standing": "true"}
    )  # fmt: skip
    shown = lines(capsys)
    assert shown[1].split()[:4] == ["F-000123", "23", "Nov", "10:00"]
    assert "stands" in shown[1]
    assert "10 min" in shown[2]


def test_a_fault_is_told_from_what_it_is_to_what_cured_it_before(
    asked: Asked, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.cli.output.out.width", 200)
    assert run(["fault", "show", "123"]) == 0
    assert lines(capsys) == [
        "F-000123: Vacuum low (VAC-14, level 3) at R4, A-07-013. Raised Mon 23 Nov 10:00:00, not over.",
        "The suction leaks.",
        "The robot meanwhile: It goes on.",
        "It was working for 2 orders (T1, T2); the robot went on.",
        "Held up now: 2 orders; 1 order will be late, the first at Mon 23 Nov 11:00:00.",
        "  Done: 1 tour went to R2",
        "  You can: fetch 2 packs by hand",
        "",
        "What to do: Look at the cup.",
        "For the engineer: Replace the pump.",
        "  nightshift procedure start R4 --fault F-000123 --by YOUR-NAME",
        "  nightshift alarms show A-000004",
        "",
        "Why, most probable first:",
        "  81%  worn cup",
        "       for: leaks 15 mbar/s",
        "       against: new cup",
        "       check next: look at the cup",
        "       cure: replace cup",
        "What stood out before it: vacuum leak of H1 15 mbar/s, usually 4 mbar/s.",
        "",
        "In 1 of 1 earlier ones that were looked into: worn cup, cured by replace cup.",
        "Earlier ones like it:",
        "  F-000101  Mon 23 Nov 10:00:00  the same fault, VAC-14; on the same robot, R4. It was worn cup.",
        "",
        "     -0.5 s  report     pack gripped: packs=P,Q",
        "    +30.0 s  person     command robot: actor=Ann",
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"level": 2}, "the robot has stood for 2.5 h so far"),
        ({"level": 2, "stopped_s": 600.0}, "the robot stood for 10 min"),
        ({"level": 2, "cleared_at": "2026-11-23T12:29:00.000Z"}, "a stop is counted once the robot works again"),
    ],
)
def test_how_long_the_robot_has_stood(
    asked: Asked, capsys: Said, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], said: str
) -> None:
    path = "GET /api/v1/faults/F-000123"
    monkeypatch.setitem(ANSWERS, path, {**ANSWERS[path], "fault": {**FAULT, **told}})
    monkeypatch.setattr("controller.cli.output.out.width", 200)
    assert run(["fault", "show", "123"]) == 0
    assert any(said in line for line in lines(capsys))


def state(second: int, packml: int) -> dict[str, Any]:
    data = {"what": "robot_state", "seq": second, "packml": packml, "packs": 849}
    return {"at": f"2026-11-23T10:{second // 60:02d}:{second % 60:02d}.000Z", "kind": "state", "data": data}


def test_what_repeats_itself_is_folded_and_a_long_recording_fits_a_screen(
    asked: Asked, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = {"what": "condition_feature", "name": "vacuum_leak_mbar_s", "subject": "H1", "mean": 15.21, "worst": 18.0}
    condition = {"at": "2026-11-23T10:06:00.000Z", "kind": "condition", "data": {"what": "x", "features": [feature]}}
    people = [{**LINES[2], "data": {"what": "note", "actor": f"P{number}"}} for number in range(40)]
    told = [*(state(second, 11) for second in range(1, 300, 30)), state(301, 6), condition, *people]
    answer = {"fault_id": "F-000123", "cut": False, "lines": told}
    monkeypatch.setitem(ANSWERS, "GET /api/v1/faults/F-000123/recording", answer)
    assert run(["fault", "show", "F-123"]) == 0
    shown = lines(capsys)
    assert max(map(len, shown)) <= 80
    first = shown.index("     +1.0 s  state      robot state: held packs=849")
    assert shown[first + 1 : first + 4] == [
        "   +271.0 s  state      the same until here (9 more reports)",
        "   +301.0 s  state      robot state: working packs=849",
        "   +360.0 s  condition  x: vacuum leak mbar s H1 15.2 (worst 18)",
    ]
    assert shown[-1] == "… and 14 lines more: nightshift fault show F-000123 --all"
    assert run(["fault", "show", "F-123", "--all"]) == 0
    assert sum("person" in line for line in lines(capsys)) == 40


def test_without_suspects_the_usual_causes_are_named(
    asked: Asked, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"fault": OLD, "meaning": MEANING, "suspects": [], "orders": []}
    monkeypatch.setitem(ANSWERS, "GET /api/v1/faults/F-000123", found)
    monkeypatch.setattr("controller.cli.output.out.width", 200)
    over = {"fault_id": "F-000123", "consequence": None}
    monkeypatch.setitem(ANSWERS, "GET /api/v1/faults/F-000123/consequences", over)
    assert run(["fault", "show", "F-123", "--telemetry"]) == 0
    shown = lines(capsys)
    assert not any(line.startswith("Held up now") for line in shown)
    assert "Causes are not ranked for it. Usual: worn cup, loose hose." in shown
    assert "It was working for no order; the robot stood for 10 min." in shown
    assert "Found: worn cup, cured by replace cup (Ben [night], Mon 23 Nov 12:00:00)." in shown
    assert "     -1.0 s  telemetry  vacuum_mbar=-380.0" in shown


def test_an_exported_file_is_replayed_without_the_centre(asked: Asked, capsys: Said, tmp_path: Path) -> None:
    file = tmp_path / "fault.json"
    assert run(["fault", "export", "F-123", str(file)]) == 0
    assert json.loads(file.read_text())["schema"] == SCHEMA
    before = len(asked)
    capsys.readouterr()
    assert run(["fault", "replay", str(file), "--telemetry", "--speed", "10000"]) == 0
    assert len(asked) == before
    assert lines(capsys) == [
        "F-000123: the checksum agrees.",
        "     -1.0 s  telemetry  vacuum_mbar=-380.0",
        "     -0.5 s  report     pack gripped: packs=P,Q",
        "    +30.0 s  person     command robot: actor=Ann",
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("-380.0", "-600.0", "was changed after it was written"),
        (SCHEMA, "nightshift.fault/0", "is no exported fault"),
        ("{", "", "is no JSON"),
    ],
)
def test_a_changed_file_is_refused(
    asked: Asked, capsys: Said, tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    file = tmp_path / "fault.json"
    run(["fault", "export", "F-123", str(file)])
    file.write_text(file.read_text().replace(old, new, 1))
    assert run(["fault", "replay", str(file)]) == 1
    assert complaint in " ".join(capsys.readouterr().err.split())


def test_a_file_is_never_written_over(asked: Asked, capsys: Said, tmp_path: Path) -> None:
    file = tmp_path / "fault.json"
    file.write_text("mine")
    assert run(["fault", "export", "F-123", str(file)]) == 1
    assert file.read_text() == "mine"


def test_a_finding_is_sent_in_the_spelling_of_the_catalogue(asked: Asked, capsys: Said) -> None:
    said = ["--cause", "Worn cup", "--remedy", "replace-cup", "--by", "Ann", "--note", "cracked"]
    assert run(["fault", "found", "f-123", *said]) == 0
    assert asked == [
        (
            "POST /api/v1/faults/F-000123/finding",
            {"cause": "worn_cup", "remedy": "replace_cup", "note": "cracked", "actor": "Ann"},
        )
    ]
    assert lines(capsys) == ["F-000123: worn cup, cured by replace cup."]


def test_what_is_no_fault_is_told(asked: Asked, capsys: Said) -> None:
    assert run(["fault", "show", "A-123"]) == 1
    assert "`nightshift fault list`" in capsys.readouterr().err
    assert asked == []
