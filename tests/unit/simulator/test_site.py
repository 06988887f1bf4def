"""The simulator's own reader, and the site that it brings along."""

from pathlib import Path

import pytest

from simulator.hardware.gs1 import valid_gtin
from simulator.scenarios import SMALL_SITE
from simulator.scenarios.identifiers import verhoeff_digit
from simulator.scenarios.small import DAYS, FIRST_DAY, write_small_site
from simulator.site import SiteError, read_site


def test_the_small_site_is_what_its_generator_writes(tmp_path: Path) -> None:
    write_small_site(tmp_path)
    made = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    kept = {file.relative_to(SMALL_SITE): file.read_bytes() for file in SMALL_SITE.rglob("*.*") if file.is_file()}
    assert made == kept
    assert sum(map(len, kept.values())) < 200_000


def test_the_small_site_is_a_whole_centre() -> None:
    site = read_site(SMALL_SITE)
    assert len(site.robots) == 9
    assert len(site.articles) == 200
    assert all(valid_gtin(gtin) for gtin in site.articles)
    assert len(site.orders(FIRST_DAY)) > 500
    assert len(site.deliveries(FIRST_DAY)) > 50
    assert site.refused == []
    header, *rows = (SMALL_SITE / "products.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("gtin,dmd_code")
    codes = [row.split(",")[1] for row in rows]
    assert all(code[-1] == verhoeff_digit(code[:-1]) for code in codes)
    assert len(list((SMALL_SITE / "orders").iterdir())) == DAYS


def test_a_bad_row_is_left_out_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    write_small_site(tmp_path, days=1)
    path = tmp_path / "stock.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(",20", ",19", 1).rsplit(",", 1)[0] + ",many"
    path.write_text("\n".join(lines), encoding="utf-8")
    site = read_site(tmp_path)
    assert [line.number for line in site.stock[:3]] == [1, 3, 4]
    assert len(site.refused) == 1
    assert site.refused[0].startswith("stock.csv:3:")
    assert site.stock[1].pack_id(2) == "S000003.002"


@pytest.mark.parametrize("name", ["site.toml", "products.csv", "stock.csv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_small_site(tmp_path, days=1)
    (tmp_path / name).unlink()
    with pytest.raises(SiteError, match=name.replace(".", r"\.")):
        read_site(tmp_path)
