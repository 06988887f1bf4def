"""The catalogue says of each code of Table B what people need, in whole sentences."""

import re

import pytest

from controller.faults.catalogue import CAUSES, KINDS, FaultKind, in_words, kind_of

TABLE_B = [
    "AXX-01", "AXX-02", "AXX-03", "AXY-04", "AXZ-05", "AXR-06", "AXS-07", "AXC-08", "GRP-10", "GRP-11", "GRP-12",
    "GRP-13", "VAC-14", "VAC-15", "SEN-20", "SEN-21", "SEN-22", "IDN-30", "IDN-31", "IDN-32", "INP-33", "INP-34",
    "CNV-40", "CNV-41", "CNV-42", "CNV-43", "STK-50", "STK-51", "STK-52", "STK-53", "FRG-60", "FRG-61", "SAF-70",
    "SAF-71", "PWR-80", "PWR-81", "NET-90", "NET-91", "NET-92", "PRT-95", "PM-99",
]  # fmt: skip


def test_every_code_of_table_b_is_described_and_no_other() -> None:
    assert sorted(KINDS) == sorted(TABLE_B)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_a_code_says_what_it_is_what_to_do_and_what_goes_on(kind: FaultKind) -> None:
    assert 1 <= kind.level <= 4
    assert kind.causes
    for text in (kind.meaning, kind.operator, kind.able):
        assert re.fullmatch(r"[A-Z].*\.", text), text
    assert kind.engineer == "" or kind.engineer.endswith(".")


def test_a_code_that_nobody_knows_is_a_robot_that_is_down() -> None:
    kind = kind_of("XYZ-01")
    assert (kind.code, kind.level, kind.causes) == ("XYZ-01", 2, ())
    assert "maker" in kind.engineer


def test_causes_have_one_spelling() -> None:
    assert {"unknown", "other", "worn_cup"} <= CAUSES
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", cause) for cause in CAUSES)
    assert in_words("worn_cup") == "worn cup"
