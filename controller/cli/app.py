"""All commands in one place, and what becomes of an error that a command does not handle."""

import traceback
from collections.abc import Sequence

import typer

from controller.cli import (
    alarms,
    audit,
    calendar,
    chores,
    day,
    doctor,
    explain,
    faults,
    forecast,
    migrate,
    orders,
    promises,
    recall,
    robot,
    site,
    stock,
    technician,
    up,
    workload,
)
from controller.cli import controller as controller_command
from controller.cli.output import complain, err
from controller.domain.errors import NightshiftError
from controller.settings import load_settings

INTERRUPTED = 130

app = typer.Typer(
    name="nightshift",
    help="Control of the robots of a hospital-pharmacy distribution centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("day")(day.day)
app.command("controller")(controller_command.controller)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.command("promises")(promises.promises)
app.add_typer(alarms.commands, name="alarms")
app.add_typer(orders.commands, name="orders")
app.add_typer(calendar.commands, name="calendar")
app.add_typer(chores.commands, name="chores")
app.add_typer(robot.commands, name="robot")
app.command("tech")(technician.tech)
app.add_typer(technician.procedures, name="procedure")
app.add_typer(technician.profiles, name="profile")
app.command("log")(technician.log)
app.command("kpi")(technician.kpi)
app.command("service")(technician.service)
app.add_typer(explain.commands, name="explain")
app.add_typer(faults.commands, name="fault")
app.command("forecast")(forecast.forecast)
app.command("workload")(workload.workload)
app.add_typer(recall.commands, name="recall")
app.add_typer(stock.commands, name="stock")
app.add_typer(site.commands, name="site")
app.add_typer(audit.commands, name="audit")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Every error ends as one line on standard error, never as a traceback."""
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="nightshift")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except NightshiftError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _report_defect(error)
    return 0


def _report_defect(error: Exception) -> int:
    """An error that nobody foresaw: a person gets a line, a developer who asks for it gets the way there."""
    if _wants_details():
        err.print("".join(traceback.format_exception(error)), markup=False)
    complain(
        f"{type(error).__name__}: {error}. This should not happen: run it again with NIGHTSHIFT_LOG_LEVEL=debug, "
        "and report what it prints."
    )
    return 70


def _wants_details() -> bool:
    try:
        return load_settings().log_level == "debug"
    except NightshiftError:
        return False
