"""`nightshift chores`: what robots do in quiet hours, the way to pause it, and planned maintenance."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.local_time import DAY, local
from controller.cli.output import count, out
from controller.domain.chore import ChoreKind, ChoreStatus
from controller.system import new_id

commands = typer.Typer(
    help="Work of quiet hours: counts, reference runs, transfers; and maintenance windows.", no_args_is_help=True
)
windows = typer.Typer(help="Times in which a robot is kept from work for maintenance.", no_args_is_help=True)
commands.add_typer(windows, name="window")

Robot = Annotated[str | None, typer.Option("--robot", help="Only this robot (or area). Default: the whole site.")]
Why = Annotated[str, typer.Option("--reason", help="For the journal.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.")]
LOCAL = "%Y-%m-%dT%H:%M"

_STYLES = {"failed": "yellow", "partly": "yellow", "under_way": "bold"}
"""Colour only where a person should look."""


@commands.command("list")
def show(
    robot: Robot = None,
    kind: Annotated[ChoreKind | None, typer.Option("--kind", help="Only chores of this kind.")] = None,
    status: Annotated[ChoreStatus | None, typer.Option("--status", help="Only chores that stand so.")] = None,
    last: Annotated[int, typer.Option("--last", min=1, max=5000, help="So many of the newest.")] = 40,
    api: Api = None,
) -> None:
    """Show the newest chores, what is paused, and which windows are planned."""
    centre = centre_at(api)
    query = {"source": robot, "kind": kind, "status": status}
    found = deque(_pages(centre, "/api/v1/chores", query), maxlen=last)
    pauses = centre.get("/api/v1/chores/pauses")["items"]
    coming = [window for window in _pages(centre, "/api/v1/maintenance-windows", {"robot": robot}) if _is_open(window)]
    out.print(chores_table(found, centre.zone()))
    for line in (*pause_lines(pauses), *window_lines(coming, centre.zone())):
        out.print(Text(line))


@commands.command("pause")
def pause(reason: Why, by: By, robot: Robot = None, api: Api = None) -> None:
    """Begin no more chores, and cancel what has not begun. A motion under way ends within the minute."""
    body = {"scope": robot, "reason": reason, "actor": by}
    answer = centre_at(api).post("/api/v1/chores/pause", body, key=f"cli-{new_id()}")
    out.print(f"Paused: {robot or 'the whole site'}. {count(answer['cancelling'], 'chore')} being cancelled.")


@commands.command("resume")
def resume(reason: Why, by: By, robot: Robot = None, api: Api = None) -> None:
    """Lift a pause of the same scope."""
    body = {"scope": robot, "reason": reason, "actor": by}
    answer = centre_at(api).post("/api/v1/chores/resume", body, key=f"cli-{new_id()}")
    held = " The whole site is paused still." if answer["paused"] else ""
    out.print(f"Resumed: {robot or 'the whole site'}.{held}", soft_wrap=True)


@windows.command("add")
def add_window(
    robot: Annotated[str, typer.Argument(metavar="ROBOT")],
    begin: Annotated[datetime, typer.Argument(metavar="FROM", formats=[LOCAL], help="Local, 2026-11-24T01:00.")],
    end: Annotated[datetime, typer.Argument(metavar="TO", formats=[LOCAL], help="Local, 2026-11-24T04:00.")],
    reason: Why,
    by: By,
    api: Api = None,
) -> None:
    """Keep a robot from work: it is drained before, held during, and back after a reference run."""
    centre = centre_at(api)
    zone = centre.zone()
    body = {"robot": robot, "from_at": _instant(begin, zone), "to_at": _instant(end, zone), "reason": reason}
    answer = centre.post("/api/v1/maintenance-windows", {**body, "actor": by}, key=f"cli-{new_id()}")
    out.print(Text(f"{answer['window_id']}: {robot} is kept from work {_span(answer, zone)}."))


@windows.command("cancel")
def cancel_window(
    window_id: Annotated[str, typer.Argument(metavar="WINDOW", help="For instance M3.000012.")],
    reason: Why,
    by: By,
    api: Api = None,
) -> None:
    """A window is not needed, or not any longer: a robot that is held comes back at once."""
    path = f"/api/v1/maintenance-windows/{window_id}/cancel"
    answer = centre_at(api).post(path, {"reason": reason, "actor": by}, key=f"cli-{new_id()}")
    ended = "cancelled" if answer["status"] == "cancelled" else "ends now; the robot makes its reference run"
    out.print(Text(f"{window_id} {ended}."))


def chores_table(chores: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> Table:
    """One line a chore: when, where, what, and what came of it."""
    table = Table(box=None, pad_edge=False)
    for column in ("begun", "where", "chore", "about", "why", "came of it"):
        table.add_column(column)
    for chore in chores:
        result = chore["result"] or chore["status"].replace("_", " ")
        table.add_row(
            local(chore["begun_at"], zone, DAY),
            chore["source"],
            chore["kind"],
            Text(chore["subject"]),
            Text(chore["reason"]),
            Text(result, style=_STYLES.get(chore["status"], "")),
        )
    return table


def pause_lines(pauses: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a person has paused, and why."""
    return [
        f"Paused: {pause['scope'] or 'the whole site'} by {pause['actor']} ({pause['reason']})." for pause in pauses
    ]


def window_lines(found: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> list[str]:
    """The windows that are to come or under way."""
    return [
        f"{window['window_id']} {window['robot']} {window['status']} {_span(window, zone)}: {window['reason']}"
        for window in found
    ]


def _pages(centre: Centre, path: str, query: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    wanted = {name: value for name, value in query.items() if value is not None}
    cursor: str | None = None
    while True:
        page = centre.get(path, {**wanted, "limit": 500, **({"cursor": cursor} if cursor else {})})
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


def _is_open(window: Mapping[str, Any]) -> bool:
    return window["status"] not in ("over", "cancelled")


def _instant(wall: datetime, zone: ZoneInfo) -> str:
    return wall.replace(tzinfo=zone).isoformat()


def _span(window: Mapping[str, Any], zone: ZoneInfo) -> str:
    return f"from {local(window['from_at'], zone, DAY)} to {local(window['to_at'], zone, DAY)}"
