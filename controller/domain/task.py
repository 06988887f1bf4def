"""What one robot does: one task is one command, with the packs that are bound to it."""

import enum
from dataclasses import dataclass, field

TEST_PICK = "test"
"""Target of a relocation that only shows whether the robot can pick."""


class TaskKind(enum.StrEnum):
    PICK = "pick"
    STORE = "store"
    REJECT = "reject"
    EJECT = "eject"
    RESUME = "resume"
    HOLD = "hold"
    CANCEL = "cancel"
    HOME = "home"
    RELOCATE = "relocate"
    COUNT = "count"
    CALIBRATE = "calibrate"
    SELF_TEST = "self_test"
    JOG = "jog"
    SET_MODE = "set_mode"
    SET_PARAMETERS = "set_parameters"


class TaskStatus(enum.StrEnum):
    ISSUED = "issued"
    """Committed and sent, or about to be; the robot has not answered."""
    ACCEPTED = "accepted"
    RUNNING = "running"
    IN_DOUBT = "in_doubt"
    """The robot moved or may have moved, and the outcome is unknown. Nothing of it is repeated."""
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    ABORTED = "aborted"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    VOID = "void"
    """The robot's journal proves that it was never accepted, and its generation is over."""

    @property
    def final(self) -> bool:
        return self not in (TaskStatus.ISSUED, TaskStatus.ACCEPTED, TaskStatus.RUNNING, TaskStatus.IN_DOUBT)


class StepStatus(enum.StrEnum):
    """What is known of one pack of a task."""

    BOUND = "bound"
    GRIPPED = "gripped"
    DONE = "done"
    """Delivered, stored or ejected, as asked."""
    RELEASED = "released"
    """Never moved; free again for another task."""
    LOST = "lost"
    """Missing or dropped; held or written off."""
    IN_DOUBT = "in_doubt"
    SETTLED = "settled"
    """Was in doubt; a person or the robot's journal said what had become of it."""


@dataclass(slots=True)
class Step:
    pack_id: str
    item: int
    line: int | None = None
    """Number of the order line that it serves."""
    status: StepStatus = StepStatus.BOUND


@dataclass(slots=True)
class Task:
    task_id: str
    """Also the command id."""
    kind: TaskKind
    robot: str
    generation: int
    epoch: int
    """Of the controller that sent it last; the one that made it stands in its id."""
    issued_at: float
    valid_for_s: float
    steps: list[Step] = field(default_factory=list)
    order_ref: str | None = None
    tote_id: str | None = None
    output: str | None = None
    offer_id: str | None = None
    """store and reject: the offer that they answer."""
    target: str | None = None
    """cancel: the task that it ends; count: the shelf; calibrate: the axis; set_mode: the mode; jog: axis and mm
    (`x:-5`); set_parameters: version and values (`7 x_offset_mm=0.5 …`); relocate: TEST_PICK where any place
    will do."""
    reason: str | None = None
    status: TaskStatus = TaskStatus.ISSUED
    attempt: int = 0
    sent_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    cancel_asked: bool = False
