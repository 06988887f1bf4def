"""The one writer: takes what has arrived, lets the core reduce and plan, commits, and only then lets anything out.

Everything that arrives while a commit is under way shares the next one (group commit). If a commit fails the
outcome is unknown, so the state is thrown away and built again from the database, with a new epoch.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from controller.domain.errors import NightshiftError, NotFound, StaleEpoch, StoreUnavailable
from controller.domain.journal import JournalEntry
from controller.domain.robot import Trust
from controller.engine.actions import (
    Action,
    Idempotency,
    InvariantViolated,
    LinkChanged,
    PoisonReceived,
    Request,
    StoreFailed,
    Submission,
    Tick,
)
from controller.engine.changes import count_rows
from controller.engine.coming_work import coming_day
from controller.engine.core import Answer, Core, Step
from controller.engine.health import check_state
from controller.engine.ports import Clock, Gauge, Lease, RobotLink, Store
from controller.engine.state import State, Timings
from controller.scheduling.workload import ComingDay

MAX_TURN = 2_000
"""Actions that share one commit at the most: a longer turn would keep people waiting."""
MAX_WAITING = 50_000
"""Submissions that may wait; beyond it robots' reports are dropped (they repeat them) and people are told to wait."""
LISTENER_ENTRIES = 5_000
REBUILD_PAUSE_S = 1.0
CHECK_EVERY_S = 900.0
"""Site seconds between two runs of the invariants over the working set."""
PAUSE_NOTICED_S = 5.0
"""A tick that comes so much later than it was meant to is a pause of ours: it is not held against the robots."""

_log = structlog.get_logger(__name__)


class Overloaded(NightshiftError):
    """More is waiting than can be worked off; try again in a few seconds."""

    code = "overloaded"


@dataclass(slots=True)
class _Asked:
    submission: Submission
    answer: "asyncio.Future[dict[str, Any]] | None"


class Listener:
    """Committed journal entries, in order, from the moment of `listen` on; ends when its reader falls behind."""

    def __init__(self) -> None:
        self.overflowed = False
        self._entries: deque[JournalEntry] = deque()
        self._news = asyncio.Event()
        self._ended = False

    def push(self, entries: list[JournalEntry]) -> bool:
        """False where the reader is too slow: the listener has ended."""
        if len(self._entries) + len(entries) > LISTENER_ENTRIES:
            self.overflowed = True
            self.end()
            return False
        self._entries.extend(entries)
        self._news.set()
        return True

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[JournalEntry]:
        while True:
            while self._entries:
                yield self._entries.popleft()
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()


