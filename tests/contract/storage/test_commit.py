"""A commit is all or nothing, of one writer, and breaks no rule of the tables."""

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from controller.domain.errors import StaleEpoch
from controller.domain.order import OrderLine
from controller.domain.pack import Pack
from controller.domain.task import Step, StepStatus, TaskStatus
from controller.engine.ports import Batch, WorkingSet
from controller.storage.connections import Database
from controller.storage.errors import RowRefused
from controller.storage.store import SqlArchive, SqlStore
from controller.storage.writing import build_rows, write_rows
from tests.contract.storage import examples


def batch(**parts: object) -> Batch:
    return dataclasses.replace(Batch(epoch=1, at=examples.NOW), **parts)  # type: ignore[arg-type]


async def load(store: SqlStore) -> WorkingSet:
    loaded = await store.load(examples.NOW)
    assert loaded is not None
    return loaded


def statement(sql: str) -> Callable[[Connection], None]:
    def execute(connection: Connection) -> None:
        connection.exec_driver_sql(sql)

    return execute


async def test_a_refused_row_takes_the_whole_batch_with_it(store: SqlStore) -> None:
    before = await load(store)
    with pytest.raises(RowRefused, match=r"(?i)unique"):
        await store.commit(
            batch(
                orders=[examples.order("T000001", number=1), examples.order("T000002", number=1)],
                packs=[examples.pack("P4")],
                postings=[examples.posting(4, "P4")],
                journal=examples.entries(1),
            )
        )
    assert await load(store) == before
    await store.commit(batch(packs=[examples.pack("P4")], postings=[examples.posting(4, "P4")]))
    assert (await load(store)).last_posting_seq == 4


async def test_a_failure_between_two_tables_leaves_nothing(store: SqlStore, database: Database) -> None:
    def fail_after_writing(connection: Connection) -> None:
        write_rows(connection, build_rows(batch(orders=[examples.order()], postings=[examples.posting(4, "P1")])))
        raise ZeroDivisionError

    before = await load(store)
    with pytest.raises(ZeroDivisionError):
        await database.run(fail_after_writing)
    assert await load(store) == before


async def test_an_old_epoch_writes_nothing(store: SqlStore, other_store: SqlStore) -> None:
    taken = await other_store.take_lease("second", now=examples.NOW + 31.0, ttl_s=30.0)
    assert taken.epoch == 2
    before = await load(other_store)
    with pytest.raises(StaleEpoch, match="epoch 1 is over: the database is at epoch 2"):
        await store.commit(batch(orders=[examples.order()]))
    assert await load(other_store) == before
    await other_store.commit(dataclasses.replace(batch(orders=[examples.order()]), epoch=2))


async def test_an_epoch_that_nobody_was_given_writes_nothing(store: SqlStore) -> None:
    with pytest.raises(StaleEpoch):
        await store.commit(Batch(epoch=2, at=0.0, orders=[examples.order()]))


@pytest.mark.parametrize("first_seq", [3, 5])
async def test_postings_go_on_without_gap_or_overlap(store: SqlStore, first_seq: int) -> None:
    with pytest.raises(RowRefused, match="does not go on from posting 3"):
        await store.commit(batch(postings=[examples.posting(first_seq, "P1", "robot:R1", "quarantine")]))


async def test_postings_of_one_batch_have_no_gap(store: SqlStore) -> None:
    with pytest.raises(RowRefused, match="no posting may be left out between 4 and 6"):
        await store.commit(batch(postings=[examples.posting(4, "P1"), examples.posting(6, "P2")]))


async def test_the_journal_goes_on_from_its_last_hash(store: SqlStore) -> None:
    first, second, third = examples.entries(3)
    await store.commit(batch(journal=[first]))
    forged = dataclasses.replace(second, previous_hash="f" * 64)
    misnumbered = dataclasses.replace(second, seq=3)
    for refused in (forged, misnumbered, third, first):
        with pytest.raises(RowRefused, match="does not go on from posting 3, journal entry 1"):
            await store.commit(batch(journal=[refused]))
    await store.commit(batch(journal=[second, third]))
    assert (await load(store)).last_journal_hash == third.entry_hash


