"""Debian's Prometheus and promtool, as they are used beside the service."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.ports import free_port

DEADLINE_S = 90.0
_POLL_S = 0.1
_SCRAPE_INTERVAL = "200ms"


def program(name: str) -> str:
    """Where `prometheus` or `promtool` is; fails with the name of the package where it is missing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/bin:/usr/local/bin")
    assert found, f"the program `{name}` is missing: apt install prometheus"
    return found


async def promtool(*arguments: str, folder: Path) -> tuple[int, str]:
    """Exit code and all that it said."""
    process = await asyncio.create_subprocess_exec(
        program("promtool"), *arguments, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


class Prometheus:
    """A running one, asked over its HTTP API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """The instant vector; AssertionError with Prometheus' own words where the expression is wrong."""
        answer = await self._client.get("/api/v1/query", params={"query": expression})
        said = answer.json()
        assert said["status"] == "success", f"{expression}: {said.get('error')}"
        found: list[dict[str, Any]] = said["data"]["result"]
        return found

    async def rules(self) -> list[dict[str, Any]]:
        """Every recording and alert rule, with how its last evaluation went."""
        groups = (await self._client.get("/api/v1/rules")).json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    async def until(self, expression: str) -> None:
        """Wait until the expression has a result."""

        async def has_result() -> bool:
            return bool(await self.query(expression))

        await _until(has_result)

    async def until_rules_ran(self) -> None:
        async def all_ran() -> bool:
            return all(rule["health"] != "unknown" for rule in await self.rules())

        await _until(all_ran)

    async def until_ready(self) -> None:
        await _until(self._answers)

    async def _answers(self) -> bool:
        try:
            return (await self._client.get("/-/ready")).status_code == 200
        except httpx.TransportError:
            return False


@asynccontextmanager
async def running_prometheus(configuration: Path, target: str, folder: Path) -> AsyncIterator[Prometheus]:
    """Prometheus with the given configuration, but another target and no patience; its data goes to `folder`."""
    port = free_port()
    command = [
        program("prometheus"),
        f"--config.file={_hurried(configuration, target, folder)}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    log = (folder / "prometheus.log").open("wb")
    with log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                prometheus = Prometheus(client)
                await prometheus.until_ready()
                yield prometheus
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Another program tells nobody when it is ready: it has to be asked."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            if await condition():
                return
            await asyncio.sleep(_POLL_S)


def _hurried(configuration: Path, target: str, folder: Path) -> Path:
    settings = yaml.safe_load(configuration.read_text())
    settings["global"] = {
        "scrape_interval": _SCRAPE_INTERVAL,
        "scrape_timeout": _SCRAPE_INTERVAL,
        "evaluation_interval": _SCRAPE_INTERVAL,
    }
    settings["rule_files"] = [str(configuration.parent / file) for file in settings["rule_files"]]
    for job in settings["scrape_configs"]:
        job["static_configs"] = [{"targets": [target]}]
    written = folder / "prometheus.yml"
    written.write_text(yaml.safe_dump(settings))
    return written
