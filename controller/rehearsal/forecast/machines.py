"""Robots of a forecast: they speak the engine's own words and take the times that were learned.

A tour is told as gripped and finished, not step by step; a pack from the belt as offered and stored. What a robot
will do is laid out when the command arrives: begin, end, and the stops in between.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from controller.domain.pack import Pack
from controller.domain.robot import Robot, RobotFault, Trust
from controller.domain.task import StepStatus, Task, TaskKind, TaskStatus
from controller.engine import actions as act
from controller.engine.ports import Question
from controller.engine.state import State
from controller.engine.turn import PACKML_BLOCKED
from controller.rehearsal.forecast.agenda import Agenda
from controller.rehearsal.forecast.belt import Belt
from controller.rehearsal.forecast.outages import RETRY_S, Outage, Outages, about_mean, return_at, stop_s
from controller.rehearsal.forecast.tally import Course
from controller.scheduling.times import LearnedTimes
from simulator.chance import Random

BELT_S = 20.0
"""From the output to the tote (DOMAIN.md Table A)."""
STORE_S = 7.0
STORE_SIGMA = 0.35
TOUR_SIGMA = 0.08
CHORE_S = 15.0
"""Any other motion; estimate."""
HELD_FOR_S = 60.0
"""Of a robot that is held without a fault nobody knows since when: it is past a mere retry."""
IDLE, HELD = 4, 11
"""PackML."""
_NO_CONTACT = (Trust.UNKNOWN, Trust.SILENT, Trust.GONE)
_MOVED = {"pick": "delivered", "store": "stored", "eject": "ejected", "relocate": "relocated", "count": "counted"}
_OPEN = (StepStatus.BOUND, StepStatus.GRIPPED)


class Machine:
    """One robot. `planned` are outages that are asked for; its own present one is added.

    Its stock is what the ledger says: of that it tells nothing, and nobody compares.
    """

    def __init__(
        self,
        robot: Robot,
        *,
        now: float,
        planned: Iterable[Outage],
        disturbed_share: float,
        state: State,
        times: LearnedTimes,
        luck: Random,
        agenda: Agenda,
        course: Course,
    ) -> None:
        self._robot = robot.robot
        self._generation = robot.generation
        self._seq = robot.applied_seq
        self._journal_id = robot.journal_id or f"{robot.robot}-forecast"
        self._disturbed_share = disturbed_share
        self._state, self._times = state, times
        self._luck, self._agenda, self._course = luck, agenda, course
        self._free_at = now
        self._begins: dict[str, float] = {}
        """Command → when its motion begins, while it is open."""
        self._faults = {key: fault for key, fault in robot.faults.items() if fault.level <= 2}
        self._occurrences = 0
        self._lost = robot.trust in _NO_CONTACT
        self.outages = Outages([*planned, *self._present_outage(robot, now)])
        self.belt = Belt(robot.robot, state, self.outages, agenda, self._say, now)
        self._plan_outages(robot, now)

    # ---- at the start -----------------------------------------------------------------------------------

    def take_up(self, tasks: Iterable[Task], now: float) -> None:
        """Go on with what the robot had at the moment of the fork, and with what lies on its belt."""
        if not self._lost:
            for task in tasks:
                if task.status is not TaskStatus.IN_DOUBT:
                    packs = [
                        pack for step in task.steps if (pack := self._state.book.packs.get(step.pack_id)) is not None
                    ]
                    self.command(task, packs, now)
        waiting = [
            pack_id
            for pack_id in self._state.book.at_input(self._robot)
            if self._state.book.packs[pack_id].claim is None
        ]
        self.belt.feed(waiting, now)

    # ---- what it is told --------------------------------------------------------------------------------

    def command(self, task: Task, packs: Sequence[Pack], now: float) -> None:
        if task.task_id in self._begins:
            return
        match task.kind:
            case TaskKind.PICK:
                self._pick(task, packs, now)
            case TaskKind.STORE:
                self._store(task, now)
            case TaskKind.REJECT:
                self._finish(task, "completed", now)
                self.belt.rejected(now)
            case TaskKind.CANCEL:
                self._cancel(task, now)
            case TaskKind.HOLD | TaskKind.RESUME:
                packml = HELD if task.kind is TaskKind.HOLD else IDLE
                self._agenda.add(now, partial(self._say, act.MachineStateChanged(packml)))
                self._finish(task, "completed", now)
            case _:
                begin_at = self.outages.working_at(max(now, self._free_at))
                self._free_at = self._works(begin_at, CHORE_S)
                self._begins[task.task_id] = begin_at
                self._finish(task, "completed", self._free_at)

    def ask(self, question: Question, now: float) -> None:
        """Of the time before a loss of contact it remembers that nothing was moved: the safe half of the truth."""
        if question.kind == "journal":
            entries = tuple(self._journal_line(command_id) for command_id in question.command_ids)
            self._agenda.add(now, lambda at: [act.RobotJournal(self._robot, self._generation, self._next(), entries)])
        elif question.kind == "snapshot" and not question.inventory:
            self._agenda.add(now, self._snapshot)

    # ---- motions ----------------------------------------------------------------------------------------

    def _pick(self, task: Task, packs: Sequence[Pack], now: float) -> None:
        open_ids = [step.pack_id for step in task.steps if step.status in _OPEN]
        if not any(step.status is StepStatus.BOUND for step in task.steps):
            self._finish(task, "completed", now + BELT_S / 2.0)
            return
        begin_at = self.outages.working_at(max(now, self._free_at))
        running = task.status is TaskStatus.RUNNING
        if begin_at > now + task.valid_for_s and not running:
            self._begins[task.task_id] = begin_at
            self._agenda.add(now + task.valid_for_s, partial(self._expired, task.task_id))
            return
        heights = [self._state.products[pack.gtin].height_mm for pack in packs]
        work_s = self._times.tour_s(self._robot, heights) * about_mean(self._luck, TOUR_SIGMA)
        if running and task.started_at is not None:
            work_s = max(1.0, work_s - (now - task.started_at))
        stop = self._disturbance(len(packs), begin_at)
        self._free_at = self._works(begin_at, work_s) + stop
        self._begins[task.task_id] = begin_at
        self._agenda.add(self._free_at, partial(self._gripped, task, open_ids))
        self._finish(task, "completed", self._free_at + BELT_S)

    def _expired(self, command_id: str, at: float) -> Iterable[act.Action]:
        """It has waited longer than it is valid: nothing was moved."""
        if self._begins.pop(command_id, None) is None:
            return []
        return self._say(act.CommandFinished(self._nothing_moved(command_id, "aborted")), at)

    def _store(self, task: Task, now: float) -> None:
        begin_at = self.outages.working_at(max(now, self._free_at))
        self._free_at = self._works(begin_at, STORE_S * self._luck.lognormvariate(0.0, STORE_SIGMA))
        self._begins[task.task_id] = begin_at
        self._finish(task, "completed", self._free_at)
        self.belt.accepted(now, self._free_at)

    def _cancel(self, task: Task, now: float) -> None:
        begin_at = self._begins.get(task.target or "")
        if begin_at is not None and begin_at > now:
            del self._begins[task.target or ""]
            result = self._nothing_moved(task.target or "", "cancelled")
            self._agenda.add(now, partial(self._say, act.CommandFinished(result)))
        self._finish(task, "completed", now)

    def _works(self, begin_at: float, work_s: float) -> float:
        done_at = self.outages.done_at(begin_at, work_s)
        self._course.robot_works(self._robot, begin_at, begin_at + work_s)
        return done_at

    def _disturbance(self, packs: int, begin_at: float) -> float:
        """An alarm during the tour: how long it keeps the robot; a long one is told."""
        stop = 0.0
        for _ in range(packs):
            if self._luck.random() < self._disturbed_share:
                stop += stop_s(self._luck)
        if stop > RETRY_S:
            self._agenda.add(begin_at, partial(self._stop, begin_at + stop))
        return stop

    # ---- outages ----------------------------------------------------------------------------------------

    def _present_outage(self, robot: Robot, now: float) -> list[Outage]:
        if robot.trust is Trust.QUARANTINED:
            return [Outage(now, self._course.until_at + 1.0)]
        if not (self._lost or _is_held(robot) or self._faults):
            return []
        raised = [fault.raised_at for fault in self._faults.values()]
        since_at = min(raised, default=robot.last_report_at if self._lost else now - HELD_FOR_S)
        return [Outage(now, max(now + 1.0, return_at(self._luck, since_at, now)))]

    def _plan_outages(self, robot: Robot, now: float) -> None:
        for outage in self.outages.planned:
            if outage.from_at > now or not (self._lost or self._faults or _is_held(robot)):
                self._agenda.add(outage.from_at, self._break)
            if outage.until_at < self._course.until_at:
                self._agenda.add(outage.until_at, self._come_back)
        if robot.trust is Trust.GREETING:
            self._agenda.add(now, self._snapshot)

    def _break(self, at: float) -> Iterable[act.Action]:
        fault = self._new_fault(at)
        self._faults[fault.occurrence] = fault
        return self._say(act.FaultRaised(fault), at)

    def _stop(self, until_at: float, at: float) -> Iterable[act.Action]:
        fault = self._new_fault(at)
        self._agenda.add(until_at, partial(self._say, act.FaultCleared(fault.occurrence)))
        return self._say(act.FaultRaised(fault), at)

    def _new_fault(self, at: float) -> RobotFault:
        self._occurrences += 1
        return RobotFault(f"{self._robot}-forecast-{self._occurrences}", "AXX-01", 2, at)

    def _come_back(self, at: float) -> Iterable[act.Action]:
        if self._lost:
            self._lost = False
            self._generation, self._seq = self._generation + 1, 0
            self._faults.clear()
            return [act.RobotPresence(self._robot, self._generation, "online")]
        cleared, self._faults = self._faults, {}
        said: list[act.Action] = []
        for occurrence in cleared:
            said.extend(self._say(act.FaultCleared(occurrence), at))
        said.extend(self._say(act.ModeChanged("automatic", "forecast"), at))
        said.extend(self._say(act.MachineStateChanged(IDLE), at))
        return said

    # ---- what it says -----------------------------------------------------------------------------------

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _say(self, fact: act.Fact, at: float) -> list[act.Action]:
        return [act.RobotEvent(self._robot, self._generation, self._next(), fact)]

    def _gripped(self, task: Task, pack_ids: list[str], at: float) -> Iterable[act.Action]:
        if task.task_id not in self._begins:
            return
        for step in task.steps:
            if step.pack_id in pack_ids:
                yield from self._say(act.PackGripped(task.task_id, step.item, step.pack_id), at)

    def _finish(self, task: Task, outcome: str, at: float) -> None:
        self._begins.setdefault(task.task_id, at)
        self._agenda.add(at, partial(self._finished, task, outcome))

    def _finished(self, task: Task, outcome: str, at: float) -> Iterable[act.Action]:
        if self._begins.pop(task.task_id, None) is None:
            return []
        moved = _MOVED.get(task.kind.value, "not_moved")
        packs = tuple(act.PackReport(step.item, step.pack_id, moved) for step in task.steps if step.status in _OPEN)
        if task.kind is TaskKind.PICK:
            self._course.gathered(at, len(packs))
        return self._say(act.CommandFinished(act.ResultReport(task.task_id, outcome, packs)), at)

    def _journal_line(self, command_id: str) -> act.JournalLine:
        if command_id in self._begins:
            return act.JournalLine(command_id, "accepted", None, None)
        return act.JournalLine(command_id, "finished", None, self._nothing_moved(command_id, "aborted"))

    def _nothing_moved(self, command_id: str, outcome: str) -> act.ResultReport:
        task = self._state.tasks.get(command_id)
        steps = task.steps if task is not None else ()
        packs = tuple(act.PackReport(step.item, step.pack_id, "not_moved") for step in steps)
        return act.ResultReport(command_id, outcome, packs, outcome)

    def _snapshot(self, at: float) -> Iterable[act.Action]:
        state = act.RobotState(
            robot=self._robot,
            generation=self._generation,
            seq=self._next(),
            journal_id=self._journal_id,
            mode="automatic",
            packml=IDLE,
            running=tuple(self._begins),
            queued=(),
            last_results=(),
            faults=tuple(self._faults.values()),
            packs=0,
            checksum="",
            unacked=(),
            controller_epoch=0,
            input_waiting=self.belt.waiting,
        )
        return [state]


def _is_held(robot: Robot) -> bool:
    """Stopped by a person, who will let it go; a planned window ends by itself."""
    return robot.maintenance is None and (robot.packml in PACKML_BLOCKED or robot.mode != "automatic")
