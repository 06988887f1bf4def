"""A site folder is read completely, and every row that does not fit is refused with its place and a remedy."""

from datetime import date
from pathlib import Path

import pytest

from controller.domain.product import Zone
from controller.domain.site import DeliveryRun, Destination, ManualArea, RobotPlace, StockListLine
from controller.intake.refusals import FileRefused
from controller.intake.site import read_site
from controller.intake.stock import build_opening_packs
from tests.support.sitefolders import FILES, GTIN, SHELF_GTIN, VAULT_GTIN, write_site_folder


def test_reads_what_a_folder_says_of_the_centre(tmp_path: Path) -> None:
    found = read_site(write_site_folder(tmp_path))
    master = found.master
    assert found.refusals == []
    assert master.site.robots == (RobotPlace("R1", Zone.AMBIENT, 50), RobotPlace("R2", Zone.VAULT, 20))
    assert master.site.areas == (ManualArea("MANUAL-A", Zone.AMBIENT), ManualArea("MANUAL-FRIDGE", Zone.FRIDGE))
    assert [product.mass_g for product in master.products] == [172.0, 42.0, 42.5, 42.0]
    assert master.products[1].name == "Naloxone 25mg/5ml, oral solution x150"
    assert master.products[1].has_datamatrix is False
    assert master.destinations[0] == Destination("GGH-WA0000", "GGH ward 0", "GGH", "ward")
    assert master.runs[0] == DeliveryRun("GGH-1", "GGH", "12345", "09:00", "10:00")
    assert master.stock_lists == [StockListLine("GGH-WA0000", GTIN, 3, 10, 5)]


def test_opening_packs_have_the_ids_that_both_sides_derive(tmp_path: Path) -> None:
    packs = build_opening_packs(read_site(write_site_folder(tmp_path)).stock)
    assert [pack.pack_id for pack in packs[:2]] == ["S000001.001", "S000001.002"]
    assert [pack.pack_id for pack in packs[5:7]] == ["S000001.006", "S000002.001"]
    assert len(packs) == len({pack.pack_id for pack in packs}) == 22
    first, last = packs[0], packs[-1]
    assert (first.gtin, first.batch, first.expiry, first.account) == (GTIN, "L64218", date(2027, 4, 15), "robot:R1")
    assert (last.pack_id, last.gtin, last.account) == ("S000003.012", VAULT_GTIN, "robot:R2")
    assert packs[6].account == "area:MANUAL-A"


def test_a_refused_or_empty_row_does_not_shift_pack_ids(tmp_path: Path) -> None:
    lines = FILES["stock.csv"].splitlines()
    stock = "\n".join([lines[0], f"{GTIN},X,2027-04-15,R9,1", "", *lines[1:]])
    found = read_site(write_site_folder(tmp_path, stock=stock))
    assert [row.line_no for row in found.stock] == [2, 3, 4]
    assert [refusal.line for refusal in found.refusals] == [2]


def test_the_digest_is_of_the_content_of_every_file(tmp_path: Path) -> None:
    first = read_site(write_site_folder(tmp_path / "a")).digest
    assert read_site(write_site_folder(tmp_path / "b")).digest == first
    assert read_site(write_site_folder(tmp_path / "c", stock=FILES["stock.csv"] + "\n")).digest != first


def test_a_byte_order_mark_other_column_orders_and_crlf_are_no_harm(tmp_path: Path) -> None:
    write_site_folder(tmp_path)
    (tmp_path / "destinations.csv").write_bytes(
        b"\xef\xbb\xbfkind,code,name,hospital\r\nward,GGH-WA0000,S\xc3\xa9jour 0,GGH\r\nclinic,GRI-CL0001,c,GRI\r\n"
    )
    found = read_site(tmp_path)
    assert found.refusals == []
    assert found.master.destinations[0] == Destination("GGH-WA0000", "Séjour 0", "GGH", "ward")


