"""orders/YYYY-MM-DD.csv: one row a line; the rows of one order_ref are one order, taken or refused together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from controller.domain.order import OrderClass
from controller.engine.actions import LineRequest, SubmitOrder
from controller.engine.ports import MasterData
from controller.intake.refusals import BadValue, Refusal
from controller.intake.row import Row
from controller.intake.table import Table, read_table

ORDER_COLUMNS = (
    *("placed_at", "order_ref", "destination", "class", "due_at", "run", "run_date"),
    *("gtin", "quantity"),
)
_HEAD = ("placed_at", "destination", "class", "due_at", "run", "run_date")
"""What every row of an order must say alike."""
MOST_PACKS_A_LINE = 9_999
SINGLE_BATCH = "single_batch"
"""A column that the file may have: yes where all packs of the line must be of one batch."""


@dataclass(slots=True)
class _Draft:
    """An order while its rows are read."""

    head: SubmitOrder
    first: Row
    lines: dict[str, tuple[Row, LineRequest]]


def read_orders(file: Path, master: MasterData, name: str | None = None) -> tuple[list[SubmitOrder], list[Refusal]]:
    """The orders of a file, in the order of their first rows, and the rows that were refused.

    An order with a refused row is refused whole: a ward must not get half of what it asked for without knowing.
    """
    table = read_table(file, ORDER_COLUMNS, name)
    drafts: dict[str, _Draft] = {}
    spoilt = _orders_spoilt_by_shape(table)
    parse = _order_parser(master, drafts)
    for row in table.rows:
        try:
            parse(row)
        except BadValue as bad:
            table.refuse(row, bad)
            spoilt.setdefault(row.values["order_ref"], row.line)
    for order_ref, line in spoilt.items():
        if draft := drafts.pop(order_ref, None):
            _refuse_rest(table, draft, line)
    orders = [_order(draft) for draft in drafts.values()]
    return orders, sorted(table.refusals, key=lambda refusal: refusal.line)


def _orders_spoilt_by_shape(table: Table) -> dict[str, int]:
    """Orders of the rows whose form alone was wrong, as far as it can be told, with the line of the first."""
    spoilt: dict[str, int] = {}
    for refusal in table.refusals:
        fields = dict(zip(table.header, refusal.row, strict=False))
        if "order_ref" in fields:
            spoilt.setdefault(fields["order_ref"], refusal.line)
    return spoilt


def _order_parser(master: MasterData, drafts: dict[str, _Draft]) -> Callable[[Row], None]:
    products = {product.gtin: product for product in master.products}
    read_head = _head_parser(master)

    def parse(row: Row) -> None:
        order_ref = row.order_reference("order_ref")
        draft = drafts.get(order_ref)
        if draft is None:
            draft = drafts[order_ref] = _Draft(read_head(row, order_ref), row, {})
        else:
            _check_same_head(row, draft.first)
        gtin = row.known_product(products).gtin
        if gtin in draft.lines:
            raise row.refuse("gtin", "stands in this order already", "Add the two quantities in one row.")
        single_batch = bool(row.values.get(SINGLE_BATCH)) and row.yes_or_no(SINGLE_BATCH)
        draft.lines[gtin] = row, LineRequest(gtin, row.whole("quantity", 1, MOST_PACKS_A_LINE), single_batch)

    return parse


def _head_parser(master: MasterData) -> Callable[[Row, str], SubmitOrder]:
    destinations = {destination.code: destination for destination in master.destinations}
    runs = {run.run: run for run in master.runs}
    zone = ZoneInfo(master.site.timezone)

    def read_departure(row: Row, hospital: str, placed_at: float) -> tuple[str, str]:
        run = row.known("run", runs, "runs.csv")
        day = row.day("run_date")
        if run.hospital != hospital:
            raise row.refuse("run", f"goes to {run.hospital}, the destination is in {hospital}", "Choose another run.")
        if str(day.isoweekday()) not in run.weekdays:
            raise row.refuse(
                "run_date", f"is a day on which {run.run} does not go (weekdays {run.weekdays})", "Choose another day."
            )
        if _local(day, run.departure_local, zone) <= placed_at:
            raise row.refuse("run_date", "is gone: the run left before the order was placed", "Choose a later run.")
        return run.run, day.isoformat()

    def read_head(row: Row, order_ref: str) -> SubmitOrder:
        placed_at = row.moment("placed_at")
        destination = row.known("destination", destinations, "destinations.csv")
        order_class = row.word("class", OrderClass)
        due_at = run = run_date = None
        if order_class is OrderClass.DISCHARGE:
            _check_empty(row, "run", "run_date")
            due_at = row.moment("due_at")
            if due_at <= placed_at:
                raise row.refuse("due_at", "is not after placed_at", "Correct one of the two times.")
        else:
            _check_empty(row, "due_at")
            if not (row.is_empty("run") and row.is_empty("run_date")):
                run, run_date = read_departure(row, destination.hospital, placed_at)
        return SubmitOrder(
            order_ref, destination.code, order_class, (), due_at=due_at, run=run, run_date=run_date, placed_at=placed_at
        )

    return read_head


def _local(day: date, clock: str, zone: ZoneInfo) -> float:
    return datetime.combine(day, time.fromisoformat(clock), zone).timestamp()


def _check_empty(row: Row, *columns: str) -> None:
    for column in columns:
        if not row.is_empty(column):
            raise row.refuse(column, f"does not belong to a {row.values['class']} order", "Leave it empty.")


def _check_same_head(row: Row, first: Row) -> None:
    for column in _HEAD:
        if row.values[column] != first.values[column]:
            raise row.refuse(
                column,
                f"differs from '{first.values[column]}' in line {first.line} of the same order",
                "The rows of one order_ref are one order: correct the row, or give it its own order_ref.",
            )


def _refuse_rest(table: Table, draft: _Draft, line: int) -> None:
    for row, _ in draft.lines.values():
        reason = f"belongs to an order of which line {line} is refused"
        table.refuse(row, row.refuse("order_ref", reason, "Mend that line; the order is then taken whole."))


def _order(draft: _Draft) -> SubmitOrder:
    head, lines = draft.head, tuple(line for _, line in draft.lines.values())
    return SubmitOrder(
        order_ref=head.order_ref,
        destination=head.destination,
        order_class=head.order_class,
        lines=lines,
        due_at=head.due_at,
        run=head.run,
        run_date=head.run_date,
        placed_at=head.placed_at,
        actor="import",
    )
