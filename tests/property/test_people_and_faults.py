"""People, faults, doors, links and restarts in any order: nobody is moved at, nothing that is held leaves, all ends."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from controller.domain.doubt import Finding
from controller.domain.errors import NightshiftError
from controller.domain.order import OrderClass
from controller.domain.product import Zone
from controller.domain.robot import RobotFault, Trust
from controller.domain.task import StepStatus, Task, TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut, Stage
from controller.domain.work import WorkKind, WorkStatus
from controller.engine import actions as act
from controller.engine.technician import describe
from controller.engine.turn import can_work
from controller.faults.procedure_table import procedure_for
from tests.support.cores import COMMANDS, FLAT, TALL, Floor, StandInRobot, packs_of

ALL = (*COMMANDS, "relocate", "count", "calibrate", "self_test", "set_mode", "set_parameters", "jog")
SHELVES = (("A-01", 60.0), ("A-02", 60.0))
MOVES = frozenset({"pick", "home", "count", "relocate", "resume", "eject", "jog", "self_test", "calibrate"})
CODES = (("AXX-01", 2), ("GRP-10", 3), ("FRG-60", 1), ("AXC-08", 1), ("VAC-14", 3), ("IDN-31", 1))
WORKERS = ("Bob", "Cid", "Dee")

ROBOTS_DO = (
    "raise", "clear", "clear", "lost", "boot", "arrive", "door", "shut", "reset", "obey", "obey", "refuse", "restart",
)  # fmt: skip
PEOPLE_DO = (
    "order", "order", "order", "out", "back", "back", "command", "begin", "step", "step", "finish", "claim", "claim",
    "done", "done", "hold", "release", "case", "decide", "recall", "close", "cancel", "wait", "wait",
)  # fmt: skip
happenings = st.tuples(
    st.one_of(st.sampled_from(ROBOTS_DO), st.sampled_from(PEOPLE_DO)),
    st.sampled_from(["r1", "r2"]),
    st.integers(0, 5),
)


@dataclass
class Machine(StandInRobot):
    """Says in each state report which of its faults stand."""

    standing: dict[str, RobotFault] = field(default_factory=dict)

    def next_state(self, **changed: Any) -> act.RobotState:
        return super().next_state(**{"faults": tuple(self.standing.values()), **changed})


@dataclass
class Day:
    floor: Floor
    machines: dict[str, Machine]
    numbers: int = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers


def _centre(begun: int) -> Day:
    """From 1 on R1 stands and an order waits for what it alone has; from 2 on Bob is in there for it."""
    floor = Floor([*packs_of(TALL, "robot:R1", 6), *packs_of(FLAT, "robot:R2", 6), *packs_of(FLAT, "robot:R1", 2)])
    first, second = Machine(floor, "R1", Zone.AMBIENT), Machine(floor, "R2", Zone.AMBIENT)
    floor.r1, floor.r2 = first, second
    floor.open()
    for robot in (first, second):
        floor.tell(robot.factsheet(commands=ALL, shelves=SHELVES))
    day = Day(floor, {"r1": first, "r2": second})
    if begun:
        _robot(day, "raise", "r1", 0)
        floor.order("D1", (TALL, 1), order_class=OrderClass.DISCHARGE)
        floor.wait(2400.0, first, second, floor.r3)
    if begun > 1:
        floor.do(act.ClaimWork("FLOOR", "Bob"))
    return day


# ---- what robots do -----------------------------------------------------------------------------------------


def _robot(day: Day, what: str, name: str, number: int) -> None:
    floor, robot = day.floor, day.machines[name]
    code, level = CODES[number]
    match what:
        case "raise":
            told = RobotFault(f"{robot.name}-{day.number()}", code, level, floor.now)
            robot.standing[told.occurrence] = told
            robot.event(act.FaultRaised(told))
        case "clear" if robot.standing:
            robot.event(act.FaultCleared(robot.standing.popitem()[0]))
        case "lost":
            floor.tell(robot.presence("lost"))
        case "boot":
            robot.boot()
            _arrive(robot)
        case "arrive":
            _arrive(robot)
        case "door":
            robot.event(act.Noted("robot.door_opened", {"door": "D1"}))
        case "shut":
            robot.event(act.Noted("robot.door_closed", {"door": "D1"}))
        case "reset":
            who = WORKERS[number % 3]
            pressed: dict[str, object] = {"who": who, "what": "reset", "action_id": f"A{day.number()}", "pack_id": None}
            robot.event(act.Noted("robot.local_action", pressed))
        case "obey":
            _obey(robot, "missing" if number == 0 else "")
        case "refuse":
            for task in list(robot.open_tasks()):
                robot.event(act.CommandRefused(task.task_id, "expired", "late"))
        case "restart":
            floor.restart()
            floor.tell(act.LinkChanged(True))


def _arrive(robot: StandInRobot) -> None:
    lines = [act.JournalLine(task.task_id, "unknown", None, None) for task in robot.open_tasks()]
    robot.arrive(*lines)


def _obey(robot: StandInRobot, outcome: str) -> None:
    """It does what it was asked, or does not find the first pack."""
    if robot.trust() is not Trust.READY:
        return
    for task in list(robot.open_tasks()):
        if task.kind is TaskKind.SET_MODE:
            robot.event(act.ModeChanged(task.target or "", "controller"))
        open_steps = [step for step in task.steps if step.status in (StepStatus.BOUND, StepStatus.GRIPPED)]
        said = {f"p{step.item}": _done(task) for step in open_steps}
        if outcome and said:
            said[min(said)] = outcome
        robot.end(task, "completed", **said)


def _done(task: Task) -> str:
    return {TaskKind.RELOCATE: "relocated", TaskKind.EJECT: "ejected"}.get(task.kind, "delivered")


# ---- what people do -----------------------------------------------------------------------------------------


def _asked(day: Day, what: str, robot: str, number: int) -> act.Request | None:
    state = day.floor.core.state
    who = WORKERS[number % 3]
    run = next((run for run in state.procedure_runs.values() if run.robot == robot), None)
    gtin = (TALL, FLAT)[number % 2]
    match what:
        case "out":
            return act.TakeOut(robot, HowOut.STOP if number % 2 else HowOut.DRAIN, "belt", who)
        case "back":
            return act.PutBack(robot, "well", who, travel_area_empty=True)
        case "command":
            return act.CommandRobot(robot, ("hold", "resume", "home")[number % 3], "why", who)
        case "begin":
            return act.BeginProcedure(robot, who, None, CODES[number][0])
        case "finish" if run is not None:
            outcome = ("returned_to_service", "not_cured")[number % 2]
            return act.FinishProcedure(run.run_id, outcome, who, override="the ward waits" if number > 2 else None)
        case "hold":
            return act.HoldStock(gtin, "OLD", "looked odd", who)
        case "release":
            return act.ReleaseStock(gtin, "OLD", "is well", who)
        case "case":
            return act.QuarantinePlace(robot, "water", who)
        case "recall":
            return act.StartRecall(gtin, "OLD", 2, "glass", who)
        case "close":
            return next((act.CloseRecall(each.recall_id, "done", who) for each in state.recalls.values()), None)
        case "cancel":
            return next((act.CancelOrder(reference, "why", "ward") for reference in state.orders), None)
    return None


def _person(day: Day, what: str, name: str, number: int) -> None:
    floor, robot = day.floor, name.upper()
    state, who = floor.core.state, WORKERS[number % 3]
    match what:
        case "wait":
            floor.wait((20.0, 60.0, 400.0, 1500.0, 3000.0, 5.0)[number], *_heard(floor))
        case "order":
            order_class = OrderClass.DISCHARGE if number % 2 else OrderClass.ROUTINE
            with suppress(NightshiftError):
                floor.order(f"T{day.number()}", ((TALL, FLAT)[number % 2], 1 + number % 2), order_class=order_class)
        case "step":
            for run in list(state.procedure_runs.values()):
                _take_next_step(floor, run.run_id, who, number)
        case "claim":
            for station in ("FLOOR", "CHECK", "DOCK"):
                floor.do(act.ClaimWork(station, who))
        case "done":
            _finish_jobs(floor, who)
        case "decide":
            _decide(floor)
        case _:
            action = _asked(day, what, robot, number)
            if action is not None:
                with suppress(NightshiftError):
                    floor.do(action)


def _heard(floor: Floor) -> list[StandInRobot]:
    return [robot for robot in (floor.r1, floor.r2, floor.r3) if robot.trust() in (Trust.READY, Trust.GREETING)]


def _take_next_step(floor: Floor, run_id: str, who: str, number: int) -> None:
    run = floor.core.state.procedure_runs[run_id]
    step = procedure_for(run.procedure).step(str(describe(run)["next"]))
    if step is None:
        return
    results = step.results()
    with suppress(NightshiftError):
        floor.do(act.TakeStep(run_id, step.step, results[number % len(results)] if results else None, who))


def _finish_jobs(floor: Floor, who: str) -> None:
    for work in list(floor.core.state.works.values()):
        if work.worker != who or work.status is not WorkStatus.TAKEN:
            continue
        findings: tuple[tuple[str, Finding], ...] = ()
        if work.kind is WorkKind.SETTLE:
            findings = tuple((pack_id, Finding.IN_ROBOT) for pack_id in work.pack_ids)
        moved = () if work.kind in (WorkKind.CHECK, WorkKind.LOAD) else tuple(work.pack_ids)
        with suppress(NightshiftError):
            floor.do(act.FinishWork(work.work_id, who, moved=moved, findings=findings))


def _decide(floor: Floor) -> None:
    for entry in floor.rows.actions("quarantine.opened"):
        with suppress(NightshiftError):
            case = str(entry.subject).removeprefix("quarantine:")
            floor.do(act.DecideQuarantine(case, False, "is well", "Quinn"))


# ---- what must hold -----------------------------------------------------------------------------------------


def _look(floor: Floor, sent: int) -> None:
    """Nothing was sent that moves a robot in which somebody fetches packs, or that somebody has taken out."""
    state = floor.core.state
    for task in floor.commands[sent:]:
        inside = [
            work.worker
            for work in state.works.values()
            if (work.robot, work.kind, work.status) == (task.robot, WorkKind.HAND_PICK, WorkStatus.TAKEN)
        ]
        assert task.kind.value not in MOVES or task.attempt > 1 or not inside, (task.kind, task.robot, inside)
    for withdrawal in state.withdrawn.values():
        assert withdrawal.stage is Stage.OUT or withdrawal.confirmed_by, "it is on its way back and nobody said so"
    for pack in floor.rows.packs.values():
        assert pack.hold is None or not pack.account.startswith("dispatched"), f"{pack} has left"


def _make_peace(day: Day) -> None:
    """Everything is cured, everybody comes out, and who has to decide decides."""
    floor = day.floor
    for _ in range(14):
        floor.tell(act.LinkChanged(True))
        for name, robot in day.machines.items():
            while robot.standing:
                _robot(day, "clear", name, 0)
            if robot.trust() is not Trust.READY:
                _arrive(robot)
            _robot(day, "shut", name, 0)
        for who in (*WORKERS, *WORKERS):
            _person(day, "claim", "r1", WORKERS.index(who))
            _finish_jobs(floor, who)
        for run in list(floor.core.state.procedure_runs.values()):
            floor.do(act.FinishProcedure(run.run_id, "not_cured", "Ann"))
        _decide(floor)
        for what in ("close", "release", "back", "command"):
            for name, number in (("r1", 4), ("r2", 1)):
                _person(day, what, name, number)
        for robot in day.machines.values():
            if robot.robot.mode != "automatic":
                robot.event(act.ModeChanged("automatic", "panel"))
            _obey(robot, "")
        floor.wait(120.0, floor.r1, floor.r2, floor.r3)


def _left(floor: Floor) -> list[Any]:
    state = floor.core.state
    out = [
        (robot.robot, robot.trust, robot.mode, robot.packml, robot.withdrawn, state.withdrawn.get(robot.robot))
        for robot in state.robots.values()
        if not can_work(robot) and robot.robot != "R3"
    ]
    stuck = [task for task in state.tasks.values() if task.status in (TaskStatus.IN_DOUBT, TaskStatus.RUNNING)]
    jobs = [work for work in state.works.values() if work.robot is not None and work.status is WorkStatus.TAKEN]
    return [*out, *stuck, *state.doubts.values(), *jobs]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([("clear", "r1", 0), ("order", "r1", 0)], 2)
@example([("door", "r1", 0), ("shut", "r1", 0), ("clear", "r1", 0), ("reset", "r1", 1), ("order", "r1", 0)], 2)
@example([("lost", "r1", 0), ("boot", "r1", 0), ("clear", "r1", 0), ("order", "r1", 0)], 2)
@given(st.lists(happenings, min_size=6, max_size=30), st.integers(0, 2))
def test_whatever_people_and_robots_do_nobody_is_hurt_and_nothing_stays_stuck(
    drawn: list[tuple[str, str, int]], begun: int
) -> None:
    day = _centre(begun)
    for what, name, number in drawn:
        sent = len(day.floor.commands)
        _robot(day, what, name, number)
        _person(day, what, name, number)
        _look(day.floor, sent)
    _make_peace(day)
    assert _left(day.floor) == []
    day.floor.sound()
