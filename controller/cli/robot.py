"""`nightshift robot`: how a robot stands, what it holds up, and taking it out of work and back."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.output import out, print_lines
from controller.cli.robot_view import hand_pick_lines, robot_lines, robots_table
from controller.cli.shown_first import shown_by
from controller.domain.withdrawal import HowOut
from controller.system import new_id

commands = typer.Typer(
    cls=shown_by("show"), help="A robot: how it stands, what it holds up, out of work and back.", no_args_is_help=True
)

Which = Annotated[str, typer.Argument(metavar="ROBOT", help="For instance R4.")]
Why = Annotated[str, typer.Option("--reason", help="For the journal and the other shifts.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]


@commands.command("list")
def list_all(api: Api = None) -> None:
    """Show every robot in one line: state, mode, why it is out or what stands, since when, what it holds up."""
    centre = centre_at(api)
    zone = centre.zone()
    rows = []
    for robot in centre.get("/api/v1/robots")["items"]:
        path = f"/api/v1/robots/{robot['robot']}"
        rows.append((robot, centre.get(f"{path}/situation"), centre.get(f"{path}/consequences")["consequence"]))
    out.print(robots_table(rows, zone))


@commands.command("show")
def show(robot: Which, api: Api = None) -> None:
    """Show its state and faults, what it holds up, what has been done about it, and what to do next."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    found = centre.get(f"/api/v1/robots/{robot}")
    held = centre.get(f"/api/v1/robots/{robot}/consequences")
    careful = centre.get(f"/api/v1/robots/{robot}/profiles")["careful"]
    told = {fault["code"] for fault in found["faults"]}
    standing = centre.get(f"/api/v1/robots/{robot}/situation")["faults"]
    found["faults"] = [*found["faults"], *(fault for fault in standing if fault["code"] not in told)]
    print_lines(robot_lines(found, held, careful, centre.zone()))


@commands.command("out")
def take_out(
    robot: Which,
    reason: Why,
    by: By,
    drain: Annotated[bool, typer.Option("--drain", help="Let it end the tour that it is doing.")] = False,
    hours: Annotated[float | None, typer.Option("--hours", min=0.1, help="It will be away for about so long.")] = None,
    api: Api = None,
) -> None:
    """Take it out of work at once: its orders go to others, and what only it has is fetched by hand."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    body: dict[str, Any] = {"how": HowOut.DRAIN if drain else HowOut.STOP, "reason": reason, "actor": by}
    if hours is not None:
        body["back_at"] = _later(centre, hours)
    answer = centre.post(f"/api/v1/robots/{robot}/out", body, key=f"cli-{new_id()}")
    out.print(f"{robot} is out. {answer['tours_withdrawn']} of its tours were taken back.")


@commands.command("back")
def put_back(
    robot: Which,
    reason: Why,
    by: By,
    empty: Annotated[bool, typer.Option("--area-empty", help="You have looked: nobody is in its travel area.")] = False,
    api: Api = None,
) -> None:
    """Bring it back: reference run, test motions, then work. A step that fails leaves it out.

    One that works carefully because of a fault works as before from then on.
    """
    centre = centre_at(api)
    robot = centre.robot(robot)
    body = {"reason": reason, "actor": by, "travel_area_empty": empty}
    answer = centre.post(f"/api/v1/robots/{robot}/back", body, key=f"cli-{new_id()}")
    if "careful_over" in answer:
        out.print(f"{robot} is told to work as before: `nightshift profile {robot}` tells whether it does.")
        return
    out.print(f"{robot} is on its way back: `nightshift robot show {robot}` tells how far it is.")


@commands.command("hand-picks")
def hand_picks(api: Api = None) -> None:
    """Show what people are to fetch out of robots: product, batch, expiry and place."""
    centre = centre_at(api)
    items = centre.get("/api/v1/hand-picks")["items"]
    print_lines(hand_pick_lines(items, centre.zone()))


def _later(centre: Centre, hours: float) -> str:
    now = datetime.fromisoformat(str(centre.get("/api/v1/overview")["at"]))
    return (now + timedelta(hours=hours)).isoformat()
