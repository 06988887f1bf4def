"""The picking head: one motion at a time, a queue before it, packs on the belt behind it."""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from simulator.firmware.parts import Job
from simulator.timeline import Clockwork, Timer


class Task(Protocol):
    """What the head works on. It ends by `Head.release` or `Head.let_ride`."""

    job: Job

    def begin(self) -> None: ...

    def stop(self) -> bool:
        """Asked by a cancel: begin no further motion; False where it is too late for that."""
        ...


class Head:
    """Starts queued jobs in their order whenever `may_start` agrees."""

    def __init__(
        self,
        clock: Clockwork,
        may_start: Callable[[Job], bool],
        make_task: Callable[[Job], Task],
        expire: Callable[[Job], None],
        on_idle: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._may_start = may_start
        self._make_task = make_task
        self._expire = expire
        self._on_idle = on_idle
        self.queue: deque[Job] = deque()
        self.task: Task | None = None
        self.riding: list[Task] = []
        """Their packs are on the belt; the head is free."""
        self._expiries: dict[str, Timer] = {}
        self._step: Timer | None = None
        self._then: tuple[Callable[..., None], tuple[Any, ...]] | None = None
        self._left_s: float | None = None

    @property
    def running_ids(self) -> tuple[str, ...]:
        current = () if self.task is None else (self.task.job.command_id,)
        return tuple(task.job.command_id for task in self.riding) + current

    def enqueue(self, job: Job) -> None:
        self.queue.append(job)
        self.pump()
        if job in self.queue:
            self._expiries[job.command_id] = self._clock.call_at(job.deadline_at, self._overdue, job)

    def remove(self, command_id: str) -> Job | None:
        """Take a waiting job out of the queue; None where it is not waiting."""
        job = next((job for job in self.queue if job.command_id == command_id), None)
        if job is not None:
            self.queue.remove(job)
            self._forget_expiry(job)
        return job

    def find(self, command_id: str) -> Task | None:
        """The task of a running command."""
        tasks = [*self.riding] if self.task is None else [*self.riding, self.task]
        return next((task for task in tasks if task.job.command_id == command_id), None)

    def pump(self) -> None:
        """Start the next job if the head is free and it may."""
        while self.task is None and self.queue:
            job = self.queue[0]
            if self._clock.now > job.deadline_at:
                self._drop_overdue(job)
            elif self._may_start(job):
                self.queue.popleft()
                self._forget_expiry(job)
                self.task = self._make_task(job)
                self.task.begin()
            else:
                return

    def move(self, duration_s: float, then: Callable[..., None], *args: Any) -> None:
        """The motion under way; `then` follows its end. Frozen time does not count."""
        self._then = (then, args)
        if self._left_s is None:
            self._step = self._clock.call_in(duration_s, self._arrive)
        else:
            self._left_s = duration_s

    def release(self) -> None:
        """The running task has ended its motion."""
        self.task = None
        self._clock.call_in(0.0, self._free)

    def let_ride(self, task: Task) -> None:
        """The running task only waits for the belt from now on."""
        self.riding.append(task)
        self.release()

    def landed(self, task: Task) -> None:
        self.riding.remove(task)

    @property
    def frozen(self) -> bool:
        return self._left_s is not None

    def freeze(self) -> None:
        """Stop in the middle of the motion."""
        if self.frozen:
            return
        self._left_s = 0.0
        if self._step is not None and self._step.pending:
            self._left_s = self._step.at - self._clock.now
            self._step.cancel()

    def give_up(self) -> None:
        """What stands in the middle of its motion will not end it: nothing follows when the head goes on."""
        self._then = None

    def thaw(self) -> None:
        """Go on where the motion stopped."""
        left_s, self._left_s = self._left_s, None
        if left_s is not None and self._then is not None:
            self._step = self._clock.call_in(left_s, self._arrive)

    def _arrive(self) -> None:
        assert self._then is not None
        then, args = self._then
        self._then = None
        then(*args)

    def _free(self) -> None:
        self.pump()
        if self.task is None:
            self._on_idle()

    def _overdue(self, job: Job) -> None:
        if job in self.queue:
            self._drop_overdue(job)
            self.pump()

    def _drop_overdue(self, job: Job) -> None:
        self.queue.remove(job)
        self._forget_expiry(job)
        self._expire(job)

    def _forget_expiry(self, job: Job) -> None:
        timer = self._expiries.pop(job.command_id, None)
        if timer is not None:
            timer.cancel()
