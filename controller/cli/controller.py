"""`nightshift controller`: the controller alone, against a broker and a database that run elsewhere."""

import asyncio

from controller import bootstrap, logs
from controller.cli.stopping import stop_on_signals
from controller.settings import Settings, as_site_time, load_settings
from controller.system import SiteClock


def controller() -> None:
    """Run a controller with the broker and the database of the NIGHTSHIFT_* settings, until it is told to stop.

    Needs a migrated database that holds a site.
    """
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    clock = SiteClock(settings.speed, as_site_time(settings.start_at), as_site_time(settings.start_real_at))
    asyncio.run(_run(settings, clock))


async def _run(settings: Settings, clock: SiteClock) -> None:
    stop = asyncio.Event()
    with stop_on_signals(stop):
        async with bootstrap.run_controller(settings, clock) as running:
            await running.until(stop)
