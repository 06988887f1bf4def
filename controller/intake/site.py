"""A site folder as a whole: the centre, its products, places, vans and par levels, and its opening stock."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from controller.domain.product import Product, Zone
from controller.domain.site import DeliveryRun, Destination, StockListLine
from controller.engine.ports import MasterData
from controller.intake.holidays import Holiday, holiday_parser, read_holidays
from controller.intake.refusals import FileRefused, Refusal
from controller.intake.row import Row
from controller.intake.sitefile import read_site_file
from controller.intake.stock import STOCK_COLUMNS, StockRow, stock_parser
from controller.intake.table import Table, read_table

PRODUCT_COLUMNS = (
    *("gtin", "dmd_code", "name", "zone", "robot_storable"),
    *("width_mm", "depth_mm", "height_mm", "mass_g", "has_datamatrix"),
)
DESTINATION_COLUMNS = ("code", "name", "hospital", "kind")
LEAST_REMAINING = "least_remaining_days"
"""A column that destinations.csv may have; without it, or where it is empty, the usual week."""
MOST_REMAINING_DAYS = 365
RUN_COLUMNS = ("run", "hospital", "weekdays", "cutoff_local", "departure_local")
STOCK_LIST_COLUMNS = ("destination", "gtin", "min", "max", "topup_weekday")
DESTINATION_KINDS = frozenset({"ward", "clinic", "theatre", "dispensary", "care_home", "prison"})
LARGEST_PACK_MM = 1_000
HEAVIEST_PACK_G = 50_000
LARGEST_PAR_LEVEL = 10_000


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """What a folder says of a centre. Rows in `refusals` are in nothing else here."""

    folder: Path
    master: MasterData
    stock: list[StockRow]
    holidays: list[Holiday]
    refusals: list[Refusal]
    digest: str
    """Of the bytes of all its files: the same folder has the same digest."""


def read_site(folder: Path) -> SiteFolder:
    """Read and check every file of a folder that describes the centre itself (not its orders and deliveries).

    FileRefused where a file is missing or cannot be read as what it should be; bad rows are in `refusals`.
    """
    content, site = read_site_file(folder)
    products_table = _read(folder, "products.csv", PRODUCT_COLUMNS)
    destinations_table = _read(folder, "destinations.csv", DESTINATION_COLUMNS)
    runs_table = _read(folder, "runs.csv", RUN_COLUMNS)
    stock_table = _read(folder, "stock.csv", STOCK_COLUMNS)
    lists_table = _read(folder, "stocklists.csv", STOCK_LIST_COLUMNS)
    holidays_table = read_holidays(folder)
    tables = (products_table, destinations_table, runs_table, stock_table, lists_table, holidays_table)
    if broken := [refusal for table in tables for refusal in table.refusals if not refusal.row]:
        raise FileRefused(broken)
    products = _read_products(products_table)
    destinations = _read_destinations(destinations_table)
    runs = _read_runs(runs_table)
    stock = stock_table.parse(stock_parser(site, products))
    stock_lists = lists_table.parse(_stock_list_parser(destinations, products))
    hospitals = frozenset(destination.hospital for destination in destinations.values())
    holidays = holidays_table.parse(holiday_parser(hospitals))
    master = MasterData(site, list(products.values()), list(destinations.values()), runs, stock_lists)
    refusals = [refusal for table in tables for refusal in sorted(table.refusals, key=lambda found: found.line)]
    parts = (content, *(table.content for table in tables if table.content))
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts))
    return SiteFolder(folder, master, stock, holidays, refusals, digest.hexdigest())


def _read(folder: Path, name: str, columns: tuple[str, ...]) -> Table:
    return read_table(folder / name, columns)


def _read_products(table: Table) -> dict[str, Product]:
    products: dict[str, Product] = {}

    def parse(row: Row) -> None:
        gtin = row.gtin()
        row.new_reference("gtin", products)
        products[gtin] = Product(
            gtin=gtin,
            dmd_code=row.dmd_code("dmd_code"),
            name=row.text("name"),
            zone=row.word("zone", Zone),
            robot_storable=row.yes_or_no("robot_storable"),
            width_mm=row.measure("width_mm", LARGEST_PACK_MM),
            depth_mm=row.measure("depth_mm", LARGEST_PACK_MM),
            height_mm=row.measure("height_mm", LARGEST_PACK_MM),
            mass_g=row.measure("mass_g", HEAVIEST_PACK_G),
            has_datamatrix=row.yes_or_no("has_datamatrix"),
        )

    table.parse(parse)
    return products


def _read_destinations(table: Table) -> dict[str, Destination]:
    destinations: dict[str, Destination] = {}

    def parse(row: Row) -> None:
        code = row.new_reference("code", destinations)
        name, hospital = row.text("name"), row.reference("hospital")
        destination = Destination(code, name, hospital, row.one_of("kind", DESTINATION_KINDS))
        if row.values.get(LEAST_REMAINING):
            days = row.whole(LEAST_REMAINING, 0, MOST_REMAINING_DAYS)
            destination = replace(destination, least_remaining_days=days)
        destinations[code] = destination

    table.parse(parse)
    return destinations


def _read_runs(table: Table) -> list[DeliveryRun]:
    runs: dict[str, DeliveryRun] = {}

    def parse(row: Row) -> None:
        run = row.new_reference("run", runs)
        weekdays = row.text("weekdays")
        if not set(weekdays) <= set("1234567") or len(set(weekdays)) != len(weekdays):
            raise row.refuse(
                "weekdays", "is not a list of different weekdays", "Write digits, 1 is Monday: 12345 for working days."
            )
        cutoff, departure = row.clock("cutoff_local"), row.clock("departure_local")
        if cutoff > departure:
            raise row.refuse(
                "cutoff_local",
                f"is after the departure at {departure}",
                "A run's cut-off is on its day, before it goes.",
            )
        runs[run] = DeliveryRun(run, row.reference("hospital"), weekdays, cutoff, departure)

    table.parse(parse)
    return list(runs.values())


def _stock_list_parser(
    destinations: Mapping[str, Destination], products: Mapping[str, Product]
) -> Callable[[Row], StockListLine]:
    seen: set[tuple[str, str]] = set()

    def parse(row: Row) -> StockListLine:
        destination = row.known("destination", destinations, "destinations.csv")
        product = row.known_product(products)
        low, high = row.whole("min", 0, LARGEST_PAR_LEVEL), row.whole("max", 1, LARGEST_PAR_LEVEL)
        if low > high:
            raise row.refuse("min", f"is more than max, {high}", "Exchange the two, or correct one.")
        weekday = row.whole("topup_weekday", 1, 7)
        if (destination.code, product.gtin) in seen:
            raise row.refuse("gtin", "stands on this destination's list already", "Remove one of the two rows.")
        seen.add((destination.code, product.gtin))
        return StockListLine(destination.code, product.gtin, low, high, weekday)

    return parse
