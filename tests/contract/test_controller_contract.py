"""The controller's side of the robot contract, requirement by requirement, against the bare core.

The robot's side is in test_robot_*.py; what belongs to the wire is tested with the transport.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from re import findall

import pytest

from controller.domain.errors import StoreUnavailable
from controller.domain.journal import JournalEntry
from controller.domain.pack import Pack
from controller.domain.product import Zone
from controller.domain.robot import Trust
from controller.domain.task import Task, TaskKind
from controller.engine import actions as act
from controller.engine.loop import Engine
from controller.engine.ports import Batch, Lease, Question, WorkingSet
from controller.engine.state import Timings
from controller.protocol.examples import EXAMPLES
from controller.protocol.reports import Presence
from controller.protocol.topics import Channel, Topic
from controller.protocol.vocabulary import STATE_INTERVAL_S
from controller.transport.translation import action_from
from tests.support.cores import FLAT, MONDAY, Floor, checksum_of, fault, order_of, packs_of

PACK = "012.R1.OLD.1"
LAST_REQUIREMENT = 28


def _ordered(packs: int = 2) -> tuple[Floor, Task]:
    floor = Floor(packs_of(FLAT, "robot:R1", packs)).open()
    floor.order("T1", (FLAT, 1))
    return floor, floor.r1.only()


def _asked(floor: Floor, kind: str) -> list[Question]:
    return [question for question in floor.last.questions if question.kind == kind and question.robot == "R1"]


def _line(task: Task, phase: str, result: act.ResultReport | None = None) -> act.JournalLine:
    return act.JournalLine(task.task_id, phase, None, result)


def test_rc01_a_message_of_another_robot_is_kept_and_has_no_effect() -> None:
    floor, task = _ordered()
    presence = next(message for message in EXAMPLES if isinstance(message, Presence))
    action = action_from(Topic("tiny", "R1", Channel.PRESENCE), presence)
    assert isinstance(action, act.PoisonReceived)
    floor.tell(action)
    assert [kept.robot for kept in floor.rows.poison] == ["R1"]
    assert [entry.data["robot"] for entry in floor.rows.actions("message.refused")] == ["R1"]
    assert floor.r1.trust() is Trust.READY
    assert task.status == "issued"


def test_rc01_a_robot_that_this_site_does_not_have_is_written_down_and_nothing_else() -> None:
    floor = Floor(()).open()
    floor.tell(
        act.RobotPresence("R9", 1, "online"),
        act.RobotEvent("R9", 1, 1, act.Booted("J-1", "power_on")),
        act.RobotFactsheet("R9", 1, "1.0.0", "f1", Zone.AMBIENT, 9, 9, 9, (), (), 9.0),
    )
    assert {entry.subject for entry in floor.rows.actions("robot.stranger")} == {"robot:R9"}
    assert "R9" not in floor.core.state.robots


def test_rc02_reports_of_an_earlier_boot_have_no_effect() -> None:
    floor, task = _ordered()
    late = floor.r1.next_event(act.CommandFinished(floor.r1.result(task)))
    floor.r1.boot()
    floor.tell(floor.r1.presence("online"))
    floor.tell(late)
    assert floor.account(PACK) == "robot:R1"
    assert floor.r1.robot.applied_seq == 0


def test_rc02_a_report_of_a_later_boot_is_enough_to_notice_it() -> None:
    floor, task = _ordered()
    floor.r1.boot()
    floor.r1.event(act.Booted("J-1", "power_on"))
    assert floor.r1.robot.generation == 2
    assert floor.r1.trust() is Trust.GREETING
    assert _asked(floor, "journal")[0].command_ids == (task.task_id,)


def test_rc02_a_generation_that_goes_backwards_quarantines_the_robot() -> None:
    floor = Floor(()).open()
    floor.r1.boot()
    floor.tell(floor.r1.presence("online"))
    floor.tell(floor.r1.presence("online", generation=1))
    assert floor.r1.trust() is Trust.QUARANTINED


@pytest.mark.parametrize("notice", ["lost", "offline"])
def test_rc03_a_death_notice_counts_for_its_own_generation_only(notice: str) -> None:
    floor = Floor(()).open()
    floor.tell(floor.r1.presence(notice, generation=floor.r1.generation - 1))
    assert floor.r1.trust() is Trust.READY
    floor.tell(floor.r1.presence(notice))
    assert floor.r1.trust() is Trust.GONE


def test_rc04_nothing_is_decided_about_a_robot_before_its_snapshot() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2))
    floor.tell(act.LinkChanged(True), act.Tick())
    floor.order("T1", (FLAT, 1))
    floor.tell(floor.r1.presence("online"), floor.r1.factsheet())
    floor.r1.event(act.Booted("J-1", "power_on"), act.MachineStateChanged(4))
    assert not floor.commands
    assert {question.kind for question in floor.questions} == {"snapshot", "acknowledge"}
    floor.r1.state()
    assert [task.kind for task in floor.commands] == [TaskKind.PICK]


def test_rc04_a_restart_of_ours_believes_nothing_from_before() -> None:
    floor, task = _ordered()
    floor.restart()
    floor.order("T2", (FLAT, 1))
    assert floor.r1.trust() is Trust.UNKNOWN
    assert not floor.last.commands
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive(_line(task, "running"))
    assert {sent.order_ref for sent in floor.commands} == {"T1", "T2"}


def test_rc05_a_gap_is_seen_counted_and_asked_about_and_what_follows_waits() -> None:
    floor, task = _ordered()
    floor.wait(10.0, floor.r1)
    first, second, third = (
        floor.r1.next_event(fact)
        for fact in (
            act.CommandAccepted(task.task_id),
            act.CommandStarted(task.task_id),
            act.CommandFinished(floor.r1.result(task)),
        )
    )
    floor.tell(third)
    assert floor.last.gaps == ["R1"]
    assert floor.r1.robot.gaps == 1
    assert _asked(floor, "snapshot")
    assert task.status == "issued"
    floor.tell(second)
    assert floor.last.gaps == []
    assert task.status == "issued"
    floor.tell(first)
    assert task.status == "completed"
    assert floor.r1.robot.gaps == 1
    floor.sound()


def test_rc05_a_state_that_was_lost_blocks_nothing() -> None:
    floor, task = _ordered()
    floor.r1.next_state()
    floor.r1.seq += 1
    event = act.RobotEvent("R1", 1, floor.r1.seq, act.CommandAccepted(task.task_id))
    floor.tell(event)
    assert task.status == "issued"
    floor.r1.state(unacked=(event.seq,))
    assert task.status == "accepted"


def test_rc05_a_state_does_not_step_over_an_event_that_will_be_repeated() -> None:
    floor, task = _ordered()
    lost = floor.r1.next_event(act.CommandAccepted(task.task_id))
    floor.r1.state(unacked=(lost.seq,), mode="manual")
    assert floor.r1.robot.mode == "automatic"
    floor.tell(lost)
    assert task.status == "accepted"
    assert floor.r1.robot.mode == "manual"


def test_rc05_a_report_that_comes_twice_has_one_effect() -> None:
    floor, task = _ordered()
    event = floor.r1.next_event(act.CommandFinished(floor.r1.result(task)))
    floor.tell(event, event)
    floor.tell(event)
    assert floor.row("T1").lines[0].gathered == 1
    assert not floor.core.state.contacts["R1"].held_back
    floor.sound()


def test_rc06_an_event_is_acknowledged_by_the_step_that_commits_it() -> None:
    floor, task = _ordered()
    event = floor.r1.next_event(act.CommandAccepted(task.task_id))
    floor.tell(event)
    assert [asked.seq for asked in _asked(floor, "acknowledge")] == [event.seq]
    assert [row.applied_seq for row in floor.last.batch.robots if row.robot == "R1"] == [event.seq]


def test_rc06_what_waits_behind_a_gap_is_not_acknowledged() -> None:
    floor, task = _ordered()
    before = floor.r1.seq
    floor.r1.next_event(act.CommandAccepted(task.task_id))
    floor.tell(floor.r1.next_event(act.CommandStarted(task.task_id)))
    assert [asked.seq for asked in _asked(floor, "acknowledge")] == [before]


def test_rc06_a_repeated_event_is_acknowledged_again() -> None:
    floor, task = _ordered()
    event = floor.r1.next_event(act.CommandAccepted(task.task_id))
    floor.tell(event)
    floor.tell(event)
    assert [asked.seq for asked in _asked(floor, "acknowledge")] == [event.seq]


# ---- the loop: nothing leaves before the commit ---------------------------------------------------------------


class _Store:
    """Commits into a `Floor`'s rows, one at a time, when the test lets it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.open = asyncio.Event()
        self.open.set()
        self.refusing = False
        self.tried = asyncio.Event()
        self._epoch = 0

    async def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease:
        self._epoch += 1
        return Lease(self._epoch, holder, now + ttl_s)

    async def renew_lease(self, lease: Lease, now: float, ttl_s: float) -> Lease:
        return Lease(lease.epoch, lease.holder, now + ttl_s)

    async def load(self, now: float) -> WorkingSet | None:
        return self._floor.rows.load()

    async def commit(self, batch: Batch) -> None:
        self.tried.set()
        await self.open.wait()
        if self.refusing:
            self.refusing = False
            raise StoreUnavailable()
        self._floor.rows.commit(batch)

    async def close(self) -> None:
        return None


