"""Chores at the bare core: begun only where nothing waits, given up for orders, paused at once, and written down."""

from datetime import date

import pytest

from controller.domain.chore import SITE, Chore, ChoreKind
from controller.domain.doubt import Finding
from controller.domain.errors import Conflict, NotFound, StockRefused
from controller.domain.order import OrderClass
from controller.domain.pack import GOODS_IN, Pack, robot_account
from controller.domain.site import StockListLine
from controller.domain.task import Step, Task, TaskKind, TaskStatus
from controller.engine import actions as act
from controller.engine import agenda
from tests.support.cores import (
    COMMANDS,
    FLAT,
    MONDAY,
    NEW,
    OLD,
    SHELF,
    TALL,
    Floor,
    StandInRobot,
    order_of,
    packs_of,
    small_master,
)

NIGHT = MONDAY + 13 * 3600.0
"""21:00."""
ALL = (*COMMANDS, "count", "calibrate", "relocate")
SHELVES = (("A-01", 130.0), ("A-02", 35.0), *((f"B-{n:02d}", 70.0) for n in range(1, 10)))
"""So many that two are counted a day."""
SOON = date(2026, 11, 29)
"""Less than the week that every destination asks for."""


def night_floor(*stock: Pack, commands: tuple[str, ...] = ALL, fast: bool = False) -> Floor:
    """At 21:00, R1 and R2 greeted with shelves and chutes; the vault stays away."""
    lists = [StockListLine("GGH-WA1", FLAT, 0, 70, 5)] if fast else []
    floor = Floor(stock, small_master(stock_lists=lists))
    floor.now = NIGHT
    floor.tell(act.LinkChanged(True), act.Tick())
    greet(floor, commands)
    return floor


def greet(floor: Floor, commands: tuple[str, ...] = ALL) -> None:
    for robot in (floor.r1, floor.r2):
        sheet = robot.factsheet(commands=commands, outputs=("OUT-1", "QUARANTINE"), shelves=SHELVES)
        floor.tell(robot.presence("online"), sheet, robot.next_state())


def chores(floor: Floor, kind: ChoreKind | None = None) -> list[tuple[str, str, str]]:
    """(source, subject, status) as committed."""
    found = floor.rows.rows["chores"].values()
    return [(chore.source, chore.subject, chore.status.value) for chore in found if kind in (None, chore.kind)]


def next_look(floor: Floor, seconds: float = 20.0) -> None:
    floor.wait(seconds, floor.r1, floor.r2)


def begin_and_end(robot: StandInRobot, task: Task, outcome: str = "completed", *packs: act.PackReport) -> None:
    robot.begin(task)
    robot.event(act.CommandFinished(act.ResultReport(task.task_id, outcome, packs)))


def open_chores(robot: StandInRobot) -> list[Task]:
    return [task for task in robot.open_tasks() if task.kind is not TaskKind.CANCEL]


def work_off_references(floor: Floor) -> None:
    """Reference runs and axes of both robots, one after the other."""
    for _ in range(5):
        next_look(floor)
        for robot in (floor.r1, floor.r2):
            (task,) = open_chores(robot)
            assert task.kind in (TaskKind.HOME, TaskKind.CALIBRATE)
            begin_and_end(robot, task)


def only(robot: StandInRobot) -> Task:
    (task,) = open_chores(robot)
    return task


# ---- beginning and ending -----------------------------------------------------------------------------------


def test_a_shift_begins_with_a_reference_run_and_every_axis_and_goes_on_with_counts() -> None:
    floor = night_floor()
    work_off_references(floor)
    assert [subject for source, subject, _ in chores(floor) if source == "R1"] == ["all", "x", "y", "z", "r"]
    next_look(floor)
    count = only(floor.r1)
    assert (count.kind, count.target) == (TaskKind.COUNT, "A-01")
    begin_and_end(floor.r1, count)
    assert chores(floor, ChoreKind.COUNT)[0] == ("R1", "A-01", "done")
    begun, ended = floor.rows.actions("chore.begun"), floor.rows.actions("chore.ended")
    assert len(begun) == len(ended) + 1, "R2 still counts"
    floor.sound()


