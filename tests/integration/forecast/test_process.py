"""Forecasts in a process of their own: answered, died, late, given up."""

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import AsyncIterator, Sequence

import pytest

from controller.domain.errors import ForecastFailed
from controller.domain.forecast import Down, Forecast, Question, Staffing
from controller.domain.order import Order, OrderClass
from controller.engine import actions as act
from controller.engine.state import State
from controller.rehearsal.forecast import service
from controller.rehearsal.forecast.service import Forecasts
from tests.support.cores import DRUG, FLAT, MONDAY, Floor, packs_of

DEADLINE_S = 60.0
"""Bounds a failure only."""
LONG = Question(hours=24.0, seeds=20)


class LiveCentre:
    """A floor as the service sees the engine."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    @property
    def state(self) -> State:
        return self.floor.core.state

    async def settled(self) -> None:
        return None


class NoHistory:
    async def orders_placed(self, *, since: float, until: float) -> Sequence[Order]:
        return []


class StillClock:
    def now(self) -> float:
        return MONDAY

    def monotonic_s(self) -> float:
        return 0.0

    async def sleep(self, site_s: float) -> None:
        return None


@pytest.fixture
def floor() -> Floor:
    floor = Floor([*packs_of(FLAT, "robot:R1", 20), *packs_of(DRUG, "robot:R3", 10)]).open()
    for station in floor.core.state.stations:
        floor.do(act.ClaimWork(station, f"somebody at {station}"))
    floor.order("T1", (FLAT, 2))
    floor.order("T2", (DRUG, 1), order_class=OrderClass.URGENT)
    return floor


@pytest.fixture
async def forecasts(floor: Floor) -> AsyncIterator[Forecasts]:
    made = Forecasts(LiveCentre(floor), NoHistory(), StillClock())
    yield made
    await made.close()


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once a question is on its way to the process."""
    on_its_way, ask = asyncio.Event(), service._ask

    async def told(process: asyncio.subprocess.Process, request: bytes) -> Forecast:
        on_its_way.set()
        return await ask(process, request)

    monkeypatch.setattr(service, "_ask", told)
    return on_its_way


R3_DOWN = (Down("R3", MONDAY + 9000.0),)
WITH_NOBODY_TO_FETCH = "With R3 down until 10:30 and nobody at FLOOR 1 urgent order comes late (left by GGH-1)"


async def test_both_courses_come_back_and_the_process_is_kept(floor: Floor, forecasts: Forecasts) -> None:
    before = pickle.dumps(floor.core.state)
    async with asyncio.timeout(DEADLINE_S):
        plain = await forecasts.forecast(Question(hours=3.0))
        first = forecasts.process_id
        found = await forecasts.forecast(
            Question(hours=3.0, down=R3_DOWN, staffing=(Staffing("FLOOR", 0),), disturbed_share=0.0)
        )
    assert forecasts.process_id == first
    assert pickle.dumps(floor.core.state) == before
    assert (plain.what_if, plain.known_orders) == (None, 2)
    assert found.baseline.late_orders == ()
    assert found.what_if is not None
    assert [(late.order_ref, late.share) for late in found.what_if.late_orders] == [("T2", 1.0)]
    assert [van.departure_id for van in found.what_if.vans] == ["GGH-1/2026-11-23"]
    assert found.conclusion.startswith(WITH_NOBODY_TO_FETCH)


async def test_a_process_that_dies_is_told_and_replaced(forecasts: Forecasts, asking: asyncio.Event) -> None:
    async with asyncio.timeout(DEADLINE_S):
        asked = asyncio.create_task(forecasts.forecast(LONG))
        await asking.wait()
        assert forecasts.process_id is not None
        os.kill(forecasts.process_id, signal.SIGKILL)
        with pytest.raises(ForecastFailed, match="its process has died"):
            await asked
        assert (await forecasts.forecast(Question(hours=1.0))).known_orders == 2


async def test_a_forecast_that_takes_too_long_is_given_up(floor: Floor) -> None:
    hasty = Forecasts(LiveCentre(floor), NoHistory(), StillClock(), longest_s=0.0)
    with pytest.raises(ForecastFailed, match="no answer within"):
        await hasty.forecast(Question(hours=1.0))
    assert hasty.process_id is None


async def test_an_answer_that_nobody_took_does_not_keep_the_process(
    forecasts: Forecasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is more than the reader holds and less than reader and pipe do: the end of the pipe is not read by itself."""
    much = "import os; os.write(1, bytes(200_000)); os.write(2, b'said'); os.read(0, 1)"
    async with asyncio.timeout(DEADLINE_S):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", much),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stderr is not None
        assert await process.stderr.readexactly(4) == b"said"
        monkeypatch.setattr(forecasts, "_process", process)
        await forecasts.close()
        assert process.returncode is not None


async def test_whoever_gives_up_takes_no_answer_from_the_next(forecasts: Forecasts, asking: asyncio.Event) -> None:
    async with asyncio.timeout(DEADLINE_S):
        asked = asyncio.create_task(forecasts.forecast(LONG))
        await asking.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await forecasts.forecast(Question(hours=2.0))).until_at == MONDAY + 7200.0
