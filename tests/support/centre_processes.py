"""Controller and simulated robots as real processes over a broker and a database, for tests that kill them."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from controller import bootstrap
from controller.intake.site import SiteFolder
from controller.settings import PREFIX
from controller.system import real_monotonic_s, real_now
from tests.support.broker_process import BrokerProcess
from tests.support.ports import free_port

READY_S = 120.0
"""Bounds a failure only: a machine that does much else takes half a minute to start a program."""
STOP_S = 20.0
POLL_S = 0.02
_LAST_WORDS_CHARACTERS = 3_000


class ChildProcess:
    """A program that can be killed and started again; what it says is appended to its log."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self.log = log
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        assert self._process is None
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """SIGKILL: nothing is saved, nobody is told."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL where that does not help. Harmless where it does not run."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
            self._process = None
        except TimeoutError:
            await self._end(signal.SIGKILL)

    def must_run(self) -> None:
        """AssertionError with its last words where it has ended by itself."""
        assert self._process is None or self._process.returncode is None, (
            f"{self.log.stem} ended with {self._process.returncode}: {self.last_words()}"
        )

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-_LAST_WORDS_CHARACTERS:] if self.log.exists() else ""

    async def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        await self._process.wait()
        self._process = None


@dataclass(frozen=True, slots=True)
class Play:
    """What is played: a site folder from a site time on, at a speed. `start_at` is a whole second."""

    site: SiteFolder
    start_at: float
    speed: float
    seed: int = 7
    faults: str = "none"


@dataclass(slots=True)
class Kill:
    """What was killed when, and how long it was gone; times of the site, length in real seconds."""

    what: str
    at: float
    gone_s: float


@dataclass(slots=True)
class CentreProcesses:
    """A whole centre in pieces. `kill_…` ends a piece at once and brings it back; all that happened is in `kills`."""

    play: Play
    broker: BrokerProcess
    folder: Path
    database_url: str
    controller: ChildProcess
    robots: ChildProcess
    api_url: str
    began_real_at: float
    kills: list[Kill] = field(default_factory=list)
    _counted: int = 0
    _read_to: int = 0

    @property
    def physical(self) -> Path:
        """The record of what really moved."""
        return self.folder / "robots" / "physical.jsonl"

    def now(self) -> float:
        """Site time, as controller and robots have it."""
        return self.play.start_at + (real_now() - self.began_real_at) * self.play.speed

    def movements(self) -> int:
        """How many packs' movements were recorded so far."""
        if self.physical.exists():
            with self.physical.open("rb") as record:
                record.seek(self._read_to)
                news = record.read()
            self._read_to += len(news)
            self._counted += news.count(b"\n")
        return self._counted

    async def kill_controller(self) -> None:
        """It is back when it takes requests and has heard a robot."""
        at, began_s = self.now(), real_monotonic_s()
        await self.controller.kill()
        await self.controller.start()
        await self.until_ready()
        self.kills.append(Kill("controller", at, real_monotonic_s() - began_s))

    async def kill_broker(self, *, wipe: bool = False) -> None:
        """With `wipe` it comes back without a memory of sessions and retained messages."""
        at, began_s = self.now(), real_monotonic_s()
        await self.broker.kill()
        if wipe:
            self.broker.wipe()
        await self.broker.start()
        await self.until_ready()
        self.kills.append(Kill("wiped broker" if wipe else "broker", at, real_monotonic_s() - began_s))

    async def cut_power(self) -> None:
        """The end of the simulator's process is a power cut of all robots, and takes the people with it."""
        at, began_s = self.now(), real_monotonic_s()
        await self.robots.kill()
        await self.robots.start()
        await self.until_ready()
        self.kills.append(Kill("robots", at, real_monotonic_s() - began_s))

    async def kill(self, what: str) -> None:
        """By name: controller, broker, wiped broker or robots."""
        match what:
            case "controller":
                await self.kill_controller()
            case "broker" | "wiped broker":
                await self.kill_broker(wipe=what != "broker")
            case "robots":
                await self.cut_power()
            case _:
                raise AssertionError(f"nothing here is called {what}")

    async def until_ready(self) -> None:
        """Wait until the controller says that nothing stands in the way of working."""
        async with httpx.AsyncClient(base_url=self.api_url) as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/readyz", timeout=READY_S)).status_code == 200
                except httpx.HTTPError:
                    return False

            await self.until(ready, READY_S, "ready")

    async def until_moved(self, movements: int, deadline_s: float) -> None:
        """Wait until so many movements were recorded."""

        async def moved() -> bool:
            return self.movements() >= movements

        await self.until(moved, deadline_s, f"{movements} movements")

    async def until(
        self, holds: Callable[[], Awaitable[bool]], deadline_s: float, what: str, *, every_s: float = POLL_S
    ) -> None:
        """Wait for a condition; AssertionError with everybody's last words where it does not come to hold."""
        try:
            async with asyncio.timeout(deadline_s):
                while not await holds():
                    self.controller.must_run()
                    self.robots.must_run()
                    await asyncio.sleep(every_s)
        except TimeoutError:
            said = "\n".join(f"--- {child.log}\n{child.last_words()}" for child in (self.controller, self.robots))
            raise AssertionError(
                f"not {what} within {deadline_s} s, after {self.movements()} movements and {self.kills}\n{said}"
            ) from None

    async def stop(self) -> None:
        """Everything ends as it should, the people and robots first."""
        await self.robots.stop()
        await self.controller.stop()