class _Link:
    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_command(self, task: Task, packs: Sequence[Pack]) -> None:
        self.sent.append(task.kind.value)

    async def ask(self, question: Question, epoch: int) -> None:
        self.sent.append(question.kind)


class _StandingClock:
    def now(self) -> float:
        return MONDAY

    def monotonic_s(self) -> float:
        return 1_000.0

    async def sleep(self, site_s: float) -> None:
        await asyncio.Event().wait()


class _NoGauge:
    def decided(self, duration_s: float, *, fault: bool, recorded: int) -> None: ...

    def committed(self, actions: int, rows: int, duration_s: float) -> None: ...

    def commit_failed(self, reason: str) -> None: ...

    def journaled(self, entries: Sequence[JournalEntry]) -> None: ...

    def poisoned(self, robot: str | None) -> None: ...

    def gap_seen(self, robot: str) -> None: ...


@asynccontextmanager
async def _running(floor: Floor) -> AsyncIterator[tuple[Engine, _Store, _Link]]:
    """An engine that has greeted R1 and given it nothing yet."""
    store, link = _Store(floor), _Link()
    engine = Engine(store, link, _StandingClock(), _NoGauge(), holder="one")
    await engine.start()
    running = asyncio.create_task(engine.run())
    for action in (
        act.LinkChanged(True),
        floor.r1.presence("online"),
        floor.r1.factsheet(),
        floor.r1.next_state(packs=2),
    ):
        engine.submit(action)
    await engine.do(act.HoldStock(FLAT, "OLD", "not yet", "test"))
    link.sent.clear()
    try:
        yield engine, store, link
    finally:
        store.open.set()
        engine.stop()
        await running


