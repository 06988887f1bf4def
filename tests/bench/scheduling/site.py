"""A day of a site folder (DATA-FORMATS.md) on the plant, with the site's own stock placement and vans.

What people pick by hand is left out. Loads are reached by leaving out orders of the day, or by playing some twice with
a shifted moment; goods in follow. Robots carry three packs a trip and fail as in F1. Stock is what the folder says;
what would exceed it is cut from the orders, alike for every policy.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from controller.domain.order import OrderClass
from controller.domain.product import Zone
from controller.domain.site import RobotPlace
from controller.engine.actions import BookDelivery, SubmitOrder
from controller.intake.deliveries import read_deliveries
from controller.intake.orders import read_orders
from controller.intake.site import SiteFolder, read_site
from controller.scheduling.calendar import departure_on, instant
from controller.scheduling.dispatch import LOADING_LEAD_S
from simulator.chance import Chance
from tests.bench.scheduling import generated
from tests.bench.scheduling.generated import LOAD_FROM_S, LOAD_TO_S, LOT_PACKS, PACK_S, SETUP_S
from tests.bench.scheduling.instance import Batch, Instance, Job, Kind, Line, Outage, Product, Robot, up_s

HEAD_PACKS = 3
"""DOMAIN.md, Table A."""
SHIFT_S = 30 * 60.0
"""A repeated order comes up to so much earlier or later."""


@dataclass(frozen=True, slots=True)
class SiteDay:
    """What does not depend on load and seed."""

    name: str
    robots: tuple[Robot, ...]
    measured: frozenset[int]
    """Robots of the most frequent kind: the load is theirs, for a vault has hardly any."""
    products: tuple[Product, ...]
    orders: tuple[Job, ...]
    lots: tuple[Job, ...]


def read_day(folder: Path) -> SiteDay:
    """The first day of the folder that has orders."""
    site = read_site(folder)
    file = min((folder / "orders").glob("*.csv"))
    day = date.fromisoformat(file.stem)
    midnight_at = instant(day, "00:00", ZoneInfo(site.master.site.timezone))
    places = {place.robot: number for number, place in enumerate(site.master.site.robots)}
    numbers, products = _products(site, places, day)
    submitted, _ = read_orders(file, site.master)
    orders = [job for order in submitted if (job := _order(site, order, numbers, midnight_at)) is not None]
    deliveries = folder / "deliveries" / file.name
    booked = read_deliveries(deliveries, site.master)[0] if deliveries.exists() else []
    lots = [lot for at, delivery in booked for lot in _lots(delivery, at - midnight_at, numbers, products)]
    kinds = Counter(place.kind for place in site.master.site.robots)
    usual: Zone = max(kinds, key=lambda kind: (kinds[kind], kind))
    measured = frozenset(places[place.robot] for place in site.master.site.robots if place.kind is usual)
    robots = tuple(Robot(HEAD_PACKS, SETUP_S) for _ in places)
    return SiteDay(site.master.site.site, robots, measured, products, tuple(orders), tuple(lots))


def at_load(day: SiteDay, load: float, seed: int, *, stops: Sequence[Outage] = ()) -> Instance:
    """The day at a load of its usual robots."""
    chance = Chance(seed)
    setting = generated.Setting(
        "", (HEAD_PACKS,), 1, (0.0, 0.0), 0.0, 0.0, 0.0, 0.0, generated.F1.mtbf_s, generated.F1.mttr_s, len(day.robots)
    )
    outages = generated.draw_outages(setting, chance.stream("outages"))
    machine_s = sum(
        up_s(tuple(o for o in outages if o.robot == robot), LOAD_FROM_S, LOAD_TO_S) for robot in day.measured
    )
    own_s = sum(_measured_s(day, job) for job in (*day.orders, *day.lots) if LOAD_FROM_S <= job.released_at < LOAD_TO_S)
    share = load * machine_s / own_s
    jobs = [*_scaled(day.orders, share, chance, "orders"), *_scaled(day.lots, share, chance, "lots")]
    jobs = _within_stock(day.products, jobs)
    name = f"site {day.name}"
    return Instance(
        name, seed, load, day.robots, day.products, generated.numbered(jobs), generated.merged((*outages, *stops))
    )


def _products(site: SiteFolder, places: dict[str, int], day: date) -> tuple[dict[str, int], tuple[Product, ...]]:
    """Products that robots hold; what expires within a week of the day cannot go to a ward."""
    batches: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for row in site.stock:
        if isinstance(row.place, RobotPlace) and row.expiry > day + timedelta(days=8) and row.quantity:
            batches[row.gtin][places[row.place.robot], (row.expiry - day).days] += row.quantity
    numbers = {gtin: number for number, gtin in enumerate(sorted(batches))}
    products = tuple(
        Product(
            PACK_S, tuple(Batch(robot, expires, packs) for (robot, expires), packs in sorted(batches[gtin].items()))
        )
        for gtin in sorted(batches)
    )
    return numbers, products


def _order(site: SiteFolder, order: SubmitOrder, numbers: dict[str, int], midnight_at: float) -> Job | None:
    """None where robots hold nothing of it, or it names a van that does not go."""
    packs: Counter[int] = Counter()
    for line in order.lines:
        if line.gtin in numbers:
            packs[numbers[line.gtin]] += line.quantity
    placed_at = order.placed_at
    if not packs or placed_at is None:
        return None
    lines = tuple(Line(product, count) for product, count in packs.items())
    kind = Kind(order.order_class)
    if order.order_class is OrderClass.DISCHARGE:
        if order.due_at is None:
            return None
        return Job(0, kind, placed_at - midnight_at, order.due_at - LOADING_LEAD_S - midnight_at, lines)
    vans = _vans(site, order, midnight_at)
    return Job(0, kind, placed_at - midnight_at, vans[0], lines, later_vans=tuple(vans[1:])) if vans else None


def _vans(site: SiteFolder, order: SubmitOrder, midnight_at: float) -> list[float]:
    """When its own van and the later ones of its hospital on that day and the next must be filled."""
    zone = ZoneInfo(site.master.site.timezone)
    run = next((run for run in site.master.runs if run.run == order.run), None)
    if run is None or order.run_date is None:
        return []
    first = date.fromisoformat(order.run_date)
    own = departure_on(run, first, zone)
    if own is None:
        return []
    found = {
        departure.departs_at
        for each in site.master.runs
        for day in (first, first + timedelta(days=1))
        if each.hospital == run.hospital and (departure := departure_on(each, day, zone)) is not None
    }
    return [at - LOADING_LEAD_S - midnight_at for at in sorted(found) if at >= own.departs_at]


def _lots(delivery: BookDelivery, at: float, numbers: dict[str, int], products: Sequence[Product]) -> list[Job]:
    """Goods in, in lots, in turn for the robots that hold the product already."""
    lots = []
    for line in delivery.lines:
        if line.gtin not in numbers:
            continue
        product = numbers[line.gtin]
        robots = sorted({batch.robot for batch in products[product].batches})
        for place, start in enumerate(range(0, line.quantity, LOT_PACKS)):
            lines = (Line(product, min(LOT_PACKS, line.quantity - start)),)
            into = robots[place % len(robots)]
            lots.append(Job(0, Kind.GOODS_IN, at, generated.GOODS_IN_DUE_S, lines, into))
    return lots


def _measured_s(day: SiteDay, job: Job) -> float:
    """The job's work at the robots whose load is set, shared by the holders of each line."""
    total_s = 0.0
    for line in job.lines:
        product = day.products[line.product]
        holders = {batch.robot for batch in product.batches} if job.into is None else {job.into}
        share = len(holders & day.measured) / len(holders)
        total_s += share * line.packs * (product.pack_s + SETUP_S / min(HEAD_PACKS, job.packs))
    return total_s


