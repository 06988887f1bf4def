"""What every part of the program shares between one boot and the next power cut."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.protocol.commands import CommandBody
from controller.protocol.events import CommandStarted
from controller.protocol.reports import CommandResult, PackResult
from controller.protocol.vocabulary import PackOutcome
from simulator.firmware.inventory import Inventory
from simulator.firmware.journal import CommandBook, Entry, Mark
from simulator.firmware.reporter import Reporter
from simulator.hardware.machine import Machine
from simulator.hardware.movement import Cause
from simulator.timeline import Clockwork

if TYPE_CHECKING:
    from simulator.firmware.watch import Watch


@dataclass(slots=True)
class Parts:
    machine: Machine
    inventory: Inventory
    book: CommandBook
    reporter: Reporter
    watch: "Watch"
    clock: Clockwork
    finish: Callable[[CommandResult], None]
    """Journals and reports a terminal outcome, once for each command."""


@dataclass(slots=True)
class Job:
    """One accepted motion command. `deadline_at` is when its motion must have started (RC-10)."""

    command_id: str
    body: CommandBody
    deadline_at: float
    cause: Cause


def write_started(parts: Parts, job: Job) -> None:
    """Journal the start, then report it."""
    parts.book.write(Entry(Mark.STARTED, job.command_id))
    parts.reporter.event(CommandStarted(command_id=job.command_id))


def write_pack(
    parts: Parts, job: Job, item: int, pack_id: str | None, outcome: PackOutcome, place: str | None = None
) -> None:
    """Journal what is known of one pack of the command; `unknown` before the grip (RC-09)."""
    result = PackResult(item=item, pack_id=pack_id, outcome=outcome, place=place)
    parts.book.write(Entry(Mark.PACK, job.command_id, pack=result))
