"""The API over a rehearsed world: a person types commands, and between two of them the centre's time goes on."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from controller.api.app import create_app
from controller.api.engine_face import Listener, StateView
from controller.domain.errors import NightshiftError
from controller.engine.actions import Idempotency, Request, Submission
from controller.rehearsal.world import World
from controller.scheduling.workload import ComingDay
from controller.storage.store import open_store
from tests.support.forecasters import NoForecasts

AFTER_S = 5.0
"""Site time from one request of a person to the next."""


class WorldEngine:
    """EngineFace over a world; every request is one turn of its own, committed and sent."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def state(self) -> StateView:
        return self._world.core.state

    async def do(self, action: Request, idempotency: Idempotency | None = None) -> dict[str, Any]:
        world = self._world
        step = world.core.step((Submission(action, idempotency),), world.now, world.now)
        world.store.commit(step.batch)
        world._send(step)
        (answer,) = step.answers
        if isinstance(answer, NightshiftError):
            raise answer
        return answer or {}

    async def settled(self) -> None:
        return

    def coming_day(self) -> ComingDay:
        raise NotImplementedError

    def listen(self) -> Listener:
        raise NotImplementedError

    @property
    def journal_seq(self) -> int:
        return self._world.core.journal_seq

    async def work_waiting(self, station: str, timeout_s: float) -> bool:
        return False

    @property
    def readiness(self) -> Mapping[str, str]:
        return {}


class WorldClock:
    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> float:
        return self._world.now

    def monotonic_s(self) -> float:
        return self._world.now

    async def sleep(self, site_s: float) -> None:
        raise NotImplementedError


class WorldApi:
    """`transport` for commands that talk to the centre; `close` it at the end."""

    def __init__(self, world: World, database: Path) -> None:
        self._world = world
        self._loop = asyncio.new_event_loop()
        self._store, archive = open_store(f"sqlite:///{database}")
        self._archive = archive
        ids = iter(range(1_000_000))
        app = create_app(
            WorldEngine(world),
            archive,
            clock=WorldClock(world),
            new_id=lambda: f"id-{next(ids)}",
            exposition=lambda: b"",
            forecaster=NoForecasts(),
        )
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self._world.run_until(self._world.now + AFTER_S)
        found = self._loop.run_until_complete(
            self._client.request(
                request.method, str(request.url), content=request.content, headers=dict(request.headers)
            )
        )
        return httpx.Response(found.status_code, content=found.content, headers=found.headers)

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.run_until_complete(self._archive.close())
        self._loop.run_until_complete(self._store.close())
        self._loop.close()
