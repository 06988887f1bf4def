"""`nightshift site`: tell the database which centre it belongs to."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from controller import bootstrap
from controller.cli.output import count, out
from controller.cli.refused import must_be_accepted
from controller.intake.site import SiteFolder, read_site
from controller.settings import load_settings

commands = typer.Typer(help="The centre that the database belongs to.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    """Keeps `import` a sub-command, though it is the only one."""


@commands.command("import")
def import_site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A site folder, as in DATA-FORMATS.md.")],
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Go on without the rows that were refused.")
    ] = False,
) -> None:
    """Read a site folder into NIGHTSHIFT_DATABASE_URL: the centre, its products and places, its opening stock.

    The same folder twice changes nothing. Run `nightshift migrate` first.
    """
    found = read_site(folder)
    must_be_accepted(folder, found.refusals, accept_valid)
    settings = load_settings()
    now = bootstrap.site_clock(settings).now()
    if asyncio.run(bootstrap.import_site(settings.database_url, found, now=now)):
        out.print(describe(found), soft_wrap=True)
    else:
        out.print("This site folder was imported before: nothing has changed.")
        if found.holidays:
            out.print("New holidays are told to the running centre: `nightshift calendar holiday`.")


def describe(found: SiteFolder) -> str:
    """What a site folder holds, in a sentence."""
    master = found.master
    packs = sum(row.quantity for row in found.stock)
    holidays = f", {count(len(found.holidays), 'holiday')}" if found.holidays else ""
    return (
        f"{master.site.name}: {count(len(master.site.robots), 'robot')}, {count(len(master.products), 'product')}, "
        f"{count(len(master.destinations), 'destination')}, {count(len(master.runs), 'delivery run')}, "
        f"{count(packs, 'pack')} in stock{holidays}."
    )
