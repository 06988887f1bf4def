"""The technician's work: guided procedures, and what the robot does for them.

While a procedure is open its robot is out of work, and nobody else can move it. A command step is written down as
running with the person who asked for it, and once more with the robot's own result; a robot that is proven fit goes
back as `returns` says.
"""

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.maintenance import ProcedureRun, StepDone
from controller.domain.robot import Robot
from controller.domain.task import Task, TaskKind, TaskStatus
from controller.domain.withdrawal import HowOut
from controller.engine import actions as act
from controller.engine import downtime, faulting, profiles, returns, trial_picks
from controller.engine.by_hand import AUTOMATIC, MAINTENANCE, check_mode, issue, set_mode
from controller.engine.procedure_runs import open_run, refuse_while_inside, robot_at
from controller.engine.turn import Turn
from controller.faults.catalogue import CAUSES
from controller.faults.procedure_table import PROCEDURES, procedure_for
from controller.faults.procedures import (
    AREA_EMPTY,
    FAILED,
    OK,
    RUNNING,
    Part,
    Procedure,
    ProcedureStep,
    RobotDoes,
    missing,
    next_step,
    repairs,
)

RETURNED, NOT_CURED, ABANDONED = "returned_to_service", "not_cured", "abandoned"
KEY_INSIDE = "key_inside"
"""The step in which a person takes the key along; who takes it over says the same."""
OUTCOMES = (RETURNED, NOT_CURED, ABANDONED)
DOOR_OPENED = "robot.door_opened"
MEASURED = "robot.calibration_measured"

_KINDS = {
    RobotDoes.RESUME: TaskKind.RESUME,
    RobotDoes.HOME: TaskKind.HOME,
    RobotDoes.SELF_TEST: TaskKind.SELF_TEST,
    RobotDoes.CALIBRATE: TaskKind.CALIBRATE,
}


# ---- procedures -------------------------------------------------------------------------------------------


def begin(turn: Turn, action: act.BeginProcedure) -> dict[str, object]:
    """Conflict where one is open at the robot, NotFound for a fault or code that is unknown."""
    robot = turn.state.robot(action.robot)
    known = open_run(turn, robot.robot)
    if known is not None:
        raise Conflict(f"{known.begun_by} has procedure {known.run_id} open at {robot.robot}: finish it first")
    code = action.code
    if action.fault_id is not None:
        fault = turn.state.faults.get(action.fault_id)
        if fault is None or fault.robot != robot.robot:
            raise NotFound(f"no fault {action.fault_id} at {robot.robot} in the last 7 days")
        code = fault.code
    elif code not in PROCEDURES:
        raise NotFound(f"no procedure is called {code}")
    procedure = procedure_for(code or "")
    run = ProcedureRun(turn.ids.new("P"), code or "", robot.robot, turn.now, action.actor, action.fault_id)
    turn.state.procedure_runs[run.run_id] = run
    turn.changes.procedure_runs[run.run_id] = run
    turn.changes.note(
        action.actor, "procedure.begun", f"robot:{robot.robot}", run_id=run.run_id, procedure=run.procedure,
        title=procedure.title, fault_id=run.fault_id,
    )  # fmt: skip
    return describe(run)


def take_step(turn: Turn, action: act.TakeStep) -> dict[str, object]:
    """One step. Conflict where it is not its turn, Invalid where the result is none of that step's."""
    run = _run(turn, action.run_id)
    procedure = procedure_for(run.procedure)
    step = procedure.step(action.step)
    if step is None:
        raise NotFound(f"{run.procedure} has no step {action.step}: {', '.join(each.step for each in procedure.steps)}")
    if robot_at(run) is not None:
        raise Conflict(f"the robot is at step {robot_at(run)}: wait until it has ended")
    _in_order(procedure, step, run)
    if step.does is not None:
        if action.result is not None:
            raise Invalid(f"the result of {step.step} comes from the robot: leave it out")
        _let_robot(turn, run, step, action.actor)
    elif action.result not in step.results():
        raise Invalid(f"{step.step} ends with one of: {', '.join(step.results())}")
    else:
        if step.step == AREA_EMPTY:
            _has_the_key(run, action.actor)
        write_step(turn, run, step.step, action.actor, action.result, action.note)
    return describe(run)


