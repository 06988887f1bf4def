"""`nightshift controller`: the controller alone, against a broker and a database that run elsewhere."""

import asyncio

from controller import bootstrap, logs
from controller.cli.stopping import stop_on_signals
from controller.settings import Settings, load_settings


def controller() -> None:
    """Run a controller with the broker and the database of the NIGHTSHIFT_* settings, until it is told to stop.

    Needs a migrated database that holds a site.
    """
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    with stop_on_signals(stop):
        async with bootstrap.run_controller(settings, bootstrap.site_clock(settings)) as running:
            await running.until(stop)
