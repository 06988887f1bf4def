"""The small site: nine robots, two hundred products, forty destinations, a delivery run every hour.

Made from a seed; the folder `small_site` holds what `write_small_site` gives for two days.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from simulator.chance import Chance, Random
from simulator.scenarios.identifiers import dmd_code, gtin14

FIRST_DAY = date(2026, 11, 23)
DAYS = 2
SEED = 1

ZONE = ZoneInfo("Europe/London")
AMBIENT_ROBOTS = tuple(f"R{number}" for number in range(1, 9))
VAULT_ROBOT = "R9"
MANUAL = {"ambient": "MANUAL-A", "fridge": "MANUAL-FRIDGE", "vault": "MANUAL-CD"}
HOSPITALS = ("NTH", "STH", "EST", "WST")
RUN_HOURS = range(7, 22)
"""A van of each hospital leaves in every one of these hours, local time."""
CUTOFF_MIN = 40
ORDERS_A_DAY = 300
LINES = (1, 1, 1, 2, 2, 3, 4)
CLASSES = ("routine",) * 13 + ("urgent",) * 2 + ("discharge",) * 5
HOUR_WEIGHTS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 10, 9, 8, 8, 8, 6, 4, 2, 1, 1, 1, 1, 1)
"""Per cent of a day's orders in each local hour (domain notes, section 6)."""

_SUBSTANCES = (
    "Amoxicillin", "Atorvastatin", "Bisoprolol", "Citalopram", "Codeine", "Diclofenac", "Doxycycline", "Enoxaparin",
    "Folic acid", "Furosemide", "Gabapentin", "Haloperidol", "Ibuprofen", "Lansoprazole", "Levothyroxine", "Metformin",
    "Naproxen", "Omeprazole", "Paracetamol", "Prednisolone", "Ramipril", "Salbutamol", "Sertraline", "Simvastatin",
    "Tamsulosin",
)  # fmt: skip
_FORMS = (
    ("5mg tablets x28", 62, 98, 22), ("10mg tablets x28", 62, 98, 24), ("50mg capsules x30", 58, 105, 30),
    ("100mg tablets x56", 66, 110, 38), ("250mg capsules x21", 60, 95, 28), ("500mg tablets x100", 72, 120, 46),
    ("2mg/5ml oral solution x150", 60, 132, 62), ("40mg/2ml injection x10", 80, 115, 40),
)  # fmt: skip


