"""The working set holds what is not over, and nothing else."""

import dataclasses

from controller.domain.departure import DepartureStatus
from controller.domain.order import OrderStatus
from controller.domain.pack import Pack
from controller.domain.task import Step, StepStatus, TaskStatus
from controller.domain.tote import ToteStatus
from controller.domain.work import WorkStatus
from controller.engine.ports import Batch, WorkingSet
from controller.scheduling.demand import KEPT_DAYS
from controller.storage.store import SqlStore
from tests.contract.storage import examples

NOW, DAY_S = examples.NOW, examples.DAY_S


async def load_after(store: SqlStore, batch: Batch) -> WorkingSet:
    await store.commit(batch)
    loaded = await store.load(NOW)
    assert loaded is not None
    return loaded


async def test_orders_and_their_totes_leave_when_they_are_final(store: SqlStore) -> None:
    statuses = list(OrderStatus)
    orders = [examples.order(f"T{number}", number, status) for number, status in enumerate(statuses, start=1)]
    totes = [examples.tote(f"{order.order_ref}-1", order.order_ref, ToteStatus.LOADED) for order in orders]
    loaded = await load_after(store, Batch(1, NOW, orders=orders, totes=totes))
    kept = [order.order_ref for order in orders if not order.status.final]
    assert kept
    assert [order.order_ref for order in loaded.orders] == kept
    assert [tote.order_ref for tote in loaded.totes] == kept
    assert loaded.order_refs == [order.order_ref for order in orders]
    assert loaded.last_order_number == len(statuses)


async def test_orders_come_as_they_were_numbered(store: SqlStore) -> None:
    orders = [examples.order("B", 2), examples.order("C", 1), examples.order("A", 10)]
    loaded = await load_after(store, Batch(1, NOW, orders=orders))
    assert [order.order_ref for order in loaded.orders] == ["C", "B", "A"]


async def test_tasks_leave_with_their_steps_when_they_are_final(store: SqlStore) -> None:
    tasks = [
        examples.task(f"K{status}", status, [Step(f"P{status}", 0, status=StepStatus.IN_DOUBT)])
        for status in TaskStatus
    ]
    loaded = await load_after(store, Batch(1, NOW, tasks=tasks))
    assert loaded.tasks == sorted((task for task in tasks if not task.status.final), key=lambda task: task.task_id)


async def test_steps_keep_their_order(store: SqlStore) -> None:
    steps = [Step(f"P{99 - item}", item) for item in range(12)]
    loaded = await load_after(store, Batch(1, NOW, tasks=[examples.task(steps=steps)]))
    assert loaded.tasks[0].steps == steps


async def test_work_leaves_when_it_is_over(store: SqlStore) -> None:
    works = [examples.work(f"W-{status}", status) for status in WorkStatus]
    loaded = await load_after(store, Batch(1, NOW, works=works))
    assert {work.status for work in loaded.works} == {WorkStatus.WAITING, WorkStatus.TAKEN}


async def test_doubts_leave_when_they_are_resolved(store: SqlStore) -> None:
    doubts = [examples.doubt("D1", resolved_at=NOW), examples.doubt("D2")]
    loaded = await load_after(store, Batch(1, NOW, doubts=doubts))
    assert [doubt.doubt_id for doubt in loaded.doubts] == ["D2"]


