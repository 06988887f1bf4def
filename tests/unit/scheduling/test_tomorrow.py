"""What tomorrow is expected to ask for, and which packs are brought near for it."""

from datetime import date

from controller.domain.site import StockListLine
from controller.scheduling.night import Move
from controller.scheduling.tomorrow import expected_packs, nearest_first

EARLY, LATE = date(2027, 1, 31), date(2027, 6, 30)


def line(gtin: str, low: int = 2, high: int = 10, destination: str = "W1") -> StockListLine:
    return StockListLine(destination, gtin, low, high, 2)


def test_a_counted_list_asks_for_what_is_lacking_an_uncounted_one_for_half_of_what_may_be() -> None:
    lines = [line("A"), line("B"), line("C")]
    counted = {("W1", "A"): 1, ("W1", "B"): 3}
    assert expected_packs([], lines, counted, lambda gtin: 0.0) == {"A": 9, "C": 4}


def test_open_orders_count_as_well_and_no_product_has_less_than_its_daily_packs() -> None:
    found = expected_packs([("A", 2), ("B", 1), ("A", 1)], [line("A")], {("W1", "A"): 2}, lambda gtin: 4.2)
    assert found == {"A": 11, "B": 5}


def test_the_packs_that_go_first_are_brought_near_in_whichever_robot_they_stand() -> None:
    stands = {
        "A": [(LATE, "P3", "R1"), (EARLY, "P2", "R2"), (EARLY, "P1", "R1")],
        "B": [(LATE, "P4", "R1")],
    }
    assert nearest_first({"A": 2, "B": 7}, stands.__getitem__, 5) == {
        "R1": [Move(7.0, "P4", "B"), Move(2.0, "P1", "A")],
        "R2": [Move(2.0, "P2", "A")],
    }


def test_each_robot_has_its_limit() -> None:
    stands = [(EARLY, f"P{n}", "R1") for n in range(5)]
    found = nearest_first({"A": 5}, lambda gtin: stands, 2)
    assert [move.pack_id for move in found["R1"]] == ["P0", "P1"]
