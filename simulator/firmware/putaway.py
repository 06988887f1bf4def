"""Single-pack motions into and within the rack: `store` and `relocate`."""

from collections.abc import Callable

from controller.protocol.commands import Relocate, Store
from controller.protocol.events import PackFound, PackMissing, PackStored
from controller.protocol.reports import CommandResult, PackResult, StockedPack
from controller.protocol.vocabulary import Outcome, PackOutcome
from simulator.firmware.head import Head
from simulator.firmware.parts import Job, Parts, write_pack, write_started
from simulator.hardware.causes.kinds import Effect
from simulator.hardware.pack import Pack
from simulator.hardware.rack import NoSpace


def _end(parts: Parts, job: Job, pack: PackResult, outcome: Outcome) -> None:
    reason = None if outcome is Outcome.COMPLETED else pack.outcome.value
    parts.finish(CommandResult(command_id=job.command_id, outcome=outcome, packs=(pack,), reason=reason))


class PutAway:
    """Shelve the accepted pack at the location that was reserved for it."""

    def __init__(self, parts: Parts, head: Head, job: Job, location: int, on_taken: Callable[[], None]) -> None:
        assert isinstance(job.body, Store)
        self._parts = parts
        self._head = head
        self.job = job
        self._body = job.body
        self._location = location
        self._on_taken = on_taken

    def begin(self) -> None:
        write_started(self._parts, self.job)
        write_pack(self._parts, self.job, 0, self._body.pack_id, PackOutcome.UNKNOWN)
        take_in_s = self._parts.machine.take_in_s()
        self._parts.watch.travel(take_in_s, self.job.command_id, self._location)
        self._head.move(take_in_s, self._taken)

    def stop(self) -> bool:
        """A pack that is off the belt can only go to its shelf."""
        return False

    def _taken(self) -> None:
        machine = self._parts.machine
        pack = machine.pick_up_offered(self._body.offer_id, self._body.pack_id)
        self._on_taken()
        self._carry(pack)

    def _carry(self, pack: Pack) -> None:
        put_s = self._parts.machine.put_s(self._location)
        self._parts.watch.travel(put_s, self.job.command_id, self._location, self._body.pack_id)
        self._head.move(put_s, self._shelved, pack)

    def _taken_already(self, pack: Pack) -> bool:
        """Whether an unknown pack stands at the free location; then this one is on its way to another."""
        parts, machine = self._parts, self._parts.machine
        blow = parts.watch.put(self.job.command_id, self._location, self._body.pack_id)
        if blow is None or blow.strike.effect is not Effect.OCCUPIED:
            return False
        try:
            other = machine.free.take(machine.articles[pack.gtin].height_mm)
        except NoSpace:
            return False
        blow.trouble.aside = machine.occupy(self._location)
        if blow.trouble.aside is None:
            machine.free.give_back(other)
            return False
        parts.reporter.event(PackFound(pack_id=None, location=machine.layout.name(self._location)))
        self._location = other
        self._carry(pack)
        return True

    def _shelved(self, pack: Pack) -> None:
        if self._taken_already(pack):
            return
        parts, job, body = self._parts, self.job, self._body
        parts.machine.shelve(parts.clock.now, pack, self._location, job.cause)
        place = parts.machine.layout.name(self._location)
        write_pack(parts, job, 0, body.pack_id, PackOutcome.STORED, place)
        parts.inventory.add(
            self._location,
            StockedPack(pack_id=body.pack_id, gtin=body.gtin, batch=body.batch, expiry=body.expiry),
        )
        parts.reporter.event(PackStored(command_id=job.command_id, pack_id=body.pack_id, location=place))
        self._head.release()
        _end(
            parts,
            job,
            PackResult(item=0, pack_id=body.pack_id, outcome=PackOutcome.STORED, place=place),
            Outcome.COMPLETED,
        )