def _scaled(jobs: Sequence[Job], share: float, chance: Chance, name: str) -> list[Job]:
    """`share` times as many jobs: whole copies, shifted but for the first, and a random part of one more."""
    random = chance.stream(name)
    result = []
    for job in jobs:
        copies = int(share) + (random.random() < share % 1.0)
        for copy in range(copies):
            shift_s = random.uniform(-SHIFT_S, SHIFT_S) if copy else 0.0
            shift_s = max(shift_s, -job.released_at)
            due_at = job.due_at if job.kind is Kind.GOODS_IN else max(job.due_at + shift_s, 0.0)
            vans = tuple(at + shift_s for at in job.later_vans)
            result.append(Job(0, job.kind, job.released_at + shift_s, due_at, job.lines, job.into, vans))
    return result


def _within_stock(products: Sequence[Product], jobs: Sequence[Job]) -> list[Job]:
    """Orders as far as the stock lasts, by time of release."""
    left = [sum(batch.packs for batch in product.batches) for product in products]
    result = []
    for job in sorted(jobs, key=lambda job: (job.released_at, job.due_at, job.lines)):
        if job.into is not None:
            result.append(job)
            continue
        lines = []
        for line in job.lines:
            packs = min(line.packs, left[line.product])
            left[line.product] -= packs
            if packs:
                lines.append(Line(line.product, packs))
        if lines:
            result.append(Job(0, job.kind, job.released_at, job.due_at, tuple(lines), None, job.later_vans))
    return result
