"""What a storage policy is tried on: a centre, its opening stock, and weeks of orders and deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from controller.domain.pack import Pack, robot_account
from controller.domain.product import Product, Zone
from controller.domain.site import RobotPlace, StockListLine
from controller.intake.deliveries import read_deliveries
from controller.intake.orders import read_orders
from controller.intake.site import read_site
from controller.intake.stock import build_opening_packs
from controller.scheduling.demand import DAY_S
from simulator.chance import Chance

CASES = (3, 5, 6, 10, 12, 20)
"""Packs of a delivery line, as on the shared week."""


@dataclass(frozen=True, slots=True)
class OrderedLine:
    at: float
    order_ref: str
    gtin: str
    packs: int


@dataclass(frozen=True, slots=True)
class Arrival:
    at: float
    gtin: str
    batch: str
    expiry: date
    packs: int


@dataclass(frozen=True, slots=True)
class Instance:
    name: str
    start_at: float
    days: int
    robots: Sequence[RobotPlace]
    products: dict[str, Product]
    opening: Sequence[Pack]
    lists: Sequence[StockListLine]
    lines: Sequence[OrderedLine]
    arrivals: Sequence[Arrival]


def from_folder(folder: Path, days: int) -> Instance:
    """A site folder and its first `days` days; where it has fewer, they begin again, with deliveries of new batches."""
    site = read_site(folder)
    dates = sorted(date.fromisoformat(file.stem) for file in (folder / "orders").glob("*.csv"))
    start = datetime.combine(dates[0], datetime.min.time(), UTC).timestamp()
    lines: list[OrderedLine] = []
    arrivals: list[Arrival] = []
    for number in range(days):
        day, round_ = dates[number % len(dates)], number // len(dates)
        shift_s = round_ * len(dates) * DAY_S
        orders, _ = read_orders(folder / "orders" / f"{day}.csv", site.master)
        for order in orders:
            at = (order.placed_at or 0.0) + shift_s
            lines += [OrderedLine(at, f"{order.order_ref}/{round_}", line.gtin, line.quantity) for line in order.lines]
        file = folder / "deliveries" / f"{day}.csv"
        deliveries, _ = read_deliveries(file, site.master) if file.exists() else ([], [])
        for arrives_at, delivery in deliveries:
            arrivals += [
                Arrival(
                    arrives_at + shift_s,
                    line.gtin,
                    f"{line.batch}{'+' * round_}",
                    line.expiry + timedelta(days=round_ * len(dates)),
                    line.quantity,
                )
                for line in delivery.lines
            ]
    return Instance(
        name=site.master.site.name,
        start_at=start,
        days=days,
        robots=site.master.site.robots,
        products={product.gtin: product for product in site.master.products},
        opening=[pack for pack in build_opening_packs(site.stock) if pack.account.startswith("robot:")],
        lists=site.master.stock_lists,
        lines=sorted(lines, key=lambda line: (line.at, line.order_ref, line.gtin)),
        arrivals=sorted(arrivals, key=lambda arrival: (arrival.at, arrival.gtin, arrival.batch)),
    )


def generated(seed: int, days: int, *, robots: int = 8, products: int = 1500, lines_a_day: int = 1800) -> Instance:
    """Ambient robots and a Zipf demand (s = 0.95); opening stock of ten days, slow movers on one robot.

    Half of the products stand on one robot and every batch on a single one: what a centre looks like before anybody
    thought of it.
    """
    chance = Chance(seed)
    start = datetime(2026, 11, 23, tzinfo=UTC)
    places = [RobotPlace(f"R{number}", Zone.AMBIENT, 8000) for number in range(1, robots + 1)]
    articles = [_article(number, chance) for number in range(products)]
    weights = [1.0 / (rank + 1) ** 0.95 for rank in range(products)]
    shares = [weight / sum(weights) for weight in weights]
    return Instance(
        name=f"generated, seed {seed}",
        start_at=start.timestamp(),
        days=days,
        robots=places,
        products={article.gtin: article for article in articles},
        opening=_opening(articles, shares, places, lines_a_day, start.date(), chance),
        lists=[],
        lines=_lines(articles, shares, start.timestamp(), days, lines_a_day, chance),
        arrivals=_arrivals(articles, shares, start, days, lines_a_day * 2, chance),
    )


def _article(number: int, chance: Chance) -> Product:
    height_mm = min(140.0, max(12.0, 28.0 * chance.stream(f"size {number}").lognormvariate(0.0, 0.4)))
    return Product(f"{number:014d}", "", f"Product {number}", Zone.AMBIENT, True, 60, 100, height_mm, 45, True)


def _opening(
    articles: Sequence[Product],
    shares: Sequence[float],
    places: Sequence[RobotPlace],
    lines_a_day: int,
    today: date,
    chance: Chance,
) -> list[Pack]:
    luck = chance.stream("opening")
    packs: list[Pack] = []
    for article, share in zip(articles, shares, strict=True):
        count = max(4, round(share * lines_a_day * 2 * 10))
        holders = luck.sample(places, 1 if share * lines_a_day < 1.0 else 2)
        for part, place in enumerate(holders):
            expiry = today + timedelta(days=luck.randrange(90, 700))
            packs += [
                Pack(f"S{article.gtin}.{part}.{n}", article.gtin, f"B{part}", expiry, robot_account(place.robot))
                for n in range(count // len(holders))
            ]
    return packs


def _lines(
    articles: Sequence[Product],
    shares: Sequence[float],
    start_at: float,
    days: int,
    lines_a_day: int,
    chance: Chance,
) -> list[OrderedLine]:
    luck = chance.stream("orders")
    lines: list[OrderedLine] = []
    for day in range(days):
        left, number = lines_a_day, 0
        while left > 0:
            number += 1
            at = start_at + day * DAY_S + luck.triangular(6.0, 20.0, 11.0) * 3600.0
            size = min(left, luck.randrange(1, 9))
            chosen = dict.fromkeys(luck.choices(range(len(articles)), shares, k=size))
            lines += [
                OrderedLine(at, f"{day}/{number}", articles[index].gtin, min(9, 1 + int(luck.expovariate(1.0))))
                for index in chosen
            ]
            left -= size
    return sorted(lines, key=lambda line: (line.at, line.order_ref, line.gtin))


def _arrivals(
    articles: Sequence[Product],
    shares: Sequence[float],
    start: datetime,
    days: int,
    packs_a_day: int,
    chance: Chance,
) -> list[Arrival]:
    luck = chance.stream("deliveries")
    arrivals: list[Arrival] = []
    for day in range(days):
        packs = 0
        while packs < packs_a_day:
            index = luck.choices(range(len(articles)), shares)[0]
            case = luck.choice(CASES)
            expiry = start.date() + timedelta(days=luck.randrange(300, 900))
            at = start.timestamp() + day * DAY_S + luck.uniform(5.0, 15.0) * 3600.0
            arrivals.append(Arrival(at, articles[index].gtin, f"N{day}.{len(arrivals)}", expiry, case))
            packs += case
    return sorted(arrivals, key=lambda arrival: (arrival.at, arrival.gtin, arrival.batch))
