"""The doctor names what is wrong, and tells a missing service that nobody asked for from one that is lost."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from controller.cli import checkup
from controller.cli.checkup import State
from controller.settings import Settings


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_an_old_python_is_bad() -> None:
    assert checkup.check_python((3, 10, 9)).state is State.BAD
    assert checkup.check_python((3, 11, 0)).state is State.GOOD


def test_a_program_that_is_not_installed_is_bad() -> None:
    found = checkup.check_packages("nightshift-that-nobody-made")
    assert (found.state, found.remedy) == (State.BAD, "Run: pip install -e .")
    assert checkup.check_packages("pytest").state is State.GOOD


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"site": "small", "journal_seq": 7}, State.GOOD),
        ({"site": "of somebody else"}, State.BAD),
        (["small"], State.BAD),
        (None, State.BAD),
    ],
)
def test_a_port_in_use_is_bad_but_where_nightshift_itself_runs(
    taken_port: int, monkeypatch: pytest.MonkeyPatch, answer: object, state: State
) -> None:
    def get(url: str, **_: object) -> httpx.Response:
        assert url == f"http://127.0.0.1:{taken_port}/api/v1/overview"
        if answer is None:
            raise httpx.ReadTimeout("nothing is said")
        return httpx.Response(200, json=answer, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", get)
    found = checkup.check_api_port(Settings(api_port=taken_port))
    assert (found.state, found.text.endswith("site small")) == (state, state is State.GOOD)


def test_a_free_port_is_good(free_port: int) -> None:
    assert checkup.check_api_port(Settings(api_port=free_port)).state is State.GOOD


def test_a_broker_that_was_asked_for_must_answer(taken_port: int, free_port: int) -> None:
    assert checkup.check_broker(Settings(broker_url=f"mqtt://127.0.0.1:{taken_port}")).state is State.GOOD
    found = checkup.check_broker(Settings(broker_url=f"mqtt://127.0.0.1:{free_port}"))
    assert found.state is State.BAD
    assert f"nothing answers at 127.0.0.1:{free_port}" in found.text
    assert "nightshift up" in found.remedy


def test_a_database_that_was_asked_for_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert checkup.check_database(Settings()).state is State.NOTE
    missing = Settings(database_url=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert checkup.check_database(missing).state is State.BAD


def test_a_database_that_cannot_be_read_is_bad(tmp_path: Path) -> None:
    file = tmp_path / "centre.sqlite"
    file.write_bytes(b"no database" * 1000)
    found = checkup.check_database(Settings(database_url=f"sqlite:///{file}"))
    assert found.state is State.BAD
    assert found.text


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'deep' / 'centre.sqlite'}")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: _Usage(10**10, 10**10, 5_000))
    assert checkup.check_disk(settings).state is State.BAD
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: _Usage(10**11, 0, 10**11))
    found = checkup.check_disk(settings)
    assert (found.state, str(tmp_path) in found.text) == (State.GOOD, True)


def test_a_clock_of_the_past_is_bad() -> None:
    assert checkup.check_clock(0.0).state is State.BAD
    assert checkup.check_clock(1_900_000_000.0).state is State.GOOD


def test_a_wrong_setting_ends_the_examination_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSHIFT_SPEED", "0")
    last = checkup.examine()[-1]
    assert (last.subject, last.state) == ("settings", State.BAD)
    assert "NIGHTSHIFT_SPEED" in last.text
