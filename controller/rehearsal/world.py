"""One virtual timeline for the engine and the simulated centre.

The same core, ledger, scheduling and storage as in production; only the loop around them is this one, which jumps
from event to event. What arrives within a commit window shares one commit, as in production.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from controller.engine import actions as act
from controller.engine.core import Core, Step
from controller.engine.ports import Batch, Lease, WorkingSet
from controller.protocol.commands import ControllerPresence
from controller.protocol.reports import Telemetry
from controller.protocol.topics import Topic
from controller.rehearsal.desk import answer_of, submission_of
from controller.rehearsal.link import Carried, FromRobotMessage, Link, ToRobotMessage
from controller.rehearsal.reading import read
from controller.transport.translation import FaultFrames, action_from, command_from, question_from
from simulator.centre import Centre, DeskAsks, Output, RobotSends
from simulator.desk import ClaimWork, DeskAction, DeskRequest
from simulator.desk_quality import QualityReading

COMMIT_WINDOW_S = 2.0
"""What the engine hears within this time shares a commit. Robots have a tour ahead, so nothing waits for it."""
LEASE_S = 10 * 86_400.0


class InlineStore(Protocol):
    """The store without an event loop."""

    def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease: ...

    def load(self, now: float) -> WorkingSet | None: ...

    def commit(self, batch: Batch) -> None: ...


class Crash(Exception):
    """The controller is killed here; raised by a test's crash hook."""


Hook = Callable[[str], None]
"""Called with the name of each point between the steps of a turn; may raise Crash."""


def _no_hook(point: str) -> None:
    return None


