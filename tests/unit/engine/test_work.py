"""What people are given to do, once each; and what a hold or a refused check does to what they gathered."""

from datetime import date

import pytest

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.order import OrderClass
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine import orders
from tests.support.cores import FLAT, MONDAY, SHELF, Floor, packs_of

FIRST = "012.R1.OLD.1"


def _gathered() -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    return floor


def test_a_worker_who_asks_again_gets_the_same_job() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 4)).open()
    floor.order("T1", (SHELF, 1))
    floor.order("T2", (SHELF, 1))
    first = floor.claim("MANUAL-A", "ann")
    assert first is not None
    assert floor.claim("MANUAL-A", "ann") == first
    floor.restart()
    assert floor.claim("MANUAL-A", "ann") == first
    other = floor.claim("MANUAL-A", "bob")
    assert other is not None
    assert other["order_ref"] == "T2"
    assert floor.claim("MANUAL-A", "cid") is None
    floor.sound()


def test_a_claim_that_found_nothing_may_be_tried_again_under_its_key() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 1)).open()
    assert floor.do(act.ClaimWork("MANUAL-A", "ann"), key="k1") == {"work": None}
    floor.order("T1", (SHELF, 1))
    assert floor.do(act.ClaimWork("MANUAL-A", "ann"), key="k1")["work"] is not None


def test_there_is_no_work_at_a_station_that_does_not_exist() -> None:
    with pytest.raises(NotFound):
        Floor(()).open().claim("MOON")


def test_a_job_is_finished_by_whoever_took_it_once_and_for_its_own_packs() -> None:
    floor = Floor([*packs_of(SHELF, "area:MANUAL-A", 2)]).open()
    floor.order("T1", (SHELF, 1))
    job = floor.claim("MANUAL-A", "ann")
    assert job is not None
    pack_id = job["packs"][0]["pack_id"]
    with pytest.raises(Conflict):
        floor.do(act.FinishWork(job["work_id"], "bob", moved=(pack_id,)))
    with pytest.raises(Invalid):
        floor.do(act.FinishWork(job["work_id"], "ann", moved=("somebody-else",)))
    floor.do(act.FinishWork(job["work_id"], "ann", moved=(pack_id,)))
    with pytest.raises(NotFound):
        floor.do(act.FinishWork(job["work_id"], "ann", moved=(pack_id,)))
    assert floor.row("T1").lines[0].gathered == 1
    floor.sound()


def test_what_was_not_on_the_shelf_is_held_and_another_is_fetched() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 2)).open()
    floor.order("T1", (SHELF, 1))
    job = floor.claim("MANUAL-A", "ann")
    assert job is not None
    pack_id = job["packs"][0]["pack_id"]
    floor.do(act.FinishWork(job["work_id"], "ann", missing=(pack_id,)))
    assert floor.standing(pack_id) == "held"
    again = floor.work("MANUAL-A")
    assert again["packs"][0]["pack_id"] != pack_id
    assert floor.row("T1").status == "gathered"
    floor.sound()


def test_the_most_urgent_check_comes_first() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE)
    floor.r1.work_off()
    assert [floor.work("CHECK", moved=())["order_ref"] for _ in range(2)] == ["D1", "T1"]


def test_a_refused_check_sends_the_packs_to_quarantine_and_gathers_again() -> None:
    floor = _gathered()
    floor.work("CHECK", moved=(), accepted=False)
    assert floor.account(FIRST) == "quarantine"
    assert floor.row("T1").status == "open"
    assert [step.pack_id for step in floor.r1.only().steps] == ["012.R1.OLD.2"]
    floor.r1.work_off()
    assert floor.row("T1").totes == ["T1-1", "T1-2"]
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.jump_to(floor.row("T1").due_at)
    assert floor.row("T1").status == "dispatched"
    floor.sound()


def test_a_discharge_tote_goes_with_the_courier_at_once() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE)
    floor.r1.work_off()
    floor.work("CHECK", moved=())
    assert floor.row("D1").completed_at == floor.now
    job = floor.work("DOCK", moved=())
    assert job["kind"] == "hand_over"
    assert floor.row("D1").status == "dispatched"
    assert floor.account(FIRST) == "dispatched:GGH-WA1"
    floor.sound()


# ---- holds ------------------------------------------------------------------------------------------------


def test_a_bound_pack_that_is_held_is_cancelled_and_never_leaves() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.begin(task)
    assert floor.do(act.HoldStock(FLAT, "OLD", "recall", "pharmacist", pack_id=FIRST)) == {"held": 1}
    assert [sent.target for sent in floor.commands if sent.kind is TaskKind.CANCEL] == [task.task_id]
    floor.r1.end(task)
    assert floor.account(FIRST) == "tote:T1-1"
    floor.work("CHECK", moved=())
    assert floor.account(FIRST) == "quarantine"
    assert [entry.data["held"] for entry in floor.rows.actions("tote.refused_at_check")] == [[FIRST]]
    floor.sound()