def test_what_was_measured_is_kept_with_the_chore() -> None:
    floor = night_floor()
    next_look(floor)
    begin_and_end(floor.r1, only(floor.r1))
    next_look(floor)
    task = only(floor.r1)
    measured = {"command_id": task.task_id, "axis": "x", "deviation_mm": 0.25}
    floor.r1.event(act.Noted("robot.calibration_measured", measured))
    begin_and_end(floor.r1, task)
    results = [chore.result for chore in floor.rows.rows["chores"].values() if chore.kind is ChoreKind.CALIBRATE]
    assert results == ["axis x off by 0.25 mm"]


def test_rounds_go_on_after_a_restart_where_they_were() -> None:
    floor = night_floor()
    work_off_references(floor)
    next_look(floor)
    begin_and_end(floor.r1, only(floor.r1))
    floor.restart()
    floor.tell(act.LinkChanged(True))
    greet(floor)
    next_look(floor, 80.0)
    assert only(floor.r1).kind is TaskKind.COUNT, "no second reference run"
    assert only(floor.r1).target == "A-02"


def test_a_chore_under_way_survives_a_restart() -> None:
    floor = night_floor()
    next_look(floor)
    task = only(floor.r1)
    floor.r1.begin(task)
    floor.restart()
    floor.tell(act.LinkChanged(True))
    greet(floor)
    result = act.ResultReport(task.task_id, "completed")
    floor.r1.journal(act.JournalLine(task.task_id, "finished", None, result))
    assert chores(floor)[0] == ("R1", "all", "done")


def test_by_day_nothing_is_begun() -> None:
    floor = night_floor()
    floor.now = NIGHT + 10 * 3600.0
    next_look(floor, 60.0)
    assert [source for source, _, status in chores(floor) if status == "under_way"] == []


def test_a_robot_that_does_not_offer_a_kind_is_not_asked_for_it() -> None:
    floor = night_floor(commands=COMMANDS)
    next_look(floor, 60.0)
    assert chores(floor) == []


# ---- rules --------------------------------------------------------------------------------------------------


def test_nothing_is_begun_while_a_robot_has_a_tour_or_had_one_just_now() -> None:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 3))
    floor.order("T1", (FLAT, 1), run_date="2026-11-24")
    next_look(floor)
    assert [task.kind for task in floor.r1.open_tasks()] == [TaskKind.PICK]
    assert only(floor.r2).kind is TaskKind.HOME
    floor.r1.end(only(floor.r1))
    floor.wait(50.0, floor.r1, floor.r2)
    assert floor.r1.open_tasks() == [], "another order may follow at once"
    floor.wait(30.0, floor.r1, floor.r2)
    assert only(floor.r1).kind is TaskKind.HOME


def discharge_that_waits_for_r2() -> Floor:
    """R1 has nothing that it may pick: FEFO gives the discharge order's pack to R2, which has its tours ahead."""
    stock = [
        *packs_of(TALL, "robot:R2", 12),
        *packs_of(FLAT, "robot:R1", 1, batch="NEW", expiry=NEW),
        *packs_of(FLAT, "robot:R2", 1),
    ]
    floor = night_floor(*stock)
    for number in (1, 2):
        floor.order(f"T{number}", (TALL, 6), run_date="2026-11-24")
    floor.do(order_of("D1", (FLAT, 1), order_class=OrderClass.DISCHARGE, due_at=floor.now + 5400.0))
    assert floor.core.state.orders["D1"].wanted == 1
    return floor


def test_nothing_is_begun_where_a_discharge_order_could_be_served() -> None:
    floor = discharge_that_waits_for_r2()
    floor.wait(60.0, floor.r2)
    assert floor.r1.open_tasks() == []


def test_it_is_that_rule_which_keeps_the_robot_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "patients_wait_at", lambda turn: frozenset())
    floor = discharge_that_waits_for_r2()
    floor.wait(60.0, floor.r2)
    assert only(floor.r1).kind is TaskKind.HOME