class _Product:
    def __init__(self, number: int, chance: Random) -> None:
        substance = _SUBSTANCES[number % len(_SUBSTANCES)]
        form, width_mm, depth_mm, height_mm = _FORMS[number // len(_SUBSTANCES) % len(_FORMS)]
        self.gtin = gtin14(number * 37 + 11)
        self.dmd = dmd_code(2_000_000 + number * 113)
        self.name = f"{substance} {form}"
        self.zone = "vault" if number % 20 == 7 else "fridge" if number % 20 == 13 else "ambient"
        self.storable = self.zone != "fridge" and number % 8 != 3
        self.size = tuple(edge + chance.randrange(-3, 4) for edge in (width_mm, depth_mm, height_mm))
        self.mass_g = 20 + chance.randrange(0, 120)
        self.datamatrix = chance.random() < 0.75
        self.popularity = 1.0 / (1 + number % 50)

    def row(self) -> list[object]:
        yes = {True: "yes", False: "no"}
        return [
            self.gtin, self.dmd, self.name, self.zone, yes[self.storable], *self.size, self.mass_g, yes[self.datamatrix]
        ]  # fmt: skip

    def places(self, number: int) -> Sequence[str]:
        if not self.storable:
            return (MANUAL[self.zone],)
        if self.zone == "vault":
            return (VAULT_ROBOT,)
        return (AMBIENT_ROBOTS[number % 8], AMBIENT_ROBOTS[(number + 3) % 8])


def write_small_site(path: Path, first_day: date = FIRST_DAY, days: int = DAYS, seed: int = SEED) -> None:
    """Write the folder; the same arguments give the same bytes."""
    chance = Chance(seed)
    products = [_Product(number, chance.stream(f"product/{number}")) for number in range(200)]
    destinations = _destinations()
    (path / "orders").mkdir(parents=True, exist_ok=True)
    (path / "deliveries").mkdir(exist_ok=True)
    (path / "site.toml").write_text(_site_toml(), encoding="utf-8")
    _write(
        path / "products.csv",
        "gtin,dmd_code,name,zone,robot_storable,width_mm,depth_mm,height_mm,mass_g,has_datamatrix",
        (product.row() for product in products),
    )
    _write(path / "destinations.csv", "code,name,hospital,kind", destinations)
    _write(path / "runs.csv", "run,hospital,weekdays,cutoff_local,departure_local", _runs())
    _write(path / "stock.csv", "gtin,batch,expiry,place,quantity", _stock(products, first_day, chance.stream("stock")))
    _write(
        path / "stocklists.csv",
        "destination,gtin,min,max,topup_weekday",
        _stocklists(products, destinations, chance.stream("stocklists")),
    )
    for day in (first_day + timedelta(days=number) for number in range(days)):
        _write(
            path / "orders" / f"{day}.csv",
            "placed_at,order_ref,destination,class,due_at,run,run_date,gtin,quantity",
            _orders(day, products, destinations, chance.stream(f"orders/{day}")),
        )
        _write(
            path / "deliveries" / f"{day}.csv",
            "arrives_at,delivery_note,gtin,batch,expiry,quantity",
            _deliveries(day, products, chance.stream(f"deliveries/{day}")),
        )


def _write(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def _site_toml() -> str:
    robots = [(robot, "ambient", 3000) for robot in AMBIENT_ROBOTS] + [(VAULT_ROBOT, "vault", 800)]
    parts = ['name = "Small Distribution Centre"', 'site = "small"', 'timezone = "Europe/London"', ""]
    for robot, kind, capacity in robots:
        parts += ["[[robots]]", f'id = "{robot}"', f'kind = "{kind}"', f"capacity_packs = {capacity}", ""]
    for zone, area in MANUAL.items():
        parts += ["[[manual_areas]]", f'id = "{area}"', f'zone = "{zone}"', ""]
    return "\n".join(parts)


def _destinations() -> list[tuple[str, str, str, str]]:
    kinds = ("ward", "ward", "ward", "ward", "clinic", "theatre", "dispensary", "ward", "care_home", "ward")
    return [
        (f"{hospital}-{kind[:2].upper()}{number:02d}", f"{hospital} {kind.replace('_', ' ')} {number}", hospital, kind)
        for hospital in HOSPITALS
        for number, kind in enumerate(kinds)
    ]


def _runs() -> list[tuple[str, str, str, str, str]]:
    runs = []
    for minutes, hospital in enumerate(HOSPITALS):
        for hour in RUN_HOURS:
            departs = datetime.combine(FIRST_DAY, time(hour, minutes * 10))
            cutoff = departs - timedelta(minutes=CUTOFF_MIN)
            runs.append((f"{hospital}-{hour:02d}", hospital, "1234567", f"{cutoff:%H:%M}", f"{departs:%H:%M}"))
    return runs


def _batch(chance: Random) -> str:
    return f"{'ABCDEFGHKLMNPRSTUVWXYZ'[chance.randrange(0, 22)]}{chance.randrange(10_000, 100_000)}"


def _stock(products: Sequence[_Product], first_day: date, chance: Random) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for number, product in enumerate(products):
        for place in product.places(number):
            for batch in range(2):
                expiry = first_day + timedelta(days=chance.randrange(40 if batch == 0 else 200, 900))
                quantity = 3 + int(40 * product.popularity) + chance.randrange(0, 8)
                rows.append((product.gtin, _batch(chance), expiry, place, quantity))
    return rows


def _stocklists(
    products: Sequence[_Product], destinations: Sequence[tuple[str, ...]], chance: Random
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for code, _, _, kind in destinations:
        if kind in ("ward", "theatre"):
            for product in sorted(chance.sample(list(products), 12), key=lambda product: product.gtin):
                low = chance.randrange(1, 4)
                rows.append((code, product.gtin, low, low + chance.randrange(2, 6), chance.randrange(1, 8)))
    return rows


def _orders(
    day: date, products: Sequence[_Product], destinations: Sequence[tuple[str, ...]], chance: Random
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for number, placed in enumerate(_moments(day, chance)):
        order_class = chance.choice(CLASSES)
        code, _, hospital, _ = chance.choice(list(destinations))
        due_at, run, run_date = "", "", ""
        if order_class == "discharge":
            due_at = _utc(placed + timedelta(hours=2))
        else:
            run, run_date = _next_run(hospital, placed)
        wanted = chance.choices(list(products), [product.popularity for product in products], k=chance.choice(LINES))
        ref = f"{order_class[0].upper()}{day:%m%d}{number:04d}"
        for gtin in sorted({product.gtin for product in wanted}):
            quantity = chance.choice((1, 1, 1, 2, 2, 3, 5))
            rows.append((_utc(placed), ref, code, order_class, due_at, run, run_date, gtin, quantity))
    return rows


def _moments(day: date, chance: Random) -> list[datetime]:
    hours = chance.choices(range(24), HOUR_WEIGHTS, k=ORDERS_A_DAY)
    midnight = datetime.combine(day, time(), tzinfo=ZONE)
    return sorted(midnight + timedelta(hours=hour, seconds=chance.randrange(0, 3600)) for hour in hours)


def _next_run(hospital: str, placed: datetime) -> tuple[str, str]:
    for days in range(2):
        day = placed.date() + timedelta(days=days)
        for run, of_hospital, _, cutoff, _ in _runs():
            closes = datetime.combine(day, time.fromisoformat(cutoff), tzinfo=ZONE)
            if of_hospital == hospital and closes > placed:
                return run, day.isoformat()
    raise AssertionError(f"{hospital} has a run every day")


def _deliveries(day: date, products: Sequence[_Product], chance: Random) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for number, hour in enumerate((7, 8, 9, 10, 13, 15)):
        arrives = datetime.combine(day, time(hour, chance.randrange(0, 60)), tzinfo=ZONE)
        for product in sorted(chance.sample(list(products), 14), key=lambda product: product.gtin):
            expiry = day + timedelta(days=chance.randrange(300, 1000))
            note = f"DN{day:%y%m%d}{number:02d}"
            rows.append((_utc(arrives), note, product.gtin, _batch(chance), expiry, chance.randrange(2, 12)))
    return rows


def _utc(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
