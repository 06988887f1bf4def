"""Which packs should stand in another robot."""

from collections.abc import Iterable
from datetime import date

from controller.scheduling.putaway import FAST_PACKS_A_DAY
from controller.scheduling.rebalance import Shelved, Transfer, candidates

OLD, NEW = date(2027, 1, 31), date(2028, 1, 31)
BURDEN = {"R1": 30.0, "R2": 20.0, "R3": 10.0, "R4": 40.0}


def _proposed(daily: float, *shelved: Shelved, targets: Iterable[str] = BURDEN) -> list[Transfer]:
    return candidates([("A", daily, list(shelved))], lambda gtin: targets, BURDEN, 10)


def test_half_of_the_oldest_batch_goes_to_the_least_burdened_robot() -> None:
    assert _proposed(1.0, Shelved("R1", "N", NEW, 9), Shelved("R1", "O", OLD, 6)) == [
        Transfer("A", "O", "R1", "R3", 3, 1.0)
    ]


def test_of_single_packs_the_later_goes() -> None:
    assert _proposed(1.0, Shelved("R1", "N", NEW, 1), Shelved("R1", "O", OLD, 1)) == [
        Transfer("A", "N", "R1", "R3", 1, 1.0)
    ]


def test_a_fast_mover_gets_a_third_robot() -> None:
    shelved = (Shelved("R1", "O", OLD, 30), Shelved("R2", "O", OLD, 20))
    assert _proposed(FAST_PACKS_A_DAY, *shelved) == [Transfer("A", "O", "R1", "R3", 10, FAST_PACKS_A_DAY / 2)]
    assert _proposed(FAST_PACKS_A_DAY / 2, *shelved) == []


def test_an_oldest_batch_that_stands_alone_is_parted_and_worth_less() -> None:
    found = _proposed(1.0, Shelved("R1", "O", OLD, 4), Shelved("R3", "N", NEW, 4))
    assert found == [Transfer("A", "O", "R1", "R3", 2, 0.25)]


def test_no_more_than_a_week_needs() -> None:
    (found,) = _proposed(1.0, Shelved("R1", "O", OLD, 400))
    assert found.packs == 7


def test_nothing_where_there_is_nothing_to_gain_or_no_place() -> None:
    alone = Shelved("R1", "O", OLD, 6)
    assert _proposed(1.0, Shelved("R1", "O", OLD, 1)) == []
    assert _proposed(0.0, alone) == []
    assert _proposed(1.0, alone, targets=["R1"]) == []
    assert _proposed(1.0, Shelved("R1", "O", OLD, 3), Shelved("R2", "O", OLD, 3)) == []


def test_most_gain_first_and_no_more_than_asked_for() -> None:
    stock = [(gtin, daily, [Shelved("R1", "O", OLD, 6)]) for gtin, daily in (("B", 1.0), ("A", 1.0), ("C", 2.0))]
    found = candidates(stock, lambda gtin: BURDEN, BURDEN, 2)
    assert [transfer.gtin for transfer in found] == ["C", "A"]
    assert found == candidates(reversed(stock), lambda gtin: reversed(BURDEN), BURDEN, 2)
