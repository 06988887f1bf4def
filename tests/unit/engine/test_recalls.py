"""Recalls: a batch is blocked wherever it stands, at once, and stays blocked whatever happens to it."""

from datetime import date

import pytest

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.recall import DRILL_EVERY_S, Recall
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine import holds
from controller.engine.recalls import drill_due_at
from tests.support.cores import FLAT, MONDAY, NEW, OLD, SHELF, Floor, packs_of

YEAR_S = 365 * 86_400.0


def recall(floor: Floor, gtin: str = FLAT, batch: str = "OLD", *, drill: bool = False) -> str:
    answer = floor.do(act.StartRecall(gtin, batch, 1, "glass in the vial", "Ann", drill))
    return str(answer["recall_id"])


def two_batches() -> Floor:
    """Robot R1 has three packs of the batch and three of another."""
    stock = packs_of(FLAT, "robot:R1", 3) + packs_of(FLAT, "robot:R1", 3, batch="NEW", expiry=NEW)
    return Floor(stock).open()


def held(floor: Floor, batch: str = "OLD") -> list[str]:
    return [pack.pack_id for pack in floor.rows.packs.values() if pack.batch == batch and pack.hold is not None]


def test_every_pack_of_the_batch_is_held_in_the_same_turn_and_no_order_gets_one() -> None:
    floor = two_batches()
    answer = floor.do(act.StartRecall(FLAT, "OLD", 2, "label", "Ann"))
    assert (answer["packs"], len(held(floor))) == (3, 3)
    floor.order("T1", (FLAT, 3))
    floor.r1.work_off()
    floor.send_off("T1")
    floor.now += 9000.0
    floor.tell(act.Tick())
    sent = {pack.batch for pack in floor.rows.packs.values() if pack.account.startswith("dispatched:")}
    assert sent == {"NEW"}
    floor.sound()


def test_a_pack_that_is_being_picked_does_not_leave() -> None:
    floor = two_batches()
    floor.order("T1", (FLAT, 2))
    task = floor.r1.only()
    floor.r1.begin(task)
    recall(floor)
    assert [each.target for each in floor.r1.open_tasks(TaskKind.CANCEL)] == [task.task_id]
    for step in task.steps:
        floor.r1.deliver(task, step.pack_id)
    floor.r1.end(task)
    floor.work("CHECK", moved=())
    assert floor.account("012.R1.OLD.1") == "quarantine"
    assert {step.pack_id for task in floor.r1.open_tasks(TaskKind.PICK) for step in task.steps} == {
        "012.R1.NEW.1",
        "012.R1.NEW.2",
    }
    floor.sound()


@pytest.mark.parametrize("loaded", [False, True], ids=["checked", "on the van"])
def test_a_tote_that_is_ready_to_leave_is_taken_back(loaded: bool) -> None:
    floor = two_batches()
    floor.order("T1", (FLAT, 2))
    floor.r1.work_off()
    floor.work("CHECK", moved=())
    if loaded:
        floor.work("DOCK", moved=())
    recall(floor)
    floor.now += 9000.0
    floor.tell(act.Tick())
    assert not any(pack.account.startswith("dispatched:") for pack in floor.rows.packs.values())
    assert floor.claim("DOCK") is None
    floor.sound()


@pytest.mark.parametrize("restarted", [False, True])
def test_a_recalled_pack_that_was_missing_and_is_found_stays_held(restarted: bool) -> None:
    floor = two_batches()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.end(task, "incomplete", p1="missing")
    recall(floor)
    if restarted:
        floor.restart()
    floor.core.state.book.release("012.R1.OLD.1")
    floor.tell(act.Tick())
    assert "012.R1.OLD.1" in held(floor)
    assert str(floor.rows.packs["012.R1.OLD.1"].hold).startswith("recall ")


@pytest.mark.parametrize("closed", [False, True])
def test_a_batch_that_is_delivered_again_is_held_also_after_a_restart(closed: bool) -> None:
    floor = two_batches()
    recall_id = recall(floor)
    if closed:
        floor.do(act.CloseRecall(recall_id, "all wards told", "Ann"))
    floor.restart()
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "OLD", OLD, 2),), "Bob"))
    assert len(held(floor)) == 5
    assert floor.claim("GOODS-IN") is None
    assert len(floor.rows.actions("recall.met_again")) == 2
    floor.sound()


