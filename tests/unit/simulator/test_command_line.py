"""nightshift-sim as a person calls it."""

from pathlib import Path

from typer.testing import CliRunner

from simulator.__main__ import app
from simulator.record import FileRecord
from simulator.site import read_site
from tests.unit.simulator.test_audit import DELIVER, PICK


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_a_site_for_any_day_is_written(tmp_path: Path) -> None:
    code, _ = call("site", str(tmp_path / "site"), "--first-day", "2027-03-27", "--days", "3")
    assert code == 0
    assert len(list((tmp_path / "site" / "orders").iterdir())) == 3
    assert read_site(tmp_path / "site").refused == []


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    code, output = call("site", str(tmp_path / "site"), "--first-day", "2027-02-30")
    assert code == 2
    assert "day is out of range" in output


def test_an_audit_exits_1_where_it_found_something(tmp_path: Path) -> None:
    physical = tmp_path / "physical.jsonl"
    record = FileRecord(physical)
    record.append(PICK)
    record.append(DELIVER)
    assert call("audit", str(physical)) == (0, "0 findings\n")
    record.append(DELIVER)
    record.close()
    code, output = call("audit", str(physical))
    assert code == 1
    assert "without having been picked" in output


def test_what_cannot_run_says_why(tmp_path: Path) -> None:
    assert call("run", "--site", str(tmp_path))[0] == 2
    code, output = call("run", "--broker", "http://somewhere")
    assert code == 2
    assert "mqtt://host:port" in output
    assert call("run", "--faults", str(tmp_path / "absent.json"))[0] == 2
