"""The workload of the coming day as a shift leader reads it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

_SHORT = "yellow"
"""Colour only where a person should look."""


def hours_table(found: dict[str, Any]) -> Table:
    """One row an hour: work of the robots, then for each station its jobs, and people needed of those expected."""
    zone, known = ZoneInfo(found["timezone"]), _knows_people(found)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("hour", no_wrap=True)
    for title in ("picks", "tours", "stores"):
        table.add_column(title, justify="right", no_wrap=True)
    for day in found["stations"]:
        table.add_column(day["station"].lower().replace("-", "-\n"), justify="right", no_wrap=True)
    for number in range(len(found["stations"][0]["hours"])):
        at = datetime.fromisoformat(found["stations"][0]["hours"][number]["starts_at"]).astimezone(zone)
        robots = [day["hours"][number] for day in found["robots"]]
        table.add_row(
            f"{at:%a %H}",
            *(_count(sum(hour[name] for hour in robots)) for name in ("picks", "tours", "stores")),
            *(_people(day["hours"][number], known=known) for day in found["stations"]),
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
    lines += [f"Short: {text}." for text in found["shortfalls"]]
    if not found["shortfalls"] and _knows_people(found):
        lines.append("Everybody who is needed is expected.")
    history = f" ({found['history_days']} days)" if found["history_days"] else ""
    lines.append(f"Expected from {found['basis']}{history}.")
    lines += found["notes"]
    return "\n".join(lines)


def _knows_people(found: dict[str, Any]) -> bool:
    """Whether anybody was ever seen at work: without that nobody can be called missing."""
    return any(hour["expected"] for day in found["stations"] for hour in day["hours"])


def _people(hour: dict[str, Any], *, known: bool) -> Text:
    jobs = sum(job["known"] + job["further"] for job in hour["jobs"])
    expected = f"{hour['expected']:.0f}" if known else "?"
    missing = known and hour["needed"] > hour["expected"]
    return Text(f"{_count(jobs)} {hour['needed']}/{expected}", style=_SHORT if missing else "")


def _count(figure: float) -> str:
    return f"{figure:,.0f}"
