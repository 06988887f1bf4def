"""First expired, first out: who goes first, what the tolerance lets pass, and what is written down about it."""

from datetime import date, timedelta

import pytest

from controller.domain.pack import Pack
from controller.ledger import fefo
from controller.ledger.book import Book
from controller.ledger.fefo import OUT_OF_SERVICE, WITHIN_TOLERANCE, Choice

GTIN = "05000000000012"
FIRST = date(2027, 6, 1)
TODAY = date(2026, 11, 30)

Stock = dict[str, list[int]]
"""Place → days after FIRST on which its packs expire; the pack ids are place and day."""


def _choose(stock: Stock, place: str, limit: int = 9, *, down: str = "", after: date = TODAY) -> list[Choice]:
    book = Book()
    for where, days in stock.items():
        for number, day in enumerate(days):
            pack_id = f"{where}+{day}" + ("" if days.index(day) == number else f".{number}")
            book.admit(Pack(pack_id, GTIN, "B", FIRST + timedelta(days=day), f"robot:{where}"))
    return fefo.choose(
        book, GTIN, f"robot:{place}", limit, expires_after=after, in_service=lambda account: account != f"robot:{down}"
    )


def _late(pack_id: str, older: str, reason: str = WITHIN_TOLERANCE) -> Choice:
    return Choice(pack_id, older, reason)


@pytest.mark.parametrize(
    ("stock", "place", "expected"),
    [
        pytest.param({}, "A", [], id="nothing anywhere"),
        pytest.param({"B": [0]}, "A", [], id="nothing here"),
        pytest.param({"A": [9, 0, 4]}, "A", [Choice("A+0"), Choice("A+4"), Choice("A+9")], id="one place"),
        pytest.param({"A": [0, 90]}, "A", [Choice("A+0"), Choice("A+90")], id="one place, far apart"),
        pytest.param({"A": [0], "B": [0]}, "A", [Choice("A+0")], id="the same day is no exception"),
        pytest.param({"A": [0], "B": [50]}, "A", [Choice("A+0")], id="the older is here"),
        pytest.param({"A": [30], "B": [0]}, "A", [_late("A+30", "B+0")], id="thirty days later passes"),
        pytest.param({"A": [31], "B": [0]}, "A", [], id="thirty-one days later does not"),
        pytest.param(
            {"A": [0, 20, 40], "B": [5]}, "A", [Choice("A+0"), _late("A+20", "B+5")], id="only what is near enough"
        ),
        pytest.param(
            {"A": [20], "B": [10], "C": [0]}, "A", [_late("A+20", "C+0")], id="the oldest of all others is named"
        ),
    ],
)
def test_which_packs_may_go(stock: Stock, place: str, expected: list[Choice]) -> None:
    assert [
        Choice(choice.pack_id.partition(".")[0], choice.older_pack_id, choice.reason)
        for choice in _choose(stock, place)
    ] == expected


def test_no_more_than_asked() -> None:
    assert [choice.pack_id for choice in _choose({"A": [0, 1, 2]}, "A", 2)] == ["A+0", "A+1"]


def test_an_older_pack_where_nothing_can_be_fetched_blocks_nobody_and_is_written_down() -> None:
    assert _choose({"A": [200], "B": [0]}, "A", down="B") == [_late("A+200", "B+0", OUT_OF_SERVICE)]
    assert _choose({"A": [10], "B": [0]}, "A", down="B") == [_late("A+10", "B+0", WITHIN_TOLERANCE)]


def test_a_place_in_service_still_goes_first_when_another_is_out_of_service() -> None:
    assert _choose({"A": [200], "B": [0], "C": [100]}, "A", down="B") == []
    assert _choose({"A": [110], "B": [0], "C": [100]}, "A", down="B") == [_late("A+110", "C+100")]


def test_what_expires_too_early_neither_goes_nor_stands_in_the_way() -> None:
    stock = {"A": [0, 1, 60], "B": [0]}
    assert _choose(stock, "A", after=FIRST) == [Choice("A+1"), Choice("A+60")]
    assert _choose(stock, "A", after=FIRST + timedelta(days=59)) == [Choice("A+60")]
    assert _choose(stock, "A", after=FIRST + timedelta(days=60)) == []
