"""While nobody knows what became of a pack nothing of its command is repeated; journal or person settles it, once."""

import pytest

from controller.domain.doubt import Doubt, Finding
from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.robot import Trust
from controller.domain.task import StepStatus, Task, TaskKind
from controller.engine import actions as act
from tests.support.cores import FLAT, NEW, Floor, packs_of

FIRST, SECOND = "012.R1.OLD.1", "012.R1.OLD.2"


def _tour(packs: int = 2) -> tuple[Floor, Task]:
    floor = Floor([*packs_of(FLAT, "robot:R1", 2), *packs_of(FLAT, "robot:R2", 2)]).open()
    floor.r2.state(mode="manual")
    floor.order("T1", (FLAT, packs))
    return floor, floor.r1.only()


def _silence(floor: Floor) -> None:
    floor.wait(50.0)
    assert floor.r1.trust() is Trust.SILENT


def _line(task: Task, phase: str, result: act.ResultReport | None = None) -> act.JournalLine:
    return act.JournalLine(task.task_id, phase, None, result)


def _doubts(floor: Floor) -> list[Doubt]:
    return list(floor.core.state.doubts.values())


def _tours(floor: Floor) -> int:
    return len({task.task_id for task in floor.commands if task.kind is TaskKind.PICK})


def test_silence_puts_every_pack_of_the_tour_in_doubt_and_nothing_is_planned_anew() -> None:
    floor, task = _tour()
    floor.r1.begin(task)
    floor.r1.deliver(task, FIRST)
    _silence(floor)
    assert task.status == "in_doubt"
    assert [doubt.pack_id for doubt in _doubts(floor)] == [SECOND]
    floor.r2.state()
    floor.wait(120.0, floor.r2)
    assert _tours(floor) == 1
    floor.sound()


def test_the_journal_settles_what_was_in_doubt() -> None:
    floor, task = _tour()
    floor.r1.begin(task)
    _silence(floor)
    result = floor.r1.result(task, "incomplete", p2="missing")
    floor.r1.state(running=())
    floor.r1.journal(_line(task, "finished", result))
    assert floor.rows.tasks[task.task_id].status == "incomplete"
    assert (floor.account(FIRST), floor.standing(SECOND)) == ("tote:T1-1", "held")
    settled = floor.rows.rows["doubts"].values()
    assert {doubt.pack_id: doubt.resolved_by for doubt in settled} == {FIRST: "journal", SECOND: "journal"}
    assert floor.r1.trust() is Trust.READY
    floor.sound()


def test_the_robot_that_goes_on_with_it_ends_the_doubt() -> None:
    floor, task = _tour()
    floor.r1.begin(task)
    _silence(floor)
    floor.r1.state()
    floor.r1.journal(_line(task, "running"))
    assert task.status == "running"
    assert not _doubts(floor)
    floor.r1.work_off()
    assert floor.row("T1").status == "gathered"
    floor.sound()


def test_no_tour_is_planned_for_a_robot_whose_journal_has_not_spoken() -> None:
    floor, task = _tour(packs=1)
    floor.r1.begin(task)
    _silence(floor)
    floor.order("T2", (FLAT, 1))
    floor.r1.state(running=())
    assert floor.r1.trust() is Trust.GREETING
    assert _tours(floor) == 1


def test_a_command_that_the_robot_took_and_its_journal_forgot_is_for_people() -> None:
    floor, task = _tour()
    floor.r1.begin(task)
    floor.r1.deliver(task, FIRST)
    for _ in range(2):
        floor.r1.journal(_line(task, "unknown"))
        assert [step.status for step in task.steps] == [StepStatus.DONE, StepStatus.IN_DOUBT]
    assert len([sent for sent in floor.commands if sent is task]) == 1
    job = floor.claim("FLOOR")
    assert job is not None
    assert [pack["pack_id"] for pack in job["packs"]] == [SECOND]
    floor.sound()


def test_a_command_that_never_arrived_is_sent_again_with_the_same_id() -> None:
    floor, task = _tour()
    _silence(floor)
    sent = len(floor.commands)
    floor.r1.state()
    floor.r1.journal(_line(task, "unknown"))
    assert [again.task_id for again in floor.commands[sent:]] == [task.task_id]
    assert task.status == "issued"
    assert not _doubts(floor)


def test_a_command_of_which_a_person_settled_a_part_is_not_sent_again() -> None:
    floor, task = _tour()
    floor.tell(floor.r1.presence("lost"))
    first = next(doubt for doubt in _doubts(floor) if doubt.pack_id == FIRST)
    floor.do(act.SettleDoubt(first.doubt_id, Finding.LOST, "swept up", "ann"))
    sent = len(floor.commands)
    floor.r1.arrive(_line(task, "unknown"))
    assert task.task_id not in {again.task_id for again in floor.commands[sent:]}
    assert [again.target for again in floor.commands[sent:] if again.kind is TaskKind.CANCEL] == [task.task_id]
    assert [doubt.pack_id for doubt in _doubts(floor)] == [SECOND]
    assert floor.r1.trust() is Trust.READY
    floor.sound()


