"""`nightshift day`: a day at the centre without waiting for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import date as calendar_date
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from controller.cli.day_summary import summary
from controller.cli.output import count, err, out
from controller.cli.refused import must_be_accepted
from controller.domain.errors import Conflict, Invalid
from controller.intake.deliveries import read_deliveries
from controller.intake.orders import read_orders
from controller.intake.site import SiteFolder, read_site
from controller.rehearsal import day as rehearsal
from controller.system import real_monotonic_s

MAX_SPEED = "max"
OUT = Path("out")
DAY_S = 86_400.0
LINE_EVERY_H = 6


def day(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="A site folder, as in DATA-FORMATS.md.")],
    date: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The first day.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days.")] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same day.")] = 7,
    speed: Annotated[str, typer.Option("--speed", help="max, or how many times as fast as real time.")] = MAX_SPEED,
    faults: Annotated[str, typer.Option("--faults", help="none, normal, poor, or a file.")] = "none",
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Go on without the rows of the folder that do not fit.")
    ] = False,
    out_folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="For the results. Default: a new folder below out/.")
    ] = None,
) -> None:
    """Rehearse a day: same engine, ledger, scheduling and simulated robots as in production, on virtual time.

    Leaves with 0 only if every invariant held.
    """
    pace = _pace(speed)
    found = read_site(site)
    must_be_accepted(site, found.refusals, accept_valid=accept_valid)
    _mention_refused_rows(found, date.date(), days)
    plan = rehearsal.DayPlan(date.date(), days, seed, faults)
    folder = out_folder or _new_folder(OUT / f"{found.master.site.site}-{date:%Y-%m-%d}-seed{seed}")
    result = _run(found, plan, folder, pace)
    out.print(summary(found.master.site.name, result.report), soft_wrap=True)
    out.print(f"Results: {folder}", markup=False, soft_wrap=True)
    if result.violations:
        raise Invalid(
            f"{count(len(result.violations), 'invariant violation')}: see above and {folder / 'report.json'}."
        )


def _run(found: SiteFolder, plan: rehearsal.DayPlan, folder: Path, pace: float | None) -> rehearsal.DayResult:
    began_s = real_monotonic_s()
    with _shown_progress() as tell:

        def show(progress: rehearsal.Progress) -> None:
            tell(progress)
            if pace is not None:
                ahead_s = progress.fraction * plan.days * DAY_S / pace - (real_monotonic_s() - began_s)
                Event().wait(max(0.0, ahead_s))

        try:
            return rehearsal.run_day(found, plan, folder, progress=show, stopwatch=real_monotonic_s)
        except FileExistsError as error:
            raise Conflict(f"{error} is there already: choose another --out, or remove it.") from None
        except (OSError, ValueError) as error:
            raise Invalid(f"The day cannot be played: {error}.") from error


@contextmanager
def _shown_progress() -> Iterator[Callable[[rehearsal.Progress], None]]:
    """A bar on a terminal, a line now and then elsewhere; on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("reading", total=1.0)

        def tell(progress: rehearsal.Progress) -> None:
            at = datetime.fromtimestamp(progress.at, UTC)
            text = f"{at:%a %H:%M}  {progress.orders_received:,} orders in, {progress.orders_open:,} open"
            bar.update(task, completed=progress.fraction, description=text)
            if bar.disable and at.hour % LINE_EVERY_H == at.minute == 0:
                err.print(text, markup=False)

        yield tell


def _pace(speed: str) -> float | None:
    if speed == MAX_SPEED:
        return None
    try:
        pace = float(speed)
    except ValueError:
        pace = 0.0
    if not 0 < pace < 1e9:
        raise Invalid(f"--speed is '{speed}': say max, or a number above 0.")
    return pace


def _new_folder(wanted: Path) -> Path:
    """The folder, or the first of its name with a number behind it that does not exist."""
    folder, number = wanted, 1
    while folder.exists():
        number += 1
        folder = wanted.with_name(f"{wanted.name}-{number}")
    return folder


def _mention_refused_rows(found: SiteFolder, first: calendar_date, days: int) -> None:
    """Wards and lorries do what the files say, as real ones would; it is the service that refuses bad rows then."""
    for day in (first + timedelta(days=offset) for offset in range(days)):
        refused = 0
        for folder, read in (("orders", read_orders), ("deliveries", read_deliveries)):
            file = found.folder / folder / f"{day.isoformat()}.csv"
            if file.exists():
                refused += len(read(file, found.master)[1])
        if refused:
            err.print(f"{count(refused, 'row')} of the orders and deliveries of {day} will be refused.", soft_wrap=True)