def test_a_chore_that_has_not_begun_makes_way_for_an_order() -> None:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 3))
    next_look(floor)
    task = only(floor.r1)
    floor.order("T1", (FLAT, 1), run_date="2026-11-24")
    assert task.cancel_asked
    cancel = floor.r1.only(TaskKind.CANCEL)
    floor.r1.event(act.CommandFinished(act.ResultReport(task.task_id, "cancelled", (), "cancelled")))
    floor.r1.event(act.CommandFinished(act.ResultReport(cancel.task_id, "completed")))
    assert chores(floor)[0] == ("R1", "all", "cancelled")


def test_a_motion_under_way_is_not_stopped_for_an_order() -> None:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 3))
    next_look(floor)
    task = only(floor.r1)
    floor.r1.begin(task)
    floor.order("T1", (FLAT, 1), run_date="2026-11-24")
    assert not task.cancel_asked, "a reference run is not left half-way"
    assert floor.r1.only(TaskKind.PICK).status is TaskStatus.ISSUED


# ---- packs that no order can take -----------------------------------------------------------------------------


def doomed_floor(*more: Pack) -> Floor:
    stock = [*packs_of(FLAT, "robot:R1", 8, expiry=SOON, batch="SOON"), *packs_of(FLAT, "robot:R1", 2), *more]
    floor = night_floor(*stock)
    work_off_references(floor)
    next_look(floor)
    return floor


def eject_all(floor: Floor, task: Task, outcome: str = "ejected") -> None:
    reports = tuple(act.PackReport(step.item, step.pack_id, outcome, "QUARANTINE") for step in task.steps)
    begin_and_end(floor.r1, task, "completed", *reports)


def test_what_no_order_can_take_is_put_out_and_carried_to_quarantine_by_a_person() -> None:
    floor = doomed_floor()
    for expected in (6, 2):
        task = only(floor.r1)
        assert (task.kind, task.output, len(task.steps)) == (TaskKind.EJECT, "QUARANTINE", expected)
        eject_all(floor, task)
        next_look(floor)
    assert chores(floor, ChoreKind.EJECT) == [("R1", FLAT, "done")] * 2
    job = floor.work("FLOOR")
    assert (job["kind"], job["robot"], len(job["packs"])) == ("empty_chute", "R1", 8)
    assert {pack["place"] for pack in job["packs"]} == {"quarantine"}
    assert floor.claim("FLOOR") is None, "both ejects were one job"
    assert sum(pack.account == "quarantine" for pack in floor.rows.packs.values()) == 8
    floor.sound()


def test_an_eject_is_cut_short_for_an_order() -> None:
    floor = doomed_floor()
    task = only(floor.r1)
    floor.r1.begin(task)
    floor.order("T1", (FLAT, 1), run_date="2026-11-24")
    assert task.cancel_asked
    first, *others = task.steps
    floor.r1.event(act.PackGripped(task.task_id, first.item, first.pack_id))
    reports = [act.PackReport(first.item, first.pack_id, "ejected", "QUARANTINE")]
    reports += [act.PackReport(step.item, step.pack_id, "not_moved") for step in others]
    floor.r1.event(act.CommandFinished(act.ResultReport(task.task_id, "cancelled", tuple(reports), "not_moved")))
    assert chores(floor, ChoreKind.EJECT) == [("R1", FLAT, "cancelled")]
    assert floor.account(first.pack_id) == "quarantine"
    assert all(floor.standing(step.pack_id) == "available" for step in others)
    floor.sound()


def test_a_pack_that_was_not_in_the_chute_is_held() -> None:
    floor = doomed_floor()
    task = only(floor.r1)
    eject_all(floor, task)
    gone = task.steps[0].pack_id
    floor.work("FLOOR", missing=(gone,))
    assert (floor.rows.packs[gone].hold or "").startswith("missing: not in the chute of R1")


