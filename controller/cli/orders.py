"""`nightshift orders`: bring orders from a file into a running centre."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from controller import bootstrap
from controller.cli.asking import Api
from controller.cli.order_post import post_orders
from controller.cli.output import count, out
from controller.cli.refused import must_be_accepted, show
from controller.domain.errors import Invalid
from controller.engine.ports import MasterData
from controller.intake.orders import read_orders
from controller.intake.site import read_site
from controller.intake.sitefile import SITE_FILE
from controller.settings import load_settings

commands = typer.Typer(help="Orders from files.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    """Keeps `import` a sub-command, though it is the only one."""


@commands.command("import")
def import_orders(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Orders as CSV, as in DATA-FORMATS.md.")],
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Go on without the orders that were refused.")
    ] = False,
    api: Api = None,
) -> None:
    """Check a file of orders and place those orders. The same file twice changes nothing.

    Products and destinations are looked up in the site folder that the file stands in, or else in
    NIGHTSHIFT_DATABASE_URL.
    """
    settings = load_settings()
    orders, refusals = read_orders(file, _master_for(file, settings.database_url))
    must_be_accepted(file.parent, refusals, accept_valid)
    outcome = asyncio.run(post_orders(api or settings.api_url, orders, file.name))
    out.print(f"{count(outcome.placed, 'order')} placed, {outcome.known} known already.")
    if outcome.refusals:
        show(outcome.refusals)
        raise Invalid(f"The centre refused {count(len(outcome.refusals), 'order')}: see above.")


def _master_for(file: Path, database_url: str) -> MasterData:
    folder = file.absolute().parent.parent
    if (folder / SITE_FILE).exists():
        return read_site(folder).master
    return asyncio.run(bootstrap.read_master(database_url))
