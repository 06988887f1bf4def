"""The robot's program from one boot to the next power cut: it judges commands, runs the head, reports."""

import json
import re

from controller.protocol.commands import (
    Acknowledge,
    Cancel,
    Command,
    ControllerPresence,
    Eject,
    Hold,
    Journal,
    Pick,
    Reject,
    Relocate,
    Resume,
    SetMode,
    SetParameters,
    Snapshot,
    Store,
)
from controller.protocol.events import (
    Booted,
    CommandAccepted,
    CommandFinished,
    CommandRefused,
    CommandStarted,
    MachineStateChanged,
    ModeChanged,
    ParametersChanged,
)
from controller.protocol.reports import CommandResult
from controller.protocol.vocabulary import CommandPhase, Mode, Outcome, PackmlState, PackOutcome, Refusal
from simulator.firmware.admission import Circumstances, fence, verdict
from simulator.firmware.answers import Answers
from simulator.firmware.build import Build
from simulator.firmware.chores import Chore
from simulator.firmware.faults import StandingFaults
from simulator.firmware.head import Head, Task
from simulator.firmware.intake import Intake
from simulator.firmware.inventory import Inventory
from simulator.firmware.journal import CommandBook, CommandRecord, Entry, Mark
from simulator.firmware.parts import Job, Parts
from simulator.firmware.permissions import MOTION, PERMITTED, QUESTIONS
from simulator.firmware.putaway import PutAway, Relocation
from simulator.firmware.recovery import interrupted, interrupted_packs
from simulator.firmware.reporter import Reporter, Send
from simulator.firmware.safety import Interlocks
from simulator.firmware.tour import Tour
from simulator.hardware.machine import Machine
from simulator.hardware.movement import Cause
from simulator.hardware.pack import Pack
from simulator.timeline import Clockwork, Timer

DROP_FOUND_S = 480.0
"""Until a person has found a dropped pack: MTTR of GRP-11 in Table B."""


