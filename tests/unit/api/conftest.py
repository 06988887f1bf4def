from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import httpx
import pytest
from fastapi import FastAPI

from controller.api.app import create_app
from controller.api.desk import Limits
from controller.api.forecast_board import Asked, ForecastBoard
from controller.domain.forecast import Question
from tests.support.forecasters import NoForecasts
from tests.unit.api.fake_engine import FakeArchive, FakeEngine
from tests.unit.api.forecast_example import FORECAST
from tests.unit.api.small_centre import NOW, small_archive, small_engine

BASE = "http://localhost"


class StillClock:
    def now(self) -> float:
        return NOW

    def monotonic_s(self) -> float:
        return 0.0

    async def sleep(self, site_s: float) -> None:
        raise NotImplementedError


class NotedAnswers:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, int]] = []

    def answered(self, method: str, route: str, status: int, duration_s: float) -> None:
        self.seen.append((method, route, status))


@dataclass
class Centre:
    """The API over fakes, and a client of it."""

    engine: FakeEngine
    archive: FakeArchive
    app: FastAPI
    client: httpx.AsyncClient
    observed: NotedAnswers


def make_app(engine: FakeEngine, archive: FakeArchive, limits: Limits, observed: NotedAnswers) -> FastAPI:
    numbers = count(1)
    return create_app(
        engine,
        archive,
        clock=StillClock(),
        new_id=lambda: f"incident-{next(numbers)}",
        exposition=lambda: b"# nothing\n",
        forecaster=NoForecasts(),
        observer=observed,
        limits=limits,
    )


@pytest.fixture
def limits() -> Limits:
    return Limits(long_poll_s=0.05)


@pytest.fixture
async def centre(limits: Limits) -> AsyncIterator[Centre]:
    engine = small_engine()
    archive = small_archive(engine)
    observed = NotedAnswers()
    app = make_app(engine, archive, limits, observed)
    board: ForecastBoard = app.state.desk.forecasts
    board._asked["F-1"] = Asked("F-1", Question(), NOW, FORECAST)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=BASE) as client,
    ):
        yield Centre(engine, archive, app, client, observed)
