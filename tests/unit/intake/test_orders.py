"""Orders and deliveries: an order is taken whole or refused whole, and ten malformed files give ten clear refusals."""

import csv
from pathlib import Path

import pytest

from controller.domain.order import OrderClass
from controller.engine.actions import LineRequest
from controller.engine.ports import MasterData
from controller.intake.deliveries import read_deliveries
from controller.intake.orders import ORDER_COLUMNS, read_orders
from controller.intake.refusals import refused_path, write_refused
from controller.intake.site import read_site
from tests.support.sitefolders import FILES, GTIN, SHELF_GTIN, VAULT_GTIN, write_site_folder

ORDERS = FILES["orders/2026-11-23.csv"]


@pytest.fixture
def master(tmp_path: Path) -> MasterData:
    return read_site(write_site_folder(tmp_path)).master


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders" / "2026-11-23.csv"


def test_reads_orders_with_their_lines(master: MasterData, file: Path) -> None:
    orders, refusals = read_orders(file, master)
    assert refusals == []
    routine, discharge, urgent = orders
    assert (routine.order_ref, routine.destination, routine.run, routine.run_date) == (
        *("T1", "GGH-WA0000"),
        *("GGH-1", "2026-11-23"),
    )
    assert routine.lines == (LineRequest(GTIN, 2), LineRequest(SHELF_GTIN, 1))
    assert routine.placed_at == 1795420800.0
    assert (discharge.order_class, discharge.due_at, discharge.run) == (OrderClass.DISCHARGE, 1795429142.0, None)
    assert (urgent.order_class, urgent.due_at, urgent.run, urgent.run_date) == (OrderClass.URGENT, None, None, None)


def _row(**changed: str) -> str:
    values = dict.fromkeys(ORDER_COLUMNS, "") | {
        "placed_at": "2026-11-23T08:00:00Z",
        "order_ref": "N1",
        "destination": "GGH-WA0000",
        "class": "routine",
        "run": "GGH-1",
        "run_date": "2026-11-24",
        "gtin": GTIN,
        "quantity": "1",
    }
    return ",".join((values | changed)[column] for column in ORDER_COLUMNS)


BAD_ORDERS = [
    (_row(placed_at="2026-11-23 08:00"), "placed_at", "time in UTC"),
    (_row(placed_at="2026-11-23T08:00:00+01:00"), "placed_at", "time in UTC"),
    (_row(placed_at="2026-11-31T08:00:00Z"), "placed_at", "time in UTC"),
    (_row(order_ref=""), "order_ref", "is not a code"),
    (_row(order_ref="N/1"), "order_ref", "holds a /"),
    (_row(order_ref="N" * 49), "order_ref", "longer than 48"),
    (_row(destination="GGH-WA9999"), "destination", "destinations.csv has no such"),
    (_row(**{"class": "express"}), "class", "none of discharge, urgent, routine"),
    (_row(**{"class": "discharge"}), "run", "does not belong to a discharge order"),
    (_row(**{"class": "discharge", "run": "", "run_date": ""}), "due_at", "time in UTC"),
    (
        _row(**{"class": "discharge", "run": "", "run_date": "", "due_at": "2026-11-23T07:59:59Z"}),
        "due_at",
        "not after placed_at",
    ),
    (_row(due_at="2026-11-23T09:00:00Z"), "due_at", "does not belong to a routine order"),
    (_row(run="GGH-7"), "run", "runs.csv has no such run"),
    (_row(run="GRI-1"), "run", "goes to GRI, the destination is in GGH"),
    (_row(run=""), "run", "is empty"),
    (_row(run_date=""), "run_date", "not a date"),
    (_row(run_date="2026-11-28"), "run_date", "does not go"),
    (_row(run_date="2026-11-20"), "run_date", "left before"),
    (_row(gtin="05000000000555"), "gtin", "products.csv has no such gtin"),
    (_row(gtin="05000000000556"), "gtin", "check digit"),
    (_row(quantity="0"), "quantity", "from 1 to 9999"),
    (_row(quantity="two"), "quantity", "from 1 to 9999"),
    (_row() + ",surplus", "", "10 fields"),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD_ORDERS)
def test_an_order_that_does_not_fit_is_refused_alone(
    master: MasterData, file: Path, row: str, column: str, reason: str
) -> None:
    file.write_text(ORDERS + row + "\n")
    orders, [refusal] = read_orders(file, master)
    assert [order.order_ref for order in orders] == ["T1", "D1", "U1"]
    assert (refusal.line, refusal.column) == (6, column)
    assert reason in refusal.reason
    assert refusal.remedy


def test_one_bad_row_refuses_its_whole_order_and_names_it(master: MasterData, file: Path) -> None:
    file.write_text(ORDERS + _row(order_ref="T1", run_date="2026-11-23", gtin=VAULT_GTIN, quantity="-1") + "\n")
    orders, refusals = read_orders(file, master)
    assert [order.order_ref for order in orders] == ["D1", "U1"]
    assert [refusal.line for refusal in refusals] == [2, 3, 6]
    assert "line 6 is refused" in refusals[0].reason


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"destination": "GRI-CL0001"}, "destination"),
        ({"placed_at": "2026-11-23T08:00:01Z"}, "placed_at"),
        ({"run_date": "2026-11-25"}, "run_date"),
        ({"class": "urgent"}, "class"),
    ],
)
def test_rows_of_one_order_must_agree(master: MasterData, file: Path, changed: dict[str, str], column: str) -> None:
    file.write_text(ORDERS + _row() + "\n" + _row(**{"gtin": SHELF_GTIN, **changed}) + "\n")
    orders, refusals = read_orders(file, master)
    assert "N1" not in {order.order_ref for order in orders}
    assert [refusal.line for refusal in refusals] == [6, 7]
    assert refusals[1].column == column
    assert "line 6" in refusals[1].reason


