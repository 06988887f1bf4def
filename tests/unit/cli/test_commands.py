"""What a newcomer meets: one clear line for every mistake, and results that say what was done."""

import sqlite3
from pathlib import Path

import pytest

from controller.cli.app import run
from controller.settings import PREFIX
from tests.support.sitefolders import FILES, GTIN, write_site_folder


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "data" / "centre.sqlite"
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", f"sqlite:///{file}")
    return file


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site_folder(tmp_path / "site")


Said = pytest.CaptureFixture[str]


def _errors(said: Said) -> str:
    return " ".join(said.readouterr().err.split())


def test_a_database_is_made_filled_and_verified(database: Path, site: Path, capsys: Said) -> None:
    assert run(["migrate"]) == 0
    assert run(["migrate"]) == 0
    assert run(["site", "import", str(site)]) == 0
    assert run(["site", "import", str(site)]) == 0
    assert run(["audit", "verify"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "(it was empty)" in text
    assert "is up to date" in text
    assert "Small centre: 2 robots, 4 products, 2 destinations, 2 delivery runs, 22 packs in stock." in text
    assert "imported before: nothing has changed" in text
    assert "The journal is whole: entries 1 to 1" in text


def test_a_tampered_journal_is_found(database: Path, site: Path, capsys: Said) -> None:
    run(["migrate"])
    run(["site", "import", str(site)])
    with sqlite3.connect(database) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE journal SET actor = 'nobody'")
    connection.close()
    assert run(["audit", "verify"]) == 1
    errors = _errors(capsys)
    assert "entry 1 (hash)" in errors
    assert "broken at 1 place" in errors


def test_refused_rows_stop_an_import_until_the_person_says_so(database: Path, tmp_path: Path, capsys: Said) -> None:
    run(["migrate"])
    folder = write_site_folder(tmp_path / "bad", stock=FILES["stock.csv"] + f"{GTIN},B,2027-13-01,R1,1\n")
    assert run(["site", "import", str(folder)]) == 1
    errors = _errors(capsys)
    assert "stock.csv, line 5, column expiry '2027-13-01': is not a date." in errors
    assert "Nothing was imported: 1 row refused." in errors
    assert "--accept-valid" in errors
    assert "2027-13-01" in (folder / "stock.refused.csv").read_text()
    assert run(["audit", "verify"]) == 0
    assert "entries 1 to 0" in capsys.readouterr().out
    assert run(["site", "import", str(folder), "--accept-valid"]) == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["site", "import", "nowhere"], "site.toml: is missing in nowhere."),
        (["audit", "verify"], "run `nightshift migrate`"),
        (["controller"], "run `nightshift migrate`"),
        (["up", "--site", "nowhere"], "site.toml: is missing in nowhere."),
        (["day", "nowhere", "--date", "2026-11-23"], "site.toml: is missing in nowhere."),
        (["day", "nowhere", "--date", "2026-11-23", "--speed", "fast"], "--speed is 'fast'"),
    ],
)
def test_a_mistake_is_one_line_with_what_to_do(
    database: Path, capsys: Said, arguments: list[str], expected: str
) -> None:
    database.parent.mkdir()
    sqlite3.connect(database).close()
    assert run(arguments) == 1
    errors = capsys.readouterr().err
    assert expected in errors
    assert errors.startswith("nightshift: ")
    assert "Traceback" not in errors


def test_a_wrong_variable_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.setenv(f"{PREFIX}API_PORT", "http")
    assert run(["migrate"]) == 1
    assert "NIGHTSHIFT_API_PORT is 'http'" in capsys.readouterr().err


def test_what_nobody_foresaw_is_a_line_as_well_and_its_way_is_shown_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    def fail(url: str) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("controller.cli.migrate.migrate_database", fail)
    assert run(["migrate"]) == 70
    errors = capsys.readouterr().err
    assert errors.startswith("nightshift: ZeroDivisionError: by nothing.")
    assert "NIGHTSHIFT_LOG_LEVEL=debug" in errors
    monkeypatch.setenv(f"{PREFIX}LOG_LEVEL", "debug")
    run(["migrate"])
    assert "Traceback" in capsys.readouterr().err


def test_orders_of_a_centre_that_does_not_run_say_so(site: Path, capsys: Said) -> None:
    assert run(["orders", "import", str(site / "orders" / "2026-11-23.csv"), "--api", "http://127.0.0.1:9"]) == 1
    assert "Nothing answers at http://127.0.0.1:9" in _errors(capsys)


def test_a_malformed_order_file_reaches_no_centre(tmp_path: Path, capsys: Said) -> None:
    orders = FILES["orders/2026-11-23.csv"].replace(",2\n", ",two\n")
    site = write_site_folder(tmp_path / "site", orders=orders)
    assert run(["orders", "import", str(site / "orders" / "2026-11-23.csv"), "--api", "http://127.0.0.1:9"]) == 1
    errors = _errors(capsys)
    assert "line 2, column quantity 'two': is not a whole number" in errors
    assert "Nothing was imported: 2 rows refused." in errors
    assert (site / "orders" / "2026-11-23.refused.csv").exists()


def test_usage_errors_leave_with_2(capsys: Said) -> None:
    assert run(["day"]) == 2
    assert run(["fly"]) == 2
    capsys.readouterr()