def finish(turn: Turn, action: act.FinishProcedure) -> dict[str, object]:
    """End the run. Back to work only once the pass criterion is met, or for a reason that somebody answers for.

    No reason stands in for a look along the travel area: Conflict where that is lacking.
    """
    run = _run(turn, action.run_id)
    procedure = procedure_for(run.procedure)
    if action.outcome not in OUTCOMES:
        raise Invalid(f"a procedure ends as one of: {', '.join(OUTCOMES)}")
    lacking = [step.step for step in missing(procedure, run.steps)] if action.outcome == RETURNED else []
    if lacking and not action.override:
        raise Conflict(f"not fit for work yet: {', '.join(lacking)}. Do these, or give a reason to override")
    if AREA_EMPTY in lacking and run.robot in turn.state.withdrawn:
        raise Conflict(f"{run.robot} does not move before {AREA_EMPTY}: no reason overrides that")
    robot = turn.state.robots[run.robot]
    turn.state.workshop.tests.pop(run.robot, None)
    run.ended_at, run.ended_by, run.outcome = turn.now, action.actor, action.outcome
    del turn.state.procedure_runs[run.run_id]
    turn.changes.procedure_runs[run.run_id] = run
    turn.changes.note(
        action.actor, "procedure.finished", f"robot:{run.robot}", run_id=run.run_id, procedure=run.procedure,
        outcome=run.outcome, not_done=lacking, override=action.override if lacking else None, fault_id=run.fault_id,
    )  # fmt: skip
    _write_finding(turn, run, procedure, action.actor)
    if procedure.takes_out and robot.robot in turn.state.withdrawn:
        if action.outcome == RETURNED:
            returns.begin(turn, turn.state.withdrawn[robot.robot], action.actor)
            set_mode(turn, robot, AUTOMATIC)
        else:
            set_mode(turn, robot, MAINTENANCE)
    return describe(run)


def describe(run: ProcedureRun) -> dict[str, object]:
    """The run as an answer: what comes next, and what still lacks."""
    procedure = procedure_for(run.procedure)
    coming = next_step(procedure, run.steps) if run.ended_at is None else None
    lacking = [step.step for step in missing(procedure, run.steps)]
    return {
        "run_id": run.run_id,
        "robot": run.robot,
        "procedure": run.procedure,
        "outcome": run.outcome,
        "running": robot_at(run),
        "next": coming.step if coming is not None else None,
        "missing": lacking,
        "fit": not lacking,
    }


# ---- what robots tell -------------------------------------------------------------------------------------


def noted(turn: Turn, robot: Robot, fact: act.Noted) -> None:
    """What the robot measured at its reference marks; a door that is opened where the travel area was seen empty."""
    if fact.action == DOOR_OPENED:
        _door_opened(turn, robot)
    elif fact.action == MEASURED:
        axes = turn.state.workshop.measured.setdefault(robot.robot, {})
        axis, off_mm = str(fact.data["axis"]), float(str(fact.data["deviation_mm"]))
        axes[axis] = (off_mm, turn.now)
        profiles.measured(turn, robot.robot, axis, off_mm)


# ---- time -------------------------------------------------------------------------------------------------


def tend(turn: Turn) -> None:
    """Write down what robots did for open procedures, go on with test picks, and bring back what is fit."""
    state = turn.state
    for run in list(state.procedure_runs.values()):
        step = robot_at(run)
        if step is not None:
            _watch(turn, run, step)
    returns.tend(turn)


def write_step(turn: Turn, run: ProcedureRun, step: str, actor: str, result: str, note: str = "") -> None:
    """One line of the run, and of the journal."""
    run.steps.append(StepDone(step, turn.now, actor, result, note))
    turn.changes.procedure_runs[run.run_id] = run
    turn.changes.note(
        actor, "procedure.step", f"robot:{run.robot}", run_id=run.run_id, procedure=run.procedure, step=step,
        result=result, note=note, fault_id=run.fault_id,
    )  # fmt: skip


# ---- inside -----------------------------------------------------------------------------------------------


def _let_robot(turn: Turn, run: ProcedureRun, step: ProcedureStep, actor: str) -> None:
    robot = turn.state.robots[run.robot]
    if step.does is not RobotDoes.TAKE_OUT:
        refuse_while_inside(turn, robot.robot, step.step, by=run.begun_by)
    if step.does is RobotDoes.TAKE_OUT:
        if robot.withdrawn is None:
            why = f"procedure {run.procedure}"
            downtime.take_out(turn, act.TakeOut(robot.robot, HowOut.STOP, why, actor))
        set_mode(turn, robot, MAINTENANCE)
    elif step.does is RobotDoes.TEST_PICKS:
        trial_picks.start(turn, robot, run.run_id, step.step)
        set_mode(turn, robot, AUTOMATIC)
    elif step.does is not None:
        check_mode(robot)
        issue(turn, robot, _KINDS[step.does], f"{run.run_id}/{step.step}", step.axis)
    write_step(turn, run, step.step, actor, RUNNING)


