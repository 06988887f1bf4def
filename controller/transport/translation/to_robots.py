"""What the engine decided, as commands to robots."""

from collections.abc import Callable, Sequence

from controller.domain.maintenance import profile_name
from controller.domain.pack import Pack
from controller.domain.task import TEST_PICK, Task, TaskKind
from controller.engine.ports import Question
from controller.protocol import commands
from controller.protocol.vocabulary import Mode, timestamp

QUESTION_VALID_S = 60.0
"""A question that a robot reads later than this is not answered: by then it has been asked again."""


def command_from(task: Task, packs: Sequence[Pack], epoch: int, attempt: int) -> commands.Command:
    """The command that starts `task`; `packs` are those of its steps, in the same order.

    Everything but `epoch` and `attempt` follows from the task alone, so each sending of an id has the same content
    (RC-08). ValueError where the task lacks what its kind needs.
    """
    return commands.Command(
        command_id=task.task_id,
        robot=task.robot,
        generation=task.generation,
        epoch=epoch,
        attempt=attempt,
        issued_at=timestamp(task.issued_at),
        valid_for_s=task.valid_for_s,
        body=_BODIES[task.kind](task, packs),
    )


def question_from(question: Question, command_id: str, epoch: int, now: float) -> commands.Command:
    """The question as a command; ValueError where its kind is none of snapshot, journal, acknowledge."""
    return commands.Command(
        command_id=command_id,
        robot=question.robot,
        generation=question.generation,
        epoch=epoch,
        attempt=1,
        issued_at=timestamp(now),
        valid_for_s=QUESTION_VALID_S,
        body=_question_body(question),
    )


def _needed(task: Task, field: str) -> str:
    value: str | None = getattr(task, field)
    if value is None:
        raise ValueError(f"task {task.task_id} of kind {task.kind} has no {field}")
    return value


def _items(task: Task, packs: Sequence[Pack]) -> tuple[commands.PickItem, ...]:
    return tuple(
        commands.PickItem(
            item=step.item,
            gtin=pack.gtin,
            batch=pack.batch,
            expiry=pack.expiry.isoformat(),
            pack_id=pack.pack_id,
        )
        for step, pack in zip(task.steps, packs, strict=True)
    )


def _pick(task: Task, packs: Sequence[Pack]) -> commands.Pick:
    return commands.Pick(tote_id=_needed(task, "tote_id"), output=_needed(task, "output"), items=_items(task, packs))


def _store(task: Task, packs: Sequence[Pack]) -> commands.Store:
    (pack,) = packs
    return commands.Store(
        offer_id=_needed(task, "offer_id"),
        pack_id=pack.pack_id,
        gtin=pack.gtin,
        batch=pack.batch,
        expiry=pack.expiry.isoformat(),
    )


def _reject(task: Task, packs: Sequence[Pack]) -> commands.Reject:
    return commands.Reject(offer_id=_needed(task, "offer_id"), reason=_needed(task, "reason"))


def _eject(task: Task, packs: Sequence[Pack]) -> commands.Eject:
    return commands.Eject(output=_needed(task, "output"), items=_items(task, packs))


def _relocate(task: Task, packs: Sequence[Pack]) -> commands.Relocate:
    (item,) = _items(task, packs)
    return commands.Relocate(item=item, improve=task.target != TEST_PICK)


def _set_parameters(task: Task, packs: Sequence[Pack]) -> commands.SetParameters:
    version, *values = _needed(task, "target").split(" ")
    pairs = (value.partition("=") for value in values)
    return commands.SetParameters(
        profile=profile_name(task.robot, int(version)),
        version=int(version),
        values={name: float(value) for name, _, value in pairs},
    )


def _jog(task: Task, packs: Sequence[Pack]) -> commands.Jog:
    axis, _, distance_mm = _needed(task, "target").partition(":")
    return commands.Jog(axis=axis, distance_mm=float(distance_mm))


_BODIES: dict[TaskKind, Callable[[Task, Sequence[Pack]], commands.CommandBody]] = {
    TaskKind.PICK: _pick,
    TaskKind.STORE: _store,
    TaskKind.REJECT: _reject,
    TaskKind.EJECT: _eject,
    TaskKind.HOLD: lambda task, packs: commands.Hold(),
    TaskKind.RESUME: lambda task, packs: commands.Resume(),
    TaskKind.HOME: lambda task, packs: commands.Home(),
    TaskKind.RELOCATE: _relocate,
    TaskKind.COUNT: lambda task, packs: commands.CountShelf(shelf=_needed(task, "target")),
    TaskKind.CALIBRATE: lambda task, packs: commands.Calibrate(axis=_needed(task, "target")),
    TaskKind.JOG: _jog,
    TaskKind.SELF_TEST: lambda task, packs: commands.SelfTest(),
    TaskKind.SET_MODE: lambda task, packs: commands.SetMode(mode=Mode(_needed(task, "target"))),
    TaskKind.SET_PARAMETERS: _set_parameters,
    TaskKind.CANCEL: lambda task, packs: commands.Cancel(target=_needed(task, "target")),
}


def _question_body(question: Question) -> commands.CommandBody:
    match question.kind:
        case "snapshot":
            return commands.Snapshot(inventory=question.inventory)
        case "journal":
            return commands.Journal(command_ids=question.command_ids)
        case "acknowledge":
            return commands.Acknowledge(seq=question.seq)
        case other:
            raise ValueError(f"no question is of the kind {other!r}")