def test_the_same_product_twice_in_an_order_is_refused(master: MasterData, file: Path) -> None:
    file.write_text(ORDERS + _row() + "\n" + _row() + "\n")
    _, refusals = read_orders(file, master)
    assert [(refusal.line, refusal.column) for refusal in refusals] == [(6, "order_ref"), (7, "gtin")]


@pytest.mark.parametrize("placed_at", ["2026-10-25T10:59:00Z", "2026-03-29T09:59:00Z"])
def test_a_run_leaves_by_the_local_clock_on_the_days_it_changes(master: MasterData, file: Path, placed_at: str) -> None:
    """10:15 in London is 10:15 UTC on the autumn Sunday, and 09:15 UTC on the spring one."""
    day = placed_at[:10]
    gone = _row(destination="GRI-CL0001", run="GRI-1", run_date=day, placed_at=placed_at)
    hour = int(placed_at[11:13])
    in_time = gone.replace(placed_at, f"{day}T{hour - 1:02d}:10:00Z").replace("N1", "N2")
    file.write_text(ORDERS + gone + "\n" + in_time + "\n")
    orders, [refusal] = read_orders(file, master)
    assert "left before" in refusal.reason
    assert orders[-1].order_ref == "N2"


MALFORMED_FILES: list[tuple[str, bytes | None, str]] = [
    ("missing", None, "is missing"),
    ("empty", b"", "is empty"),
    ("semicolons", ORDERS.replace(",", ";").encode(), "separates its columns by ';'"),
    ("tabs", ORDERS.replace(",", "\t").encode(), "separates its columns by tabs"),
    ("UTF-16", ORDERS.encode("utf-16"), "is UTF-16"),
    ("no header", ORDERS.partition("\n")[2].encode(), "has no column placed_at"),
    ("misspelt column", ORDERS.replace("gtin", "GTIN", 1).encode(), "has no column gtin"),
    ("column twice", ORDERS.replace("quantity", "quantity,quantity", 1).encode(), "the column quantity twice"),
    ("open quote", ORDERS.replace("U1", '"U1').encode(), "cannot be read any further"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "has no column"),
]


@pytest.mark.parametrize(
    ("content", "reason"), [case[1:] for case in MALFORMED_FILES], ids=[c[0] for c in MALFORMED_FILES]
)
def test_ten_malformed_files_give_ten_clear_refusals(
    master: MasterData, file: Path, content: bytes | None, reason: str
) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    orders, [refusal] = read_orders(file, master, "orders/2026-11-23.csv")
    assert orders == []
    assert refusal.text.startswith("orders/2026-11-23.csv")
    assert reason in refusal.text
    assert refusal.remedy in refusal.text


def test_refused_rows_are_written_beside_the_file_and_can_be_mended_there(master: MasterData, file: Path) -> None:
    file.write_text(ORDERS + _row(quantity="0") + "\n")
    _, refusals = read_orders(file, master)
    path = write_refused(file, refusals)
    assert path == refused_path(file) == file.with_name("2026-11-23.refused.csv")
    with path.open(newline="") as lines:
        [row] = csv.DictReader(lines)
    assert (row["order_ref"], row["refused_line"], row["refused_column"]) == ("N1", "6", "quantity")
    assert row["reason"] == "is not a whole number from 1 to 9999"
    path.write_text(path.read_text().replace(f"{GTIN},0,", f"{GTIN},4,"))
    orders, refusals = read_orders(path, master)
    assert refusals == []
    assert orders[0].lines == (LineRequest(GTIN, 4),)


def test_bytes_that_are_not_utf8_come_back_unchanged_in_the_refused_file(master: MasterData, file: Path) -> None:
    file.write_bytes(ORDERS.encode() + _row(destination="GGH-\udce9").encode("utf-8", "surrogateescape") + b"\n")
    _, refusals = read_orders(file, master)
    assert b"GGH-\xe9" in write_refused(file, refusals).read_bytes()


def test_deliveries_are_grouped_by_note_and_sorted_by_time(tmp_path: Path, master: MasterData) -> None:
    booked, refusals = read_deliveries(tmp_path / "deliveries" / "2026-11-23.csv", master)
    assert refusals == []
    assert [(at, delivery.delivery_note, len(delivery.lines)) for at, delivery in booked] == [
        (1795410066.0, "DN1", 2),
        (1795424400.0, "DN2", 1),
    ]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (f"2026-11-23T05:00:00Z,DN3,{GTIN},B,2026-11-23,1", "expiry", "not after the day of arrival"),
        (f"2026-11-23T05:00:00Z,DN3,{GTIN},,2027-11-23,1", "batch", "printable"),
        (f"yesterday,DN3,{GTIN},B,2027-11-23,1", "arrives_at", "time in UTC"),
        (f"2026-11-23T05:01:06Z,DN1,{GTIN},N2,2028-06-19,5", "batch", "already"),
        ("2026-11-23T05:01:06Z,DN1,05000000000555,N2,2028-06-19,5", "gtin", "not known"),
        (f"2026-11-23T05:01:06Z,DN1,{GTIN},N9,2028-06-19,100001", "quantity", "whole number"),
    ],
)
def test_a_delivered_line_that_does_not_fit_is_refused_alone(
    tmp_path: Path, master: MasterData, row: str, column: str, reason: str
) -> None:
    file = tmp_path / "deliveries" / "2026-11-23.csv"
    file.write_text(FILES["deliveries/2026-11-23.csv"] + row + "\n")
    booked, [refusal] = read_deliveries(file, master)
    assert len(booked) == 2
    assert (refusal.line, refusal.column) == (5, column)
    assert reason in refusal.reason
