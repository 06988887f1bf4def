"""A pack that is held for more than one reason is free when the last of them is lifted, and by whom it may be."""

import pytest

from controller.domain.errors import Conflict
from controller.domain.robot import RobotFault
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine.stocktaking import ASK_AGAIN_S, DIFFERS_S
from tests.support.cores import COMMANDS, FLAT, NEW, OLD, Floor, checksum_of, packs_of

SHELVES = (("A-01", 60.0), ("A-02", 60.0))
PACK = "012.R1.OLD.1"
OTHERS = ("012.R1.OLD.2", "012.R1.OLD.3")


def centre() -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.tell(floor.r1.factsheet(commands=(*COMMANDS, "count"), shelves=SHELVES))
    return floor


def too_warm(floor: Floor, occurrence: str = "W-1") -> str:
    """The fault comes and goes; the case that holds what stood in R1 then."""
    told = RobotFault(occurrence, "FRG-60", 1, floor.now)
    floor.r1.event(act.FaultRaised(told), act.FaultCleared(occurrence))
    return str(floor.rows.actions("quarantine.opened")[-1].subject).removeprefix("quarantine:")


def counted(floor: Floor, outcome: str) -> None:
    """R1 looks along the shelf of the pack."""
    floor.core.state.night.racks["R1"].shelf_of[PACK] = "A-01"
    floor.core.state.night.racks["R1"].suspect("A-01", floor.now, "looked for")
    while not floor.r1.open_tasks(TaskKind.COUNT):
        floor.wait(20.0, floor.r1, floor.r2, floor.r3)
    report = (act.PackReport(1, PACK, outcome, "A-01-001"),)
    task = floor.r1.only(TaskKind.COUNT)
    floor.r1.event(act.CommandFinished(act.ResultReport(task.task_id, "completed", report, None)))


def missing(floor: Floor) -> None:
    """R1 was sent for the pack and its place was empty."""
    floor.order("T1", (FLAT, 1))
    floor.r1.end(floor.r1.only(), p1="missing")
    floor.cancel("T1")
    for task in floor.r1.open_tasks(TaskKind.PICK):
        floor.r1.end(task, "cancelled", p1="not_moved")
    for task in floor.r1.open_tasks(TaskKind.CANCEL):
        floor.r1.end(task)


def test_a_missing_pack_that_became_too_warm_is_not_free_when_it_is_found() -> None:
    floor = centre()
    missing(floor)
    (lost,) = [pack for pack in floor.rows.packs.values() if pack.hold is not None]
    assert lost.pack_id == PACK
    case = too_warm(floor)
    counted(floor, "counted")
    assert floor.standing(PACK) == "held", "found, and as warm as the others"
    assert floor.do(act.DecideQuarantine(case, False, "logger says 3 minutes", "Quinn"))["packs"] == 3
    assert floor.standing(PACK) == "available"
    floor.sound()


def test_a_missing_pack_stays_missing_when_its_quarantine_is_lifted() -> None:
    floor = centre()
    missing(floor)
    case = too_warm(floor)
    floor.do(act.DecideQuarantine(case, False, "logger says 3 minutes", "Quinn"))
    assert str(floor.rows.packs[PACK].hold).startswith("missing: ")
    assert {floor.standing(pack_id) for pack_id in OTHERS} == {"available"}


def test_the_inventory_of_a_robot_frees_nothing_that_a_quarantine_holds() -> None:
    floor = centre()
    others = floor.r1.next_state(packs=2, checksum=checksum_of(OTHERS))
    floor.tell(others)
    for _ in range(int((DIFFERS_S + 20.0) / 20.0)):
        floor.wait(20.0, floor.r2, floor.r3)
        floor.r1.state(packs=2, checksum=checksum_of(OTHERS))
    floor.r1.seq += 1
    page = tuple((pack_id, FLAT, "OLD", OLD) for pack_id in OTHERS)
    floor.tell(act.RobotInventory("R1", floor.r1.generation, floor.r1.seq, 1, 1, page))
    assert "not in the inventory" in str(floor.rows.packs[PACK].hold)
    too_warm(floor)
    floor.wait(ASK_AGAIN_S, floor.r1, floor.r2, floor.r3)
    assert floor.standing(PACK) == "held"


def test_two_quarantines_want_two_decisions() -> None:
    floor = centre()
    first = str(floor.do(act.QuarantinePlace("R1", "wrong product fed", "Bob"))["case_id"])
    second = too_warm(floor)
    floor.do(act.DecideQuarantine(first, False, "all looked at", "Quinn"))
    assert {floor.standing(pack_id) for pack_id in (PACK, *OTHERS)} == {"held"}
    floor.do(act.DecideQuarantine(second, False, "logger says 3 minutes", "Quinn"))
    assert {floor.standing(pack_id) for pack_id in (PACK, *OTHERS)} == {"available"}


def test_a_recall_that_is_closed_leaves_what_was_too_warm_to_its_own_decision() -> None:
    floor = centre()
    case = too_warm(floor)
    recall = str(floor.do(act.StartRecall(FLAT, "OLD", 2, "leaflet", "Quinn"))["recall_id"])
    floor.do(act.CloseRecall(recall, "not our lot", "Quinn"))
    with pytest.raises(Conflict, match=case):
        floor.do(act.ReleaseStock(FLAT, "OLD", "not our lot", "Quinn"))
    assert {floor.standing(pack_id) for pack_id in (PACK, *OTHERS)} == {"held"}
    floor.do(act.DecideQuarantine(case, False, "logger says 3 minutes", "Quinn"))
    assert floor.standing(PACK) == "held", "the recall was closed, and nobody has said that its packs are good"
    floor.do(act.ReleaseStock(FLAT, "OLD", "not our lot", "Quinn"))
    assert floor.standing(PACK) == "available"


@pytest.mark.parametrize("reason", ["missing: its seal", "suspected: a forgery", "missing leaflet"])
def test_no_count_lifts_what_a_person_holds_whatever_the_words(reason: str) -> None:
    floor = centre()
    floor.do(act.HoldStock(FLAT, "OLD", reason, "Quinn", PACK))
    counted(floor, "counted")
    assert floor.standing(PACK) == "held"
    floor.do(act.ReleaseStock(FLAT, "OLD", "looked at", "Quinn", PACK))
    assert floor.standing(PACK) == "available"


def test_a_person_holds_what_is_missing_too() -> None:
    floor = centre()
    missing(floor)
    floor.do(act.HoldStock(FLAT, "OLD", "a forgery", "Quinn"))
    counted(floor, "counted")
    assert floor.standing(PACK) == "held"


def test_a_found_pack_with_another_expiry_than_its_batch_waits_for_somebody_to_look() -> None:
    floor = centre()
    answer = floor.do(act.FoundPack(FLAT, "OLD", NEW, "goods-in", "below the belt", "Bob"))
    assert "another expiry" in str(answer["hold"])
    floor.do(act.ReleaseStock(FLAT, "OLD", "the date is right", "Quinn", str(answer["pack_id"])))
    assert floor.standing(str(answer["pack_id"])) == "arriving"
