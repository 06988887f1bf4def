"""Forecasts over the API: asked, waited for, refused where they name what is not there."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import httpx
import pytest

from controller.api.app import create_app
from controller.api.desk import Limits
from controller.domain.errors import ForecastFailed
from controller.domain.forecast import Forecast, Question
from tests.unit.api.conftest import BASE, StillClock
from tests.unit.api.forecast_example import FORECAST
from tests.unit.api.small_centre import RUNS, small_archive, small_engine

FORECASTS = "/api/v1/forecasts"
LATER = "2026-11-23T23:00:00Z"


class PromptedForecaster:
    """Answers when it is let; fails where it is told to."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.let = asyncio.Event()
        self.failure: Exception | None = None

    async def forecast(self, question: Question) -> Forecast:
        self.asked.append(question)
        await self.let.wait()
        if self.failure is not None:
            raise self.failure
        return FORECAST


@pytest.fixture
def forecaster() -> PromptedForecaster:
    return PromptedForecaster()


@pytest.fixture
async def client(forecaster: PromptedForecaster) -> AsyncIterator[httpx.AsyncClient]:
    numbers = count(1)
    engine = small_engine()
    engine.state.runs = {run.run: run for run in RUNS}
    app = create_app(
        engine,
        small_archive(engine),
        clock=StillClock(),
        new_id=lambda: f"f-{next(numbers)}",
        exposition=lambda: b"",
        forecaster=forecaster,
        limits=Limits(),
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client,
    ):
        yield client


async def test_a_question_is_taken_at_once_and_answered_later(
    client: httpx.AsyncClient, forecaster: PromptedForecaster
) -> None:
    body = {
        "hours": 6, "down": [{"robot": "R1", "until": LATER}], "discharges": 1.2, "night_shift": False,
        "staffing": [{"station": "CHECK", "people": 2}], "holds": [{"run": "QEUH-1", "minutes": 4}],
    }  # fmt: skip
    asked = await client.post(FORECASTS, json=body)
    assert (asked.status_code, asked.json()["status"]) == (202, "under_way"), asked.text
    address = f"{FORECASTS}/{asked.json()['forecast_id']}"
    assert (await client.get(address)).json()["result"] is None
    forecaster.let.set()
    found = (await client.get(address, params={"wait_s": 5})).json()
    assert found["status"] == "done"
    assert found["result"]["conclusion"] == "Nothing is late."
    assert found["result"]["baseline"]["late_orders"][0]["leaves_at"].endswith("Z")
    assert found["result"]["baseline"]["vans"][0]["hold_s"] == 240.0
    (question,) = forecaster.asked
    assert (question.hours, question.discharges, question.night_shift) == (6.0, 1.2, False)
    assert question.down[0].robot == "R1"
    assert question.holds[0].minutes == 4.0
    (listed,) = (await client.get(FORECASTS)).json()["items"]
    assert listed["conclusion"] == "Nothing is late."


async def test_a_forecast_that_fails_says_why(client: httpx.AsyncClient, forecaster: PromptedForecaster) -> None:
    forecaster.failure = ForecastFailed("its process has died")
    forecaster.let.set()
    asked = (await client.post(FORECASTS, json={})).json()
    found = (await client.get(f"{FORECASTS}/{asked['forecast_id']}", params={"wait_s": 5})).json()
    assert (found["status"], found["failure"], found["result"]) == ("failed", "its process has died", None)


async def test_an_unforeseen_error_tells_nothing_of_itself(
    client: httpx.AsyncClient, forecaster: PromptedForecaster
) -> None:
    forecaster.failure = RuntimeError("secret")
    forecaster.let.set()
    asked = (await client.post(FORECASTS, json={})).json()
    found = (await client.get(f"{FORECASTS}/{asked['forecast_id']}", params={"wait_s": 5})).json()
    assert found["status"] == "failed"
    assert "secret" not in found["failure"]


async def test_too_many_at_once_are_refused(client: httpx.AsyncClient) -> None:
    answers = [(await client.post(FORECASTS, json={})).status_code for _ in range(5)]
    assert answers == [202, 202, 202, 202, 503]


async def test_a_forecast_that_nobody_asked_for(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{FORECASTS}/f-99")).status_code == 404


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"down": [{"robot": "R77", "until": LATER}]}, "body.down.0.robot"),
        ({"down": [{"robot": "R1", "until": "2020-01-01T00:00:00Z"}]}, "body.down.0.until"),
        ({"down": [{"robot": "R1", "until": LATER, "since": LATER}]}, "body.down.0.until"),
        ({"down": [{"robot": "R1"}]}, "body.down.0.until"),
        ({"down": [{"robot": "R1", "until": "14:00"}]}, "body.down.0.until"),
        ({"staffing": [{"station": "NOWHERE", "people": 1}]}, "body.staffing.0.station"),
        ({"staffing": [{"station": "CHECK", "people": -1}]}, "body.staffing.0.people"),
        ({"holds": [{"run": "XYZ-1", "minutes": 4}]}, "body.holds.0.run"),
        ({"holds": [{"run": "QEUH-1", "minutes": 1e9}]}, "body.holds.0.minutes"),
        ({"hours": 0}, "body.hours"),
        ({"hours": 25}, "body.hours"),
        ({"orders": -1}, "body.orders"),
        ({"discharges": 100}, "body.discharges"),
        ({"seeds": 1000}, "body.seeds"),
        ({"night_shift": "no"}, "body.night_shift"),
        ({"wether": "nice"}, "body.wether"),
    ],
)
async def test_a_malformed_question_is_told_where(
    client: httpx.AsyncClient, forecaster: PromptedForecaster, body: dict[str, object], place: str
) -> None:
    answer = await client.post(FORECASTS, json=body)
    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == [place]
    assert forecaster.asked == []
