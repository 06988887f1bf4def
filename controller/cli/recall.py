"""`nightshift recall`: block a batch, name everybody who got it, and practise it once a year."""

from pathlib import Path
from typing import Annotated, Any

import typer

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.output import count, out, print_unwrapped
from controller.cli.recall_view import destinations_csv, detail_lines, disposal_line, recalls_table, unaccounted_lines
from controller.domain.disposal import Ending
from controller.system import new_id

commands = typer.Typer(
    help="Block a batch, list every destination that got it, and the yearly drill.", no_args_is_help=True
)

RECALLS = "/api/v1/recalls"

Gtin = Annotated[str, typer.Argument(metavar="GTIN", help="14 digits.")]
BatchName = Annotated[str, typer.Argument(metavar="BATCH")]
Which = Annotated[str, typer.Argument(metavar="RECALL", help="For instance RC3.000012.")]
Why = Annotated[str, typer.Option("--reason", help="As the alert says.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the destinations to this file as well.")]


@commands.command("start")
def start(
    gtin: Gtin,
    batch: BatchName,
    recall_class: Annotated[int, typer.Option("--class", min=1, max=4, help="1 at once, 2 in 48 h, 3 in 5 days.")],
    reason: Why,
    by: By,
    csv: Csv = None,
    api: Api = None,
) -> None:
    """Block every pack of the batch at once, take back what is ready to leave, and list who got it."""
    centre = centre_at(api)
    begun = _begin(centre, gtin, batch, recall_class, reason, by, drill=False)
    out.print(f"Recall {begun['recall_id']}: {count(begun['packs'], 'pack')} in the centre blocked.")
    _show(centre, str(begun["recall_id"]), csv)


@commands.command("list")
def find(api: Api = None) -> None:
    """Show recalls and drills, the newest first."""
    centre = centre_at(api)
    out.print(recalls_table(centre.get(RECALLS)["items"], centre.zone()))


@commands.command("show")
def show(recall_id: Which, csv: Csv = None, api: Api = None) -> None:
    """Show where the batch is, and who got it, as of now."""
    _show(centre_at(api), recall_id, csv)


@commands.command("dispose")
def dispose(
    recall_id: Which,
    ending: Annotated[Ending, typer.Option("--as", help="What becomes of the packs that are here.")],
    reason: Annotated[str, typer.Option("--reason", help="For the journal.")],
    by: By,
    witness: Annotated[
        str | None, typer.Option("--witness", metavar="NAME", help="A second person; needed for controlled drugs.")
    ] = None,
    pack: Annotated[list[str] | None, typer.Option("--pack", help="Only this pack; may be given again.")] = None,
    api: Api = None,
) -> None:
    """Have the packs in the centre put out by robots and people; each leaves the books when somebody has it."""
    said = {"ending": ending.value, "reason": reason, "actor": by, "witness": witness, "pack_ids": pack or []}
    answer = centre_at(api).post(f"{RECALLS}/{recall_id}/disposals", said, key=f"cli-{new_id()}")
    out.print(f"{recall_id}: {disposal_line(answer, ending.value)}", markup=False, soft_wrap=True)


@commands.command("close")
def close(
    recall_id: Which,
    note: Annotated[str, typer.Option("--note", help="What was done, and what came back.")],
    by: By,
    api: Api = None,
) -> None:
    """Every destination was told. Says what is still here: it stays held until it has come to its end by name."""
    answer = _close(centre_at(api), recall_id, note, by)
    out.print(f"{recall_id} is closed: {count(answer['destinations'], 'destination')} had got the batch.")
    print_unwrapped(unaccounted_lines(answer["not_accounted_for"]))


@commands.command("drill")
def drill(gtin: Gtin, batch: BatchName, by: By, csv: Csv = None, api: Api = None) -> None:
    """Do as if the batch were recalled: nothing is blocked; what would be found, and how long it took, is kept."""
    centre = centre_at(api)
    begun = _begin(centre, gtin, batch, 1, "dummy recall", by, drill=True)
    found = _show(centre, str(begun["recall_id"]), csv)
    note = (
        f"dummy recall: {count(found['packs_here'], 'pack')} here, {count(found['packs_sent'], 'pack')} sent to "
        f"{count(len(found['sent']), 'destination')}, traced in {found['traced_s']} s"
    )
    _close(centre, str(begun["recall_id"]), note, by)
    out.print(f"Drill {begun['recall_id']} is written down: {note}. Nothing was changed.", soft_wrap=True)


def _begin(
    centre: Centre, gtin: str, batch: str, recall_class: int, reason: str, by: str, *, drill: bool
) -> dict[str, Any]:
    body = {"gtin": gtin, "batch": batch, "class": recall_class, "reason": reason, "actor": by, "drill": drill}
    return centre.post(RECALLS, body, key=f"cli-{new_id()}")


def _close(centre: Centre, recall_id: str, note: str, by: str) -> dict[str, Any]:
    return centre.post(f"{RECALLS}/{recall_id}/close", {"note": note, "actor": by}, key=f"cli-{new_id()}")


def _show(centre: Centre, recall_id: str, csv: Path | None) -> dict[str, Any]:
    found = centre.get(f"{RECALLS}/{recall_id}")
    print_unwrapped(detail_lines(found, centre.zone()))
    if csv is not None:
        csv.write_text(destinations_csv(found), encoding="utf-8")
        out.print(f"Written to {csv}.", markup=False, soft_wrap=True)
    return found
