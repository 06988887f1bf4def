"""A centre of four robots over two nights on virtual time, with something of everything that quiet hours are for."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controller.domain.chore import Chore
from controller.engine import actions as act
from controller.intake.site import read_site
from controller.ledger.invariants import History, check
from controller.rehearsal.world import World
from controller.storage import entities
from controller.storage.inline import InlineSqliteStore
from simulator.audit import audit_files
from simulator.centre import Centre
from simulator.record import FileRecord
from simulator.scenarios.identifiers import dmd_code, gtin14
from simulator.site import read_site as read_simulated_site
from tests.support.ledgers import open_ledger

START_AT = datetime(2026, 11, 23, 19, tzinfo=UTC).timestamp()
END_AT = START_AT + 37 * 3600.0
"""Through two nights, to Wednesday at 08:00."""

FAST, EVEN, DYING, BARE = 0, 1, 2, 3
"""Of one robot only and wanted daily; everywhere; expires within the week; of one robot, without a DataMatrix."""
PRODUCTS = 8
SHELF_PRODUCT, DRUG = 6, 7


@dataclass(frozen=True, slots=True)
class NightSite:
    folder: Path
    database: Path


def gtin(product: int) -> str:
    return gtin14(product)


def build_site(folder: Path) -> NightSite:
    """Write the folder, migrate a database, import the folder."""
    _write(folder / "site")
    site = read_site(folder / "site")
    database = folder / "template.sqlite"
    open_ledger(database, site, now=START_AT).close()
    return NightSite(folder / "site", database)


class Nights:
    """One world on a copy of the site; `close` it at the end."""

    def __init__(
        self,
        site: NightSite,
        folder: Path,
        *,
        seed: int = 1,
        faults: str | Path = "none",
        hook: Callable[[str], None] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._site, self._folder = site, folder
        shutil.copy(site.database, folder / "ledger.sqlite")
        self.store = InlineSqliteStore(folder / "ledger.sqlite")
        self.record = FileRecord(folder / "physical.jsonl")
        centre = Centre(
            read_simulated_site(site.folder),
            seed=seed,
            faults=faults,
            record=self.record,
            start_at=START_AT,
            until_at=END_AT,
        )
        self.world = World(
            centre,
            self.store,
            site="night",
            start_at=START_AT,
            window_s=1.0,
            hook=hook or (lambda point: None),
        )

    def submit(self, action: act.Action) -> None:
        """Somebody in the office asks for something."""
        self.world.submit(action)

    def finish(self) -> None:
        """Through both nights."""
        self.world.run_until(END_AT)

    def close(self) -> None:
        self.store.close()
        self.record.close()

    def history(self) -> History:
        return self.store.history()

    def findings(self) -> list[str]:
        """What the invariants and the independent auditor find."""
        found = [f"{violation.invariant}: {violation.detail}" for violation in check(self.history())]
        return found + audit_files(self._folder / "physical.jsonl", self._folder / "ledger.sqlite", self._site.folder)

    def chores(self) -> list[Chore]:
        """Every chore as it was committed."""
        with closing(sqlite3.connect(self._folder / "ledger.sqlite")) as books:
            return [entities.chore_of(row) for row in books.execute("SELECT * FROM chores ORDER BY begun_at, chore_id")]


def _write(folder: Path) -> None:
    (folder / "orders").mkdir(parents=True)
    (folder / "deliveries").mkdir()
    robots = "".join(
        f'[[robots]]\nid = "{name}"\nkind = "{kind}"\ncapacity_packs = 480\n\n'
        for name, kind in (("R1", "ambient"), ("R2", "ambient"), ("R3", "ambient"), ("R4", "vault"))
    )
    areas = "".join(
        f'[[manual_areas]]\nid = "{name}"\nzone = "{zone}"\n\n'
        for name, zone in (("MANUAL-A", "ambient"), ("MANUAL-FRIDGE", "fridge"), ("MANUAL-CD", "vault"))
    )
    (folder / "site.toml").write_text(
        f'name = "Night centre"\nsite = "night"\ntimezone = "Europe/London"\n\n{robots}{areas}', encoding="utf-8"
    )
    (folder / "products.csv").write_text("\n".join(_products()) + "\n", encoding="utf-8")
    (folder / "stock.csv").write_text("\n".join(_stock()) + "\n", encoding="utf-8")
    (folder / "destinations.csv").write_text(
        "code,name,hospital,kind\nGGH-WA1,Ward 1,GGH,ward\nGGH-WA2,Ward 2,GGH,ward\n", encoding="utf-8"
    )
    runs = ((1, "06:30", "07:15"), (2, "12:30", "13:15"), (3, "21:30", "22:15"), (4, "01:30", "02:30"))
    (folder / "runs.csv").write_text(
        "run,hospital,weekdays,cutoff_local,departure_local\n"
        + "".join(f"GGH-{run},GGH,1234567,{cutoff},{leaves}\n" for run, cutoff, leaves in runs),
        encoding="utf-8",
    )
    lists = [f"GGH-WA{ward},{gtin(product)},2,{high},{day}" for ward in (1, 2) for product, high, day in _LISTS]
    (folder / "stocklists.csv").write_text(
        "destination,gtin,min,max,topup_weekday\n" + "\n".join(lists) + "\n", encoding="utf-8"
    )
    _write_orders(folder / "orders")
    (folder / "deliveries" / "2026-11-24.csv").write_text(
        "arrives_at,delivery_note,gtin,batch,expiry,quantity\n"
        # So many that some find no place of their height.
        f"2026-11-24T09:00:00Z,DN1,{gtin(EVEN)},FRESH,2028-05-31,540\n",
        encoding="utf-8",
    )


_LISTS = ((FAST, 40, 2), (EVEN, 20, 2), (BARE, 30, 3))
"""(product, maximum, ISO weekday of the top-up)"""


def _products() -> list[str]:
    rows = ["gtin,dmd_code,name,zone,robot_storable,width_mm,depth_mm,height_mm,mass_g,has_datamatrix"]
    for product in range(PRODUCTS):
        zone = "vault" if product == DRUG else "ambient"
        rows.append(
            f"{gtin(product)},{dmd_code(100 + product)},Product {product},{zone},"
            f"{'no' if product == SHELF_PRODUCT else 'yes'},50,80,{20 + 8 * product},40,"
            f"{'no' if product == BARE else 'yes'}"
        )
    return rows


def _stock() -> list[str]:
    rows = ["gtin,batch,expiry,place,quantity"]
    rows += [f"{gtin(FAST)},F1,2027-06-30,R1,24", f"{gtin(FAST)},F2,2027-07-31,R1,26"]
    rows += [f"{gtin(BARE)},B1,2027-06-30,R3,40"]
    rows += [f"{gtin(DYING)},OLD,2026-11-27,{robot},5" for robot in ("R1", "R2")]
    rows += [f"{gtin(DYING)},NEW,2028-01-31,{robot},14" for robot in ("R1", "R2", "R3")]
    for product in (EVEN, 4, 5):
        rows += [f"{gtin(product)},E{product},2027-09-30,{robot},15" for robot in ("R1", "R2", "R3")]
    rows += [f"{gtin(SHELF_PRODUCT)},OLD,2026-11-26,MANUAL-A,4", f"{gtin(SHELF_PRODUCT)},NEW,2028-01-31,MANUAL-A,40"]
    rows += [f"{gtin(DRUG)},D1,2027-09-30,R4,40"]
    return rows


def _write_orders(folder: Path) -> None:
    """One every twenty minutes, day and night; every third for a patient who goes home."""
    head = "placed_at,order_ref,destination,class,due_at,run,run_date,gtin,quantity"
    rows: dict[str, list[str]] = {}
    begin = datetime.fromtimestamp(START_AT, UTC) + timedelta(minutes=7)
    wanted = (FAST, EVEN, 4, 5, DYING, BARE, SHELF_PRODUCT, DRUG)
    for number in range(100):
        placed = begin + timedelta(minutes=20 * number)
        stamp, day = f"{placed:%Y-%m-%dT%H:%M:%SZ}", f"{placed:%Y-%m-%d}"
        ward, product = f"GGH-WA{1 + number % 2}", wanted[number % len(wanted)]
        if number % 3 == 0:
            due = f"{placed + timedelta(minutes=90):%Y-%m-%dT%H:%M:%SZ}"
            line = f"{stamp},D{number},{ward},discharge,{due},,,{gtin(product)},1"
        else:
            morrow = placed + timedelta(days=1)
            line = f"{stamp},T{number},{ward},routine,,GGH-1,{morrow:%Y-%m-%d},{gtin(product)},{1 + number % 2}"
        rows.setdefault(day, []).append(line)
    for day, lines in rows.items():
        (folder / f"{day}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
