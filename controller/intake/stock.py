"""stock.csv: what stands where at the start, and the packs that it means."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from controller.domain.pack import Pack, area_account, robot_account
from controller.domain.product import Product
from controller.domain.site import ManualArea, RobotPlace, Site
from controller.intake.row import Row

STOCK_COLUMNS = ("gtin", "batch", "expiry", "place", "quantity")
MOST_PACKS_A_ROW = 100_000


@dataclass(frozen=True, slots=True)
class StockRow:
    line_no: int
    """Number of the data row from 1, the header not counted: it is part of the ids of its packs."""
    gtin: str
    batch: str
    expiry: date
    place: RobotPlace | ManualArea
    quantity: int


def stock_parser(site: Site, products: Mapping[str, Product]) -> Callable[[Row], StockRow]:
    """How a row of stock.csv is read: the place must exist, suit the product and have room."""
    places: dict[str, RobotPlace | ManualArea] = {area.area: area for area in site.areas}
    places |= {robot.robot: robot for robot in site.robots}
    expiries: dict[tuple[str, str], date] = {}
    filled: Counter[str] = Counter()

    def parse(row: Row) -> StockRow:
        product = row.known_product(products)
        batch, expiry = row.batch(), row.day("expiry")
        place = row.known("place", places, "site.toml")
        quantity = row.whole("quantity", 0, MOST_PACKS_A_ROW)
        _check_place(row, product, place)
        name = row.values["place"]
        if expiries.get((product.gtin, batch), expiry) != expiry:
            raise row.refuse(
                "expiry", "differs from an earlier row of the same batch", "A batch has one expiry: look at the packs."
            )
        if isinstance(place, RobotPlace) and filled[name] + quantity > place.capacity_packs:
            raise row.refuse(
                "quantity",
                f"is more than {name} holds: {filled[name]} of {place.capacity_packs} packs are taken by earlier rows",
                "Put the packs elsewhere.",
            )
        expiries[product.gtin, batch] = expiry
        filled[name] += quantity
        return StockRow(row.number, product.gtin, batch, expiry, place, quantity)

    return parse


def _check_place(row: Row, product: Product, place: RobotPlace | ManualArea) -> None:
    zone = place.kind if isinstance(place, RobotPlace) else place.zone
    if zone is not product.zone:
        raise row.refuse(
            "place",
            f"is {zone} and the product is stored {product.zone}",
            "Choose a place of the product's zone, or correct the zone in products.csv.",
        )
    if isinstance(place, RobotPlace) and not product.robot_storable:
        raise row.refuse(
            "place", "is a robot and products.csv says robots cannot store this product", "Choose an area for it."
        )


def build_opening_packs(rows: Sequence[StockRow]) -> list[Pack]:
    """Every pack of the opening stock. Pack k (from 1) of data row n has the id `S{n:06d}.{k:03d}`."""
    packs = []
    for row in rows:
        place = row.place
        account = robot_account(place.robot) if isinstance(place, RobotPlace) else area_account(place.area)
        packs += [
            Pack(f"S{row.line_no:06d}.{count:03d}", row.gtin, row.batch, row.expiry, account)
            for count in range(1, row.quantity + 1)
        ]
    return packs
