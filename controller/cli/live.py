"""Follows a running centre for the person at the terminal: a picture where there is one, lines where there is none."""

from rich.console import RenderableType
from rich.live import Live

from controller.api.answers.overview import Overview, overview
from controller.bootstrap import Running
from controller.cli.live_view import Tally, headline, render
from controller.cli.output import out
from controller.cli.stopping import first_of
from controller.system import SiteClock

PICTURE_EVERY_S = 0.5
LINE_EVERY_S = 10.0
"""Both in real seconds."""
LINES_BETWEEN = 20
"""Events shown between two headlines; a centre at speed 60 says far more than a log can hold."""


async def follow_centre(running: Running, clock: SiteClock, footer: str, *, live: bool) -> None:
    """Show the centre until cancelled."""
    tally = Tally(running.engine.state.site.timezone)
    show = _draw(running, clock, tally, footer) if live else _tell(running, clock, tally, footer)
    await first_of(_listen(running, tally), show)


async def _listen(running: Running, tally: Tally) -> None:
    while True:
        listener = running.engine.listen()
        async for entry in listener:
            tally.add(entry)
        if not listener.overflowed:
            return


async def _draw(running: Running, clock: SiteClock, tally: Tally, footer: str) -> None:
    with Live(console=out, auto_refresh=False, vertical_overflow="crop") as screen:
        while True:
            picture: RenderableType = render(await _overview(running, clock), tally, clock.speed, footer)
            screen.update(picture, refresh=True)
            await clock.sleep(PICTURE_EVERY_S * clock.speed)


async def _tell(running: Running, clock: SiteClock, tally: Tally, footer: str) -> None:
    out.print(footer, markup=False, soft_wrap=True)
    while True:
        out.print(headline(await _overview(running, clock), tally), markup=False, soft_wrap=True)
        for line in tally.take_unshown(LINES_BETWEEN):
            out.print(f"  {line}", markup=False, soft_wrap=True)
        await clock.sleep(LINE_EVERY_S * clock.speed)


async def _overview(running: Running, clock: SiteClock) -> Overview:
    await running.engine.settled()
    return overview(running.engine.state, running.engine.journal_seq, clock.now())
