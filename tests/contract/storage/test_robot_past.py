"""What is kept of robots over a span, from either database."""

from dataclasses import replace

from controller.domain.maintenance_window import WindowStatus
from controller.domain.order import OrderStatus
from controller.domain.task import TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut
from controller.engine.ports import Batch
from controller.faults.kpi import Stop
from controller.storage.store import SqlArchive, SqlStore
from tests.contract.storage import examples

SINCE = examples.NOW + 10_000.0
UNTIL = SINCE + 10_000.0


async def test_faults_are_met_when_their_procedure_began(store: SqlStore, archive: SqlArchive) -> None:
    over = replace(examples.fault("F-000001"), robot="R1", raised_at=SINCE + 10, cleared_at=SINCE + 70, stopped_s=90.0)
    before = replace(over, fault_id="F-000002", occurrence="o2", raised_at=SINCE - 900, cleared_at=SINCE - 800)
    stands = replace(over, fault_id="F-000003", occurrence="o3", raised_at=SINCE - 900, cleared_at=None, stopped_s=0.0)
    later = replace(over, fault_id="F-000004", occurrence="o4", raised_at=UNTIL + 1, cleared_at=UNTIL + 2)
    run = replace(examples.procedure_run(), fault_id="F-000001", robot="R1", begun_at=SINCE + 40)
    await store.commit(Batch(1, examples.NOW, faults=[over, before, stands, later], procedure_runs=[run]))
    past = (await archive.robot_past(since=SINCE, until=UNTIL))["R1"]
    assert sorted(past.faults, key=lambda stop: stop.raised_at) == [
        Stop(SINCE - 900, over.level, None, 0.0),
        Stop(SINCE + 10, over.level, SINCE + 70, 90.0, SINCE + 40),
    ]


async def test_motions_are_tasks_from_their_start(store: SqlStore, archive: SqlArchive) -> None:
    tour = replace(
        examples.task("K1", TaskStatus.COMPLETED), steps=[], robot="R1", started_at=SINCE + 5, finished_at=SINCE + 25
    )
    running = replace(tour, task_id="K2", status=TaskStatus.RUNNING, started_at=UNTIL - 30, finished_at=None)
    hold = replace(tour, task_id="K3", kind=TaskKind.HOLD, steps=[])
    waiting = replace(tour, task_id="K4", started_at=None, finished_at=None)
    order, tote = examples.order(), examples.tote()
    await store.commit(Batch(1, examples.NOW, orders=[order], totes=[tote], tasks=[tour, running, hold, waiting]))
    past = (await archive.robot_past(since=SINCE, until=UNTIL))["R1"]
    assert sorted(past.motions) == [(SINCE + 5, SINCE + 25), (UNTIL - 30, UNTIL)]


async def test_what_was_planned_is_apart_from_what_had_to_be(store: SqlStore, archive: SqlArchive) -> None:
    window = replace(
        examples.window("M1.1", WindowStatus.OVER), robot="R1", from_at=SINCE, to_at=SINCE + 900, ended_at=SINCE + 600
    )
    cancelled = replace(window, window_id="M1.2", status=WindowStatus.CANCELLED)
    out = replace(
        examples.withdrawal("X1.1"), robot="R1", how=HowOut.STOP, reason="painting", since=SINCE + 1000,
        ended_at=SINCE + 1100,
    )  # fmt: skip
    cure = replace(out, withdrawal_id="X1.2", reason="procedure VAC-14", since=SINCE + 2000, ended_at=SINCE + 2100)
    service = replace(out, withdrawal_id="X1.3", reason="procedure PM-99", since=SINCE + 3000, ended_at=SINCE + 3100)
    door = replace(out, withdrawal_id="X1.4", how=HowOut.INTERLOCK, since=SINCE + 4000, ended_at=None)
    await store.commit(
        Batch(1, examples.NOW, maintenance_windows=[window, cancelled], withdrawals=[out, cure, service, door])
    )
    past = (await archive.robot_past(since=SINCE, until=UNTIL))["R1"]
    assert sorted(past.planned) == [
        (SINCE, SINCE + 600), (SINCE + 1000, SINCE + 1100), (SINCE + 3000, SINCE + 3100)
    ]  # fmt: skip
    assert sorted(past.repairs) == [(SINCE + 2000, SINCE + 2100), (SINCE + 4000, UNTIL)]


async def test_an_order_that_left_in_time_was_not_late_whatever_was_feared(
    store: SqlStore, archive: SqlArchive
) -> None:
    late = replace(examples.order("T000001", 1, OrderStatus.DISPATCHED), due_at=SINCE + 100, dispatched_at=SINCE + 200)
    punctual = replace(
        examples.order("T000002", 2, OrderStatus.DISPATCHED), due_at=SINCE + 100, dispatched_at=SINCE + 50
    )
    promises = [replace(examples.promise(ref), cause=f"R1 is stopped ({ref})") for ref in ("T000001", "T000002")]
    fault = replace(examples.fault("F-000001"), robot="R1", raised_at=SINCE + 10, cleared_at=SINCE + 70)
    await store.commit(Batch(1, examples.NOW, orders=[late, punctual], promises=promises, faults=[fault]))
    past = (await archive.robot_past(since=SINCE, until=UNTIL))["R1"]
    assert past.late_causes == ["R1 is stopped (T000001)"]
