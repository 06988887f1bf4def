"""The one writer: takes what has arrived, lets the core reduce and plan, commits, and only then lets anything out.

Everything that arrives while a commit is under way shares the next one (group commit). If a commit fails the
outcome is unknown, so the state is thrown away and built again from the database, with a new epoch.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from controller.domain.errors import NightshiftError, NotFound, StaleEpoch, StoreUnavailable
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
from controller.engine.core import Core, Step
from controller.engine.health import check_state
from controller.engine.inbox import Asked, Inbox
from controller.engine.listener import Listener
from controller.engine.ports import Clock, Gauge, Lease, RobotLink, Store
from controller.engine.state import State, Timings
from controller.scheduling.workload import ComingDay

REBUILD_PAUSE_S = 1.0
CHECK_EVERY_S = 900.0
"""Site seconds between two runs of the invariants over the working set."""
PAUSE_NOTICED_S = 5.0
"""A tick that comes so much later than it was meant to is a pause of ours: it is not held against the robots."""

_log = structlog.get_logger(__name__)


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
        self._inbox = Inbox()
        self._settled = asyncio.Event()
        self._settled.set()
        self._stopping = asyncio.Event()
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
        if self._core is None or self._stopping.is_set():
            raise StoreUnavailable("the service is not ready; nothing was changed")
        return await self._inbox.ask(Submission(action, idempotency))

    def submit(self, action: Action) -> None:
        """What robots and the link say; nobody waits for an answer. Never raises, never blocks."""
        if isinstance(action, LinkChanged):
            self._link_up = action.up
        self._inbox.tell(action)

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
        while not self._stopping.is_set():
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
                self._inbox.give_up(submissions, StaleEpoch("another controller has taken over"))
                raise
            except NightshiftError as failure:
                self._throw_away(submissions, failure)
        self._finish()

    def stop(self) -> None:
        """End after the turn that is under way."""
        self._stopping.set()
        self._inbox.wake()

    # ---- one turn -----------------------------------------------------------------------------------------

    async def _next(self) -> list[Asked] | None:
        """What has arrived, with a tick where one is due; None where there is nothing after all."""
        state = self.state
        if not self._inbox:
            wait_s = state.next_due_at - self._clock.now()
            if wait_s > 0:
                await self._inbox.wait(self._clock.sleep(wait_s))
        asked = self._inbox.take()
        late_s = self._clock.now() - state.next_due_at
        if late_s >= 0:
            pause_s = late_s if late_s > PAUSE_NOTICED_S and state.next_due_at > 0 else 0.0
            asked.append(Asked(Submission(Tick(pause_s))))
        return asked or None

    async def _turn(self, core: Core, asked: list[Asked]) -> None:
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

    def _tell(self, asked: list[Asked], step: Step) -> None:
        for one, answer in zip(asked, step.answers, strict=True):
            one.resolve(answer)
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

    def _throw_away(self, asked: list[Asked], failure: NightshiftError) -> None:
        """Whether the commit took place is unknown: only the database can say what is true now."""
        self._gauge.commit_failed(failure.code)
        _log.error("commit failed, state is built again", action="commit.failed", reason=str(failure))
        self._core = None
        self._rebuilding = str(failure)
        self._inbox.give_up(asked, failure)

    async def _rebuild(self) -> None:
        # Whatever made the commit fail may do so again at once: the database is not asked more than once a second.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), REBUILD_PAUSE_S)
        if self._stopping.is_set():
            return
        try:
            await self.start()
        except StoreUnavailable as failure:
            self._rebuilding = str(failure)

    def _finish(self) -> None:
        self._inbox.give_up((), StoreUnavailable("the service is stopping; nothing was changed"))
        for listener in self._listeners:
            listener.end()
        self._listeners = []
