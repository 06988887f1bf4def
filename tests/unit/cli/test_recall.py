"""`nightshift recall`: what is asked of the centre, what is printed, and a table that no spreadsheet runs."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from controller.cli.app import run
from controller.cli.recall_view import destinations_csv
from tests.unit.cli.answering import Asked, answer_from

Said = pytest.CaptureFixture[str]

ROW = {
    "recall_id": "RC1.000001",
    "gtin": "05000000000012",
    "batch": "B1",
    "class": 1,
    "reason": "glass",
    "actor": "Ann",
    "begun_at": "2026-11-23T08:00:00.000Z",
    "drill": False,
    "closed_at": None,
}
TOTE = {
    "order_ref": "T1",
    "tote_id": "T1-1",
    "carrier": "GGH-1/2026-11-23",
    "sent_at": "2026-11-23T07:00:00.000Z",
    "on_the_road": True,
    "packs": ["P1", "P2"],
}
HERE = {"place": "robot:R1", "packs": 3, "held": 3, "to_put_out": 2, "not_found": 0, "order_ref": None, "tote": None}
FOUND = {
    "recall": ROW,
    "product": "Letrozole",
    "traced_s": 0.02,
    "packs_here": 3,
    "packs_gone": 1,
    "packs_sent": 2,
    "here": [HERE],
    "sent": [{"destination": "GGH-WA1", "name": "=cmd|'/c calc'!A1", "packs": 2, "totes": [TOTE]}],
}
ANSWERS: dict[str, Any] = {
    "GET /api/v1/overview": {"timezone": "Europe/London"},
    "GET /api/v1/recalls": {"items": [ROW, {**ROW, "recall_id": "RC1.000000", "drill": True, "closed_at": "x"}]},
    "GET /api/v1/recalls/RC1.000001": FOUND,
    "POST /api/v1/recalls": {"recall_id": "RC1.000001", "packs": 3},
    "POST /api/v1/recalls/RC1.000001/disposals": {"packs": 3, "gone": 3, "to_put_out": 0},
    "POST /api/v1/recalls/RC1.000001/close": {
        "destinations": 1,
        "not_accounted_for": [
            {"place": "robot:R1", "packs": 2, "standing": "to_put_out"},
            {"place": "robot:R2", "packs": 1, "standing": "undecided"},
        ],
    },
}
START = ["recall", "start", "05000000000012", "B1", "--class", "1", "--reason", "glass", "--by", "Ann"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return answer_from(monkeypatch, ANSWERS)


def test_start_blocks_first_and_then_names_everybody(asked: Asked, capsys: Said) -> None:
    assert run(START) == 0
    assert [said for said, _ in asked[:2]] == ["POST /api/v1/recalls", "GET /api/v1/recalls/RC1.000001"]
    assert asked[0][1]["class"] == 1
    said = capsys.readouterr().out
    assert "3 packs in the centre blocked" in said
    assert "robot:R1: 3 (3 held, 2 to be put out)" in said
    assert "2 packs, order T1, tote T1-1, with GGH-1/2026-11-23  MAY BE ON THE ROAD: call the driver" in said


def test_a_drill_is_written_down_with_its_time(asked: Asked, capsys: Said) -> None:
    assert run(["recall", "drill", "05000000000012", "B1", "--by", "Ann"]) == 0
    assert asked[0][1]["drill"] is True
    (closing,) = [body for said, body in asked if said.endswith("/close")]
    assert closing["note"] == "dummy recall: 3 packs here, 2 packs sent to 1 destination, traced in 0.02 s"
    assert "Nothing was changed." in capsys.readouterr().out


def test_list_and_close(asked: Asked, capsys: Said) -> None:
    assert run(["recall", "list"]) == 0
    assert run(["recall", "close", "RC1.000001", "--note", "all told", "--by", "Ann"]) == 0
    said = capsys.readouterr().out
    assert "drill" in said
    assert "RC1.000001 is closed: 1 destination had got the batch." in said
    assert "still at robot:R1: 2 packs, to be put out" in said
    assert "still at robot:R2: 1 pack, held, and nobody has said what becomes of it" in said


def test_dispose_says_what_becomes_of_the_packs_and_by_whom(asked: Asked, capsys: Said) -> None:
    words = ["recall", "dispose", "RC1.000001", "--as", "returned", "--reason", "glass", "--by", "Ann"]
    assert run([*words, "--witness", "Rose", "--pack", "P1"]) == 0
    said = {"ending": "returned", "reason": "glass", "actor": "Ann", "witness": "Rose", "pack_ids": ["P1"]}
    assert asked == [("POST /api/v1/recalls/RC1.000001/disposals", said)]
    assert "RC1.000001: 3 packs to be returned: all off the books." in capsys.readouterr().out


def test_the_table_has_a_line_a_pack_and_no_formula(asked: Asked, tmp_path: Path) -> None:
    assert run(["recall", "show", "RC1.000001", "--csv", str(tmp_path / "sent.csv")]) == 0
    text = (tmp_path / "sent.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["destination"], row["pack"], row["order"]) for row in rows] == [
        ("GGH-WA1", "P1", "T1"),
        ("GGH-WA1", "P2", "T1"),
    ]
    assert rows[0]["name"] == "'=cmd|'/c calc'!A1"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_begins_as_a_formula(evil: str) -> None:
    text = destinations_csv({**FOUND, "sent": [{**FOUND["sent"][0], "name": evil}]})  # type: ignore[index]
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
