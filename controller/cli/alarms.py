"""`nightshift alarms`: what needs a person now, what people do about it, and how good the alarms are."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from controller.cli.asking import Centre
from controller.cli.output import count, out
from controller.settings import load_settings
from controller.system import new_id

commands = typer.Typer(help="Alarms: what needs a person now.", no_args_is_help=True)

AlarmId = Annotated[str, typer.Argument(metavar="ALARM", help="For instance A-000123.")]
Condition = Annotated[str, typer.Argument(metavar="CONDITION", help="For instance robot.stopped/R4.")]
Why = Annotated[str, typer.Option("--reason", help="For the journal.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]
Hours = Annotated[float, typer.Option("--hours", min=0.01, help="For so long from now.")]
Api = Annotated[str | None, typer.Option(metavar="URL", help="The centre's API. Default: the one of this host.")]

_STYLES = {"critical": "bold red", "high": "yellow"}
"""Colour only where a person should look."""
_ASIDE = frozenset({"shelved", "suppressed", "acknowledged"})


@commands.command("list")
def show(api: Api = None) -> None:
    """Show what needs somebody, the most urgent first, and what each alarm explains."""
    centre = _centre(api)
    standing = centre.get("/api/v1/alarms")["items"]
    if not standing:
        out.print("No alarm stands.")
    else:
        out.print(alarms_table(standing, _zone(centre)))
    for line in out_of_service_lines(centre.get("/api/v1/alarms/out-of-service")["items"], _zone(centre)):
        out.print(Text(line))


@commands.command("show")
def one(alarm_id: AlarmId, api: Api = None) -> None:
    """Show one alarm, standing or ended, with what to do."""
    centre = _centre(api)
    for line in alarm_lines(centre.get(f"/api/v1/alarms/{alarm_id}"), _zone(centre)):
        out.print(Text(line))


@commands.command("history")
def history(
    last: Annotated[int, typer.Option("--last", min=1, max=500, help="So many of the newest.")] = 40, api: Api = None
) -> None:
    """Show the newest alarms, those that have ended too."""
    centre = _centre(api)
    items = centre.get("/api/v1/alarms/history", {"limit": last})["items"]
    out.print(alarms_table([{"alarm": alarm, "attached": []} for alarm in items], _zone(centre)))


@commands.command("ack")
def acknowledge(alarm_id: AlarmId, by: By, api: Api = None) -> None:
    """Say that you have it in hand."""
    answer = _act(api, f"{alarm_id}/acknowledge", {"actor": by})
    out.print(Text(f"{alarm_id} acknowledged by {answer['acknowledged_by']}."))


@commands.command("shelve")
def shelve(alarm_id: AlarmId, reason: Why, by: By, hours: Hours = 1.0, api: Api = None) -> None:
    """Put it aside for a time, 8 h at the most."""
    answer = _act(api, f"{alarm_id}/shelve", {"reason": reason, "actor": by, "until": _until(api, hours)})
    out.print(Text(f"{alarm_id} shelved until {_local(answer['shelved_until_at'], _zone(_centre(api)))}."))


@commands.command("unshelve")
def unshelve(alarm_id: AlarmId, reason: Why, by: By, api: Api = None) -> None:
    """Show it again before its time."""
    _act(api, f"{alarm_id}/unshelve", {"reason": reason, "actor": by})
    out.print(Text(f"{alarm_id} is shown again."))


@commands.command("reset")
def reset(alarm_id: AlarmId, reason: Why, by: By, api: Api = None) -> None:
    """End a latched alarm whose condition has gone: you have made sure that it is safe."""
    _act(api, f"{alarm_id}/reset", {"reason": reason, "actor": by})
    out.print(Text(f"{alarm_id} reset by {by}."))


@commands.command("out-of-service")
def take_out(condition: Condition, reason: Why, by: By, hours: Hours = 24.0, api: Api = None) -> None:
    """Keep a condition from alarming for a time, 30 days at the most."""
    body = {"condition": condition, "reason": reason, "actor": by, "until": _until(api, hours)}
    answer = _act(api, "out-of-service", body)
    out.print(Text(f"{condition} is out of service until {_local(answer['until_at'], _zone(_centre(api)))}."))


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
    found = _centre(api).get("/api/v1/alarms/performance", {"hours": hours, "operators": operators})
    for line in performance_lines(found):
        out.print(Text(line))


def alarms_table(standing: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> Table:
    """One line an alarm; what it explains is counted behind it."""
    table = Table(box=None, pad_edge=False)
    for column in ("alarm", "priority", "state", "since", "begin by", "what"):
        table.add_column(column)
    for item in standing:
        alarm = item["alarm"]
        style = "dim" if alarm["state"] in _ASIDE else _STYLES.get(alarm["priority"], "")
        more = f" (+{count(len(item['attached']), 'consequence')})" if item["attached"] else ""
        again = f" [{alarm['times']} times]" if alarm["times"] > 1 else ""
        table.add_row(
            alarm["alarm_id"],
            Text(alarm["priority"], style=style),
            alarm["state"].replace("_", " "),
            _local(alarm["raised_at"], zone),
            _local(alarm["respond_by"], zone),
            Text(f"{alarm['text']}{again}{more}"),
        )
    return table


def alarm_lines(alarm: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    """All that is known of one alarm."""
    lines = [
        f"{alarm['alarm_id']} {alarm['condition']}: {alarm['priority']}, {alarm['state'].replace('_', ' ')}",
        alarm["text"],
        f"To do: {alarm['response']}",
        f"Since {_local(alarm['raised_at'], zone)}, to be begun by {_local(alarm['respond_by'], zone)}, "
        f"came {count(alarm['times'], 'time')}.",
    ]
    if alarm["fault_id"]:
        lines.append(f"Fault {alarm['fault_id']}.")
    if alarm["root"]:
        lines.append(f"Explained by {alarm['root']}.")
    if alarm["acknowledged_by"]:
        lines.append(f"Acknowledged by {alarm['acknowledged_by']}, {_local(alarm['acknowledged_at'], zone)}.")
    if alarm["shelved_until"]:
        until = _local(alarm["shelved_until"], zone)
        lines.append(f"Shelved by {alarm['shelved_by']} until {until}: {alarm['shelve_reason']}")
    if alarm["ended_at"]:
        lines.append(f"Ended {_local(alarm['ended_at'], zone)}: {alarm['ended_by']}.")
    return lines


def out_of_service_lines(found: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> list[str]:
    """What is not to alarm, and by whom."""
    return [
        f"Out of service until {_local(entry['until'], zone)}: {entry['condition']} by {entry['by']} "
        f"({entry['reason']})."
        for entry in found
    ]


def performance_lines(found: Mapping[str, Any]) -> list[str]:
    """The figures beside their aims (ISA-18.2, EEMUA 191)."""
    shares = ", ".join(f"{found[name]} {name}" for name in ("critical", "high", "medium", "low"))
    lines = [
        f"{count(found['raised'], 'alarm')}: {shares}; {found['suppressed']} hidden under others.",
        f"{found['per_operator_hour']:.2f} an operator and hour (at most 6).",
        f"Worst ten minutes: {found['peak_ten_minutes']} (at most 10).",
        f"In flood: {found['flood_share']:.1%} of the time (below 1 %).",
        f"Standing: {found['standing']}, of them more than a day: {', '.join(found['stale']) or 'none'}.",
        f"Chattering: {', '.join(found['chattering']) or 'none'}.",
    ]
    lines += [f"{each['share']:6.1%} {each['alarms']:4} {each['condition']}" for each in found["top"]]
    return lines


def _act(api: str | None, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return _centre(api).post(f"/api/v1/alarms/{path}", body, key=f"cli-{new_id()}")


def _until(api: str | None, hours: float) -> str:
    """By the centre's own clock, which may run faster than this one."""
    now = datetime.fromisoformat(_centre(api).get("/api/v1/overview")["at"])
    return (now + timedelta(hours=hours)).isoformat()


def _centre(api: str | None) -> Centre:
    return Centre(api or load_settings().api_url)


def _zone(centre: Centre) -> ZoneInfo:
    return ZoneInfo(centre.get("/api/v1/overview")["timezone"])


def _local(instant: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(zone):%a %H:%M:%S}"
