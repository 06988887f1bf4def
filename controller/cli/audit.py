"""`nightshift audit`: prove that the journal is what was written."""

from typing import Annotated

import typer

from controller.bootstrap import verify_journal
from controller.cli.output import count, err, out
from controller.domain.errors import Invalid
from controller.settings import load_settings

commands = typer.Typer(help="The audit trail.", no_args_is_help=True)
_SHOWN = 20


@commands.callback()
def _group() -> None:
    """Keeps `verify` a sub-command, though it is the only one."""


@commands.command()
def verify(
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="Instead of NIGHTSHIFT_DATABASE_URL.")
    ] = None,
) -> None:
    """Follow the hash chain of the journal from its first entry. Leaves with 1 where it is broken."""
    verdict = verify_journal(database or load_settings().database_url)
    if not verdict.breaks:
        out.print(f"The journal is whole: entries 1 to {verdict.last_seq:,}, ending with {verdict.last_hash}.")
        return
    for broken in verdict.breaks[:_SHOWN]:
        err.print(f"entry {broken.seq} ({broken.kind}): {broken.detail}", markup=False, soft_wrap=True)
    raise Invalid(
        f"The journal is broken at {count(len(verdict.breaks), 'place')}: stop the controller, keep the database as it "
        "is for inspection, and go on with a backup from before the first of them."
    )
