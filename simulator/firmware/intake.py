"""The input: one pack after another stands at the scanner and waits for the controller's word."""

from collections.abc import Callable

from controller.protocol.events import OfferLapsed, PackOffered
from simulator.firmware.parts import Parts
from simulator.hardware.pack import Pack
from simulator.hardware.scanner import Scan, pointless, scan, spoil
from simulator.timeline import Timer


class Intake:
    """At most one offer is open; the loader holds a few accepted packs ready for the head."""

    def __init__(self, parts: Parts, robot: str, answer_s: float, may_offer: Callable[[], bool]) -> None:
        self._parts = parts
        self._robot = robot
        self._answer_s = answer_s
        self._may_offer = may_offer
        self._offers = 0
        self._next_scan_at = parts.clock.now
        self._scan_due: Timer | None = None
        self._lapse: Timer | None = None
        self.offer_id: str | None = None
        self.offered: Scan | None = None
        self.reserved: dict[str, int] = {}
        """Location reserved for each accepted pack, by offer."""

    def wake(self) -> None:
        """Something may have changed: packs on the belt, a free place for an accepted one, the controller."""
        machine = self._parts.machine
        blocked = self.offer_id is not None or (self._scan_due is not None and self._scan_due.pending)
        full = len(machine.transfer) >= machine.parameters.transfer_places
        if machine.input_belt and not blocked and not full and self._may_offer():
            self._scan_due = self._parts.clock.call_at(self._next_scan_at, self._scan)

    @property
    def waiting(self) -> int:
        """Packs on the input belt, the offered one included."""
        machine = self._parts.machine
        return len(machine.input_belt) + (0 if machine.scanner is None else 1)

    def reserve(self) -> None:
        """The offered pack is accepted: to the loader's transfer place, with a location of its own."""
        machine, offer_id, offered = self._parts.machine, self.offer_id, self.offered
        assert offer_id is not None
        assert offered is not None
        self.reserved[offer_id] = machine.free.take(offered.height_mm)
        machine.transfer[offer_id] = self._close()
        self.wake()

    def reject(self) -> None:
        """The offered pack goes to the reject lane."""
        self._parts.machine.reject_lane.append(self._close())
        self.wake()

    def hand_back(self, offer_id: str) -> None:
        """An accepted pack that will not be shelved goes to the reject lane, its place free again."""
        machine = self._parts.machine
        machine.reject_lane.append(machine.transfer.pop(offer_id))
        machine.free.give_back(self.reserved.pop(offer_id))
        self.wake()

    def _close(self) -> Pack:
        """End the open offer; the pack that stood at the scanner."""
        machine = self._parts.machine
        pack, machine.scanner = machine.scanner, None
        assert pack is not None
        self.offer_id = self.offered = None
        if self._lapse is not None:
            self._lapse.cancel()
        return pack

    def _scan(self) -> None:
        machine, clock = self._parts.machine, self._parts.clock
        if not self._may_offer() or not machine.input_belt:
            return
        self._parts.watch.feed()
        if self._parts.watch.loader_stands:
            return
        machine.scanner = machine.input_belt.popleft()
        self._next_scan_at = clock.now + machine.parameters.input_interval_s
        self._offers += 1
        reading = scan(machine, machine.scanner)
        spoilt = self._parts.watch.scan(pointless(reading))
        if spoilt is not None:
            reading = spoil(machine, machine.scanner, reading, spoilt)
        self._parts.watch.gauges.scanned(bool(reading.code.raw))
        self.offer_id = f"{self._robot}-{self._parts.book.generation}-{self._offers}"
        self.offered = reading
        self._parts.reporter.event(
            PackOffered(
                offer_id=self.offer_id,
                raw_code=reading.code.raw,
                gtin=reading.code.gtin,
                batch=reading.code.batch,
                expiry=reading.code.expiry,
                serial=reading.code.serial,
                width_mm=reading.width_mm,
                depth_mm=reading.depth_mm,
                height_mm=reading.height_mm,
            )
        )
        self._lapse = clock.call_in(self._answer_s, self._lapsed)

    def _lapsed(self) -> None:
        assert self.offer_id is not None
        self._parts.reporter.event(OfferLapsed(offer_id=self.offer_id))
        self.reject()
