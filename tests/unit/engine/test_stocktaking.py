"""The robot's own list against the ledger while it works: what lasts counts, what passes does not."""

from collections.abc import Sequence

import pytest

from controller.engine import actions as act
from controller.engine.stocktaking import ASK_AGAIN_S, DIFFERS_S
from tests.support.cores import FLAT, NEW, Floor, checksum_of, packs_of

FORGOTTEN = "012.R1.OLD.2"


def opened() -> Floor:
    return Floor(packs_of(FLAT, "robot:R1", 4)).open()


def listed(floor: Floor, *besides: str) -> list[str]:
    packs = floor.core.state.book.packs.values()
    return [pack.pack_id for pack in packs if pack.account == "robot:R1" and pack.pack_id not in besides]


def tell(floor: Floor, packs: Sequence[str], for_s: float = 0.0) -> None:
    """The robot tells this inventory every 30 s, the first time at once."""
    floor.r1.state(packs=len(packs), checksum=checksum_of(packs))
    while for_s > 0.0:
        floor.now += 30.0
        floor.mono_s += 30.0
        for_s -= 30.0
        floor.r1.state(packs=len(packs), checksum=checksum_of(packs))


def answer(floor: Floor, packs: Sequence[str]) -> None:
    floor.r1.seq += 1
    pages = tuple((pack_id, FLAT, "OLD", NEW) for pack_id in packs)
    floor.tell(act.RobotInventory("R1", floor.r1.generation, floor.r1.seq, 1, 1, pages))


def codes(floor: Floor) -> list[tuple[str, bool]]:
    faults = floor.core.state.faults.values()
    return [(fault.code, fault.cleared_at is None) for fault in faults]


def asked(floor: Floor) -> int:
    return sum(question.inventory for question in floor.questions)


def test_a_pack_that_the_robot_forgets_is_noticed_while_it_works_held_and_free_again_once_it_is_back() -> None:
    floor = opened()
    tell(floor, listed(floor, FORGOTTEN), DIFFERS_S)
    assert codes(floor) == [("STK-52", True)]
    assert asked(floor) == 1
    answer(floor, listed(floor, FORGOTTEN))
    assert floor.standing(FORGOTTEN) == "held"
    tell(floor, listed(floor, FORGOTTEN), 60.0)
    assert codes(floor) == [("STK-52", True)], "a pack that only one of the two knows has not been put right"
    tell(floor, listed(floor))
    assert codes(floor) == [("STK-52", False)]
    assert floor.standing(FORGOTTEN) == "available"
    floor.sound()


def test_a_shelf_is_counted_where_the_robot_still_lists_a_pack_that_people_took_in_the_dark() -> None:
    floor = opened()
    rack = floor.core.state.night.racks["R1"]
    rack.heights_mm, rack.shelf_of["TAKEN"] = {"A-01": 150.0}, "A-01"
    there = [*listed(floor), "TAKEN"]
    tell(floor, there, DIFFERS_S)
    answer(floor, there)
    assert list(rack.suspected) == ["A-01"], "a robot that counts it forgets what is not there"


def test_what_lies_between_a_motion_and_its_report_is_no_difference() -> None:
    floor = opened()
    for _ in range(4):
        tell(floor, listed(floor, FORGOTTEN), DIFFERS_S - 30.0)
        tell(floor, listed(floor))
    assert codes(floor) == []
    assert asked(floor) == 0


def test_a_difference_that_stays_is_asked_about_again_but_not_each_time() -> None:
    floor = opened()
    tell(floor, listed(floor, FORGOTTEN), ASK_AGAIN_S + 2 * DIFFERS_S)
    assert asked(floor) == 2
    assert codes(floor) == [("STK-52", True)]


def test_a_pack_in_the_gripper_is_no_difference() -> None:
    floor = opened()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.begin(task)
    floor.r1.event(act.PackGripped(task.task_id, 1, task.steps[0].pack_id))
    tell(floor, listed(floor, task.steps[0].pack_id), DIFFERS_S)
    assert codes(floor) == []


def test_what_the_robot_itself_has_told_to_be_missing_is_no_difference() -> None:
    floor = opened()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.begin(task)
    floor.r1.end(task, "incomplete", p1="missing")
    tell(floor, listed(floor, task.steps[0].pack_id), DIFFERS_S)
    assert codes(floor) == []


def missed(floor: Floor, order_ref: str) -> str:
    """The robot finds the place of a pack empty, and has it on its list no more: the pack."""
    floor.order(order_ref, (FLAT, 1))
    task = floor.r1.only()
    pack_id = task.steps[0].pack_id
    floor.r1.begin(task)
    floor.r1.end(task, "incomplete", p1="missing")
    for task in floor.r1.open_tasks():
        floor.r1.end(task)
    return pack_id


def test_a_missing_pack_that_somebody_enters_at_the_panel_is_found_by_that() -> None:
    floor = opened()
    missing = missed(floor, "T1")
    tell(floor, listed(floor, missing))
    assert floor.standing(missing) == "held"
    tell(floor, listed(floor))
    assert floor.standing(missing) == "available"
    (found,) = floor.rows.actions("pack.found")
    assert (found.actor, found.subject) == ("robot:R1", f"pack:{missing}")
    floor.sound()


def test_of_two_missing_packs_the_one_that_is_entered_is_found() -> None:
    floor = opened()
    first, second = missed(floor, "T1"), missed(floor, "T2")
    tell(floor, listed(floor, first, second))
    tell(floor, listed(floor, second), DIFFERS_S)
    answer(floor, listed(floor, second))
    assert (floor.standing(first), floor.standing(second)) == ("available", "held")
    tell(floor, listed(floor, second))
    assert codes(floor) == [("STK-52", False)], "both know what is missing again"
    floor.sound()


def test_that_a_robot_goes_on_listing_what_is_missing_finds_nothing() -> None:
    """It would be picked, and missed, for ever."""
    floor = opened()
    missing = missed(floor, "T1")
    tell(floor, listed(floor), 2 * DIFFERS_S)
    assert floor.standing(missing) == "held"
    other = next(pack_id for pack_id in listed(floor) if pack_id != missing)
    tell(floor, listed(floor, other), DIFFERS_S)
    answer(floor, listed(floor, other))
    assert floor.standing(missing) == "held"


def test_what_a_quarantine_holds_too_stays_held_when_it_is_found() -> None:
    floor = opened()
    missing = missed(floor, "T1")
    tell(floor, listed(floor, missing))
    floor.do(act.QuarantinePlace("R1", "smoke", "Ann"))
    tell(floor, listed(floor))
    assert str(floor.rows.packs[missing].hold).startswith("quarantine ")
    assert "missing" not in str(floor.rows.packs[missing].hold)


@pytest.mark.parametrize("gone", [True, False])
def test_nothing_is_said_while_a_pack_is_in_doubt(gone: bool) -> None:
    floor = opened()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.begin(task)
    floor.r1.end(task, "aborted", p1="unknown")
    assert floor.core.state.doubts
    tell(floor, listed(floor, *([FORGOTTEN] if gone else [])), DIFFERS_S)
    assert ("STK-52", True) not in codes(floor)


def test_the_sum_that_the_book_keeps_is_that_of_its_packs() -> None:
    floor = opened()
    book = floor.core.state.book
    book.inventory_of("robot:R1")
    floor.order("T1", (FLAT, 2))
    floor.r1.work_off()
    packs, total = book.inventory_of("robot:R1")
    assert (packs, f"{total % 2**64:016x}") == (len(listed(floor)), checksum_of(listed(floor)))
    assert packs == 2
