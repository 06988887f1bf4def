"""The auditor finds what is wrong, and nothing else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.audit import audit_files, audit_ledger, audit_physical
from simulator.departed import unfit_departed
from simulator.hardware.movement import Act, Cause, Movement
from simulator.record import FileRecord
from tests.contract.robot_bench import FLAT, NOON, bench_site

PACK = "S000001.001"
POSTED = "INSERT INTO postings (seq, pack_id, from_account, to_account, reference) VALUES"
PICK = Movement(NOON, "R1", Act.PICK, PACK, FLAT, "L1", "2027-06-30", "A-01-001", "table", Cause("C1", 1, 1))
DELIVER = replace(PICK, at=NOON + 30, act=Act.DELIVER, source="OUT-1", target="T1")
TAKE = replace(PICK, at=NOON + 30, act=Act.TAKE, target="T1", cause=Cause("W1", 1, 0))
RETURN = replace(PICK, at=NOON + 40, act=Act.RETURN, source="T1", target="goods-in", cause=Cause("X1", 1, 0))
STORE = replace(PICK, at=NOON + 60, act=Act.STORE, pack_id="N.1", cause=Cause("C2", 1, 1))


def findings(*movements: Movement) -> list[str]:
    return audit_physical(movements, bench_site()).findings


def test_a_pick_a_delivery_and_a_store_are_in_order() -> None:
    assert findings(PICK, DELIVER, STORE) == []


@pytest.mark.parametrize(
    ("movements", "word"),
    [
        ((PICK, DELIVER, PICK), "moved twice for one command"),
        ((PICK, replace(PICK, cause=Cause("C9", 1, 1))), "picked again"),
        ((replace(PICK, robot="R9"),), "picked where it was not"),
        ((replace(PICK, pack_id="S000001.013"),), "picked where it was not"),
        ((replace(PICK, expiry="2026-11-23"), DELIVER), "expiry"),
        ((DELIVER,), "without having been picked"),
        ((PICK, replace(DELIVER, cause=Cause("C9", 1, 1))), "without having been picked"),
        ((PICK, DELIVER, replace(STORE, pack_id=PACK)), "in the centre already"),
        ((replace(PICK, act=Act.RELOCATE, robot="R9"),), "relocated where it was not"),
        ((replace(TAKE, robot="R9"),), "taken by hand where it was not"),
        ((PICK, DELIVER, TAKE), "taken by hand after it had left its shelf"),
        ((replace(TAKE, expiry="2026-11-23"),), "on or after its expiry"),
        ((RETURN,), "in which it was not"),
        ((PICK, DELIVER, replace(RETURN, source="T9")), "in which it was not"),
        ((PICK, DELIVER, RETURN, replace(RETURN, cause=Cause("X2", 1, 0))), "in which it was not"),
    ],
)
def test_each_wrong_movement_is_found(movements: tuple[Movement, ...], word: str) -> None:
    assert any(word in finding for finding in findings(*movements))


def test_without_the_site_the_start_stock_is_taken_on_trust() -> None:
    assert audit_physical([PICK, DELIVER], None).findings == []
    assert audit_physical([PICK, DELIVER, replace(PICK, cause=Cause("C9", 1, 1))], None).findings


@pytest.fixture
def books() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection)
        yield connection


def fill(connection: sqlite3.Connection) -> None:
    """A ledger in which the pick of PACK and the store of N.1 happened."""
    connection.executescript(
        "CREATE TABLE commands (task_id, kind, robot, epoch, issued_at, status);"
        "CREATE TABLE command_steps (task_id, pack_id, status);"
        "CREATE TABLE packs (pack_id, gtin, batch, expiry, account, hold);"
        "CREATE TABLE postings (seq, at, pack_id, from_account, to_account, reason, reference);"
        "CREATE TABLE site (site, timezone); INSERT INTO site VALUES ('bench', 'Europe/London');"
        "CREATE TABLE departures (departure_id, departed_at);"
        "CREATE TABLE recalls (recall_id, gtin, batch, begun_at, closed_at, drill);"
        "CREATE TABLE works (work_id, kind, robot, created_at, pack_ids, status);"
    )
    connection.execute("INSERT INTO commands VALUES ('C1', 'pick', 'R1', 1, ?, 'completed')", (NOON - 5,))
    connection.execute("INSERT INTO commands VALUES ('C2', 'store', 'R1', 1, ?, 'completed')", (NOON - 5,))
    connection.executemany("INSERT INTO command_steps VALUES (?, ?, 'done')", [("C1", PACK), ("C2", "N.1")])
    stock = [
        (line.pack_id(count), line.gtin, line.batch, line.expiry, f"robot:{line.place}", None)
        for line in bench_site().stock
        for count in range(1, line.quantity + 1)
    ]
    connection.executemany("INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?)", stock)
    connection.execute("UPDATE packs SET account = 'tote:T1' WHERE pack_id = ?", (PACK,))
    connection.execute("INSERT INTO packs VALUES ('N.1', ?, 'L1', '2027-06-30', 'robot:R1', NULL)", (FLAT,))
    connection.execute(f"{POSTED} (1, ?, 'robot:R1', 'tote:T1', 'C1')", (PACK,))


def ledger_findings(books: sqlite3.Connection) -> list[str]:
    movements = [PICK, DELIVER, STORE]
    return audit_ledger(books, movements, audit_physical(movements, bench_site()), complete=True)


def hand_findings(books: sqlite3.Connection) -> list[str]:
    """A person has taken PACK out of R1 for W1."""
    books.execute("DELETE FROM commands WHERE task_id = 'C1'")
    books.execute("DELETE FROM command_steps WHERE task_id = 'C1'")
    movements = [TAKE, STORE]
    return audit_ledger(books, movements, audit_physical(movements, bench_site()), complete=True)


def test_a_pack_that_people_took_for_their_work_is_in_order(books: sqlite3.Connection) -> None:
    books.execute("INSERT INTO works VALUES ('W1', 'hand_pick', 'R1', ?, ?, 'done')", (NOON - 5, f'["{PACK}"]'))
    assert hand_findings(books) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("DELETE FROM works", "without a committed command"),
        ("UPDATE works SET robot = 'R9'", "the command is a hand_pick of R9"),
        ("UPDATE works SET kind = 'settle'", "the command is a settle"),
        ("UPDATE works SET created_at = created_at + 3600", "before its command"),
        ("UPDATE works SET pack_ids = '[]'", "does not name this pack"),
        ("UPDATE postings SET to_account = 'tote:T2'", "booked into T2"),
    ],
)
def test_each_pack_taken_by_hand_must_be_in_the_books(books: sqlite3.Connection, change: str, word: str) -> None:
    books.execute("INSERT INTO works VALUES ('W1', 'hand_pick', 'R1', ?, ?, 'done')", (NOON - 5, f'["{PACK}"]'))
    books.execute(change)
    assert any(word in finding for finding in hand_findings(books))


def test_books_and_shelves_that_agree_give_no_finding(books: sqlite3.Connection) -> None:
    assert ledger_findings(books) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("DELETE FROM commands WHERE task_id = 'C1'", "without a committed command"),
        ("UPDATE commands SET kind = 'store' WHERE task_id = 'C1'", "the command is a store"),
        ("UPDATE commands SET robot = 'R9' WHERE task_id = 'C2'", "the command is a store of R9"),
        ("UPDATE commands SET issued_at = issued_at + 3600", "before its command"),
        ("DELETE FROM command_steps WHERE task_id = 'C2'", "does not name this pack"),
        ("UPDATE packs SET batch = 'OTHER' WHERE pack_id = 'N.1'", "the ledger says"),
        ("UPDATE postings SET to_account = 'tote:T2'", "booked into T2"),
        ("DELETE FROM postings", "does not book it there"),
        (f"{POSTED} (2, 'S000001.002', 'robot:R1', 'tote:T1', 'C1')", "never came out"),
        ("UPDATE packs SET account = 'robot:R9' WHERE pack_id = 'N.1'", "on none of its shelves"),
        ("UPDATE packs SET account = 'written-off' WHERE pack_id = 'S000001.002'", "elsewhere by the ledger"),
    ],
)
def test_each_difference_from_the_books_is_found(books: sqlite3.Connection, change: str, word: str) -> None:
    books.execute(change)
    assert any(word in finding for finding in ledger_findings(books))


DAY_S = 86_400.0


def leave(books: sqlite3.Connection, noticed_s: float = 0.0) -> None:
    """The tote of PACK leaves with the van of noon, which is noticed so much later."""
    books.execute("INSERT INTO departures VALUES ('GGH-1/1', ?)", (NOON,))
    books.execute(
        "INSERT INTO postings VALUES (2, ?, ?, 'tote:T1', 'dispatched:GGH-WA1', 'dispatched with GGH-1/1', 'T1')",
        (NOON + noticed_s, PACK),
    )
    books.execute("UPDATE packs SET account = 'dispatched:GGH-WA1' WHERE pack_id = ?", (PACK,))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("UPDATE packs SET hold = 'held by Ann: damp' WHERE account LIKE 'dispatched:%'", "held by Ann: damp"),
        ("UPDATE packs SET expiry = date({noon}, 'unixepoch') WHERE account LIKE 'dispatched:%'", "expired on"),
        ("INSERT INTO recalls SELECT 'RC1', gtin, batch, {noon} - 60, NULL, 0 FROM packs", "under recall"),
    ],
)
def test_what_should_not_have_left_is_found(books: sqlite3.Connection, change: str, word: str) -> None:
    leave(books)
    assert unfit_departed(books) == []
    books.execute(change.format(noon=NOON))
    (finding,) = unfit_departed(books)
    assert finding.startswith(f"pack {PACK}: left for GGH-WA1 though")
    assert word in finding
    assert finding in ledger_findings(books)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE packs SET expiry = date({noon} + 86400, 'unixepoch') WHERE account LIKE 'dispatched:%'",
        "INSERT INTO recalls SELECT 'RC1', gtin, batch, {noon} - 60, NULL, 1 FROM packs",
        "INSERT INTO recalls SELECT 'RC1', gtin, batch, {noon} - 60, {noon} - 30, 0 FROM packs",
        "INSERT INTO recalls SELECT 'RC1', gtin, 'ANOTHER', {noon} - 60, NULL, 0 FROM packs",
    ],
    ids=["expires tomorrow", "a drill", "closed", "of another batch"],
)
def test_what_could_leave_is_in_order(books: sqlite3.Connection, change: str) -> None:
    """Though it was noticed a day later that the van had left."""
    leave(books, noticed_s=DAY_S)
    books.execute(change.format(noon=NOON))
    assert unfit_departed(books) == []


def put_back(books: sqlite3.Connection) -> list[str]:
    """PACK was taken out of its refused tote, and stored again as what it is."""
    books.execute(f"{POSTED} (2, ?, 'tote:T1', 'quarantine', 'T1')", (PACK,))
    books.execute(f"{POSTED} (3, ?, 'quarantine', 'goods-in', 'X1')", (PACK,))
    books.execute("INSERT INTO command_steps VALUES ('C2', ?, 'done')", (PACK,))
    books.execute("UPDATE packs SET account = 'robot:R1' WHERE pack_id = ?", (PACK,))
    movements = [PICK, DELIVER, RETURN, STORE, replace(STORE, pack_id=PACK)]
    return audit_ledger(books, movements, audit_physical(movements, bench_site()), complete=True)


def test_a_pack_that_was_put_back_may_be_stored_again(books: sqlite3.Connection) -> None:
    assert put_back(books) == []


def test_what_nobody_put_back_in_the_books_was_not_to_be_taken_out(books: sqlite3.Connection) -> None:
    books.execute("CREATE TRIGGER gone AFTER INSERT ON postings BEGIN DELETE FROM postings WHERE seq = 3; END")
    assert any("the ledger does not put it back" in finding for finding in put_back(books))


SISTER = "05000000000098"


def misread_findings(books: sqlite3.Connection, *misread: tuple[str, float]) -> list[str]:
    """N.1 went in as another product than it is."""
    movements = [PICK, DELIVER, replace(STORE, gtin=SISTER)]
    return audit_ledger(books, movements, audit_physical(movements, bench_site()), complete=True, misread=misread)


def test_an_overprinted_pack_is_excused_once_where_the_truth_tells_of_it(books: sqlite3.Connection) -> None:
    assert misread_findings(books, ("R1", NOON + 50)) == []


@pytest.mark.parametrize(
    "misread",
    [(), (("R2", NOON + 50),), (("R1", NOON + 70),), (("R1", NOON - 3600),)],
    ids=["none", "R2", "later", "long ago"],
)
def test_no_other_pack_is_excused(books: sqlite3.Connection, misread: tuple[tuple[str, float], ...]) -> None:
    assert any("the ledger says" in finding for finding in misread_findings(books, *misread))


def test_an_overprinted_pack_that_left_the_centre_is_found(books: sqlite3.Connection) -> None:
    books.execute("UPDATE packs SET account = 'dispatched:GGH-WA1' WHERE pack_id = 'N.1'")
    assert any("the ledger says" in finding for finding in misread_findings(books, ("R1", NOON + 50)))


def test_a_pack_of_an_open_command_is_not_settled_yet(books: sqlite3.Connection) -> None:
    books.execute("DELETE FROM postings")
    books.execute("UPDATE packs SET account = 'robot:R1' WHERE pack_id = ?", (PACK,))
    books.execute("UPDATE command_steps SET status = 'gripped' WHERE task_id = 'C1'")
    books.execute("UPDATE commands SET status = 'running' WHERE task_id = 'C1'")
    assert ledger_findings(books) == []
    books.execute("UPDATE commands SET status = 'completed' WHERE task_id = 'C1'")
    assert any("does not book it there" in finding for finding in ledger_findings(books))


def test_files_are_audited_as_they_are(tmp_path: Path) -> None:
    physical, ledger = tmp_path / "physical.jsonl", tmp_path / "ledger.sqlite"
    record = FileRecord(physical)
    for movement in (PICK, DELIVER, STORE):
        record.append(movement)
    record.close()
    with closing(sqlite3.connect(ledger)) as connection:
        fill(connection)
        connection.commit()
    assert audit_files(physical, None, None) == []
    assert audit_files(physical, ledger, None) == []
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("DELETE FROM commands")
        connection.commit()
    assert len(audit_files(physical, ledger, None)) == 3
