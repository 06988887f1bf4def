"""deliveries/YYYY-MM-DD.csv: goods in. The rows of one delivery note that arrive together are one delivery."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from controller.engine.actions import BookDelivery, DeliveredLine
from controller.engine.ports import MasterData
from controller.intake.refusals import Refusal
from controller.intake.row import Row
from controller.intake.stock import MOST_PACKS_A_ROW
from controller.intake.table import read_table

DELIVERY_COLUMNS = ("arrives_at", "delivery_note", "gtin", "batch", "expiry", "quantity")


def read_deliveries(
    file: Path, master: MasterData, name: str | None = None
) -> tuple[list[tuple[float, BookDelivery]], list[Refusal]]:
    """When what arrives, in the order of time, and the rows that were refused."""
    table = read_table(file, DELIVERY_COLUMNS, name)
    products = {product.gtin: product for product in master.products}
    zone = ZoneInfo(master.site.timezone)
    groups: dict[tuple[float, str], dict[tuple[str, str], DeliveredLine]] = {}

    def parse(row: Row) -> None:
        arrives_at, note = row.moment("arrives_at"), row.reference("delivery_note")
        gtin, batch, expiry = row.known_product(products).gtin, row.batch(), row.day("expiry")
        if expiry <= datetime.fromtimestamp(arrives_at, zone).date():
            raise row.refuse("expiry", "is not after the day of arrival", "Send the packs back, or correct the date.")
        line = DeliveredLine(gtin, batch, expiry, row.whole("quantity", 1, MOST_PACKS_A_ROW))
        lines = groups.setdefault((arrives_at, note), {})
        if (gtin, batch) in lines:
            raise row.refuse("batch", "stands on this delivery note already", "Add the two quantities in one row.")
        lines[gtin, batch] = line

    table.parse(parse)
    booked = [
        (arrives_at, BookDelivery(note, tuple(lines.values()), actor="import"))
        for (arrives_at, note), lines in sorted(groups.items(), key=lambda group: group[0])
        if lines
    ]
    return booked, sorted(table.refusals, key=lambda refusal: refusal.line)
