"""`nightshift stock`: quarantines and who decides them, counts, and corrections of the books."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from controller.cli.asking import Api, centre_at
from controller.cli.local_time import local
from controller.cli.output import count, out, print_unwrapped
from controller.cli.recall_view import disposal_line, sent_lines
from controller.system import new_id

commands = typer.Typer(
    help="Quarantines and decisions, counts, and corrections of the books by name.", no_args_is_help=True
)

QUARANTINES, STOCK = "/api/v1/quarantines", "/api/v1/stock"

Place = Annotated[str, typer.Argument(metavar="PLACE", help="A robot or an area, for instance R8 or MANUAL-A.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="For instance Q3.000012.")]
Gtin = Annotated[str, typer.Argument(metavar="GTIN", help="14 digits.")]
PackIds = Annotated[list[str], typer.Argument(metavar="PACK...")]
Why = Annotated[str, typer.Option("--reason", help="For the journal.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.")]
Witness = Annotated[
    str | None, typer.Option("--witness", metavar="NAME", help="A second person; needed for controlled drugs.")
]
OnlyPacks = Annotated[list[str] | None, typer.Option("--pack", help="Only this pack; may be given again.")]
OneBatch = Annotated[str | None, typer.Option("--batch", help="Only this batch.")]


@commands.command("quarantines")
def quarantines(api: Api = None) -> None:
    """Show what is held until somebody decides: by case, batch and place."""
    print_unwrapped(case_lines(centre_at(api).get(QUARANTINES)["items"]))


@commands.command("case")
def case(case_id: Case, api: Api = None) -> None:
    """Show one case: what it holds, and which wards got packs of it before anybody knew."""
    centre = centre_at(api)
    print_unwrapped(detail_lines(centre.get(f"{QUARANTINES}/{case_id}"), centre.zone()))


@commands.command("hold")
def hold(place: Place, reason: Why, by: By, api: Api = None) -> None:
    """Hold every pack at a robot or an area at once: too warm, too cold, wet, mixed up."""
    answer = _post(api, QUARANTINES, {"place": place, "reason": reason, "actor": by})
    out.print(f"{answer['case_id']}: {count(answer['held'], 'pack')} at {place} held.", markup=False)


@commands.command("release")
def release(
    case_id: Case, reason: Why, by: By, batch: OneBatch = None, pack: OnlyPacks = None, api: Api = None
) -> None:
    """Quality has decided: what the case holds may be used."""
    said = {"decision": "release", "reason": reason, "actor": by, "batch": batch, "pack_ids": pack or []}
    _decide(api, case_id, said)


@commands.command("destroyed")
def destroyed(
    case_id: Case,
    reason: Why,
    by: By,
    witness: Witness = None,
    batch: OneBatch = None,
    pack: OnlyPacks = None,
    api: Api = None,
) -> None:
    """Quality has decided: what the case holds is destroyed. Robots and people put it out, then it leaves the books."""
    said = {"decision": "destroyed", "reason": reason, "actor": by, "witness": witness, "batch": batch}
    _decide(api, case_id, {**said, "pack_ids": pack or []})


@commands.command("count")
def ask_count(place: Place, gtin: Gtin, reason: Why, by: By, api: Api = None) -> None:
    """Have a product counted at an area (a job for a person) or in a robot (its shelves, in a quiet moment)."""
    answer = _post(api, f"{STOCK}/counts", {"place": place, "gtin": gtin, "reason": reason, "actor": by})
    if answer["work_id"] is None:
        out.print(f"{place} will count {', '.join(answer['shelves'])}.", markup=False)
    else:
        out.print(f"{answer['work_id']}: {count(answer['packs'], 'pack')} to look for at {place}.", markup=False)


@commands.command("found")
def found(
    gtin: Gtin,
    batch: Annotated[str, typer.Argument(metavar="BATCH")],
    expiry: Annotated[datetime, typer.Argument(metavar="EXPIRY", formats=["%Y-%m-%d"])],
    reason: Why,
    by: By,
    place: Annotated[
        str, typer.Option("--at", help="goods-in, or the area on whose shelf it stands now.")
    ] = "goods-in",
    witness: Witness = None,
    api: Api = None,
) -> None:
    """A pack turned up that the books do not have there: bring it into the books, as read by eye."""
    body = {"gtin": gtin, "batch": batch, "expiry": f"{expiry:%Y-%m-%d}", "place": place, "reason": reason}
    answer = _post(api, f"{STOCK}/found", {**body, "actor": by, "witness": witness})
    known = "the missing pack" if answer["was_missing"] else "a new pack of the books,"
    held = f" Held: {answer['hold']}." if answer["hold"] else ""
    out.print(f"It is {known} {answer['pack_id']}, at {answer['place']}.{held}", markup=False, soft_wrap=True)


@commands.command("missing")
def missing(api: Api = None) -> None:
    """Show packs that were not where the books have them: to be looked for, then found or written off."""
    print_unwrapped(missing_lines(centre_at(api).get(f"{STOCK}/missing")["items"]))


@commands.command("write-off")
def write_off(pack_ids: PackIds, reason: Why, by: By, witness: Witness = None, api: Api = None) -> None:
    """Packs that were looked for and are gone, or packs of the quarantine shelf: out of the books."""
    _packs(api, "write-offs", pack_ids, reason, by, witness, "out of the books")


@commands.command("put-back")
def put_back(pack_ids: PackIds, reason: Why, by: By, witness: Witness = None, api: Api = None) -> None:
    """Packs of the quarantine shelf that are good stand at goods-in, to be put away again."""
    _packs(api, "put-backs", pack_ids, reason, by, witness, "at goods-in, to be put away")


def missing_lines(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line a pack; a word where none is missing."""
    return [
        f"{pack['pack_id']} at {pack['place']}: {pack['gtin']} batch {pack['batch']}, expires {pack['expiry']} "
        f"({pack['hold']})"
        for pack in items
    ] or ["Every pack is where the books have it, as far as anybody has looked."]