BAD_ROWS = [
    ("products", "05000000152293,20282621000001103,n,ambient,yes,5,6,2,1,yes", "gtin", "check digit"),
    ("products", "5000000152292,20282621000001103,n,ambient,yes,5,6,2,1,yes", "gtin", "14 digits"),
    ("products", f"{GTIN},20282621000001103,n,ambient,yes,5,6,2,1,yes", "gtin", "already"),
    ("products", "05000000000555,20282621000001104,n,ambient,yes,5,6,2,1,yes", "dmd_code", "Verhoeff"),
    ("products", "05000000000555,20282621000001103,n,frozen,yes,5,6,2,1,yes", "zone", "none of ambient"),
    ("products", "05000000000555,20282621000001103,n,ambient,maybe,5,6,2,1,yes", "robot_storable", "none of no, yes"),
    ("products", "05000000000555,20282621000001103,n,ambient,yes,-5,6,2,1,yes", "width_mm", "above 0"),
    ("products", "05000000000555,20282621000001103,n,ambient,yes,5,nan,2,1,yes", "depth_mm", "above 0"),
    ("products", "05000000000555,20282621000001103,n,ambient,yes,5,6,1e99,1,yes", "height_mm", "up to 1000"),
    ("products", "05000000000555,20282621000001103,,ambient,yes,5,6,2,1,yes", "name", "empty"),
    ("products", "05000000000555,20282621000001103,a\x07b,ambient,yes,5,6,2,1,yes", "name", "plain text"),
    ("destinations", "GGH-WA0000,again,GGH,ward", "code", "already"),
    ("destinations", "GGH WA1,blank,GGH,ward", "code", "is not a code"),
    ("destinations", "GGH-WA0001,w,GGH,canteen", "kind", "none of"),
    ("runs", "GGH-2,GGH,128,09:00,10:00", "weekdays", "weekdays"),
    ("runs", "GGH-2,GGH,112,09:00,10:00", "weekdays", "different"),
    ("runs", "GGH-2,GGH,12,24:00,10:00", "cutoff_local", "time of day"),
    ("runs", "GGH-2,GGH,12,11:00,10:00", "cutoff_local", "after the departure"),
    ("stock", f"{GTIN},B1,2027-13-01,R1,1", "expiry", "not a date"),
    ("stock", f"{GTIN},B1,2027-02-29,R1,1", "expiry", "not a date"),
    ("stock", f"{GTIN},B 1,2027-02-28,R1,1", "batch", "printable"),
    ("stock", f"{GTIN},B1,2027-02-28,R7,1", "place", "not known"),
    ("stock", f"{GTIN},B1,2027-02-28,R2,1", "place", "is vault"),
    ("stock", f"{SHELF_GTIN},B1,2027-02-28,R1,1", "place", "robots cannot store"),
    ("stock", f"{GTIN},B1,2027-02-28,R1,45", "quantity", "holds: 6 of 50"),
    ("stock", f"{GTIN},B1,2027-02-28,R1,-1", "quantity", "whole number"),
    ("stock", f"{GTIN},B1,2027-02-28,R1,1.5", "quantity", "whole number"),
    ("stock", f"{GTIN},B1,2027-02-28,R1,٣", "quantity", "whole number"),
    ("stock", f"{GTIN},L64218,2027-04-16,MANUAL-A,1", "expiry", "differs from an earlier row"),
    ("stock", "05000000000555,B1,2027-02-28,R1,1", "gtin", "not known"),
    ("stock", f"{GTIN},B1,2027-02-28,R1", "", "4 fields"),
    ("stocklists", f"NOWHERE,{GTIN},1,2,3", "destination", "not known"),
    ("stocklists", f"GRI-CL0001,{GTIN},3,2,3", "min", "more than max"),
    ("stocklists", f"GRI-CL0001,{GTIN},1,2,8", "topup_weekday", "1 to 7"),
    ("stocklists", f"GGH-WA0000,{GTIN},1,2,3", "gtin", "already"),
]


