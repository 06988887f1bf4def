"""Forecasts: the present state run ahead of the clock, as it is and as it might be. Nothing here changes anything."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from controller.api.answers.forecasts import ForecastAnswer, ForecastList, forecast_answer, forecast_summary
from controller.api.answers.work import station_names
from controller.api.bodies import Body, Identifier, PathId
from controller.api.desk import Desk, DeskDep
from controller.api.instants import InstantIn
from controller.api.problems import Malformed, PlacedError
from controller.api.replies import answers, reply
from controller.domain.forecast import (
    DISTURBED_SHARE,
    LARGEST_FACTOR,
    LONGEST_H,
    LONGEST_HOLD_MIN,
    MOST_CHANGES,
    MOST_PEOPLE,
    MOST_SEEDS,
    SEEDS,
    Down,
    HeldVan,
    Question,
    Staffing,
)

router = APIRouter(prefix="/api/v1/forecasts", tags=["forecasts"])

LONGEST_WAIT_S = 20.0
Factor = Annotated[float, Field(ge=0.0, le=LARGEST_FACTOR, strict=False)]


class DownIn(Body):
    robot: Identifier
    until: InstantIn
    since: Annotated[InstantIn | None, Field(description="null: from now on")] = None


class StaffingIn(Body):
    station: Identifier
    people: Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
    since: Annotated[InstantIn | None, Field(description="null: from now on")] = None
    until: Annotated[InstantIn | None, Field(description="null: to the end")] = None


class HeldVanIn(Body):
    run: Identifier
    minutes: Annotated[float, Field(gt=0, le=LONGEST_HOLD_MIN, strict=False, description="for its next van")]


class QuestionIn(Body):
    """What if; an empty question asks how things will go as they are."""

    hours: Annotated[
        float | None,
        Field(gt=0, le=LONGEST_H, strict=False, description="null: 8; without a night shift, past the next night"),
    ] = None
    down: Annotated[list[DownIn], Field(default_factory=list, max_length=MOST_CHANGES)]
    orders: Annotated[Factor, Field(description="factor on the orders that are expected")] = 1.0
    discharges: Annotated[Factor, Field(description="factor on expected discharge orders, besides `orders`")] = 1.0
    staffing: Annotated[list[StaffingIn], Field(default_factory=list, max_length=MOST_CHANGES)]
    night_shift: Annotated[bool, Field(description="false: nobody works from 20:00 to 06:00 local time")] = True
    holds: Annotated[list[HeldVanIn], Field(default_factory=list, max_length=MOST_CHANGES)]
    disturbed_share: Annotated[float, Field(ge=0.0, le=0.1, strict=False, description="of picks, with an alarm")] = (
        DISTURBED_SHARE
    )
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS, description="runs of each course")] = SEEDS

    def question(self) -> Question:
        return Question(
            hours=self.hours,
            down=tuple(Down(each.robot, each.until, each.since) for each in self.down),
            orders=self.orders,
            discharges=self.discharges,
            staffing=tuple(Staffing(each.station, each.people, each.since, each.until) for each in self.staffing),
            night_shift=self.night_shift,
            holds=tuple(HeldVan(each.run, each.minutes) for each in self.holds),
            disturbed_share=self.disturbed_share,
            seeds=self.seeds,
        )


@router.post("", **answers(ForecastAnswer, "It is being made; ask for it by its id.", 202))
async def ask(body: QuestionIn, desk: DeskDep) -> Response:
    _check(body, desk)
    return reply(forecast_answer(desk.forecasts.ask(body.question(), desk.clock.now())), 202)


@router.get("", **answers(ForecastList, "The last forecasts that were asked for, newest first."))
async def find(desk: DeskDep) -> Response:
    return reply(ForecastList([forecast_summary(asked) for asked in desk.forecasts.latest()]))


@router.get("/{forecast_id}", **answers(ForecastAnswer, "The forecast, or how far it is."))
async def show(
    forecast_id: PathId,
    desk: DeskDep,
    wait_s: Annotated[
        float, Query(ge=0.0, le=LONGEST_WAIT_S, description="wait so many real seconds for it to be made")
    ] = 0.0,
) -> Response:
    asked = desk.forecasts.find(forecast_id)
    await desk.forecasts.wait(asked, wait_s)
    return reply(forecast_answer(asked))


def _check(body: QuestionIn, desk: Desk) -> None:
    """Every name must be one of this site, and every time lie ahead."""
    state, now = desk.engine.state, desk.clock.now()
    stations = station_names(state)
    wrong: list[PlacedError] = []
    for number, down in enumerate(body.down):
        place = f"body.down.{number}"
        if down.robot not in state.robots:
            wrong.append(PlacedError(f"{place}.robot", _unknown("robot", down.robot, state.robots)))
        if down.until <= max(now, down.since or now):
            wrong.append(PlacedError(f"{place}.until", "must lie ahead, and after since"))
    for number, staffing in enumerate(body.staffing):
        place = f"body.staffing.{number}"
        if staffing.station not in stations:
            wrong.append(PlacedError(f"{place}.station", _unknown("station", staffing.station, stations)))
        if staffing.until is not None and staffing.until <= max(now, staffing.since or now):
            wrong.append(PlacedError(f"{place}.until", "must lie ahead, and after since"))
    for number, hold in enumerate(body.holds):
        if hold.run not in state.runs:
            wrong.append(PlacedError(f"body.holds.{number}.run", _unknown("run", hold.run, state.runs)))
    if wrong:
        raise Malformed(*wrong)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    return f"there is no {kind} {name} at this site; there are {', '.join(sorted(known))}"
