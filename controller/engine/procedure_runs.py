"""Who is at a robot or in it, for all who must not start the robot meanwhile."""

from controller.domain.errors import Conflict
from controller.domain.maintenance import ProcedureRun
from controller.engine import works
from controller.engine.turn import Turn
from controller.faults.procedure_table import procedure_for
from controller.faults.procedures import AREA_EMPTY, RUNNING, missing


def open_run(turn: Turn, robot: str) -> ProcedureRun | None:
    """There is never more than one at a robot."""
    return next((run for run in turn.state.procedure_runs.values() if run.robot == robot), None)


def robot_at(run: ProcedureRun) -> str | None:
    """The step that the robot is at."""
    return run.steps[-1].step if run.steps and run.steps[-1].result == RUNNING else None


def is_proving(run: ProcedureRun) -> bool:
    """Whether its travel area has been seen empty, so that it may move at any moment."""
    procedure = procedure_for(run.procedure)
    return procedure.step(AREA_EMPTY) is not None and all(
        step.step != AREA_EMPTY for step in missing(procedure, run.steps)
    )


def refuse_while_inside(turn: Turn, robot: str, what: str, by: str | None = None) -> None:
    """Conflict where somebody may be inside the robot. `by` may move it who has the procedure, while alone there."""
    people = works.inside(turn, robot)
    if people:
        raise Conflict(f"no {what}: {', '.join(people)} is at work in {robot}. Wait until the job is finished")
    run = open_run(turn, robot)
    if run is not None and run.begun_by != by:
        raise Conflict(
            f"no {what}: {run.begun_by} is at {robot} with procedure {run.run_id} ({run.procedure}). Finish it first"
        )
