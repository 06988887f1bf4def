from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from controller.api.answers.tasks import TaskAnswer, task_answer
from controller.api.engine_face import StateView
from controller.api.instants import Instant, instant
from controller.domain.product import Zone
from controller.domain.robot import Robot, RobotFault, Trust


class FaultAnswer(Struct, frozen=True):
    occurrence: str
    code: str
    level: int
    """1 safety or patient, 2 robot down, 3 task fails or degraded, 4 advisory."""
    raised_at: Instant
    command_id: str | None
    location: str | None
    pack_id: str | None
    axis: str | None


class RobotSummary(Struct, frozen=True):
    robot: str
    kind: Zone
    trust: Trust
    mode: str
    packml: int
    """PackML state number of PackTags v3 (ISA TR88.00.02)."""
    queue: int
    """Commands that it has not finished."""
    active_fault: FaultAnswer | None
    """The gravest, the oldest of those."""
    last_report_at: Instant | None


class RobotList(Struct, frozen=True):
    items: list[RobotSummary]


class RobotAnswer(Struct, frozen=True):
    robot: str
    kind: Zone
    trust: Trust
    mode: str
    packml: int
    generation: int
    journal_id: str | None
    applied_seq: int
    gaps: int
    firmware: str
    capacity_packs: int
    packs_reported: int
    input_waiting: int
    max_tour_items: int
    max_queue: int
    outputs: list[str]
    commands: list[str]
    last_report_at: Instant | None
    faults: list[FaultAnswer]
    tasks: list[TaskAnswer]
    """Those that it has not finished, as issued."""


class RobotReceipt(Struct, frozen=True):
    """What the engine says of the request; more fields may follow."""


def open_tasks_by_robot(state: StateView) -> Counter[str]:
    return Counter(task.robot for task in state.tasks.values() if not task.status.final)


def robot_summary(robot: Robot, open_tasks: Mapping[str, int]) -> RobotSummary:
    faults = sorted(robot.faults.values(), key=lambda fault: (fault.level, fault.raised_at))
    return RobotSummary(
        robot=robot.robot,
        kind=robot.kind,
        trust=robot.trust,
        mode=robot.mode,
        packml=robot.packml,
        queue=open_tasks.get(robot.robot, 0),
        active_fault=_fault_answer(faults[0]) if faults else None,
        last_report_at=_heard_at(robot),
    )


def robot_answer(robot: Robot, state: StateView) -> RobotAnswer:
    tasks = [task for task in state.tasks.values() if task.robot == robot.robot and not task.status.final]
    tasks.sort(key=lambda task: (task.issued_at, task.task_id))
    return RobotAnswer(
        robot=robot.robot,
        kind=robot.kind,
        trust=robot.trust,
        mode=robot.mode,
        packml=robot.packml,
        generation=robot.generation,
        journal_id=robot.journal_id,
        applied_seq=robot.applied_seq,
        gaps=robot.gaps,
        firmware=robot.firmware,
        capacity_packs=robot.capacity_packs,
        packs_reported=robot.packs_reported,
        input_waiting=robot.input_waiting,
        max_tour_items=robot.max_tour_items,
        max_queue=robot.max_queue,
        outputs=list(robot.outputs),
        commands=list(robot.commands),
        last_report_at=_heard_at(robot),
        faults=[_fault_answer(fault) for fault in robot.faults.values()],
        tasks=[task_answer(task) for task in tasks],
    )


def _heard_at(robot: Robot) -> str | None:
    return instant(robot.last_report_at) if robot.last_report_at else None


def _fault_answer(fault: RobotFault) -> FaultAnswer:
    return FaultAnswer(
        fault.occurrence,
        fault.code,
        fault.level,
        instant(fault.raised_at),
        fault.command_id,
        fault.location,
        fault.pack_id,
        fault.axis,
    )
