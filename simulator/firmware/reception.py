"""The first look at each command: seen before, from the right controller, permitted? Every one is answered (RC-12)."""

import json
import re
from collections.abc import Callable

from controller.protocol.commands import Command
from controller.protocol.events import CommandAccepted, CommandFinished, CommandRefused, CommandStarted
from controller.protocol.vocabulary import CommandPhase, Refusal
from simulator.firmware.admission import Circumstances, fence, verdict
from simulator.firmware.journal import CommandBook, CommandRecord, Entry, Mark
from simulator.firmware.permissions import QUESTIONS
from simulator.firmware.reporter import Reporter
from simulator.timeline import Clockwork

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")


class Reception:
    """Hands questions to `answer` and accepted commands to `begin`; all others are refused here."""

    def __init__(
        self,
        robot: str,
        book: CommandBook,
        reporter: Reporter,
        clock: Clockwork,
        circumstances: Callable[[], Circumstances],
        answer: Callable[[Command], None],
        begin: Callable[[Command], None],
    ) -> None:
        self._robot = robot
        self._book = book
        self._reporter = reporter
        self._clock = clock
        self._circumstances = circumstances
        self._answer = answer
        self._begin = begin

    def command(self, command: Command) -> None:
        record = self._book.get(command.command_id)
        if record is not None:
            self._answer_again(command, record)
            return
        fenced = fence(command, self._robot, self._book.generation, self._book.epoch)
        if fenced is not None:
            self._refuse(command.command_id, *fenced)
            return
        if command.epoch > self._book.epoch:
            self._book.write(Entry(Mark.EPOCH, epoch=command.epoch))
        if type(command.body) in QUESTIONS:
            self._answer(command)
            return
        refused = verdict(command, self._clock.now, self._circumstances())
        if refused is None:
            self._accept(command)
        else:
            self._remember_refusal(command, refused[0])
            self._refuse(command.command_id, *refused)

    def refuse_retained(self, command: Command) -> None:
        """A retained command is an old one that the broker repeats to every newcomer (RC-28)."""
        self._refuse(command.command_id, Refusal.RETAINED)

    def refuse_unreadable(self, payload: bytes, reason: str) -> None:
        """Name the error to whoever sent it, where the bytes at least show an id; nothing else can be answered."""
        try:
            document = json.loads(payload)
        except (ValueError, RecursionError):
            return
        command_id = document.get("command_id") if isinstance(document, dict) else None
        if isinstance(command_id, str) and _IDENTIFIER.fullmatch(command_id):
            unknown_kind = "$.body" in reason and "kind" in reason
            self._refuse(command_id, Refusal.UNKNOWN_KIND if unknown_kind else Refusal.UNKNOWN_PARAMETER, reason)

    def _accept(self, command: Command) -> None:
        self._book.write(
            Entry(
                Mark.ACCEPTED,
                command.command_id,
                generation=self._book.generation,
                epoch=command.epoch,
                body=command.body,
            )
        )
        self._reporter.event(CommandAccepted(command_id=command.command_id))
        self._begin(command)

    def _answer_again(self, command: Command, record: CommandRecord) -> None:
        if record.refusal is not None and (record.body is None or record.body == command.body):
            self._refuse(command.command_id, record.refusal)
        elif record.body != command.body:
            self._refuse(command.command_id, Refusal.SAME_ID_OTHER_CONTENT)
        elif record.result is not None:
            self._reporter.event(CommandFinished(result=record.result))
        elif record.phase is CommandPhase.RUNNING:
            self._reporter.event(CommandStarted(command_id=command.command_id))
        else:
            self._reporter.event(CommandAccepted(command_id=command.command_id))

    def _remember_refusal(self, command: Command, refusal: Refusal) -> None:
        # a late copy of a refused command must not move what the controller has planned anew by then
        self._book.write(
            Entry(
                Mark.REFUSED,
                command.command_id,
                generation=command.generation,
                epoch=command.epoch,
                body=command.body,
                refusal=refusal,
            )
        )

    def _refuse(self, command_id: str, refusal: Refusal, detail: str = "") -> None:
        self._reporter.event(CommandRefused(command_id=command_id, refusal=refusal, detail=detail[:200]))
