"""`make bench`: who got a recalled batch, out of a year of postings. The promise is a second; nothing here asserts it.

A year of 100,000 packs a week has some 20 million postings. What is read follows the batch alone, by two indexes: the
same question over ten times the rows takes as long, so the year is not filled in whole.
"""

import sqlite3
import timeit
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import create_engine

from controller.storage import tracing
from controller.storage.schema import migrate

PACKS_A_BATCH = 2_000
WARDS = 400
GTIN = "05000000000012"


@pytest.mark.parametrize("batches", [20, 200])
def test_trace_of_a_batch(tmp_path: Path, batches: int) -> None:
    """Four postings a pack, all packs dispatched."""
    path = tmp_path / "year.sqlite"
    migrate(f"sqlite:///{path}")
    _fill(path, batches)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        first_s = timeit.timeit(lambda: tracing.sent(connection, GTIN, "B7"), number=1)
        again_s = timeit.timeit(lambda: tracing.sent(connection, GTIN, "B7"), number=3) / 3
        found = tracing.sent(connection, GTIN, "B7")
    engine.dispose()
    assert len(found) == PACKS_A_BATCH
    wards = len({pack.destination for pack in found})
    Console(width=120).print(
        f"\nrecall of {PACKS_A_BATCH} packs at {wards} wards, {4 * batches * PACKS_A_BATCH:,} postings: "
        f"{first_s:.3f} s at first, {again_s:.3f} s again"
    )


def _fill(path: Path, batches: int) -> None:
    with sqlite3.connect(path) as books:
        books.execute("PRAGMA foreign_keys = OFF")
        books.execute("PRAGMA synchronous = OFF")
        packs = [(batch, pack) for pack in range(PACKS_A_BATCH) for batch in range(batches)]
        books.executemany(
            "INSERT INTO packs (pack_id, gtin, batch, expiry, account, claim, hold, present) "
            f"VALUES (?, '{GTIN}', ?, '2028-01-31', ?, NULL, NULL, 0)",
            ((f"L{batch}.{pack}", f"B{batch}", f"dispatched:W{pack % WARDS:04}") for batch, pack in packs),
        )
        books.executemany(
            "INSERT INTO postings (seq, at, pack_id, gtin, batch, from_account, to_account, reason, reference) "
            f"VALUES (?, ?, ?, '{GTIN}', ?, ?, ?, ?, ?)",
            (
                (4 * number + step + 1, number * 60.0, f"L{batch}.{pack}", f"B{batch}", *move)
                for number, (batch, pack) in enumerate(packs)
                for step, move in enumerate(_moves(pack))
            ),
        )


def _moves(pack: int) -> list[tuple[str, str, str, str]]:
    tote = f"T{pack}-1"
    return [
        ("supplier", "goods-in", "delivered", "DN1"),
        ("goods-in", "robot:R1", "stored", "C1"),
        ("robot:R1", f"tote:{tote}", "picked", "C2"),
        (f"tote:{tote}", f"dispatched:W{pack % WARDS:04}", "dispatched with GGH-1/2026-11-23", tote),
    ]
