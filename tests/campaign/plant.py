"""A centre of five robots with some hours of orders: small enough to break a thousand times, busy enough to notice.

Some products stand in one robot only, so that a stop holds orders up; deliveries keep the inputs busy, a vault and a
fridge are there for what only they can have.
"""

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controller.intake.site import SiteFolder, read_site
from simulator.scenarios.identifiers import dmd_code, gtin14
from tests.support.ledgers import open_ledger

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
START_AT = START.timestamp()
HOURS = 4
ROBOTS = {"R1": "ambient", "R2": "ambient", "R3": "ambient", "R4": "vault", "R5": "fridge"}
AMBIENT, VAULT, FRIDGE, SHELF, FRESH = range(30), range(30, 34), range(34, 38), range(38, 40), range(40, 42)
"""Products by where they belong; of the fresh ones there are only those that are delivered, and most orders want one:
what is wrong with a pack that came in shows before the day is over."""
SOLE = {24: "R1", 25: "R1", 26: "R2", 27: "R2", 28: "R3", 29: "R3"}
"""Ambient products that one robot alone has."""
ORDER_EVERY_S = 120
DELIVERY_EVERY_S = 1200
PACKS_A_BATCH = 12
FRESH_FROM = 20
"""The first order that may want a fresh product."""


@dataclass(frozen=True, slots=True)
class Plant:
    """The site folder and a database that holds it; each trial works on a copy of the database."""

    folder: Path
    site: SiteFolder
    database: Path
    hours: int
    """For so long orders and deliveries come."""

    @property
    def orders(self) -> int:
        return self.hours * 3600 // ORDER_EVERY_S

    @property
    def last_order_at(self) -> float:
        return START_AT + self.hours * 3600.0

    def copy_database(self, folder: Path) -> Path:
        return Path(shutil.copy(self.database, folder / "ledger.sqlite"))


def build_plant(folder: Path, *, hours: int = HOURS) -> Plant:
    """Write the site below `folder`, migrate a database, and import the site into it."""
    write_site(folder / "site", hours)
    site = read_site(folder / "site")
    database = folder / "plant.sqlite"
    open_ledger(database, site, now=START_AT).close()
    return Plant(folder / "site", site, database, hours)


def write_site(folder: Path, hours: int) -> None:
    """All files of the site."""
    (folder / "orders").mkdir(parents=True)
    (folder / "deliveries").mkdir()
    robots = [f'[[robots]]\nid = "{name}"\nkind = "{kind}"\ncapacity_packs = 900\n' for name, kind in ROBOTS.items()]
    areas = [
        f'[[manual_areas]]\nid = "{name}"\nzone = "{zone}"\n'
        for name, zone in (("MANUAL-A", "ambient"), ("MANUAL-FRIDGE", "fridge"), ("MANUAL-CD", "vault"))
    ]
    head = 'name = "Busy centre"\nsite = "busy"\ntimezone = "Europe/London"\n'
    (folder / "site.toml").write_text("\n".join([head, *robots, *areas]), encoding="utf-8")
    _write(folder / "products.csv", _products())
    _write(folder / "stock.csv", _stock())
    _write(folder / "destinations.csv", [("code", "name", "hospital", "kind"), *_wards()])
    _write(folder / "runs.csv", _runs())
    _write(folder / "stocklists.csv", [("destination", "gtin", "min", "max", "topup_weekday")])
    _write(folder / "orders" / f"{START:%Y-%m-%d}.csv", _orders(hours))
    _write(folder / "deliveries" / f"{START:%Y-%m-%d}.csv", _deliveries(hours))


def zone_of(product: int) -> str:
    return "vault" if product in VAULT else "fridge" if product in FRIDGE else "ambient"


