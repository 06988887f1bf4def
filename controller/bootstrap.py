"""The composition root: the one place where parts are chosen and joined."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from controller.api.app import create_app
from controller.api.listen_address import check_listen_address
from controller.api.server import serve
from controller.domain.errors import Conflict, NotFound
from controller.engine.actions import Action
from controller.engine.loop import Engine
from controller.engine.opening import opening_batch
from controller.engine.ports import MasterData
from controller.engine.state import Timings
from controller.intake.holidays import calendar_changes
from controller.intake.site import SiteFolder
from controller.intake.stock import build_opening_packs
from controller.metrics.exposition import exposition, new_registry, observe_engine
from controller.metrics.loop_lag import watch_loop
from controller.metrics.sink import MetricsSink
from controller.rehearsal.forecast.service import Forecasts
from controller.settings import Settings, as_site_time
from controller.storage.auditing import JournalVerdict
from controller.storage.connections import is_sqlite, sqlite_path
from controller.storage.schema import current_revision, migrate
from controller.storage.store import SqlArchive, SqlStore, open_store
from controller.system import SiteClock, new_id
from controller.transport.address import BrokerAddress
from controller.transport.mqtt import LinkOptions, MqttLink

LEASE_S = 30.0
"""Real seconds for which a controller that says nothing more keeps others out."""


def site_clock(settings: Settings) -> SiteClock:
    """The clock that every process with these settings shares."""
    return SiteClock(settings.speed, as_site_time(settings.start_at), as_site_time(settings.start_real_at))


@dataclass(frozen=True, slots=True)
class Running:
    """A controller at work."""

    engine: Engine
    archive: SqlArchive
    tasks: tuple[asyncio.Task[None], ...]

    async def until(self, stop: asyncio.Event) -> None:
        """Wait for `stop`; raises what ended a part of the controller before."""
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait({stopping, *self.tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)
        for task in self.tasks:
            if task in done:
                task.result()
                raise Conflict(f"A part of the controller has ended by itself: {task.get_name()}.")


@asynccontextmanager
async def run_controller(settings: Settings, clock: SiteClock) -> AsyncIterator[Running]:
    """A controller for the time of the block: engine, link to the robots, API. It takes requests when this yields.

    NotFound where the database holds no site, Conflict where it is another one's or the API's port is taken, Invalid
    for an address that is not loopback, StoreUnavailable where another controller is at work.
    """
    check_listen_address(settings.api_host)
    found = await read_master(settings.database_url)
    if settings.site_id not in (None, found.site.site):
        raise Conflict(
            f"The database belongs to site {found.site.site}, not to {settings.site_id}: mend NIGHTSHIFT_SITE_ID, "
            "or use another database."
        )
    store, archive = open_store(settings.database_url)
    try:
        parts = _join(settings, clock, found, store, archive)
        await parts.engine.start()
        async with _running(parts, archive) as running:
            yield running
    finally:
        await archive.close()
        await store.close()


@dataclass(frozen=True, slots=True)
class _Parts:
    engine: Engine
    link: MqttLink
    serve: Callable[[asyncio.Event, asyncio.Event], Coroutine[Any, Any, None]]
    sink: MetricsSink
    forecasts: Forecasts


def _join(settings: Settings, clock: SiteClock, found: MasterData, store: SqlStore, archive: SqlArchive) -> _Parts:
    registry = new_registry()
    sink = MetricsSink(registry, [robot.robot for robot in found.site.robots])

    def submit(action: Action) -> None:
        engine.submit(action)

    link = MqttLink(
        BrokerAddress.parse(settings.broker_url),
        found.site.site,
        0,
        submit=submit,
        now=clock.now,
        new_id=new_id,
        options=LinkOptions(protocol=settings.broker_protocol, speed=clock.speed),
    )
    lease_s = LEASE_S * max(1.0, clock.speed)
    engine = Engine(
        store, link, clock, sink, holder=settings.instance_name, lease_s=lease_s, timings=Timings.at_speed(clock.speed)
    )
    engine.on_epoch(link.announce)
    observe_engine(registry, engine, clock.now)
    forecasts = Forecasts(engine, archive, clock)
    app = create_app(
        engine,
        archive,
        clock=clock,
        new_id=new_id,
        exposition=lambda: exposition(registry),
        forecaster=forecasts,
        observer=sink,
    )

    async def serve_api(stop: asyncio.Event, listening: asyncio.Event) -> None:
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        port.add_done_callback(lambda _: listening.set())
        await serve(app, settings.api_host, settings.api_port, stop, listening=port)

    return _Parts(engine, link, serve_api, sink, forecasts)


@asynccontextmanager
async def _running(parts: _Parts, archive: SqlArchive) -> AsyncIterator[Running]:
    api_stop, listening = asyncio.Event(), asyncio.Event()
    api = asyncio.create_task(parts.serve(api_stop, listening), name="the API")
    loop = asyncio.create_task(parts.engine.run(), name="the engine")
    robots = asyncio.create_task(parts.link.run(), name="the link to the robots")
    lag = asyncio.create_task(watch_loop(parts.sink), name="the watch on the event loop")
    running = Running(parts.engine, archive, (api, loop, robots, lag))
    try:
        await running.until(listening)
        yield running
    finally:
        # People first, then the one writer, and last the way to the robots, who hear that the controller goes.
        api_stop.set()
        await asyncio.wait({api})
        await parts.forecasts.close()
        parts.engine.stop()
        await asyncio.wait({loop})
        await parts.link.stop()
        lag.cancel()
        await asyncio.gather(*running.tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Migration:
    before: str | None
    """None where the database had no tables."""
    after: str


def migrate_database(url: str) -> Migration:
    """Bring the database to this program's revision. Makes the file and its folder where it is SQLite. Blocks."""
    if is_sqlite(url):
        sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    return Migration(current_revision(url), migrate(url))


async def import_site(url: str, found: SiteFolder, *, now: float) -> bool:
    """Write what a site folder says, and its opening stock; False where it was imported before.

    Conflict where the database belongs to another site. `now` is site time.
    """
    store, archive = open_store(url)
    batch = opening_batch(
        build_opening_packs(found.stock),
        now=now,
        actor="import",
        source=found.folder.name,
        holidays=calendar_changes(found.holidays, made_at=now, actor="import"),
    )
    try:
        return await store.import_master(found.master, batch)
    finally:
        await archive.close()
        await store.close()


async def read_master(url: str) -> MasterData:
    """What the database knows of its centre. NotFound where no site was imported, SchemaMismatch, StoreUnavailable."""
    store, archive = open_store(url)
    try:
        found = await archive.master()
    finally:
        await archive.close()
        await store.close()
    if found is None:
        raise NotFound("The database holds no site yet: run `nightshift site import DIR`.")
    return found


def verify_journal(url: str) -> JournalVerdict:
    """Check the whole audit journal. Blocks."""

    async def verify() -> JournalVerdict:
        store, archive = open_store(url)
        try:
            return await archive.verify_journal()
        finally:
            await archive.close()
            await store.close()

    return asyncio.run(verify())