class Program:
    """One boot. Its owner kills its timers at a power cut; journal, inventory and machine live on."""

    def __init__(
        self,
        build: Build,
        machine: Machine,
        inventory: Inventory,
        book: CommandBook,
        clock: Clockwork,
        send: Send,
        link_up: bool,
        presence: ControllerPresence | None,
        interlocks: Interlocks,
    ) -> None:
        self.build = build
        self.machine = machine
        self.inventory = inventory
        self.book = book
        self._clock = clock
        book.write(Entry(Mark.BOOT, generation=book.generation + 1))
        self.reporter = Reporter(build.robot, book.generation, clock, send, link_up)
        self._parts = Parts(machine, inventory, book, self.reporter, clock, self._finish)
        self.head = Head(clock, self._may_start, self._make_task, self._expire, self._idle)
        self.intake = Intake(self._parts, build.robot, self._may_offer)
        self.faults = StandingFaults(build.robot, book.generation, self.reporter)
        self.interlocks = interlocks
        self.mode = Mode.AUTOMATIC
        self._presence = presence
        self._held = False
        self._homing: Timer | None = None
        self._told_packml = PackmlState.STOPPED
        self._holds: list[str] = []
        self._mode_changes: list[tuple[str, Mode]] = []
        self._cancels: dict[str, list[str]] = {}
        self.answers = Answers(self, clock)

    # --- boot --------------------------------------------------------------------------------------------------

    def boot(self, cause: str) -> None:
        """Tell that a new generation is there and what the cut interrupted, home, then work."""
        self.answers.announce()
        self.reporter.event(Booted(journal_id=self.book.journal_id, cause=cause))
        open_records = self.book.unfinished()
        self.machine.sweep(self._clock.now, interrupted_packs(open_records))
        self.machine.rewind_loader()
        for record in open_records:
            self._forget_unknown(record)
            self._finish(interrupted(record))
        self._home()

    def _forget_unknown(self, record: CommandRecord) -> None:
        for pack in record.packs.values():
            if pack.outcome is PackOutcome.UNKNOWN and pack.pack_id is not None:
                self.inventory.remove(pack.pack_id)

    # --- what arrives ------------------------------------------------------------------------------------------

    def command(self, command: Command) -> None:
        """A command from the broker. Every one is answered, whatever it is (RC-12, RC-14)."""
        record = self.book.get(command.command_id)
        if record is not None:
            self._answer_again(command, record)
            return
        fenced = fence(command, self.build.robot, self.book.generation, self.book.epoch)
        if fenced is not None:
            self._refuse(command.command_id, *fenced)
            return
        if command.epoch > self.book.epoch:
            self.book.write(Entry(Mark.EPOCH, epoch=command.epoch))
        if type(command.body) in QUESTIONS:
            self._answer_question(command)
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
        except ValueError:
            return
        command_id = document.get("command_id") if isinstance(document, dict) else None
        if isinstance(command_id, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", command_id):
            unknown_kind = "$.body" in reason and "kind" in reason
            self._refuse(command_id, Refusal.UNKNOWN_KIND if unknown_kind else Refusal.UNKNOWN_PARAMETER, reason)

    def controller_presence(self, presence: ControllerPresence | None) -> None:
        """The controller came or went; the word of an older epoch than the last is not believed (RC-18)."""
        if presence is not None and self._presence is not None and presence.epoch < self._presence.epoch:
            return
        before = self.controller_present
        self._presence = presence
        self._presence_changed(before)

    def link_changed(self, up: bool) -> None:
        """The robot's own session came or went."""
        before = self.controller_present
        self.reporter.link_up = up
        if up:
            self.answers.announce()
            self.answers.report_state()
            self.reporter.repeat_all()
        self._presence_changed(before)

    @property
    def presence(self) -> ControllerPresence | None:
        return self._presence

    @property
    def controller_present(self) -> bool:
        return self.reporter.link_up and self._presence is not None and self._presence.online

    def _presence_changed(self, before: bool) -> None:
        if self.controller_present and not before:
            self.answers.report_state()
            self.head.pump()
            self.intake.wake()

    # --- verdicts ----------------------------------------------------------------------------------------------

    def _circumstances(self) -> Circumstances:
        return Circumstances(
            build=self.build,
            machine=self.machine,
            inventory=self.inventory,
            mode=self.mode,
            packml=self.packml,
            robot_down=self.faults.robot_down or self.interlocks.open,
            queued=sum(1 for job in self.head.queue if not isinstance(job.body, Store)),
            reporter_full=self.reporter.full,
            controller_present=self.controller_present,
            offer_id=self.intake.offer_id,
            offered=self.intake.offered,
        )

    def _answer_again(self, command: Command, record: CommandRecord) -> None:
        if record.refusal is not None and (record.body is None or record.body == command.body):
            self._refuse(command.command_id, record.refusal)
        elif record.body != command.body:
            self._refuse(command.command_id, Refusal.SAME_ID_OTHER_CONTENT)
        elif record.result is not None:
            self.reporter.event(CommandFinished(result=record.result))
        elif record.phase is CommandPhase.RUNNING:
            self.reporter.event(CommandStarted(command_id=command.command_id))
        else:
            self.reporter.event(CommandAccepted(command_id=command.command_id))

    def _remember_refusal(self, command: Command, refusal: Refusal) -> None:
        # a late copy of a refused command must not move what the controller has planned anew by then
        self.book.write(
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
        self.reporter.event(CommandRefused(command_id=command_id, refusal=refusal, detail=detail[:200]))

    def _answer_question(self, command: Command) -> None:
        match command.body:
            case Acknowledge(seq=seq):
                self._acknowledge(seq)
            case Snapshot(inventory=inventory):
                self.answers.report_state()
                if inventory:
                    self.answers.report_inventory(command.command_id)
            case Journal(command_ids=ids):
                self.answers.report_journal(command.command_id, ids)
            case _:
                raise AssertionError(command.body)

    def _acknowledge(self, seq: int) -> None:
        was_full = self.reporter.full
        self.reporter.acknowledge(seq)
        if was_full and not self.reporter.full:
            self.head.pump()
            self.intake.wake()

    # --- accepted commands -------------------------------------------------------------------------------------

    def _accept(self, command: Command) -> None:
        body, command_id = command.body, command.command_id
        generation = self.book.generation
        self.book.write(Entry(Mark.ACCEPTED, command_id, generation=generation, epoch=command.epoch, body=body))
        self.reporter.event(CommandAccepted(command_id=command_id))
        if type(body) in MOTION:
            if isinstance(body, Store):
                self.intake.reserve()
            deadline_at = self._clock.now + command.valid_for_s
            self.head.enqueue(Job(command_id, body, deadline_at, Cause(command_id, generation, command.epoch)))
        else:
            self._control(command)

    def _control(self, command: Command) -> None:
        command_id = command.command_id
        match command.body:
            case Reject():
                self.intake.reject()
                self._done(command_id)
            case SetParameters(profile=profile, version=version):
                self.reporter.event(ParametersChanged(profile=profile, version=version))
                self._done(command_id)
            case Hold():
                self._held = True
                self._holds.append(command_id)
                self._when_head_is_free()
            case SetMode(mode=mode):
                self._mode_changes.append((command_id, mode))
                self._when_head_is_free()
            case Resume():
                self.resume()
                self._done(command_id)
            case Cancel(target=target):
                self._cancel(command_id, target)
            case _:
                raise AssertionError(command.body)
        self._tell_packml()

    def _when_head_is_free(self) -> None:
        if self.head.task is None:
            self._idle()

    def _idle(self) -> None:
        holds, self._holds = self._holds, []
        for command_id in holds:
            self._done(command_id)
        changes, self._mode_changes = self._mode_changes, []
        for command_id, mode in changes:
            self._set_mode(mode, "controller")
            self._done(command_id)
        self._tell_packml()
        if changes:
            self.head.pump()
            self.intake.wake()

    def _set_mode(self, mode: Mode, by: str) -> None:
        if mode is not self.mode:
            self.mode = mode
            self.reporter.event(ModeChanged(mode=mode, by=by))
            self.answers.report_state()

    def resume(self) -> None:
        """Leave Held or Stopped; after an interlock with a reference run first."""
        self._held = False
        if self.interlocks.tripped:
            self.interlocks.tripped = False
            self._home()
        self._tell_packml()
        self.head.pump()
        self.intake.wake()

    def _cancel(self, command_id: str, target: str) -> None:
        record = self.book.get(target)
        if record is None:
            self.book.write(Entry(Mark.TOMBSTONE, target, refusal=Refusal.CANCELLED_BEFORE))
            self._done(command_id, Outcome.INCOMPLETE, "unknown_target")
            return
        if record.phase in (CommandPhase.FINISHED, CommandPhase.REFUSED):
            self._done(command_id, Outcome.INCOMPLETE, "already_finished")
            return
        job = self.head.remove(target)
        if job is not None:
            self._end_unstarted(job, Outcome.CANCELLED, "cancelled")
            self._done(command_id)
            return
        task = self.head.find(target)
        if task is None:
            self._done(command_id, Outcome.INCOMPLETE, "too_late")
        else:
            self._cancels.setdefault(target, []).append(command_id)
            task.stop()

    # --- outcomes ----------------------------------------------------------------------------------------------

    def _done(self, command_id: str, outcome: Outcome = Outcome.COMPLETED, reason: str | None = None) -> None:
        self._finish(CommandResult(command_id=command_id, outcome=outcome, reason=reason))

    def _finish(self, result: CommandResult) -> None:
        self.book.write(Entry(Mark.FINISHED, result.command_id, result=result))
        self.reporter.event(CommandFinished(result=result))
        for cancel_id in self._cancels.pop(result.command_id, ()):
            if result.outcome is Outcome.CANCELLED:
                self._done(cancel_id)
            else:
                self._done(cancel_id, Outcome.INCOMPLETE, "too_late")

    def _expire(self, job: Job) -> None:
        self._end_unstarted(job, Outcome.ABORTED, "expired")

    def _end_unstarted(self, job: Job, outcome: Outcome, reason: str) -> None:
        if isinstance(job.body, Store):
            self.intake.hand_back(job.body.offer_id)
        record = self.book.get(job.command_id)
        assert record is not None
        untouched = interrupted(record)
        self._finish(CommandResult(command_id=job.command_id, outcome=outcome, packs=untouched.packs, reason=reason))

    # --- the head ----------------------------------------------------------------------------------------------

    def _may_work(self) -> bool:
        return not (
            self._held
            or self._homing is not None
            or self._mode_changes
            or self.interlocks.open
            or self.interlocks.tripped
            or self.faults.robot_down
            or self.reporter.full
            or not self.controller_present
        )

    def _may_start(self, job: Job) -> bool:
        return type(job.body) in PERMITTED[self.mode] and self._may_work()

    def _may_offer(self) -> bool:
        return self.mode is Mode.AUTOMATIC and self._may_work()

    def _make_task(self, job: Job) -> Task:
        match job.body:
            case Pick() | Eject():
                return Tour(self._parts, self.head, job, self._dropped)
            case Store(offer_id=offer_id):
                location = self.intake.reserved.pop(offer_id)
                return PutAway(self._parts, self.head, job, location, self.intake.wake)
            case Relocate():
                return Relocation(self._parts, self.head, job)
            case _:
                return Chore(self._parts, self.head, job)

    def _dropped(self, pack: Pack, job: Job) -> None:
        occurrence = self.faults.raise_fault("GRP-11", 3, job.command_id, pack.pack_id)
        self.answers.report_state()
        self._clock.call_in(DROP_FOUND_S, self.clear_fault, occurrence)

    # --- faults and interlocks ---------------------------------------------------------------------------------

    def raise_fault(self, code: str, level: int) -> str:
        """A sensor found a fault; from level 2 the machine stops where it is. The queue stays (RC-16)."""
        occurrence = self.faults.raise_fault(code, level)
        if self.faults.robot_down:
            self.head.freeze()
        self._tell_change()
        return occurrence

    def stop_until(self, at: float, code: str) -> None:
        """A level 2 fault that somebody has cleared by `at`."""
        self._clock.call_at(at, self.clear_fault, self.raise_fault(code, 2))

    def clear_fault(self, occurrence: str) -> None:
        """The cause is gone. The machine homes and goes on where it stopped, unless an interlock is open."""
        was_down = self.faults.robot_down
        self.faults.clear(occurrence)
        if was_down and not self.faults.robot_down and not (self.interlocks.open or self.interlocks.tripped):
            self._home()
        self._tell_change()

    def trip(self) -> None:
        """An interlock opened: drives lose power at once."""
        self.head.freeze()
        self._tell_change()

    def interlock_closed(self) -> None:
        """Permits a restart and starts nothing (RC-22)."""
        self._tell_change()

    def _home(self) -> None:
        if self._homing is not None:
            self._homing.cancel()
        self._homing = self._clock.call_in(self.machine.parameters.home_s, self._homed)
        self._tell_packml()

    def _homed(self) -> None:
        self._homing = None
        if self.faults.robot_down or self.interlocks.open or self.interlocks.tripped:
            return
        self.head.thaw()
        self._tell_packml()
        self.head.pump()
        self.intake.wake()

    @property
    def packml(self) -> PackmlState:
        if self.interlocks.open:
            return PackmlState.ABORTED
        if self.interlocks.tripped:
            return PackmlState.STOPPED
        if self.faults.robot_down:
            return PackmlState.HELD
        if self._homing is not None:
            return PackmlState.RESETTING
        if self._held:
            return PackmlState.HELD if self.head.task is None else PackmlState.HOLDING
        return PackmlState.IDLE if self.head.task is None else PackmlState.EXECUTE

    def _tell_change(self) -> None:
        """A state report, once, whether or not the PackML state is among what changed."""
        if not self._tell_packml():
            self.answers.report_state()

    def _tell_packml(self) -> bool:
        packml = self.packml
        shown = PackmlState.IDLE if packml is PackmlState.EXECUTE else packml
        if shown is self._told_packml:
            return False
        self._told_packml = shown
        self.reporter.event(MachineStateChanged(packml=packml))
        self.answers.report_state()
        return True
