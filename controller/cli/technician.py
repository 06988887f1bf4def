"""For the technician at the machine: what is wrong and what to do next, procedures, log, profiles, figures, service."""

from typing import Annotated, Any

import typer

from controller.cli import technician_view as view
from controller.cli.asking import Api, Centre, centre_at
from controller.cli.fault_view import fault_id_of
from controller.cli.output import out, print_lines
from controller.cli.profile_view import profile_lines
from controller.cli.shown_first import shown_by
from controller.domain.errors import Invalid
from controller.system import new_id

procedures = typer.Typer(help="Guided procedures: safe first, cause by cause, proven at the end.", no_args_is_help=True)
profiles = typer.Typer(
    cls=shown_by("list"), help="Calibration profiles: a robot's parameters in versions.", no_args_is_help=True
)

Which = Annotated[str, typer.Argument(metavar="ROBOT", help="For instance R4.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="As `nightshift tech` names it.")]
Why = Annotated[str, typer.Option("--reason", help="For the journal and the other shifts.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]


def tech(robot: Which, api: Api = None) -> None:
    """What is wrong with a robot, and what to do next."""
    centre = centre_at(api)
    situation = centre.get(f"/api/v1/robots/{centre.robot(robot)}/situation")
    print_lines(view.situation_lines(situation, centre.zone()))


def log(
    robot: Which,
    add: Annotated[str | None, typer.Option("--add", metavar="TEXT", help="Write this note.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who writes it.")] = None,
    fault: Annotated[str | None, typer.Option("--fault", help="The fault that it is about.")] = None,
    last: Annotated[int, typer.Option("--last", min=1, max=500, help="So many of the newest lines.")] = 30,
    api: Api = None,
) -> None:
    """Show a robot's work log, or write a note into it."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    if add is None:
        print_lines(view.log_lines(centre.get(f"/api/v1/robots/{robot}/work-log", {"limit": last}), centre.zone()))
        return
    if by is None:
        raise Invalid("a note needs the name of who writes it: add --by")
    _post(centre, f"/api/v1/robots/{robot}/work-log", {"text": add, "fault_id": _fault(fault), "actor": by})
    out.print("Written.")


def kpi(
    robot: Annotated[str | None, typer.Argument(metavar="[ROBOT]", help="Default: all robots together.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Over the last days.")] = 7,
    api: Api = None,
) -> None:
    """How well a robot served: availability, MTBF and MTTR, faults per 1,000 picks, late orders."""
    centre = centre_at(api)
    path = "/api/v1/kpis" if robot is None else f"/api/v1/robots/{centre.robot(robot)}/kpis"
    print_lines(view.kpi_lines(centre.get(path, {"days": days}), centre.zone()))


def service(
    robot: Which,
    accept: Annotated[bool, typer.Option("--accept", help="Plan the proposed window.")] = False,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who plans it.")] = None,
    api: Api = None,
) -> None:
    """When a robot is due for service, and a quiet window for it."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    found = centre.get(f"/api/v1/robots/{robot}/maintenance")
    print_lines(view.service_lines(found, centre.zone()))
    if not accept:
        return
    if by is None:
        raise Invalid("a window needs the name of who plans it: add --by")
    window = {"from_at": found["proposed_from_at"], "to_at": found["proposed_to_at"]}
    answer = _post(centre, "/api/v1/maintenance-windows", {"robot": robot, **window, "reason": "service", "actor": by})
    out.print(f"Planned as {answer['window_id']}.")


@procedures.command("show")
def show(code: Annotated[str, typer.Argument(metavar="CODE", help="For instance VAC-14.")], api: Api = None) -> None:
    """Read the procedure of a fault code."""
    print_lines(view.procedure_lines(centre_at(api).get(f"/api/v1/procedures/{code}")))


@procedures.command("start")
def start(
    robot: Which,
    by: By,
    fault: Annotated[str | None, typer.Option("--fault", help="The fault to cure.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Where nothing has failed, for instance PM-99.")] = None,
    api: Api = None,
) -> None:
    """Begin a procedure at a robot."""
    centre = centre_at(api)
    body = {"robot": centre.robot(robot), "fault_id": _fault(fault), "code": code, "actor": by}
    answer = _post(centre, "/api/v1/procedure-runs", body)
    _show(centre, answer["run_id"])


@procedures.command("step")
def step(
    run: Run,
    name: Annotated[str, typer.Argument(metavar="STEP")],
    by: By,
    result: Annotated[str | None, typer.Argument(metavar="[RESULT]", help="Nothing where the robot does it.")] = None,
    note: Annotated[str, typer.Option("--note", help="What you saw.")] = "",
    api: Api = None,
) -> None:
    """Write down a step that you did, or let the robot do its own."""
    centre = centre_at(api)
    body = {"step": name, "result": result, "note": note, "actor": by}
    _post(centre, f"/api/v1/procedure-runs/{run}/steps", body)
    _show(centre, run)


@procedures.command("finish")
def finish(
    run: Run,
    by: By,
    outcome: Annotated[
        str, typer.Option("--outcome", help="returned_to_service, not_cured or abandoned.")
    ] = "returned_to_service",
    override: Annotated[str | None, typer.Option("--override", help="Why it works though not proven fit.")] = None,
    api: Api = None,
) -> None:
    """End a procedure. The robot works again only when it is proven fit, or with a reason."""
    centre = centre_at(api)
    _post(centre, f"/api/v1/procedure-runs/{run}/finish", {"outcome": outcome, "override": override, "actor": by})
    _show(centre, run)


@procedures.command("command")
def command(
    robot: Which,
    kind: Annotated[str, typer.Argument(metavar="self_test|calibrate|home|jog")],
    reason: Why,
    by: By,
    axis: Annotated[str | None, typer.Option("--axis", help="x, y, z or r.")] = None,
    distance_mm: Annotated[float | None, typer.Option("--mm", help="jog: so far, either way.")] = None,
    api: Api = None,
) -> None:
    """Let a robot in maintenance mode do one motion."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    body: dict[str, Any] = {"kind": kind, "axis": axis, "distance_mm": distance_mm, "reason": reason, "actor": by}
    answer = _post(centre, f"/api/v1/robots/{robot}/maintenance", body)
    out.print(f"{robot} does it: {answer['task_id']}.")


@profiles.command("list")
def list_profiles(robot: Which, api: Api = None) -> None:
    """What is in force, what may be set, and every version with what was measured before and after it."""
    centre = centre_at(api)
    found = centre.get(f"/api/v1/robots/{centre.robot(robot)}/profiles")
    print_lines(profile_lines(found, centre.zone()))


@profiles.command("set")
def set_profile(
    robot: Which,
    values: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="For instance x_offset_mm=0.4.")],
    reason: Why,
    by: By,
    api: Api = None,
) -> None:
    """A new version; what you do not name stays as it is."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    body = {"values": dict(_pair(each) for each in values), "reason": reason, "actor": by}
    answer = _post(centre, f"/api/v1/robots/{robot}/profiles", body)
    out.print(f"Version {answer['version']} is on its way to {robot}.")


@profiles.command("rollback")
def roll_back(
    robot: Which,
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1)],
    reason: Why,
    by: By,
    api: Api = None,
) -> None:
    """A new version with the values of an earlier one."""
    centre = centre_at(api)
    robot = centre.robot(robot)
    body = {"version": version, "reason": reason, "actor": by}
    answer = _post(centre, f"/api/v1/robots/{robot}/profiles/roll-back", body)
    out.print(f"Version {answer['version']} has the values of {version} and is on its way to {robot}.")


def _fault(text: str | None) -> str | None:
    return None if text is None else fault_id_of(text)


def _pair(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise Invalid(f"{text!r} is not NAME=VALUE, as x_offset_mm=0.4") from None


def _show(centre: Centre, run_id: str) -> None:
    print_lines(view.run_lines(centre.get(f"/api/v1/procedure-runs/{run_id}")))


def _post(centre: Centre, path: str, body: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in body.items() if value is not None}
    return centre.post(path, said, key=f"tech-{new_id()}")
