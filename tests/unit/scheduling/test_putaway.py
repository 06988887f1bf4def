"""Where arriving packs go."""

from dataclasses import replace

import pytest

from controller.domain.product import Product, Zone
from controller.scheduling.putaway import Part, RobotRoom, assign, fits
from tests.support.cores import FLAT, product

PRODUCT = product(FLAT)


def _room(robot: str, **changed: object) -> RobotRoom:
    room = RobotRoom(robot, Zone.AMBIENT, 100, stored=0, incoming=0, tallest_mm=130.0, usable=True)
    return replace(room, **changed)  # type: ignore[arg-type]


def _assigned(packs: int, rooms: list[RobotRoom], held: dict[str, int] | None = None) -> dict[str | None, int]:
    parts = assign("L1", PRODUCT, packs, rooms, held or {})
    assert sum(part.packs for part in parts) == packs
    assert len({part.robot for part in parts}) == len(parts)
    return {part.robot: part.packs for part in parts}


def test_a_line_of_some_size_is_spread_over_three_robots() -> None:
    assert _assigned(20, [_room(f"R{number}") for number in range(1, 6)]) == {"R1": 7, "R2": 7, "R3": 6}


def test_a_small_line_stays_together() -> None:
    assert _assigned(5, [_room("R1"), _room("R2")]) == {"R1": 5}
    assert _assigned(6, [_room("R1"), _room("R2")]) == {"R1": 3, "R2": 3}


def test_the_robot_that_has_least_of_the_product_gets_it() -> None:
    assert _assigned(2, [_room("R1"), _room("R2"), _room("R3")], {"R1": 4, "R2": 1, "R3": 4}) == {"R2": 2}


def test_equal_in_that_the_emptier_one_gets_it() -> None:
    assert _assigned(2, [_room("R1", stored=50), _room("R2", stored=20)]) == {"R2": 2}
    assert _assigned(2, [_room("R1", incoming=80), _room("R2", stored=90)]) == {"R2": 2}


def test_a_full_or_unusable_robot_is_the_last_choice() -> None:
    assert _assigned(2, [_room("R1", stored=96), _room("R2", stored=90)], {"R2": 9}) == {"R2": 2}
    assert _assigned(2, [_room("R1", usable=False), _room("R2", stored=99)]) == {"R2": 2}
    assert _assigned(2, [_room("R1", usable=False)]) == {"R1": 2}


def test_what_is_given_counts_as_coming() -> None:
    rooms = [_room("R1"), _room("R2")]
    assign("L1", PRODUCT, 8, rooms, {})
    assert [room.incoming for room in rooms] == [4, 4]


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
    assert assign("L1", wanted, 2, [place], {}) == [Part("L1", "R1" if fitting else None, 2)]


def test_without_any_robot_all_goes_to_an_area() -> None:
    assert _assigned(50, []) == {None: 50}
