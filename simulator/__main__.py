"""nightshift-sim: the simulated centre as MQTT clients and people at the API."""

import asyncio
import contextlib
import json
import logging
import signal
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from controller.protocol.vocabulary import OFFER_ANSWER_S
from simulator.audit import audit_files
from simulator.centre import Centre
from simulator.clock import SiteClock, clock_from
from simulator.control import listed_causes, loopback, open_control
from simulator.faultplan import FaultPlanError
from simulator.hand import CONTROL_FILE, DEFAULT_CONTROL, NoSimulator, address_of, ask, seconds_of
from simulator.link import parse_broker
from simulator.live import LiveCentre
from simulator.past import Past
from simulator.record import MemoryRecord
from simulator.scenarios import FAULT_PLANS, SMALL_SITE
from simulator.scenarios.small import FIRST_DAY, write_small_site
from simulator.site import SiteError, read_site
from simulator.state import StateDirectory

LEAST_ANSWER_REAL_S = 1.0
"""An offered pack waits at least so long in real time, however fast the site clock runs."""

STREAM_SPEED = 2.0
"""Up to this speed robots send a telemetry frame every second."""

app = typer.Typer(help="The simulated hardware, people and demand of a distribution centre.", no_args_is_help=True)


@app.command()
def run(
    site: Annotated[Path, typer.Option(help="Site folder.")] = SMALL_SITE,
    broker: Annotated[str, typer.Option(help="MQTT broker, mqtt://host:port.")] = "mqtt://127.0.0.1:1883",
    api: Annotated[str | None, typer.Option(help="Base address of the API; without it nobody orders or works.")] = None,
    seed: Annotated[int, typer.Option(help="Everything random comes from it.")] = 7,
    speed: Annotated[float, typer.Option(min=0.01, help="Site seconds in a real second.")] = 1.0,
    faults: Annotated[
        str, typer.Option(help=f"none, normal, poor, {', '.join(FAULT_PLANS)}, or the file of a plan.")
    ] = "none",
    state: Annotated[Path | None, typer.Option(help="Directory of what survives the end of this process.")] = None,
    repairs: Annotated[
        bool, typer.Option(help="Whether people come and cure faults by themselves; else only `remedy` does.")
    ] = True,
    control: Annotated[
        str | None,
        typer.Option(help="Loopback host:port for inject, remedy and truth; with --state any free port by itself."),
    ] = None,
    end_with_input: Annotated[
        bool, typer.Option("--end-with-input", help="End when standard input does: with the program that began this.")
    ] = False,
    start: Annotated[datetime | None, typer.Option(help="Site time of the beginning, UTC; default now.")] = None,
    start_real: Annotated[
        float | None, typer.Option(help="Unix time at which site time was --start; default now.")
    ] = None,
) -> None:
    """Run the centre in real time until interrupted."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    start_at = None if start is None else start.replace(tzinfo=start.tzinfo or UTC).timestamp()
    clock = clock_from(speed, start_at, start_real)
    kept: StateDirectory | None = None
    try:
        parsed = parse_broker(broker)
        listen = None if control is None and state is None else loopback(control or "127.0.0.1:0")
        kept = None if state is None else StateDirectory(state, clock.start_at)
        centre = build_centre(site, seed, faults, kept, clock, repairs)
    except (SiteError, FaultPlanError, OSError, ValueError) as error:
        typer.echo(f"nightshift-sim: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_until_stopped(LiveCentre(centre, clock, parsed, api), listen, state, end_with_input))
    finally:
        if state is not None:
            (state / CONTROL_FILE).unlink(missing_ok=True)
        if kept is not None:
            kept.close()


def build_centre(
    site: Path, seed: int, faults: str, kept: StateDirectory | None, clock: SiteClock, repairs: bool = True
) -> Centre:
    """The centre as it is now on the clock: what was ordered since site time began is still to be played."""
    folder, now = read_site(site), clock.now()
    answer_s = max(OFFER_ANSWER_S, LEAST_ANSWER_REAL_S * clock.speed)
    begun = Past(clock.start_at, (), ())
    streams = clock.speed <= STREAM_SPEED
    if kept is None:
        return Centre(
            folder,
            seed=seed,
            faults=faults,
            record=MemoryRecord(),
            start_at=now,
            past=begun,
            offer_answer_s=answer_s,
            repairs=repairs,
            streams=streams,
        )
    return Centre(
        folder,
        seed=seed,
        faults=faults,
        record=kept.record,
        start_at=now,
        journal=kept.journal,
        floor_log=kept.floor_log,
        past=kept.past or begun,
        offer_answer_s=answer_s,
        cause_log=kept.cause_log,
        repairs=repairs,
        streams=streams,
    )


async def _until_stopped(
    centre: LiveCentre, listen: tuple[str, int] | None, state: Path | None, end_with_input: bool
) -> None:
    task = asyncio.current_task()
    assert task is not None

    def stop() -> None:
        centre.end()
        task.cancel()

    def input_ended() -> None:
        loop.remove_reader(sys.stdin)
        stop()

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    if end_with_input:
        loop.add_reader(sys.stdin, input_ended)
    if listen is None:
        await centre.run()
        return
    async with await open_control(centre, *listen) as server:
        if state is not None:
            host, port = server.sockets[0].getsockname()[:2]
            (state / CONTROL_FILE).write_text(f"http://{f'[{host}]' if ':' in host else host}:{port}", encoding="ascii")
        await centre.run()


_State = Annotated[
    Path | None,
    typer.Option(help="State directory of the running simulator; default var/robots, that of `nightshift up`."),
]
_Control = Annotated[
    str | None, typer.Option(envvar="NIGHTSHIFT_SIM_CONTROL", help=f"Where it listens; default {DEFAULT_CONTROL}.")
]


_Where = Annotated[str, typer.Argument(metavar="ROBOT", help="R4; of what robots share also R1,R2 or ALL.")]


@app.command()
def inject(
    robot: _Where,
    code: Annotated[str | None, typer.Argument(help="Fault code, for its usual cause.")] = None,
    cause: Annotated[str | None, typer.Option(help="One of `nightshift-sim causes`.")] = None,
    severity: Annotated[float, typer.Option(help="Above 0, at most 1.")] = 1.0,
    at: Annotated[str, typer.Option(help="In how much site time, as +10m.")] = "+0s",
    state: _State = None,
    control: _Control = None,
) -> None:
    """Let a hidden cause begin in a machine of the running simulator, or in what several of them share."""
    if code is None and cause is None:
        raise typer.BadParameter("say a fault code or --cause: `nightshift-sim causes` lists both")
    try:
        body = {"robot": robot, "code": code, "cause": cause, "severity": severity, "in_s": seconds_of(at)}
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{robot}: {_asked(state, control, 'POST', '/inject', body)['cause']}")


@app.command()
def remedy(
    robot: _Where,
    action: Annotated[
        str,
        typer.Argument(
            help="One of `nightshift-sim causes`; reset clears what stands; resume is pressed at the panel after a "
            "door or an emergency stop, once the travel area is empty."
        ),
    ],
    who: Annotated[str, typer.Option()] = "technician",
    state: _State = None,
    control: _Control = None,
) -> None:
    """Do something to a machine of the running simulator, right or wrong."""
    cured = _asked(state, control, "POST", "/remedy", {"robot": robot, "action": action, "who": who})["cured"]
    typer.echo(f"{robot}: {', '.join(cured) or 'done; no hidden cause was cured by it'}")


@app.command()
def truth(robot: Annotated[str, typer.Argument()], state: _State = None, control: _Control = None) -> None:
    """Show a machine of the running simulator as it really is."""
    typer.echo(json.dumps(_asked(state, control, "GET", f"/robots/{robot}"), indent=1))


@app.command()
def causes() -> None:
    """List the hidden causes, the faults that they bring about, and what removes them."""
    for row in listed_causes():
        shared = "  (several robots or ALL may share it)" if row["shared"] else ""
        typer.echo(f"{row['cause']:<22} {' '.join(row['codes']):<16} {', '.join(row['remedies'])}{shared}")


def _asked(state: Path | None, control: str | None, method: str, path: str, body: Any = None) -> Any:
    try:
        return ask(address_of(state, control), method, path, body)
    except NoSimulator as error:
        typer.echo(f"nightshift-sim: {error}", err=True)
        raise typer.Exit(2) from error


@app.command()
def site(
    path: Annotated[Path, typer.Argument(help="Folder to write.")],
    first_day: Annotated[str, typer.Option(help="YYYY-MM-DD")] = FIRST_DAY.isoformat(),
    days: Annotated[int, typer.Option(min=1, max=366)] = 2,
    seed: Annotated[int, typer.Option()] = 1,
) -> None:
    """Write a small site folder with orders for any days."""
    try:
        day = date.fromisoformat(first_day)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    write_small_site(path, day, days, seed)
    typer.echo(f"{path}: {days} days from {day}")


@app.command()
def audit(
    physical: Annotated[Path, typer.Argument(help="physical.jsonl", exists=True)],
    ledger: Annotated[Path | None, typer.Argument(help="ledger.sqlite", exists=True)] = None,
    site: Annotated[Path | None, typer.Option(help="Site folder, for the packs of the start stock.")] = None,
) -> None:
    """Compare what really moved with what may have moved; exits 1 where anything is wrong."""
    findings = audit_files(physical, ledger, site)
    for finding in findings:
        typer.echo(finding)
    typer.echo(f"{len(findings)} findings")
    if findings:
        raise typer.Exit(1)


def main() -> None:
    """The entry point of `nightshift-sim`."""
    app()


if __name__ == "__main__":
    main()
