"""The workload of the coming day as a shift leader reads it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

_SHORT = "yellow"
"""Colour only where a person should look."""


def hours_table(found: dict[str, Any]) -> Table:
    """One row an hour: packs of the robots, then for each station its jobs, and people needed of those expected."""
    zone = ZoneInfo(found["timezone"])
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("hour")
    for title in ("picks", "tours", "stores"):
        table.add_column(title, justify="right")
    for day in found["stations"]:
        table.add_column(day["station"].lower(), justify="right")
    for number in range(len(found["stations"][0]["hours"])):
        at = datetime.fromisoformat(found["stations"][0]["hours"][number]["starts_at"]).astimezone(zone)
        robots = [day["hours"][number] for day in found["robots"]]
        table.add_row(
            f"{at:%a %H}",
            *(_count(sum(hour[name] for hour in robots)) for name in ("picks", "tours", "stores")),
            *(_people(day["hours"][number]) for day in found["stations"]),
        )
    return table


def conclusion(found: dict[str, Any]) -> str:
    """Sums, who is missing, and how far to trust it."""
    totals = found["totals"]
    lines = [
        "At each station: jobs, then people needed / expected.",
        f"In all {totals['picks']:,.0f} packs in {totals['tours']:,.0f} tours, {totals['stores']:,.0f} packs to store, "
        f"{totals['touches']:,.0f} jobs of people, {totals['person_hours']:,.0f} hours of work.",
    ]
    lines += [f"Short: {text}." for text in found["shortfalls"]] or ["Everybody who is needed is expected."]
    history = f" ({found['history_days']} days)" if found["history_days"] else ""
    lines.append(f"Expected from {found['basis']}{history}.")
    lines += found["notes"]
    return "\n".join(lines)


def _people(hour: dict[str, Any]) -> Text:
    jobs = sum(job["known"] + job["further"] for job in hour["jobs"])
    people = f"{hour['needed']}/{hour['expected']:.0f}"
    return Text(f"{_count(jobs)}  {people}", style=_SHORT if hour["needed"] > hour["expected"] else "")


def _count(figure: float) -> str:
    return f"{figure:,.0f}"
