"""A part of a day as a site folder of its own: the same centre and stock, and only what comes in the window."""

import csv
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from controller.intake.site import SiteFolder, read_site

_DEMAND = {"orders": ("placed_at", "order_ref"), "deliveries": ("arrives_at", "delivery_note")}


@dataclass(frozen=True, slots=True)
class Window:
    """`references` are the orders that are placed in it."""

    site: SiteFolder
    begins_at: float
    ends_at: float
    references: frozenset[str]


def cut_window(site: Path, date: str, from_hour: float, hours: float, folder: Path) -> Window:
    """Write the folder; it must not exist."""
    midnight = datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()
    begins_at = midnight + from_hour * 3600.0
    ends_at = begins_at + hours * 3600.0
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns(*_DEMAND))
    kept: dict[str, frozenset[str]] = {}
    for kind, (moment, reference) in _DEMAND.items():
        (folder / kind).mkdir()
        kept[kind] = _copy_rows(site / kind, folder / kind, f"{date}.csv", moment, reference, begins_at, ends_at)
    return Window(read_site(folder), begins_at, ends_at, kept["orders"])


def _copy_rows(
    source: Path, target: Path, name: str, moment: str, reference: str, begins_at: float, ends_at: float
) -> frozenset[str]:
    if not (source / name).exists():
        return frozenset()
    with (source / name).open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        columns = list(reader.fieldnames or ())
        rows = [row for row in reader if begins_at <= datetime.fromisoformat(row[moment]).timestamp() < ends_at]
    with (target / name).open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return frozenset(row[reference] for row in rows)