async def test_rc06_rc07_neither_command_nor_acknowledgement_leaves_before_the_commit() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2))
    async with _running(floor) as (engine, store, link):
        store.open.clear()
        store.tried.clear()
        await asyncio.sleep(0)
        engine.submit(floor.r1.next_event(act.MachineStateChanged(4)))
        released = asyncio.ensure_future(engine.do(act.ReleaseStock(FLAT, "OLD", "go", "test")))
        ordered = asyncio.ensure_future(engine.do(order_of("T1", (FLAT, 1))))
        await store.tried.wait()
        for _ in range(10):
            await asyncio.sleep(0)
        assert link.sent == []
        assert not ordered.done()
        store.open.set()
        await asyncio.gather(released, ordered)
        await engine.do(act.ClaimWork("FLOOR", "ann"))
        assert link.sent == ["pick", "acknowledge"]
        assert [task.kind for task in floor.rows.tasks.values()] == [TaskKind.PICK]


async def test_rc06_rc07_what_could_not_be_committed_is_neither_sent_nor_acknowledged() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2))
    async with _running(floor) as (engine, store, link):
        await engine.do(act.ReleaseStock(FLAT, "OLD", "go", "test"))
        link.sent.clear()
        store.refusing = True
        engine.submit(floor.r1.next_event(act.MachineStateChanged(4)))
        with pytest.raises(StoreUnavailable):
            await engine.do(order_of("T1", (FLAT, 1)))
        assert not {"pick", "acknowledge"} & set(link.sent)
        assert not floor.rows.orders


