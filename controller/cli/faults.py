"""`nightshift fault`: what failed, why, what was recorded around it, and what people found."""

from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.fault_file import read_fault, write_fault
from controller.cli.fault_view import fault_id_of, fault_lines, faults_table
from controller.cli.output import count, out, print_lines
from controller.cli.recording_view import timeline
from controller.faults.catalogue import in_words
from controller.system import new_id

commands = typer.Typer(help="Faults: what failed, why, and what cured it.", no_args_is_help=True)

SHOWN_LINES = 30
"""Of what was recorded, so many lines are shown without --all: a screen."""

FaultId = Annotated[str, typer.Argument(metavar="FAULT", help="For instance F-123.")]
Telemetry = Annotated[bool, typer.Option("--telemetry", help="The sensors' frames as well.")]


@commands.command("list")
def list_faults(
    robot: Annotated[str | None, typer.Option("--robot", help="Only this robot.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Only this code, for instance VAC-14.")] = None,
    standing: Annotated[bool, typer.Option("--standing", help="Only those that are not over.")] = False,
    last: Annotated[int, typer.Option("--last", min=1, max=500, help="So many of the newest.")] = 40,
    api: Api = None,
) -> None:
    """Show the newest faults."""
    centre = centre_at(api)
    query: dict[str, Any] = {"limit": last}
    if robot is not None:
        query["robot"] = centre.robot(robot)
    if code is not None:
        query["code"] = code.upper()
    if standing:
        query["standing"] = "true"
    found = centre.get("/api/v1/faults", query)
    out.print(faults_table(found["items"], centre.zone()))


@commands.command("show")
def show(
    fault: FaultId,
    telemetry: Telemetry = False,
    everything: Annotated[bool, typer.Option("--all", help="All that was recorded, to its end.")] = False,
    api: Api = None,
) -> None:
    """Show one fault: what it means, whom it held up, what to do, its probable causes, and the minutes around it."""
    centre = centre_at(api)
    told = _fetch(centre, fault)
    now = datetime.fromisoformat(centre.get("/api/v1/overview")["at"])
    print_lines(fault_lines(told, ZoneInfo(told["timezone"]), now))
    out.print()
    _print_timeline(told, telemetry=telemetry, most=None if everything else SHOWN_LINES)


@commands.command("export")
def export(
    fault: FaultId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new JSON file.")],
    api: Api = None,
) -> None:
    """Write all that is known of a fault into one file with a checksum."""
    told = _fetch(centre_at(api), fault)
    write_fault(file, told)
    out.print(Text(f"{file}: {count(len(told['recording']['lines']), 'line')} around {fault_id_of(fault)}."))


@commands.command("replay")
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Written by `nightshift fault export`.")],
    speed: Annotated[
        float, typer.Option("--speed", min=0.0, max=10_000.0, help="1 is as it happened; 0 prints all at once.")
    ] = 0.0,
    telemetry: Telemetry = False,
) -> None:
    """Check an exported file and print what happened, in order."""
    told = read_fault(file)
    out.print(Text(f"{told['detail']['fault']['fault_id']}: the checksum agrees."))
    _print_timeline(told, telemetry=telemetry, speed=speed)


@commands.command("found")
def found(
    fault: FaultId,
    cause: Annotated[str, typer.Option("--cause", help="As `nightshift fault show` names it, or unknown, or other.")],
    remedy: Annotated[str, typer.Option("--remedy", help="What cured it, for instance replace_cup.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who found it.")],
    note: Annotated[str, typer.Option("--note", help="Whatever helps the next one.")] = "",
    api: Api = None,
) -> None:
    """Write down what the cause of a fault was, and what cured it. Later faults like it are told of it."""
    body = {"cause": _word(cause), "remedy": _word(remedy), "note": note, "actor": by}
    answer = centre_at(api).post(f"/api/v1/faults/{fault_id_of(fault)}/finding", body, key=f"cli-{new_id()}")
    out.print(Text(f"{answer['fault_id']}: {in_words(answer['cause'])}, cured by {in_words(answer['remedy'])}."))


def _fetch(centre: Centre, fault: str) -> dict[str, Any]:
    path = f"/api/v1/faults/{fault_id_of(fault)}"
    return {
        "timezone": centre.zone().key,
        "detail": centre.get(path),
        "consequences": centre.get(f"{path}/consequences"),
        "similar": centre.get(f"{path}/similar"),
        "recording": centre.get(f"{path}/recording"),
    }


def _print_timeline(told: dict[str, Any], *, telemetry: bool, speed: float = 0.0, most: int | None = None) -> None:
    recording, fault = told["recording"], told["detail"]["fault"]
    pause, before_s = Event(), None
    lines = list(timeline(fault["raised_at"], recording["lines"], telemetry=telemetry))
    for since_s, line in lines[:most]:
        if speed and before_s is not None:
            pause.wait(max(0.0, since_s - before_s) / speed)
        before_s = since_s
        out.print(Text(line if most is None or len(line) <= out.width else f"{line[: out.width - 1]}…"), soft_wrap=True)
    if most is not None and len(lines) > most:
        out.print(
            Text(f"… and {count(len(lines) - most, 'line')} more: nightshift fault show {fault['fault_id']} --all")
        )
    if not recording["lines"]:
        out.print("Nothing was recorded around it.")


def _word(text: str) -> str:
    """`worn_cup`, also of `worn cup` or `Worn-cup`."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")
