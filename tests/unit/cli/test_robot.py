"""`nightshift robot`: what is asked of the centre, and what is printed of its answers."""

from typing import Any

import pytest

from controller.cli.app import run
from tests.unit.cli.answering import Asked, answer_from

Said = pytest.CaptureFixture[str]

ROBOT = {
    "robot": "R4",
    "kind": "ambient",
    "trust": "ready",
    "mode": "automatic",
    "packml": 11,
    "faults": [{"code": "AXX-01", "level": 2, "location": "A-07", "raised_at": "2026-11-23T10:00:00.000Z"}],
}
HELD = {
    "robot": "R4",
    "withdrawal": {
        "how": "stop",
        "stage": "out",
        "reason": "new belt",
        "actor": "Ann",
        "since_at": "2026-11-23T10:01:00.000Z",
        "failure": None,
        "taken_by_hand": ["P1"],
        "to_forget": ["P1"],
        "unexplained": [],
    },
    "consequence": {
        "why": "taken out by Ann: new belt",
        "planned": False,
        "out_since_at": "2026-11-23T10:00:00.000Z",
        "back_at": "2026-11-23T14:00:00.000Z",
        "late": 1,
        "first_late_at": "2026-11-23T11:15:00.000Z",
        "orders": [
            {
                "order_ref": "D1",
                "class": "discharge",
                "destination": "GGH-WA1",
                "packs": 2,
                "course": "waits",
                "late": True,
                "late_from_at": "2026-11-23T11:15:00.000Z",
                "likelihood": 0.8,
                "prospect": "late",
            },
            {
                "order_ref": "T2",
                "class": "routine",
                "destination": "GGH-WA1",
                "packs": 1,
                "course": "in_robot",
                "late": False,
                "late_from_at": "2026-11-23T12:15:00.000Z",
                "likelihood": 0.3,
                "prospect": "at_risk",
            },
            {
                "order_ref": "T3",
                "class": "routine",
                "destination": "GGH-WA1",
                "packs": 1,
                "course": "by_hand",
                "late": False,
                "late_from_at": "2026-11-23T13:15:00.000Z",
                "likelihood": 0.0,
                "prospect": "in_time",
            },
        ],
        "at_risk": 1,
        "destinations": ["GGH-WA1"],
        "products": 41,
        "wanted_products": ["05000000000012"],
        "done": ["2 tours that it had not begun taken back."],
        "to_do": ["Tell the wards whose patients wait: GGH-WA1."],
    },
}
PICK = {
    "order_ref": "D1",
    "robot": "R4",
    "wanted_at": "2026-11-23T11:00:00.000Z",
    "packs": [
        {"pack_id": "P7", "gtin": "05000000000012", "batch": "L1", "expiry": "2027-06-30", "shelf": "A-07"},
        {"pack_id": "P8", "gtin": "05000000000012", "batch": "L1", "expiry": "2027-06-30", "shelf": None},
    ],
}
SITUATION: dict[str, Any] = {
    "out": None,
    "faults": [
        {"code": "AXX-01", "title": "Head runs behind on X", "level": 2, "location": "A-07",
         "raised_at": "2026-11-23T10:00:00.000Z"},
        {"code": "STK-52", "title": "Stock differs from the robot's", "level": 3, "location": None,
         "raised_at": "2026-11-23T10:02:00.000Z"},
    ],
}  # fmt: skip
WELL = {"robot": "R5", "kind": "cold", "trust": "gone", "mode": "automatic", "packml": 4}
ANSWERS: dict[str, Any] = {
    "GET /api/v1/robots": {"items": [ROBOT, WELL]},
    "GET /api/v1/robots/R4/situation": SITUATION,
    "GET /api/v1/robots/R5/situation": {"out": None, "faults": []},
    "GET /api/v1/robots/R5/consequences": {"consequence": None},
    "GET /api/v1/overview": {"timezone": "Europe/London", "at": "2026-11-23T10:00:00.000Z"},
    "GET /api/v1/robots/R4": ROBOT,
    "GET /api/v1/robots/R4/consequences": HELD,
    "GET /api/v1/robots/R4/profiles": {
        "careful": [{"fault_id": "F-000012", "code": "VAC-15", "words": "works with its jaws alone"}]
    },
    "GET /api/v1/hand-picks": {"items": [PICK]},
    "POST /api/v1/robots/R4/out": {"tours_withdrawn": 2},
    "POST /api/v1/robots/R4/back": {"stage": "homing"},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return answer_from(monkeypatch, ANSWERS)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("arguments", [["robot", "R4"], ["robot", "show", "R4"], ["robot", "r4"]])
def test_a_robot_is_shown_with_its_trouble_its_consequences_and_what_to_do(arguments: list[str], capsys: Said) -> None:
    assert run(arguments) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "R4 (ambient) is out of work: taken out by Ann: new belt.",
        "It answers, mode automatic, held.",
        "AXX-01 level 2 at A-07 since Mon 10:00",
        "It works with its jaws alone because of VAC-15 (F-000012): nightshift profile R4",
        "expected back about Mon 14:00",
        "It holds up 3 orders for 1 destination; 1 order will be late, the first from Mon 11:15, 1 order may be late.",
        "LATE D1 discharge to GGH-WA1: 2 packs, waits for it, by Mon 11:15",
        "RISK T2 routine to GGH-WA1: 1 pack, in its tour or in doubt, by Mon 12:15",
        "by Mon 12:15 T3 routine to GGH-WA1: 1 pack, fetched by hand, by Mon 13:15",
        "41 products stand nowhere else; 1 of them is wanted now.",
        "nightshift tech R4",
        "It still believes to have of these: P1.",
        "Done: 2 tours that it had not begun taken back.",
        "To do: Tell the wards whose patients wait: GGH-WA1.",
    ):
        assert words in said


