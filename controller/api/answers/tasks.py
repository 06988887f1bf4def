from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus


class StepAnswer(Struct, frozen=True):
    pack_id: str
    item: int
    line: int | None
    status: StepStatus


class TaskAnswer(Struct, frozen=True):
    """What a robot does: one command. `task_id` is the command id."""

    task_id: str
    kind: TaskKind
    robot: str
    status: TaskStatus
    generation: int
    epoch: int
    attempt: int
    issued_at: Instant
    sent_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    order_ref: str | None
    tote_id: str | None
    output: str | None
    target: str | None
    reason: str | None
    cancel_asked: bool
    steps: list[StepAnswer]


class TaskPage(Struct, frozen=True):
    items: list[TaskAnswer]
    next: str | None


def task_answer(task: Task) -> TaskAnswer:
    return TaskAnswer(
        task_id=task.task_id,
        kind=task.kind,
        robot=task.robot,
        status=task.status,
        generation=task.generation,
        epoch=task.epoch,
        attempt=task.attempt,
        issued_at=instant(task.issued_at),
        sent_at=instant_or_none(task.sent_at),
        started_at=instant_or_none(task.started_at),
        finished_at=instant_or_none(task.finished_at),
        order_ref=task.order_ref,
        tote_id=task.tote_id,
        output=task.output,
        target=task.target,
        reason=task.reason,
        cancel_asked=task.cancel_asked,
        steps=[_step_answer(step) for step in task.steps],
    )


def _step_answer(step: Step) -> StepAnswer:
    return StepAnswer(step.pack_id, step.item, step.line, step.status)