class Relocation:
    """Carry one pack to another free location of its class."""

    def __init__(self, parts: Parts, head: Head, job: Job) -> None:
        assert isinstance(job.body, Relocate)
        self._parts = parts
        self._head = head
        self.job = job
        self._body = job.body

    def begin(self) -> None:
        write_started(self._parts, self.job)
        pack_id = self._body.item.pack_id or ""
        source = self._parts.inventory.place(pack_id)
        pack = None if source is None else self._parts.machine.shelved.get(source)
        target = None if source is None or pack is None else self._reserve(pack, source)
        if source is None:
            self._give_up(pack_id, PackOutcome.MISSING)
        elif pack is None:
            self._not_there(pack_id, source)
        elif target is None:
            self._give_up(pack_id, PackOutcome.NOT_MOVED)
        else:
            write_pack(self._parts, self.job, self._body.item.item, pack_id, PackOutcome.UNKNOWN)
            fetch_s = self._parts.machine.fetch_s(source)
            self._parts.watch.travel(fetch_s, self.job.command_id, source, pack_id)
            self._head.move(fetch_s, self._gripped, pack_id, source, target)

    def stop(self) -> bool:
        """A gripped pack can only go to its new shelf."""
        return False

    def _reserve(self, pack: Pack, source: int) -> int | None:
        machine = self._parts.machine
        if self._body.location is None:
            height_mm = machine.articles[pack.gtin].height_mm
            try:
                return (
                    machine.free.take_better(height_mm, source) if self._body.improve else machine.free.take(height_mm)
                )
            except NoSpace:
                return None
        location = machine.layout.location(self._body.location)
        return location if location is not None and machine.free.take_this(location) else None

    def _gripped(self, pack_id: str, source: int, target: int) -> None:
        machine = self._parts.machine
        blow = self._parts.watch.grip(self.job.command_id, source, pack_id)
        failed = blow is not None and blow.strike.effect in (Effect.NO_GRIP, Effect.DOUBLE)
        if failed or self._parts.watch.misses(self.job.command_id, source, pack_id):
            machine.free.give_back(target)
            self._give_up(pack_id, PackOutcome.NOT_MOVED)
            return
        if blow is not None and blow.strike.effect is Effect.ASTRAY:
            machine.lead_astray(source)
        known = self._parts.inventory.remove(pack_id)
        pack = machine.grip_to_relocate(source)
        if pack is None or known is None:
            machine.free.give_back(target)
            self._not_there(pack_id, source)
        else:
            put_s = machine.put_s(target)
            self._parts.watch.travel(put_s, self.job.command_id, target, pack_id)
            self._head.move(put_s, self._put, known, pack, source, target)

    def _put(self, known: StockedPack, pack: Pack, source: int, target: int) -> None:
        parts, item = self._parts, self._body.item.item
        parts.machine.reshelve(parts.clock.now, pack, source, target, self.job.cause)
        place = parts.machine.layout.name(target)
        write_pack(parts, self.job, item, known.pack_id, PackOutcome.RELOCATED, place)
        parts.inventory.add(target, known)
        self._head.release()
        result = PackResult(item=item, pack_id=known.pack_id, outcome=PackOutcome.RELOCATED, place=place)
        _end(parts, self.job, result, Outcome.COMPLETED)

    def _not_there(self, pack_id: str, source: int) -> None:
        self._parts.inventory.remove(pack_id)
        place = self._parts.machine.layout.name(source)
        self._parts.reporter.event(PackMissing(pack_id=pack_id, location=place))
        self._give_up(pack_id, PackOutcome.MISSING)

    def _give_up(self, pack_id: str, outcome: PackOutcome) -> None:
        item = self._body.item.item
        write_pack(self._parts, self.job, item, pack_id, outcome)
        self._head.release()
        result = PackResult(item=item, pack_id=pack_id, outcome=outcome)
        _end(self._parts, self.job, result, Outcome.INCOMPLETE)
