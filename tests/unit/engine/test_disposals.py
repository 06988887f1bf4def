"""What is to leave for good is followed to its end: out of robots, off shelves, lanes and totes, then off the books."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.disposal import Disposal, Ending
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.task import Task, TaskKind
from controller.engine import actions as act
from tests.support.cores import COMMANDS, DRUG, FLAT, NEW, OLD, SHELF, TALL, Floor, packs_of

OUTPUTS = ("OUT-1", "QUARANTINE")
SHELVES = (("A-01", 130.0),)


def begun(*stock: object) -> Floor:
    """In the morning: the robots have a chute, and can count."""
    floor = Floor([pack for some in stock for pack in some])  # type: ignore[attr-defined]
    floor.tell(act.LinkChanged(True), act.Tick())
    for robot in (floor.r1, floor.r2, floor.r3):
        sheet = robot.factsheet(commands=(*COMMANDS, "count"), outputs=OUTPUTS, shelves=SHELVES)
        floor.tell(robot.presence("online"), sheet, robot.next_state())
    return floor


def recall(floor: Floor, gtin: str = FLAT) -> str:
    return str(floor.do(act.StartRecall(gtin, "OLD", 1, "glass", "Ann"))["recall_id"])


def dispose(floor: Floor, recall_id: str, ending: Ending = Ending.DESTROYED, **more: object) -> dict[str, object]:
    return floor.do(act.DisposeRecalled(recall_id, ending, "glass", "Ann", **more))  # type: ignore[arg-type]


def accounts(floor: Floor) -> Counter[str]:
    return Counter(pack.account for pack in floor.rows.packs.values())


def asked(floor: Floor, kind: TaskKind = TaskKind.EJECT, within_s: float = 150.0) -> Task | None:
    """What R1 is asked to do as soon as it has a quiet moment; None where it is not."""
    until_at = floor.now + within_s
    while not (tasks := floor.r1.open_tasks(kind)) and floor.now < until_at:
        floor.wait(5.0)
        floor.tell(floor.r1.next_state())
    return tasks[0] if tasks else None


def put_out(floor: Floor) -> Task:
    """R1 puts out what it is asked for."""
    task = asked(floor)
    assert task is not None
    floor.r1.begin(task)
    floor.r1.end(task)
    return task


def test_a_robot_puts_them_out_by_day_and_they_leave_the_books_when_a_person_has_them() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 3), packs_of(FLAT, "robot:R1", 2, batch="NEW", expiry=NEW))
    answer = dispose(floor, recall(floor), Ending.RETURNED)
    assert (answer["packs"], answer["gone"], answer["to_put_out"]) == (3, 0, 3)
    task = put_out(floor)
    assert (task.output, {floor.rows.packs[step.pack_id].batch for step in task.steps}) == ("QUARANTINE", {"OLD"})
    assert accounts(floor) == {"quarantine": 3, "robot:R1": 2}
    job = floor.work("FLOOR")
    assert {pack["place"] for pack in job["packs"]} == {"returned"}
    assert accounts(floor) == {"written-off": 3, "robot:R1": 2}
    assert {posting.reason for posting in floor.rows.postings if posting.to_account == "written-off"} == {
        "returned to the supplier by decision"
    }
    ended = floor.rows.actions("stock.disposed")
    assert {(entry.data["case"], entry.data["disposal_id"]) for entry in ended} == {
        (answer["recall_id"], answer["disposal_id"])
    }
    assert floor.rows.actions("recall.disposed")[-1].actor == "Ann"
    floor.sound()


def test_no_order_waits_for_it() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 3), packs_of(FLAT, "robot:R1", 2, batch="NEW", expiry=NEW))
    recall_id = recall(floor)
    floor.order("T1", (FLAT, 1))
    dispose(floor, recall_id)
    assert asked(floor) is None
    floor.r1.work_off()
    put_out(floor)
    assert accounts(floor)["quarantine"] == 3


def test_people_take_them_off_their_shelves_and_what_they_have_in_hand_leaves_at_once() -> None:
    floor = begun(packs_of(SHELF, "area:MANUAL-A", 2))
    floor.do(act.FoundPack(SHELF, "OLD", OLD, "goods-in", "on the floor", "Bob"))
    answer = dispose(floor, recall(floor, SHELF))
    assert (answer["gone"], answer["to_put_out"]) == (1, 2)
    job = floor.work("MANUAL-A")
    assert (job["kind"], len(job["packs"])) == ("clear_expired", 2)
    assert accounts(floor) == {"written-off": 3}
    assert floor.core.state.delivery_lines == {}
    floor.sound()


def test_a_pack_in_a_tote_leaves_the_books_when_the_check_has_refused_it() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 2))
    floor.order("T1", (FLAT, 2))
    floor.r1.work_off()
    recall_id = recall(floor)
    assert dispose(floor, recall_id)["to_put_out"] == 2
    assert accounts(floor) == {"tote:T1-1": 2}
    floor.work("CHECK", moved=())
    assert accounts(floor) == {"written-off": 2}
    floor.sound()


def test_a_pack_on_a_reject_lane_leaves_the_books_when_it_is_set_aside() -> None:
    floor = begun()
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "OLD", OLD, 1),), "Bob"))
    job = floor.work("GOODS-IN")
    robot = floor.r1 if job["robot"] == "R1" else floor.r2
    dispose(floor, recall(floor))
    robot.event(act.PackOffered("O1", "code", FLAT, "OLD", OLD, None, 50.0, 80.0, 30.0))
    robot.end(robot.only(TaskKind.REJECT))
    lane = floor.claim("FLOOR", "Cat")
    assert lane is not None
    assert [pack["place"] for pack in lane["packs"]] == ["destroyed"], "whoever looks is told to set it aside"
    read = act.DeliveredLine(FLAT, "OLD", OLD, 1)
    floor.do(act.FinishWork(lane["work_id"], "Cat", identified=read, set_aside=True))
    assert accounts(floor) == {"written-off": 1}
    floor.sound()


def test_a_pack_that_is_not_there_is_not_asked_for_again_until_a_count_has_seen_it() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 1))
    recall_id = recall(floor)
    dispose(floor, recall_id)
    task = asked(floor)
    assert task is not None
    floor.r1.end(task, "incomplete", p1="missing")
    pack_id = task.steps[0].pack_id
    assert asked(floor) is None
    closing = floor.do(act.CloseRecall(recall_id, "all told", "Ann"))
    assert closing["not_accounted_for"] == [{"place": "robot:R1", "packs": 1, "standing": "not_found"}]
    floor.core.state.night.racks["R1"].suspect("A-01", floor.now, "a pack is missing")
    count = asked(floor, TaskKind.COUNT)
    assert count is not None
    seen = act.PackReport(0, pack_id, "counted", "A-01-001")
    floor.r1.begin(count)
    floor.r1.event(act.CommandFinished(act.ResultReport(count.task_id, "completed", (seen,))))
    put_out(floor)
    floor.work("FLOOR")
    assert floor.account(pack_id) == "written-off"
    floor.sound()


@pytest.mark.parametrize("turned_up", [True, False])
def test_one_that_was_looked_for_ends_as_found_or_as_gone(turned_up: bool) -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 1))
    dispose(floor, recall(floor))
    with pytest.raises(Conflict, match="count first"):
        floor.do(act.WriteOff(("012.R1.OLD.1",), "looked everywhere", "Bob"))
    floor.r1.end(floor.r1.only(TaskKind.EJECT), "incomplete", p1="missing")
    if turned_up:
        floor.do(act.FoundPack(FLAT, "OLD", OLD, "goods-in", "below the rack", "Bob"))
    else:
        floor.do(act.WriteOff(("012.R1.OLD.1",), "looked everywhere", "Bob"))
    assert accounts(floor) == {"written-off": 1}
    floor.sound()


def test_what_waits_for_its_end_is_known_after_a_restart() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 2))
    dispose(floor, recall(floor))
    floor.restart()
    floor.tell(act.LinkChanged(True), act.Tick())
    for robot in (floor.r1, floor.r2, floor.r3):
        sheet = robot.factsheet(commands=(*COMMANDS, "count"), outputs=OUTPUTS, shelves=SHELVES)
        floor.tell(robot.presence("online"), sheet, robot.next_state())
    put_out(floor)
    floor.work("FLOOR")
    assert accounts(floor) == {"written-off": 2}


def test_the_close_names_what_is_still_here() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 2), packs_of(FLAT, "robot:R2", 1))
    recall_id = recall(floor)
    dispose(floor, recall_id, pack_ids=("012.R2.OLD.1",))
    with pytest.raises(NotFound):
        dispose(floor, recall_id, pack_ids=("012.R2.OLD.1",))
    closing = floor.do(act.CloseRecall(recall_id, "all told", "Ann"))
    assert closing["not_accounted_for"] == [
        {"place": "robot:R1", "packs": 2, "standing": "undecided"},
        {"place": "robot:R2", "packs": 1, "standing": "to_put_out"},
    ]
    assert dispose(floor, recall_id)["packs"] == 2, "also after it was closed"


def test_neither_a_drill_nor_one_name_alone_disposes_of_anything() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 1), packs_of(DRUG, "robot:R3", 1))
    drill = str(floor.do(act.StartRecall(FLAT, "OLD", 1, "yearly drill", "Ann", drill=True))["recall_id"])
    with pytest.raises(Conflict, match="drill"):
        dispose(floor, drill)
    drugs = recall(floor, DRUG)
    with pytest.raises(Invalid, match="controlled"):
        dispose(floor, drugs)
    assert dispose(floor, drugs, witness="Rose")["packs"] == 1
    with pytest.raises(NotFound):
        dispose(floor, "RC9.000009")


def test_a_person_may_take_a_decision_back_before_the_pack_is_out() -> None:
    floor = begun(packs_of(FLAT, "robot:R1", 1), packs_of(TALL, "robot:R1", 1))
    recall_id = recall(floor)
    floor.order("T1", (TALL, 1))
    dispose(floor, recall_id)
    floor.do(act.CloseRecall(recall_id, "false alarm", "Ann"))
    floor.do(act.ReleaseStock(FLAT, "OLD", "false alarm", "Ann"))
    floor.r1.work_off()
    assert asked(floor) is None
    assert accounts(floor) == {"robot:R1": 1, "tote:T1-1": 1}
    floor.order("T2", (FLAT, 1))
    assert floor.r1.only().steps[0].pack_id == "012.R1.OLD.1"


@given(st.sampled_from(Ending), st.text(max_size=40), st.booleans())
def test_what_was_decided_is_read_again_from_what_a_pack_is_held_for(ending: Ending, why: str, missing: bool) -> None:
    decided = Disposal("X1.000001", ending, "RC1.000002", why.removeprefix("not found; "), missing)
    assert Disposal.of(decided.hold) == decided
    assert Disposal.of(decided.lost().hold) == decided.lost()
    assert Disposal.of(f"recall RC1.000002: {why}") is None


def test_expiry_is_no_reason_to_leave_it() -> None:
    """Recalled stock that has expired meanwhile is put out like any other."""
    floor = begun(packs_of(FLAT, "robot:R1", 1, expiry=date(2026, 11, 22)))
    dispose(floor, recall(floor))
    put_out(floor)
    floor.work("FLOOR")
    assert accounts(floor) == {"written-off": 1}