def test_a_recalled_pack_at_a_scanner_is_rejected_as_such() -> None:
    floor = Floor([]).open()
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "B1", NEW, 1),), "Bob"))
    job = floor.claim("GOODS-IN", "ann")
    assert job is not None
    robot = floor.r1 if job["robot"] == "R1" else floor.r2
    recall(floor, batch="B1")
    robot.event(act.PackOffered("O1", "code", FLAT, "B1", NEW, None, 50.0, 80.0, 30.0))
    task = robot.only(TaskKind.REJECT)
    assert task.reason == "recalled"
    robot.end(task)
    (pack_id,) = floor.rows.packs
    floor.do(act.FinishWork(job["work_id"], "ann", moved=(pack_id,)))
    read = act.DeliveredLine(FLAT, "B1", NEW, 1)
    floor.work("FLOOR", moved=(), identified=read, set_aside=True)
    assert floor.account(pack_id) == "quarantine"
    assert held(floor, "B1") == [pack_id]
    floor.sound()


def test_a_drill_counts_and_blocks_nothing() -> None:
    floor = two_batches()
    before = dict(floor.rows.packs)
    answer = floor.do(act.StartRecall(FLAT, "OLD", 1, "yearly drill", "Ann", drill=True))
    assert (answer["packs"], held(floor)) == (3, [])
    assert floor.rows.packs == before
    floor.order("T1", (FLAT, 1))
    assert floor.r1.only().steps[0].pack_id == "012.R1.OLD.1"
    assert not floor.core.state.alarms


def test_one_batch_has_one_open_recall_and_what_is_wrong_is_refused() -> None:
    floor = two_batches()
    recall_id = recall(floor)
    with pytest.raises(Conflict, match=recall_id):
        recall(floor)
    with pytest.raises(NotFound):
        recall(floor, gtin="05000000009999")
    with pytest.raises(Invalid):
        floor.do(act.StartRecall(FLAT, "NEW", 5, "no such class", "Ann"))
    with pytest.raises(NotFound):
        floor.do(act.CloseRecall("RC9", "note", "Ann"))


def test_nobody_releases_a_batch_under_recall_and_closing_frees_nothing_by_itself() -> None:
    floor = two_batches()
    recall_id = recall(floor)
    with pytest.raises(Conflict, match=recall_id):
        floor.do(act.ReleaseStock(FLAT, "OLD", "looks fine", "Bob"))
    assert [alarm.kind for alarm in floor.core.state.alarms.values()] == ["recall.open"]
    floor.do(act.CloseRecall(recall_id, "false alarm, letter 7", "Ann", destinations=4))
    assert len(held(floor)) == 3
    row = floor.rows.rows["recalls"][recall_id]
    assert (row.closed_by, row.closing_note, row.destinations) == ("Ann", "false alarm, letter 7", 4)
    with pytest.raises(Conflict):
        floor.do(act.CloseRecall(recall_id, "again", "Ann"))
    floor.do(act.ReleaseStock(FLAT, "OLD", "letter 7", "Bob"))
    assert held(floor) == []


def test_without_the_hold_a_recalled_pack_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ablation: the checks of this file are able to fail."""
    monkeypatch.setattr(holds, "block", lambda turn, packs, reason, instead=False: [])
    floor = two_batches()
    recall(floor)
    floor.order("T1", (FLAT, 1))
    assert floor.r1.only().steps[0].pack_id == "012.R1.OLD.1"


def test_a_drill_is_due_a_year_after_the_last_recall_or_the_opening() -> None:
    done = Recall("RC1", FLAT, "B", 1, "why", "Ann", MONDAY, drill=True, closed_at=MONDAY)
    assert drill_due_at([], None, MONDAY) == MONDAY + DRILL_EVERY_S
    assert drill_due_at([], MONDAY - 5.0, MONDAY) == MONDAY - 5.0 + DRILL_EVERY_S
    assert drill_due_at([done], MONDAY - YEAR_S, MONDAY) == MONDAY + DRILL_EVERY_S


def test_the_yearly_drill_is_reminded_of_until_it_was_run() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 1, expiry=date(2029, 1, 31))).open()
    floor.core.state.imported_at = MONDAY - YEAR_S - 60.0
    floor.tell(act.Tick())
    assert [alarm.kind for alarm in floor.core.state.alarms.values()] == ["recall.drill_due"]
    recall(floor, SHELF, drill=True)
    floor.wait(10.0)
    assert "recall.drill_due" not in {
        alarm.kind for alarm in floor.core.state.alarms.values() if alarm.cleared_at is None
    }