@pytest.mark.parametrize(("stem", "row", "column", "reason"), BAD_ROWS)
def test_a_row_that_does_not_fit_is_refused_alone(
    tmp_path: Path, stem: str, row: str, column: str, reason: str
) -> None:
    whole = read_site(write_site_folder(tmp_path / "whole"))
    text = FILES[f"{stem}.csv"]
    found = read_site(write_site_folder(tmp_path / "broken", **{stem: f"{text}{row}\n"}))
    [refusal] = found.refusals
    assert refusal.file == f"{stem}.csv"
    assert refusal.line == len(text.splitlines()) + 1
    assert refusal.column == column
    assert reason in refusal.reason
    assert refusal.remedy
    assert ",".join(refusal.row) == row
    assert found.master == whole.master
    assert found.stock == whole.stock


BAD_FILES = [
    ("products.csv", b"", "is empty"),
    ("products.csv", FILES["products.csv"].replace(",", ";").encode(), "separates its columns by ';'"),
    ("products.csv", FILES["products.csv"].encode("utf-16"), "is UTF-16"),
    ("products.csv", FILES["products.csv"].replace("mass_g", "weight", 1).encode(), "has no column mass_g"),
    ("products.csv", FILES["products.csv"].replace("mass_g", "mass_g,mass_g", 1).encode(), "mass_g twice"),
    ("products.csv", FILES["products.csv"].replace('x150"', "x150").encode(), "cannot be read any further"),
    ("runs.csv", None, "is missing"),
    ("site.toml", None, "is missing"),
    ("site.toml", b"name = ", "is not TOML"),
    ("site.toml", b"\xff", "is not UTF-8"),
    ("site.toml", FILES["site.toml"].replace("Europe/London", "Europe/Nowhere").encode(), "is not a time zone"),
    ("site.toml", FILES["site.toml"].replace('"small"', '"Small One"').encode(), "small letters"),
    ("site.toml", FILES["site.toml"].replace('"R2"', '"R1"').encode(), "names two"),
    ("site.toml", FILES["site.toml"].replace('"vault"', '"safe"').encode(), "is none of ambient, fridge, vault"),
    ("site.toml", FILES["site.toml"].replace("= 20", "= true").encode(), "is not a whole number"),
    ("site.toml", b'name = "n"\nsite = "s"\ntimezone = "UTC"\nrobots = 9\n', "is not a list of tables"),
    ("site.toml", b'name = "n"\nsite = "s"\ntimezone = "UTC"\n', "names no robot"),
]


@pytest.mark.parametrize(("name", "content", "reason"), BAD_FILES)
def test_a_file_that_cannot_be_read_at_all_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    write_site_folder(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=name) as caught:
        read_site(tmp_path)
    assert reason in str(caught.value)
    assert all(refusal.remedy for refusal in caught.value.refusals)


def test_bytes_that_are_not_utf8_refuse_their_row_only(tmp_path: Path) -> None:
    write_site_folder(tmp_path)
    with (tmp_path / "destinations.csv").open("ab") as file:
        file.write(b"GGH-WA0009,S\xe9jour,GGH,ward\n")
    found = read_site(tmp_path)
    assert [(refusal.line, refusal.column, refusal.value) for refusal in found.refusals] == [(4, "name", "S\\xe9jour")]
    assert len(found.master.destinations) == 2


def test_a_batch_may_stand_in_two_rows_and_a_row_may_be_empty(tmp_path: Path) -> None:
    folder = write_site_folder(tmp_path)
    with (folder / "stock.csv").open("a", encoding="utf-8") as stock:
        stock.write(f"{GTIN},L64218,2027-04-15,R1,2\n{GTIN},L64218,2027-04-15,R1,0\n")
    site = read_site(folder)
    assert site.refusals == []
    ids = [pack.pack_id for pack in build_opening_packs(site.stock) if pack.batch == "L64218"]
    assert ids[-2:] == ["S000004.001", "S000004.002"]
