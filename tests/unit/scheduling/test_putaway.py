"""Where arriving packs go."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.product import Product, Zone
from controller.scheduling.putaway import (
    FAST_PACKS_A_DAY,
    Holding,
    Part,
    RobotRoom,
    assign,
    copies,
    expected_picks,
    fits,
)
from tests.support.cores import FLAT, product

PRODUCT = product(FLAT)
SLOW, FAST = 0.2, FAST_PACKS_A_DAY


def _room(robot: str, **changed: object) -> RobotRoom:
    room = RobotRoom(robot, Zone.AMBIENT, 1000, stored=0, incoming=0, tallest_mm=130.0, usable=True)
    return replace(room, **changed)  # type: ignore[arg-type]


def _rooms(count: int) -> list[RobotRoom]:
    return [_room(f"R{number}") for number in range(1, count + 1)]


def _assigned(
    packs: int,
    rooms: list[RobotRoom],
    held: dict[str, int] | None = None,
    of_batch: dict[str, int] | None = None,
    daily: float = SLOW,
) -> dict[str | None, int]:
    parts = assign("L1", PRODUCT, packs, rooms, Holding(held or {}, of_batch or {}), daily)
    assert sum(part.packs for part in parts) == packs
    assert len({part.robot for part in parts}) == len(parts)
    return {part.robot: part.packs for part in parts}


def test_a_fast_mover_goes_to_three_robots_and_a_slow_one_to_two() -> None:
    assert (copies(SLOW), copies(FAST)) == (2, 3)
    assert _assigned(20, _rooms(5), daily=FAST) == {"R1": 7, "R2": 7, "R3": 6}
    assert _assigned(20, _rooms(5), daily=SLOW) == {"R1": 10, "R2": 10}


def test_even_two_packs_of_a_batch_are_parted() -> None:
    assert _assigned(2, _rooms(3)) == {"R1": 1, "R2": 1}
    assert _assigned(1, _rooms(3)) == {"R1": 1}


def test_a_single_robot_gets_all() -> None:
    assert _assigned(20, _rooms(1), daily=FAST) == {"R1": 20}


def test_a_product_goes_where_it_is_not_until_enough_robots_have_it() -> None:
    assert _assigned(1, _rooms(2), {"R1": 4}) == {"R2": 1}
    assert _assigned(1, [_room("R1"), _room("R2", picks_a_day=90.0)], {"R1": 4}) == {"R2": 1}
    # Two have it: now the one with least to pick, though it has some already.
    assert _assigned(1, [_room("R1", picks_a_day=1.0), _room("R2", picks_a_day=9.0), _room("R3", picks_a_day=99.0)],
                     {"R1": 1, "R2": 1}) == {"R1": 1}  # fmt: skip


def test_a_batch_goes_where_it_is_not() -> None:
    """FEFO holds the lines of a product to the robots of its oldest batch."""
    held = {"R1": 3, "R2": 3}
    assert _assigned(1, _rooms(2), held, {"R1": 1}) == {"R2": 1}
    assert _assigned(1, _rooms(2), held, {"R2": 1}) == {"R1": 1}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"picks_a_day": 10.0}, {"picks_a_day": 20.0}),
        ({"stored": 200}, {"stored": 500}),
        ({"incoming": 5}, {"incoming": 80}),
    ],
)
def test_equal_in_that_the_less_burdened_robot_gets_it(better: dict[str, object], worse: dict[str, object]) -> None:
    assert _assigned(1, [_room("R1", **worse), _room("R2", **better)]) == {"R2": 1}
    assert _assigned(1, [_room("R1", **better), _room("R2", **worse)]) == {"R1": 1}


def test_a_full_or_unusable_robot_is_the_last_choice() -> None:
    assert _assigned(2, [_room("R1", stored=970), _room("R2", stored=900)], {"R2": 9}) == {"R2": 2}
    assert _assigned(2, [_room("R1", usable=False), _room("R2", stored=990)]) == {"R2": 2}
    assert _assigned(2, [_room("R1", usable=False)]) == {"R1": 2}


def test_what_is_given_counts_for_the_next_line() -> None:
    rooms = _rooms(2)
    assign("L1", PRODUCT, 8, rooms, Holding(), 6.0)
    assert [room.incoming for room in rooms] == [4, 4]
    # The first took all picks while it alone had the product, the second half of them.
    assert [room.picks_a_day for room in rooms] == [6.0, 3.0]


@pytest.mark.parametrize(
    ("changed", "room", "fitting"),
    [
        ({}, {}, True),
        ({"robot_storable": False}, {}, False),
        ({"zone": Zone.VAULT}, {}, False),
        ({"zone": Zone.VAULT}, {"zone": Zone.VAULT}, True),
        ({"height_mm": 130.0}, {}, True),
        ({"height_mm": 130.1}, {}, False),
        ({"height_mm": 500.0}, {"tallest_mm": 0.0}, True),
    ],
)
def test_which_robot_may_hold_a_product(changed: dict[str, object], room: dict[str, object], fitting: bool) -> None:
    wanted: Product = replace(PRODUCT, **changed)  # type: ignore[arg-type]
    place = _room("R1", **room)
    assert fits(wanted, place) is fitting
    assert assign("L1", wanted, 2, [place], Holding(), SLOW) == [Part("L1", "R1" if fitting else None, 2)]


def test_without_any_robot_all_goes_to_an_area() -> None:
    assert _assigned(50, []) == {None: 50}


def test_picks_are_shared_by_the_holders() -> None:
    assert expected_picks([(6.0, ["R1", "R2"]), (1.0, ["R2"])]) == {"R1": 3.0, "R2": 4.0}


ROOMS = st.builds(
    _room,
    st.sampled_from([f"R{number}" for number in range(1, 7)]),
    stored=st.integers(0, 1000),
    incoming=st.integers(0, 300),
    usable=st.booleans(),
    picks_a_day=st.floats(0.0, 500.0),
)


@given(
    st.lists(ROOMS, min_size=1, max_size=6, unique_by=lambda room: room.robot),
    st.integers(1, 40),
    st.dictionaries(st.sampled_from(["R1", "R2", "R3"]), st.integers(0, 20)),
    st.floats(0.0, 20.0),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_robots_are_named_changes_nothing(
    rooms: list[RobotRoom], packs: int, held: dict[str, int], daily: float, luck: object
) -> None:
    shuffled = [replace(room) for room in rooms]
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = assign("L1", PRODUCT, packs, [replace(room) for room in rooms], Holding(held), daily)
    assert parts == assign("L1", PRODUCT, packs, shuffled, Holding(held), daily)
    assert sum(part.packs for part in parts) == packs
    if any(room.usable for room in rooms):
        usable = {room.robot for room in rooms if room.usable}
        assert {part.robot for part in parts} <= usable
