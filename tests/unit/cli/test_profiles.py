"""What a technician reads of a robot's parameters."""

from typing import Any
from zoneinfo import ZoneInfo

from controller.cli.profile_view import profile_lines

LONDON = ZoneInfo("Europe/London")
X = {"name": "x_offset_mm", "least": -10.0, "most": 10.0, "maker": 0.0, "now": 1.2}
FOUND: dict[str, Any] = {
    "robot": "R4",
    "version": 2,
    "told_version": 2,
    "agrees": True,
    "careful": [],
    "parameters": [X, {**X, "name": "vacuum_percent", "least": 0.0, "most": 100.0, "maker": None, "now": None}],
    "proposed": [],
    "items": [
        {
            "version": 2,
            "values": {"x_offset_mm": 1.2},
            "reason": "belt",
            "by": "Ann",
            "made_at": "2026-11-23T08:00:00Z",
            "confirmed_at": "2026-11-23T08:00:02Z",
            "before": {"x": 1.3},
            "after": {"x": 0.1, "y": 0.2},
        }
    ],
}


def screen(**changed: Any) -> str:
    lines = list(profile_lines({**FOUND, **changed}, LONDON))
    assert max(len(line) for line in lines) <= 110
    return "\n".join(lines)


def test_what_is_in_force_what_may_be_set_and_what_each_version_has_brought() -> None:
    said = screen()
    assert "R4 works with version 2, and says so itself." in said
    assert "x_offset_mm              1.2       0     -10      10" in said
    assert "vacuum_percent             ?       ?       0     100" in said
    assert "   2  2026-11-23 08:00  Ann: belt (at the robot)" in said
    assert "mm off, before and after: x 1.3 -> 0.1, y ? -> 0.2" in said


def test_a_robot_without_a_profile_works_with_what_its_maker_set() -> None:
    said = screen(version=0, told_version=0, items=[])
    assert "R4 works with what its maker set, and says so itself." in said
    assert "has not told" in screen(told_version=None)


def test_what_the_books_do_not_have_is_said_first_and_loudly() -> None:
    said = screen(agrees=False, told_version=7)
    assert said.startswith("R4 DOES NOT WORK WITH WHAT THE BOOKS HAVE: it says version 7, the books version 2.")


def test_a_robot_that_works_carefully_says_why_and_how_that_ends() -> None:
    said = screen(careful=[{"fault_id": "F-000012", "code": "VAC-15", "words": "works with its jaws alone"}])
    assert "It works with its jaws alone because of VAC-15 (F-000012). Once that is cured:" in said
    assert "nightshift robot back R4" in said


def test_the_proposed_offset_can_be_typed_as_it_stands() -> None:
    proposed = {"axis": "x", "off_mm": 0.9, "measured_at": "2026-11-23T08:31:00Z", "values": {"x_offset_mm": 2.1}}
    said = screen(proposed=[proposed])
    assert "x was 0.9 mm off on 2026-11-23 08:31" in said
    assert "nightshift profile set R4 x_offset_mm=2.1 --reason WHY --by YOUR-NAME" in said