def test_by_hand_it_is_a_job_for_whoever_has_nothing_else_to_do() -> None:
    stock = packs_of(SHELF, "area:MANUAL-A", 3, expiry=SOON, batch="SOON")
    floor = night_floor(*stock, *packs_of(SHELF, "area:MANUAL-A", 1, batch="GOOD"))
    floor.order("T1", (SHELF, 1), run_date="2026-11-24")
    assert floor.work("MANUAL-A")["kind"] == "hand_pick"
    job = floor.claim("MANUAL-A", "Ann")
    assert job is not None
    assert (job["kind"], len(job["packs"])) == ("clear_expired", 3)
    taken = tuple(pack["pack_id"] for pack in job["packs"])
    floor.do(act.FinishWork(job["work_id"], "Ann", moved=taken[1:], missing=taken[:1]))
    assert [floor.account(pack) for pack in taken] == ["area:MANUAL-A", "quarantine", "quarantine"]
    assert floor.standing(taken[0]) == "held"
    assert chores(floor, ChoreKind.CLEAR) == [("MANUAL-A", SHELF, "partly")]
    assert floor.claim("MANUAL-A") is None
    floor.sound()


def test_by_day_people_are_not_kept_from_orders_by_it() -> None:
    floor = night_floor(*packs_of(SHELF, "area:MANUAL-A", 3, expiry=SOON))
    floor.now = NIGHT + 12 * 3600.0
    assert floor.claim("MANUAL-A") is None


# ---- from one robot to another --------------------------------------------------------------------------------


def transfer_floor() -> tuple[Floor, Task]:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 9), fast=True)
    work_off_references(floor)
    next_look(floor)
    task = only(floor.r1)
    assert task.kind is TaskKind.EJECT
    return floor, task


def test_a_fast_mover_of_one_robot_is_carried_to_another() -> None:
    floor, task = transfer_floor()
    moved = [step.pack_id for step in task.steps]
    eject_all(floor, task)
    assert chores(floor, ChoreKind.TRANSFER)[0] == ("R1", FLAT, "done")
    assert {floor.account(pack) for pack in moved} == {GOODS_IN}
    assert {floor.rows.packs[pack].claim for pack in moved} != {None}, "nobody feeds it before it is carried there"
    job = floor.work("FLOOR")
    assert {pack["place"] for pack in job["packs"]} == {"GOODS-IN"}
    fed = floor.work("GOODS-IN")
    assert (fed["kind"], fed["robot"]) == ("feed", "R2")
    assert {pack["pack_id"] for pack in fed["packs"]} == set(moved)
    assert {floor.account(pack) for pack in moved} == {"input:R2"}
    floor.sound()


def test_a_pack_that_has_gone_to_another_robot_is_not_asked_of_the_first_again() -> None:
    floor, task = transfer_floor()
    moved = [step.pack_id for step in task.steps]
    eject_all(floor, task)
    floor.work("FLOOR")
    floor.work("GOODS-IN")
    for pack_id in moved:
        floor.core.state.book.post(pack_id, "robot:R2", at=floor.now, reason="stored", reference="test")
    next_look(floor, 120.0)
    asked = [step.pack_id for other in floor.r1.open_tasks() for step in other.steps]
    assert not set(asked) & set(moved)


def test_a_transfer_that_somebody_must_look_for_ends_in_quarantine_not_at_goods_in() -> None:
    floor, task = transfer_floor()
    reports = tuple(act.PackReport(step.item, step.pack_id, "unknown") for step in task.steps)
    begin_and_end(floor.r1, task, "aborted", *reports)
    packs = [step.pack_id for step in task.steps]
    assert {floor.standing(pack) for pack in packs} == {"claimed"}
    for doubt in list(floor.core.state.doubts.values()):
        floor.do(act.SettleDoubt(doubt.doubt_id, Finding.REMOVED, "it lay in the tray", "Ann"))
    assert {floor.account(pack) for pack in packs} == {"quarantine"}
    assert not floor.r1.open_tasks(TaskKind.EJECT)
    floor.sound()


def test_its_delivery_waits_for_it_once_more() -> None:
    floor = night_floor(fast=True)
    line = act.DeliveredLine(FLAT, "B1", OLD, 9)
    floor.do(act.BookDelivery("DN1", (line,), "goods-in"))
    (delivery,) = floor.core.state.delivery_lines.values()
    pack_id = f"{delivery.line_id}.001"
    account = robot_account("R1")
    for place in ("input:R1", account):
        floor.core.state.book.post(pack_id, place, at=floor.now, reason="test", reference="test")
    delivery.waiting -= 1
    task = Task("C1.999999", TaskKind.EJECT, "R1", 1, 1, floor.now, 60.0, steps=[Step(pack_id, 1)])
    floor.core.state.tasks[task.task_id] = task
    floor.core.state.open_task(task)
    chore = Chore("N1.999999", ChoreKind.TRANSFER, "R1", FLAT, "test", task.task_id, 1, floor.now)
    floor.core.state.night.open[task.task_id] = chore
    floor.r1.event(act.CommandAccepted(task.task_id))
    eject_all(floor, task)
    assert delivery.waiting == 9