def case_lines(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each case with what it holds; a word where nothing is held."""
    lines = []
    for case in items:
        lines.append(f"{case['case_id']}: {count(case['packs'], 'pack')}, {case['why']}")
        lines += [f"  {lot['place']}: {lot['packs']} of {lot['gtin']} batch {lot['batch']}" for lot in case["lots"]]
    return lines or ["Nothing waits for a decision."]


def detail_lines(found: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    """A case with what it holds, and the wards to call."""
    lines = case_lines([found])
    if found["since"] is not None:
        lines.append(f"{found['place']} was out of range from {local(found['since'], zone)} on.")
    if not found["packs_left"]:
        return [*lines, "None of it had left before the case was opened."]
    lines.append(f"Left before anybody knew: {count(found['packs_left'], 'pack')}. Call:")
    return [*lines, *sent_lines(found["left"], zone)]


def _decide(api: str | None, case_id: str, said: Mapping[str, Any]) -> None:
    answer = _post(api, f"{QUARANTINES}/{case_id}/decision", said)
    if answer["destroyed"]:
        out.print(f"{case_id}: {disposal_line(answer, 'destroyed')}", markup=False, soft_wrap=True)
    else:
        out.print(f"{case_id}: {count(answer['packs'], 'pack')} released.", markup=False)


def _packs(
    api: str | None, what: str, pack_ids: list[str], reason: str, by: str, witness: str | None, done: str
) -> None:
    said = {"pack_ids": pack_ids, "reason": reason, "actor": by, "witness": witness}
    answer = _post(api, f"{STOCK}/{what}", said)
    out.print(f"{answer['reference']}: {count(answer['packs'], 'pack')} {done}.", markup=False)


def _post(api: str | None, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return centre_at(api).post(path, body, key=f"cli-{new_id()}")
