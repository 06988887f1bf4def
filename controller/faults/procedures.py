"""Guided procedures: what a technician does at a robot, step by step, until it is proven fit for work.

A procedure has three parts. What makes it safe is done once and in order. Then each likely cause is looked for; one
that is found is put right. What proves the cure comes last, and counts only where it was done after the last repair:
a robot is never fit because of a test that is older than what was changed in it.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from controller.domain.maintenance import StepDone

OK, FAILED, FOUND, NOT_NEEDED, RUNNING = "ok", "failed", "found", "not_needed", "running"
"""What is written down of a step. RUNNING: the robot was told to do it and has not ended it."""

AREA_EMPTY = "area_empty"
"""The step in which a person has seen that nobody is in the travel area: nothing moves before it, or without it."""
TEST_PICKS = 20
"""So many picks without a failure prove a gripper or an axis (DOMAIN.md, Table B, AXX-03)."""


class StepKind(enum.StrEnum):
    LOOK = "look"
    DO = "do"
    MEASURE = "measure"
    """The robot measures; the number is the result."""
    COMMAND = "command"
    """The robot does it; its own word is the result."""
    CONFIRM = "confirm"
    """A person answers for it by name."""


class Part(enum.StrEnum):
    SAFE = "safe"
    FIND = "find"
    PROVE = "prove"


class RobotDoes(enum.StrEnum):
    """What a command step asks of the robot."""

    TAKE_OUT = "take_out"
    """No more work, held, maintenance mode."""
    RESUME = "resume"
    HOME = "home"
    SELF_TEST = "self_test"
    CALIBRATE = "calibrate"
    TEST_PICKS = "test_picks"


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    step: str
    kind: StepKind
    part: Part
    text: str
    expected: str
    safety: str = ""
    does: RobotDoes | None = None
    axis: str | None = None
    """calibrate: of this axis."""
    most: float | None = None
    """What is measured is good up to this size; either sign."""
    cause: str | None = None
    """look: whether this is the cause. do: puts this cause right."""
    remedy: str | None = None
    """do: the name under which the cure is written down."""

    def results(self) -> tuple[str, ...]:
        """What a person may say of it; nothing of what the robot says itself."""
        match self.kind:
            case StepKind.LOOK:
                return (OK, FOUND)
            case StepKind.DO:
                return (OK, FAILED, NOT_NEEDED)
            case StepKind.CONFIRM:
                return (OK, FAILED)
            case _:
                return ()


@dataclass(frozen=True, slots=True)
class Procedure:
    code: str
    """Of the fault that it is for; also its own name."""
    title: str
    takes_out: bool
    """Whether the robot is taken out of work and put into maintenance mode for it."""
    steps: tuple[ProcedureStep, ...]
    criterion: str
    """What must hold before the robot works again."""
    engineer: str = ""
    """When to call an engineer instead of going on."""

    def step(self, name: str) -> ProcedureStep | None:
        return next((step for step in self.steps if step.step == name), None)


def is_good(step: ProcedureStep, result: str) -> bool:
    """Whether the step went as it should: ok, not needed, or a measure within its limit."""
    if result in (OK, NOT_NEEDED, FOUND):
        return True
    measured = _number(result)
    return measured is not None and (step.most is None or abs(measured) <= step.most)


def repairs(procedure: Procedure, done: Sequence[StepDone]) -> list[ProcedureStep]:
    """What was put right, in the order in which it was done."""
    steps = {step.step: step for step in procedure.steps if step.kind is StepKind.DO and step.remedy}
    return [steps[entry.step] for entry in done if entry.step in steps and entry.result == OK]


def missing(procedure: Procedure, done: Sequence[StepDone]) -> list[ProcedureStep]:
    """What still stands between the robot and its work; empty once the pass criterion is met."""
    last, fresh = _last(done), _proofs(procedure, done)
    lacking: list[ProcedureStep] = []
    for step in procedure.steps:
        entry = (fresh if step.part is Part.PROVE else last).get(step.step)
        if step.part is Part.FIND and not _must(procedure, step, last):
            continue
        if entry is None or not is_good(step, entry.result):
            lacking.append(step)
    return lacking


def next_step(procedure: Procedure, done: Sequence[StepDone]) -> ProcedureStep | None:
    """What to do now; None where nothing is left, whether it is fit or every known cause has been tried in vain."""
    last = _last(done)
    for step in procedure.steps:
        if step.part is Part.SAFE and not _good(step, last.get(step.step)):
            return step
    fresh = _proofs(procedure, done)
    proofs = [step for step in procedure.steps if step.part is Part.PROVE]
    in_vain = any(_bad(step, fresh.get(step.step)) for step in proofs if step.step != AREA_EMPTY)
    repaired = bool(repairs(procedure, done))
    for step in procedure.steps:
        if step.part is not Part.FIND or _good(step, last.get(step.step)):
            continue
        if step.kind is StepKind.DO and step.cause is not None:
            if _must(procedure, step, last):
                return step
        elif in_vain or not repaired:
            return step
    if in_vain:
        return None
    return next(
        (step for step in procedure.steps if step.part is Part.PROVE and not _good(step, fresh.get(step.step))), None
    )


def _must(procedure: Procedure, step: ProcedureStep, last: dict[str, StepDone]) -> bool:
    """Whether a step of the search has to be done: the cure of a cause that was found, or one that is for all."""
    if step.kind is not StepKind.DO:
        return False
    looked = next((look for look in procedure.steps if look.kind is StepKind.LOOK and look.cause == step.cause), None)
    return looked is None or ((entry := last.get(looked.step)) is not None and entry.result == FOUND)


def _proofs(procedure: Procedure, done: Sequence[StepDone]) -> dict[str, StepDone]:
    """What counts as proof now. Who has looked inside again may not have come out: that is seen anew."""
    fresh = _last(_since_repair(procedure, done))
    search = {step.step for step in procedure.steps if step.part is Part.FIND}
    for entry in reversed(done):
        if entry.step == AREA_EMPTY:
            break
        if entry.step in search:
            fresh.pop(AREA_EMPTY, None)
            break
    return fresh


def _since_repair(procedure: Procedure, done: Sequence[StepDone]) -> Sequence[StepDone]:
    """What was done after the last repair; the proof of a cure that came before is void."""
    kinds = {step.step: step.kind for step in procedure.steps if step.part is Part.FIND}
    for place in range(len(done) - 1, -1, -1):
        if kinds.get(done[place].step) is StepKind.DO and done[place].result != NOT_NEEDED:
            return done[place + 1 :]
    return done


def _last(done: Sequence[StepDone]) -> dict[str, StepDone]:
    return {entry.step: entry for entry in done}


def _good(step: ProcedureStep, entry: StepDone | None) -> bool:
    return entry is not None and is_good(step, entry.result)


def _bad(step: ProcedureStep, entry: StepDone | None) -> bool:
    return entry is not None and entry.result != RUNNING and not is_good(step, entry.result)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