class World:
    """Runs the engine against a simulated centre. Deterministic: same inputs, same outcome."""

    def __init__(
        self,
        centre: Centre,
        store: InlineStore,
        *,
        site: str,
        start_at: float,
        link: Link | None = None,
        window_s: float = COMMIT_WINDOW_S,
        hook: Hook = _no_hook,
        watch: Callable[[Core, Step, float], None] | None = None,
    ) -> None:
        self.centre = centre
        self.store = store
        self.link = link or Link()
        self.now = start_at
        self.crashes = 0
        self._site = site
        self._frames = FaultFrames()
        self._window_s = window_s
        self._hook = hook
        self._watch = watch
        self._inbox: list[act.Submission] = []
        self._askers: list[tuple[int | None, DeskAction | None]] = []
        self._idle: dict[str, list[tuple[int, ClaimWork]]] = {}
        self._turn_at: float | None = None
        self._questions = 0
        self.core = self._start()

    # ---- running ----------------------------------------------------------------------------------------

    def run_until(self, end_at: float, stop: Callable[[], bool] | None = None) -> None:
        """Let everything happen that is due by `end_at`, or until `stop` says so (asked after each turn)."""
        while True:
            at = self._next_at()
            if at > end_at:
                self.now = end_at
                return
            self.now = max(self.now, at)
            if self._happen() and stop is not None and stop():
                return

    def crash(self) -> None:
        """Kill the controller and start it again: what was not committed is gone.

        People and wards whose request got no answer send it again, with the same Idempotency-Key.
        """
        self.crashes += 1
        unanswered = self._askers
        idle = [asker for waiting in self._idle.values() for asker in waiting]
        self._inbox, self._askers, self._idle, self._turn_at = [], [], {}, None
        self.core = self._start()
        for request_id, request in unanswered:
            if request_id is not None and request is not None:
                self._ask(request_id, request)
        for request_id, claim in idle:
            self._ask(request_id, claim)

    def lose_link(self) -> None:
        """The broker dies: what was under way is gone, and both sides notice."""
        self.link.up = False
        self.link.drop_all()
        self._submit(act.LinkChanged(False))
        self.take(
            self.centre.controller_presence(ControllerPresence(epoch=self.core.ids.epoch, online=False), self.now)
        )
        for robot in self.centre.robots:
            self.take(self.centre.link_changed(robot, False, self.now))

    def restore_link(self) -> None:
        self.link.up = True
        self._greet_link()
        for robot in self.centre.robots:
            self.take(self.centre.link_changed(robot, True, self.now))

    # ---- inside -----------------------------------------------------------------------------------------

    def _start(self) -> Core:
        lease = self.store.take_lease("rehearsal", self.now, LEASE_S)
        loaded = self.store.load(self.now)
        if loaded is None:
            raise RuntimeError("the rehearsal's database holds no site; import one first")
        self.core = Core(loaded, lease.epoch, self.now, self.now)
        if self.link.up:
            self._greet_link()
        return self.core

    def _greet_link(self) -> None:
        self._submit(act.LinkChanged(True))
        self.take(self.centre.controller_presence(ControllerPresence(epoch=self.core.ids.epoch, online=True), self.now))
        for (robot, channel), message in list(self.link.retained.items()):
            self._submit(action_from(Topic(self._site, robot, channel), message))

    def _next_at(self) -> float:
        times = [self.core.state.next_due_at]
        for at in (self._turn_at, self.centre.next_wake_at(), self.link.next_at()):
            if at is not None:
                times.append(at)
        return max(self.now, min(times))

    def _happen(self) -> bool:
        """Everything that is due now; True where the engine took a turn."""
        self._carry(self.link.due(self.now))
        self.take(self.centre.advance(self.now))
        if self.core.state.next_due_at <= self.now:
            self._submit(act.Tick())
            self.core.state.next_due_at = self.now + self._window_s
        if self._turn_at is None or self._turn_at > self.now:
            return False
        try:
            self._turn()
        except Crash:
            self.crash()
        return True

    def _turn(self) -> None:
        """One group commit, then what it sends."""
        submissions, self._inbox = self._inbox, []
        askers, self._askers = self._askers, []
        self._turn_at = None
        try:
            self._hook("before_step")
            step = self.core.step(submissions, self.now, self.now)
            self._hook("before_commit")
            if step.worth_committing:
                self.store.commit(step.batch)
            self._hook("after_commit")
        except Crash:
            self._askers = askers
            raise
        if self._watch is not None:
            self._watch(self.core, step, self.now)
        self._send(step)
        for (request_id, request), answer in zip(askers, step.answers, strict=True):
            if request_id is None:
                continue
            if isinstance(request, ClaimWork) and isinstance(answer, dict) and answer.get("work") is None:
                self._idle.setdefault(request.station, []).append((request_id, request))
                continue
            if isinstance(request, ClaimWork):
                self.core.state.stirred[request.station] = None
            self.take(self.centre.answer(request_id, answer_of(answer), self.now))
        self._wake_idle()
        self._hook("after_send")

    def _wake_idle(self) -> None:
        """One waiting worker a station asks again; when there is work for that one, the next may ask."""
        stirred, self.core.state.stirred = self.core.state.stirred, {}
        for station in stirred:
            idle = self._idle.get(station)
            if idle:
                self._ask(*idle.pop(0))

    def _send(self, step: Step) -> None:
        epoch = self.core.ids.epoch
        for outgoing in step.commands:
            command = command_from(outgoing.task, outgoing.packs, epoch, outgoing.task.attempt)
            self._send_one(ToRobotMessage(outgoing.task.robot, command))
        for question in step.questions:
            self._questions += 1
            command = question_from(question, f"Q{epoch}.{self._questions}", epoch, self.now)
            self._send_one(ToRobotMessage(question.robot, command))

    def _send_one(self, message: ToRobotMessage) -> None:
        if self.link.perfect:
            self.take(self.centre.command(message.robot, message.command, self.now))
        else:
            self.link.send(message, self.now)

    def take(self, outputs: Iterable[Output]) -> None:
        """What the simulated centre says or asks, on its way to the engine."""
        for output in outputs:
            match output:
                case RobotSends():
                    self._robot_sends(output)
                case DeskAsks():
                    self._ask(output.request_id, output.request)

    def _robot_sends(self, output: RobotSends) -> None:
        message = FromRobotMessage(output.robot, output.channel, output.message)
        if self.link.perfect and not output.channel.retained:
            self._hear(message)
            return
        self.link.send(message, self.now)

    def _hear(self, heard: FromRobotMessage) -> None:
        """A robot's message has arrived. Telemetry concerns the engine only around faults."""
        if isinstance(heard.message, Telemetry):
            for told in self._frames.take(heard.message):
                self._submit(told)
            return
        action = action_from(Topic(self._site, heard.robot, heard.channel), heard.message)
        self._submit(action)
        for told in self._frames.hear(action):
            self._submit(told)

    def _carry(self, arrived: Iterable[Carried]) -> None:
        for message in arrived:
            if isinstance(message, ToRobotMessage):
                self.take(self.centre.command(message.robot, message.command, self.now))
            else:
                self._hear(message)

    def _ask(self, request_id: int, request: DeskRequest) -> None:
        if isinstance(request, QualityReading):
            self.take(self.centre.answer(request_id, read(request, self.core.state), self.now))
            return
        self._enqueue(submission_of(request, self.now), request_id, request)

    def _submit(self, action: act.Action) -> None:
        self._enqueue(act.Submission(action), None, None)

    def _enqueue(self, submission: act.Submission, request_id: int | None, request: DeskAction | None) -> None:
        self._inbox.append(submission)
        self._askers.append((request_id, request))
        if self._turn_at is None:
            self._turn_at = self.now + self._window_s

    # ---- for tests --------------------------------------------------------------------------------------

    def submit(self, action: act.Action) -> None:
        """An action from outside the simulated centre."""
        self._submit(action)
