"""Forecasts that were asked for: under way, made or failed. Kept in memory, the last ones only."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from controller.domain.errors import NightshiftError, NotFound, Overloaded
from controller.domain.forecast import Forecast, Question

KEPT = 32
MOST_WAITING = 4
"""Questions are answered one after another, each in seconds: with more waiting, somebody asks by mistake."""

log = structlog.get_logger(__name__)


class Forecaster(Protocol):
    """Whoever runs the present state ahead of the clock."""

    async def forecast(self, question: Question) -> Forecast:
        """ForecastFailed, or StoreUnavailable while no state is loaded."""
        ...


@dataclass(slots=True)
class Asked:
    """A question and what became of it."""

    forecast_id: str
    question: Question
    asked_at: float
    forecast: Forecast | None = None
    failure: NightshiftError | None = None

    @property
    def under_way(self) -> bool:
        return self.forecast is None and self.failure is None


class ForecastBoard:
    """`ask` returns at once; `wait` waits for the answer. `close` gives up what is under way."""

    def __init__(self, forecaster: Forecaster, new_id: Callable[[], str]) -> None:
        self._forecaster, self._new_id = forecaster, new_id
        self._asked: dict[str, Asked] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def ask(self, question: Question, now: float) -> Asked:
        """Overloaded where too many wait."""
        if len(self._tasks) >= MOST_WAITING:
            raise Overloaded(f"{MOST_WAITING} forecasts are waiting already; ask again in a few seconds")
        asked = Asked(self._new_id(), question, now)
        self._asked[asked.forecast_id] = asked
        for old in list(self._asked)[:-KEPT]:
            del self._asked[old]
        self._tasks[asked.forecast_id] = asyncio.create_task(self._make(asked), name="a forecast")
        return asked

    def find(self, forecast_id: str) -> Asked:
        """NotFound where it was never asked for, or has been dropped since."""
        asked = self._asked.get(forecast_id)
        if asked is None:
            raise NotFound(f"there is no forecast {forecast_id}; the last {KEPT} are kept until the service ends")
        return asked

    def latest(self) -> list[Asked]:
        """What is kept, the last question first."""
        return list(reversed(self._asked.values()))

    async def wait(self, asked: Asked, timeout_s: float) -> None:
        """Until it is made or has failed, or so many real seconds."""
        task = self._tasks.get(asked.forecast_id)
        if task is not None and timeout_s > 0:
            await asyncio.wait({task}, timeout=timeout_s)

    def close(self) -> None:
        """Give up what is under way: whoever waits is answered."""
        for task in self._tasks.values():
            task.cancel()

    async def _make(self, asked: Asked) -> None:
        try:
            asked.forecast = await self._forecaster.forecast(asked.question)
        except NightshiftError as failure:
            asked.failure = failure
        except Exception as error:
            log.error("forecast failed", action="api.forecast_failed", exc_info=error)
            asked.failure = NightshiftError("The forecast could not be made: an unforeseen error; the log has it.")
        finally:
            self._tasks.pop(asked.forecast_id, None)
