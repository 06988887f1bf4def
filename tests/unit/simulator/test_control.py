"""The hidden side over HTTP: what a test or an exercise may ask of a running simulator, and nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from simulator.__main__ import app
from simulator.control import listed_causes, loopback, open_control
from simulator.hand import DEFAULT_CONTROL, USUAL_STATE, NoSimulator, address_of, seconds_of
from simulator.hardware.causes import CAUSES
from tests.unit.simulator.busy_robot import BusyRobot


class Bench:
    """A centre on virtual time behind the control port."""

    def __init__(self) -> None:
        self.busy = BusyRobot(repairs=False)

    def inject(self, where: str, cause: str | None, code: str | None, severity: float, in_s: float) -> str:
        centre, now = self.busy.centre, self.busy.now
        return centre.inject(where, now, cause=cause, code=code, severity=severity, in_s=in_s)[0]

    def remedy(self, where: str, action: str, who: str) -> list[str]:
        return self.busy.centre.remedy(where, action, who, self.busy.now)[0]

    def truth(self, robot: str) -> dict[str, Any]:
        return self.busy.centre.mishaps.truth(robot)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
async def address(bench: Bench) -> AsyncIterator[str]:
    async with await open_control(bench, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"


async def ask(address: str, method: str, path: str, **given: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, f"{address}{path}", **given)


async def test_a_cause_is_injected_looked_at_and_cured(bench: Bench, address: str) -> None:
    begun = await ask(address, "POST", "/inject", json={"robot": "R1", "code": "VAC-14", "severity": 0.6})
    assert (begun.status_code, begun.json()) == (200, {"cause": "worn_cup"})
    seen = await ask(address, "GET", "/robots/R1")
    assert [(one["cause"], one["severity"]) for one in seen.json()["causes"]] == [("worn_cup", 0.6)]
    wrong = await ask(address, "POST", "/remedy", json={"robot": "R1", "action": "clean_filter"})
    assert wrong.json() == {"cured": []}
    right = await ask(address, "POST", "/remedy", json={"robot": "R1", "action": "replace_cup", "who": "Ann"})
    assert right.json() == {"cured": ["worn_cup"]}
    assert bench.busy.truth_of("cured")[0].who == "Ann"


@pytest.mark.parametrize("robots", ["ALL", ["R1"]])
async def test_what_robots_share_is_injected_once(bench: Bench, address: str, robots: Any) -> None:
    begun = await ask(address, "POST", "/inject", json={"robot": robots, "code": "PWR-80"})
    assert begun.json() == {"cause": "supply_loss"}
    assert [entry.robot for entry in bench.busy.truth_of("began")] == ["ALL" if robots == "ALL" else "R1"]
    alone = await ask(address, "POST", "/inject", json={"robot": "ALL", "code": "VAC-14"})
    assert alone.status_code == 400
    assert "sits in one machine" in alone.json()["error"]
    cured = await ask(address, "POST", "/remedy", json={"robot": robots, "action": "restore_mains"})
    assert cured.json() == {"cured": ["supply_loss"]}


async def test_a_cause_can_be_injected_for_later(bench: Bench, address: str) -> None:
    await ask(address, "POST", "/inject", json={"robot": "R1", "cause": "loose_hose", "in_s": 600})
    assert bench.truth("R1")["causes"] == []
    bench.busy.run(601.0)
    assert [one["cause"] for one in bench.truth("R1")["causes"]] == ["loose_hose"]


async def test_all_causes_are_listed(address: str) -> None:
    listed = (await ask(address, "GET", "/causes")).json()
    assert [row["cause"] for row in listed["causes"]] == list(CAUSES)
    assert "reset" in listed["remedies"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/inject", b"{", 400),
        ("POST", "/inject", b"{}", 400),
        ("POST", "/inject", b'{"robot": "R1"}', 400),
        ("POST", "/inject", b'{"robot": "R7", "code": "VAC-14"}', 400),
        ("POST", "/inject", b'{"robot": "R1", "code": "VAC-14", "severity": 2}', 400),
        ("POST", "/inject", b'{"robot": "R1", "code": "VAC-14", "in_s": -1}', 400),
        ("POST", "/inject", b'{"robot": "R1", "code": "VAC-14", "surprise": 1}', 400),
        ("POST", "/remedy", b'{"robot": "R1", "action": "wish"}', 400),
        ("GET", "/robots/R7", b"", 404),
        ("GET", "/elsewhere", b"", 404),
        ("GET", "/inject", b"", 405),
        ("POST", "/inject", b" " * 20_000, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(address: str, method: str, path: str, body: bytes, status: int) -> None:
    answer = await ask(address, method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_a_page_in_a_browser_gets_nothing(bench: Bench, address: str) -> None:
    body = json.dumps({"robot": "R1", "code": "VAC-14"})
    plain = await ask(address, "POST", "/inject", content=body, headers={"Content-Type": "text/plain"})
    assert plain.status_code == 400
    rebound = await ask(address, "POST", "/inject", json=json.loads(body), headers={"Host": "evil.example"})
    assert rebound.status_code == 403
    assert bench.truth("R1")["causes"] == []


async def test_what_is_no_http_is_answered_and_ends(address: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(b"hello\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
    await writer.wait_closed()


def test_only_a_loopback_address_will_do() -> None:
    assert loopback("127.0.0.1:8399") == ("127.0.0.1", 8399)
    assert loopback("[::1]:0") == ("::1", 0)
    for wrong in ("0.0.0.0:80", "192.168.0.1:80", "127.0.0.1", "localhost:x", "127.0.0.1:70000", ""):
        with pytest.raises(ValueError):
            loopback(wrong)


def test_spans_and_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [seconds_of(text) for text in ("+10m", "90", "+1.5h", "5s")] == [600.0, 90.0, 5400.0, 5.0]
    with pytest.raises(ValueError):
        seconds_of("soon")
    assert address_of(None, None) == DEFAULT_CONTROL
    assert address_of(tmp_path, "127.0.0.1:9") == "http://127.0.0.1:9"
    with pytest.raises(NoSimulator):
        address_of(tmp_path, None)
    (tmp_path / "control").write_text("http://127.0.0.1:5")
    assert address_of(tmp_path, None) == "http://127.0.0.1:5"
    usual = tmp_path / USUAL_STATE
    usual.mkdir(parents=True)
    (usual / "control").write_text("http://127.0.0.1:6")
    assert address_of(None, None) == "http://127.0.0.1:6", "the centre of `nightshift up` is found without a word"


async def test_the_command_line_speaks_to_the_running_simulator(bench: Bench, address: str, tmp_path: Path) -> None:
    (tmp_path / "control").write_text(address)

    def call(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*words, "--state", str(tmp_path)])
        return result.exit_code, result.output

    assert await asyncio.to_thread(call, "inject", "R1", "VAC-14", "--severity", "0.6") == (0, "R1: worn_cup\n")
    assert (await asyncio.to_thread(call, "inject", "R1", "--cause", "gremlins"))[0] == 2
    code, output = await asyncio.to_thread(call, "truth", "R1")
    assert (code, json.loads(output)["causes"][0]["cause"]) == (0, "worn_cup")
    assert await asyncio.to_thread(call, "remedy", "R1", "clean_filter") == (
        0,
        "R1: done; no hidden cause was cured by it\n",
    )
    assert await asyncio.to_thread(call, "remedy", "R1", "replace_cup") == (0, "R1: worn_cup\n")


def test_the_command_line_lists_causes_and_says_where_nobody_answers(tmp_path: Path) -> None:
    listed = CliRunner().invoke(app, ["causes"]).output
    assert len(listed.splitlines()) == len(listed_causes()) == len(CAUSES)
    assert CliRunner().invoke(app, ["truth", "R1", "--control", "127.0.0.1:9"]).exit_code == 2
    assert CliRunner().invoke(app, ["inject", "R1", "VAC-14", "--at", "soon"]).exit_code == 2
    assert "say a fault code or --cause" in CliRunner().invoke(app, ["inject", "R1"]).output
    nobody = CliRunner().invoke(app, ["truth", "R1", "--control", "127.0.0.1:9"]).output
    assert "start `nightshift up`" in nobody
    assert CliRunner().invoke(app, ["run", "--control", "0.0.0.0:80"]).exit_code == 2
