"""Quiet hours of a whole centre, twice, on virtual time: everything is done, nothing is lost, and no patient waits."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from controller.domain.chore import SITE, ChoreKind, ChoreStatus
from controller.domain.pack import robot_account
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine import chores
from controller.ledger.invariants import History
from controller.rehearsal.world import Crash
from controller.scheduling.night import Proposal
from simulator.record import read_record
from tests.support.night_centre import DYING, END_AT, FAST, SHELF_PRODUCT, START_AT, Nights, NightSite, build_site, gtin

LONGEST_CHORE_S = 60.0


class CrashEvery:
    """Kills the controller at every n-th point between the steps of its turns, within quiet hours."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._passed = 0
        self.armed = True

    def __call__(self, point: str) -> None:
        self._passed += 1
        if self.armed and self._passed % (self._every * 7) == 0:
            raise Crash(point)


def late(history: History) -> list[str]:
    """Orders that left later than they were promised, or have not left although they should have."""
    return [
        order.order_ref
        for order in history.orders
        if order.due_at < END_AT and (order.dispatched_at is None or order.dispatched_at > order.due_at + 1.0)
    ]


def longest_wait_s(nights: Nights) -> float:
    """The longest that a tour stood behind chores of its robot before it began."""
    done = nights.chores()
    waits = [0.0]
    for task in nights.history().tasks:
        if task.kind is TaskKind.PICK and task.started_at is not None:
            waits.append(
                sum(
                    max(
                        0.0,
                        min(chore.ended_at or task.started_at, task.started_at) - max(chore.begun_at, task.issued_at),
                    )
                    for chore in done
                    if chore.source == task.robot
                )
            )
    return max(waits)


def hour(at: float) -> int:
    return datetime.fromtimestamp(at, ZoneInfo("Europe/London")).hour


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> NightSite:
    return build_site(Path(tmp_path_factory.mktemp("night")))


def test_two_quiet_nights(site: NightSite, tmp_path: Path) -> None:
    nights = Nights(site, tmp_path)
    try:
        nights.finish()
        assert nights.findings() == []
        history, done = nights.history(), nights.chores()
        assert late(history) == []
        kinds = Counter(chore.kind for chore in done if chore.status is ChoreStatus.DONE)
        assert set(kinds) == set(ChoreKind), "each kind was done at least once"
        assert all(chore.ended_at is not None for chore in done)
        assert {hour(chore.begun_at) for chore in done} <= {20, 21, 22, 23, 0, 1, 2, 3, 4, 5}
        assert longest_wait_s(nights) <= LONGEST_CHORE_S
        holders = {pack.account for pack in history.packs if pack.gtin == gtin(FAST)}
        assert len({robot_account(f"R{n}") for n in (1, 2, 3)} & holders) >= 2, "the fast mover stands twice"
        old = [
            pack for pack in history.packs if pack.gtin in (gtin(DYING), gtin(SHELF_PRODUCT)) and pack.batch == "OLD"
        ]
        assert {pack.account for pack in old} <= {"quarantine", "written-off"}, "out at night, off the books by day"
        per_robot = Counter(chore.source for chore in done if chore.kind is ChoreKind.HOME)
        assert set(per_robot) == {"R1", "R2", "R3", "R4"}
    finally:
        nights.close()


@pytest.mark.parametrize("seed", range(2))
def test_nights_with_faults_crashes_and_power_cuts(site: NightSite, tmp_path: Path, seed: int) -> None:
    crashes = CrashEvery(211 + 97 * seed)
    nights = Nights(site, tmp_path, seed=seed, faults="poor", hook=crashes)
    try:
        world = nights.world
        at = START_AT + 3600.0
        for number in range(9):
            at += 4_111.0
            world.run_until(at)
            robot = f"R{1 + number % 4}"
            world.take(world.centre.reboot(robot, world.now))
        world.run_until(START_AT + 13 * 3600.0)
        assert world.crashes > 5
        assert nights.findings() == []
        kinds = Counter(chore.kind for chore in nights.chores() if chore.status is ChoreStatus.DONE)
        assert {ChoreKind.COUNT, ChoreKind.HOME, ChoreKind.EJECT, ChoreKind.TRANSFER} <= set(kinds)
        assert {order.status.value for order in nights.history().orders if order.due_at < world.now - 3600.0} == {
            "dispatched"
        }
    finally:
        nights.close()


