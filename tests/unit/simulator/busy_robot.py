"""One robot that is given picks and packs to store without end, by a controller of a few lines."""

from collections import deque
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from controller.protocol.codec import FromRobot
from controller.protocol.commands import (
    Acknowledge,
    Command,
    CommandBody,
    ControllerPresence,
    Pick,
    PickItem,
    Reject,
    Store,
)
from controller.protocol.events import CommandFinished, CommandRefused, Event, EventBody, PackOffered
from controller.protocol.reports import Condition, StockedPack, Telemetry
from controller.protocol.vocabulary import RobotKind, timestamp
from simulator.centre import Centre, Output, RobotSends
from simulator.hardware.pack import Article, Pack
from simulator.record import MemoryCauseLog, MemoryRecord
from simulator.site import RobotPlan, SiteFolder, StockLine
from simulator.truth import CauseEntry

T = TypeVar("T")

NOON = 1_795_435_200.0
"""2026-11-23T12:00:00Z."""
GTINS = ("05000000152292", "05000000237555")
TOURS_AHEAD = 2


def site_of(kind: RobotKind, packs: int) -> SiteFolder:
    """R1 with `packs` of each of two products, and room for as many again."""
    return SiteFolder(
        path=Path("no-such-folder"),
        name="Busy",
        site="busy",
        zone=ZoneInfo("Europe/London"),
        robots=(RobotPlan("R1", kind, max(400, 4 * packs)),),
        manual_areas=(),
        articles={gtin: Article(gtin, kind.value, True, 60.0, 100.0, 30.0, 45.0, True) for gtin in GTINS},
        stock=tuple(StockLine(n, gtin, "L1", "2028-06-30", "R1", packs) for n, gtin in enumerate(GTINS, start=1)),
    )


class BusyRobot:
    """Virtual time. `rest_s` is a pause after each tour, so that days need not cost as many picks."""

    def __init__(
        self,
        faults: str = "none",
        *,
        kind: RobotKind = RobotKind.AMBIENT,
        packs: int = 300,
        seed: int = 7,
        repairs: bool = True,
        feeding: bool = True,
        rest_s: float = 0.0,
        streams: bool = False,
    ) -> None:
        self.log = MemoryCauseLog()
        self.record = MemoryRecord()
        self.now = NOON
        self.heard: list[FromRobot] = []
        self.facts: list[EventBody] = []
        self.picks = 0
        self._seqs: set[tuple[int, int]] = set()
        self._feeding = feeding
        self._rest_s = rest_s
        self._ids = 0
        self._open: set[str] = set()
        self._resume_at = 0.0
        self.centre = Centre(
            site_of(kind, packs),
            seed=seed,
            faults=faults,
            record=self.record,
            start_at=NOON,
            cause_log=self.log,
            repairs=repairs,
            streams=streams,
        )
        self.robot = self.centre.robots["R1"]
        self._stock = deque(self.robot.inventory.packs())
        self._handle(self.centre.advance(NOON))
        self._handle(self.centre.controller_presence(ControllerPresence(epoch=1, online=True), NOON))

    # --- doing -------------------------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Work for so long."""
        until = self.now + seconds
        self._give_work()
        while (wake_at := self._next_at(until)) <= until:
            self.now = wake_at
            self._handle(self.centre.advance(wake_at))
            self._give_work()
            if wake_at == until:
                break
        self.now = until

    def _next_at(self, until: float) -> float:
        wake_at = self.centre.next_wake_at()
        times = [until if wake_at is None else wake_at]
        if self._resume_at > self.now:
            times.append(self._resume_at)
        return min(times)

    def take_what_is_due(self) -> None:
        """Let happen what is due by now, and give no work."""
        self._handle(self.centre.advance(self.now))

    def inject(self, code: str | None = None, cause: str | None = None, severity: float = 1.0) -> None:
        self._handle(self.centre.inject("R1", self.now, cause=cause, code=code, severity=severity, in_s=0.0)[1])

    def remedy(self, action: str) -> list[str]:
        cured, outputs = self.centre.remedy("R1", action, "Ann", self.now)
        self._handle(outputs)
        return cured

    def send(self, body: CommandBody) -> str:
        """Deliver a command; its id."""
        self._ids += 1
        command = Command(
            command_id=f"C{self._ids}",
            robot="R1",
            generation=max(1, self.robot.generation),
            epoch=1,
            attempt=1,
            issued_at=timestamp(self.now),
            valid_for_s=86_400.0,
            body=body,
        )
        self._handle(self.centre.command("R1", command, self.now))
        return command.command_id

    def _give_work(self) -> None:
        while len(self._open) < TOURS_AHEAD and self._stock and self.now >= self._resume_at and self._ready():
            size = self.robot.build.max_tour_items
            packs = [self._stock.popleft() for _ in range(min(size, len(self._stock)))]
            items = tuple(
                PickItem(item=n, gtin=pack.gtin, batch=pack.batch, expiry=pack.expiry, pack_id=pack.pack_id)
                for n, pack in enumerate(packs, start=1)
            )
            self._open.add(f"C{self._ids + 1}")
            self.send(Pick(tote_id="T1", output="OUT-1", items=items))
        if self._feeding and self.robot.program is not None and self.robot.program.intake.waiting < 2:
            self.robot.feed(Pack(GTINS[0], "L1", "2028-06-30"))

    def _ready(self) -> bool:
        return self.robot.program is not None and self.robot.cable_up and not self.robot.interlocks.tripped

    # --- hearing -----------------------------------------------------------------------------------------------

    def _handle(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, RobotSends):
                self.heard.append(output.message)
                if isinstance(output.message, Event):
                    self._event(output.message)

    def _event(self, event: Event) -> None:
        self.send(Acknowledge(seq=event.seq))
        if (event.generation, event.seq) in self._seqs:
            return
        self._seqs.add((event.generation, event.seq))
        self.facts.append(event.body)
        match event.body:
            case PackOffered(offer_id=offer_id, gtin=None):
                self.send(Reject(offer_id=offer_id, reason="no_read"))
            case PackOffered() as offer:
                self._store(offer)
            case CommandFinished(result=result) if result.command_id in self._open:
                self._open.discard(result.command_id)
                self.picks += len(result.packs)
                self._resume_at = self.now + self._rest_s
            case CommandRefused(command_id=command_id):
                self._open.discard(command_id)
            case _:
                pass

    def _store(self, offer: PackOffered) -> None:
        self._ids += 1
        expiry, batch = offer.expiry or "2028-06-30", offer.batch or "L1"
        pack = StockedPack(pack_id=f"D{self._ids:06d}", gtin=offer.gtin or "", batch=batch, expiry=expiry)
        self.send(
            Store(offer_id=offer.offer_id, pack_id=pack.pack_id, gtin=pack.gtin, batch=pack.batch, expiry=pack.expiry)
        )
        self._stock.append(pack)

    # --- what was said -----------------------------------------------------------------------------------------

    def told(self, kind: type[T]) -> list[T]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def conditions(self) -> list[Condition]:
        return [m.condition for m in self.heard if isinstance(m, Telemetry) and m.condition is not None]

    def truth_of(self, event: str) -> list[CauseEntry]:
        return [entry for entry in self.log.entries if entry.event == event]
