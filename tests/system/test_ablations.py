"""The test of the tests: each safeguard is taken away in turn, and the system's own checks must notice.

Every scenario passes with the unchanged code and the same seeds. What is taken away is one idea, in each of the
places where it stands: a safeguard that a second one repeats would otherwise hide behind it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.domain.errors import NightshiftError
from controller.domain.order import Order, OrderLine
from controller.domain.pack import Pack
from controller.domain.task import StepStatus
from controller.domain.tote import ToteStatus
from controller.engine import actions as act
from controller.engine import allocation, fates, greeting, orders, reports, tasks, verdicts, watch
from controller.engine.core import Core, Step
from controller.engine.turn import Turn
from controller.ledger import fefo
from controller.ledger.book import Book
from controller.ledger.invariants import check
from controller.protocol.reports import CommandResult, PackResult
from controller.protocol.vocabulary import PackOutcome
from controller.rehearsal.link import Draw, Link, LinkFaults
from controller.rehearsal.world import Crash, World
from simulator.firmware import program, reception, recovery
from simulator.firmware.journal import CommandBook, CommandRecord
from simulator.hardware.movement import Act
from simulator.record import read_record
from tests.support.cores import FLAT, MONDAY, Floor, packs_of
from tests.support.small_centre import END_AT, ORDERS, START_AT, Run, Template

Patch = pytest.MonkeyPatch
Scenario = Callable[[Template, Path, int], list[str]]
"""What the checks find with this seed; empty when all is well."""

LATEST_AT = END_AT + 1800.0
"""Later than the last van: with the safeguards in place every order of every seed has left before."""


# ---- scenarios --------------------------------------------------------------------------------------------


def _found(run: Run) -> list[str]:
    found = [f"{violation.invariant}: {violation.detail}" for violation in run.violations()]
    found += run.audit()
    found += _uninvited(run)
    statuses = run.statuses
    found += [f"order {reference} is {status}" for reference, status in statuses.items() if status not in _ENDS]
    return found + [f"order {reference} is lost" for _, reference, _, _ in ORDERS if reference not in statuses]


def _uninvited(run: Run) -> list[str]:
    """Packs that a robot put into a tote, and with which that tote left although the ledger has them elsewhere."""
    history = run.store.history()
    gone = {tote.tote_id for tote in history.totes if tote.status is ToteStatus.DISPATCHED}
    booked = {(posting.pack_id, posting.to_account) for posting in history.postings}
    return [
        f"pack {movement.pack_id} left in tote {movement.target}, and the ledger does not know it"
        for movement in read_record(run.folder / "physical.jsonl")
        if movement.act is Act.DELIVER
        and movement.target in gone
        and (movement.pack_id, f"tote:{movement.target}") not in booked
    ]


_ENDS = ("dispatched", "short", "cancelled")


@contextmanager
def _run(template: Template, folder: Path, **settings: Any) -> Iterator[Run]:
    run = Run(template, folder, **settings)
    try:
        yield run
    finally:
        run.close()


def noise(template: Template, folder: Path, seed: int) -> list[str]:
    """Messages are lost, doubled and late by up to a minute and a half."""
    faults = LinkFaults(lose=0.2, double=0.3, delay=0.3, longest_delay_s=90.0)
    with _run(template, folder, seed=seed, link=Link(faults, seed)) as run:
        run.finish(until_at=LATEST_AT)
        return _found(run)


def power_cuts(template: Template, folder: Path, seed: int) -> list[str]:
    """Robots lose their power in the middle of what they do, and messages are late."""
    draw = Draw(seed)
    link = Link(LinkFaults(double=0.1, delay=0.2, longest_delay_s=20.0), seed)
    with _run(template, folder, seed=seed, link=link) as run:
        at = START_AT
        while at < START_AT + 1500.0:
            at += 20.0 + 40.0 * draw.next()
            run.world.run_until(at)
            robot = ("R1", "R2", "R3")[int(draw.next() * 3)]
            run.world.take(run.world.centre.reboot(robot, run.world.now))
        run.finish(until_at=LATEST_AT)
        return _found(run)


def late_commands(template: Template, folder: Path, seed: int) -> list[str]:
    """Half of all messages are late, and robots boot before they have heard what was meant for their earlier life."""
    draw = Draw(seed)
    with _run(template, folder, seed=seed, link=Link(LinkFaults(delay=0.5, longest_delay_s=60.0), seed)) as run:
        at = START_AT
        while at < START_AT + 1500.0:
            at += 60.0 + 60.0 * draw.next()
            for robot in ("R1", "R2"):
                run.world.run_until(at + 10.0 * draw.next())
                run.world.take(run.world.centre.reboot(robot, run.world.now))
        run.finish(until_at=LATEST_AT)
        return _found(run)


def deaf_robots(template: Template, folder: Path, seed: int) -> list[str]:
    """A robot is out of reach for longer than it may be silent, and goes on with what it has begun."""
    draw = Draw(seed)
    with _run(template, folder, seed=seed) as run:
        at = START_AT
        while at < START_AT + 1500.0:
            at += 20.0 + 40.0 * draw.next()
            robot = ("R1", "R2", "R3")[int(draw.next() * 3)]
            run.world.run_until(at)
            run.world.take(run.world.centre.link_changed(robot, False, run.world.now))
            at += 55.0 + 60.0 * draw.next()
            run.world.run_until(at)
            run.world.take(run.world.centre.link_changed(robot, True, run.world.now))
        run.finish(until_at=LATEST_AT)
        return _found(run)


def crashes(template: Template, folder: Path, seed: int) -> list[str]:
    """The controller is killed before every seventh of its first hundred commits."""
    passed = 0

    def kill(point: str) -> None:
        nonlocal passed
        if point == "before_commit" and passed < 100:
            passed += 1
            if passed % 7 == seed % 7:
                raise Crash(point)

    with _run(template, folder, seed=seed, hook=kill, window_s=2.0) as run:
        run.finish(until_at=LATEST_AT)
        return _found(run)


def cancels(template: Template, folder: Path, seed: int) -> list[str]:
    """Every order is cancelled two minutes after it came."""
    draw = Draw(seed)
    with _run(template, folder, seed=seed) as run:
        for minute, reference, _, _ in ORDERS:
            run.world.run_until(START_AT + 60.0 * minute + 5.0 + 60.0 * draw.next())
            run.world.submit(act.CancelOrder(reference, "not needed", "ward"))
        run.finish(until_at=LATEST_AT)
        return _found(run)


def two_wards_want_one_pack(template: Template, folder: Path, seed: int) -> list[str]:
    """The second ward must be told at its last call that nothing comes."""
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.r1.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    floor.order("T2", (FLAT, 1))
    floor.r1.state()
    floor.r1.work_off()
    floor.jump_to(MONDAY + 120 * 60.0)
    statuses = [floor.row(reference).status.value for reference in ("T1", "T2")]
    return [] if statuses == ["gathered", "short"] else [f"the orders are {statuses}"]


def two_orders_two_packs(template: Template, folder: Path, seed: int) -> list[str]:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    floor.order("T2", (FLAT, 1))
    return [str(violation) for violation in check(floor.rows.history())]


def old_and_new_stock(template: Template, folder: Path, seed: int) -> list[str]:
    """R2 has packs that expire half a year after those of R1, and both are free."""
    later = packs_of(FLAT, "robot:R2", 4, batch="NEW", expiry=date(2027, 12, 31))
    floor = Floor([*packs_of(FLAT, "robot:R1", 4), *later]).open()
    for number in range(4):
        floor.order(f"T{number}", (FLAT, 1))
    floor.r2.work_off()
    floor.r1.work_off()
    picked = [posting.pack_id for posting in floor.rows.postings if posting.reason == "picked"]
    return [f"{pack_id} was picked before the older stock" for pack_id in picked if ".NEW." in pack_id]


def a_late_copy_of_a_mode(template: Template, folder: Path, seed: int) -> list[str]:
    """Somebody switches a robot to maintenance, and what it said before comes once more."""
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    before, after = (floor.r1.next_event(act.ModeChanged(mode, "Ann")) for mode in ("automatic", "maintenance"))
    floor.tell(before)
    floor.tell(after)
    floor.tell(before)
    floor.order("T1", (FLAT, 1))
    return [f"{task.robot} was given a tour with somebody at it" for task in floor.commands if task.robot == "R1"]


def stock_past_its_date(template: Template, folder: Path, seed: int) -> list[str]:
    expired = packs_of(FLAT, "robot:R1", 1, expiry=date(2026, 11, 20))
    floor = Floor(expired).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    return [str(violation) for violation in check(floor.rows.history())]


# ---- what is taken away -----------------------------------------------------------------------------------


def sending_after_the_commit(patch: Patch) -> None:
    turn = World._turn

    def eager(world: World) -> None:
        core = world.core

        def step(submissions: Sequence[act.Submission], now: float, mono_s: float) -> Step:
            done = Core.step(core, submissions, now, mono_s)
            world._send(done)
            return done

        vars(core)["step"] = step
        turn(world)

    patch.setattr(World, "_turn", eager)


def repeating_the_same_command(patch: Patch) -> None:
    """What was not answered is never sent again."""
    patch.setattr(watch, "_resend", lambda turn: None)
    patch.setattr(verdicts, "_never_seen", lambda turn, robot, task: None)


def doubt(patch: Patch) -> None:
    """Contact lost: taken as not begun."""
    patch.setattr(tasks, "unknown", lambda turn, task, reason: tasks.void(turn, task, reason))


def verdict_on_unknown(patch: Patch) -> None:
    """The journal has not seen it: taken as proof, although the command may still be on its way."""
    patch.setattr(verdicts, "_never_seen", lambda turn, robot, task: tasks.void(turn, task, "not seen"))


def each_pack_settled_once(patch: Patch) -> None:
    patch.setattr(fates, "OPEN_STEPS", tuple(StepStatus))


def one_task_a_pack(patch: Patch) -> None:
    def claim(book: Book, pack_id: str, task_id: str, *, expires_after: date) -> Pack:
        return book.pack(pack_id)

    patch.setattr(Book, "claim", claim)


def promises(patch: Patch) -> None:
    """Every line is promised whatever there is, as if no other line wanted it."""

    def promise(turn: Turn, order: Order, line: OrderLine) -> None:
        there = turn.state.book.available(line.gtin, turn.outlast(order))
        packs = min(line.wanted - line.reserved, there)
        if packs > 0:
            turn.state.book.reserve(line.gtin, packs)
            line.reserved += packs

    patch.setattr(allocation, "_promise", promise)


def oldest_first(patch: Patch) -> None:
    """Any pack may overtake an older one."""
    patch.setattr(fefo, "TOLERANCE", timedelta(days=10_000))


def expiry(patch: Patch) -> None:
    patch.setattr(Turn, "outlast", lambda turn, order: date.min)


def waiting_for_the_robots_word_on_a_cancel(patch: Patch) -> None:
    def advance(turn: Turn, order: Order) -> None:
        if order.cancel_reason is not None and not order.status.final:
            orders._finish_cancel(turn, order)
        elif not order.status.final and order.in_work == 0 and order.wanted == 0:
            orders._gathered(turn, order)

    patch.setattr(orders, "advance", advance)


def generation_at_the_robot(patch: Patch) -> None:
    patch.setattr(reception, "fence", lambda command, robot, generation, epoch: None)


def seen_before_at_the_robot(patch: Patch) -> None:
    patch.setattr(CommandBook, "get", lambda book, command_id: None)


def journal_before_the_motion(patch: Patch) -> None:
    """After a power cut the robot says of what it had gripped that it had not moved it."""
    interrupted = recovery.interrupted

    def forgetful(record: CommandRecord) -> CommandResult:
        result = interrupted(record)
        packs = tuple(
            PackResult(item=pack.item, pack_id=pack.pack_id, outcome=PackOutcome.NOT_MOVED) for pack in result.packs
        )
        return CommandResult(command_id=result.command_id, outcome=result.outcome, packs=packs, reason=result.reason)

    patch.setattr(program, "interrupted", forgetful)


def numbering_of_reports(patch: Patch) -> None:
    """Each report has its effect when it comes: again when it is repeated, early when one is missing before it."""

    def receive(turn: Turn, report: act.RobotReport) -> bool:
        robot = turn.state.robots[report.robot]
        if report.generation < robot.generation:
            return False
        if report.generation > robot.generation:
            greeting.new_generation(turn, robot, report.generation)
        contact = turn.state.contacts[robot.robot]
        robot.last_report_mono_s = turn.mono_s
        contact.to_acknowledge = True
        robot.applied_seq = max(robot.applied_seq, report.seq)
        reports._apply(turn, robot, contact, report)
        return False

    patch.setattr(reports, "receive", receive)


# ---- and the checks notice --------------------------------------------------------------------------------

SEEDS = range(1, 13)
TELLING = {"generation_at_the_robot": 6, "verdict_on_unknown": 5}
"""Few seeds notice that these are gone: one that does is tried first."""
ABLATIONS: list[tuple[Callable[[Patch], None], Scenario]] = [
    (sending_after_the_commit, crashes),
    (repeating_the_same_command, noise),
    (numbering_of_reports, a_late_copy_of_a_mode),
    (each_pack_settled_once, noise),
    (verdict_on_unknown, noise),
    (doubt, deaf_robots),
    (waiting_for_the_robots_word_on_a_cancel, cancels),
    (generation_at_the_robot, late_commands),
    (seen_before_at_the_robot, noise),
    (journal_before_the_motion, power_cuts),
    (one_task_a_pack, two_orders_two_packs),
    (promises, two_wards_want_one_pack),
    (oldest_first, old_and_new_stock),
    (expiry, stock_past_its_date),
]


@pytest.mark.parametrize(("remove", "scenario"), ABLATIONS, ids=lambda part: part.__name__)
def test_without_this_safeguard_the_checks_find_something(
    template: Template, tmp_path: Path, monkeypatch: Patch, remove: Callable[[Patch], None], scenario: Scenario
) -> None:
    first = TELLING.get(remove.__name__, SEEDS[0])
    for seed in (first, *(seed for seed in SEEDS if seed != first)):
        with monkeypatch.context() as ablated:
            remove(ablated)
            found = _noticed(scenario, template, tmp_path / f"without{seed}", seed)
        if found:
            assert scenario(template, tmp_path / "with", seed) == []
            return
    pytest.fail(f"{len(SEEDS)} seeds without it, and nothing was noticed")


def _noticed(scenario: Scenario, template: Template, folder: Path, seed: int) -> list[str]:
    try:
        return scenario(template, folder, seed)
    except (NightshiftError, AssertionError, KeyError) as stop:
        # The core or the robot would not go on: that is noticed as well.
        return [repr(stop)]
