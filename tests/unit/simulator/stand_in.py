"""A controller of a few lines, to make the simulated centre work in tests: no ledger, no recovery, no ambition."""

from collections import deque
from typing import Any

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
from controller.protocol.events import CommandFinished, CommandRefused, Event, PackOffered
from controller.protocol.reports import Presence, StockedPack
from controller.protocol.vocabulary import timestamp
from simulator.centre import Centre, DeskAsks, Output, RobotSends
from simulator.desk import AnnounceDelivery, ClaimWork, DeskAnswer, DeskRequest, FinishWork, PlaceOrder

OPEN_TOURS = 3
TOUR_PACKS = 3
FEED_PACKS = 10
VALID_S = 3600.0


class StandIn:
    """Sends tours for orders, accepts every legible pack, has deliveries fed to the robots in turn."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.now = 0.0
        self.messages = 0
        self.events: list[Event] = []
        self.keep_events = False
        self.requests: list[DeskRequest] = []
        self.finished = 0
        self.refused: list[CommandRefused] = []
        self._ids = 0
        self._generation = dict.fromkeys(centre.robots, 0)
        self._open = dict.fromkeys(centre.robots, 0)
        self._tours: dict[str, deque[Pick]] = {robot: deque() for robot in centre.robots}
        self._todo: dict[str, list[PickItem]] = {robot: [] for robot in centre.robots}
        self._stock: dict[str, deque[tuple[str, StockedPack]]] = {}
        self._claims: dict[str, deque[tuple[int, str]]] = {}
        self._work: dict[str, deque[dict[str, Any]]] = {}
        self._next_robot = 0
        self._new_packs = 0
        self._lapses: list[tuple[float, int, str]] = []
        for robot in centre.robots.values():
            for pack in robot.inventory.packs():
                self._stock.setdefault(pack.gtin, deque()).append((robot.build.robot, pack))

    def start(self, at: float) -> None:
        self.now = at
        self.handle(self.centre.advance(at))
        self.handle(self.centre.controller_presence(ControllerPresence(epoch=1, online=True), at))

    def run_until(self, at: float) -> None:
        """Virtual time until `at`; every message takes no time at all."""
        while (wake_at := self.centre.next_wake_at()) is not None and wake_at <= at:
            self.now = wake_at
            self.handle(self.centre.advance(wake_at))
        self.now = at

    def handle(self, outputs: list[Output]) -> None:
        todo = deque(outputs)
        while todo:
            output = todo.popleft()
            if isinstance(output, DeskAsks):
                self.requests.append(output.request)
                todo.extend(self._desk(output))
            else:
                self.messages += 1
                todo.extend(self._report(output))

    def send(
        self, robot: str, body: CommandBody, command_id: str | None = None, valid_for_s: float = VALID_S
    ) -> list[Output]:
        self._ids += 1
        command = Command(
            command_id=command_id or f"C{self._ids}",
            robot=robot,
            generation=max(1, self._generation[robot]),
            epoch=1,
            attempt=1,
            issued_at=timestamp(self.now),
            valid_for_s=valid_for_s,
            body=body,
        )
        return self.centre.command(robot, command, self.now)

    def _report(self, output: RobotSends) -> list[Output]:
        robot, message = output.robot, output.message
        if isinstance(message, Presence):
            if message.generation != self._generation[robot]:
                self._generation[robot] = message.generation
                self._open[robot] = 0
            return []
        if not isinstance(message, Event):
            return []
        if self.keep_events:
            self.events.append(message)
        replies: list[Output] = self.send(robot, Acknowledge(seq=message.seq))
        match message.body:
            case PackOffered() as offer:
                replies += self._offered(robot, offer)
            case CommandFinished(result=result):
                self.finished += 1
                if result.command_id.startswith("T"):
                    self._open[robot] -= 1
                    replies += self._pump(robot)
            case CommandRefused() as refusal:
                self.refused.append(refusal)
            case _:
                pass
        return replies

    def _offered(self, robot: str, offer: PackOffered) -> list[Output]:
        if offer.gtin is None:
            return self.send(robot, Reject(offer_id=offer.offer_id, reason="no_read"))
        self._new_packs += 1
        store = Store(
            offer_id=offer.offer_id,
            pack_id=f"D{self._new_packs:06d}",
            gtin=offer.gtin,
            batch=offer.batch or "UNKNOWN",
            expiry=offer.expiry or "2027-12-31",
        )
        return self.send(robot, store)

    def _desk(self, ask: DeskAsks) -> list[Output]:
        request = ask.request
        if isinstance(request, ClaimWork):
            self._claims.setdefault(request.station, deque()).append((ask.request_id, request.worker))
            return self._hand_out(request.station)
        status = 200 if isinstance(request, FinishWork) else 201
        replies = self.centre.answer(ask.request_id, DeskAnswer(status, {}), self.now)
        if isinstance(request, PlaceOrder):
            replies += self._order(request)
        elif isinstance(request, AnnounceDelivery):
            replies += self._delivered(request)
        return replies

    def _order(self, order: PlaceOrder) -> list[Output]:
        robots: dict[str, list[PickItem]] = {}
        for gtin, quantity in order.lines:
            shelf = self._stock.get(gtin, deque())
            for _ in range(min(quantity, len(shelf))):
                robot, pack = shelf.popleft()
                items = robots.setdefault(robot, [])
                items.append(
                    PickItem(
                        item=len(items) % TOUR_PACKS + 1,
                        gtin=pack.gtin,
                        batch=pack.batch,
                        expiry=pack.expiry,
                        pack_id=pack.pack_id,
                    )
                )
        replies: list[Output] = []
        for robot, items in robots.items():
            size = self.centre.robots[robot].build.max_tour_items
            for first in range(0, len(items), size):
                some = tuple(items[first : first + size])
                self._tours[robot].append(Pick(tote_id=f"TOTE-{order.order_ref}", output="OUT-1", items=some))
            replies += self._pump(robot)
        return replies

    def _pump(self, robot: str) -> list[Output]:
        replies: list[Output] = []
        while self._tours[robot] and self._open[robot] < OPEN_TOURS:
            self._open[robot] += 1
            self._ids += 1
            replies += self.send(robot, self._tours[robot].popleft(), f"T{self._ids}")
        return replies

    def _delivered(self, delivery: AnnounceDelivery) -> list[Output]:
        packs = [
            {"pack_id": None, "gtin": line.gtin, "batch": line.batch, "expiry": line.expiry, "place": None}
            for line in delivery.lines
            for _ in range(line.quantity)
            if self.centre.site.articles[line.gtin].robot_storable
        ]
        robots = list(self.centre.robots)
        for first in range(0, len(packs), FEED_PACKS):
            self._next_robot += 1
            self._ids += 1
            self._work.setdefault("GOODS-IN", deque()).append(
                {
                    "work_id": f"W{self._ids}",
                    "kind": "feed",
                    "station": "GOODS-IN",
                    "robot": robots[self._next_robot % len(robots)],
                    "tote_id": None,
                    "packs": packs[first : first + FEED_PACKS],
                }
            )
        return self._hand_out("GOODS-IN")

    def _hand_out(self, station: str) -> list[Output]:
        claims, work = self._claims.get(station, deque()), self._work.get(station, deque())
        replies: list[Output] = []
        while claims and work:
            request_id, _ = claims.popleft()
            replies += self.centre.answer(request_id, DeskAnswer(200, {"work": work.popleft()}), self.now)
        return replies
