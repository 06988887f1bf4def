"""A tour: fetch packs, bring them out together, tell of each what became of it (`pick` and `eject`)."""

from collections.abc import Callable

from controller.protocol.commands import Eject, Pick, PickItem
from controller.protocol.events import PackDelivered, PackGripped, PackMissing
from controller.protocol.reports import CommandResult, PackResult
from controller.protocol.vocabulary import Outcome, PackOutcome
from simulator.firmware.head import Head
from simulator.firmware.parts import Job, Parts, write_pack, write_started
from simulator.hardware.causes.kinds import Effect
from simulator.hardware.machine import Riding
from simulator.hardware.pack import Pack

RETRIES = 2
"""After a grip that failed (Table B, GRP-10)."""
BELT_POLL_S = 5.0
"""How soon a belt that stood moves on after it was cleared."""

_DONE = (PackOutcome.DELIVERED, PackOutcome.EJECTED)


class Tour:
    """One pick or eject. The head is free after the drop; the command ends with the last landed pack."""

    def __init__(self, parts: Parts, head: Head, job: Job, on_dropped: Callable[[Pack, Job], None]) -> None:
        assert isinstance(job.body, Pick | Eject)
        self._parts = parts
        self._head = head
        self.job = job
        self._body = job.body
        self._on_dropped = on_dropped
        self._stops: list[tuple[PickItem, str, int]] = []
        self._carried: dict[str, PickItem] = {}
        self._fetching: tuple[PickItem, str] | None = None
        """On the way to it, or trying to grip it."""
        self._riding = 0
        self._stopped = False

    def begin(self) -> None:
        write_started(self._parts, self.job)
        self._plan()
        self._next()

    def stop(self) -> bool:
        """Fetch no further pack; False where all are on their way out and nothing can be stopped.

        A head that stands, and has gripped nothing yet, ends the tour where it is: it may stand for hours.
        """
        self._stopped = True
        if self._head.frozen and self._head.task is self and not self._carried:
            if self._fetching is not None:
                item, pack_id = self._fetching
                write_pack(self._parts, self.job, item.item, pack_id, PackOutcome.NOT_MOVED)
            self._head.give_up()
            self._head.release()
            self._finish()
            return True
        return not self._riding

    def _plan(self) -> None:
        found: list[tuple[PickItem, str, int]] = []
        taken: list[str] = []
        for item in self._body.items:
            pack_id = item.pack_id if item.pack_id is not None else self._any_of(item, taken)
            location = self._parts.inventory.place(pack_id) if pack_id is not None else None
            if pack_id is None or location is None:
                write_pack(self._parts, self.job, item.item, item.pack_id, PackOutcome.MISSING)
            else:
                taken.append(pack_id)
                found.append((item, pack_id, location))
        order = self._parts.machine.visit_order([location for _, _, location in found])
        self._stops = [found[index] for index in reversed(order)]

    def _any_of(self, item: PickItem, taken: list[str]) -> str | None:
        return self._parts.inventory.find(item.gtin, item.batch, item.expiry, taken)

    def _next(self) -> None:
        if self._stops and not self._stopped:
            item, pack_id, location = self._stops.pop()
            self._fetching = (item, pack_id)
            write_pack(self._parts, self.job, item.item, pack_id, PackOutcome.UNKNOWN)
            fetch_s = self._parts.machine.fetch_s(location)
            self._parts.watch.travel(fetch_s, self.job.command_id, location, pack_id)
            self._head.move(fetch_s, self._arrived, item, pack_id, location)
            return
        self._fetching = None
        if self._carried:
            bring_out_s = self._parts.machine.bring_out_s()
            self._parts.watch.travel(bring_out_s, self.job.command_id)
            self._head.move(bring_out_s, self._drop)
        else:
            self._head.release()
            self._finish()

    def _arrived(self, item: PickItem, pack_id: str, location: int) -> None:
        machine = self._parts.machine
        blow = self._parts.watch.grip(self.job.command_id, location, pack_id)
        effect = None if blow is None else blow.strike.effect
        failed = blow is not None and effect in (Effect.NO_GRIP, Effect.DOUBLE)
        if failed or self._parts.watch.misses(self.job.command_id, location, pack_id):
            # the robot lets go, searches the shelf's edge and tries again, twice (Table B)
            self._parts.watch.gauges.retried(location, RETRIES)
            again_s = RETRIES * machine.parameters.grip_s
            helps = blow is not None and failed and blow.self_clears
            self._head.move(again_s, self._tried_again, helps, item, pack_id, location)
            return
        if effect is Effect.ASTRAY:
            machine.lead_astray(location)
        self._grip(item, pack_id, location)

    def _tried_again(self, helped: bool, item: PickItem, pack_id: str, location: int) -> None:
        if helped:
            self._grip(item, pack_id, location)
        else:
            write_pack(self._parts, self.job, item.item, pack_id, PackOutcome.NOT_MOVED)
            self._next()

    def _grip(self, item: PickItem, pack_id: str, location: int) -> None:
        parts, machine = self._parts, self._parts.machine
        parts.inventory.remove(pack_id)
        pack = machine.grip(parts.clock.now, location, self.job.cause)
        if pack is None:
            write_pack(parts, self.job, item.item, pack_id, PackOutcome.MISSING)
            parts.watch.not_found(self.job.command_id, location, pack_id)
            parts.reporter.event(PackMissing(pack_id=pack_id, location=machine.layout.name(location)))
        else:
            parts.reporter.event(PackGripped(command_id=self.job.command_id, item=item.item, pack_id=pack_id))
            if parts.watch.carry(self.job.command_id, location, pack_id) is not None:
                machine.fall(parts.clock.now, pack, self.job.cause)
                write_pack(parts, self.job, item.item, pack_id, PackOutcome.DROPPED)
            elif machine.slips(parts.clock.now, pack, self.job.cause):
                write_pack(parts, self.job, item.item, pack_id, PackOutcome.DROPPED)
                self._on_dropped(pack, self.job)
            else:
                self._carried[pack_id] = item
        self._next()

    def _drop(self) -> None:
        parts = self._parts
        if isinstance(self._body, Eject):
            for pack in parts.machine.eject(parts.clock.now, self._body.output, self.job.cause):
                item = self._carried[pack.pack_id or ""]
                write_pack(parts, self.job, item.item, pack.pack_id, PackOutcome.EJECTED, self._body.output)
            self._head.release()
            self._finish()
            return
        riding = parts.machine.drop_on_belt(parts.clock.now, self._body.tote_id, self._body.output, self.job.cause)
        self._riding = len(riding)
        for ride in riding:
            parts.clock.call_at(ride.lands_at, self._arriving, ride)
        self._head.let_ride(self)

    def _arriving(self, ride: Riding) -> None:
        """The pack is at the end of the belt; while that stands it waits there."""
        parts = self._parts
        parts.watch.land(self.job.command_id, ride.pack.pack_id or "")
        self._fall_in(ride)

    def _fall_in(self, ride: Riding) -> None:
        if self._parts.watch.belt_stands:
            ride.lands_at = self._parts.clock.now + BELT_POLL_S
            self._parts.clock.call_at(ride.lands_at, self._fall_in, ride)
        else:
            self._landed(ride)

    def _landed(self, ride: Riding) -> None:
        parts, pack = self._parts, ride.pack
        assert pack.pack_id is not None
        item = self._carried[pack.pack_id]
        parts.machine.land(parts.clock.now, ride)
        write_pack(parts, self.job, item.item, pack.pack_id, PackOutcome.DELIVERED, ride.output)
        parts.reporter.event(
            PackDelivered(
                command_id=self.job.command_id,
                item=item.item,
                pack_id=pack.pack_id,
                gtin=pack.gtin,
                output=ride.output,
                tote_id=ride.tote_id,
            )
        )
        if pack.gtin != item.gtin:
            parts.watch.wrong_product(self.job.command_id, pack.pack_id)
        self._riding -= 1
        if self._riding == 0:
            self._head.landed(self)
            self._finish()

    def _finish(self) -> None:
        known = self._parts.book.packs(self.job.command_id)
        packs = tuple(
            known.get(item.item) or PackResult(item=item.item, pack_id=item.pack_id, outcome=PackOutcome.NOT_MOVED)
            for item in self._body.items
        )
        short = next((pack.outcome for pack in packs if pack.outcome not in _DONE), None)
        fallen_short = Outcome.CANCELLED if self._stopped else Outcome.INCOMPLETE
        self._parts.finish(
            CommandResult(
                command_id=self.job.command_id,
                outcome=Outcome.COMPLETED if short is None else fallen_short,
                packs=packs,
                reason=None if short is None else short.value,
            )
        )
