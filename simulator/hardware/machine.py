"""One robot's mechanics: what stands where, what a motion takes, and the record of what really moved.

Knows nothing of messages. A power cut stops it where it is: packs stay on the table, on the belts, in the rack.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from simulator.hardware.gantry import Gantry, Point
from simulator.hardware.luck import Luck, spread
from simulator.hardware.movement import Act, Cause, Movement, Recorder
from simulator.hardware.pack import Article, Pack
from simulator.hardware.parameters import MachineParameters
from simulator.hardware.rack import FreePlaces, NoSpace, RackLayout
from simulator.hardware.settings import Settings
from simulator.hardware.troubles import Troubles


@dataclass(slots=True)
class Riding:
    """A pack on the output belt."""

    pack: Pack
    tote_id: str
    output: str
    lands_at: float
    cause: Cause


class Machine:
    """The physical robot `name`."""

    def __init__(
        self,
        name: str,
        parameters: MachineParameters,
        layout: RackLayout,
        articles: Mapping[str, Article],
        luck: Luck,
        record: Recorder,
        trouble_luck: Luck,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.layout = layout
        self.articles = articles
        self.luck = luck
        self.gantry = Gantry(parameters)
        self.free = FreePlaces(layout)
        self.shelved: dict[int, Pack] = {}
        """What stands at which location."""
        self.table: list[Pack] = []
        self.belt: list[Riding] = []
        self.input_belt: deque[Pack] = deque()
        self.scanner: Pack | None = None
        self.transfer: dict[str, Pack] = {}
        """Packs that the loader holds ready for the table, by offer."""
        self.reject_lane: deque[Pack] = deque()
        self.tray: list[Pack] = []
        """Below the table: what fell, and what the homing after a power cut swept off the table."""
        self.chute: list[Pack] = []
        """Put out at the reject or quarantine output, until a person takes it away."""
        self.totes: dict[str, str] = {}
        """Pack id to the tote into which it fell."""
        self.landed: dict[str, Pack] = {}
        """What lies in those totes, wherever they are now."""
        self.drops_to_come = 0
        """So many of the next gripped packs will slip from the gripper."""
        self.troubles = Troubles(trouble_luck, layout.per_shelf)
        """What is wrong with this machine, whether it shows or not."""
        self._record = record

    @property
    def settings(self) -> Settings:
        """What is set in it now."""
        return self.troubles.settings

    def adjust(self, settings: Settings) -> None:
        """From the next motion on."""
        self.troubles.settings = settings
        self.gantry.pace = settings.speed
        self.troubles.on_adjusted()

    # --- durations ---------------------------------------------------------------------------------------------

    def fetch_s(self, location: int) -> float:
        """Travel to a location and grip the pack there; the head is on its way."""
        p = self.parameters
        return self.gantry.move_to(self.layout.point(location)) + spread(
            self.luck, p.grip_s * self.settings.grip_time, p.grip_sigma
        )

    def bring_out_s(self) -> float:
        """Travel to the output and drop all that lies on the table."""
        p = self.parameters
        return self.gantry.move_to(self.gantry.output) + p.drop_s + p.drop_extra_s * (len(self.table) - 1)

    def take_in_s(self) -> float:
        """Travel to the loader and take one pack over."""
        p = self.parameters
        return self.gantry.move_to(self.gantry.input) + spread(self.luck, p.intake_s, p.intake_sigma)

    def put_s(self, location: int) -> float:
        """Travel to a location and put the pack down."""
        return self.gantry.move_to(self.layout.point(location)) + self.parameters.put_s

    def visit_order(self, locations: list[int]) -> list[int]:
        """Indexes of `locations` in the order of a short tour to the output."""
        stops: list[Point] = [self.layout.point(location) for location in locations]
        return self.gantry.visit_order(stops, self.gantry.output)

    # --- motions -----------------------------------------------------------------------------------------------

    def shelve_at_start(self, packs: Iterable[Pack]) -> list[tuple[int, Pack]]:
        """Fill the rack as years of chaotic storage left it: each pack somewhere among the near places of its class."""
        by_height: dict[float, list[Pack]] = {}
        for pack in packs:
            by_height.setdefault(self.articles[pack.gtin].height_mm, []).append(pack)
        by_class: dict[int, list[Pack]] = {}
        for height_mm, some in sorted(by_height.items(), reverse=True):
            height_class = self.layout.class_of(height_mm)
            by_class.setdefault(len(self.layout.classes_mm) if height_class is None else height_class, []).extend(some)
        placed: list[tuple[int, Pack]] = []
        for _, some in sorted(by_class.items(), reverse=True):
            height_mm = self.articles[some[0].gtin].height_mm
            places = [self.free.take(height_mm) for _ in some]
            self.luck.shuffle(places)
            placed.extend(zip(places, some, strict=True))
        self.shelved.update(placed)
        return placed

    def grip(self, at: float, location: int, cause: Cause) -> Pack | None:
        """Take the pack off its shelf onto the table; None where the place is empty."""
        pack = self.shelved.pop(location, None)
        if pack is None:
            return None
        self.free.give_back(location)
        self.table.append(pack)
        self._write(at, Act.PICK, pack, self.layout.name(location), "table", cause)
        return pack

    def grip_to_relocate(self, location: int) -> Pack | None:
        """As `grip`, for a pack that stays in the rack: only its arrival is a movement."""
        pack = self.shelved.pop(location, None)
        if pack is not None:
            self.free.give_back(location)
            self.table.append(pack)
        return pack

    def slips(self, at: float, pack: Pack, cause: Cause) -> bool:
        """Whether the gripped pack falls into the tray below, by the plan of a person or for want of force."""
        chance = self.settings.drop_chance
        if self.drops_to_come:
            self.drops_to_come -= 1
        elif not chance or self.troubles.luck.random() >= chance:
            return False
        self.fall(at, pack, cause)
        return True

    def lead_astray(self, location: int) -> bool:
        """The pack of the location stands elsewhere, and always did; False where nothing stands here or is free."""
        pack = self.shelved.get(location)
        if pack is None:
            return False
        try:
            elsewhere = self.free.take(self.articles[pack.gtin].height_mm)
        except NoSpace:
            return False
        self.shelved[elsewhere] = self.shelved.pop(location)
        self.free.give_back(location)
        return True

    def occupy(self, location: int) -> tuple[str, int] | None:
        """A pack that fits stands at this free location, and always did: which, and where it was believed.

        The place where it was believed stays reserved. A neighbour on the shelf, where there is one; None where the
        rack has no such pack.
        """
        height_class = self.layout.shelf_of(location).height_class
        for place in chain(self.layout.locations_beside(location), self.shelved):
            pack = self.shelved.get(place)
            fits = self.layout.shelf_of(place).height_class <= height_class
            if pack is not None and pack.pack_id is not None and fits:
                self.shelved[location] = self.shelved.pop(place)
                return pack.pack_id, place
        return None

    def put_back(self, pack_id: str, believed: int) -> None:
        """Undo `occupy`: a person identifies the pack and puts it where it belongs."""
        found = next((place for place, pack in self.shelved.items() if pack.pack_id == pack_id), None)
        if found is not None and believed not in self.shelved:
            self.shelved[believed] = self.shelved.pop(found)
            self.free.give_back(found)

    def fall(self, at: float, pack: Pack, cause: Cause) -> None:
        """The pack slips from the gripper into the tray below."""
        self.table.remove(pack)
        self.tray.append(pack)
        self._write(at, Act.DROP, pack, "table", "tray", cause)

    def drop_on_belt(self, at: float, tote_id: str, output: str, cause: Cause) -> list[Riding]:
        """All that lies on the table rides to the tote now."""
        p = self.parameters
        riding = [
            Riding(pack, tote_id, output, at + p.belt_s + n * p.belt_gap_s, cause) for n, pack in enumerate(self.table)
        ]
        self.table.clear()
        self.belt.extend(riding)
        return riding

    def land(self, at: float, riding: Riding) -> None:
        """The pack falls into its tote."""
        self.belt.remove(riding)
        if riding.pack.pack_id is not None:
            self.totes[riding.pack.pack_id] = riding.tote_id
            self.landed[riding.pack.pack_id] = riding.pack
        self._write(at, Act.DELIVER, riding.pack, riding.output, riding.tote_id, riding.cause)

    def eject(self, at: float, output: str, cause: Cause) -> list[Pack]:
        """All that lies on the table goes down the chute `output`, for a person."""
        packs, self.table = self.table, []
        for pack in packs:
            self._write(at, Act.EJECT, pack, "table", output, cause)
        self.chute.extend(packs)
        return packs

    def take_from_chute(self, gtin: str, batch: str, expiry: str) -> bool:
        """A person takes a pack of the lot out of the chute; False where none lies there."""
        for pack in self.chute:
            if (pack.gtin, pack.batch, pack.expiry) == (gtin, batch, expiry):
                self.chute.remove(pack)
                return True
        return False

    def take_this_from_chute(self, pack_id: str | None) -> Pack | None:
        """The pack that came out as this one, whatever is printed on it; None where it does not lie there."""
        found = next((pack for pack in self.chute if pack.pack_id == pack_id), None)
        if found is not None:
            self.chute.remove(found)
        return found

    def find(self, pack_id: str) -> Pack | None:
        """The pack that bears the ledger's id, in the rack, in the chute or in a tote; None where it is not here."""
        if pack_id in self.landed:
            return self.landed[pack_id]
        return next((pack for pack in chain(self.chute, self.shelved.values()) if pack.pack_id == pack_id), None)

    def give_back(self, at: float, pack_id: str, cause: Cause) -> bool:
        """A person takes the pack out of its tote and carries it to goods-in; False where it lies in none."""
        pack, tote_id = self.landed.pop(pack_id, None), self.totes.pop(pack_id, None)
        if pack is None or tote_id is None:
            return False
        self._write(at, Act.RETURN, pack, tote_id, "goods-in", cause)
        return True

    def take_by_hand(self, at: float, pack_id: str, tote_id: str, cause: Cause) -> bool:
        """A person takes the pack from its shelf and puts it into the tote; False where it stands on none."""
        location = next((place for place, pack in self.shelved.items() if pack.pack_id == pack_id), None)
        if location is None:
            return False
        pack = self.shelved.pop(location)
        self.free.give_back(location)
        self.totes[pack_id] = tote_id
        self.landed[pack_id] = pack
        self._write(at, Act.TAKE, pack, self.layout.name(location), tote_id, cause)
        return True

    def shelve(self, at: float, pack: Pack, location: int, cause: Cause) -> None:
        """Put the new pack from the table on its shelf."""
        self.table.remove(pack)
        self.shelved[location] = pack
        self._write(at, Act.STORE, pack, "input", self.layout.name(location), cause)

    def reshelve(self, at: float, pack: Pack, source: int, location: int, cause: Cause) -> None:
        """Put a pack that stood elsewhere before on another shelf."""
        self.table.remove(pack)
        self.shelved[location] = pack
        self._write(at, Act.RELOCATE, pack, self.layout.name(source), self.layout.name(location), cause)

    def pick_up_offered(self, offer_id: str, pack_id: str) -> Pack:
        """Take the accepted pack from the loader onto the table; it bears the ledger's id from now on."""
        pack = self.transfer.pop(offer_id)
        pack.pack_id = pack_id
        self.table.append(pack)
        return pack

    def sweep(self, at: float, causes: Mapping[str, Cause]) -> None:
        """The homing after a power cut clears the table: what lay there is in the tray, and nobody knows.

        `causes` names, by pack id, the interrupted command of each pack that came from a shelf.
        """
        for pack in list(self.table):
            cause = causes.get(pack.pack_id or "")
            if cause is not None:
                self.fall(at, pack, cause)
            else:
                self.table.remove(pack)
                self.tray.append(pack)

    def rewind_loader(self) -> None:
        """After a power cut the loader runs back: what it held is scanned again."""
        if self.scanner is not None:
            self.input_belt.appendleft(self.scanner)
            self.scanner = None
        for pack in reversed(self.transfer.values()):
            self.input_belt.appendleft(pack)
        self.transfer.clear()

    def replay(self, movements: Iterable[Movement]) -> None:
        """Put every pack where the record of an earlier run left it; what was on its way lies on the table."""
        places = {pack.pack_id: location for location, pack in self.shelved.items()}
        moving: dict[str | None, Pack] = {}
        for movement in movements:
            pack_id = movement.pack_id
            match movement.act:
                case Act.STORE | Act.RELOCATE:
                    pack = Pack(movement.gtin, movement.batch, movement.expiry, pack_id)
                    if pack_id in places:
                        del self.shelved[places[pack_id]]
                    location = self.layout.location(movement.target)
                    assert location is not None
                    places[pack_id] = location
                    self.shelved[location] = pack
                case Act.PICK:
                    moving[pack_id] = self.shelved.pop(places.pop(pack_id))
                case Act.DELIVER:
                    self.landed[pack_id or ""] = moving.pop(pack_id)
                    self.totes[pack_id or ""] = movement.target
                case Act.RETURN:
                    del self.landed[pack_id or ""], self.totes[pack_id or ""]
                case Act.EJECT:
                    self.chute.append(moving.pop(pack_id))
                case Act.TAKE:
                    self.landed[pack_id or ""] = self.shelved.pop(places.pop(pack_id))
                    self.totes[pack_id or ""] = movement.target
                case Act.DROP if pack_id in moving:
                    self.tray.append(moving.pop(pack_id))
                case Act.DROP:
                    # on its way from shelf to shelf, which is no movement before it ends
                    self.tray.append(self.shelved.pop(places.pop(pack_id)))
        self.table = list(moving.values())
        self.free.occupy(self.shelved)

    def _write(self, at: float, act: Act, pack: Pack, source: str, target: str, cause: Cause) -> None:
        self._record.append(
            Movement(at, self.name, act, pack.pack_id, pack.gtin, pack.batch, pack.expiry, source, target, cause)
        )
