"""Chaotic storage by height class."""

import pytest

from simulator.hardware.gantry import Gantry
from simulator.hardware.parameters import MachineParameters
from simulator.hardware.rack import FreePlaces, NoSpace, RackLayout, demand_by_class

PARAMETERS = MachineParameters()


def layout(capacity_packs: int = 800, demand: tuple[int, ...] = (500, 100, 0, 0, 0, 0, 50, 0)) -> RackLayout:
    return RackLayout(PARAMETERS, capacity_packs, demand)


def test_every_location_has_a_name_of_its_own_and_is_found_by_it() -> None:
    rack = layout()
    locations = [location for places in rack.by_class for location in places]
    names = [rack.name(location) for location in locations]
    assert len(set(names)) == len(names) >= 800
    assert [rack.location(name) for name in names] == locations
    assert rack.location("A-99-001") is None
    assert rack.location("A-01-999") is None


def test_packs_go_to_the_nearest_free_place_of_their_class() -> None:
    rack = layout()
    free, gantry = FreePlaces(rack), Gantry(PARAMETERS)
    taken = [free.take(30.0) for _ in range(50)]
    ways = [gantry.travel_s(gantry.output, rack.point(location)) for location in taken]
    assert ways == sorted(ways)
    assert {rack.shelf_of(location).height_class for location in taken} == {0}


def test_a_place_given_back_is_taken_again() -> None:
    free = FreePlaces(layout())
    first = free.take(30.0)
    free.take(30.0)
    free.give_back(first)
    assert free.take(30.0) == first


def test_a_full_class_borrows_from_a_higher_one_and_never_from_a_lower() -> None:
    rack = layout()
    free = FreePlaces(rack)
    for _ in rack.by_class[6]:
        free.take(130.0)
    assert rack.shelf_of(free.take(130.0)).height_class == 7
    while free.has_room(130.0):
        free.take(130.0)
    with pytest.raises(NoSpace):
        free.take(130.0)
    assert free.has_room(30.0)


def test_no_more_packs_than_the_capacity_however_many_places() -> None:
    free = FreePlaces(layout(capacity_packs=85))
    for _ in range(85):
        free.take(30.0)
    with pytest.raises(NoSpace):
        free.take(30.0)


def test_a_pack_higher_than_every_class_has_no_place() -> None:
    with pytest.raises(NoSpace):
        FreePlaces(layout()).take(161.0)


def test_the_shelves_hold_whatever_the_start_stock_is_up_to_capacity() -> None:
    demand = (1, 797, 1, 0, 0, 0, 0, 1)
    rack = layout(demand=demand)
    free = FreePlaces(rack)
    for height_class, packs in enumerate(demand):
        for _ in range(packs):
            free.take(PARAMETERS.height_classes_mm[height_class])


def test_a_named_place_is_taken_once() -> None:
    rack = layout()
    free = FreePlaces(rack)
    wanted = rack.by_class[0][17]
    assert free.take_this(wanted)
    assert not free.take_this(wanted)
    assert wanted not in [free.take(30.0) for _ in range(100)]


def test_demand_counts_each_height_into_its_class() -> None:
    assert demand_by_class(PARAMETERS, {35.0: 3, 35.1: 2, 400.0: 1}) == [3, 2, 0, 0, 0, 0, 0, 1]
