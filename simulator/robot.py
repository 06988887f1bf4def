"""One robot: a machine, a disk, and a program that runs while there is power."""

from collections.abc import Iterable

from controller.protocol.codec import MalformedMessage, decode_command
from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.events import (
    DoorClosed,
    DoorOpened,
    EstopPressed,
    EstopReleased,
    EventBody,
    LocalAction,
    PackFound,
)
from controller.protocol.reports import Presence, StockedPack
from controller.protocol.topics import Channel
from simulator.firmware.build import Build
from simulator.firmware.inventory import Inventory
from simulator.firmware.journal import CommandBook, Entry, Journal, Mark
from simulator.firmware.program import Program
from simulator.firmware.reporter import Send
from simulator.firmware.safety import Interlocks
from simulator.hardware.luck import Luck
from simulator.hardware.machine import Machine, Riding
from simulator.hardware.movement import Cause, Movement
from simulator.hardware.pack import Pack
from simulator.timeline import Clockwork, Owner, Timeline

DOOR = "D1"


class Robot:
    """Power, door, panel and cable of one robot."""

    def __init__(
        self, build: Build, machine: Machine, journal: Journal, timeline: Timeline, send: Send, gauge_luck: Luck
    ) -> None:
        self.build = build
        self.machine = machine
        self.inventory = Inventory()
        self._journal = journal
        self._timeline = timeline
        self._send = send
        self._gauge_luck = gauge_luck
        self._session_up = True
        self.cable_up = True
        """The network as far as the robot's own switch."""
        self.late_s = 0.0
        """So late arrives what the controller sends."""
        self._presence: ControllerPresence | None = None
        self._power = Owner()
        self._cut_at = timeline.now
        self._actions = 0
        self._inside = 0
        self.interlocks = Interlocks()
        self.program: Program | None = None

    @property
    def generation(self) -> int:
        """Of the running boot; 0 while the power is off."""
        return 0 if self.program is None else self.program.book.generation

    def stock(self, packs: Iterable[Pack]) -> None:
        """Fill the rack and the robot's own list of it, as the site starts with."""
        for location, pack in self.machine.shelve_at_start(packs):
            assert pack.pack_id is not None
            self.inventory.add(location, _described(pack))

    def take_up(self, movements: Iterable[Movement], belt: Iterable[Pack]) -> None:
        """Go on from what an earlier run of the simulator recorded."""
        self.machine.replay(movements)
        self.machine.input_belt.extend(belt)
        self.inventory = Inventory()
        for location, pack in self.machine.shelved.items():
            self.inventory.add(location, _described(pack))

    # --- power -------------------------------------------------------------------------------------------------

    def switch_on(self, cause: str, journal_id: str) -> None:
        """Boot a new generation; `journal_id` names the journal where it is new."""
        self._power = Owner()
        clock = Clockwork(self._timeline, self._power)
        book = CommandBook(self._journal)
        if not book.journal_id:
            book.write(Entry(Mark.CREATED, journal_id=journal_id))
        self._restart_belt(clock)
        self.program = Program(
            self.build,
            self.machine,
            self.inventory,
            book,
            clock,
            self._send,
            self._link_up,
            self._presence,
            self.interlocks,
            self._gauge_luck,
        )
        self.machine.troubles.forget_standing()
        self.machine.free.crowded = False
        self.program.boot(cause)

    def cut_power(self) -> None:
        """All stops where it is; the broker sends the last will."""
        if self.program is None:
            return
        generation = self.generation
        self._power.alive = False
        self._cut_at = self._timeline.now
        self.program = None
        if self._link_up:
            self._send(Channel.PRESENCE, Presence(robot=self.build.robot, generation=generation, status="lost"))

    def _restart_belt(self, clock: Clockwork) -> None:
        # the belt has no memory: packs that lay on it arrive, and no program tells of it
        pause_s = clock.now - self._cut_at
        for riding in self.machine.belt:
            riding.lands_at += pause_s
            clock.call_at(riding.lands_at, self._land_untold, riding)

    def _land_untold(self, riding: Riding) -> None:
        self.machine.land(self._timeline.now, riding)

    # --- cable -------------------------------------------------------------------------------------------------

    def receive(self, payload: bytes, retained: bool) -> None:
        """Bytes from the robot's command topic. What cannot be read is refused by id where it shows one (RC-14)."""
        if self.program is None or not self.cable_up:
            return
        try:
            command = decode_command(payload)
        except MalformedMessage as error:
            self.program.reception.refuse_unreadable(payload, str(error))
            return
        if retained:
            self.program.reception.refuse_retained(command)
        else:
            self.command(command)

    def command(self, command: Command) -> None:
        """A command arrives; lost where power or cable is off, late where the network is slow."""
        if self.program is None or not self.cable_up:
            return
        if self.late_s > 0.0:
            clock = Clockwork(self._timeline, self._power)
            clock.call_in(self.late_s, self.program.reception.command, command)
        else:
            self.program.reception.command(command)

    def controller_presence(self, presence: ControllerPresence | None) -> None:
        self._presence = presence
        if self.program is not None:
            self.program.controller_presence(presence)

    def link_changed(self, up: bool) -> None:
        """The session with the broker came or went."""
        self._session_up = up
        self._tell_link()

    def plug(self, up: bool) -> None:
        """The cable comes or goes: without it the broker sends the last will."""
        if self.cable_up and not up and self.program is not None and self._session_up:
            self._send(Channel.PRESENCE, Presence(robot=self.build.robot, generation=self.generation, status="lost"))
        self.cable_up = up
        self._tell_link()

    def _tell_link(self) -> None:
        if self.program is not None:
            self.program.link_changed(self._link_up)

    @property
    def _link_up(self) -> bool:
        return self._session_up and self.cable_up

    # --- what people do at the robot ---------------------------------------------------------------------------

    def feed(self, pack: Pack) -> None:
        """Put a pack on the input belt."""
        self.machine.input_belt.append(pack)
        if self.program is not None:
            self.program.intake.wake()

    def open_door(self) -> None:
        if not self.interlocks.door_open:
            self.interlocks.door_open = True
            self._trip(DoorOpened(door=DOOR))

    def close_door(self) -> None:
        if self.interlocks.door_open:
            self.interlocks.door_open = False
            self._closed(DoorClosed(door=DOOR))
            self.machine.troubles.on_entered()

    def press_estop(self) -> None:
        if not self.interlocks.estop_pressed:
            self.interlocks.estop_pressed = True
            self._trip(EstopPressed(station=self.build.robot))

    def release_estop(self) -> None:
        if self.interlocks.estop_pressed:
            self.interlocks.estop_pressed = False
            self._closed(EstopReleased(station=self.build.robot))

    def _trip(self, fact: EventBody) -> None:
        self.interlocks.tripped = True
        if self.program is not None:
            self.program.reporter.event(fact)
            self.program.condition.interlock_opened()

    def _closed(self, fact: EventBody) -> None:
        if self.program is not None:
            self.program.reporter.event(fact)
            self.program.condition.interlock_closed()

    def enter(self) -> None:
        """A person opens the door and goes in."""
        self._inside += 1
        self.open_door()

    def leave(self, who: str) -> None:
        """A person comes out; the last one closes the door and resets."""
        self._inside -= 1
        if self._inside == 0:
            self.close_door()
            self.resume_at_panel(who)

    def resume_at_panel(self, who: str) -> None:
        """A person has checked the travel area and presses reset: home, then go on; at the next boot without power."""
        if self.interlocks.open:
            return
        if self.program is None:
            self.interlocks.tripped = False
        else:
            self._act(who, "reset")
            self.program.condition.resume()

    def clear_tray(self, who: str) -> list[Pack]:
        """A person takes out what lies below the table."""
        packs, self.machine.tray = self.machine.tray, []
        for pack in packs:
            self._act(who, "took a pack out of the tray", pack.pack_id)
        return packs

    def take_by_hand(self, who: str, pack_id: str, tote_id: str, work_id: str) -> bool:
        """A person takes a pack from its shelf into a tote, and books it out at the panel where that has power."""
        cause = Cause(work_id, self.generation, 0)
        if not self.machine.take_by_hand(self._timeline.now, pack_id, tote_id, cause):
            return False
        if self.program is not None:
            self.inventory.remove(pack_id)
            self._act(who, "took a pack from its shelf", pack_id)
        return True

    def enter_found(self, who: str, pack_id: str) -> bool:
        """A person finds the pack on its shelf and enters it; False where it stands on none."""
        for location, pack in self.machine.shelved.items():
            if pack.pack_id == pack_id:
                self.inventory.add(location, _described(pack))
                self._act(who, "entered a found pack", pack_id)
                if self.program is not None:
                    place = self.machine.layout.name(location)
                    self.program.reporter.event(PackFound(pack_id=pack_id, location=place))
                return True
        return False

    def forget_one(self, luck: Luck) -> None:
        """The robot's index loses a pack that stands in the rack."""
        held = self.inventory.places()
        if held:
            self.inventory.remove(held[luck.randrange(0, len(held))][0])

    def rebuild_index(self) -> None:
        """The packs that stand in the rack and no others, as a person enters it who has scanned all shelves."""
        for pack_id, location in self.inventory.places():
            standing = self.machine.shelved.get(location)
            if standing is None or standing.pack_id != pack_id:
                self.inventory.remove(pack_id)
        for location, pack in self.machine.shelved.items():
            if pack.pack_id is not None and self.inventory.place(pack.pack_id) is None:
                self.inventory.add(location, _described(pack))

    def put_right(self, pack_id: str, believed: int) -> None:
        """A person identifies a pack that stood where none should, and puts it where the robot believes it."""
        if self.inventory.place(pack_id) == believed:
            self.machine.put_back(pack_id, believed)
        elif believed not in self.machine.shelved:
            self.machine.free.give_back(believed)

    def _act(self, who: str, what: str, pack_id: str | None = None) -> None:
        self._actions += 1
        if self.program is not None:
            action_id = f"{self.build.robot}-{self.generation}-A{self._actions}"
            self.program.reporter.event(LocalAction(action_id=action_id, who=who, what=what, pack_id=pack_id))


def _described(pack: Pack) -> StockedPack:
    assert pack.pack_id is not None
    return StockedPack(pack_id=pack.pack_id, gtin=pack.gtin, batch=pack.batch, expiry=pack.expiry)
