"""A day, or a part of one, of any site folder over a real broker: the controller is killed three times on the way, the
broker twice. Nothing is lost or doubled, and what comes of it is what a rehearsal says. Not part of `make test`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from controller.domain.order import OrderStatus
from controller.rehearsal.day import DayPlan, run_day
from controller.storage.inline import InlineSqliteStore
from controller.system import real_monotonic_s
from simulator.chance import Chance
from tests.chaos.comparison import compare_days
from tests.chaos.window import Window, cut_window
from tests.support.broker_process import BrokerProcess
from tests.support.centre_outcome import find_faults, journal_breaks, look, read_all
from tests.support.centre_processes import CentreProcesses, Play, running_centre
from tests.support.mosquitto import saving_mosquitto
from tests.support.nats import Nats
from tests.support.postgres import postgres_server as postgres_server

SEED = 7
KILLS = ("controller", "broker", "controller", "wiped broker", "controller")
CALM_S = 300.0
"""Site seconds in which nothing was under way before the day counts as worked off."""


BROKERS: dict[str, Callable[[Path], BrokerProcess]] = {"mosquitto": saving_mosquitto, "nats": Nats}


@pytest.mark.parametrize("broker_name", sorted(BROKERS))
async def test_a_day_with_five_kills_is_the_day_that_was_rehearsed(
    broker_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    option = request.config.getoption
    window = cut_window(option("--site"), option("--date"), option("from_hour"), option("--hours"), tmp_path / "site")
    rehearsed = run_day(
        window.site,
        DayPlan(date.fromisoformat(option("--date")), seed=SEED),
        tmp_path / "rehearsal",
        stopwatch=real_monotonic_s,
    )
    url = f"sqlite:///{tmp_path / 'nightshift.sqlite'}"
    if broker_name == "nats":
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.create_database())
    broker = BROKERS[broker_name](tmp_path)
    await broker.start()
    play = Play(window.site, window.begins_at, option("--speed"), SEED)
    began_s = real_monotonic_s()
    try:
        async with running_centre(play, broker, url, tmp_path) as centre:
            await _kill_on_the_way(centre, window)
            await _until_worked_off(centre, window)
    finally:
        await broker.stop()
    report: dict[str, Any] = {
        "broker": broker_name,
        "database": url.partition(":")[0],
        "speed": play.speed,
        "wall_s": round(real_monotonic_s() - began_s, 1),
        "movements": centre.movements(),
        "kills": [asdict(kill) for kill in centre.kills],
        "rehearsal_violations": [asdict(violation) for violation in rehearsed.violations],
    }
    history = await read_all(url)
    store = InlineSqliteStore(tmp_path / "rehearsal" / "ledger.sqlite")
    try:
        report |= compare_days(history, store.history(), window.references)
    finally:
        store.close()
    report["faults"] = await find_faults(url, history, centre.physical, window.site.folder, tmp_path)
    report["journal_breaks"] = await journal_breaks(url)
    _write(option("--out"), report)
    assert report["faults"] == []
    assert report["journal_breaks"] == []
    assert report["differences"] == []


async def _kill_on_the_way(centre: CentreProcesses, window: Window) -> None:
    """At moments by chance, spread over the window: one in each fifth of it."""
    luck = Chance(SEED).stream("chaos")
    span_s = (window.ends_at - window.begins_at) / len(KILLS)
    for number, what in enumerate(KILLS):
        at = window.begins_at + span_s * (number + luck.random())

        async def reached(at: float = at) -> bool:
            return centre.now() >= at

        await centre.until(reached, _real_s(centre, 2 * span_s) + 60.0, f"time to kill the {what}")
        await centre.kill(what)


async def _until_worked_off(centre: CentreProcesses, window: Window) -> None:
    """Nothing is under way any more: what is still open waits for stock or for its van."""
    calm_since: float | None = None

    async def worked_off() -> bool:
        nonlocal calm_since
        quiet = await look(centre.database_url)
        calm = not (quiet.commands or quiet.works or quiet.doubts or quiet.orders[OrderStatus.GATHERED.value])
        if not calm or centre.now() < window.ends_at or quiet.orders.total() < len(window.references):
            calm_since = None
        elif calm_since is None:
            calm_since = centre.now()
        return calm_since is not None and centre.now() - calm_since >= CALM_S

    span_s = window.ends_at - window.begins_at
    await centre.until(worked_off, _real_s(centre, 2 * span_s) + 300.0, "worked off", every_s=0.5)


def _real_s(centre: CentreProcesses, site_s: float) -> float:
    return site_s / centre.play.speed


def _write(folder: Path, report: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{report['broker']}.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