async def test_rc06_a_database_that_refused_is_an_alarm_once_it_writes_again() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2))
    async with _running(floor) as (engine, store, _):
        listener = engine.listen()
        store.refusing = True
        with pytest.raises(StoreUnavailable):
            await engine.do(act.ReleaseStock(FLAT, "OLD", "go", "test"))
        async with asyncio.timeout(30.0):
            async for entry in listener:
                if entry.action == "alarm.raised":
                    break
        assert engine.state.alarms["site.store/tiny"].acknowledged_at is None


def test_rc07_each_sending_carries_the_same_id_and_a_higher_attempt() -> None:
    floor, task = _ordered()
    attempts = [floor.last.commands[0].task.attempt]
    for _ in range(2):
        floor.wait(5.0)
        attempts += [outgoing.task.attempt for outgoing in floor.last.commands if outgoing.task is task]
    assert attempts == [1, 2, 3]


def test_rc08_a_later_controller_sends_under_its_own_epoch_and_the_old_id() -> None:
    floor, task = _ordered()
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive(_line(task, "unknown"))
    floor.wait(5.0)
    (again,) = [sent for sent in floor.commands if sent.task_id == task.task_id and sent.epoch == 2]
    assert again.issued_at == task.issued_at
    assert floor.core.ids.new("C").startswith("C2.")


@pytest.mark.parametrize("trouble", ["silent", "gone", "link lost", "restart of ours"])
def test_rc11_while_the_outcome_is_unknown_there_is_no_second_command_for_the_first(trouble: str) -> None:
    floor = Floor([*packs_of(FLAT, "robot:R1", 1), *packs_of(FLAT, "robot:R2", 1)]).open()
    floor.r2.state(mode="manual")
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.begin(task)
    if trouble == "silent":
        floor.wait(60.0)
    elif trouble == "gone":
        floor.tell(floor.r1.presence("lost"))
    elif trouble == "link lost":
        floor.tell(act.LinkChanged(False), act.LinkChanged(True))
    else:
        floor.restart()
        floor.tell(act.LinkChanged(True))
    floor.r2.arrive()
    floor.wait(300.0, floor.r2)
    assert {sent.task_id for sent in floor.commands if sent.kind is TaskKind.PICK} == {task.task_id}
    assert len([sent for sent in floor.commands if sent.kind is TaskKind.PICK]) == 1
    floor.sound()


@pytest.mark.parametrize("kind", ["hold", "home"])
def test_rc14_what_the_factsheet_does_not_list_is_not_used(kind: str) -> None:
    floor = Floor(()).open()
    floor.tell(floor.r1.factsheet(commands=("pick", "store")))
    (answer,) = floor.tell(act.CommandRobot("R1", kind, "look", "ann")).answers
    assert isinstance(answer, Exception)
    assert not floor.commands


def test_rc14_a_robot_of_another_kind_than_the_site_expects_is_not_used() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1))
    floor.tell(act.LinkChanged(True), floor.r1.presence("online"), floor.r1.factsheet(kind=Zone.FRIDGE))
    floor.r1.state()
    floor.order("T1", (FLAT, 1))
    assert not floor.commands
    assert floor.rows.actions("robot.wrong_kind")


def test_rc17_silence_is_longer_than_a_robot_may_be_silent() -> None:
    assert Timings().max_silence_s > STATE_INTERVAL_S


def test_rc17_silence_is_timed_by_the_monotonic_clock_whatever_the_wall_clock_does() -> None:
    floor = Floor(()).open()
    floor.now += 86_400.0
    floor.tell(act.Tick())
    assert floor.r1.trust() is Trust.READY
    floor.now -= 2 * 86_400.0
    floor.mono_s += Timings().max_silence_s + 1.0
    floor.tell(act.Tick())
    assert floor.r1.trust() is Trust.SILENT