@pytest.mark.usefixtures("asked")
def test_what_the_controller_found_about_a_robot_stands_beside_what_it_told(capsys: Said) -> None:
    assert run(["robot", "R4"]) == 0
    assert "STK-52 level 3 since Mon 10:02" in capsys.readouterr().out


@pytest.mark.usefixtures("asked")
def test_every_robot_has_one_line_with_its_trouble_and_what_it_holds_up(capsys: Said) -> None:
    assert run(["robot", "list"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("robot zone state mode trouble since holds up R4 ambient held automatic AXX-01")
    assert "Mon 10:00" in said
    assert "3 orders, 1 late" in said
    assert "R5 cold gone automatic" in said


@pytest.mark.usefixtures("asked")
def test_the_hand_pick_list_names_product_batch_expiry_and_place(capsys: Said) -> None:
    assert run(["robot", "hand-picks"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "D1 from R4, by Mon 11:00" in said
    assert "05000000000012 batch L1 exp 2027-06-30 A-07 P7" in said
    assert "shelf: see its panel P8" in said


def test_who_works_carefully_is_told_to_work_as_before(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setitem(ANSWERS, "POST /api/v1/robots/R4/back", {"robot": "R4", "careful_over": ["F-000012"]})
    assert run(["robot", "back", "R4", "--reason", "new pump", "--by", "Ann"]) == 0
    assert "R4 is told to work as before" in capsys.readouterr().out
    assert [said for said, _ in asked.posted] == ["POST /api/v1/robots/R4/back"]


def test_out_and_back_are_said_by_name(asked: Asked, capsys: Said) -> None:
    assert run(["robot", "out", "R4", "--reason", "new belt", "--by", "Ann", "--hours", "4"]) == 0
    assert run(["robot", "back", "R4", "--reason", "mended", "--by", "Ann", "--area-empty"]) == 0
    assert "2 of its tours were taken back" in capsys.readouterr().out
    assert asked.posted == [
        (
            "POST /api/v1/robots/R4/out",
            {"how": "stop", "reason": "new belt", "actor": "Ann", "back_at": "2026-11-23T14:00:00+00:00"},
        ),
        ("POST /api/v1/robots/R4/back", {"reason": "mended", "actor": "Ann", "travel_area_empty": True}),
    ]


def test_a_robot_may_be_typed_in_small_letters(asked: Asked, capsys: Said) -> None:
    assert run(["robot", "out", "r4", "--reason", "new belt", "--by", "Ann"]) == 0
    assert [path for path, _ in asked.posted] == ["POST /api/v1/robots/R4/out"]
    assert "R4 is out." in capsys.readouterr().out


def test_a_drained_robot_may_end_its_tour(asked: Asked) -> None:
    assert run(["robot", "out", "R4", "--drain", "--reason", "new belt", "--by", "Ann"]) == 0
    assert asked.posted[0][1]["how"] == "drain"
