"""Forecasts beside the running centre: the state is copied between two turns, all else is done by another process."""

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import structlog

from controller.domain.errors import ForecastFailed
from controller.domain.forecast import Forecast, Question
from controller.domain.order import Order
from controller.engine.fork import freeze
from controller.engine.ports import Clock, MasterData
from controller.engine.state import State
from controller.rehearsal.forecast.answer import Task, horizon
from controller.rehearsal.forecast.frames import LENGTH_BYTES, framed
from controller.rehearsal.forecast.history import Expectation, expect, windows

LONGEST_S = 120.0
"""Real seconds for one answer; 24 hours of a full day on twenty seeds take less on two cores."""

_log = structlog.get_logger(__name__)


class StateSource(Protocol):
    """The engine, as far as forecasts see it."""

    @property
    def state(self) -> State: ...

    async def settled(self) -> None: ...


class PastOrders(Protocol):
    """The archive, as far as forecasts ask it."""

    async def orders_placed(self, *, since: float, until: float) -> Sequence[Order]: ...


class Forecasts:
    """Answers one question at a time. The process is started with the first question and kept; `close` ends it."""

    def __init__(self, engine: StateSource, archive: PastOrders, clock: Clock, *, longest_s: float = LONGEST_S) -> None:
        self._engine, self._archive, self._clock, self._longest_s = engine, archive, clock, longest_s
        self._one_at_a_time = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process_id(self) -> int | None:
        """Of the process that answers; None where none is kept."""
        return self._process.pid if self._process is not None else None

    async def forecast(self, question: Question) -> Forecast:
        """Run the present state ahead. ForecastFailed where the process dies, fails or takes too long."""
        async with self._one_at_a_time:
            at = self._clock.now()
            state = self._engine.state
            until_at = horizon(question, at, state.zone)
            expectation = await self._expectation(state, at, until_at)
            packs = await asyncio.to_thread(expectation.packs, question.orders * max(1.0, question.discharges))
            process = await self._running(state)
            await self._engine.settled()
            frozen = freeze(self._engine.state, self._clock.now(), packs)
            request = await asyncio.to_thread(framed, Task(frozen, question, expectation, until_at))
            try:
                return await asyncio.wait_for(_ask(process, request), self._longest_s)
            except TimeoutError:
                reason = f"no answer within {self._longest_s:.0f} s"
            except (EOFError, ConnectionError):
                reason = "its process has died"
            except asyncio.CancelledError:
                # Whoever asked has gone: an answer that comes later would be taken for that to the next question.
                await self.close()
                raise
            await self.close()
            _log.warning("forecast failed", action="forecast.failed", reason=reason)
            raise ForecastFailed(f"The forecast could not be made: {reason}. Ask again; a new process will be started.")

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            # The runs that it has forked end with it.
            os.killpg(process.pid, signal.SIGKILL)
        # Python 3.11 counts a process as ended when its pipes are at their end, too, and an answer that nobody takes
        # may stand in one of them: read on, or wait for ever.
        await process.communicate()

    async def _expectation(self, state: State, at: float, until_at: float) -> Expectation:
        past: list[Sequence[Order]] = [
            await self._archive.orders_placed(since=since, until=until)
            for since, until in windows(at, until_at, state.zone)
        ]
        return await asyncio.to_thread(
            expect, past, at, until_at, state.zone, stock_lists=state.stock_lists, robots=len(state.robots)
        )

    async def _running(self, state: State) -> asyncio.subprocess.Process:
        """A session of its own: the Ctrl-C that stops the controller is not for it, the end of its input is."""
        process = self._process
        if process is not None and process.returncode is None:
            return process
        master = MasterData(
            state.site,
            list(state.products.values()),
            list(state.destinations.values()),
            list(state.runs.values()),
            list(state.stock_lists),
        )
        message = await asyncio.to_thread(framed, master)
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "controller.rehearsal.forecast",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None
        process.stdin.write(message)
        return process


async def _ask(process: asyncio.subprocess.Process, request: bytes) -> Forecast:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(request)
    await process.stdin.drain()
    head = await process.stdout.readexactly(LENGTH_BYTES)
    found = pickle.loads(await process.stdout.readexactly(int.from_bytes(head, "big")))
    if not isinstance(found, Forecast):
        raise ForecastFailed(f"The forecast could not be made: {found}.")
    return found
