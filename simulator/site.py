"""The simulator's own reader of a site folder: what stands where, and which work comes when.

Rows that make no sense are left out and listed; the line number of a stock row still counts, so that both sides give
the packs of the good rows the same ids.
"""

import csv
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from controller.protocol.vocabulary import RobotKind
from simulator.hardware.gs1 import valid_gtin
from simulator.hardware.pack import Article

T = TypeVar("T")

_BATCH = re.compile(r"[!-~]{1,20}")


class SiteError(ValueError):
    """The folder describes no site; the text names the file and the reason."""


@dataclass(frozen=True, slots=True)
class RobotPlan:
    robot: str
    kind: RobotKind
    capacity_packs: int


@dataclass(frozen=True, slots=True)
class StockLine:
    """Row `number` of stock.csv, counted from 1 without the header."""

    number: int
    gtin: str
    batch: str
    expiry: str
    place: str
    quantity: int

    def pack_id(self, count: int) -> str:
        """The id of the `count`-th pack (from 1) of this line, by the rule that both sides apply on their own."""
        return f"S{self.number:06d}.{count:03d}"


@dataclass(frozen=True, slots=True)
class OrderRow:
    placed_at: float
    order_ref: str
    destination: str
    order_class: str
    due_at: str | None
    run: str | None
    run_date: str | None
    gtin: str
    quantity: int
    single_batch: bool
    """The packs of this line must be of one batch."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    arrives_at: float
    delivery_note: str
    gtin: str
    batch: str
    expiry: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """A centre and its work, as the folder of DATA-FORMATS describes it."""

    path: Path
    name: str
    site: str
    zone: ZoneInfo
    robots: tuple[RobotPlan, ...]
    manual_areas: tuple[str, ...]
    articles: dict[str, Article]
    stock: tuple[StockLine, ...]
    refused: list[str] = field(default_factory=list)
    """File, line and reason of each row that was left out."""

    def orders(self, day: date) -> list[OrderRow]:
        """The order lines of one file, in its order; none where the file is absent."""
        return list(_rows(self.path / "orders" / f"{day.isoformat()}.csv", _order_row, self.refused, optional=True))

    def deliveries(self, day: date) -> list[DeliveryRow]:
        """The lines of goods in of one file, in its order; none where the file is absent."""
        path = self.path / "deliveries" / f"{day.isoformat()}.csv"

        def delivery(row: dict[str, str], number: int) -> DeliveryRow:
            _known(row["gtin"], self.articles)
            return _delivery_row(row, number)

        return list(_rows(path, delivery, self.refused, optional=True))


def read_site(path: Path) -> SiteFolder:
    """Read all but the days; SiteError where a file is missing or site.toml is wrong."""
    try:
        described = tomllib.loads((path / "site.toml").read_text(encoding="utf-8"))
        robots = tuple(
            RobotPlan(str(robot["id"]), RobotKind(robot["kind"]), int(robot["capacity_packs"]))
            for robot in described["robots"]
        )
        areas = tuple(str(area["id"]) for area in described.get("manual_areas", ()))
        name, site, zone = str(described["name"]), str(described["site"]), ZoneInfo(str(described["timezone"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SiteError(f"{path / 'site.toml'}: {error!r}") from error
    refused: list[str] = []
    articles = {article.gtin: article for article in _rows(path / "products.csv", _article, refused)}
    places = {robot.robot for robot in robots} | set(areas)

    def stock_line(row: dict[str, str], number: int) -> StockLine:
        line = StockLine(
            number,
            _known(row["gtin"], articles),
            _batch(row["batch"]),
            _date(row["expiry"]),
            row["place"],
            _quantity(row["quantity"]),
        )
        if line.place not in places:
            raise ValueError(f"place {line.place!r}")
        return line

    stock = tuple(_rows(path / "stock.csv", stock_line, refused))
    return SiteFolder(path, name, site, zone, robots, areas, articles, stock, refused)


def _rows(
    path: Path, convert: Callable[[dict[str, str], int], T], refused: list[str], *, optional: bool = False
) -> Iterator[T]:
    if optional and not path.exists():
        return
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for number, row in enumerate(reader, start=1):
                try:
                    yield convert(row, number)
                except (KeyError, TypeError, ValueError) as error:
                    refused.append(f"{path.name}:{reader.line_num}: {error}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SiteError(f"{path}: {error}") from error


def _article(row: dict[str, str], _number: int) -> Article:
    if not valid_gtin(row["gtin"]):
        raise ValueError(f"gtin {row['gtin']!r}")
    return Article(
        gtin=row["gtin"],
        zone=row["zone"],
        robot_storable=_yes(row["robot_storable"]),
        width_mm=_positive(row["width_mm"]),
        depth_mm=_positive(row["depth_mm"]),
        height_mm=_positive(row["height_mm"]),
        mass_g=_positive(row["mass_g"]),
        has_datamatrix=_yes(row["has_datamatrix"]),
    )


def _order_row(row: dict[str, str], _number: int) -> OrderRow:
    return OrderRow(
        placed_at=_moment(row["placed_at"]),
        order_ref=row["order_ref"],
        destination=row["destination"],
        order_class=row["class"],
        due_at=row["due_at"] or None,
        run=row["run"] or None,
        run_date=row["run_date"] or None,
        gtin=row["gtin"],
        quantity=_quantity(row["quantity"]),
        single_batch=_yes(row.get("single_batch") or "no"),
    )


def _delivery_row(row: dict[str, str], _number: int) -> DeliveryRow:
    return DeliveryRow(
        arrives_at=_moment(row["arrives_at"]),
        delivery_note=row["delivery_note"],
        gtin=row["gtin"],
        batch=_batch(row["batch"]),
        expiry=_date(row["expiry"]),
        quantity=_quantity(row["quantity"]),
    )


def _known(gtin: str, articles: dict[str, Article]) -> str:
    if gtin not in articles:
        raise ValueError(f"gtin {gtin!r} is not in products.csv")
    return gtin


def _batch(text: str) -> str:
    if not _BATCH.fullmatch(text):
        raise ValueError(f"batch {text!r}")
    return text


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} without a zone")
    return moment.astimezone(UTC).timestamp()


def _quantity(text: str) -> int:
    quantity = int(text)
    if quantity < 1:
        raise ValueError(f"quantity {text!r}")
    return quantity


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise ValueError(f"measure {text!r}")
    return value


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"
