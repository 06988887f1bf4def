"""A recall as people read it, and its destinations as a table for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from controller.cli.local_time import local
from controller.cli.output import count

_DAY = "%a %d %b %Y %H:%M"
_COLUMNS = ("destination", "name", "order", "tote", "carrier", "sent_at", "pack", "gtin", "batch")
_STANDS = {"to_put_out": "to be put out", "not_found": "not found"}
_STANDINGS = {
    "undecided": "held, and nobody has said what becomes of it (nightshift recall dispose)",
    "to_put_out": "to be put out",
    "not_found": "to be put out, and not found there (nightshift stock found, or stock write-off)",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


def recalls_table(items: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> Table:
    """One line a recall."""
    table = Table(box=None, pad_edge=False)
    for title in ("recall", "begun", "class", "product", "batch", "by", "stands", "why"):
        table.add_column(title)
    for item in items:
        kind = "drill" if item["drill"] else str(item["class"])
        stands = Text("open", style="yellow") if item["closed_at"] is None else Text("closed")
        begun = local(item["begun_at"], zone, _DAY)
        row = (item["recall_id"], begun, kind, item["gtin"], item["batch"], item["actor"])
        table.add_row(*(Text(cell) for cell in row), stands, Text(item["reason"]))
    return table


def detail_lines(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What is here first, because that must not leave; then who got it, those whose van may still be stopped marked."""
    recall = found["recall"]
    yield f"Batch {recall['batch']} of {found['product']} ({recall['gtin']}), found in {found['traced_s']} s."
    yield f"In the centre: {count(found['packs_here'], 'pack')}; {found['packs_gone']} off the books."
    for place in found["here"]:
        stands = [f"{place['held']} held"]
        stands += [f"{place[key]} {words}" for key, words in _STANDS.items() if place[key]]
        stands += [] if place["order_ref"] is None else [f"order {place['order_ref']}, tote {place['tote']}"]
        yield f"  {place['place']}: {place['packs']} ({', '.join(stands)})"
    yield f"Sent: {count(found['packs_sent'], 'pack')} to {count(len(found['sent']), 'destination')}."
    yield from sent_lines(found["sent"], zone)


def sent_lines(destinations: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    """Who got packs, and which of them may still be stopped on the road."""
    for sent in destinations:
        yield f"  {sent['destination']} {sent['name']}: {count(sent['packs'], 'pack')}"
        for tote in sent["totes"]:
            road = "  MAY BE ON THE ROAD: call the driver" if tote["on_the_road"] else ""
            packs = count(len(tote["packs"]), "pack")
            yield (
                f"    {local(tote['sent_at'], zone, _DAY)} {packs}, order {tote['order_ref']}, tote {tote['tote_id']}, "
                f"with {tote['carrier']}{road}"
            )


def disposal_line(answer: Mapping[str, Any], ending: str) -> str:
    """What a decision has brought about so far."""
    done = f"{count(answer['packs'], 'pack')} to be {ending}"
    if not answer["to_put_out"]:
        return f"{done}: all off the books."
    return f"{done}: {answer['gone']} off the books, {answer['to_put_out']} for robots and people to put out first."


def unaccounted_lines(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Packs of the batch that are still in the books when its recall is closed."""
    for item in items:
        yield f"  still at {item['place']}: {count(item['packs'], 'pack')}, {_STANDINGS[item['standing']]}"


def destinations_csv(found: Mapping[str, Any]) -> str:
    """One line a pack that left; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    recall = found["recall"]
    for sent in found["sent"]:
        for tote in sent["totes"]:
            for pack_id in tote["packs"]:
                row = (
                    *(sent["destination"], sent["name"], tote["order_ref"], tote["tote_id"], tote["carrier"]),
                    *(tote["sent_at"], pack_id, recall["gtin"], recall["batch"]),
                )
                writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
