"""Pictures rather than facts: presence, factsheet, state, journal answers, inventory pages."""

from typing import TYPE_CHECKING

from controller.protocol import CONTRACT_VERSION
from controller.protocol.reports import (
    Factsheet,
    InventoryPage,
    JournalAnswer,
    JournalEntry,
    Presence,
    Shelf,
    State,
)
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import STATE_INTERVAL_S, CommandPhase
from simulator.firmware.build import OUTPUT, PARAMETERS, QUARANTINE, REJECT
from simulator.firmware.permissions import KIND_NAMES
from simulator.timeline import Clockwork, Timer

if TYPE_CHECKING:
    from simulator.firmware.program import Program

PAGE_PACKS = 200
"""A page of so many packs stays far below the message limit."""


class Answers:
    """Builds the pictures from the program's parts; a state at least every 30 s (RC-17)."""

    def __init__(self, program: "Program", clock: Clockwork) -> None:
        self._program = program
        self._clock = clock
        self._due: Timer | None = None

    def announce(self) -> None:
        """Presence, then factsheet, as after every connect (RC-04)."""
        program, robot, generation = self._program, self._program.build.robot, self._program.book.generation
        program.reporter.say(Channel.PRESENCE, Presence(robot=robot, generation=generation, status="online"))
        program.reporter.say(
            Channel.FACTSHEET,
            Factsheet(
                robot=robot,
                generation=generation,
                contract=CONTRACT_VERSION,
                firmware=program.build.firmware,
                kind=program.build.kind,
                heads=1,
                capacity_packs=program.machine.layout.capacity_packs,
                height_classes_mm=program.machine.layout.classes_mm,
                outputs=(OUTPUT, REJECT, QUARANTINE),
                commands=tuple(KIND_NAMES.values()),
                max_tour_items=program.build.max_tour_items,
                max_queue=program.build.max_queue,
                parameters=PARAMETERS,
                shelves=self._shelves(),
            ),
        )

    def _shelves(self) -> tuple[Shelf, ...]:
        layout = self._program.machine.layout
        return tuple(
            Shelf(name=shelf.name, height_mm=layout.classes_mm[shelf.height_class], places=layout.per_shelf)
            for shelf in layout.shelves
        )

    def report_state(self) -> None:
        """One self-consistent picture now; the next at the latest after the interval."""
        if self._due is not None:
            self._due.cancel()
        self._due = self._clock.call_in(STATE_INTERVAL_S, self.report_state)
        program = self._program
        reporter = program.reporter
        if not reporter.link_up:
            return
        reporter.say(
            Channel.STATE,
            State(
                robot=program.build.robot,
                generation=program.book.generation,
                seq=reporter.next_seq(),
                at=reporter.stamp(),
                journal_id=program.book.journal_id,
                mode=program.condition.mode,
                packml=program.condition.packml,
                running=program.head.running_ids,
                queued=tuple(job.command_id for job in program.head.queue),
                last_results=tuple(program.book.last_results),
                faults=program.condition.faults.standing,
                inventory=program.inventory.summary(),
                unacked=reporter.unacked,
                controller_epoch=program.book.epoch,
                input_waiting=program.intake.waiting,
                parameters=program.book.parameters,
            ),
        )
        program.gauges.tell_if_due()

    def report_inventory(self, answers: str) -> None:
        """Every pack that the robot believes to hold, in pages."""
        program, reporter = self._program, self._program.reporter
        packs = program.inventory.packs()
        pages = max(1, -(-len(packs) // PAGE_PACKS))
        for page in range(1, pages + 1):
            reporter.say(
                Channel.STATE,
                InventoryPage(
                    robot=program.build.robot,
                    generation=program.book.generation,
                    seq=reporter.next_seq(),
                    at=reporter.stamp(),
                    answers=answers,
                    page=page,
                    pages=pages,
                    packs=tuple(packs[(page - 1) * PAGE_PACKS : page * PAGE_PACKS]),
                ),
            )

    def report_journal(self, answers: str, command_ids: tuple[str, ...]) -> None:
        """What the journal knows of each id, `unknown` where it never saw it."""
        program, reporter = self._program, self._program.reporter
        reporter.say(
            Channel.STATE,
            JournalAnswer(
                robot=program.build.robot,
                generation=program.book.generation,
                seq=reporter.next_seq(),
                at=reporter.stamp(),
                answers=answers,
                entries=tuple(self._entry(command_id) for command_id in command_ids),
            ),
        )

    def _entry(self, command_id: str) -> JournalEntry:
        record = self._program.book.get(command_id)
        if record is None:
            return JournalEntry(command_id=command_id, phase=CommandPhase.UNKNOWN)
        return record.answer()
