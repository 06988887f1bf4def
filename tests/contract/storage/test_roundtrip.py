"""What was committed comes back the same, on either database."""

import asyncio

from controller.domain.chore import ChoreStatus
from controller.domain.maintenance_window import WindowStatus
from controller.engine.ports import Batch, WorkingSet
from controller.storage.store import SqlArchive, SqlStore
from tests.contract.storage import examples


async def load(store: SqlStore) -> WorkingSet:
    loaded = await store.load(examples.NOW)
    assert loaded is not None
    return loaded


def everything(epoch: int) -> Batch:
    return Batch(
        epoch=epoch,
        at=examples.NOW,
        orders=[examples.order()],
        totes=[examples.tote()],
        packs=[examples.pack("P4", "area:HAND-1")],
        tasks=[examples.task()],
        works=[examples.work()],
        doubts=[examples.doubt()],
        departures=[examples.departure("QEUH-1/2026-11-23")],
        delivery_lines=[examples.delivery_line()],
        offers=[examples.offer()],
        robots=[examples.robot()],
        ward_counts=[examples.ward_count()],
        postings=[examples.posting(4, "P4", "supplier", "area:HAND-1")],
        journal=examples.entries(2),
        calendar_changes=[examples.calendar_change(), examples.calendar_change("H2", withdrawn_at=examples.NOW)],
        promises=[examples.promise()],
        timings=[examples.timing()],
        decisions=[examples.decision()],
        chores=[examples.chore()],
        maintenance_windows=[examples.window(), examples.window("M1.2", WindowStatus.OVER)],
        night_pauses=[examples.night_pause(), examples.night_pause("R2", lifted_at=examples.NOW)],
        faults=[examples.fault(), examples.fault("F-000002", cleared_at=examples.NOW)],
        alarms=[examples.alarm(), examples.alarm("A-000002", ended_at=examples.NOW)],
        out_of_service=[examples.out_of_service()],
        procedure_runs=[examples.procedure_run()],
        withdrawals=[examples.withdrawal(), examples.withdrawal("X1.2", ended_at=examples.NOW)],
        profiles=[examples.profile()],
        work_log=[examples.log_entry()],
        recalls=[examples.recall()],
        checkpoints=[examples.checkpoint()],
        recordings=[examples.recorded()],
        conditions=[examples.condition()],
        requests=[examples.request()],
        poison=[examples.poison()],
        fefo_exceptions=[examples.fefo_exception()],
    )


async def test_an_empty_database_has_no_working_set(both_ends: tuple[SqlStore, SqlArchive]) -> None:
    assert await both_ends[0].load(examples.NOW) is None


async def test_the_centre_comes_back_as_imported(store: SqlStore) -> None:
    assert (await load(store)).master == examples.master()


async def test_every_entity_comes_back_as_committed(store: SqlStore) -> None:
    batch = everything(epoch=1)
    await store.commit(batch)
    loaded = await load(store)
    assert loaded.orders == batch.orders
    assert loaded.order_refs == ["T000001"]
    assert loaded.totes == batch.totes
    assert loaded.packs == [*examples.opening(1).packs, *batch.packs]
    assert loaded.tasks == batch.tasks
    assert loaded.works == batch.works
    assert loaded.doubts == batch.doubts
    assert loaded.departures == batch.departures
    assert loaded.delivery_lines == batch.delivery_lines
    assert loaded.offers == batch.offers
    assert loaded.robots == [*batch.robots, examples.opening(1).robots[1]]
    assert loaded.ward_counts == batch.ward_counts
    assert loaded.calendar_changes == batch.calendar_changes[:1], "the withdrawn one is history"
    assert loaded.promises == batch.promises
    assert loaded.timings == batch.timings
    assert loaded.chores == batch.chores
    assert loaded.maintenance_windows == batch.maintenance_windows[:1], "what is over is history"
    assert loaded.night_pauses == batch.night_pauses[:1], "what was lifted is over"
    assert loaded.faults == batch.faults
    assert loaded.alarms == batch.alarms[:1], "the ended one is history"
    assert loaded.out_of_service == batch.out_of_service
    assert loaded.procedure_runs == batch.procedure_runs
    assert loaded.withdrawals == batch.withdrawals[:1], "what is over is history"
    assert loaded.profiles == batch.profiles
    assert loaded.recalls == batch.recalls
    assert loaded.checkpoints == batch.checkpoints
    assert loaded.conditions == batch.conditions
    assert loaded.requests == batch.requests


async def test_the_ends_of_both_logs_come_back(store: SqlStore) -> None:
    batch = everything(epoch=1)
    await store.commit(batch)
    loaded = await load(store)
    assert loaded.last_posting_seq == 4
    assert loaded.last_journal_seq == 2
    assert loaded.last_journal_hash == batch.journal[-1].entry_hash
    assert loaded.last_order_number == 1