@asynccontextmanager
async def running_centre(
    play: Play, broker: BrokerProcess, database_url: str, folder: Path
) -> AsyncIterator[CentreProcesses]:
    """Import the site into the empty database, start everything, wait until it is ready; end everything at the end."""
    await asyncio.to_thread(bootstrap.migrate_database, database_url)
    await bootstrap.import_site(database_url, play.site, now=play.start_at)
    port, real_at = free_port(), real_now()
    centre = CentreProcesses(
        play,
        broker,
        folder,
        database_url,
        ChildProcess(_controller(play, broker, database_url, port, real_at), folder / "controller.log"),
        ChildProcess(_robots(play, broker, folder / "robots", port, real_at), folder / "simulator.log"),
        f"http://127.0.0.1:{port}",
        real_at,
    )
    # What the site folder places while all this starts is asked as soon as it runs, and not left out.
    (folder / "robots").mkdir()
    (folder / "robots" / "begun_at").write_text(repr(play.start_at), encoding="ascii")
    try:
        await centre.controller.start()
        await centre.robots.start()
        await centre.until_ready()
        yield centre
    finally:
        await centre.stop()


def _controller(play: Play, broker: BrokerProcess, database_url: str, port: int, real_at: float) -> list[str]:
    settings = {
        "DATABASE_URL": database_url,
        "BROKER_URL": broker.url,
        "SITE_ID": play.site.master.site.site,
        "INSTANCE_NAME": "killed",
        "API_PORT": str(port),
        "SPEED": str(play.speed),
        "START_AT": _iso(play.start_at),
        "START_REAL_AT": _iso(real_at),
    }
    return [
        "env",
        *(f"{PREFIX}{name}={value}" for name, value in settings.items()),
        *(sys.executable, "-m", "controller", "controller"),
    ]


def _robots(play: Play, broker: BrokerProcess, state: Path, port: int, real_at: float) -> list[str]:
    return [
        *(sys.executable, "-m", "simulator", "run"),
        *("--site", str(play.site.folder)),
        *("--broker", broker.url),
        *("--api", f"http://127.0.0.1:{port}"),
        *("--seed", str(play.seed)),
        *("--speed", str(play.speed)),
        *("--faults", play.faults),
        *("--state", str(state)),
        *("--start", _iso(play.start_at)[:19]),
        *("--start-real", str(real_at)),
    ]


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
