"""The three robots of the small centre with ten times its orders: there is no moment at which nothing moves."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controller.intake.site import SiteFolder, read_site
from tests.support.small_centre import ROBOT_PRODUCTS, SHELF_PRODUCTS, START_AT, gtin, write_site

ORDERS = 60
EVERY_S = 8.0
VANS = ("08:45", "08:55", "09:05", "09:15", "09:25", "09:35", "09:45")
"""Before the first, orders can still be placed after 20 real seconds of outage; the others take what doubts delay."""
PACKS_OF_A_BATCH = 24


def write_busy_site(folder: Path) -> SiteFolder:
    """Everything that is ordered is there, so that each order has one right outcome however it is disturbed."""
    write_site(folder)
    runs = ["run,hospital,weekdays,cutoff_local,departure_local"]
    runs += [f"GGH-{number},GGH,1234567,{van},{van}" for number, van in enumerate(VANS, start=1)]
    (folder / "runs.csv").write_text("\n".join(runs) + "\n", encoding="utf-8")
    _stock_up(folder / "stock.csv")
    rows = ["placed_at,order_ref,destination,class,due_at,run,run_date,gtin,quantity"]
    for number in range(ORDERS):
        rows += _order(number)
    (folder / "orders" / "2026-11-23.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    site = read_site(folder)
    assert not site.refusals, site.refusals
    return site


def _order(number: int) -> list[str]:
    placed = datetime.fromtimestamp(START_AT, UTC) + timedelta(seconds=60.0 + EVERY_S * number)
    discharge = number % 5 == 0
    due = f"{placed + timedelta(minutes=90):%Y-%m-%dT%H:%M:%SZ}" if discharge else ""
    how = f"discharge,{due},," if discharge else f"routine,{due},GGH-1,2026-11-23"
    products = sorted({(number * step) % (ROBOT_PRODUCTS + SHELF_PRODUCTS) for step in (1, 3, 7)})
    return [
        f"{placed:%Y-%m-%dT%H:%M:%SZ},B{number:02d},GGH-WA1,{how},{gtin(product)},{1 + (number + product) % 3}"
        for product in products
    ]


def _stock_up(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([*row[:-1], PACKS_OF_A_BATCH] for row in rows[1:])
