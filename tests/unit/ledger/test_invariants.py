"""Each invariant can be violated, and is not by a centre that works: a check that cannot fail proves nothing."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from controller.domain.order import OrderLine, OrderStatus
from controller.domain.pack import GOODS_IN, QUARANTINE, Pack, Posting
from controller.domain.task import Step, StepStatus, TaskStatus
from controller.domain.tote import ToteStatus
from controller.domain.work import WorkKind
from controller.ledger.invariants import INVARIANTS, History, check
from tests.support.cores import FLAT, MONDAY, SHELF, TALL, Floor, packs_of

PICKED = "012.R1.OLD.1"
BOUND = "012.R1.OLD.2"
FREE = "012.R1.OLD.4"


@pytest.fixture(scope="module")
def whole() -> History:
    """T1 has gone; T2 is being picked by R1; T3 by hand; T4 was cancelled; T5 is in its totes."""
    floor = Floor(
        [*packs_of(FLAT, "robot:R1", 5), *packs_of(TALL, "robot:R2", 2), *packs_of(SHELF, "area:MANUAL-A", 3)]
    )
    floor.open()
    floor.order("T1", (FLAT, 1), (SHELF, 1))
    floor.r1.work_off()
    floor.work("MANUAL-A")
    floor.send_off("T1")
    floor.jump_to(floor.row("T1").due_at)
    for robot in (floor.r1, floor.r2, floor.r3):
        robot.state()
    floor.order("T4", (TALL, 1), run="GGH-2")
    floor.r2.work_off()
    floor.cancel("T4")
    floor.order("T5", (TALL, 1), run="GGH-2")
    floor.r2.work_off()
    floor.order("T2", (FLAT, 1), run="GGH-2")
    floor.order("T3", (SHELF, 1), run="GGH-2")
    floor.claim("MANUAL-A")
    return floor.rows.history()


def _order(history: History, reference: str) -> Any:
    return next(order for order in history.orders if order.order_ref == reference)


def _task(history: History, reference: str) -> Any:
    return next(task for task in history.tasks if task.order_ref == reference)


def _tote(history: History, tote_id: str) -> Any:
    return next(tote for tote in history.totes if tote.tote_id == tote_id)


def _pack(history: History, pack_id: str) -> Pack:
    return next(pack for pack in history.packs if pack.pack_id == pack_id)


def _edit(history: History, reason: str, **changed: Any) -> None:
    """Change the first posting of a reason."""
    postings = list(history.postings)
    place = next(place for place, posting in enumerate(postings) if posting.reason == reason)
    postings[place] = replace(postings[place], **changed)
    history.postings = postings


def _repeat(history: History, reason: str, **changed: Any) -> None:
    first = next(posting for posting in history.postings if posting.reason == reason)
    history.postings = [*history.postings, replace(first, seq=len(history.postings) + 1, **changed)]


def _hand_pick(history: History) -> Any:
    return next(work for work in history.works if work.kind is WorkKind.HAND_PICK and work.order_ref == "T3")


# ---- one thing wrong each ---------------------------------------------------------------------------------


def picked_twice(history: History) -> None:
    _repeat(history, "picked", reference="C9.000001")


def more_than_ordered(history: History) -> None:
    _order(history, "T5").lines[0].gathered += 1


def short_and_gathered(history: History) -> None:
    _order(history, "T5").lines[0].short = 1


def of_another_product(history: History) -> None:
    _pack(history, PICKED).gtin = TALL


def expires_too_early(history: History) -> None:
    _pack(history, PICKED).expiry = date(2026, 11, 23)


def nothing_will_happen(history: History) -> None:
    _tote(history, "T5-1").status = ToteStatus.FILLING


def no_tote_left(history: History) -> None:
    history.totes = [tote for tote in history.totes if tote.order_ref != "T5"]


def without_a_command(history: History) -> None:
    _edit(history, "picked", reference="C9.000009")


def before_its_command(history: History) -> None:
    _edit(history, "picked", at=MONDAY - 3600.0)


def by_hand_without_a_job(history: History) -> None:
    _edit(history, "picked by hand", reference="W9.000009")


def after_a_later_controller(history: History) -> None:
    task = deepcopy(_task(history, "T1"))
    task.task_id, task.issued_at, task.epoch = "C7.000001", MONDAY - 1.0, 7
    history.tasks = [*history.tasks, task]


def under_an_earlier_epoch(history: History) -> None:
    _task(history, "T1").epoch = 0


def cancelled_in_work(history: History) -> None:
    _order(history, "T4").lines[0].in_work = 1


def a_cancelled_tote_leaves(history: History) -> None:
    _tote(history, "T4-1").status = ToteStatus.DISPATCHED


def out_of_nothing(history: History) -> None:
    history.balances = {**history.balances, "robot:R1": history.balances["robot:R1"] + 1}


def on_another_shelf(history: History) -> None:
    _pack(history, FREE).account = "robot:R2"


def from_where_it_was_not(history: History) -> None:
    _edit(history, "picked", from_account="robot:R2")


def vanished(history: History) -> None:
    history.packs = [pack for pack in history.packs if pack.pack_id != FREE]


def a_number_is_missing(history: History) -> None:
    history.postings = [posting for posting in history.postings if posting.seq != 3]


def moves_after_it_left(history: History) -> None:
    _repeat(history, "picked", reference="C9.000009")


def bound_twice(history: History) -> None:
    task = deepcopy(_task(history, "T2"))
    task.task_id = "C1.999999"
    history.tasks = [*history.tasks, task]


def bound_to_a_robot_and_a_person(history: History) -> None:
    _hand_pick(history).pack_ids = [BOUND]


def in_work_by_the_order_only(history: History) -> None:
    _task(history, "T2").status = TaskStatus.VOID


def in_work_by_the_task_only(history: History) -> None:
    _order(history, "T2").lines[0].in_work = 0


def claimed_by_nobody(history: History) -> None:
    _pack(history, FREE).claim = "C1.000001"


def more_promised_than_wanted(history: History) -> None:
    _order(history, "T2").lines[0].reserved = 1


def the_same_effect_twice(history: History) -> None:
    _repeat(history, "picked")


def rewritten(history: History) -> None:
    journal = list(history.journal)
    journal[2] = replace(journal[2], actor="nobody")
    history.journal = journal


def an_entry_taken_out(history: History) -> None:
    history.journal = [entry for entry in history.journal if entry.seq != 2]


def dispatched_without_its_packs(history: History) -> None:
    _order(history, "T5").status = OrderStatus.DISPATCHED


def fewer_than_it_says(history: History) -> None:
    _order(history, "T1").lines[0] = OrderLine(1, FLAT, 2, gathered=2)


def held_and_gone(history: History) -> None:
    _pack(history, PICKED).hold = "held by Ann: damp"


def held_on_the_van(history: History) -> None:
    _tote(history, "T5-1").status = ToteStatus.LOADED
    next(pack for pack in history.packs if pack.account == "tote:T5-1").hold = "held by Ann: damp"


def expired_and_gone(history: History) -> None:
    """On the day of its van, not of the moment at which somebody noticed."""
    _pack(history, PICKED).expiry = date(2026, 11, 22)
    history.departures = [
        replace(van, departed_at=MONDAY - 86_400.0) if van.departed_at is not None else van
        for van in history.departures
    ]


def recalled_and_gone(history: History) -> None:
    entry = replace(
        history.journal[0], action="recall.begun", subject="recall:RC1", data={"gtin": FLAT, "batch": "OLD"}, at=MONDAY
    )
    history.journal = [*history.journal, entry]


VIOLATIONS: list[tuple[str, Callable[[History], None]]] = [
    ("I1", picked_twice),
    ("I1", more_than_ordered),
    ("I1", short_and_gathered),
    ("I2", of_another_product),
    ("I2", expires_too_early),
    ("I3", nothing_will_happen),
    ("I3", no_tote_left),
    ("I4", without_a_command),
    ("I4", before_its_command),
    ("I4", by_hand_without_a_job),
    ("I5", after_a_later_controller),
    ("I5", under_an_earlier_epoch),
    ("I6", cancelled_in_work),
    ("I6", a_cancelled_tote_leaves),
    ("I7", out_of_nothing),
    ("I7", on_another_shelf),
    ("I7", from_where_it_was_not),
    ("I7", vanished),
    ("I8", a_number_is_missing),
    ("I8", moves_after_it_left),
    ("I9", bound_twice),
    ("I9", bound_to_a_robot_and_a_person),
    ("I9", in_work_by_the_order_only),
    ("I9", in_work_by_the_task_only),
    ("I9", claimed_by_nobody),
    ("I9", more_promised_than_wanted),
    ("I11", the_same_effect_twice),
    ("I14", rewritten),
    ("I14", an_entry_taken_out),
    ("I15", dispatched_without_its_packs),
    ("I15", fewer_than_it_says),
    ("I24", held_and_gone),
    ("I24", held_on_the_van),
    ("I24", expired_and_gone),
    ("I24", recalled_and_gone),
]


def test_a_centre_that_works_violates_none(whole: History) -> None:
    assert {order.order_ref: order.status.value for order in whole.orders} == {
        "T1": "dispatched",
        "T2": "open",
        "T3": "open",
        "T4": "cancelled",
        "T5": "gathered",
    }
    assert check(whole) == []


@pytest.mark.parametrize(("invariant", "wrong"), VIOLATIONS, ids=lambda part: getattr(part, "__name__", part))
def test_each_invariant_can_be_violated(whole: History, invariant: str, wrong: Callable[[History], None]) -> None:
    history = deepcopy(whole)
    wrong(history)
    assert invariant in {violation.invariant for violation in check(history)}
    assert list(INVARIANTS[invariant](history))


def test_what_left_before_its_last_day_or_before_its_recall_was_fit(whole: History) -> None:
    history = deepcopy(whole)
    (left,) = {posting.at for posting in history.postings if posting.to_account.startswith("dispatched:")}
    recalled_and_gone(history)
    history.journal = [*history.journal[:-1], replace(history.journal[-1], at=left + 1.0)]
    assert not list(INVARIANTS["I24"](history))
    _pack(history, PICKED).expiry = date(2026, 11, 22) + timedelta(days=2)
    assert not list(INVARIANTS["I24"](history))


def test_every_invariant_is_in_the_table_of_violations() -> None:
    assert {invariant for invariant, _ in VIOLATIONS} == set(INVARIANTS)


def test_a_pack_in_doubt_is_still_bound_and_one_that_is_settled_is_not(whole: History) -> None:
    history = deepcopy(whole)
    task = _task(history, "T2")
    task.status, task.steps[0].status = TaskStatus.IN_DOUBT, StepStatus.IN_DOUBT
    assert check(history) == []
    task.steps.append(Step(FREE, 2, 1, StepStatus.SETTLED))
    assert check(history) == []


def test_what_is_in_memory_is_checked_without_what_has_left(whole: History) -> None:
    """In production neither postings nor journal are at hand, and what has gone is no longer in memory."""
    history = deepcopy(whole)
    history.whole = False
    history.postings, history.journal = [], []
    history.packs = [pack for pack in history.packs if not pack.account.startswith("dispatched:")]
    history.orders = [order for order in history.orders if not order.status.final]
    assert check(history) == []
    _order(history, "T5").lines[0].gathered += 1
    assert "I1" in {violation.invariant for violation in check(history)}


def test_a_pack_that_a_person_has_put_back_may_be_picked_again_once(whole: History) -> None:
    history = deepcopy(whole)
    picked = next(posting for posting in history.postings if posting.reason == "picked")
    back = replace(picked, from_account=QUARANTINE, to_account=GOODS_IN, reason="put back by a person")

    def doubled(*postings: Posting) -> list[str]:
        history.postings = [replace(posting, seq=seq) for seq, posting in enumerate(postings, start=1)]
        return [found.detail for found in check(history) if found.invariant == "I1"]

    assert doubled(picked, back, picked) == []
    assert doubled(picked, back, picked, picked) == [f"pack {picked.pack_id} was put into a tote again (posting 4)"]
    assert doubled(picked, picked, back) == [f"pack {picked.pack_id} was put into a tote again (posting 2)"]
