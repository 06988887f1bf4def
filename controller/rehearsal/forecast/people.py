"""People of a forecast: they claim work, take the time that was learned, and find everything as it should be.

The engine hears of them once a turn; each begins a job when the one before was done, or when it came, not at the
turn, so that the length of a turn does not slow them down.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from controller.domain.doubt import Finding
from controller.domain.work import CHECK_STATION, DOCK_STATION, Work, WorkKind, WorkStatus
from controller.engine import actions as act
from controller.engine.state import State
from controller.rehearsal.forecast.agenda import Agenda
from controller.rehearsal.forecast.outages import about_mean
from controller.rehearsal.forecast.tally import Course
from controller.scheduling.times import LearnedTimes
from simulator.chance import Random

JOB_SIGMA = 0.25
"""Spread of a job's duration about what was learned: an estimate."""
AWAKE = 2
"""So many idle people ask at once at a station whose next job is made up when somebody asks."""

People = Callable[[str, float], int]
"""How many work at a station at a moment."""


@dataclass(slots=True)
class Worker:
    name: str
    station: str
    place: int
    """Works while so many people or more are at the station."""
    free_at: float


class Crew:
    """Everybody. `carried` is told which packs somebody has put on a robot's belt."""

    def __init__(
        self,
        state: State,
        *,
        now: float,
        people: People,
        changes_at: Iterable[float],
        times: LearnedTimes,
        luck: Callable[[str], Random],
        agenda: Agenda,
        course: Course,
        carried: Callable[[str, list[str], float], None],
    ) -> None:
        self._state, self._people, self._times = state, people, times
        self._agenda, self._course, self._carried = agenda, course, carried
        self._luck = {station: luck(f"people/{station}") for station in state.stations}
        self._idle: dict[str, list[Worker]] = {station: [] for station in state.stations}
        self._freed: list[Worker] = []
        self._count: dict[str, int] = dict.fromkeys(state.stations, 0)
        self._take_up(now)
        for at in changes_at:
            agenda.add(at, self._shift)

    def claims(self, now: float) -> list[Worker]:
        """Who asks for work in this turn: those who have just finished, and idle ones where something has come."""
        stirred, self._state.stirred = self._state.stirred, {}
        asking: list[Worker] = []
        for worker in self._freed:
            (asking if worker.place <= self._people(worker.station, now) else self._idle[worker.station]).append(worker)
        self._freed = []
        for station in stirred:
            idle = self._idle.get(station)
            if idle:
                asking.extend(self._wake(station, idle, now))
        return asking

    def answered(self, worker: Worker, answer: object, now: float) -> None:
        """The engine has a job for the worker, or none."""
        work = self._work_of(answer)
        if work is None:
            self._idle[worker.station].append(worker)
            return
        self._state.stirred[worker.station] = None
        begin_at = max(worker.free_at, min(work.created_at, now))
        done_at = begin_at + self._duration_s(work)
        self._course.station_works(worker.station, begin_at, done_at)
        self._agenda.add(done_at, partial(self._done, worker, work))

    # ---- inside -----------------------------------------------------------------------------------------

    def _take_up(self, now: float) -> None:
        """Those who are at work finish what they have begun; the others look for work."""
        for work in list(self._state.works.values()):
            if work.status is WorkStatus.TAKEN and work.worker is not None:
                worker = self._new_worker(work.station, work.worker, now)
                begun_at = work.taken_at if work.taken_at is not None else now
                done_at = max(now + 1.0, begun_at + self._duration_s(work))
                self._course.station_works(work.station, now, done_at)
                self._agenda.add(done_at, partial(self._done, worker, work))
        self._hire(now)

    def _hire(self, now: float) -> None:
        for station in self._state.stations:
            while self._count[station] < self._people(station, now):
                name = f"forecast-{station}-{self._count[station] + 1}"
                self._freed.append(self._new_worker(station, name, now))

    def _new_worker(self, station: str, name: str, now: float) -> Worker:
        self._count[station] += 1
        return Worker(name, station, self._count[station], now)

    def _shift(self, at: float) -> Iterable[act.Action]:
        """Some come, some go: everybody who is idle and on duty looks."""
        self._hire(at)
        for station, idle in self._idle.items():
            for worker in idle:
                worker.free_at = max(worker.free_at, at)
            self._state.stirred[station] = None
        return ()

    def _wake(self, station: str, idle: list[Worker], now: float) -> list[Worker]:
        on_duty = self._people(station, now)
        jobs = len(self._state.waiting_work.get(station, ()))
        awake = jobs if station in (CHECK_STATION, DOCK_STATION) else jobs + AWAKE
        woken = [worker for worker in idle if worker.place <= on_duty][:awake]
        for worker in woken:
            idle.remove(worker)
        return woken

    def _work_of(self, answer: object) -> Work | None:
        described: Any = answer.get("work") if isinstance(answer, dict) else None
        return self._state.works.get(described["work_id"]) if described else None

    def _duration_s(self, work: Work) -> float:
        tote = self._state.totes.get(work.tote_id or "")
        packs = len(work.pack_ids) or (tote.packs if tote is not None else 0)
        luck = self._luck[work.station]
        return self._times.work_s(work.station, work.kind, packs) * about_mean(luck, JOB_SIGMA)

    def _done(self, worker: Worker, work: Work, at: float) -> Iterable[act.Action]:
        worker.free_at = at
        self._freed.append(worker)
        if work.work_id not in self._state.works:
            return []
        if work.kind is WorkKind.HAND_PICK:
            self._course.gathered(at, len(work.pack_ids))
        if work.kind is WorkKind.FEED and work.robot is not None:
            self._agenda.add(at, partial(self._fed, work.robot, list(work.pack_ids)))
        found: tuple[tuple[str, Finding], ...] = ()
        if work.kind is WorkKind.SETTLE:
            found = tuple((pack_id, Finding.IN_ROBOT) for pack_id in work.pack_ids)
        return [act.FinishWork(work.work_id, work.worker or worker.name, tuple(work.pack_ids), (), found)]

    def _fed(self, robot: str, pack_ids: list[str], at: float) -> Iterable[act.Action]:
        self._carried(robot, pack_ids, at)
        return ()
