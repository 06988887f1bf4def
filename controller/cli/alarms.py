"""`nightshift alarms`: what needs a person now, what people do about it, and how good the alarms are."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from controller.cli.alarm_view import (
    advice_lines,
    alarm_lines,
    alarms_table,
    apart,
    out_of_service_lines,
    performance_lines,
)
from controller.cli.asking import Api, Centre, centre_at
from controller.cli.local_time import local
from controller.cli.output import out, print_lines
from controller.domain.errors import Invalid
from controller.system import new_id

commands = typer.Typer(help="Alarms: what needs a person now.", no_args_is_help=True)

AlarmId = Annotated[str, typer.Argument(metavar="ALARM", help="For instance A-000123.")]
Condition = Annotated[str, typer.Argument(metavar="CONDITION", help="For instance robot.stopped/R4.")]
Why = Annotated[str, typer.Option("--reason", help="For the journal.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]
Hours = Annotated[float, typer.Option("--hours", min=0.01, help="For so long from now.")]


@commands.command("list")
def show(
    everything: Annotated[bool, typer.Option("--all", help="Each alarm that is for a quiet hour, too.")] = False,
    api: Api = None,
) -> None:
    """Show what needs somebody, the most urgent first, and what each alarm explains."""
    centre = centre_at(api)
    zone, now = _zone_and_now(centre)
    standing = centre.get("/api/v1/alarms")["items"]
    pressing, advice = (standing, {}) if everything else apart(standing)
    if pressing:
        out.print(alarms_table(pressing, zone, now))
        out.print("What to do: nightshift alarms show ALARM", style="dim")
    else:
        out.print("No alarm but advice stands." if advice else "No alarm stands.")
    print_lines(advice_lines(advice, zone))
    print_lines(out_of_service_lines(centre.get("/api/v1/alarms/out-of-service")["items"], zone))


@commands.command("show")
def one(alarm_id: AlarmId, api: Api = None) -> None:
    """Show one alarm, standing or ended, with what to do."""
    centre = centre_at(api)
    found = centre.get(f"/api/v1/alarms/{_id_of(alarm_id)}")
    items = centre.get("/api/v1/alarms")["items"]
    attached = [each for item in items if item["alarm"]["alarm_id"] == found["alarm_id"] for each in item["attached"]]
    print_lines(alarm_lines(found, attached, *_zone_and_now(centre)))


@commands.command("history")
def history(
    last: Annotated[int, typer.Option("--last", min=1, max=500, help="So many of the newest.")] = 40, api: Api = None
) -> None:
    """Show the newest alarms, those that have ended too."""
    centre = centre_at(api)
    items = centre.get("/api/v1/alarms/history", {"limit": last})["items"]
    out.print(alarms_table([{"alarm": alarm, "attached": []} for alarm in items], _zone_and_now(centre)[0]))


@commands.command("ack")
def acknowledge(alarm_id: AlarmId, by: By, api: Api = None) -> None:
    """Say that you have it in hand."""
    answer = _act(api, f"{_id_of(alarm_id)}/acknowledge", {"actor": by})
    out.print(Text(f"{_id_of(alarm_id)} acknowledged by {answer['acknowledged_by']}."))


@commands.command("shelve")
def shelve(alarm_id: AlarmId, reason: Why, by: By, hours: Hours = 1.0, api: Api = None) -> None:
    """Put it aside for a time, 8 h at the most."""
    answer = _act(api, f"{_id_of(alarm_id)}/shelve", {"reason": reason, "actor": by, "until": _until(api, hours)})
    out.print(Text(f"{_id_of(alarm_id)} shelved until {_site_time(api, answer['shelved_until_at'])}."))


@commands.command("unshelve")
def unshelve(alarm_id: AlarmId, reason: Why, by: By, api: Api = None) -> None:
    """Show it again before its time."""
    _act(api, f"{_id_of(alarm_id)}/unshelve", {"reason": reason, "actor": by})
    out.print(Text(f"{_id_of(alarm_id)} is shown again."))


@commands.command("reset")
def reset(alarm_id: AlarmId, reason: Why, by: By, api: Api = None) -> None:
    """End a latched alarm whose condition has gone: you have made sure that it is safe."""
    _act(api, f"{_id_of(alarm_id)}/reset", {"reason": reason, "actor": by})
    out.print(Text(f"{_id_of(alarm_id)} reset by {by}."))


@commands.command("out-of-service")
def take_out(condition: Condition, reason: Why, by: By, hours: Hours = 24.0, api: Api = None) -> None:
    """Keep a condition from alarming for a time, 30 days at the most."""
    body = {"condition": condition, "reason": reason, "actor": by, "until": _until(api, hours)}
    answer = _act(api, "out-of-service", body)
    out.print(Text(f"{condition} is out of service until {_site_time(api, answer['until_at'])}."))


@commands.command("back-in-service")
def put_back(condition: Condition, reason: Why, by: By, api: Api = None) -> None:
    """Let a condition alarm again; at once where it stands."""
    _act(api, "back-in-service", {"condition": condition, "reason": reason, "actor": by})
    out.print(Text(f"{condition} is back in service."))


@commands.command("performance")
def performance(
    hours: Annotated[int, typer.Option("--hours", min=1, max=744, help="Over the last so many hours.")] = 24,
    operators: Annotated[int, typer.Option("--operators", min=1, max=50, help="Who share them.")] = 2,
    api: Api = None,
) -> None:
    """Show how good the alarms are: loads, floods, what is stale or chatters, the most frequent."""
    centre = centre_at(api)
    found = centre.get("/api/v1/alarms/performance", {"hours": hours, "operators": operators})
    print_lines(performance_lines(found, _zone_and_now(centre)[0]))


def _act(api: str | None, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return centre_at(api).post(f"/api/v1/alarms/{path}", body, key=f"cli-{new_id()}")


def _id_of(text: str) -> str:
    """`A-000123` for A-123, a-123 and 123."""
    match = re.fullmatch(r"(?:[Aa]-)?([0-9]{1,12})", text)
    if match is None:
        raise Invalid(f"{text} is no alarm: look for it with `nightshift alarms list`.")
    return f"A-{int(match[1]):06d}"


def _until(api: str | None, hours: float) -> str:
    """By the centre's own clock, which may run faster than this one."""
    return (_zone_and_now(centre_at(api))[1] + timedelta(hours=hours)).isoformat()


def _site_time(api: str | None, instant: str) -> str:
    return local(instant, _zone_and_now(centre_at(api))[0])


def _zone_and_now(centre: Centre) -> tuple[ZoneInfo, datetime]:
    found = centre.get("/api/v1/overview")
    return ZoneInfo(found["timezone"]), datetime.fromisoformat(found["at"])
