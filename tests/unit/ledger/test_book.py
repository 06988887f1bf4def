"""The stock book: what may go where, what may be bound, and that its indexes say what the packs say."""

from datetime import date
from itertools import product

import pytest

from controller.domain.errors import NotFound, StockRefused
from controller.domain.pack import Pack, PackStanding
from controller.ledger.book import Book

GTIN = "05000000000012"
OLD = date(2027, 6, 30)
YESTERDAY = date(2027, 6, 29)

ACCOUNTS = {
    "supplier": "supplier",
    "goods-in": "goods-in",
    "input": "input:R1",
    "robot": "robot:R1",
    "area": "area:A",
    "tote": "tote:T1-1",
    "quarantine": "quarantine",
    "written-off": "written-off",
    "dispatched": "dispatched:W1",
}
LEGAL = {
    *(("supplier", to) for to in ("goods-in", "robot", "area")),
    *(("goods-in", to) for to in ("input", "area", "quarantine", "written-off")),
    *(("input", to) for to in ("robot", "goods-in", "quarantine", "written-off")),
    *(("robot", to) for to in ("tote", "quarantine", "written-off", "robot")),
    *(("area", to) for to in ("tote", "quarantine", "written-off")),
    *(("tote", to) for to in ("dispatched", "quarantine")),
    *(("quarantine", to) for to in ("goods-in", "written-off")),
}


def _pack(pack_id: str = "P1", account: str = "robot:R1", expiry: date = OLD) -> Pack:
    return Pack(pack_id, GTIN, "B1", expiry, account)


def _book(*packs: Pack) -> Book:
    book = Book()
    for pack in packs:
        book.admit(pack)
    return book


def _post(book: Book, to_account: str, pack_id: str = "P1") -> None:
    book.post(pack_id, to_account, at=1.0, reason="moved", reference="X1")


@pytest.mark.parametrize(("source", "to"), sorted(product(ACCOUNTS, ACCOUNTS)))
def test_a_pack_goes_only_where_packs_may_go(source: str, to: str) -> None:
    book = _book(_pack(account=ACCOUNTS[source]))
    if (source, to) in LEGAL:
        _post(book, ACCOUNTS[to])
        assert book.packs["P1"].account == ACCOUNTS[to]
        return
    with pytest.raises(StockRefused):
        _post(book, ACCOUNTS[to])
    assert book.packs["P1"].account == ACCOUNTS[source]
    assert not book.postings
    assert not book.balances


def test_a_posting_takes_from_one_account_what_it_gives_to_the_other() -> None:
    book = Book(last_posting_seq=41, balances={"supplier": -3, "robot:R1": 3})
    book.admit(_pack())
    _post(book, "tote:T1-1")
    (posting,) = book.postings
    assert (posting.seq, posting.from_account, posting.to_account) == (42, "robot:R1", "tote:T1-1")
    assert (posting.gtin, posting.batch, posting.reason, posting.reference) == (GTIN, "B1", "moved", "X1")
    assert book.balances == {"supplier": -3, "robot:R1": 2, "tote:T1-1": 1}


def test_a_pack_is_received_once() -> None:
    book = Book()
    book.receive(_pack(), source="supplier", at=1.0, reason="delivered", reference="DN1")
    assert book.balances == {"supplier": -1, "robot:R1": 1}
    with pytest.raises(StockRefused, match="already"):
        book.receive(_pack(account="goods-in"), source="supplier", at=2.0, reason="delivered", reference="DN1")
    assert len(book.postings) == 1


def test_what_is_not_in_the_centre_is_not_found() -> None:
    for ask in (Book().pack, Book().release):
        with pytest.raises(NotFound):
            ask("P9")
    Book().unclaim("P9")


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        (_pack(account="goods-in"), "arriving"),
        (_pack(account="input:R1"), "arriving"),
        (_pack(account="tote:T1-1"), "in_tote"),
        (_pack(account="quarantine"), "quarantined"),
        (_pack(expiry=YESTERDAY), "expires"),
        (Pack("P1", GTIN, "B1", OLD, "robot:R1", claim="C1"), "claimed"),
        (Pack("P1", GTIN, "B1", OLD, "robot:R1", hold="recall"), "held"),
        (Pack("P1", GTIN, "B1", OLD, "area:A", claim="C1", hold="recall"), "held"),
    ],
)
def test_what_may_not_leave_is_not_bound(pack: Pack, words: str) -> None:
    book, before = _book(pack), pack.claim
    with pytest.raises(StockRefused, match=words):
        book.claim("P1", "C2", expires_after=YESTERDAY)
    assert pack.claim == before