class Engine:
    """Runs the core against a database and a link. `start`, then `run` as a task; end it with `stop`.

    `lease_s` is in site seconds: the lease is renewed at a third of it, and the engine stops itself when it cannot be.
    """

    def __init__(
        self,
        store: Store,
        link: RobotLink,
        clock: Clock,
        gauge: Gauge,
        *,
        holder: str,
        lease_s: float = 30.0,
        timings: Timings | None = None,
    ) -> None:
        self._store = store
        self._link = link
        self._clock = clock
        self._gauge = gauge
        self._holder = holder
        self._timings = timings
        self._lease_s = lease_s
        self._lease: Lease | None = None
        self._core: Core | None = None
        self._waiting: deque[_Asked] = deque()
        self._arrived = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._stopping = False
        self._link_up = False
        self._listeners: list[Listener] = []
        self._station_news: dict[str, asyncio.Event] = {}
        self._rebuilding = ""
        self._check_at = 0.0
        self._announce: Callable[[int], None] = lambda epoch: None

    # ---- the face that the API sees -----------------------------------------------------------------------

    @property
    def state(self) -> State:
        """StoreUnavailable before the first start and while the state is being built again."""
        if self._core is None:
            raise StoreUnavailable("the working set is being loaded from the database")
        return self._core.state

    @property
    def epoch(self) -> int:
        return self._core.ids.epoch if self._core is not None else 0

    @property
    def journal_seq(self) -> int:
        """Of the last committed journal entry; 0 before the first."""
        return self._core.journal_seq if self._core is not None else 0

    @property
    def readiness(self) -> Mapping[str, str]:
        """What stands in the way of working, by name; empty when nothing does."""
        reasons: dict[str, str] = {}
        if self._core is None:
            reasons["database"] = self._rebuilding or "not loaded yet"
            return reasons
        if not self._core.state.link_up:
            reasons["broker"] = "no connection to the broker: robots can be neither heard nor told anything"
        elif all(robot.trust is not Trust.READY for robot in self._core.state.robots.values()):
            reasons["robots"] = "no robot has answered yet"
        return reasons

    async def do(self, action: Request, idempotency: Idempotency | None = None) -> dict[str, Any]:
        """Carry out and commit; NightshiftError where it is refused, StoreUnavailable where nothing is known of it."""
        if self._core is None or self._stopping:
            raise StoreUnavailable("the service is not ready; nothing was changed")
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded()
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Asked(Submission(action, idempotency), answer))
        self._arrived.set()
        return await answer

    def submit(self, action: Action) -> None:
        """What robots and the link say; nobody waits for an answer. Never raises, never blocks."""
        if isinstance(action, LinkChanged):
            self._link_up = action.up
        if len(self._waiting) < MAX_WAITING or isinstance(action, LinkChanged):
            self._waiting.append(_Asked(Submission(action), None))
            self._arrived.set()

    async def settled(self) -> None:
        """Returns when no commit is under way: what `state` shows is then committed."""
        await self._settled.wait()

    def coming_day(self) -> ComingDay:
        """What is known of the coming day's work; errors as `state`."""
        return coming_day(self.state, self._clock.now())

    def listen(self) -> Listener:
        """Everything that is journaled from now on."""
        listener = Listener()
        self._listeners.append(listener)
        return listener

    async def work_waiting(self, station: str, timeout_s: float) -> bool:
        """Whether something may be waiting at the station, or began to within so many real seconds."""
        if station not in self.state.stations:
            raise NotFound(f"no station {station}; there are {', '.join(self.state.stations)}")
        news = self._station_news.setdefault(station, asyncio.Event())
        try:
            await asyncio.wait_for(news.wait(), timeout_s)
        except TimeoutError:
            return False
        news.clear()
        return True

    # ---- running ------------------------------------------------------------------------------------------

    def on_epoch(self, announce: Callable[[int], None]) -> None:
        """Call this with every new epoch, the present one included: the robots must hear it."""
        self._announce = announce
        if self._core is not None:
            announce(self._core.ids.epoch)

    async def start(self) -> None:
        """Take the lease and load. StoreUnavailable where another controller holds it, NotFound where no site is."""
        self._lease = await self._store.take_lease(self._holder, self._clock.now(), self._lease_s)
        loaded = await self._store.load(self._clock.now())
        if loaded is None:
            raise NotFound("the database holds no site yet: import one with `nightshift site import DIR`")
        self._core = Core(loaded, self._lease.epoch, self._clock.now(), self._clock.monotonic_s(), self._timings)
        if self._rebuilding:
            self.submit(StoreFailed(self._rebuilding))
        self._rebuilding = ""
        if self._link_up:
            self.submit(LinkChanged(True))
        self._announce(self._lease.epoch)
        _log.info("controller started", action="controller.started", epoch=self._lease.epoch)

    async def run(self) -> None:
        """Until `stop`. StaleEpoch where another controller has taken over: this one must end."""
        while not self._stopping:
            if self._core is None:
                await self._rebuild()
                continue
            submissions = await self._next()
            if submissions is None:
                continue
            try:
                await self._turn(self._core, submissions)
                await self._renew()
                self._check(self._core)
            except StaleEpoch:
                self._give_up(submissions, StaleEpoch("another controller has taken over"))
                raise
            except NightshiftError as failure:
                self._throw_away(submissions, failure)
        self._finish()

    def stop(self) -> None:
        """End after the turn that is under way."""
        self._stopping = True
        self._arrived.set()

    # ---- one turn -----------------------------------------------------------------------------------------

    async def _next(self) -> list[_Asked] | None:
        """What has arrived, with a tick where one is due; None where there is nothing after all."""
        state = self.state
        if not self._waiting:
            wait_s = state.next_due_at - self._clock.now()
            if wait_s > 0:
                await self._wait(wait_s)
        asked = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_TURN))]
        late_s = self._clock.now() - state.next_due_at
        if late_s >= 0:
            pause_s = late_s if late_s > PAUSE_NOTICED_S and state.next_due_at > 0 else 0.0
            asked.append(_Asked(Submission(Tick(pause_s)), None))
        return asked or None

    async def _wait(self, site_s: float) -> None:
        self._arrived.clear()
        if self._waiting or self._stopping:
            return
        sleeping = asyncio.ensure_future(self._clock.sleep(site_s))
        arriving = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait({sleeping, arriving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            arriving.cancel()
            await asyncio.gather(sleeping, arriving, return_exceptions=True)

    async def _turn(self, core: Core, asked: list[_Asked]) -> None:
        self._settled.clear()
        try:
            began_s = asyncio.get_running_loop().time()
            step = core.step([one.submission for one in asked], self._clock.now(), self._clock.monotonic_s())
            self._gauge.decided(
                asyncio.get_running_loop().time() - began_s,
                fault=any(entry.action == "fault.raised" for entry in step.batch.journal),
                recorded=len(step.batch.recordings),
            )
            if step.worth_committing:
                await self._store.commit(step.batch)
                took_s = asyncio.get_running_loop().time() - began_s
                self._gauge.committed(len(asked), count_rows(step.batch), took_s)
        finally:
            self._settled.set()
        self._tell(asked, step)
        await self._send(core, step)
        for station in core.state.stirred:
            self._station_news.setdefault(station, asyncio.Event()).set()
        core.state.stirred = {}

    def _tell(self, asked: list[_Asked], step: Step) -> None:
        for one, answer in zip(asked, step.answers, strict=True):
            if one.answer is not None and not one.answer.done():
                _resolve(one.answer, answer)
            if isinstance(one.submission.action, PoisonReceived):
                self._gauge.poisoned(one.submission.action.robot)
        for robot in step.gaps:
            self._gauge.gap_seen(robot)
        if step.batch.journal:
            self._gauge.journaled(step.batch.journal)
            self._listeners = [one for one in self._listeners if one.push(step.batch.journal)]

    async def _send(self, core: Core, step: Step) -> None:
        for outgoing in step.commands:
            await self._link.send_command(outgoing.task, outgoing.packs)
        for question in step.questions:
            await self._link.ask(question, core.ids.epoch)

    def _check(self, core: Core) -> None:
        """What must always hold is looked at while it still can be mended; a violation is journaled and counted."""
        now = self._clock.now()
        if now < self._check_at:
            return
        self._check_at = now + CHECK_EVERY_S
        for violation in check_state(core.state):
            _log.error("invariant violated", action="invariant.violated", invariant=violation.invariant)
            self.submit(InvariantViolated(violation.invariant, violation.detail))

    async def _renew(self) -> None:
        lease = self._lease
        if lease is not None and lease.expires_at - self._clock.now() < self._lease_s * 2 / 3:
            self._lease = await self._store.renew_lease(lease, self._clock.now(), self._lease_s)

    # ---- failure ------------------------------------------------------------------------------------------

    def _throw_away(self, asked: list[_Asked], failure: NightshiftError) -> None:
        """Whether the commit took place is unknown: only the database can say what is true now."""
        self._gauge.commit_failed(failure.code)
        _log.error("commit failed, state is built again", action="commit.failed", reason=str(failure))
        self._core = None
        self._rebuilding = str(failure)
        self._give_up(asked, failure)

    def _give_up(self, asked: list[_Asked], failure: NightshiftError) -> None:
        """Those who wait are told that nothing is known; robots repeat what they said."""
        for one in (*asked, *self._waiting):
            if one.answer is not None and not one.answer.done():
                one.answer.set_exception(failure)
        self._waiting.clear()

    async def _rebuild(self) -> None:
        # Whatever made the commit fail may do so again at once: the database is not asked more than once a second.
        await self._stopped_or(REBUILD_PAUSE_S)
        if self._stopping:
            return
        try:
            await self.start()
        except StoreUnavailable as failure:
            self._rebuilding = str(failure)

    async def _stopped_or(self, pause_s: float) -> None:
        self._arrived.clear()
        try:
            await asyncio.wait_for(self._arrived.wait(), pause_s)
        except TimeoutError:
            return

    def _finish(self) -> None:
        self._give_up([], StoreUnavailable("the service is stopping; nothing was changed"))
        for listener in self._listeners:
            listener.end()
        self._listeners = []


def _resolve(future: "asyncio.Future[dict[str, Any]]", answer: Answer) -> None:
    if isinstance(answer, NightshiftError):
        future.set_exception(answer)
    else:
        future.set_result(answer or {})
