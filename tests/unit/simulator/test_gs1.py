"""The codes on packs."""

import pytest

from simulator.chance import Chance
from simulator.hardware.gs1 import UnreadableCode, check_digit, ean13, element_string, read, valid_gtin
from simulator.scenarios.identifiers import dmd_code, gtin14, verhoeff_digit

GTIN = "05000000152292"


def test_a_datamatrix_gives_back_what_was_printed() -> None:
    reading = read(element_string(GTIN, "L64218", "2027-04-15", "0001"))
    assert (reading.gtin, reading.batch, reading.expiry, reading.serial) == (GTIN, "L64218", "2027-04-15", "0001")


def test_the_last_day_of_a_month_is_printed_as_day_00() -> None:
    code = element_string(GTIN, "B", "2028-02-29", "1")
    assert "17280200" in code
    assert read(code).expiry == "2028-02-29"


def test_elements_come_in_any_order() -> None:
    reading = read(f"]d201{GTIN}21SER\x1d10B-1\x1d17270415")
    assert (reading.batch, reading.serial, reading.expiry) == ("B-1", "SER", "2027-04-15")


def test_bars_name_only_the_product() -> None:
    reading = read(ean13(GTIN))
    assert (reading.gtin, reading.batch, reading.expiry) == (GTIN, None, None)


@pytest.mark.parametrize(
    "raw", ["", "hello", "5000000152293", "]d20105000000152293", f"]d201{GTIN}17271301", "]d299XX"]
)
def test_what_is_no_code_is_refused(raw: str) -> None:
    with pytest.raises(UnreadableCode):
        read(raw)


def test_check_digits_agree_with_known_ones() -> None:
    assert check_digit("0500000015229") == "2"
    assert not valid_gtin("05000000152293")
    assert not valid_gtin("5000000152292")
    assert [verhoeff_digit(digits) for digits in ("2470000", "32223600", "10877400")] == ["7", "9", "0"]


def test_made_identifiers_have_valid_check_digits_and_do_not_collide() -> None:
    luck = Chance(1).stream("ids")
    numbers = sorted({luck.randrange(0, 999_999) for _ in range(500)})
    gtins = {gtin14(number) for number in numbers}
    assert len(gtins) == len(numbers)
    assert all(valid_gtin(gtin) for gtin in gtins)
    assert all(dmd_code(number)[-1] == verhoeff_digit(dmd_code(number)[:-1]) for number in numbers)