@pytest.mark.parametrize("stations", [("CHECK",), ("CHECK", "DOCK")])
def test_a_pack_held_after_the_check_is_taken_back_from_dock_and_van(stations: tuple[str, ...]) -> None:
    floor = _gathered()
    for station in stations:
        floor.work(station, moved=())
    floor.do(act.HoldStock(FLAT, "OLD", "recall", "pharmacist", pack_id=FIRST))
    assert floor.claim("DOCK") is None
    floor.work("CHECK", moved=())
    assert floor.account(FIRST) == "quarantine"
    assert floor.row("T1").status == "open"
    floor.sound()


def test_a_held_pack_that_the_robot_left_is_not_picked_again_until_it_is_released() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.do(act.HoldStock(FLAT, "OLD", "recall", "pharmacist"))
    floor.r1.end(task, "cancelled", p1="not_moved")
    floor.wait(20.0, floor.r1)
    assert not floor.r1.open_tasks(TaskKind.PICK)
    assert floor.do(act.ReleaseStock(FLAT, "OLD", "false alarm", "pharmacist")) == {"released": 1}
    assert [step.pack_id for step in floor.r1.only().steps] == [FIRST]
    floor.sound()


@pytest.mark.parametrize("action", [act.HoldStock, act.ReleaseStock])
def test_what_is_not_here_can_be_neither_held_nor_released(action: type[act.HoldStock | act.ReleaseStock]) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    with pytest.raises(NotFound):
        floor.do(action(FLAT, "NEVER", "recall", "pharmacist"))
    with pytest.raises(Invalid):
        floor.do(action(FLAT, "NEVER", "recall", "pharmacist", pack_id=FIRST))


# ---- departures -------------------------------------------------------------------------------------------


def test_what_is_loaded_leaves_and_the_rest_goes_with_the_next_van() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    for reference in ("T1", "T2", "T3"):
        floor.order(reference, (FLAT, 1))
    floor.r1.work_off()
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.work("CHECK", moved=())
    floor.jump_to(MONDAY + 135 * 60.0 - 1.0)
    assert floor.row("T1").status == "ready"
    floor.jump_to(MONDAY + 135 * 60.0)
    assert [floor.row(reference).status for reference in ("T1", "T2", "T3")] == ["dispatched", "gathered", "gathered"]
    assert floor.row("T1").dispatched_at == floor.row("T1").due_at
    assert {floor.row(reference).departure_id for reference in ("T2", "T3")} == {"GGH-2/2026-11-23"}
    departure = floor.rows.rows["departures"]["GGH-1/2026-11-23"]
    assert (departure.status, departure.totes) == ("departed", 1)
    assert floor.work("DOCK", moved=())["departure_id"] == "GGH-2/2026-11-23"
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.jump_to(MONDAY + 255 * 60.0)
    assert {order.status.value for order in floor.rows.orders.values()} == {"dispatched"}
    floor.sound()


def test_an_order_that_goes_with_two_vans_is_dispatched_with_the_second() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 34)).open()
    floor.order("T1", (FLAT, 33))
    while floor.row("T1").lines[0].gathered < 30:
        floor.r1.end(floor.r1.open_tasks(TaskKind.PICK)[0])
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.jump_to(floor.row("T1").due_at)
    assert floor.row("T1").status == "open"
    assert floor.rows.totes["T1-1"].status == "dispatched"
    floor.r1.work_off()
    floor.work("CHECK", moved=())
    floor.work("DOCK", moved=())
    floor.jump_to(MONDAY + 255 * 60.0)
    assert floor.row("T1").status == "dispatched"
    floor.sound()


def test_a_pack_that_expires_before_the_next_van_keeps_no_promise() -> None:
    """Promised for Monday's last van; on Tuesday it no longer outlasts the day by a week."""
    floor = Floor(packs_of(FLAT, "robot:R1", 1, expiry=date(2026, 12, 1))).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1), run="GGH-2")
    assert floor.row("T1").lines[0].reserved == 1
    floor.jump_to(MONDAY + 255 * 60.0)
    floor.jump_to(MONDAY + 24 * 3600.0 + 135 * 60.0)
    assert floor.row("T1").lines[0].reserved == 0
    floor.jump_to(MONDAY + 24 * 3600.0 + 255 * 60.0 - orders.SHORT_LAST_CALL_S)
    assert floor.row("T1").status == "short"
