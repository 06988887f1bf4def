"""One simulated robot on a bench, with a controller that says only what the test tells it to say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from controller.protocol.commands import Acknowledge, Command, CommandBody, ControllerPresence, Pick, PickItem
from controller.protocol.events import CommandFinished, CommandRefused, Event
from controller.protocol.reports import CommandResult, Presence, State, StockedPack
from controller.protocol.vocabulary import PackmlState, Refusal, RobotKind, timestamp
from simulator.centre import Centre, DeskAsks, Output
from simulator.hardware.pack import Article, Pack
from simulator.record import MemoryRecord
from simulator.robot import Robot
from simulator.site import RobotPlan, SiteFolder, StockLine

T = TypeVar("T")

NOON = 1_795_435_200.0
"""2026-11-23T12:00:00Z."""
FLAT = "05000000152292"
TALL = "05000000237555"
BARE = "05000000580132"
"""Without a DataMatrix."""


def article(gtin: str, height_mm: float = 30.0, *, datamatrix: bool = True) -> Article:
    return Article(gtin, "ambient", True, 60.0, 100.0, height_mm, 45.0, datamatrix)


def bench_site(capacity_packs: int = 400, packs: int = 12) -> SiteFolder:
    """R1 with `packs` flat and as many tall packs, R9 with a few; no orders, no deliveries."""
    return SiteFolder(
        path=Path("no-such-folder"),
        name="Bench",
        site="bench",
        zone=ZoneInfo("Europe/London"),
        robots=(
            RobotPlan("R1", RobotKind.AMBIENT, capacity_packs),
            RobotPlan("R9", RobotKind.VAULT, capacity_packs),
        ),
        manual_areas=("MANUAL-A",),
        articles={FLAT: article(FLAT), TALL: article(TALL, 120.0), BARE: article(BARE, datamatrix=False)},
        stock=(
            StockLine(1, FLAT, "L1", "2027-06-30", "R1", packs),
            StockLine(2, TALL, "L2", "2027-07-31", "R1", packs),
            StockLine(3, FLAT, "L1", "2027-06-30", "R9", 3),
        ),
    )


@dataclass
class Bench:
    """Virtual time; `heard` is all that R1 said, in its order."""

    site: SiteFolder = field(default_factory=bench_site)
    faults: str = "none"
    epoch: int = 1
    online: bool = True
    acknowledging: bool = False
    """Whether the controller commits and acknowledges each event at once."""
    repairs: bool = True
    """Whether people cure faults by themselves."""

    def __post_init__(self) -> None:
        self.now = NOON
        self.record = MemoryRecord()
        self.centre = Centre(
            self.site, seed=7, faults=self.faults, record=self.record, start_at=NOON, repairs=self.repairs
        )
        self.heard: list[Any] = []
        self.asked: list[DeskAsks] = []
        self._ids = 0
        self._take(self.centre.advance(NOON))
        if self.online:
            self.presence(True)
            self.run(15.0)

    @property
    def robot(self) -> Robot:
        return self.centre.robots["R1"]

    @property
    def stocked(self) -> list[StockedPack]:
        return self.robot.inventory.packs()

    # --- doing -------------------------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Let `seconds` pass, event by event."""
        until = self.now + seconds
        while (wake_at := self.centre.next_wake_at()) is not None and wake_at <= until:
            self.now = wake_at
            self._take(self.centre.advance(wake_at))
        self.now = until
        self._take(self.centre.advance(until))

    def presence(self, online: bool, epoch: int | None = None) -> None:
        known = ControllerPresence(epoch=self.epoch if epoch is None else epoch, online=online)
        self._take(self.centre.controller_presence(known, self.now))

    def link(self, up: bool) -> None:
        self._take(self.centre.link_changed("R1", up, self.now))

    def reboot(self) -> None:
        self._take(self.centre.reboot("R1", self.now))

    def envelope(self, body: CommandBody, command_id: str | None = None, **fields: Any) -> Command:
        """A command as the controller would make it now; `fields` replace parts of the envelope."""
        self._ids += 1
        given: dict[str, Any] = {
            "command_id": command_id or f"C{self._ids}",
            "robot": "R1",
            "generation": self.robot.generation,
            "epoch": self.epoch,
            "attempt": 1,
            "issued_at": timestamp(self.now),
            "valid_for_s": 600.0,
            "body": body,
        }
        return Command(**{**given, **fields})

    def send(self, body: CommandBody, command_id: str | None = None, **fields: Any) -> str:
        """Deliver a command; its id."""
        command = self.envelope(body, command_id, **fields)
        self.deliver(command)
        return command.command_id

    def deliver(self, command: Command) -> None:
        self._take(self.centre.command("R1", command, self.now))

    def deliver_bytes(self, payload: bytes, retained: bool = False) -> None:
        self._take(self.centre.receive("R1", payload, retained, self.now))

    def feed(self, gtin: str = FLAT, batch: str = "N1", expiry: str = "2027-12-31") -> None:
        """A person puts a pack on the input belt."""
        self.robot.feed(Pack(gtin, batch, expiry))
        self._take(self.centre.advance(self.now))

    def do(self, action: Any, *arguments: Any) -> None:
        """Call something of the robot and take what it then says."""
        action(*arguments)
        self._take(self.centre.advance(self.now))

    def inject(self, cause: str, severity: float = 1.0) -> None:
        """A hidden cause begins."""
        self._take(self.centre.inject("R1", self.now, cause=cause, severity=severity, in_s=0.0)[1])

    def remedy(self, action: str) -> None:
        """A person does something to the machine."""
        self._take(self.centre.remedy("R1", action, "Ann", self.now)[1])

    def pick(self, *packs: StockedPack, tote: str = "T1") -> Pick:
        items = tuple(
            PickItem(item=n, gtin=pack.gtin, batch=pack.batch, expiry=pack.expiry, pack_id=pack.pack_id)
            for n, pack in enumerate(packs, start=1)
        )
        return Pick(tote_id=tote, output="OUT-1", items=items)

    # --- what was said -----------------------------------------------------------------------------------------

    def _take(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            if isinstance(output, DeskAsks):
                self.asked.append(output)
            elif output.robot == "R1":
                self.heard.append(output.message)
                if self.acknowledging and isinstance(output.message, Event):
                    self.send(Acknowledge(seq=output.message.seq))

    def events(self, kind: type[T]) -> list[T]:
        """The facts of one kind, each once however often it was repeated."""
        once = {(e.generation, e.seq): e for e in self.heard if isinstance(e, Event)}
        return [event.body for event in once.values() if isinstance(event.body, kind)]

    def about(self, command_id: str) -> list[str]:
        """The names of the facts that were told of a command, in their order."""
        names = []
        once = {(e.generation, e.seq): e for e in self.heard if isinstance(e, Event)}
        for event in once.values():
            body = event.body
            told = body.result.command_id if isinstance(body, CommandFinished) else getattr(body, "command_id", None)
            if told == command_id:
                names.append(type(body).__name__)
        return names

    def refusal(self, command_id: str) -> Refusal | None:
        """Why the command was refused last; None where it was not."""
        told = [event.refusal for event in self.events(CommandRefused) if event.command_id == command_id]
        return told[-1] if told else None

    def result(self, command_id: str) -> CommandResult:
        """The one terminal outcome of the command."""
        told = [event.result for event in self.events(CommandFinished) if event.result.command_id == command_id]
        assert len(told) == 1, told
        return told[0]

    def events_of_finish(self, command_id: str) -> list[CommandFinished]:
        """Every telling of the outcome, with the answers to repeated commands."""
        return [event for event in self.events(CommandFinished) if event.result.command_id == command_id]

    def finished(self, command_id: str) -> bool:
        return any(event.result.command_id == command_id for event in self.events(CommandFinished))

    @property
    def states(self) -> list[State]:
        return [message for message in self.heard if isinstance(message, State)]

    def packml(self) -> PackmlState:
        """As the last state report tells it."""
        return self.states[-1].packml

    @property
    def presences(self) -> list[Presence]:
        return [message for message in self.heard if isinstance(message, Presence)]

    @property
    def moved(self) -> list[str]:
        """What really moved: act and pack."""
        return [f"{movement.act} {movement.pack_id}" for movement in self.record.movements]
