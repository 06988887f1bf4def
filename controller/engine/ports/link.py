"""What robots are told and asked, and the port that it goes through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from controller.domain.pack import Pack
from controller.domain.task import Task


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a robot is asked or told and that changes nothing there: snapshot, journal, acknowledge."""

    robot: str
    generation: int
    kind: str
    seq: int = 0
    """acknowledge"""
    command_ids: tuple[str, ...] = ()
    """journal"""
    inventory: bool = False
    """snapshot"""


class RobotLink(Protocol):
    """The way to the robots. Sending never raises and never waits for a robot: what is lost is sent again."""

    async def send_command(self, task: Task, packs: Sequence[Pack]) -> None:
        """`packs` are those of `task.steps`, in the same order."""
        ...

    async def ask(self, question: Question, epoch: int) -> None: ...
