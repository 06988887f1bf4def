"""`nightshift promises`: when the open orders will leave, and which will be late."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.output import count, out
from controller.domain.promise import LATE_BELOW
from controller.scheduling.wording import LocalTime

PAGE = 500
_LATE = "yellow"
"""Colour only where a person should look."""


def promises(
    late: Annotated[bool, typer.Option("--late", help="Only orders that are more likely late than in time.")] = False,
    api: Api = None,
) -> None:
    """Show when each open order will be on its van or with the courier, those in most danger first.

    Times are those of the site. What would help a late order is a proposal: a person decides.
    """
    centre = centre_at(api)
    overview = centre.get("/api/v1/overview")
    found = fetch(centre, late=late)
    if not found:
        out.print("No open order will be late." if late else "No order is open.")
        return
    zone = ZoneInfo(overview["timezone"])
    out.print(table_of(found, LocalTime.around(datetime.fromisoformat(overview["at"]).timestamp(), zone)))
    for line in ways_out(found):
        out.print(Text(line))


def fetch(centre: Centre, *, late: bool) -> list[dict[str, Any]]:
    """Every promise, the least sure to be in time first."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": PAGE, **({"late": "true"} if late else {})}
    while True:
        page = centre.get("/api/v1/promises", query)
        found += page["items"]
        if page["next"] is None:
            return sorted(found, key=lambda item: (item["promise"]["on_time"], item["due_at"], item["order_ref"]))
        query["cursor"] = page["next"]


def table_of(found: list[dict[str, Any]], say: LocalTime) -> Table:
    """One row an order."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("order", "class", "goes with"):
        table.add_column(title)
    for title in ("due", "expected", "9 in 10 by", "in time"):
        table.add_column(title, justify="right")
    for item in found:
        table.add_row(
            item["order_ref"],
            item["class"],
            (item["departure_id"] or "courier").partition("/")[0],
            _clock(item["due_at"], say),
            *_outlook(item["promise"], say),
            style=_LATE if item["promise"]["on_time"] < LATE_BELOW else "",
        )
    return table


def ways_out(found: list[dict[str, Any]]) -> list[str]:
    """For each late order why, and what would help."""
    lines = [f"{count(len(found), 'open order')}."]
    for item in found:
        promise = item["promise"]
        if promise["on_time"] < LATE_BELOW and promise["cause"] is not None:
            help_text = f"to make it on time, {promise['rescue']}" if promise["rescue"] else "nothing makes it on time"
            lines.append(f"{item['order_ref']} will be late: {promise['cause']}; {help_text}.")
    return lines


def _outlook(promise: dict[str, Any], say: LocalTime) -> tuple[str, str, str]:
    """Expected, promised, how sure; of an order that is on its van, only since when."""
    expected = _clock(promise["expected_at"], say)
    if promise["made_at"] == promise["expected_at"] == promise["promised_at"]:
        return f"loaded {expected}", "", ""
    return expected, _clock(promise["promised_at"], say), f"{_floor_percent(promise['on_time'])} %"


def _clock(at: str, say: LocalTime) -> str:
    return say.clock(datetime.fromisoformat(at).timestamp())


def _floor_percent(share: float) -> int:
    """What is not certain is not said to be."""
    return int(100.0 * share)
