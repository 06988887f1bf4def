"""What a robot's journal knows of a command that we hold open: same, finished meanwhile, or never seen (RC-20)."""

from controller.domain.robot import Robot, Trust
from controller.domain.task import StepStatus, Task, TaskStatus
from controller.engine import doubts, tasks
from controller.engine.actions import JournalLine
from controller.engine.turn import Turn


def give(turn: Turn, robot: Robot, line: JournalLine) -> None:
    """What the robot's journal knows of one open command (RC-20). A journal that we do not know cannot tell."""
    task = turn.state.tasks.get(line.command_id)
    if task is None or task.robot != robot.robot or robot.trust is Trust.QUARANTINED:
        return
    match line.phase:
        case "finished" if line.result is not None:
            tasks.finished(turn, task, line.result)
            _spoke(turn, task)
        case "refused":
            tasks.refused(turn, task, line.refusal or "refused", "said by the journal")
        case "accepted" | "running" if task.generation == robot.generation:
            tasks.still_under_way(turn, task, line.phase)
        case "unknown" if not only_people_can_tell(task):
            _never_seen(turn, robot, task)


def only_people_can_tell(task: Task) -> bool:
    """The journal has spoken, and what is left open is for a person: it does not keep the robot waiting."""
    return task.reason == doubts.JOURNAL_SPOKE


def _never_seen(turn: Turn, robot: Robot, task: Task) -> None:
    """The journal has no such id. In an old generation that settles it: the robot refuses any late copy.

    In the present one the command may still be on its way: it is sent again, with the same id, or ended by a cancel
    that the robot remembers.
    """
    if task.generation != robot.generation:
        tasks.void(turn, task, "the robot never took it, and refuses what was meant for its earlier life")
    elif task.status in (TaskStatus.ACCEPTED, TaskStatus.RUNNING):
        tasks.leave_to_people(turn, task, "the robot took the command and its journal does not know it")
    elif task.status is TaskStatus.IN_DOUBT and any(step.status is not StepStatus.IN_DOUBT for step in task.steps):
        # A person has found one of its packs: sent again, the command would move that one as well.
        tasks.ask_cancel(turn, task)
        tasks.leave_to_people(turn, task, "the rest of its command was settled by a person")
    elif task.status is TaskStatus.IN_DOUBT:
        tasks.still_under_way(turn, task, "issued")
        task.status = TaskStatus.ISSUED
        tasks.send(turn, task)


def _spoke(turn: Turn, task: Task) -> None:
    if not task.status.final:
        task.reason = doubts.JOURNAL_SPOKE
        turn.changes.tasks[task.task_id] = task