async def test_what_has_been_of_an_order_comes_along_while_it_is_open(store: SqlStore) -> None:
    batch = Batch(
        1,
        NOW,
        orders=[examples.order(), examples.order("T000002", 2, OrderStatus.DISPATCHED)],
        tasks=[
            examples.task("K1", TaskStatus.ABORTED, [Step("P1", 0, 1, StepStatus.LOST)]),
            examples.task("K2", steps=[]),
            dataclasses.replace(examples.task("K3", TaskStatus.ABORTED, []), order_ref="T000002"),
        ],
        works=[
            examples.work("W1", WorkStatus.DONE),
            dataclasses.replace(examples.work("W2", WorkStatus.DONE), finished_at=NOW - 3 * DAY_S),
            dataclasses.replace(examples.work("W3", WorkStatus.DONE), order_ref="T000002"),
        ],
        doubts=[
            examples.doubt("D1", resolved_at=NOW),
            dataclasses.replace(examples.doubt("D2", resolved_at=NOW), order_ref="T000002"),
        ],
        decisions=[examples.decision(), examples.decision("T000002")],
    )
    loaded = await load_after(store, batch)
    assert loaded.ended_tasks == [batch.tasks[0]]
    assert loaded.ended_works == [batch.works[0]]
    assert loaded.settled_doubts == [batch.doubts[0]]
    assert loaded.decisions == [batch.decisions[0]]


async def test_packs_leave_when_they_left_the_centre(store: SqlStore) -> None:
    accounts = ("dispatched:QEUH-W01", "written-off", "quarantine", "goods-in", "tote:T1", "input:R1", "area:HAND-1")
    packs = [examples.pack(f"X{number}", account) for number, account in enumerate(accounts)]
    loaded = await load_after(store, Batch(1, NOW, packs=packs))
    assert [pack.account for pack in loaded.packs if pack.pack_id.startswith("X")] == list(accounts[2:])


async def test_a_pack_that_was_found_again_comes_back(store: SqlStore) -> None:
    lost, found = examples.pack("P1", "written-off"), examples.pack("P1", "quarantine")
    assert "P1" not in {pack.pack_id for pack in (await load_after(store, Batch(1, NOW, packs=[lost]))).packs}
    assert found in (await load_after(store, Batch(1, NOW, packs=[found]))).packs


async def test_claims_and_holds_come_back(store: SqlStore) -> None:
    pack = Pack("P1", examples.ASPIRIN, "B1", examples.EXPIRY, "robot:R1", claim="K1", hold="recalled")
    assert pack in (await load_after(store, Batch(1, NOW, packs=[pack]))).packs


async def test_departures_stay_two_days_after_they_left(store: SqlStore) -> None:
    departed, cancelled = DepartureStatus.DEPARTED, DepartureStatus.CANCELLED
    departures = [
        examples.departure("A-planned", DepartureStatus.PLANNED),
        examples.departure("B-lately", departed, NOW - 2 * DAY_S),
        examples.departure("C-long-ago", departed, NOW - 2 * DAY_S - 1.0),
        examples.departure("D-cancelled", cancelled, NOW - 2 * DAY_S),
        examples.departure("E-cancelled-long-ago", cancelled, NOW - 2 * DAY_S - 1.0),
    ]
    loaded = await load_after(store, Batch(1, NOW, departures=departures))
    assert [departure.departure_id[0] for departure in loaded.departures] == ["A", "B", "D"]


async def test_an_overdue_departure_that_is_still_planned_stays(store: SqlStore) -> None:
    overdue = dataclasses.replace(examples.departure("A"), departs_at=NOW - 30 * DAY_S)
    assert (await load_after(store, Batch(1, NOW, departures=[overdue]))).departures == [overdue]


async def test_delivery_lines_leave_when_nothing_waits(store: SqlStore) -> None:
    lines = [examples.delivery_line("L1", waiting=0), examples.delivery_line("L2", waiting=1)]
    loaded = await load_after(store, Batch(1, NOW, delivery_lines=lines))
    assert [line.line_id for line in loaded.delivery_lines] == ["L2"]


