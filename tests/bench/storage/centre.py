"""The ledger of a centre under weeks of orders and deliveries, without motions: who holds what, who picks what.

A line is picked when it is placed, by the robot that has picked least today among those that FEFO lets serve it, as
robots that are free pull. What arrives is shelved some hours later. Everything that decides is the centre's own code:
put-away, FEFO, rebalancing, the estimate of demand.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from controller.domain.pack import Pack, robot_account
from controller.domain.site import LEAST_REMAINING_DAYS, RobotPlace
from controller.ledger import fefo
from controller.ledger.book import Book
from controller.scheduling import rebalance
from controller.scheduling.demand import DAY_S, DailyDemand
from controller.scheduling.putaway import Holding, RobotRoom, expected_picks, fits
from simulator.hardware.parameters import MachineParameters
from tests.bench.storage.instance import Arrival, Instance, OrderedLine
from tests.bench.storage.policies import Policy

SHELVED_AFTER_S = 4 * 3600.0
"""From the dock to the shelf, in the median of a rehearsed Monday."""
TALLEST_MM = MachineParameters().height_classes_mm[-1]
TOUR_PACKS = 3
"""Table A of the domain notes."""


class LedgerCentre:
    """One run of one policy. `play_day` for each day in turn; then look at `book` and the counts."""

    def __init__(self, instance: Instance, policy: Policy) -> None:
        self.instance = instance
        self.policy = policy
        self.book = Book()
        for pack in instance.opening:
            self.book.admit(Pack(pack.pack_id, pack.gtin, pack.batch, pack.expiry, pack.account))
        self.stored = Counter(pack.account.partition(":")[2] for pack in instance.opening)
        self.demand = DailyDemand(instance.lists)
        self.picks: Counter[str] = Counter()
        """Packs picked of each robot since the last `play_day` began."""
        self.picks_by_height: Counter[tuple[str, float]] = Counter()
        self.missed = 0
        """Packs that no robot had when they were wanted."""
        self.tours = 0
        self.visits = 0
        """Robots an order needed, summed over the orders of the day."""
        self.orders = 0
        self.transfers = 0
        self._coming: list[tuple[float, int, str, Arrival, int]] = []
        self._incoming: Counter[str] = Counter()
        self._promised: dict[str, Counter[tuple[str, str]]] = {}
        self._numbers = count()

    def play_day(self, day: int) -> None:
        """Everything that is ordered and delivered on day `day` (from 0), and the night that follows."""
        start_at, end_at = (self.instance.start_at + (day + more) * DAY_S for more in (0, 1))
        self.picks.clear()
        self.tours = self.visits = self.orders = 0
        burden = self._burden(start_at)
        of_order: dict[str, Counter[str]] = {}
        for event in self._events(start_at, end_at):
            self._shelve(event.at)
            if isinstance(event, Arrival):
                self._arrive(event, burden)
            elif self.instance.products[event.gtin].robot_storable:
                self._pick(event, of_order.setdefault(event.order_ref, Counter()))
        self._shelve(end_at)
        for taken in of_order.values():
            self.orders += bool(taken)
            self.visits += len(taken)
            self.tours += sum(-(-packs // TOUR_PACKS) for packs in taken.values())
        if self.policy.transfers_a_night:
            self._rebalance(end_at)
        self.book.drain()

    def shelved(self, gtin: str) -> dict[str, list[date]]:
        """Expiries of the product's packs in each robot, oldest first."""
        return {
            account.partition(":")[2]: [expiry for expiry, _ in self.book.shelf(gtin, account)]
            for account in self.book.holders(gtin)
        }

    # ---- events -----------------------------------------------------------------------------------------

    def _events(self, start_at: float, end_at: float) -> Iterator[OrderedLine | Arrival]:
        lines = [line for line in self.instance.lines if start_at <= line.at < end_at]
        arrivals = [arrival for arrival in self.instance.arrivals if start_at <= arrival.at < end_at]
        events: list[OrderedLine | Arrival] = [*lines, *arrivals]
        return iter(sorted(events, key=lambda event: event.at))

    def _pick(self, line: OrderedLine, taken: Counter[str]) -> None:
        self.demand.add(line.gtin, line.at, line.packs)
        outlast = datetime.fromtimestamp(line.at, UTC).date() + timedelta(days=LEAST_REMAINING_DAYS + 1)
        left = line.packs
        while left > 0:
            best: tuple[int, str, list[fefo.Choice]] | None = None
            for account in self.book.holders(line.gtin):
                choices = fefo.choose(
                    self.book, line.gtin, account, left, expires_after=outlast, in_service=lambda other: True
                )
                robot = account.partition(":")[2]
                if choices and (best is None or (self.picks[robot], robot) < best[:2]):
                    best = (self.picks[robot], robot, choices)
            if best is None:
                self.missed += left
                return
            _, robot, choices = best
            for choice in choices:
                pack = self.book.pack(choice.pack_id)
                self.book.post(pack.pack_id, "tote:X", at=line.at, reason="picked", reference=line.order_ref)
                del self.book.packs[pack.pack_id]
            self.stored[robot] -= len(choices)
            self.picks[robot] += len(choices)
            self.picks_by_height[robot, self.instance.products[line.gtin].height_mm] += len(choices)
            taken[robot] += len(choices)
            left -= len(choices)

    def _arrive(self, arrival: Arrival, burden: dict[str, float]) -> None:
        product = self.instance.products[arrival.gtin]
        if not product.robot_storable:
            return
        promised = self._promised.setdefault(arrival.gtin, Counter())
        packs: Counter[str] = Counter({robot: len(dates) for robot, dates in self.shelved(arrival.gtin).items()})
        of_batch: Counter[str] = Counter()
        for (robot, batch), number in promised.items():
            packs[robot] += number
            of_batch[robot] += number if batch == arrival.batch else 0
        rooms = [self._room(place, burden) for place in self.instance.robots]
        daily = self.demand.daily(arrival.gtin, arrival.at)
        for part in self.policy.assign(arrival.batch, product, arrival.packs, rooms, Holding(packs, of_batch), daily):
            if part.robot is None:
                continue
            self._incoming[part.robot] += part.packs
            promised[part.robot, arrival.batch] += part.packs
            heappush(
                self._coming,
                (arrival.at + SHELVED_AFTER_S, next(self._numbers), part.robot, arrival, part.packs),
            )
        burden.update({room.robot: room.picks_a_day for room in rooms})

    def _shelve(self, now: float) -> None:
        while self._coming and self._coming[0][0] <= now:
            _, number, robot, arrival, packs = heappop(self._coming)
            for place in range(packs):
                pack_id = f"N{number:06d}.{place:03d}"
                self.book.admit(Pack(pack_id, arrival.gtin, arrival.batch, arrival.expiry, robot_account(robot)))
            self._incoming[robot] -= packs
            self._promised[arrival.gtin][robot, arrival.batch] -= packs
            self.stored[robot] += packs

    def _rebalance(self, now: float) -> None:
        stock = []
        for gtin, product in self.instance.products.items():
            if product.robot_storable:
                stock.append((gtin, self.demand.daily(gtin, now), self._batches(gtin)))
        rooms = [self._room(place, {}) for place in self.instance.robots]

        def targets(gtin: str) -> list[str]:
            product = self.instance.products[gtin]
            return [room.robot for room in rooms if fits(product, room) and room.stored < 0.97 * room.capacity_packs]

        limit = self.policy.transfers_a_night
        for transfer in rebalance.candidates(stock, targets, self._burden(now), limit):
            account, target = robot_account(transfer.source), robot_account(transfer.target)
            of_batch = [
                pack_id
                for _, pack_id in self.book.shelf(transfer.gtin, account)
                if self.book.packs[pack_id].batch == transfer.batch
            ]
            for pack_id in of_batch[: transfer.packs]:
                self.book.post(pack_id, target, at=now, reason="moved", reference="night")
            self.stored[transfer.source] -= transfer.packs
            self.stored[transfer.target] += transfer.packs
            self.transfers += transfer.packs

    # ---- what the decisions look at ---------------------------------------------------------------------

    def _batches(self, gtin: str) -> list[rebalance.Shelved]:
        found: Counter[tuple[str, str, date]] = Counter()
        for account in self.book.holders(gtin):
            for expiry, pack_id in self.book.shelf(gtin, account):
                found[account.partition(":")[2], self.book.packs[pack_id].batch, expiry] += 1
        return [rebalance.Shelved(robot, batch, expiry, packs) for (robot, batch, expiry), packs in found.items()]

    def _burden(self, now: float) -> dict[str, float]:
        return expected_picks(
            (self.demand.daily(gtin, now), [account.partition(":")[2] for account in self.book.holders(gtin)])
            for gtin in self.instance.products
        )

    def _room(self, place: RobotPlace, burden: dict[str, float]) -> RobotRoom:
        robot = place.robot
        return RobotRoom(
            robot=robot,
            zone=place.kind,
            capacity_packs=place.capacity_packs,
            stored=self.stored[robot],
            incoming=self._incoming[robot],
            tallest_mm=TALLEST_MM,
            usable=True,
            picks_a_day=burden.get(robot, 0.0),
        )
