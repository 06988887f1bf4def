"""The robot's program from one boot to the next power cut: the parts, joined."""

from controller.protocol.commands import (
    Acknowledge,
    Command,
    ControllerPresence,
    Eject,
    Journal,
    Pick,
    Relocate,
    Snapshot,
    Store,
)
from controller.protocol.events import Booted, CommandFinished
from controller.protocol.reports import CommandResult
from controller.protocol.vocabulary import Mode, Outcome, PackOutcome
from simulator.firmware.admission import Circumstances
from simulator.firmware.answers import Answers
from simulator.firmware.build import Build
from simulator.firmware.chores import Chore, without_counted
from simulator.firmware.condition import Condition
from simulator.firmware.controls import Controls
from simulator.firmware.faults import StandingFaults
from simulator.firmware.gauges import Gauges
from simulator.firmware.head import Head, Task
from simulator.firmware.intake import Intake
from simulator.firmware.inventory import Inventory
from simulator.firmware.journal import CommandBook, CommandRecord, Entry, Mark
from simulator.firmware.parts import Job, Parts
from simulator.firmware.permissions import MOTION, PERMITTED
from simulator.firmware.putaway import PutAway, Relocation
from simulator.firmware.reception import Reception
from simulator.firmware.recovery import interrupted, interrupted_packs
from simulator.firmware.reporter import Reporter, Send
from simulator.firmware.safety import Interlocks
from simulator.firmware.tour import Tour
from simulator.firmware.watch import Watch
from simulator.hardware.luck import Luck
from simulator.hardware.machine import Machine
from simulator.hardware.movement import Cause
from simulator.hardware.pack import Pack
from simulator.hardware.settings import Settings
from simulator.timeline import Clockwork

FRAME_S = 1.0
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
        gauge_luck: Luck,
    ) -> None:
        self.build = build
        self.machine = machine
        self.inventory = inventory
        self.book = book
        self._clock = clock
        self._presence = presence
        book.write(Entry(Mark.BOOT, generation=book.generation + 1))
        machine.adjust(Settings(book.values))
        self.reporter = Reporter(build.robot, book.generation, clock, send, link_up)
        self.gauges = Gauges(machine, build.kind.value, gauge_luck, clock, self.reporter, build.robot, book.generation)
        self.answers = Answers(self, clock)
        self.head = Head(clock, self._may_start, self._make_task, self._expire, self._idle)
        self.condition = Condition(
            clock,
            self.reporter,
            StandingFaults(build.robot, book.generation, self.reporter, self.gauges.tell, self.gauges.tell_last_minute),
            interlocks,
            self.head,
            machine.parameters.home_s,
            self.answers.report_state,
            self._ready,
            machine.troubles.homed,
        )
        self.watch = Watch(machine, clock, self.condition, self.gauges)
        self._parts = Parts(machine, inventory, book, self.reporter, self.watch, clock, self._finish)
        self.intake = Intake(self._parts, build.robot, build.offer_answer_s, self._may_offer)
        self._controls = Controls(self._parts, self.head, self.intake, self.condition, self._end_unstarted, self._ready)
        self.reception = Reception(
            build.robot, book, self.reporter, clock, self._circumstances, self._answer, self._begin
        )

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
        self.condition.home()
        if self.build.streams:
            self._clock.call_in(FRAME_S, self._stream)

    def _stream(self) -> None:
        self.gauges.tell_last_minute()
        self._clock.call_in(FRAME_S, self._stream)

    def _forget_unknown(self, record: CommandRecord) -> None:
        for pack in record.packs.values():
            if pack.outcome is PackOutcome.UNKNOWN and pack.pack_id is not None:
                self.inventory.remove(pack.pack_id)

    # --- the controller ----------------------------------------------------------------------------------------

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
    def controller_present(self) -> bool:
        return self.reporter.link_up and self._presence is not None and self._presence.online

    def _presence_changed(self, before: bool) -> None:
        if self.controller_present and not before:
            self.answers.report_state()
            self._ready()

    # --- commands ----------------------------------------------------------------------------------------------

    def _circumstances(self) -> Circumstances:
        return Circumstances(
            build=self.build,
            machine=self.machine,
            inventory=self.inventory,
            mode=self.condition.mode,
            packml=self.condition.packml,
            safe_to_resume=self.condition.safe_to_resume,
            queued=sum(1 for job in self.head.queue if not isinstance(job.body, Store)),
            reporter_full=self.reporter.full,
            controller_present=self.controller_present,
            offer_id=self.intake.offer_id,
            offered=self.intake.offered,
        )

    def _answer(self, command: Command) -> None:
        match command.body:
            case Acknowledge(seq=seq):
                was_full = self.reporter.full
                self.reporter.acknowledge(seq)
                if was_full and not self.reporter.full:
                    self._ready()
            case Snapshot(inventory=inventory):
                self.answers.report_state()
                if inventory:
                    self.answers.report_inventory(command.command_id)
            case Journal(command_ids=ids):
                self.answers.report_journal(command.command_id, ids)
            case _:
                raise AssertionError(command.body)

    def _begin(self, command: Command) -> None:
        if type(command.body) not in MOTION:
            self._controls.begin(command)
            return
        if isinstance(command.body, Store):
            self.intake.reserve()
        cause = Cause(command.command_id, self.book.generation, command.epoch)
        deadline_at = self._clock.now + command.valid_for_s
        self.head.enqueue(Job(command.command_id, command.body, deadline_at, cause))

    def _finish(self, result: CommandResult) -> None:
        self.book.write(Entry(Mark.FINISHED, result.command_id, result=without_counted(result)))
        self.reporter.event(CommandFinished(result=result))
        self._controls.ended(result)

    def _expire(self, job: Job) -> None:
        self._end_unstarted(job, Outcome.ABORTED, "expired")

    def _end_unstarted(self, job: Job, outcome: Outcome, reason: str) -> None:
        if isinstance(job.body, Store):
            self.intake.hand_back(job.body.offer_id)
        record = self.book.get(job.command_id)
        assert record is not None
        packs = interrupted(record).packs
        self._finish(CommandResult(command_id=job.command_id, outcome=outcome, packs=packs, reason=reason))

    # --- work --------------------------------------------------------------------------------------------------

    def _may_work(self) -> bool:
        return (
            self.condition.may_move
            and self.controller_present
            and not self._controls.mode_change_waits
            and not self.reporter.full
        )

    def _may_start(self, job: Job) -> bool:
        return type(job.body) in PERMITTED[self.condition.mode] and self._may_work()

    def _may_offer(self) -> bool:
        return self.condition.mode is Mode.AUTOMATIC and self._may_work()

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

    def _idle(self) -> None:
        self._controls.head_is_free()

    def _ready(self) -> None:
        self.head.pump()
        self.intake.wake()

    def _dropped(self, pack: Pack, job: Job) -> None:
        occurrence = self.condition.faults.raise_fault("GRP-11", 3, job.command_id, pack.pack_id)
        self.answers.report_state()
        self._clock.call_in(DROP_FOUND_S, self.condition.clear_fault, occurrence)