def _write(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _products() -> list[tuple[object, ...]]:
    head = ("gtin", "dmd_code", "name", "zone", "robot_storable", "width_mm", "depth_mm", "height_mm", "mass_g",
            "has_datamatrix")  # fmt: skip
    return [
        head,
        *(
            (gtin14(each), dmd_code(100 + each), f"Product {each}", zone_of(each), "no" if each in SHELF else "yes",
             50, 80, 20 + 3 * (each % 12), 40, "no" if each == 3 else "yes")
            for each in range(FRESH.stop)
        ),
    ]  # fmt: skip


def _stock() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [("gtin", "batch", "expiry", "place", "quantity")]
    for product in range(SHELF.stop):
        for place in _places(product):
            rows.append((gtin14(product), f"OLD{product}", "2027-06-30", place, PACKS_A_BATCH))
            rows.append((gtin14(product), f"NEW{product}", "2028-01-31", place, PACKS_A_BATCH))
    return rows


def _places(product: int) -> tuple[str, ...]:
    if product in SHELF:
        return ("MANUAL-A",)
    if product in VAULT:
        return ("R4",)
    if product in FRIDGE:
        return ("R5",)
    if product in SOLE:
        return (SOLE[product],)
    return (("R1", "R2"), ("R2", "R3"), ("R1", "R3"))[product % 3]


def _wards() -> list[tuple[object, ...]]:
    return [(f"GGH-WA{ward}", f"Ward {ward}", "GGH", "ward") for ward in range(1, 7)]


def _runs() -> list[tuple[object, ...]]:
    head = ("run", "hospital", "weekdays", "cutoff_local", "departure_local")
    return [head, *((f"GGH-{hour}", "GGH", "1234567", f"{hour}:00", f"{hour}:45") for hour in range(10, 19))]


def _orders(hours: int) -> list[tuple[object, ...]]:
    """One every two minutes; each wants two to four products, one in three something that one robot alone has."""
    rows: list[tuple[object, ...]] = [
        ("placed_at", "order_ref", "destination", "class", "due_at", "run", "run_date", "gtin", "quantity")
    ]
    for number in range(hours * 3600 // ORDER_EVERY_S):
        placed = START + timedelta(seconds=60 + number * ORDER_EVERY_S)
        order_class = "discharge" if number % 6 == 1 else "urgent" if number % 5 == 2 else "routine"
        due = f"{placed + timedelta(minutes=90):%Y-%m-%dT%H:%M:%SZ}" if order_class == "discharge" else ""
        van = ("", "") if due else (f"GGH-{min(18, placed.hour + 2)}", f"{placed:%Y-%m-%d}")
        for product, packs in sorted(_wanted(number).items()):
            rows.append(
                (f"{placed:%Y-%m-%dT%H:%M:%SZ}", f"{order_class[0].upper()}{number}", f"GGH-WA{1 + number % 6}",
                 order_class, due, *van, gtin14(product), packs)
            )  # fmt: skip
    return rows


def _wanted(number: int) -> dict[int, int]:
    wanted = {number * 7 % len(AMBIENT): 1 + number % 3, number * 11 % 24: 2}
    if number % 3 == 0:
        wanted[24 + number // 3 % len(SOLE)] = 1
    if number % 4 == 1:
        wanted[VAULT[number // 4 % len(VAULT)]] = 1
    if number % 4 == 3:
        wanted[FRIDGE[number // 4 % len(FRIDGE)]] = 1
    if number > FRESH_FROM:
        wanted[FRESH[number % len(FRESH)]] = 2
    if number % 10 == 5:
        wanted[SHELF[number // 10 % len(SHELF)]] = 1
    return wanted


def _deliveries(hours: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [("arrives_at", "delivery_note", "gtin", "batch", "expiry", "quantity")]
    for number in range(hours * 3600 // DELIVERY_EVERY_S):
        arrives = START + timedelta(seconds=30 + number * DELIVERY_EVERY_S)
        for product in (*FRESH, FRESH[number % 2], VAULT[number % len(VAULT)], FRIDGE[number % len(FRIDGE)]):
            rows.append(
                (f"{arrives:%Y-%m-%dT%H:%M:%SZ}", f"DN{number}", gtin14(product), f"IN{product}", "2028-05-31", 6)
            )
    return rows