def test_the_book_lets_a_pack_back_to_goods_in_for_another_robot_only() -> None:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 1))
    (pack,) = floor.core.state.book.packs.values()
    with pytest.raises(StockRefused, match="for another robot only"):
        floor.core.state.book.post(pack.pack_id, GOODS_IN, at=0.0, reason="by mistake", reference="x")


# ---- counts and places ----------------------------------------------------------------------------------------


def count_floor() -> tuple[Floor, Task]:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 3))
    work_off_references(floor)
    next_look(floor)
    task = only(floor.r1)
    assert (task.kind, task.target) == (TaskKind.COUNT, "A-01")
    return floor, task


def test_what_a_count_does_not_find_is_held_and_what_it_finds_again_is_released() -> None:
    floor, task = count_floor()
    book = floor.core.state.book
    lost, found, there = (pack.pack_id for pack in book.packs.values())
    book.hold(found, "missing: not in the inventory of R1")
    reports = (
        act.PackReport(0, lost, "missing", "A-01-001"),
        act.PackReport(0, found, "counted", "A-01-002"),
        act.PackReport(0, there, "counted", "A-01-003"),
    )
    begin_and_end(floor.r1, task, "incomplete", *reports)
    assert [floor.standing(pack) for pack in (lost, found, there)] == ["held", "available", "available"]
    assert chores(floor, ChoreKind.COUNT)[0] == ("R1", "A-01", "partly")
    results = [chore.result for chore in floor.rows.rows["chores"].values() if chore.kind is ChoreKind.COUNT]
    assert results[0] == "2 there, 1 missing, 1 found again"
    floor.sound()


def test_a_recall_is_not_lifted_by_a_count() -> None:
    floor, task = count_floor()
    held = next(iter(floor.core.state.book.packs))
    floor.core.state.book.hold(held, "recall of batch OLD")
    begin_and_end(floor.r1, task, "completed", act.PackReport(0, held, "counted", "A-01-001"))
    assert floor.core.state.book.pack(held).hold == "recall of batch OLD"


def test_a_pack_that_is_missing_makes_its_shelf_counted_even_by_day() -> None:
    floor = night_floor(*packs_of(FLAT, "robot:R1", 3))
    floor.now = NIGHT + 14 * 3600.0
    floor.r1.event(act.Noted("robot.pack_missing", {"pack_id": "P9", "location": "A-02-017"}))
    next_look(floor)
    task = only(floor.r1)
    assert (task.kind, task.target) == (TaskKind.COUNT, "A-02")
    begin_and_end(floor.r1, task)
    next_look(floor, 60.0)
    assert floor.r1.open_tasks() == [], "counted: no longer suspected"


def test_a_dropped_pack_makes_the_shelf_suspicious_on_which_it_was_last_seen() -> None:
    floor, task = count_floor()
    pack_id = next(iter(floor.core.state.book.packs))
    begin_and_end(floor.r1, task, "completed", act.PackReport(0, pack_id, "counted", "A-01-001"))
    order = floor.order("T1", (FLAT, 1), run_date="2026-11-24")
    assert order["status"] == "open"
    tour = floor.r1.only(TaskKind.PICK)
    assert tour.steps[0].pack_id == pack_id
    floor.r1.end(tour, "incomplete", p1="dropped")
    suspected = floor.core.state.night.racks["R1"].suspected
    assert [suspicion.shelf for suspicion in suspected.values()] == ["A-01"]


