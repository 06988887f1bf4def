"""`nightshift calendar`: which vans go, and the days that are not as every week."""

from datetime import date as calendar_date
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.calendar_view import days_text, effects_text
from controller.cli.output import out
from controller.system import new_id

commands = typer.Typer(
    help="Which vans go, and days unlike their week: holidays, cancelled, moved, held and extra vans.",
    no_args_is_help=True,
)

Run = Annotated[str, typer.Argument(metavar="RUN", help="The delivery run, for instance QEUH-1.")]
Why = Annotated[str, typer.Option("--reason", help="For the journal, and for the wards.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.")]
Day = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The local date. Default: the centre's today.")
]
Clock = Annotated[str, typer.Argument(metavar="HH:MM", help="Local time of the departure.")]
Cutoff = Annotated[str | None, typer.Option("--cutoff", metavar="HH:MM", help="Orders are taken until then.")]

CHANGES = "/api/v1/calendar-changes"


@commands.command("show")
def show(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day. Default: today.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=31, help="How many days.")] = 7,
    every: Annotated[bool, typer.Option("--all", help="Every van, not only those unlike their week.")] = False,
    api: Api = None,
) -> None:
    """Show the coming days: holidays, and the vans that do not go as every week."""
    query: dict[str, Any] = {"days": days}
    if first is not None:
        query["from"] = first.date().isoformat()
    found = centre_at(api).get("/api/v1/calendar", query)
    out.print(days_text(found, every=every), markup=False, soft_wrap=True)


@commands.command("holiday")
def holiday(
    day: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="The local date.")],
    reason: Why,
    by: By,
    hospital: Annotated[str | None, typer.Option("--hospital", help="Only this one. Default: all.")] = None,
    api: Api = None,
) -> None:
    """No van goes on this date. Orders that name one go with the next."""
    _change(api, day, kind="holiday", reason=reason, actor=by, hospital=hospital)


@commands.command("cancel")
def cancel(run: Run, reason: Why, by: By, day: Day = None, api: Api = None) -> None:
    """One van does not go. What is loaded comes off; its orders go with the hospital's next van."""
    _change(api, day, kind="cancelled", reason=reason, actor=by, run=run)


@commands.command("move")
def move(
    run: Run, departure: Clock, reason: Why, by: By, cutoff: Cutoff = None, day: Day = None, api: Api = None
) -> None:
    """One van goes at another time on one date. Its orders stay on it."""
    _change(api, day, kind="moved", reason=reason, actor=by, run=run, departure_local=departure, cutoff_local=cutoff)


@commands.command("extra")
def extra(
    hospital: Annotated[str, typer.Argument(metavar="HOSPITAL")],
    departure: Clock,
    reason: Why,
    by: By,
    cutoff: Cutoff = None,
    run: Annotated[str | None, typer.Option("--name", help="For the van. Default: HOSPITAL-X1, -X2, …")] = None,
    day: Day = None,
    api: Api = None,
) -> None:
    """A further van goes. Orders that are late, or only wait to be loaded on a later van, are booked on it."""
    _change(
        api,
        day,
        kind="extra",
        reason=reason,
        actor=by,
        run=run,
        hospital=hospital,
        departure_local=departure,
        cutoff_local=cutoff,
    )


@commands.command("hold")
def hold(
    run: Run,
    minutes: Annotated[int, typer.Argument(metavar="MINUTES", min=1, max=120, help="Later than it would leave now.")],
    reason: Why,
    by: By,
    day: Day = None,
    api: Api = None,
) -> None:
    """A van waits some minutes: at most 120 in all."""
    centre = centre_at(api)
    zone, today = _clock(centre)
    body = {"run": run, "date": _date(day, today), "minutes": minutes, "reason": reason, "actor": by}
    _show_effects(centre.post(f"{CHANGES}/holds", body, key=_key()), zone)


@commands.command("withdraw")
def withdraw(
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="As `nightshift calendar show` names it.")],
    reason: Why,
    by: By,
    api: Api = None,
) -> None:
    """Take a change back while its van has not left. Orders go back to it where that helps them."""
    centre = centre_at(api)
    zone, _ = _clock(centre)
    _show_effects(centre.post(f"{CHANGES}/{change}/withdraw", {"reason": reason, "actor": by}, key=_key()), zone)


def _change(api: str | None, day: datetime | None, **said: str | None) -> None:
    centre = centre_at(api)
    zone, today = _clock(centre)
    body = {name: value for name, value in said.items() if value is not None}
    _show_effects(centre.post(CHANGES, body | {"date": _date(day, today)}, key=_key()), zone)


def _show_effects(answer: dict[str, Any], zone: ZoneInfo) -> None:
    out.print(effects_text(answer, zone), markup=False, soft_wrap=True)


def _clock(centre: Centre) -> tuple[ZoneInfo, calendar_date]:
    """The centre's zone, and what day it is there."""
    found = centre.get("/api/v1/calendar", {"days": 1})
    return ZoneInfo(found["timezone"]), calendar_date.fromisoformat(found["days"][0]["date_local"])


def _date(day: datetime | None, today: calendar_date) -> str:
    return (day.date() if day is not None else today).isoformat()


def _key() -> str:
    return f"calendar-{new_id()}"
