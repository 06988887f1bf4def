"""Pages are complete, sorted, filtered, and hold committed rows only."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from controller.domain.order import OrderStatus
from controller.domain.pack import Posting
from controller.domain.quarantine import QuarantinedLot
from controller.domain.recall import SentPack
from controller.domain.task import TaskStatus
from controller.domain.tote import ToteStatus
from controller.engine.ports import Batch
from controller.storage.connections import Database, open_reader
from controller.storage.errors import RowRefused
from controller.storage.store import SqlArchive, SqlStore
from controller.storage.writing import write_batch
from tests.contract.storage import examples


@pytest.fixture
async def filled(store: SqlStore, archive: SqlArchive) -> SqlArchive:
    count = range(1, 8)
    await store.commit(
        Batch(
            1,
            examples.NOW,
            orders=[
                examples.order(f"T{9 - n}", n, OrderStatus.OPEN if n % 2 else OrderStatus.CANCELLED) for n in count
            ],
            totes=[examples.tote(f"T{n}-1", f"T{2 + n % 2 * 3}", ToteStatus.FILLING) for n in count if n != 4],
            tasks=[examples.task(f"K{n}", TaskStatus.ISSUED if n % 2 else TaskStatus.VOID, steps=[]) for n in count],
            packs=[examples.pack(f"Q{n}", f"area:HAND-{1 + n % 2}") for n in count],
            postings=[examples.posting(3 + n, f"Q{n}", to_account=f"area:HAND-{1 + n % 2}") for n in count],
            journal=examples.entries(7),
            doubts=[examples.doubt(f"D{n}", resolved_at=None if n % 2 else 1.0) for n in count],
            departures=[examples.departure(f"D/{n}") for n in count],
        )
    )
    return archive


async def pages(read: Callable[[Any], Awaitable[Sequence[Any]]], key: str, start: Any) -> list[Any]:
    """Every page of two, one after the other."""
    found: list[Any] = []
    after = start
    while page := await read(after):
        assert len(page) <= 2
        found += [getattr(item, key) for item in page]
        after = found[-1]
    return found


async def test_pages_follow_each_other_without_gap_or_repetition(filled: SqlArchive) -> None:
    a = filled
    seven = range(1, 8)
    assert await pages(lambda after: a.orders(after_number=after, limit=2), "number", 0) == list(seven)
    assert await pages(lambda after: a.tasks(after=after, limit=2), "task_id", "") == [f"K{n}" for n in seven]
    assert await pages(lambda after: a.doubts(after=after, limit=2, open_only=False), "doubt_id", "") == [
        f"D{n}" for n in seven
    ]
    assert await pages(lambda after: a.departures(after=after, limit=2), "departure_id", "") == [
        f"D/{n}" for n in seven
    ]
    assert await pages(lambda after: a.totes(after=after, limit=2), "tote_id", "") == [
        f"T{n}-1" for n in seven if n != 4
    ]
    assert await pages(lambda after: a.packs(after=after, limit=2), "pack_id", "") == [
        *(f"P{n}" for n in (1, 2, 3)),
        *(f"Q{n}" for n in seven),
    ]
    assert await pages(lambda after: a.postings(after_seq=after, limit=2), "seq", 0) == list(range(1, 11))
    assert await pages(lambda after: a.journal(after_seq=after, limit=2), "seq", 0) == list(seven)


async def test_filters_narrow_the_pages(filled: SqlArchive) -> None:
    a = filled
    assert [o.number for o in await a.orders(status="open")] == [1, 3, 5, 7]
    assert len(await a.orders(order_class="urgent", destination="QEUH-W01", departure_id="QEUH-1/2026-11-23")) == 7
    assert await a.orders(order_class="routine") == await a.orders(destination="RAH-W01") == []
    assert await a.orders(departure_id="x") == []
    assert [t.tote_id for t in await a.totes(order_ref="T5")] == ["T1-1", "T3-1", "T5-1", "T7-1"]
    assert [len(await a.totes(status=status)) for status in ("filling", "loaded")] == [6, 0]
    assert [t.task_id for t in await a.tasks(status="issued", robot="R1", order_ref="T000001")] == [
        "K1",
        "K3",
        "K5",
        "K7",
    ]
    assert await a.tasks(robot="R9") == await a.tasks(order_ref="T9") == []
    assert [p.pack_id for p in await a.packs(account="area:HAND-1")] == ["Q2", "Q4", "Q6"]
    assert len(await a.packs(gtin=examples.ASPIRIN, batch="B1")) == 10
    assert await a.packs(gtin=examples.MORPHINE) == await a.packs(batch="B2") == []
    assert [p.seq for p in await a.postings(pack_id="Q1")] == [4]
    assert [len(await a.postings(gtin=gtin)) for gtin in (examples.ASPIRIN, examples.MORPHINE)] == [10, 0]
    assert [e.seq for e in await a.journal(subject="order:T1")] == [1, 3, 5, 7]
    assert [d.doubt_id for d in await a.doubts()] == ["D1", "D3", "D5", "D7"]
    assert [len(await a.departures(date_local=day)) for day in ("2026-11-23", "2026-11-24")] == [7, 0]


async def test_orders_and_tasks_of_a_page_have_their_own_parts(filled: SqlArchive) -> None:
    assert [order.lines for order in await filled.orders(limit=2)] == [examples.order().lines] * 2


async def test_orders_placed_in_a_span_of_time(store: SqlStore, archive: SqlArchive) -> None:
    made = [replace(examples.order(f"T{n}"), number=n, placed_at=100.0 * n) for n in (3, 1, 2)]
    await store.commit(Batch(1, 0.0, orders=made))
    found = await archive.orders_placed(since=100.0, until=300.0)
    assert [order.order_ref for order in found] == ["T1", "T2"]
    assert found[0].lines == made[1].lines
    assert await archive.orders_placed(since=301.0, until=400.0) == []
    assert [order.number for order in await archive.orders_placed(since=0.0, until=400.0, limit=1)] == [1]


async def test_what_a_source_was_given_before(store: SqlStore, archive: SqlArchive) -> None:
    made = [examples.decision(f"T{n % 5}", at=float(n)) for n in range(1, 12)]
    elsewhere = replace(examples.decision("T9", at=5.0), source="robot:R2")
    await store.commit(Batch(1, 0.0, decisions=[*made, elsewhere]))
    assert await archive.served("robot:R1", since=3.0, until=9.0, besides="T4") == (4, ["T3", "T2", "T1"])
    assert await archive.served("robot:R1", since=3.0, until=9.0, besides="T3", last=1) == (4, ["T2"])
    assert await archive.served("robot:R1", since=20.0, until=30.0, besides="T3") == (0, [])


async def test_one_job_by_its_id(store: SqlStore, archive: SqlArchive) -> None:
    await store.commit(Batch(1, 0.0, orders=[examples.order()], totes=[examples.tote()], works=[examples.work("W7")]))
    assert await archive.work("W7") == examples.work("W7")
    assert await archive.work("W8") is None


async def test_texts_sort_by_their_bytes(store: SqlStore, archive: SqlArchive) -> None:
    names = ["A", "B", "Z", "a", "b", "Ä"]
    await store.commit(Batch(1, 0.0, departures=[examples.departure(name) for name in reversed(names)]))
    assert [departure.departure_id for departure in await archive.departures()] == names


async def test_uncommitted_rows_are_not_seen(store: SqlStore, archive: SqlArchive, database: Database) -> None:
    loop, written, finish = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def write_and_wait(connection: Connection) -> None:
        write_batch(connection, Batch(1, 0.0, orders=[examples.order()]))
        loop.call_soon_threadsafe(written.set)
        if connection.dialect.name == "sqlite":
            asyncio.run_coroutine_threadsafe(finish.wait(), loop).result()
        else:
            await_only(finish.wait())

    writing = asyncio.ensure_future(database.run(write_and_wait))
    await written.wait()
    try:
        assert await archive.order("T000001") is None
    finally:
        finish.set()
        await writing
    assert await archive.order("T000001") == examples.order()


async def test_the_archive_cannot_write(store: SqlStore, url: str) -> None:
    reader = open_reader(url)
    with pytest.raises(Exception, match=r"(?i)read-?only") as refusal:
        await reader.run(lambda connection: write_batch(connection, Batch(1, 0.0, orders=[examples.order()])))
    assert not isinstance(refusal.value, RowRefused)
    await reader.close()


async def test_who_got_a_batch_is_known_with_the_order_the_tote_and_the_time(
    store: SqlStore, archive: SqlArchive
) -> None:
    sent = examples.pack("P1", "dispatched:WARD-2")
    other = replace(examples.pack("P3", "dispatched:WARD-1"), batch="B2")
    await store.commit(
        Batch(
            1,
            examples.NOW,
            orders=[examples.order("T1", 1)],
            totes=[examples.tote("T1-1", "T1")],
            packs=[sent, other],
            postings=[
                examples.posting(4, "P1", "robot:R1", "tote:T1-1"),
                replace(
                    examples.posting(5, "P1", "tote:T1-1", "dispatched:WARD-2"),
                    reason="dispatched with courier",
                    reference="T1-1",
                ),
                examples.posting(6, "P3", "robot:R1", "tote:T1-1"),
                examples.posting(7, "P3", "tote:T1-1", "dispatched:WARD-1"),
            ],
        )
    )
    found = await archive.sent(examples.ASPIRIN, "B1")
    assert found == [SentPack("P1", "WARD-2", "T1", "T1-1", examples.NOW, "courier")]
    assert await archive.recall("RC-9") is None


def moved(seq: int, pack_id: str, source: str, to: str, at_s: float, reference: str = "T1-1") -> Posting:
    reason = "dispatched with courier" if to.startswith("dispatched:") else "picked"
    return replace(
        examples.posting(seq, pack_id, source, to), at=examples.NOW + at_s, reason=reason, reference=reference
    )


async def test_what_came_out_of_a_place_and_left_is_known_with_who_got_it(store: SqlStore, archive: SqlArchive) -> None:
    """P1 left in time, P2 came out before, P3 left later, P4 is still in its tote."""
    await store.commit(
        Batch(
            1,
            examples.NOW,
            orders=[examples.order("T1", 1)],
            totes=[examples.tote("T1-1", "T1")],
            packs=[
                *(examples.pack(pack_id, "dispatched:WARD-2") for pack_id in ("P1", "P2", "P3")),
                examples.pack("P4", "tote:T1-1"),
            ],
            postings=[
                *(moved(4 + n, f"P{1 + n}", "supplier", "robot:R8", 0.0) for n in range(4)),
                moved(8, "P2", "robot:R8", "tote:T1-1", 0.0),
                moved(9, "P1", "robot:R8", "tote:T1-1", 60.0),
                moved(10, "P3", "robot:R8", "tote:T1-1", 61.0),
                moved(11, "P4", "robot:R8", "tote:T1-1", 62.0),
                moved(12, "P1", "tote:T1-1", "dispatched:WARD-2", 90.0),
                moved(13, "P2", "tote:T1-1", "dispatched:WARD-2", 90.0),
                moved(14, "P3", "tote:T1-1", "dispatched:WARD-2", 300.0),
            ],
        )
    )
    found = await archive.left_from("robot:R8", since=examples.NOW + 30.0, until=examples.NOW + 120.0)
    assert found == [SentPack("P1", "WARD-2", "T1", "T1-1", examples.NOW + 90.0, "courier")]
    assert await archive.left_from("robot:R1", since=examples.NOW, until=examples.NOW + 900.0) == []


async def test_what_was_taken_from_a_place_and_what_a_quarantine_holds(store: SqlStore, archive: SqlArchive) -> None:
    held = replace(examples.pack("P2"), hold="quarantine Q1.1: temperature of R1: too warm")
    await store.commit(
        Batch(
            1,
            examples.NOW,
            orders=[examples.order("T1", 1)],
            totes=[examples.tote("T1-1", "T1")],
            packs=[examples.pack("P1", "tote:T1-1"), held],
            postings=[replace(examples.posting(4, "P1", "robot:R1", "tote:T1-1"), at=examples.NOW + 60.0)],
        )
    )
    (taken,) = await archive.taken("robot:R1", since=examples.NOW + 30.0)
    assert (taken.pack_id, taken.order_ref, taken.tote_id, taken.account) == ("P1", "T1", "T1-1", "tote:T1-1")
    assert await archive.taken("robot:R1", since=examples.NOW + 90.0) == []
    assert await archive.quarantined() == [
        QuarantinedLot("Q1.1", "temperature of R1: too warm", examples.ASPIRIN, "B1", "robot:R1", 1)
    ]