def stored_too_high() -> tuple[Floor, str, Task]:
    """A pack that counting found where a smaller one should stand, and the move that brings it down."""
    floor, task = count_floor()
    pack_id = next(iter(floor.core.state.book.packs))
    begin_and_end(floor.r1, task, "completed", act.PackReport(0, pack_id, "counted", "A-01-001"))
    next_look(floor)
    begin_and_end(floor.r1, only(floor.r1))
    next_look(floor)
    move = only(floor.r1)
    return floor, pack_id, move


def test_what_was_stored_too_high_is_brought_down_once() -> None:
    floor, pack_id, move = stored_too_high()
    assert (move.kind, move.steps[0].pack_id) == (TaskKind.RELOCATE, pack_id)
    assert floor.standing(pack_id) == "claimed"
    begin_and_end(floor.r1, move, "completed", act.PackReport(1, pack_id, "relocated", "A-02-001"))
    assert floor.standing(pack_id) == "available"
    assert chores(floor, ChoreKind.TIDY) == [("R1", FLAT, "done")]
    next_look(floor, 200.0)
    assert floor.r1.open_tasks() == []
    floor.sound()


def test_a_pack_in_doubt_while_it_was_moved_is_settled_by_a_person() -> None:
    floor, pack_id, move = stored_too_high()
    floor.r1.begin(move)
    floor.tell(floor.r1.presence("lost"))
    assert [doubt.pack_id for doubt in floor.core.state.doubts.values()] == [pack_id]
    floor.r1.boot()
    result = act.ResultReport(move.task_id, "aborted", (act.PackReport(1, pack_id, "unknown"),), "power_lost")
    floor.r1.arrive(act.JournalLine(move.task_id, "finished", None, result))
    (doubt,) = floor.core.state.doubts.values()
    floor.do(act.SettleDoubt(doubt.doubt_id, Finding.REMOVED, "it lay in the tray", "Ann"))
    assert floor.account(pack_id) == "quarantine"
    assert chores(floor, ChoreKind.TIDY) == [("R1", FLAT, "failed")]
    floor.sound()


# ---- pauses ---------------------------------------------------------------------------------------------------


def test_a_pause_cancels_what_is_open_and_lets_nothing_more_begin_until_it_is_lifted() -> None:
    floor = night_floor()
    next_look(floor)
    task = only(floor.r1)
    answer = floor.do(act.PauseNightWork(SITE, "visitors", "Ann"))
    assert answer == {"scope": SITE, "paused": True, "cancelling": 2}
    assert task.cancel_asked, "in the very turn in which it was asked"
    for robot in (floor.r1, floor.r2):
        robot.event(
            act.CommandFinished(act.ResultReport(only(robot).task_id, "cancelled")),
            act.CommandFinished(act.ResultReport(robot.only(TaskKind.CANCEL).task_id, "completed")),
        )
    next_look(floor, 60.0)
    assert floor.r1.open_tasks() == floor.r2.open_tasks() == []
    floor.do(act.ResumeNightWork(SITE, "they have gone", "Ann"))
    next_look(floor)
    assert only(floor.r1).kind is TaskKind.HOME
    assert [entry.action for entry in floor.rows.journal if entry.actor == "Ann"] == ["night.paused", "night.resumed"]


def test_a_pause_of_one_robot_is_its_own_and_survives_a_restart() -> None:
    floor = night_floor()
    floor.do(act.PauseNightWork("R1", "visitors", "Ann"))
    floor.restart()
    floor.tell(act.LinkChanged(True))
    greet(floor)
    next_look(floor, 90.0)
    assert floor.r1.open_tasks() == []
    assert only(floor.r2).kind is TaskKind.HOME


def test_a_pause_of_the_site_goes_on_when_that_of_a_robot_is_lifted() -> None:
    floor = night_floor()
    floor.do(act.PauseNightWork(SITE, "visitors", "Ann"))
    floor.do(act.PauseNightWork("R1", "lamp", "Ann"))
    assert floor.do(act.ResumeNightWork("R1", "lamp is fine", "Ann")) == {"scope": "R1", "paused": True}
    with pytest.raises(Conflict, match="not paused"):
        floor.do(act.ResumeNightWork("R1", "again", "Ann"))
    with pytest.raises(NotFound):
        floor.do(act.PauseNightWork("R77", "who", "Ann"))
