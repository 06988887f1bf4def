"""Careful profiles as values: only what the factsheet permits, and back to what was before and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.faults.careful import (
    CAREFUL,
    CORRECTABLE_MM,
    JAWS_ONLY,
    SLOW,
    Careful,
    back_from,
    careful_for,
    is_careful,
    proposed_offset,
)
from controller.faults.catalogue import KINDS

ALL = {"vacuum_percent": (0.0, 100.0), "speed_percent": (20.0, 100.0), "x_offset_mm": (-10.0, 10.0)}
values = st.dictionaries(st.sampled_from([*ALL, "grip_force_percent"]), st.floats(-10.0, 100.0), max_size=4)


def test_every_careful_profile_is_for_a_code_of_the_catalogue() -> None:
    assert CAREFUL.keys() <= KINDS.keys()


@pytest.mark.parametrize(
    ("code", "limits", "found"),
    [
        ("VAC-14", ALL, JAWS_ONLY),
        ("VAC-15", ALL, JAWS_ONLY),
        ("AXY-04", ALL, SLOW),
        ("AXS-07", ALL, None),
        ("VAC-15", {}, None),
        ("VAC-15", {"vacuum_percent": (20.0, 100.0)}, None),
        ("AXY-04", {"speed_percent": (80.0, 100.0)}, None),
    ],
)
def test_what_a_robot_cannot_do_is_no_way_to_work_on(
    code: str, limits: dict[str, tuple[float, float]], found: Careful | None
) -> None:
    assert careful_for(code, limits) is found


@given(st.sampled_from(sorted(CAREFUL)), values)
def test_back_is_where_it_was(code: str, before: dict[str, float]) -> None:
    careful = CAREFUL[code]
    assert back_from(careful, {**before, **careful.values}, before, ()) == before


@given(values, values)
def test_nothing_else_is_touched(present: dict[str, float], before: dict[str, float]) -> None:
    after = back_from(SLOW, present, before, ())
    assert {name: after.get(name) for name in ALL if name not in SLOW.values} == {
        name: present.get(name) for name in ALL if name not in SLOW.values
    }


def test_what_another_fault_asks_for_or_a_person_has_set_stays() -> None:
    assert back_from(SLOW, {"speed_percent": 60.0}, {}, [SLOW]) == {"speed_percent": 60.0}
    assert back_from(SLOW, {"speed_percent": 80.0}, {}, ()) == {"speed_percent": 80.0}
    assert not is_careful(SLOW, {"speed_percent": 80.0})


@pytest.mark.parametrize(
    ("off_mm", "present", "proposed"),
    [
        (1.2, {}, {"x_offset_mm": 1.2}),
        (-0.8, {"x_offset_mm": 1.2}, {"x_offset_mm": 0.4}),
        (CORRECTABLE_MM + 0.1, {}, {}),
        (0.4, {}, {}),
        (1.0, {"x_offset_mm": 9.5}, {}),
    ],
)
def test_an_offset_is_proposed_for_what_an_offset_may_put_right(
    off_mm: float, present: dict[str, float], proposed: dict[str, float]
) -> None:
    assert proposed_offset("x", off_mm, present, ALL) == proposed
