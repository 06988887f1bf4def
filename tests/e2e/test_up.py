"""`nightshift up` as a newcomer runs it: real processes, the small site that comes along, and the end of them all."""

import asyncio
import json
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import psutil
import pytest

from controller.settings import PREFIX
from tests.support.ports import free_port

SPEED = "90"
"""Faster, and the robots' silence limits are shorter than a busy test machine's pauses."""
DEADLINE_S = 180.0
A_DISPATCH = " dispatched\n"
"""The end of the line on an order; the headline goes on after the word."""


class Centre:
    """A running `nightshift up`, line by line."""

    def __init__(self, process: asyncio.subprocess.Process, data: Path) -> None:
        self.process = process
        self.data = data
        self.lines: list[str] = []
        self.begun: list[psutil.Process] = []

    async def read_until(self, text: str) -> str:
        """The first line from here on that holds the text."""
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(DEADLINE_S):
                while line := (await self.process.stdout.readline()).decode():
                    self.lines.append(line)
                    if text in line:
                        return line
        except TimeoutError:
            pass
        raise AssertionError(f"never said '{text}': {''.join(self.lines)}")

    def children(self) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children(recursive=True)
        self.begun += found
        return found

    async def end(self) -> None:
        """Whatever the test left running. Children of a killed parent hold its output open: they go first."""
        if self.process.returncode is None:
            self.children()
            self.process.kill()
        for child in self.begun:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        await self.process.communicate()

    async def exit_code(self) -> int:
        """What it ended with. Its output is read meanwhile: a full pipe would keep it from ending."""
        async with asyncio.timeout(DEADLINE_S):
            said, _ = await self.process.communicate()
        self.lines.append(said.decode())
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def _up(data: Path) -> AsyncIterator[Centre]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "controller", "up", "--data", str(data), "--speed", SPEED, "--faults", "none"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    centre = Centre(process, data)
    try:
        yield centre
    finally:
        await centre.end()


@pytest.fixture(autouse=True)
def _own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}API_PORT", str(free_port()))


async def test_a_tote_is_dispatched_and_ctrl_c_ends_everything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with _up(data) as centre:
        await centre.read_until("9 of 9 robots ready")
        async with _up(data) as rival:
            assert "another Nightshift uses" in await rival.read_until("nightshift:")
            assert await rival.exit_code() == 1
        await centre.read_until(A_DISPATCH)
        children = centre.children()
        assert len(children) == 2
        centre.process.send_signal(signal.SIGINT)
        await centre.read_until("Stopped.")
        assert await centre.exit_code() == 0
        assert [child.pid for child in children if child.is_running()] == []
        with closing(sqlite3.connect(data / "nightshift.sqlite")) as database:
            assert database.execute("SELECT condition FROM alarms").fetchall() == [], "a stop is no fault"


async def test_after_a_kill_it_goes_on_and_nothing_is_moved_twice(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with _up(data) as first:
        await first.read_until(A_DISPATCH)
        left_over = first.children()
        (robots,) = (child for child in left_over if "simulator" in child.cmdline())
        first.process.kill()
        await first.process.wait()
        await asyncio.to_thread(robots.wait, DEADLINE_S)
        assert [child for child in left_over if child.is_running()], "its broker is left over"
        async with _up(data) as second:
            await second.read_until("9 of 9 robots ready")
            assert [child.pid for child in left_over if child.is_running()] == []
            await second.read_until(A_DISPATCH)
            second.process.send_signal(signal.SIGTERM)
            assert await second.exit_code() == 0
    moves = [json.loads(line) for line in (data / "robots" / "physical.jsonl").read_text().splitlines()]
    picked = [(move["command"], move["pack"]) for move in moves if move["act"] == "pick"]
    assert picked
    assert len(picked) == len(set(picked))
    await _run("controller", "audit", "verify", "--database", f"sqlite:///{data / 'nightshift.sqlite'}")
    await _run("simulator", "audit", f"{data}/robots/physical.jsonl", f"{data}/nightshift.sqlite")


async def _run(module: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