def test_a_pause_of_the_site_holds_till_it_is_lifted(site: NightSite, tmp_path: Path) -> None:
    nights = Nights(site, tmp_path)
    try:
        nights.world.run_until(START_AT + 70 * 60.0)
        nights.submit(act.PauseNightWork(SITE, "visitors", "Ann"))
        paused_at = nights.world.now
        resumed_at = paused_at + 1800.0
        nights.world.run_until(resumed_at)
        nights.submit(act.ResumeNightWork(SITE, "they have gone", "Ann"))
        nights.world.run_until(resumed_at + 600.0)
        begun = [chore.begun_at for chore in nights.chores()]
        assert [at for at in begun if paused_at + 1.0 < at < resumed_at] == []
        assert min(begun) < paused_at
        assert max(begun) > resumed_at
        latest = max(chore.ended_at or 0.0 for chore in nights.chores() if chore.begun_at < paused_at)
        assert latest - paused_at <= LONGEST_CHORE_S
    finally:
        nights.close()


def test_a_robot_in_its_window_stands_still_and_picks_again_after_it(site: NightSite, tmp_path: Path) -> None:
    begin, end = START_AT + 5 * 3600.0, START_AT + 8 * 3600.0
    nights = Nights(site, tmp_path)
    try:
        nights.world.run_until(START_AT + 60.0)
        nights.submit(act.PlanMaintenance("R1", begin, end, "new belts", "Ann"))
        nights.world.run_until(START_AT + 13 * 3600.0)
        assert nights.findings() == []
        history = nights.history()
        assert nights.world.core.state.night.windows == {}, "it is over"
        moved = [movement.at for movement in read_record(tmp_path / "physical.jsonl") if movement.robot == "R1"]
        assert [at for at in moved if begin < at < end] == []
        assert [at for at in moved if at > end] != []
        picks = [task for task in history.tasks if task.robot == "R1" and task.kind is TaskKind.PICK]
        assert any(task.issued_at > end for task in picks)
        assert not any(begin - 600.0 < task.issued_at < end for task in picks)
        assert any(task.kind is TaskKind.PICK and begin < task.issued_at < end for task in history.tasks)
    finally:
        nights.close()


def test_the_same_seed_gives_the_same_nights(site: NightSite, tmp_path: Path) -> None:
    records = []
    for attempt in ("first", "second"):
        nights = Nights(site, tmp_path / attempt, seed=5, faults="normal")
        nights.world.run_until(START_AT + 4 * 3600.0)
        nights.close()
        records.append((tmp_path / attempt / "physical.jsonl").read_bytes())
    assert records[0] == records[1]
    assert records[0]


def test_orders_would_wait_for_chores_without_the_rules(
    site: NightSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measure of the two nights notices when a busy robot gets chores too, and keeps them when an order comes."""
    monkeypatch.setattr(chores, "may_begin", lambda now, view, rules: view.able)
    monkeypatch.setattr(chores, "_wanted_for_orders", lambda turn, task: False)
    monkeypatch.setattr(
        chores,
        "choose",
        lambda robot, now, view, rules: Proposal(ChoreKind.COUNT, view.shelves[0].shelf, (), "for nothing"),
    )
    nights = Nights(site, tmp_path)
    try:
        nights.world.run_until(START_AT + 3 * 3600.0)
        assert longest_wait_s(nights) > LONGEST_CHORE_S
    finally:
        nights.close()
