"""Motions that touch no pack: `home`, `calibrate`, `jog`, `self_test` and `count`."""

from controller.protocol.commands import Calibrate, CountShelf, Home, Jog, SelfTest
from controller.protocol.events import CalibrationMeasured, PackMissing
from controller.protocol.reports import CommandResult, PackResult
from controller.protocol.vocabulary import MAX_IDS, Outcome, PackOutcome
from simulator.firmware.head import Head
from simulator.firmware.parts import Job, Parts, write_started

JOG_MM_S = 25.0
"""A tenth of the 250 mm/s to which ISO 10218-1 bounds motion with a person near: slow enough to watch."""
_DEVIATION_MM = 0.3
"""Standard deviation of set-point minus actual on a healthy axis: a month of the drift of Table A."""


def without_counted(result: CommandResult) -> CommandResult:
    """The outcome as the journal keeps it: sixteen counted shelves would not fit into one state report (RC-24)."""
    notable = tuple(pack for pack in result.packs if pack.outcome is not PackOutcome.COUNTED)
    if len(notable) == len(result.packs):
        return result
    return CommandResult(command_id=result.command_id, outcome=result.outcome, packs=notable, reason=result.reason)


class Chore:
    """One service motion."""

    def __init__(self, parts: Parts, head: Head, job: Job) -> None:
        self._parts = parts
        self._head = head
        self.job = job

    def begin(self) -> None:
        write_started(self._parts, self.job)
        self._head.move(self._duration_s(), self._done)

    def stop(self) -> bool:
        """A reference run is not left half-way: an axis without a reference is worse than a late cancel."""
        return False

    def _duration_s(self) -> float:
        p = self._parts.machine.parameters
        match self.job.body:
            case Home():
                return p.home_s
            case Calibrate():
                return p.calibrate_s
            case SelfTest():
                return p.self_test_s
            case Jog(distance_mm=distance_mm):
                return abs(distance_mm) / JOG_MM_S
            case _:
                return p.count_shelf_s

    def _done(self) -> None:
        packs: tuple[PackResult, ...] = ()
        match self.job.body:
            case Calibrate(axis=axis):
                luck = self._parts.machine.luck
                wrong_mm = self._parts.machine.troubles.left_mm(axis, self._parts.clock.now)
                deviation_mm = round(luck.uniform(-1.0, 1.0) * _DEVIATION_MM + wrong_mm, 2)
                self._parts.reporter.event(
                    CalibrationMeasured(command_id=self.job.command_id, axis=axis, deviation_mm=deviation_mm)
                )
            case CountShelf(shelf=shelf):
                packs = self._count(shelf)
            case Home():
                self._parts.machine.troubles.homed()
            case _:
                pass
        self._head.release()
        missing = any(pack.outcome is PackOutcome.MISSING for pack in packs)
        outcome = Outcome.INCOMPLETE if missing else Outcome.COMPLETED
        reason = PackOutcome.MISSING.value if missing else None
        self._parts.finish(CommandResult(command_id=self.job.command_id, outcome=outcome, packs=packs, reason=reason))

    def _count(self, shelf: str) -> tuple[PackResult, ...]:
        machine, inventory = self._parts.machine, self._parts.inventory
        seen: list[PackResult] = []
        for pack_id, location in inventory.on(machine.layout.locations_of(shelf)):
            place = machine.layout.name(location)
            present = location in machine.shelved
            if not present:
                inventory.remove(pack_id)
                self._parts.reporter.event(PackMissing(pack_id=pack_id, location=place))
            outcome = PackOutcome.COUNTED if present else PackOutcome.MISSING
            seen.append(PackResult(item=0, pack_id=pack_id, outcome=outcome, place=place))
        return tuple(seen[:MAX_IDS])