@pytest.mark.parametrize(
    ("finding", "account", "standing", "gathered"),
    [
        (Finding.IN_TOTE, "tote:T1-1", "in_tote", 1),
        (Finding.IN_ROBOT, "robot:R1", "available", 0),
        (Finding.REMOVED, "quarantine", "quarantined", 0),
        (Finding.LOST, "written-off", "written_off", 0),
    ],
)
def test_a_person_settles_a_doubt(finding: Finding, account: str, standing: str, gathered: int) -> None:
    floor, task = _tour(packs=1)
    floor.r1.end(task, "aborted", p1="unknown")
    floor.tell(floor.r1.next_state(mode="manual"))
    floor.work("FLOOR", findings=((FIRST, finding),))
    assert floor.account(FIRST) == account
    assert floor.standing(FIRST) == standing
    assert floor.row("T1").lines[0].gathered == gathered
    assert floor.row("T1").lines[0].in_work == 0
    assert floor.rows.tasks[task.task_id].status == "aborted"
    (doubt,) = floor.rows.rows["doubts"].values()
    assert doubt.finding is finding
    assert doubt.resolved_by.startswith("worker")
    floor.sound()


def test_a_doubt_is_settled_once() -> None:
    floor, task = _tour(packs=1)
    floor.r1.end(task, "aborted", p1="unknown")
    (doubt,) = _doubts(floor)
    floor.do(act.SettleDoubt(doubt.doubt_id, Finding.IN_TOTE, "seen", "ann"))
    with pytest.raises(NotFound):
        floor.do(act.SettleDoubt(doubt.doubt_id, Finding.LOST, "not seen", "bob"))
    assert floor.claim("FLOOR") is None
    assert floor.account(FIRST) == "tote:T1-1"


def test_a_person_who_looked_must_say_where_the_pack_is() -> None:
    floor, task = _tour(packs=1)
    floor.r1.end(task, "aborted", p1="unknown")
    with pytest.raises(Invalid):
        floor.work("FLOOR")
    assert _doubts(floor)


def test_a_pack_that_was_to_be_stored_is_in_no_tote() -> None:
    floor = Floor(()).open()
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "B1", NEW, 1),), "ann"))
    robot = floor.r1 if floor.work("GOODS-IN")["robot"] == "R1" else floor.r2
    robot.event(act.PackOffered("o1", "", FLAT, "B1", NEW, None, 50, 80, 30))
    robot.end(robot.only(TaskKind.STORE), "aborted", p0="unknown")
    (doubt,) = _doubts(floor)
    with pytest.raises(Invalid):
        floor.do(act.SettleDoubt(doubt.doubt_id, Finding.IN_TOTE, "seen", "ann"))
    assert _doubts(floor) == [doubt]
    floor.do(act.SettleDoubt(doubt.doubt_id, Finding.REMOVED, "on the floor", "ann"))
    assert floor.account(doubt.pack_id) == "goods-in"
    assert floor.claim("GOODS-IN") is not None


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_journal_that_was_replaced_proves_nothing(confirmed: bool) -> None:
    floor, task = _tour()
    floor.r1.begin(task)
    floor.r1.boot()
    floor.r1.journal_id = "J-2"
    floor.tell(floor.r1.presence("online"))
    floor.r1.event(act.Booted("J-2", "power_on"))
    floor.r1.state(running=())
    assert floor.r1.trust() is Trust.QUARANTINED
    if confirmed:
        floor.do(act.ConfirmRobot("R1", "looked", "engineer"))
        assert [doubt.pack_id for doubt in _doubts(floor)] == [FIRST, SECOND]
    floor.r1.journal(_line(task, "unknown"))
    floor.r1.state(running=())
    assert not task.status.final
    assert floor.standing(FIRST) == "claimed"
    assert _tours(floor) == 1
    assert floor.r1.trust() is (Trust.READY if confirmed else Trust.QUARANTINED)
    floor.sound()


def test_a_quarantined_robot_stays_so_over_a_restart_of_ours() -> None:
    floor, _ = _tour()
    floor.r1.state(journal_id="J-9")
    floor.restart()
    floor.tell(act.LinkChanged(True))
    floor.r1.journal_id = "J-9"
    floor.r1.arrive()
    assert floor.r1.trust() is Trust.QUARANTINED


def test_nobody_vouches_for_a_robot_that_is_trusted_and_in_the_middle_of_a_tour() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 2)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.begin(floor.r1.only())
    with pytest.raises(Conflict, match="trusted"):
        floor.do(act.ConfirmRobot("R1", "just in case", "Ann"))
    assert floor.core.state.doubts == {}
