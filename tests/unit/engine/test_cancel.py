"""An order is cancelled when nothing of it moves any more, and nothing of it leaves after it was asked to stop."""

import pytest

from controller.domain.errors import Conflict, NotFound
from controller.domain.task import TaskKind
from controller.engine import actions as act
from tests.support.cores import FLAT, MONDAY, SHELF, Floor, packs_of

FIRST = "012.R1.OLD.1"


def test_an_order_that_nobody_works_on_is_cancelled_at_once_and_frees_its_promise() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 2))
    assert floor.core.state.book.reserved == {FLAT: 2}
    assert floor.cancel("T1")["status"] == "cancelled"
    assert floor.core.state.book.reserved == {FLAT: 0}
    assert floor.row("T1").status == "cancelled"
    floor.sound()


def test_in_work_it_is_cancelling_until_the_robot_says_what_moved() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.order("T1", (FLAT, 3))
    task = floor.r1.only()
    floor.r1.begin(task)
    floor.r1.deliver(task, FIRST)
    assert floor.cancel("T1")["status"] == "cancelling"
    assert [sent.target for sent in floor.commands if sent.kind is TaskKind.CANCEL] == [task.task_id]
    floor.wait(60.0, floor.r1)
    assert floor.row("T1").status == "open"
    floor.r1.end(task, "cancelled", p2="not_moved", p3="not_moved")
    assert floor.row("T1").status == "cancelled"
    assert floor.account(FIRST) == "quarantine"
    assert floor.standing("012.R1.OLD.2") == "available"
    floor.sound()


def test_what_was_delivered_although_it_was_cancelled_goes_to_quarantine() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.cancel("T1")
    floor.r1.work_off()
    assert floor.row("T1").status == "cancelled"
    assert floor.account(FIRST) == "quarantine"
    assert floor.rows.totes["T1-1"].status == "emptied"
    floor.sound()


def test_asked_twice_it_sends_one_cancel() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.cancel("T1")
    assert floor.cancel("T1")["status"] == "cancelling"
    assert len([task for task in floor.commands if task.kind is TaskKind.CANCEL]) == 1


def test_a_cancel_that_was_never_answered_is_asked_again() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.cancel("T1")
    floor.wait(400.0, floor.r1)
    assert floor.r1.open_tasks(TaskKind.CANCEL)
    assert len({task.task_id for task in floor.commands if task.kind is TaskKind.CANCEL}) > 1
    assert floor.row("T1").status == "open"


def test_a_hand_pick_under_way_ends_in_quarantine() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 1)).open()
    floor.order("T1", (SHELF, 1))
    job = floor.claim("MANUAL-A", "ann")
    assert job is not None
    assert floor.cancel("T1")["status"] == "cancelling"
    floor.do(act.FinishWork(job["work_id"], "ann", moved=(job["packs"][0]["pack_id"],)))
    assert floor.row("T1").status == "cancelled"
    assert floor.account(job["packs"][0]["pack_id"]) == "quarantine"
    floor.sound()


@pytest.mark.parametrize("begun", [True, False])
def test_no_tote_of_an_order_that_is_being_cancelled_is_checked_or_leaves(begun: bool) -> None:
    """The first tote is full and waits for its check while the robot still fills the second."""
    floor = Floor(packs_of(FLAT, "robot:R1", 34)).open()
    floor.order("T1", (FLAT, 33))
    while floor.row("T1").lines[0].gathered < 30:
        floor.r1.end(floor.r1.open_tasks(TaskKind.PICK)[0])
    assert floor.rows.totes["T1-1"].status == "closed"
    check = floor.claim("CHECK", "ann") if begun else None
    assert floor.cancel("T1")["status"] == "cancelling"
    if check is not None:
        with pytest.raises(NotFound):
            floor.do(act.FinishWork(check["work_id"], "ann"))
    assert floor.claim("CHECK") is None
    assert floor.claim("DOCK") is None
    floor.r1.work_off()
    assert floor.row("T1").status == "cancelled"
    assert {tote.status.value for tote in floor.rows.totes.values()} == {"emptied"}
    floor.sound()


def test_a_tote_that_fills_up_while_the_order_is_being_cancelled_is_not_checked() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 34)).open()
    floor.order("T1", (FLAT, 33))
    while floor.row("T1").lines[0].gathered < 24:
        floor.r1.end(floor.r1.open_tasks(TaskKind.PICK)[0])
    floor.cancel("T1")
    floor.r1.end(floor.r1.open_tasks(TaskKind.PICK)[0])
    assert floor.rows.totes["T1-1"].status == "closed"
    assert floor.claim("CHECK") is None
    floor.sound()


def test_a_person_still_looks_for_a_pack_in_doubt_of_a_cancelled_order() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.end(floor.r1.only(), "aborted", p1="unknown")
    assert floor.cancel("T1")["status"] == "cancelling"
    job = floor.claim("FLOOR")
    assert job is not None
    assert job["kind"] == "settle"


def test_what_is_loaded_is_cancelled_no_more() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    floor.send_off("T1")
    with pytest.raises(Conflict):
        floor.cancel("T1")
    floor.jump_to(MONDAY + 136 * 60.0)
    with pytest.raises(NotFound):
        floor.cancel("T1")