@pytest.mark.parametrize("table", ["journal", "postings"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = 0", "DELETE FROM {}"])
async def test_history_cannot_be_changed(
    store: SqlStore, archive: SqlArchive, database: Database, table: str, change: str
) -> None:
    await store.commit(batch(journal=examples.entries(2)))
    with pytest.raises(RowRefused, match=f"{table} is append-only"):
        await database.run(statement(change.format(table)))
    assert await archive.journal() == examples.entries(2)
    assert len(await archive.postings()) == 3


async def test_balances_are_the_sum_of_the_postings_and_add_up_to_zero(store: SqlStore, archive: SqlArchive) -> None:
    moves = [("P1", "robot:R1", "tote:A"), ("P2", "robot:R1", "tote:A"), ("P1", "tote:A", "quarantine")]
    for seq, (pack_id, giver, taker) in enumerate(moves, start=4):
        await store.commit(batch(postings=[examples.posting(seq, pack_id, giver, taker)]))
    balances = (await load(store)).balances
    assert balances == {"supplier": -3, "robot:R1": 1, "tote:A": 1, "quarantine": 1}
    assert sum(balances.values()) == 0
    summed: dict[str, int] = {}
    for posting in await archive.postings():
        summed[posting.from_account] = summed.get(posting.from_account, 0) - 1
        summed[posting.to_account] = summed.get(posting.to_account, 0) + 1
    assert {account: packs for account, packs in summed.items() if packs} == balances


async def test_an_account_that_was_emptied_is_no_longer_loaded(store: SqlStore) -> None:
    away = [examples.posting(seq, f"P{seq - 3}", "robot:R1", "tote:A") for seq in (4, 5, 6)]
    await store.commit(batch(postings=away))
    assert (await load(store)).balances == {"supplier": -3, "tote:A": 3}


async def test_no_account_gives_what_it_does_not_have(store: SqlStore) -> None:
    with pytest.raises(RowRefused, match="covered"):
        await store.commit(batch(postings=[examples.posting(4, "P1", "robot:R9", "tote:A")]))
    assert (await load(store)).last_posting_seq == 3


async def test_a_pack_is_bound_to_one_command_at_a_time(store: SqlStore) -> None:
    await store.commit(batch(tasks=[examples.task("K1", steps=[Step("P1", 0)])]))
    for status in (StepStatus.BOUND, StepStatus.GRIPPED, StepStatus.IN_DOUBT):
        with pytest.raises(RowRefused, match=r"uq_command_steps_open_pack|command_steps\.pack_id"):
            await store.commit(batch(tasks=[examples.task("K2", steps=[Step("P1", 0, status=status)])]))
    done = examples.task("K2", TaskStatus.COMPLETED, [Step("P1", 0, status=StepStatus.RELEASED)])
    await store.commit(batch(tasks=[done]))


async def test_a_pack_may_change_its_command_within_a_batch(store: SqlStore) -> None:
    await store.commit(batch(tasks=[examples.task("K2", steps=[Step("P1", 0)])]))
    released = examples.task("K2", TaskStatus.CANCELLED, [Step("P1", 0, status=StepStatus.RELEASED)])
    bound = examples.task("K1", steps=[Step("P1", 0)])
    await store.commit(batch(tasks=[bound, released]))
    assert (await load(store)).tasks == [bound]


async def test_reports_of_a_robot_are_not_applied_backwards(store: SqlStore) -> None:
    robot = examples.robot()
    await store.commit(batch(robots=[robot]))
    with pytest.raises(RowRefused, match="cannot go back"):
        await store.commit(batch(robots=[dataclasses.replace(robot, applied_seq=76)]))
    booted = dataclasses.replace(robot, generation=robot.generation - 1, applied_seq=0)
    await store.commit(batch(robots=[booted]))
    replaced = dataclasses.replace(booted, journal_id="J2", applied_seq=0)
    await store.commit(batch(robots=[dataclasses.replace(booted, applied_seq=5)]))
    await store.commit(batch(robots=[replaced]))


@pytest.mark.parametrize(
    "line",
    [
        OrderLine(1, examples.ASPIRIN, 0),
        OrderLine(1, examples.ASPIRIN, 5, reserved=-1),
        OrderLine(1, examples.ASPIRIN, 5, in_work=-1),
        OrderLine(1, examples.ASPIRIN, 5, gathered=-1),
        OrderLine(1, examples.ASPIRIN, 5, short=-1),
        OrderLine(1, examples.ASPIRIN, 5, gathered=3, in_work=3),
    ],
)
async def test_counts_of_a_line_cannot_be_wrong(store: SqlStore, line: OrderLine) -> None:
    with pytest.raises(RowRefused, match="counts"):
        await store.commit(batch(orders=[dataclasses.replace(examples.order(), lines=[line])]))


@pytest.mark.parametrize(
    "orphan",
    [
        {"packs": [Pack("P9", "05099999999999", "B", examples.EXPIRY, "robot:R1")]},
        {"totes": [examples.tote(order_ref="T9")]},
        {"postings": [examples.posting(4, "P9")]},
        {"orders": [dataclasses.replace(examples.order(), destination="NOWHERE")]},
    ],
)
async def test_rows_refer_to_rows_that_are_there(store: SqlStore, orphan: dict[str, object]) -> None:
    with pytest.raises(RowRefused, match=r"(?i)foreign key"):
        await store.commit(batch(**orphan))