def _watch(turn: Turn, run: ProcedureRun, name: str) -> None:
    """A step that the robot is at: its end, as the robot tells it."""
    step = procedure_for(run.procedure).step(name)
    if step is None:
        return
    robot, actor = turn.state.robots[run.robot], run.steps[-1].by
    if step.does is RobotDoes.TAKE_OUT:
        if robot.withdrawn is not None and (robot.mode == MAINTENANCE or _stands_still(robot)):
            write_step(turn, run, name, actor, OK)
    elif step.does is RobotDoes.TEST_PICKS:
        verdict = trial_picks.go_on(turn, robot)
        if verdict is not None:
            passed, note = verdict
            write_step(turn, run, name, actor, OK if passed else FAILED, note)
            if not passed:
                set_mode(turn, robot, MAINTENANCE)
    else:
        key = f"{run.run_id}/{name}"
        for task in list(turn.changes.tasks.values()):
            if task.robot == robot.robot and task.reason == key and task.status.final:
                write_step(turn, run, name, actor, *_result(turn, step, task))
                return


def _result(turn: Turn, step: ProcedureStep, task: Task) -> tuple[str, str]:
    if task.status is not TaskStatus.COMPLETED:
        return FAILED, f"the robot ended it as {task.status}"
    if step.does is not RobotDoes.CALIBRATE:
        return OK, ""
    measured = turn.state.workshop.measured.get(task.robot, {}).get(step.axis or "")
    if measured is None or measured[1] < task.issued_at:
        return FAILED, "the robot told no measure"
    return f"{measured[0]:g}", f"mm off on {step.axis}"


def _door_opened(turn: Turn, robot: Robot) -> None:
    """Whoever has seen the travel area empty has not seen who has gone in since."""
    returns.forget(turn, robot.robot)
    run = open_run(turn, robot.robot)
    seen = None if run is None else next((each for each in reversed(run.steps) if each.step == AREA_EMPTY), None)
    if run is not None and seen is not None and seen.result == OK:
        write_step(turn, run, AREA_EMPTY, f"robot:{robot.robot}", FAILED, "its door was opened again")


def _has_the_key(run: ProcedureRun, actor: str) -> None:
    """Conflict where somebody else took the key inside: nobody can say of another that he has come out."""
    taken = next((each.by for each in reversed(run.steps) if each.step == KEY_INSIDE and each.result == OK), actor)
    if taken != actor:
        raise Conflict(
            f"{taken} has the key to {run.robot}: only {taken} says that the area is empty, or hands it over"
        )


def _in_order(procedure: Procedure, step: ProcedureStep, run: ProcedureRun) -> None:
    """What makes it safe comes first; what moves the robot comes after its area was seen empty."""
    lacking = missing(procedure, run.steps)
    unsafe = [each.step for each in lacking if each.part is Part.SAFE]
    if step.part is not Part.SAFE and unsafe:
        raise Conflict(f"first: {', '.join(unsafe)}")
    proofs = [each for each in procedure.steps if each.part is Part.PROVE]
    if step in proofs:
        before = [each.step for each in proofs[: proofs.index(step)] if each in lacking]
        if before:
            raise Conflict(f"first: {', '.join(before)}")


def _write_finding(turn: Turn, run: ProcedureRun, procedure: Procedure, actor: str) -> None:
    """The last repair is what cured it, where the run says that it is cured."""
    done = repairs(procedure, run.steps)
    if run.outcome != RETURNED or not done or run.fault_id not in turn.state.faults:
        return
    cause = done[-1].cause
    if cause in CAUSES:
        faulting.found(turn, act.RecordFinding(run.fault_id or "", cause or "", done[-1].remedy or "", actor))


def _stands_still(robot: Robot) -> bool:
    return any(fault.level <= 2 for fault in robot.faults.values())


def _run(turn: Turn, run_id: str) -> ProcedureRun:
    run = turn.state.procedure_runs.get(run_id)
    if run is None:
        raise NotFound(f"no procedure {run_id} is open")
    return run
