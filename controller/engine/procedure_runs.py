"""The procedure that is under way at a robot, for all who must not start the robot meanwhile."""

from controller.domain.errors import Conflict
from controller.domain.maintenance import ProcedureRun
from controller.engine.turn import Turn


def open_run(turn: Turn, robot: str) -> ProcedureRun | None:
    """There is never more than one at a robot."""
    return next((run for run in turn.state.procedure_runs.values() if run.robot == robot), None)


def refuse_while_inside(turn: Turn, robot: str, what: str) -> None:
    """Conflict where somebody may be inside the robot: only the procedure itself moves it then."""
    run = open_run(turn, robot)
    if run is not None:
        raise Conflict(
            f"no {what}: {run.begun_by} is at {robot} with procedure {run.run_id} ({run.procedure}). Finish it first"
        )
