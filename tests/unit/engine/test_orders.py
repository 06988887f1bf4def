"""Orders are taken as a whole or not at all, promised what there is, and told the truth about the rest."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from controller.domain.errors import Conflict, Invalid, KeyReused, NightshiftError
from controller.domain.order import OrderClass
from controller.domain.task import TaskKind
from controller.engine import actions as act
from tests.support.cores import BARE, FLAT, MONDAY, SHELF, TALL, Floor, order_of, packs_of

LAST_CALL_AT = MONDAY + 95 * 60.0
"""Forty minutes before the van of 10:15."""


@pytest.mark.parametrize(
    ("order", "error", "words"),
    [
        (order_of("T1"), Invalid, "0 lines"),
        (order_of("T1", *[(FLAT, 1)] * 501), Invalid, "501 lines"),
        (order_of("T1", (FLAT, 1), ("05000000009999", 1)), Invalid, "no product"),
        (order_of("T1", (FLAT, 0)), Invalid, "0 packs"),
        (order_of("T1", (FLAT, 1001)), Invalid, "1001 packs"),
        (order_of("T1", (FLAT, 1), destination="NOWHERE"), Invalid, "destination"),
        (order_of("T1", (FLAT, 1), run="GGH-9"), Invalid, "no delivery run"),
        (order_of("T1", (FLAT, 1), run_date="23.11.2026"), Invalid, "YYYY-MM-DD"),
        (order_of("T1", (FLAT, 1), run_date="2026-11-22"), Conflict, "has left"),
        (order_of("T1", (FLAT, 1), destination="FAR-WA1"), Invalid, "goes to GGH"),
        (order_of("T1", (FLAT, 1), destination="FAR-WA1", run=None), Invalid, "no delivery run goes to FAR"),
        (order_of("T1", (FLAT, 1), order_class=OrderClass.DISCHARGE, due_at=None), Invalid, "due_at"),
        (order_of("T0", (FLAT, 1)), Conflict, "exists already"),
    ],
)
def test_a_refused_order_changes_nothing(order: act.SubmitOrder, error: type[NightshiftError], words: str) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 5)).open()
    floor.order("T0", (FLAT, 1))
    before = deepcopy(floor.rows.rows)
    reserved, number = dict(floor.core.state.book.reserved), floor.core.state.last_order_number
    with pytest.raises(error, match=words):
        floor.do(order)
    assert not floor.last.worth_committing
    assert floor.rows.rows == before
    assert floor.core.state.book.reserved == reserved
    assert floor.core.state.last_order_number == number


def test_a_reference_is_used_once_even_after_the_order_has_gone() -> None:
    floor = Floor(()).open()
    floor.order("T1", (FLAT, 1))
    floor.cancel("T1")
    with pytest.raises(Conflict):
        floor.order("T1", (FLAT, 1))
    floor.restart()
    with pytest.raises(Conflict):
        floor.order("T1", (FLAT, 1))


def test_lines_of_one_product_are_one_line() -> None:
    floor = Floor(()).open()
    floor.order("T1", (FLAT, 2), (TALL, 1), (FLAT, 3))
    assert [(line.number, line.gtin, line.ordered) for line in floor.row("T1").lines] == [(1, FLAT, 5), (2, TALL, 1)]


def test_without_a_run_the_next_van_that_still_takes_orders_is_booked() -> None:
    floor = Floor(()).open()
    floor.jump_to(MONDAY + 90 * 60.0 + 1.0)
    floor.order("T1", (FLAT, 1), run=None)
    assert floor.row("T1").departure_id == "GGH-2/2026-11-23"


def test_the_same_key_gets_the_same_answer_and_no_second_order() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 5)).open()
    first = floor.do(order_of("T1", (FLAT, 1)), key="k1")
    floor.restart()
    assert floor.do(order_of("T1", (FLAT, 1)), key="k1") == first
    assert list(floor.rows.orders) == ["T1"]
    with pytest.raises(KeyReused):
        floor.do(order_of("T2", (FLAT, 1)), key="k1", digest="other")
    assert list(floor.rows.orders) == ["T1"]


def test_a_refusal_is_not_remembered_under_its_key() -> None:
    floor = Floor(()).open()
    with pytest.raises(Invalid):
        floor.do(order_of("T1", (FLAT, 0)), key="k1")
    assert floor.do(order_of("T1", (FLAT, 1)), key="k1")["order_ref"] == "T1"


def test_what_waits_for_stock_is_short_at_the_last_call_and_says_why() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 3))
    floor.r1.work_off()
    floor.jump_to(LAST_CALL_AT - 6.0)
    assert floor.row("T1").lines[0].short == 0
    floor.jump_to(LAST_CALL_AT)
    line = floor.row("T1").lines[0]
    assert (line.gathered, line.short, line.short_reason) == (1, 2, "out of stock")
    assert floor.row("T1").status == "gathered"


def test_what_arrives_before_the_last_call_is_supplied() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 3), (SHELF, 1))
    floor.r1.work_off()
    delivered = (
        act.DeliveredLine(FLAT, "B1", date(2028, 5, 31), 4),
        act.DeliveredLine(SHELF, "B2", date(2028, 1, 1), 1),
    )
    floor.do(act.BookDelivery("DN1", delivered, "ann"))
    job = floor.work("GOODS-IN")
    robot = floor.r1 if job["robot"] == "R1" else floor.r2
    for number in (1, 2):
        robot.event(act.PackOffered(f"o{number}", "", FLAT, "B1", date(2028, 5, 31), None, 50, 80, 30))
    robot.work_off()
    while floor.work("GOODS-IN")["kind"] != "shelve":
        pass  # the other half of the packs goes to another robot
    floor.work("MANUAL-A")
    assert [line.gathered for line in floor.row("T1").lines] == [3, 1]
    assert floor.row("T1").status == "gathered"
    floor.sound()


def test_an_order_of_which_nothing_can_be_supplied_is_short() -> None:
    floor = Floor(()).open()
    floor.order("T1", (FLAT, 1))
    floor.jump_to(LAST_CALL_AT)
    assert floor.row("T1").status == "short"
    assert "T1" not in floor.core.state.orders
    floor.sound()


def _lose_the_only_pack(floor: Floor) -> None:
    floor.r1.end(floor.r1.only(), "incomplete", p1="missing")


def _refuse_the_only_tote(floor: Floor) -> None:
    floor.r1.work_off()
    floor.work("CHECK", moved=(), accepted=False)


@pytest.mark.parametrize("mishap", [_lose_the_only_pack, _refuse_the_only_tote])
def test_an_order_whose_totes_all_came_to_nothing_is_short_and_not_dispatched(mishap: Callable[[Floor], Any]) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    mishap(floor)
    floor.jump_to(LAST_CALL_AT)
    assert floor.row("T1").status == "short"
    assert {tote.status.value for tote in floor.rows.totes.values()} == {"emptied"}
    floor.sound()


def test_a_promise_that_was_taken_back_is_called_short_in_time() -> None:
    """Each order was promised a pack when it came; then all three turn out to be missing."""
    floor = Floor(packs_of(FLAT, "robot:R1", 3)).open()
    floor.tell(floor.r1.factsheet(max_queue=0))
    for reference in ("T1", "T2", "T3"):
        floor.order(reference, (FLAT, 1))
        assert floor.row(reference).lines[0].wanted == floor.row(reference).lines[0].reserved or reference == "T1"
    for _ in range(3):
        floor.r1.end(floor.r1.only(), "incomplete", p1="missing")
    floor.jump_to(LAST_CALL_AT)
    assert {order.status.value for order in floor.rows.orders.values()} == {"short"}


def test_packs_that_expire_too_early_keep_no_promise() -> None:
    soon = packs_of(FLAT, "robot:R1", 1, batch="SOON", expiry=date(2026, 11, 25))
    floor = Floor([*soon, *packs_of(FLAT, "robot:R1", 1)]).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    assert floor.row("T1").lines[0].reserved == 1
    floor.do(act.HoldStock(FLAT, "OLD", "recall", "pharmacist"))
    assert floor.row("T1").lines[0].reserved == 0
    floor.jump_to(LAST_CALL_AT)
    assert floor.row("T1").status == "short"


def test_a_pack_that_is_not_in_the_robots_inventory_keeps_no_promise() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    floor.tell(act.LinkChanged(False), act.LinkChanged(True))
    floor.r1.state(mode="manual", packs=0, checksum="0" * 16)
    assert [question.kind for question in floor.last.questions if question.inventory] == ["snapshot"]
    floor.r1.seq += 1
    floor.tell(act.RobotInventory("R1", 1, floor.r1.seq, 1, 1, ()))
    assert floor.standing("012.R1.OLD.1") == "held"
    floor.jump_to(LAST_CALL_AT)
    assert floor.row("T1").status == "short"


def test_an_expired_pack_is_never_promised_or_bound() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2, expiry=date(2026, 11, 30))).open()
    floor.order("T1", (FLAT, 1))
    assert floor.row("T1").lines[0].reserved == 0
    assert not floor.r1.open_tasks()


def test_a_discharge_order_overtakes_routine_orders() -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 9), *packs_of(TALL, "robot:R1", 3)]).open()
    for number in range(4):
        floor.order(f"T{number}", (FLAT, 1))
    floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE)
    tasks = floor.r1.open_tasks(TaskKind.PICK)
    assert [task.order_ref for task in tasks] == ["T0", "T1"]
    floor.r1.end(tasks[0])
    assert [task.order_ref for task in floor.r1.open_tasks(TaskKind.PICK)] == ["T1", "D1"]


def test_a_robot_is_kept_two_tours_ahead_and_no_more() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 9)).open()
    for number in range(5):
        floor.order(f"T{number}", (FLAT, 1))
    assert len(floor.r1.open_tasks(TaskKind.PICK)) == 2
    assert sum(line.reserved for order in floor.rows.orders.values() for line in order.lines) == 3


def test_a_fefo_exception_is_written_down_with_its_reason() -> None:
    later = packs_of(FLAT, "robot:R2", 1, batch="LATER", expiry=date(2027, 7, 15))
    floor = Floor([*packs_of(FLAT, "robot:R1", 1), *later]).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    (exception,) = floor.rows.fefo_exceptions
    assert (exception.pack_id, exception.older_pack_id) == ("012.R2.LATER.1", "012.R1.OLD.1")
    assert "30 days" in exception.reason


def test_a_full_tote_is_followed_by_another() -> None:
    floor = Floor(packs_of(BARE, "robot:R1", 40)).open()
    floor.order("T1", (BARE, 34))
    floor.r1.work_off()
    assert [floor.rows.totes[tote].packs for tote in floor.row("T1").totes] == [30, 4]
    floor.send_off("T1")
    floor.sound()


def test_an_order_for_a_van_that_has_just_left_goes_with_the_next_one() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 5)).open()
    floor.jump_to(MONDAY + 2 * 3600.0 + 30 * 60.0)
    answer = floor.do(order_of("T1", (FLAT, 1), run="GGH-1"))
    assert answer["due_at"] == MONDAY + 4 * 3600.0 + 15 * 60.0
    assert floor.core.state.orders["T1"].departure_id == "GGH-2/2026-11-23"
    assert [entry.data["old"] for entry in floor.rows.actions("order.missed_its_van")] == ["GGH-1/2026-11-23"]
