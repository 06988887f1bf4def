"""A real Prometheus scrapes a running controller: every rule evaluates, every panel shows something."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from controller.api.app import create_app
from controller.api.server import serve
from controller.domain.consequence import Consequence
from controller.metrics.exposition import exposition, new_registry, observe_engine
from controller.metrics.sink import MetricsSink
from tests.dashboards.files import CONFIGURATION, panel_expressions, rules
from tests.support.forecasters import NoForecasts
from tests.support.prometheus import Prometheus, running_prometheus
from tests.unit.api.conftest import StillClock
from tests.unit.api.small_centre import NOW, entry, small_archive, small_engine

DEADLINE_S = 10.0


@pytest.fixture
async def controller_port() -> AsyncIterator[int]:
    engine = small_engine()
    registry = new_registry()
    sink = MetricsSink(registry, engine.state.robots)
    observe_engine(registry, engine, lambda: NOW)
    sink.committed(3, 40, 0.004)
    sink.journaled([entry(1)])
    sink.loop_lagged(0.001)
    sink.decided(0.003, fault=True, recorded=60)
    engine.state.consequences["V1"] = Consequence("V1", "silence", NOW, NOW - 60.0, NOW, False, (), 0, (), (), ())
    numbers = count(1)
    app = create_app(
        engine,
        small_archive(engine),
        clock=StillClock(),
        new_id=lambda: str(next(numbers)),
        exposition=lambda: exposition(registry),
        forecaster=NoForecasts(),
        observer=sink,
    )
    stop = asyncio.Event()
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, "127.0.0.1", 0, stop, listening=listening))
    try:
        async with asyncio.timeout(DEADLINE_S):
            port = await listening
        yield port
    finally:
        stop.set()
        await serving


@pytest.fixture
async def prometheus(controller_port: int, tmp_path: Path) -> AsyncIterator[Prometheus]:
    async with running_prometheus(CONFIGURATION, f"127.0.0.1:{controller_port}", tmp_path) as running:
        await running.until('count_over_time(up{job="nightshift"}[1m]) >= 5 and up == 1')
        await running.until_rules_ran()
        yield running


async def test_a_running_centre_is_seen(prometheus: Prometheus) -> None:
    await _figures_of_the_centre_arrive(prometheus)
    await _every_rule_evaluates(prometheus)
    await _every_panel_shows_something(prometheus)


async def _figures_of_the_centre_arrive(prometheus: Prometheus) -> None:
    (late,) = await prometheus.query('nightshift_orders_late{class="discharge"}')
    assert late["value"][1] == "1"
    (usable,) = await prometheus.query("job:nightshift_robots_usable:count")
    assert usable["value"][1] == "1"


async def _every_rule_evaluates(prometheus: Prometheus) -> None:
    ran = {rule["name"]: rule for rule in await prometheus.rules()}
    assert set(ran) == {rule.get("alert") or rule["record"] for rule in rules()}
    assert {name: rule.get("lastError") for name, rule in ran.items() if rule["health"] != "ok"} == {}


async def _every_panel_shows_something(prometheus: Prometheus) -> None:
    await prometheus.until("job:nightshift_commit_duration_seconds:p99_5m")
    results = {
        f"{title}: {expression}": await prometheus.query(expression.replace("$__rate_interval", "1m"))
        for title, expression in panel_expressions()
    }
    assert [panel for panel, result in results.items() if not result] == []
