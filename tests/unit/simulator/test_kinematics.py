"""The arithmetic of Table A: axis times, tours, rates."""

from itertools import pairwise

import pytest

from simulator.chance import Chance
from simulator.hardware.gantry import Gantry, Point, axis_s
from simulator.hardware.parameters import MachineParameters
from simulator.hardware.rack import RackLayout

PARAMETERS = MachineParameters()


@pytest.mark.parametrize(
    ("distance_m", "seconds"),
    [(0.0, 0.0), (0.5, 1.0), (2.0, 2.0), (4.0, 3.0)],
)
def test_an_axis_is_triangular_on_short_ways_and_trapezoidal_on_long_ones(distance_m: float, seconds: float) -> None:
    assert axis_s(distance_m, speed_m_s=2.0, acceleration_m_s2=2.0) == pytest.approx(seconds)


def test_axes_and_table_move_at_the_same_time_and_the_slowest_decides() -> None:
    gantry = Gantry(PARAMETERS)
    near = Point(4.0, 1.3, 0)
    assert gantry.travel_s(near, Point(4.0, 1.3, 1)) == PARAMETERS.turn_s
    assert gantry.travel_s(near, Point(0.0, 1.3, 1)) == axis_s(4.0, 2.0, 2.0)


def test_the_tour_is_no_longer_than_in_the_order_asked() -> None:
    gantry = Gantry(PARAMETERS)
    luck = Chance(3).stream("stops")
    for count in (2, 3, 4, 8):
        stops = [Point(luck.uniform(0, 8), luck.uniform(0, 2.6), luck.randrange(0, 2)) for _ in range(count)]
        order = gantry.visit_order(stops, gantry.output)
        assert sorted(order) == list(range(count))
        if count <= 4:
            assert length(gantry, stops, order) <= length(gantry, stops, list(range(count)))


def length(gantry: Gantry, stops: list[Point], order: list[int]) -> float:
    way = [gantry.output, *(stops[index] for index in order), gantry.output]
    return sum(gantry.travel_s(a, b) for a, b in pairwise(way))


def test_the_machine_makes_the_rates_that_it_was_calibrated_to() -> None:
    """314 single picks an hour and 403 packs in tours of three over random storage, within a tenth."""
    layout = RackLayout(PARAMETERS, 20_000, [14_000, 3_000, 1_200, 800, 300, 300, 200, 200])
    luck = Chance(1).stream("rates")
    for tour, packs_an_hour in ((1, 314.0), (3, 403.0)):
        gantry = Gantry(PARAMETERS)
        total_s = 0.0
        for _ in range(2000):
            stops = [layout.point(luck.randrange(0, 20_000)) for _ in range(tour)]
            order = gantry.visit_order(stops, gantry.output)
            total_s += length(gantry, stops, order)
            total_s += tour * PARAMETERS.grip_s + PARAMETERS.drop_s + (tour - 1) * PARAMETERS.drop_extra_s
        assert 2000 * tour * 3600.0 / total_s == pytest.approx(packs_an_hour, rel=0.1)
