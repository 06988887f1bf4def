"""`nightshift up`: a whole centre on this machine, from one command, without root and without a download."""

import asyncio
import sys
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from controller import bootstrap, logs
from controller.cli.live import follow_centre
from controller.cli.output import out
from controller.cli.refused import must_be_accepted
from controller.cli.simulator_process import SimulatorFailed, SimulatorProcess
from controller.cli.site import describe
from controller.cli.site_time import first_morning, keep_site_time, resume_at, save_site_time
from controller.cli.stopping import first_of, stop_on_signals
from controller.domain.errors import Conflict, NightshiftError
from controller.embedded import BrokerFailed, EmbeddedBroker
from controller.intake.site import SiteFolder, read_site
from controller.settings import Settings, load_settings
from controller.system import SiteClock, real_now

BUILT_IN_SITE = Path(__file__).parents[2] / "simulator" / "scenarios" / "small_site"
"""Comes with the simulator; a folder of files, so that nothing of the simulator is imported."""
DEFAULT_SPEED = 60.0


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person asked for."""

    data: Path
    speed: float
    seed: int
    faults: str
    start: datetime | None
    repairs: bool


def up(
    site: Annotated[
        Path, typer.Option("--site", metavar="DIR", help="A site folder; without it, a small one that comes along.")
    ] = BUILT_IN_SITE,
    speed: Annotated[
        float, typer.Option("--speed", min=0.1, max=1000.0, help="How many times as fast as real time.")
    ] = DEFAULT_SPEED,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Where database, broker and robots keep what they know.")
    ] = Path("var"),
    start: Annotated[
        datetime | None,
        typer.Option("--start", help="Site time (UTC) to begin at. Default: the morning of the first day with orders."),
    ] = None,
    faults: Annotated[str, typer.Option("--faults", help="none, normal, poor, or a file.")] = "normal",
    seed: Annotated[int, typer.Option("--seed", help="Of everything that happens by chance.")] = 7,
    repairs: Annotated[
        bool,
        typer.Option(
            "--repairs/--no-repairs",
            help="Whether simulated people cure faults by themselves; else you are the technician, with "
            "`nightshift tech` and, for your hands, `nightshift-sim remedy` (after an emergency stop: "
            "release_estop, then resume at the panel).",
        ),
    ] = True,
) -> None:
    """Run a whole centre here: broker, database, controller, API, nine simulated robots and the people around them.

    Stop it with Ctrl-C; run it again and it goes on where it was. A new --data folder begins anew.
    """
    found = read_site(site)
    must_be_accepted(site, found.refusals, accept_valid=False)
    data.mkdir(parents=True, exist_ok=True)
    start = None if start is None else start.replace(tzinfo=UTC)
    with (data / "controller.log").open("a", encoding="utf-8") as log:
        asyncio.run(_run(found, Choices(data.absolute(), speed, seed, faults, start, repairs), log))


async def _run(found: SiteFolder, choices: Choices, log: TextIO) -> None:
    chosen = load_settings()
    logs.configure(chosen.log_level, chosen.log_format, log)
    async with EmbeddedBroker(choices.data / "broker") as broker:
        settings = Settings(
            database_url=f"sqlite:///{choices.data / 'nightshift.sqlite'}",
            broker_url=broker.url,
            broker_protocol="3.1.1",
            site_id=found.master.site.site,
            instance_name="up",
            speed=choices.speed,
        )
        begins_at = resume_at(choices.data) or (choices.start.timestamp() if choices.start else first_morning(found))
        await asyncio.to_thread(bootstrap.migrate_database, settings.database_url)
        try:
            if await bootstrap.import_site(settings.database_url, found, now=begins_at):
                out.print(describe(found), soft_wrap=True)
        except Conflict as error:
            raise Conflict(
                f"{choices.data} belongs to another site ({error}): say --data with a new folder."
            ) from error
        real_at = real_now()
        clock = SiteClock(choices.speed, begins_at, real_at)
        stop = asyncio.Event()
        with stop_on_signals(stop):
            # The robots go last: a controller that sees them go raises an alarm of it.
            async with AsyncExitStack() as last, bootstrap.run_controller(settings, clock) as running:
                last.callback(save_site_time, choices.data, clock)
                arguments = simulator_arguments(found, choices, settings, begins_at, real_at)
                robots = await last.enter_async_context(SimulatorProcess(choices.data / "robots", arguments))
                await first_of(
                    running.until(stop),
                    _failing(BrokerFailed, broker.died()),
                    _failing(SimulatorFailed, robots.died()),
                    keep_site_time(choices.data, clock),
                    follow_centre(running, clock, _footer(settings, choices), live=sys.stdout.isatty()),
                )
    out.print("Stopped. Everything is kept: the same command goes on from here.")


def simulator_arguments(
    found: SiteFolder, choices: Choices, settings: Settings, begins_at: float, real_at: float
) -> list[str]:
    """What `nightshift-sim run` is called with."""
    return [
        *("--site", str(found.folder.absolute())),
        *("--broker", settings.broker_url),
        *("--api", settings.api_url),
        *("--seed", str(choices.seed)),
        *("--speed", str(choices.speed)),
        *("--faults", choices.faults),
        "--repairs" if choices.repairs else "--no-repairs",
        *("--state", str(choices.data / "robots")),
        *("--start", datetime.fromtimestamp(begins_at, UTC).strftime("%Y-%m-%dT%H:%M:%S")),
        *("--start-real", str(real_at)),
    ]


def _footer(settings: Settings, choices: Choices) -> str:
    return f"API {settings.api_url}/api/v1/overview   log {choices.data / 'controller.log'}   Ctrl-C stops"


async def _failing(kind: type[NightshiftError], died: Awaitable[str]) -> None:
    raise kind(await died)