async def test_faults_leave_a_week_after_they_were_raised(store: SqlStore) -> None:
    """But those that stand, those after which something is owed, and the last: the next is numbered after it."""
    over = dataclasses.replace(examples.fault(), raised_at=NOW - 7 * DAY_S - 1.0, cleared_at=NOW, owed=())
    faults = [
        dataclasses.replace(over, cleared_at=None),
        dataclasses.replace(over, fault_id="F-000002"),
        dataclasses.replace(over, fault_id="F-000003", owed=("home",)),
        dataclasses.replace(over, fault_id="F-000004"),
    ]
    loaded = await load_after(store, Batch(1, NOW, faults=faults))
    assert [fault.fault_id for fault in loaded.faults] == ["F-000001", "F-000003", "F-000004"]


async def test_answers_to_requests_stay_two_days(store: SqlStore) -> None:
    requests = [examples.request("old", NOW - 2 * DAY_S - 1.0), examples.request("new", NOW - 2 * DAY_S)]
    loaded = await load_after(store, Batch(1, NOW, requests=requests))
    assert [request.key for request in loaded.requests] == ["new"]


async def test_a_key_may_be_used_again_when_its_answer_is_forgotten(store: SqlStore) -> None:
    await store.commit(Batch(1, NOW, requests=[examples.request("key", NOW - 3 * DAY_S)]))
    loaded = await load_after(store, Batch(1, NOW, requests=[examples.request("key", NOW)]))
    assert loaded.requests == [examples.request("key", NOW)]


async def test_what_was_ordered_comes_by_product_and_day(store: SqlStore) -> None:
    """The last second of one day and the first of the next are two days, on either database."""
    midnight = (NOW // DAY_S) * DAY_S
    moments = [midnight - KEPT_DAYS * DAY_S, midnight - 0.001, midnight, midnight + 0.6]
    orders = [
        dataclasses.replace(examples.order(f"T{number}", number, OrderStatus.DISPATCHED), placed_at=at)
        for number, at in enumerate(moments, start=1)
    ]
    loaded = await load_after(store, Batch(1, NOW, orders=orders))
    today = int(midnight // DAY_S)
    assert loaded.ordered == [
        (examples.ASPIRIN, today - 1, 5),
        (examples.MORPHINE, today - 1, 1),
        (examples.ASPIRIN, today, 10),
        (examples.MORPHINE, today, 2),
    ]


async def test_alarms_are_numbered_on_from_the_last_whether_it_ended_or_not(store: SqlStore) -> None:
    alarms = [examples.alarm("A-000007"), *(examples.alarm(f"A-{n}", ended_at=NOW) for n in (999_999, 1_000_000))]
    loaded = await load_after(store, Batch(1, NOW, alarms=alarms))
    assert loaded.last_alarm_number == 1_000_000
    assert [alarm.alarm_id for alarm in loaded.alarms] == ["A-000007"]


async def test_what_came_out_of_a_fridge_lately_is_known_unless_it_is_back_or_written_off(store: SqlStore) -> None:
    """P6 came out more than two days ago, P5 out of a robot that is no fridge."""
    places = {
        "P1": "tote:T1-1", "P2": "dispatched:WARD-1", "P3": "written-off", "P4": "robot:R8", "P5": "tote:T1-1",
        "P6": "tote:T1-1",
    }  # fmt: skip
    came = [examples.posting(4 + n, pack_id, "supplier", "robot:R8") for n, pack_id in enumerate(places)]
    old = examples.posting(10, "P6", "robot:R8", "tote:T1-1")
    out = [
        dataclasses.replace(
            examples.posting(11 + n, pack_id, "robot:R1" if pack_id == "P5" else "robot:R8", "tote:T1-1"), at=NOW + 60.0
        )
        for n, pack_id in enumerate(("P1", "P2", "P3", "P4", "P5"))
    ]
    packs = [examples.pack(pack_id, account) for pack_id, account in places.items()]
    await store.commit(Batch(1, NOW, packs=packs, postings=[*came, old, *out]))
    loaded = await store.load(NOW + 2 * DAY_S + 30.0)
    assert loaded is not None
    assert loaded.cold_exits == [(NOW + 60.0, "R8", "P1"), (NOW + 60.0, "R8", "P2")]