@pytest.mark.parametrize("account", ["robot:R1", "area:A"])
def test_a_pack_on_a_shelf_is_bound_to_one_task_until_that_is_over(account: str) -> None:
    book = _book(_pack(account=account))
    assert book.claim("P1", "C1", expires_after=YESTERDAY).claim == "C1"
    assert book.shelf(GTIN, account) == []
    with pytest.raises(StockRefused):
        book.claim("P1", "C1", expires_after=YESTERDAY)
    book.unclaim("P1")
    assert book.claim("P1", "C2", expires_after=YESTERDAY).claim == "C2"


def test_a_pack_must_outlast_the_date_and_not_only_reach_it() -> None:
    with pytest.raises(StockRefused):
        _book(_pack()).claim("P1", "C1", expires_after=OLD)
    assert _book(_pack()).available(GTIN, OLD) == 0
    assert _book(_pack()).available(GTIN, YESTERDAY) == 1


@pytest.mark.parametrize(("account", "legal"), [("goods-in", True), ("input:R1", True), ("robot:R1", False)])
def test_only_what_arrives_is_bound_as_arriving(account: str, legal: bool) -> None:
    book = _book(_pack(account=account))
    if legal:
        assert book.bind_arriving("P1", "W1").claim == "W1"
        return
    with pytest.raises(StockRefused):
        book.bind_arriving("P1", "W1")


def test_a_held_pack_is_no_stock_until_it_is_released() -> None:
    book = _book(_pack(), _pack("P2"))
    book.hold("P1", "recall")
    assert book.packs["P1"].standing is PackStanding.HELD
    assert book.available(GTIN, YESTERDAY) == 1
    assert [pack_id for _, pack_id in book.shelf(GTIN, "robot:R1")] == ["P2"]
    book.release("P1")
    assert book.available(GTIN, YESTERDAY) == 2


def test_a_hold_outlives_the_task_that_had_the_pack_bound() -> None:
    book = _book(_pack())
    book.claim("P1", "C1", expires_after=YESTERDAY)
    book.hold("P1", "recall")
    book.unclaim("P1")
    assert book.packs["P1"].standing is PackStanding.HELD
    assert book.available(GTIN, YESTERDAY) == 0


def test_the_shelf_is_in_the_order_in_which_packs_expire() -> None:
    book = _book(_pack("P3", expiry=date(2028, 1, 1)), _pack("P2"), _pack("P1"), _pack("P4", expiry=YESTERDAY))
    assert [pack_id for _, pack_id in book.shelf(GTIN, "robot:R1")] == ["P4", "P1", "P2", "P3"]
    assert list(book.holders(GTIN)) == ["robot:R1"]
    assert book.count_at(GTIN, "robot:R1") == 4


def test_the_input_belt_knows_its_packs() -> None:
    book = _book(_pack(account="goods-in"))
    _post(book, "input:R1")
    assert list(book.at_input("R1")) == ["P1"]
    _post(book, "robot:R1")
    assert list(book.at_input("R1")) == []


def test_more_is_never_freed_than_was_promised() -> None:
    book = Book()
    book.reserve(GTIN, 2)
    book.reserve(GTIN, -2)
    with pytest.raises(StockRefused):
        book.reserve(GTIN, -1)
    assert book.reserved[GTIN] == 0


def test_draining_gives_each_change_once_and_forgets_what_has_left() -> None:
    book = _book(_pack(account="tote:T1-1"), _pack("P2"))
    _post(book, "dispatched:W1")
    _post(book, "written-off", "P2")
    changed, postings = book.drain()
    assert sorted(pack.pack_id for pack in changed) == ["P1", "P2"]
    assert [posting.seq for posting in postings] == [1, 2]
    assert not book.packs
    assert book.drain() == ([], [])
