"""What a robot says of a command and of each pack, and what the ledger makes of it."""

import pytest

from controller.domain.task import TaskKind
from controller.engine import actions as act
from tests.support.cores import FLAT, TALL, Floor, StandInRobot, packs_of

PACK = "012.R1.OLD.1"


def _floor(packs: int = 1) -> tuple[Floor, StandInRobot]:
    floor = Floor(packs_of(FLAT, "robot:R1", packs)).open()
    floor.order("T1", (FLAT, 1))
    return floor, floor.r1


@pytest.mark.parametrize(
    ("outcome", "account", "standing", "line"),
    [
        ("delivered", "tote:T1-1", "in_tote", (0, 1, 0)),
        ("not_moved", "robot:R1", "claimed", (1, 0, 0)),
        ("missing", "robot:R1", "held", (0, 0, 1)),
        ("dropped", "written-off", "written_off", (0, 0, 1)),
        ("ejected", "quarantine", "quarantined", (0, 0, 1)),
        ("unknown", "robot:R1", "claimed", (1, 0, 0)),
        ("counted", "robot:R1", "claimed", (1, 0, 0)),
        ("a word of the next version", "robot:R1", "claimed", (1, 0, 0)),
    ],
)
def test_each_outcome_of_a_pack(outcome: str, account: str, standing: str, line: tuple[int, int, int]) -> None:
    """`line` is (in work, gathered, still wanted). What never moved is bound again at once."""
    floor, robot = _floor()
    task = robot.only()
    robot.begin(task)
    robot.end(task, "completed" if outcome == "delivered" else "incomplete", p1=outcome)
    assert floor.account(PACK) == account
    assert floor.standing(PACK) == standing
    row = floor.row("T1").lines[0]
    assert (row.in_work, row.gathered, row.wanted) == line
    assert bool(floor.core.state.doubts) == (outcome in ("unknown", "a word of the next version"))
    floor.sound()


def test_a_word_of_another_kind_of_command_is_no_outcome() -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.event(act.PackStored(task.task_id, PACK, "A-01-001"))
    assert (floor.account(PACK), floor.standing(PACK)) == ("robot:R1", "claimed")
    robot.end(task, p1="stored")
    assert [doubt.pack_id for doubt in floor.core.state.doubts.values()] == [PACK]
    assert floor.row("T1").lines[0].in_work == 1
    floor.sound()


def test_a_pack_of_which_the_result_says_nothing_is_in_doubt() -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.event(act.CommandFinished(act.ResultReport(task.task_id, "completed")))
    assert task.status == "in_doubt"
    assert floor.claim("FLOOR") is not None


def test_a_lost_pack_is_replaced_by_another() -> None:
    _, robot = _floor(packs=2)
    robot.end(robot.only(), "incomplete", p1="dropped")
    assert [step.pack_id for step in robot.only().steps] == ["012.R1.OLD.2"]


def test_every_report_has_its_effect_once() -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.begin(task)
    robot.deliver(task, PACK)
    robot.deliver(task, PACK)
    robot.end(task)
    robot.end(task)
    assert floor.row("T1").lines[0].gathered == 1
    assert len([posting for posting in floor.rows.postings if posting.reason == "picked"]) == 1
    floor.sound()


@pytest.mark.parametrize("refusal", ["expired", "queue_full", "state_forbids"])
def test_a_refused_tour_frees_its_packs_and_is_not_repeated_at_once(refusal: str) -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.event(act.CommandRefused(task.task_id, refusal, ""))
    assert floor.rows.tasks[task.task_id].status == "refused"
    assert floor.standing(PACK) == "available"
    assert not robot.open_tasks()
    floor.wait(10.0, robot)
    assert robot.only().task_id != task.task_id


@pytest.mark.parametrize("refusal", ["lower_epoch", "other_generation", "retained", "same_id_other_content"])
def test_a_refused_copy_says_nothing_of_the_copy_that_is_taken_after_it(refusal: str) -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.event(act.CommandRefused(task.task_id, refusal, "an older copy"))
    assert floor.standing(PACK) == "claimed"
    robot.begin(task)
    robot.deliver(task, PACK)
    robot.end(task)
    assert floor.account(PACK) == "tote:T1-1"
    assert len(floor.rows.tasks) == 1
    floor.sound()


@pytest.mark.parametrize("refusal", ["unknown_pack", "wrong_pack"])
def test_a_pack_that_the_robot_does_not_know_is_held(refusal: str) -> None:
    floor, robot = _floor()
    robot.event(act.CommandRefused(robot.only().task_id, refusal, ""))
    assert floor.standing(PACK) == "held"
    assert floor.row("T1").lines[0].wanted == 1
    floor.sound()


def test_a_wrong_code_at_the_output_is_for_a_person_whatever_the_robot_says_after_it() -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.begin(task)
    robot.event(act.PackDelivered(task.task_id, 1, PACK, TALL, "OUT-1", "T1-1"))
    assert task.status == "running"
    robot.deliver(task, PACK)
    robot.end(task)
    robot.journal(act.JournalLine(task.task_id, "running", None, None))
    assert floor.account(PACK) == "robot:R1"
    assert floor.row("T1").lines[0].gathered == 0
    job = floor.claim("FLOOR")
    assert job is not None
    assert job["kind"] == "settle"
    floor.sound()


def test_a_pack_in_the_wrong_tote_is_in_doubt() -> None:
    floor, robot = _floor()
    task = robot.only()
    robot.event(act.PackDelivered(task.task_id, 1, PACK, FLAT, "OUT-1", "T9-1"))
    assert [doubt.pack_id for doubt in floor.core.state.doubts.values()] == [PACK]
    assert floor.rows.actions("pack.mismatch")


def test_another_robots_word_about_a_command_is_not_believed() -> None:
    floor, robot = _floor()
    task = robot.only()
    floor.r2.event(act.CommandFinished(robot.result(task)))
    assert task.status == "issued"
    assert floor.account(PACK) == "robot:R1"


def test_a_command_that_nobody_gave_is_written_down() -> None:
    floor, robot = _floor()
    robot.event(act.CommandStarted("X-1"))
    assert [entry.data["command_id"] for entry in floor.rows.actions("report.of_unknown_command")] == ["X-1"]


@pytest.mark.parametrize("kind", ["hold", "resume", "home"])
def test_a_person_commands_a_robot(kind: str) -> None:
    floor, robot = _floor()
    floor.do(act.CommandRobot("R1", kind, "because", "engineer"))
    assert floor.commands[-1].kind == kind
    task = robot.only(TaskKind(kind))
    robot.end(task)
    assert floor.rows.tasks[task.task_id].status == "completed"
    assert floor.rows.actions("robot.commanded")[0].actor == "engineer"
