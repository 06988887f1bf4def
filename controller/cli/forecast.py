"""`nightshift forecast`: how the coming hours will go, as things are and as they might be."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from controller.cli.asking import Api, Centre, centre_at
from controller.cli.forecast_view import forecast_text
from controller.cli.output import err, out
from controller.domain.errors import ForecastFailed, Invalid
from controller.domain.forecast import LONGEST_H, MOST_SEEDS, SEEDS
from controller.system import new_id

FORECASTS = "/api/v1/forecasts"
WAIT_S = 20
ASKED_TIMES = 9
"""Three minutes: the service itself gives up before."""
DISTURBED = {"none": 0.0, "normal": 0.005, "poor": 0.012}
"""Share of picks with an alarm (DOMAIN.md Table A)."""

_PERCENT = re.compile(r"([+-]?)(\d{1,3}(?:\.\d+)?)\s*%")
_MINUTES = re.compile(r"(\S+)=(\d{1,3}(?:\.\d+)?)\s*min")
_STAFF = re.compile(r"([^=]+)=(\d{1,3})(?:@(\d{1,2}:\d{2})?-(\d{1,2}:\d{2})?)?")


def forecast(
    hours: Annotated[
        float | None,
        typer.Option("--hours", min=0.1, max=LONGEST_H, help="How far. Default: 8; without a night shift to 08:00."),
    ] = None,
    down: Annotated[
        list[str] | None,
        typer.Option("--down", metavar="R4[,R7][@HH:MM]", help="Robots that are out of service. May be repeated."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="HH:MM", help="Local time at which robots that are down are back.")
    ] = None,
    orders: Annotated[str, typer.Option("--orders", metavar="+10%", help="More or fewer orders to come.")] = "+0%",
    discharges: Annotated[
        str, typer.Option("--discharges", metavar="+20%", help="More or fewer discharge orders to come.")
    ] = "+0%",
    staff: Annotated[
        list[str] | None,
        typer.Option("--staff", metavar="CHECK=2[@HH:MM-HH:MM]", help="People at a station. May be repeated."),
    ] = None,
    no_night_shift: Annotated[
        bool, typer.Option("--no-night-shift", help="Nobody works from 20:00 to 06:00: is somebody needed?")
    ] = False,
    hold_van: Annotated[
        list[str] | None,
        typer.Option("--hold-van", metavar="RUN=4min", help="The next van of a run waits. May be repeated."),
    ] = None,
    faults: Annotated[str, typer.Option("--faults", help="How often robots stop: none, normal or poor.")] = "normal",
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=MOST_SEEDS, help="Runs of each course.")] = SEEDS,
    api: Api = None,
) -> None:
    """Run the centre's present state ahead of the clock. Nothing in the centre is changed.

    With a what-if, both courses are shown side by side, on the same seeds.
    """
    centre = centre_at(api)
    now = centre.get("/api/v1/overview")
    clock = _Clock(datetime.fromisoformat(now["at"]), ZoneInfo(now["timezone"]))
    body = {
        "hours": hours,
        "down": [each for text in down or () for each in _down(text, until, clock)],
        "orders": _factor("--orders", orders),
        "discharges": _factor("--discharges", discharges),
        "staffing": [_staffing(text, clock) for text in staff or ()],
        "night_shift": not no_night_shift,
        "holds": [_hold(text) for text in hold_van or ()],
        "disturbed_share": _disturbed(faults),
        "seeds": seeds,
    }
    err.print("Running ahead …")
    found = ask(centre, body)
    out.print(forecast_text(found["result"], clock.zone), markup=False, soft_wrap=True)


def ask(centre: Centre, body: dict[str, Any]) -> dict[str, Any]:
    """The forecast. ForecastFailed where it could not be made; Invalid where the centre knows no such robot, say."""
    asked = centre.post(FORECASTS, body, key=new_id())
    for _ in range(ASKED_TIMES):
        if asked["status"] != "under_way":
            break
        asked = centre.get(f"{FORECASTS}/{asked['forecast_id']}", {"wait_s": WAIT_S})
    if asked["status"] != "done":
        raise ForecastFailed(asked["failure"] or "The centre is still at it: ask again with fewer --hours or --seeds.")
    return asked


class _Clock:
    """The site's wall clock."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now, self.zone = now, zone

    def next(self, option: str, text: str) -> str:
        """The next moment at which it shows HH:MM, as RFC 3339."""
        try:
            wanted = time.fromisoformat(text.zfill(5))
        except ValueError:
            raise Invalid(f"{option}: '{text}' is no time of day; say HH:MM, for instance 14:00.") from None
        local = self.now.astimezone(self.zone)
        moment = datetime.combine(local.date(), wanted, self.zone)
        if moment <= local:
            moment = datetime.combine(local.date() + timedelta(days=1), wanted, self.zone)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _down(text: str, until: str | None, clock: _Clock) -> Iterator[dict[str, Any]]:
    robots, _, own = text.partition("@")
    back = own or until
    if back is None:
        raise Invalid(f"--down {text}: say until when, with --until HH:MM.")
    for robot in robots.split(","):
        yield {"robot": robot.strip(), "until": clock.next("--until", back)}


def _factor(option: str, text: str) -> float:
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"{option}: '{text}' is no change; say for instance +20% or -10%.")
    return max(0.0, 1.0 + float(f"{found[1]}{found[2]}") / 100.0)


def _staffing(text: str, clock: _Clock) -> dict[str, Any]:
    found = _STAFF.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"--staff: '{text}' is no staffing; say for instance CHECK=2 or CHECK=2@12:00-14:00.")
    station, people, since, until = found.groups()
    return {
        "station": station,
        "people": int(people),
        "since": clock.next("--staff", since) if since else None,
        "until": clock.next("--staff", until) if until else None,
    }


def _hold(text: str) -> dict[str, Any]:
    found = _MINUTES.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"--hold-van: '{text}' is no wait; say for instance QEUH-3=4min.")
    return {"run": found[1], "minutes": float(found[2])}


def _disturbed(faults: str) -> float:
    if faults not in DISTURBED:
        raise Invalid(f"--faults is '{faults}': say {', '.join(DISTURBED)}.")
    return DISTURBED[faults]