async def test_records_come_back_from_the_archive(store: SqlStore, archive: SqlArchive) -> None:
    batch = everything(epoch=1)
    await store.commit(batch)
    assert await archive.journal() == batch.journal
    assert await archive.decisions("T000001") == batch.decisions
    assert await archive.promise("T000001") == batch.promises[0]
    assert await archive.fault("F-000001") == batch.faults[0]
    assert await archive.faults(robot="R1") == batch.faults[::-1]
    assert await archive.recordings("F-000001") == batch.recordings
    assert await archive.conditions("R1", since=examples.NOW - 1.0, until=examples.NOW) == batch.conditions
    assert await archive.alarms() == batch.alarms[::-1]
    assert await archive.work_log("R1") == batch.work_log
    assert await archive.procedure_runs(robot="R1") == batch.procedure_runs
    assert await archive.recalls() == batch.recalls
    assert await archive.postings() == [*examples.opening(1).postings, *batch.postings]
    assert await archive.chores() == batch.chores
    assert await archive.maintenance_windows() == batch.maintenance_windows
    assert await archive.poison() == batch.poison
    assert await archive.order("T000001") == batch.orders[0]
    assert await archive.tote("T000001-1") == batch.totes[0]
    assert await archive.task("K1") == batch.tasks[0]
    assert await archive.pack("P4") == batch.packs[0]
    assert await archive.doubts() == batch.doubts
    assert await archive.departures() == batch.departures


async def test_what_is_not_there_is_none(store: SqlStore, archive: SqlArchive) -> None:
    assert await archive.order("T9") is None
    assert await archive.tote("T9") is None
    assert await archive.task("K9") is None
    assert await archive.pack("P9") is None


async def test_a_second_commit_replaces_entities_and_keeps_records(store: SqlStore, archive: SqlArchive) -> None:
    batch = everything(epoch=1)
    await store.commit(batch)
    order, task = batch.orders[0], batch.tasks[0]
    order.lines[0].gathered, order.lines[0].in_work = 3, 0
    order.cancel_reason = None
    task.steps[1].status = task.steps[0].status
    task.finished_at = None
    poison, recount = examples.poison("late"), examples.ward_count(9)
    await store.commit(Batch(1, 0.0, orders=[order], tasks=[task], ward_counts=[recount], poison=[poison]))
    loaded = await load(store)
    assert loaded.orders == [order]
    assert loaded.tasks == [task]
    assert loaded.ward_counts == [recount]
    assert await archive.poison() == [poison, batch.poison[0]]
    assert await archive.poison(limit=1) == [poison]


async def test_an_answered_offer_goes(store: SqlStore) -> None:
    await store.commit(Batch(1, 0.0, offers=[examples.offer("O1"), examples.offer("O2")]))
    await store.commit(Batch(1, 0.0, closed_offers=["O1"]))
    assert (await load(store)).offers == [examples.offer("O2")]


async def test_rows_are_those_of_the_moment_of_the_commit(store: SqlStore) -> None:
    order = examples.order()
    writing = asyncio.ensure_future(store.commit(Batch(1, 0.0, orders=[order])))
    await asyncio.sleep(0)
    order.cancel_reason = "changed while the rows were on their way"
    await writing
    assert (await load(store)).orders == [examples.order()]


async def test_decisions_of_more_than_a_week_go(store: SqlStore, archive: SqlArchive) -> None:
    await store.commit(everything(epoch=1))
    newer = examples.decision(at=examples.NOW + 1.0)
    await store.commit(Batch(1, examples.NOW + 1.0, decisions=[newer], forget_decisions_before=examples.NOW + 0.5))
    assert await archive.decisions("T000001") == [newer]


async def test_of_each_shelf_the_last_count_that_was_done_comes_back(store: SqlStore, archive: SqlArchive) -> None:
    done, failed = ChoreStatus.DONE, ChoreStatus.FAILED
    chores = [
        examples.chore("N1.1", done, ended_at=examples.NOW + 1.0),
        examples.chore("N1.2", ChoreStatus.PARTLY, ended_at=examples.NOW + 2.0),
        examples.chore("N1.3", failed, ended_at=examples.NOW + 3.0),
        examples.chore("N1.4", done, subject="A-08", ended_at=examples.NOW + 1.0),
        examples.chore("N1.5", subject="A-09"),
    ]
    await store.commit(Batch(1, examples.NOW, chores=chores))
    assert [chore.chore_id for chore in (await load(store)).chores] == ["N1.2", "N1.4", "N1.5"]
    assert await archive.chores(after="N1.1", limit=2) == chores[1:3]
    assert await archive.chores(kind="count", source="R1", status="done") == [chores[0], chores[3]]
    assert await archive.chores(source="R2") == await archive.chores(kind="eject") == []


async def test_windows_come_by_robot_and_status(store: SqlStore, archive: SqlArchive) -> None:
    windows = [examples.window("M1.1", WindowStatus.CANCELLED), examples.window("M1.2")]
    await store.commit(Batch(1, examples.NOW, maintenance_windows=windows))
    assert await archive.maintenance_windows(robot="R1", status="planned") == windows[1:]
    assert await archive.maintenance_windows(robot="R2") == []
    assert await archive.maintenance_windows(after="M1.1", limit=5) == windows[1:]