def test_rc17_a_pause_of_our_own_loop_is_not_a_robots_silence() -> None:
    floor = Floor(()).open()
    floor.mono_s += 300.0
    floor.tell(act.Tick(loop_pause_s=300.0))
    assert floor.r1.trust() is Trust.READY
    floor.wait(Timings().max_silence_s + 5.0)
    assert floor.r1.trust() is Trust.SILENT


def test_rc19_the_loss_of_our_own_link_is_one_entry_and_every_value_is_stale() -> None:
    floor = Floor(()).open()
    before = len(floor.rows.journal)
    floor.tell(act.LinkChanged(False))
    floor.tell(act.LinkChanged(False))
    floor.wait(300.0)
    assert [entry.action for entry in floor.rows.journal[before:]] == ["link.lost", "alarm.raised"]
    assert list(floor.core.state.alarms) == ["site.link/tiny"]
    assert {robot.trust for robot in floor.core.state.robots.values()} == {Trust.UNKNOWN}


def test_rc20_same_the_robot_goes_on_with_it() -> None:
    floor, task = _ordered()
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive(_line(task, "running"))
    assert floor.r1.only().status == "running"
    assert len([sent for sent in floor.commands if sent.kind is TaskKind.PICK]) == 1
    floor.r1.work_off()
    assert floor.row("T1").status == "gathered"
    floor.sound()


@pytest.mark.parametrize("rebooted", [False, True])
def test_rc20_finished_meanwhile(rebooted: bool) -> None:
    floor, task = _ordered()
    if rebooted:
        floor.r1.boot()
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.arrive(_line(task, "finished", floor.r1.result(task)))
    assert floor.rows.tasks[task.task_id].status == "completed"
    assert floor.account(PACK) == "tote:T1-1"
    assert floor.r1.trust() is Trust.READY
    floor.sound()


def test_rc20_unknown_to_the_robot_in_its_old_generation_is_proof_that_nothing_moved() -> None:
    floor, task = _ordered()
    floor.r1.boot()
    floor.r1.arrive(_line(task, "unknown"))
    assert floor.rows.tasks[task.task_id].status == "void"
    (again,) = floor.r1.open_tasks(TaskKind.PICK)
    assert (again.generation, [step.pack_id for step in again.steps]) == (2, [PACK])
    floor.sound()


def test_rc20_unknown_to_the_robot_in_its_present_generation_may_still_be_on_its_way() -> None:
    floor, task = _ordered()
    floor.r1.journal(_line(task, "unknown"))
    assert task.status == "issued"
    assert floor.standing(PACK) == "claimed"
    floor.wait(5.0, floor.r1)
    assert {sent.task_id for sent in floor.commands} == {task.task_id}


def test_rc20_refused_meanwhile() -> None:
    floor, task = _ordered()
    floor.r1.journal(act.JournalLine(task.task_id, "refused", "expired", None))
    assert floor.rows.tasks[task.task_id].status == "refused"
    assert floor.standing(PACK) == "available"


def test_rc20_unknown_to_us_is_written_down_and_changes_nothing() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    result = act.ResultReport("X1", "completed", (act.PackReport(1, PACK, "delivered"),))
    floor.r1.event(act.CommandFinished(result))
    floor.r1.journal(act.JournalLine("X1", "finished", None, result))
    assert floor.account(PACK) == "robot:R1"
    assert [entry.data["command_id"] for entry in floor.rows.actions("report.of_unknown_command")] == ["X1"]


def test_rc20_a_robot_with_an_open_verdict_gets_no_tour() -> None:
    floor, _ = _ordered()
    floor.tell(floor.r1.presence("lost"))
    floor.order("T2", (FLAT, 1))
    floor.tell(floor.r1.presence("online"))
    floor.r1.state(running=())
    assert floor.r1.trust() is Trust.GREETING
    assert len(floor.commands) == 1


