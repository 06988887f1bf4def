"""Optional parts of a site folder: holidays.csv, days a pack must outlast, lines of one batch."""

from datetime import date
from pathlib import Path

import pytest

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.intake.holidays import Holiday, calendar_changes
from controller.intake.orders import read_orders
from controller.intake.refusals import FileRefused
from controller.intake.site import read_site
from tests.support.sitefolders import FILES, GTIN, write_site_folder

HEADER = "date,name,hospital\n"


def _folder(folder: Path, holidays: str) -> Path:
    write_site_folder(folder)
    (folder / "holidays.csv").write_text(holidays, encoding="utf-8")
    return folder


def test_a_folder_without_holidays_is_as_it_was(tmp_path: Path) -> None:
    found = read_site(write_site_folder(tmp_path / "a"))
    assert (found.holidays, found.refusals) == ([], [])
    with_some = read_site(_folder(tmp_path / "b", HEADER + "2026-12-25,Christmas Day,\n"))
    assert with_some.digest != found.digest
    assert with_some.master == found.master


def test_holidays_are_of_all_hospitals_or_of_one(tmp_path: Path) -> None:
    found = read_site(_folder(tmp_path, HEADER + "2026-12-25,Christmas Day,\n2027-01-25,Fair Monday,GGH\n"))
    assert found.refusals == []
    assert found.holidays == [
        Holiday(date(2026, 12, 25), "Christmas Day", None),
        Holiday(date(2027, 1, 25), "Fair Monday", "GGH"),
    ]


def test_the_same_file_gives_the_same_changes() -> None:
    holidays = [Holiday(date(2026, 12, 25), "Christmas Day", None), Holiday(date(2027, 1, 25), "Fair", "G/H")]
    first, second = calendar_changes(holidays, made_at=5.0, actor="import")
    assert first == CalendarChange(
        "H-2026-12-25", CalendarChangeKind.HOLIDAY, "2026-12-25", "Christmas Day", "import", 5.0
    )
    assert (second.change_id, second.hospital) == ("H-2027-01-25-G_H", "G/H")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("2026-12-32,n,", "date", "not a date"),
        ("25.12.2026,n,", "date", "not a date"),
        ("2026-12-25,n,", "date", "already"),
        ("2026-12-26,,", "name", "empty"),
        ("2026-12-26,n,NOWHERE", "hospital", "not known"),
        ("2026-12-26,n", "", "2 fields"),
    ],
)
def test_a_holiday_that_does_not_fit_is_refused_alone(tmp_path: Path, row: str, column: str, reason: str) -> None:
    found = read_site(_folder(tmp_path, f"{HEADER}2026-12-25,Christmas Day,\n{row}\n"))
    (refusal,) = found.refusals
    assert (refusal.file, refusal.line, refusal.column) == ("holidays.csv", 3, column)
    assert reason in refusal.reason
    assert len(found.holidays) == 1


def test_a_file_of_holidays_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"holidays\.csv"):
        read_site(_folder(tmp_path, "day,name\n"))


def _destinations(days: str) -> str:
    return (
        "code,name,hospital,kind,least_remaining_days\n"
        f"GGH-WA0000,GGH ward 0,GGH,ward,{days}\nGRI-CL0001,GRI clinic 1,GRI,clinic,\n"
    )


@pytest.mark.parametrize(("days", "least"), [("", 7), ("0", 0), ("30", 30), ("365", 365)])
def test_a_destination_may_say_what_packs_must_outlast(tmp_path: Path, days: str, least: int) -> None:
    found = read_site(write_site_folder(tmp_path, destinations=_destinations(days)))
    assert found.refusals == []
    assert [place.least_remaining_days for place in found.master.destinations] == [least, 7]


@pytest.mark.parametrize("days", ["366", "-1", "1.5", "a week", "٣"])
def test_days_that_make_no_sense_are_refused(tmp_path: Path, days: str) -> None:
    found = read_site(write_site_folder(tmp_path, destinations=_destinations(days), stocklists=FILES["stocklists.csv"]))
    assert (found.refusals[0].column, found.refusals[0].line) == ("least_remaining_days", 2)


@pytest.mark.parametrize(("said", "single"), [("yes", True), ("no", False), ("", False)])
def test_a_line_may_ask_for_one_batch(tmp_path: Path, said: str, single: bool) -> None:
    found = read_site(write_site_folder(tmp_path))
    file = tmp_path / "orders" / "2026-11-24.csv"
    head, row = FILES["orders/2026-11-23.csv"].splitlines()[:2]
    file.write_text(f"{head},single_batch\n{row},{said}\n", encoding="utf-8")
    (order,), refusals = read_orders(file, found.master)
    assert refusals == []
    assert [(line.gtin, line.single_batch) for line in order.lines] == [(GTIN, single)]


def test_a_line_that_is_unclear_about_its_batch_is_refused(tmp_path: Path) -> None:
    found = read_site(write_site_folder(tmp_path))
    file = tmp_path / "orders" / "2026-11-24.csv"
    head, row = FILES["orders/2026-11-23.csv"].splitlines()[:2]
    file.write_text(f"{head},single_batch\n{row},perhaps\n", encoding="utf-8")
    orders, (refusal,) = read_orders(file, found.master)
    assert (orders, refusal.column) == ([], "single_batch")
