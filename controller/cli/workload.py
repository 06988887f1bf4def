"""`nightshift workload`: the coming day's work by hour and station, and who is missing."""

from typing import Annotated

import typer

from controller.cli.asking import Centre
from controller.cli.output import out
from controller.cli.workload_view import conclusion, hours_table
from controller.settings import load_settings


def workload(
    api: Annotated[
        str | None, typer.Option(metavar="URL", help="The centre's API. Default: the one of this host.")
    ] = None,
) -> None:
    """Show packs, tours, jobs and the people they need, hour by hour until this hour of tomorrow."""
    found = Centre(api or load_settings().api_url).get("/api/v1/workload")
    out.print(hours_table(found))
    out.print(conclusion(found), markup=False, soft_wrap=True)