def test_rc20_stock_that_differs_is_compared_pack_by_pack() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 3))
    floor.tell(act.LinkChanged(True), floor.r1.presence("online"), floor.r1.factsheet())
    there = ["012.R1.OLD.1", "012.R1.OLD.3", "STRANGER"]
    floor.r1.state(packs=3, checksum=checksum_of(there))
    assert [asked.inventory for asked in _asked(floor, "snapshot")] == [True]
    for page, names in ((1, there[:2]), (2, there[2:])):
        floor.r1.seq += 1
        packs = tuple((name, FLAT, "OLD", packs_of(FLAT, "robot:R1", 1)[0].expiry) for name in names)
        floor.tell(act.RobotInventory("R1", 1, floor.r1.seq, page, 2, packs))
    (compared,) = floor.rows.actions("stock.compared")
    assert (compared.data["missing"], compared.data["strange"]) == (["012.R1.OLD.2"], ["STRANGER"])
    assert [pack.pack_id for pack in floor.rows.packs.values() if pack.hold] == ["012.R1.OLD.2"]


@pytest.mark.parametrize("mode", ["manual", "maintenance"])
def test_rc22_a_robot_that_is_not_automatic_gets_no_tour(mode: str) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.r1.event(act.ModeChanged(mode, "ann"))
    floor.order("T1", (FLAT, 1))
    assert not floor.commands
    floor.r1.event(act.ModeChanged("automatic", "ann"))
    assert len(floor.commands) == 1


@pytest.mark.parametrize("packml", [1, 2, 7, 8, 9, 10, 11, 15])
def test_rc22_a_stopped_held_or_aborted_robot_gets_no_tour(packml: int) -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.r1.event(act.MachineStateChanged(packml))
    floor.order("T1", (FLAT, 1))
    assert not floor.commands
    floor.r1.event(act.MachineStateChanged(4))
    assert len(floor.commands) == 1


def test_rc16_rc21_after_a_fault_nothing_is_cancelled_and_nothing_added() -> None:
    floor, task = _ordered()
    floor.order("T2", (FLAT, 1))
    floor.r1.event(act.FaultRaised(fault("R1:1:1", 2)))
    floor.order("T3", (FLAT, 1))
    assert {sent.kind for sent in floor.commands} == {TaskKind.PICK}
    assert {sent.order_ref for sent in floor.commands} == {"T1", "T2"}
    assert not task.status.final
    (raised,) = floor.rows.actions("fault.raised")
    assert (raised.data["occurrence"], raised.data["level"]) == ("R1:1:1", 2)


def test_rc27_what_a_robot_says_after_a_gap_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.engine.reports.MAX_HELD_BACK", 10)
    floor = Floor(()).open()
    floor.r1.seq += 1
    for _ in range(50):
        floor.r1.event(act.MachineStateChanged(4))
    assert len(floor.core.state.contacts["R1"].held_back) == 10


def test_rc05_rc27_the_report_that_closes_a_gap_is_taken_however_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.engine.reports.MAX_HELD_BACK", 10)
    floor, task = _ordered()
    first = floor.r1.next_event(act.CommandAccepted(task.task_id))
    for _ in range(20):
        floor.r1.event(act.MachineStateChanged(4))
    floor.tell(first)
    assert task.status == "accepted"
    assert floor.r1.robot.applied_seq == first.seq + 10


@pytest.mark.parametrize("refusal", ["retained", "same_id_other_content", "expired", "unknown_pack"])
def test_rc08_rc12_the_refusal_of_a_copy_does_not_end_a_command_that_was_accepted(refusal: str) -> None:
    floor, task = _ordered()
    floor.r1.begin(task)
    floor.r1.event(act.CommandRefused(task.task_id, refusal, ""))
    assert task.status == "running"
    assert floor.standing(PACK) == "claimed"
    assert len([sent for sent in floor.commands if sent.kind is TaskKind.PICK]) == 1
    floor.r1.end(task)
    assert floor.row("T1").status == "gathered"
    floor.sound()


def test_every_requirement_of_the_contract_has_a_test_named_after_it() -> None:
    names = [
        name
        for file in Path(__file__).parents[1].rglob("test_*.py")
        for name in findall(r"def test_((?:rc\d\d_)+)", file.read_text(encoding="utf-8"))
    ]
    proven = {number for name in names for number in findall(r"\d\d", name)}
    assert proven >= {f"{number:02d}" for number in range(1, LAST_REQUIREMENT + 1)}
