"""A centre of three robots and a dozen orders, on virtual time, for tests that break things in it many times over.

With `cold=True` it has a fridge robot R4 as well, with what such a robot and the shelves of a cold room hold, and
orders for that.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from controller.intake.site import SiteFolder, read_site
from controller.ledger.invariants import Violation, check
from controller.rehearsal.link import Link
from controller.rehearsal.world import World
from controller.storage.inline import InlineSqliteStore
from simulator.audit import audit_files
from simulator.centre import Centre
from simulator.record import FileCauseLog, FileRecord
from simulator.scenarios.identifiers import dmd_code, gtin14
from simulator.site import read_site as read_simulated_site
from simulator.staffing import CrewPlan
from tests.support.ledgers import open_ledger

DAY = date(2026, 11, 23)
START_AT = datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()
END_AT = START_AT + 6 * 3600.0

ROBOT_PRODUCTS = 8
SHELF_PRODUCTS = 2


@dataclass(frozen=True, slots=True)
class Template:
    """A site folder and a database that holds it; each run works on a copy."""

    folder: Path
    site: SiteFolder
    database: Path
    orders: "list[PlannedOrder]"


def build_template(
    folder: Path,
    *,
    cold: bool = False,
    orders: "list[PlannedOrder] | None" = None,
    runs: "tuple[Van, ...] | None" = None,
) -> Template:
    """Write the site, migrate a database, import the site. Without `orders` and `runs`, those of the whole day."""
    planned = orders or (ORDERS + COLD_ORDERS if cold else ORDERS)
    write_site(folder / "site", cold=cold, orders=planned, runs=runs or RUNS)
    site = read_site(folder / "site")
    database = folder / "template.sqlite"
    open_ledger(database, site, now=START_AT).close()
    return Template(folder / "site", site, database, planned)


class Run:
    """One world on a copy of the template; `close` it at the end."""

    def __init__(
        self,
        template: Template,
        folder: Path,
        *,
        seed: int = 1,
        faults: str | Path = "none",
        link: Link | None = None,
        hook: Callable[[str], None] | None = None,
        window_s: float = 0.5,
        repairs: bool = True,
        crew: CrewPlan | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._template = template
        shutil.copy(template.database, folder / "ledger.sqlite")
        self.store = InlineSqliteStore(folder / "ledger.sqlite")
        self.record = FileRecord(folder / "physical.jsonl")
        centre = Centre(
            read_simulated_site(template.folder),
            seed=seed,
            faults=faults,
            record=self.record,
            start_at=START_AT,
            until_at=END_AT,
            repairs=repairs,
            cause_log=FileCauseLog(folder / "causes.jsonl"),
            crew=crew,
        )
        self.world = World(
            centre,
            self.store,
            site="tiny",
            start_at=START_AT,
            link=link,
            window_s=window_s,
            hook=hook or (lambda point: None),
        )

    def finish(self, *, until_at: float = END_AT + 24 * 3600.0) -> None:
        """Run until no order is open."""
        received = len(self._template.orders)
        self.world.run_until(
            until_at,
            stop=lambda: self.world.core.state.last_order_number >= received and not self.world.core.state.orders,
        )

    def close(self) -> None:
        self.store.close()
        self.record.close()

    def violations(self) -> list[Violation]:
        return check(self.store.history())

    def audit(self) -> list[str]:
        """What the independent auditor finds when it compares what really moved with the ledger."""
        return audit_files(self.folder / "physical.jsonl", self.folder / "ledger.sqlite", self._template.folder)

    @property
    def statuses(self) -> dict[str, str]:
        return {order.order_ref: order.status.value for order in self.store.history().orders}


PlannedOrder = tuple[int, str, str, list[tuple[int, int]]]
"""(minute, reference, class, [(product, packs)])."""

ORDERS: list[PlannedOrder] = [
    (1, "T1", "routine", [(0, 2), (1, 1), (8, 1)]),
    (2, "D1", "discharge", [(2, 1), (3, 1)]),
    (4, "T2", "routine", [(0, 3), (4, 2)]),
    (5, "U1", "urgent", [(5, 1), (9, 1)]),
    (9, "T3", "routine", [(6, 4), (7, 1), (1, 1)]),
    (15, "D2", "discharge", [(0, 1), (8, 2)]),
    (21, "T4", "routine", [(1, 2), (2, 2), (3, 2)]),
    (40, "T5", "routine", [(4, 1), (5, 5)]),
]

COLD, COLD_TWIN, COLD_SHELF = 10, 11, 12
"""In the fridge robot and on the shelves of the cold room; in the robot alone; on the shelves alone."""
TWIN_BATCH = "TWIN"
"""Delivered of both products of the robot, so that nothing but the GTIN tells them apart: it expires first."""

COLD_ORDERS: list[PlannedOrder] = [
    (3, "C1", "routine", [(COLD, 2), (0, 1)]),
    (12, "C2", "discharge", [(COLD_TWIN, 1)]),
    (25, "C3", "routine", [(COLD, 3), (COLD_SHELF, 1)]),
    (60, "C4", "urgent", [(COLD, 2), (COLD_TWIN, 2)]),
    (150, "C5", "routine", [(COLD_TWIN, 4), (2, 1)]),
    (200, "C6", "discharge", [(COLD, 2)]),
]
Van = tuple[str, str, str]
"""(run, cut-off, departure)."""
RUNS: tuple[Van, ...] = (("GGH-1", "09:30", "10:15"), ("GGH-2", "11:30", "12:15"), ("GGH-3", "13:30", "14:15"))


def gtin(product: int) -> str:
    return gtin14(product)


def write_site(
    folder: Path, *, cold: bool = False, orders: Sequence[PlannedOrder] = ORDERS, runs: Sequence[Van] = RUNS
) -> None:
    """The folder alone; `build_template` imports it as well."""
    (folder / "orders").mkdir(parents=True)
    (folder / "deliveries").mkdir()
    kinds = (("R1", "ambient"), ("R2", "ambient"), ("R3", "vault"), ("R4", "fridge"))
    robots = "".join(
        f'[[robots]]\nid = "{name}"\nkind = "{kind}"\ncapacity_packs = 400\n\n'
        for name, kind in kinds
        if cold or kind != "fridge"
    )
    areas = "".join(
        f'[[manual_areas]]\nid = "{name}"\nzone = "{zone}"\n\n'
        for name, zone in (("MANUAL-A", "ambient"), ("MANUAL-FRIDGE", "fridge"), ("MANUAL-CD", "vault"))
    )
    (folder / "site.toml").write_text(
        f'name = "Tiny centre"\nsite = "tiny"\ntimezone = "Europe/London"\n\n{robots}{areas}', encoding="utf-8"
    )
    products = ["gtin,dmd_code,name,zone,robot_storable,width_mm,depth_mm,height_mm,mass_g,has_datamatrix"]
    stock = ["gtin,batch,expiry,place,quantity"]
    for product in range(ROBOT_PRODUCTS + SHELF_PRODUCTS):
        zone = "vault" if product == ROBOT_PRODUCTS - 1 else "ambient"
        storable = product < ROBOT_PRODUCTS
        products.append(
            f"{gtin(product)},{dmd_code(100 + product)},Product {product},{zone},{'yes' if storable else 'no'},50,80,"
            f"{20 + 5 * product},40,{'no' if product == 3 else 'yes'}"
        )
        stock += _stock(product, ("R3",) if zone == "vault" else ("R1", "R2") if storable else ("MANUAL-A",))
    for product, places in _COLD_PLACES if cold else ():
        products.append(
            f"{gtin(product)},{dmd_code(100 + product)},Cold product {product},fridge,"
            f"{'yes' if 'R4' in places else 'no'},50,80,30,40,yes"
        )
        stock += _stock(product, places)
    (folder / "products.csv").write_text("\n".join(products) + "\n", encoding="utf-8")
    (folder / "stock.csv").write_text("\n".join(stock) + "\n", encoding="utf-8")
    (folder / "destinations.csv").write_text(
        "code,name,hospital,kind\nGGH-WA1,Ward 1,GGH,ward\nGGH-WA2,Ward 2,GGH,ward\n", encoding="utf-8"
    )
    vans = "".join(f"{run},GGH,1234567,{cutoff},{departure}\n" for run, cutoff, departure in runs)
    (folder / "runs.csv").write_text(f"run,hospital,weekdays,cutoff_local,departure_local\n{vans}", encoding="utf-8")
    (folder / "stocklists.csv").write_text("destination,gtin,min,max,topup_weekday\n", encoding="utf-8")
    _write_orders(folder, orders, runs)
    delivered = [(0, "FRESH0", "2028-05-31", 7), (3, "FRESH3", "2028-05-31", 3), (8, "FRESH8", "2028-05-31", 2)]
    if cold:
        delivered += [(product, TWIN_BATCH, "2027-03-31", 3) for product in (COLD, COLD_TWIN)]
    lines = "".join(
        f"2026-11-23T08:00:30Z,DN1,{gtin(product)},{batch},{expiry},{packs}\n"
        for product, batch, expiry, packs in delivered
    )
    (folder / "deliveries" / "2026-11-23.csv").write_text(
        f"arrives_at,delivery_note,gtin,batch,expiry,quantity\n{lines}", encoding="utf-8"
    )


_COLD_PLACES = ((COLD, ("R4", "MANUAL-FRIDGE")), (COLD_TWIN, ("R4",)), (COLD_SHELF, ("MANUAL-FRIDGE",)))


def _stock(product: int, places: Sequence[str]) -> list[str]:
    batches = ((f"OLD{product}", "2027-06-30", 3), (f"NEW{product}", "2028-01-31", 4))
    return [f"{gtin(product)},{batch},{expiry},{place},{packs}" for place in places for batch, expiry, packs in batches]


def _write_orders(folder: Path, orders: Sequence[PlannedOrder], runs: Sequence[Van]) -> None:
    rows = ["placed_at,order_ref,destination,class,due_at,run,run_date,gtin,quantity"]
    for minute, reference, order_class, lines in orders:
        placed = datetime.fromtimestamp(START_AT, UTC) + timedelta(minutes=minute)
        due = f"{placed + timedelta(minutes=90):%Y-%m-%dT%H:%M:%SZ}" if order_class == "discharge" else ""
        next_run = next(run for run, cutoff, _ in runs if f"{placed:%H:%M}" < cutoff)
        run = "," if order_class == "discharge" else f"{next_run},{placed:%Y-%m-%d}"
        rows += [
            f"{placed:%Y-%m-%dT%H:%M:%SZ},{reference},GGH-WA1,{order_class},{due},{run},{gtin(product)},{packs}"
            for product, packs in lines
        ]
    (folder / "orders" / "2026-11-23.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
