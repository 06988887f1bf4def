"""Commands that take effect beside the queue: reject, parameters, hold, resume, mode, cancel."""

from collections.abc import Callable

from controller.protocol.commands import Cancel, Command, Hold, Reject, Resume, SetMode, SetParameters
from controller.protocol.events import ParametersChanged
from controller.protocol.reports import CommandResult, ParametersInForce
from controller.protocol.vocabulary import CommandPhase, Mode, Outcome, Refusal
from simulator.firmware.condition import Condition
from simulator.firmware.head import Head
from simulator.firmware.intake import Intake
from simulator.firmware.journal import Entry, Mark
from simulator.firmware.parts import Job, Parts
from simulator.hardware.settings import Settings


class Controls:
    """Each ends when its target state is reached: a hold or a mode when the head is free, a cancel with its target."""

    def __init__(
        self,
        parts: Parts,
        head: Head,
        intake: Intake,
        condition: Condition,
        end_unstarted: Callable[[Job, Outcome, str], None],
        on_ready: Callable[[], None],
    ) -> None:
        self._parts = parts
        self._head = head
        self._intake = intake
        self._condition = condition
        self._end_unstarted = end_unstarted
        self._on_ready = on_ready
        self._holds: list[str] = []
        self._mode_changes: list[tuple[str, Mode]] = []
        self._cancels: dict[str, list[str]] = {}

    @property
    def mode_change_waits(self) -> bool:
        """Nothing may start before it."""
        return bool(self._mode_changes)

    def begin(self, command: Command) -> None:
        """Carry out an accepted control command."""
        command_id = command.command_id
        match command.body:
            case Reject():
                self._intake.reject()
                self._done(command_id)
            case SetParameters() as told:
                self._adjust(told)
                self._done(command_id)
            case Hold():
                self._condition.held = True
                self._holds.append(command_id)
                self._when_head_is_free()
            case SetMode(mode=mode):
                self._mode_changes.append((command_id, mode))
                self._when_head_is_free()
            case Resume():
                self._condition.resume()
                self._done(command_id)
            case Cancel(target=target):
                self._cancel(command_id, target)
            case _:
                raise AssertionError(command.body)
        self._condition.tell()

    def _adjust(self, told: SetParameters) -> None:
        """The values are in force from the next motion on, and after a power cut; what they make impossible clears."""
        in_force = ParametersInForce(profile=told.profile, version=told.version)
        self._parts.book.write(Entry(Mark.PARAMETERS, parameters=in_force, values=told.values))
        machine = self._parts.machine
        machine.adjust(Settings(told.values))
        self._parts.reporter.event(
            ParametersChanged(profile=told.profile, version=told.version, values=told.values, by="controller")
        )
        for fault in self._condition.faults.standing:
            if machine.settings.relieves(fault.code):
                machine.troubles.ease(fault.occurrence)
                self._condition.clear_fault(fault.occurrence)

    def head_is_free(self) -> None:
        """No motion is under way and none has begun."""
        holds, self._holds = self._holds, []
        for command_id in holds:
            self._done(command_id)
        changes, self._mode_changes = self._mode_changes, []
        for command_id, mode in changes:
            self._condition.set_mode(mode, "controller")
            self._done(command_id)
        self._condition.tell()
        if changes:
            self._on_ready()

    def ended(self, result: CommandResult) -> None:
        """A command has its outcome: so have the cancels that waited for it."""
        for cancel_id in self._cancels.pop(result.command_id, ()):
            if result.outcome is Outcome.CANCELLED:
                self._done(cancel_id)
            else:
                self._done(cancel_id, Outcome.INCOMPLETE, "too_late")

    def _when_head_is_free(self) -> None:
        if self._head.task is None:
            self.head_is_free()

    def _cancel(self, command_id: str, target: str) -> None:
        record = self._parts.book.get(target)
        if record is None:
            self._parts.book.write(Entry(Mark.TOMBSTONE, target, refusal=Refusal.CANCELLED_BEFORE))
            self._done(command_id, Outcome.INCOMPLETE, "unknown_target")
            return
        if record.phase in (CommandPhase.FINISHED, CommandPhase.REFUSED):
            self._done(command_id, Outcome.INCOMPLETE, "already_finished")
            return
        job = self._head.remove(target)
        if job is not None:
            self._end_unstarted(job, Outcome.CANCELLED, "cancelled")
            self._done(command_id)
            return
        task = self._head.find(target)
        if task is None:
            self._done(command_id, Outcome.INCOMPLETE, "too_late")
        else:
            self._cancels.setdefault(target, []).append(command_id)
            task.stop()

    def _done(self, command_id: str, outcome: Outcome = Outcome.COMPLETED, reason: str | None = None) -> None:
        self._parts.finish(CommandResult(command_id=command_id, outcome=outcome, reason=reason))
