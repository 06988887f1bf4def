"""The robot's sensors in each motion: they count, and raise the fault when a hidden cause strikes."""

from simulator.firmware.condition import Condition
from simulator.firmware.gauges import Gauges
from simulator.hardware.causes.kinds import Effect, Moment
from simulator.hardware.machine import Machine
from simulator.hardware.troubles import Blow
from simulator.timeline import Clockwork

BELT_STANDS = frozenset({"CNV-40", "CNV-42", "CNV-43"})
LOADER_STANDS = frozenset({"INP-33"})
NOT_FOUND_S = 12.0
"""What is the matter with one place clears when the robot has gone on to the next pack (Table B, STK-50)."""
SILENT = frozenset(
    {
        *(Effect.FORGET, Effect.WRONG_EXPIRY, Effect.WRONG_CODE),
        *(Effect.CABLE, Effect.HANG, Effect.DOOR, Effect.ESTOP),
    }
)
"""Effects of which the robot's own sensors know nothing, or which it tells otherwise than as a fault."""


class Watch:
    """One boot's. Everything here is cheap while the machine is sound."""

    def __init__(self, machine: Machine, clock: Clockwork, condition: Condition, gauges: Gauges) -> None:
        self._machine = machine
        self._clock = clock
        self._condition = condition
        self.gauges = gauges

    @property
    def belt_stands(self) -> bool:
        return self._condition.faults.stands(BELT_STANDS)

    @property
    def loader_stands(self) -> bool:
        return self._condition.faults.stands(LOADER_STANDS)

    # --- motions -----------------------------------------------------------------------------------------------

    def travel(
        self, duration_s: float, command_id: str, location: int | None = None, pack_id: str | None = None
    ) -> float:
        """The head sets out; `duration_s`, for the head's clock. A blow comes somewhere on the way."""
        self.gauges.moved(duration_s)
        troubles = self._machine.troubles
        if troubles.active:
            for moment in (Moment.TRAVEL,) if location is not None else (Moment.TRAVEL, Moment.OUTPUT):
                blow = troubles.draw(moment, self._clock.now)
                if blow is not None:
                    self._clock.call_in(blow.fraction * duration_s, self.meet, blow, command_id, location, pack_id)
                    break
        return duration_s

    def grip(self, command_id: str, location: int, pack_id: str | None) -> Blow | None:
        """The gripper closes at a location."""
        troubles = self._machine.troubles
        troubles.count_cycle()
        self.gauges.gripped(location)
        return self._draw(Moment.GRIP, command_id, location, pack_id) if troubles.active else None

    def misses(self, command_id: str, location: int, pack_id: str | None) -> bool:
        """Whether a wrong offset leads the gripper past its pack, again and again: GRP-10 till it has gone on."""
        chance = self._machine.troubles.miss_chance(self._clock.now)
        if not chance or self._machine.troubles.luck.random() >= chance:
            return False
        if not self._condition.faults.stands(frozenset({"GRP-10"})):
            place = self._machine.layout.name(location)
            occurrence = self._condition.raise_fault("GRP-10", 3, command_id, pack_id, place)
            self._clock.call_in(NOT_FOUND_S, self._condition.clear_fault, occurrence)
        return True

    def carry(self, command_id: str, location: int, pack_id: str) -> Blow | None:
        """The gripped pack is on the table."""
        return self._draw(Moment.CARRY, command_id, location, pack_id) if self._machine.troubles.active else None

    def put(self, command_id: str, location: int, pack_id: str | None) -> Blow | None:
        """A pack is about to be put down at a location that should be free."""
        return self._draw(Moment.PUT, command_id, location, pack_id) if self._machine.troubles.active else None

    def land(self, command_id: str, pack_id: str) -> None:
        """A pack reaches the end of the belt; see `belt_stands`."""
        self.gauges.lands += 1
        if self._machine.troubles.active:
            self._draw(Moment.LAND, command_id, None, pack_id)

    def feed(self) -> None:
        """The loader brings the next pack; see `loader_stands`."""
        if self._machine.troubles.active:
            self._draw(Moment.FEED, None, None, None)

    def scan(self, pointless: frozenset[Effect]) -> Effect | None:
        """A pack stands at the scanner: what spoils the reading. What is `pointless` waits for another pack."""
        if not self._machine.troubles.active:
            return None
        blow = self._draw(Moment.SCAN, None, None, None, pointless)
        return None if blow is None else blow.strike.effect

    def _draw(
        self,
        moment: Moment,
        command_id: str | None,
        location: int | None,
        pack_id: str | None,
        pointless: frozenset[Effect] = frozenset(),
    ) -> Blow | None:
        blow = self._machine.troubles.draw(moment, self._clock.now, location, pointless)
        if blow is not None:
            self.meet(blow, command_id, location, pack_id)
        return blow

    # --- faults ------------------------------------------------------------------------------------------------

    def meet(
        self, blow: Blow, command_id: str | None = None, location: int | None = None, pack_id: str | None = None
    ) -> None:
        """A cause strikes now: raise its fault, unless that stands already."""
        trouble, strike = blow.trouble, blow.strike
        if trouble.standing is not None or trouble not in self._machine.troubles.active:
            return
        occurrence = None
        if strike.effect not in SILENT:
            self.gauges.mark(strike.symptoms)
            trouble.retry_helps = blow.self_clears
            place = None if location is None else self._machine.layout.name(location)
            occurrence = self._condition.raise_fault(strike.code, blow.level, command_id, pack_id, place, strike.axis)
        trouble.standing = occurrence or strike.code
        self._machine.troubles.on_struck(blow, occurrence)

    def wrong_product(self, command_id: str, pack_id: str) -> None:
        """The code reader at the output sees another product than the command names (IDN-31)."""
        occurrence = self._condition.raise_fault("IDN-31", 1, command_id, pack_id)
        self._machine.troubles.on_misread(occurrence)

    def not_found(self, command_id: str, location: int, pack_id: str) -> None:
        """A known location was empty, for whatever reason."""
        if self._condition.faults.stands(frozenset({"STK-50"})):
            return
        place = self._machine.layout.name(location)
        occurrence = self._condition.raise_fault("STK-50", 3, command_id, pack_id, place)
        self._clock.call_in(NOT_FOUND_S, self._condition.clear_fault, occurrence)
