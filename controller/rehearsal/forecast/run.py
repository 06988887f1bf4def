"""One run ahead of the clock: the forked core, driven by the models, on one seed."""

from collections.abc import Sequence
from functools import partial

from controller.domain.departure import DepartureStatus
from controller.domain.forecast import Question
from controller.domain.order import Order
from controller.engine import actions as act
from controller.engine.fork import Fork, ForkedCore
from controller.rehearsal.forecast.agenda import Agenda
from controller.rehearsal.forecast.machines import Machine
from controller.rehearsal.forecast.outages import Outage
from controller.rehearsal.forecast.people import Crew
from controller.rehearsal.forecast.roster import Roster
from controller.rehearsal.forecast.tally import Course, OrderCourse, VanCourse
from controller.scheduling.times import LearnedTimes
from simulator.chance import Chance

WINDOW_S = 10.0
"""The engine hears at once what happens within this time: a tour takes longer, and robots have one ahead."""


class Run:
    """A core of its own is used up: `go` is called once."""

    def __init__(
        self,
        core: ForkedCore,
        fork: Fork,
        question: Question,
        seed: int,
        orders: Sequence[act.SubmitOrder],
        until_at: float,
    ) -> None:
        self._core, self._now, self._until_at = core, fork.at, until_at
        self._chance = Chance(seed)
        self._agenda = Agenda()
        self._course = Course(fork.at, until_at)
        self._held: dict[str, float] = {}
        state, times = core.state, LearnedTimes(fork.loaded.timings)
        roster = Roster(fork.people, question, fork.at, until_at, state.zone)
        self._hold_vans(question)
        self._machines = {
            robot.robot: Machine(
                robot,
                now=fork.at,
                planned=_planned(question, robot.robot, fork.at),
                disturbed_share=question.disturbed_share,
                state=state,
                times=times,
                luck=self._chance.stream(f"robots/{robot.robot}"),
                agenda=self._agenda,
                course=self._course,
            )
            for robot in state.robots.values()
        }
        self._crew = Crew(
            state,
            now=fork.at,
            people=roster.people,
            changes_at=roster.changes_at(),
            times=times,
            luck=self._chance.stream,
            agenda=self._agenda,
            course=self._course,
            carried=lambda robot, pack_ids, at: self._machines[robot].belt.feed(pack_ids, at),
        )
        for robot in state.robots:
            tasks = sorted(state.open_tasks(robot), key=lambda task: (task.issued_at, task.task_id))
            self._machines[robot].take_up(tasks, fork.at)
        for coming in orders:
            self._agenda.add(coming.placed_at or fork.at, partial(_place, coming))
        for order in state.orders.values():
            self._course.orders[order.order_ref] = self._course_of(order, known=True)
        self._count_time(roster)

    def go(self) -> Course:
        """Let the time pass to the end."""
        while self._now < self._until_at:
            self._turn()
            coming = self._agenda.next_at()
            due_at = self._core.state.next_due_at
            next_at = due_at if coming is None else min(coming, due_at)
            self._now = min(max(self._now + WINDOW_S, next_at), self._until_at)
        self._turn()
        return self._course

    # ---- a turn -----------------------------------------------------------------------------------------

    def _turn(self) -> None:
        now, core = self._now, self._core
        actions: list[act.Action] = self._agenda.due(now)
        if core.state.next_due_at <= now:
            actions.append(act.Tick())
        asking = self._crew.claims(now)
        first_claim = len(actions)
        actions.extend(act.ClaimWork(worker.station, worker.name) for worker in asking)
        step = core.step([act.Submission(action) for action in actions], now, now)
        for worker, answer in zip(asking, step.answers[first_claim:], strict=True):
            self._crew.answered(worker, answer, now)
        for outgoing in step.commands:
            self._machines[outgoing.task.robot].command(outgoing.task, outgoing.packs, now)
        for question in step.questions:
            self._machines[question.robot].ask(question, now)
        self._take_notes(now)

    def _take_notes(self, now: float) -> None:
        state = self._core.state
        for _, _, action, subject, data in self._core.notes:
            ref = subject.partition(":")[2]
            match action:
                case "order.received":
                    order = state.orders.get(ref)
                    if order is not None:
                        self._course.orders[ref] = self._course_of(order, known=False)
                case "order.rebooked":
                    self._left_behind(ref, str(data["old"]), str(data["new"]))
                case "tote.loaded" if str(data["order_ref"]) in self._course.orders:
                    self._course.orders[str(data["order_ref"])].loaded_at = now
                case "order.dispatched":
                    self._left(ref, now)
                case "order.short" | "order.cancelled":
                    if ref in self._course.orders:
                        self._course.orders[ref].closed = True

    def _course_of(self, order: Order, *, known: bool) -> OrderCourse:
        """A van that is held takes its orders in time, though it leaves late."""
        due_at = order.due_at
        departure = self._core.state.departures.get(order.departure_id or "")
        if departure is not None and departure.departure_id in self._held:
            timetable_at = self._held[departure.departure_id]
            due_at = departure.departs_at if timetable_at == due_at else due_at
        return OrderCourse(
            order.order_ref, order.order_class, order.destination, order.departure_id, due_at, known, order.departure_id
        )

    def _left(self, ref: str, now: float) -> None:
        course = self._course.orders.get(ref)
        if course is not None:
            van = self._core.state.departures.get(course.van or "")
            course.left_at = van.departs_at if van is not None else now

    def _left_behind(self, ref: str, old: str, new: str) -> None:
        course, departure = self._course.orders.get(ref), self._core.state.departures.get(old)
        if course is not None:
            course.van = new
        if departure is not None:
            van = self._course.vans.setdefault(old, VanCourse(old, departure.departs_at))
            van.left_behind.append(ref)

    # ---- at the start -----------------------------------------------------------------------------------

    def _hold_vans(self, question: Question) -> None:
        departures = self._core.state.departures.values()
        for hold in question.holds:
            coming = [
                departure
                for departure in departures
                if departure.run == hold.run
                and departure.status is DepartureStatus.PLANNED
                and departure.departs_at > self._now
            ]
            if coming:
                van = min(coming, key=lambda departure: departure.departs_at)
                self._held.setdefault(van.departure_id, van.departs_at)
                van.departs_at += 60.0 * hold.minutes

    def _count_time(self, roster: Roster) -> None:
        for number, from_at, to_at in self._course.hours():
            for robot, machine in self._machines.items():
                self._course.robot_up_s.setdefault(robot, {})[number] = machine.outages.working_s(from_at, to_at)
            for station in self._core.state.stations:
                staffed_s = self._course.station_staffed_s.setdefault(station, {})
                staffed_s[number] = roster.staffed_s(station, from_at, to_at)


def _place(order: act.SubmitOrder, at: float) -> list[act.Action]:
    return [order]


def _planned(question: Question, robot: str, now: float) -> list[Outage]:
    return [
        Outage(max(now, down.from_at if down.from_at is not None else now), down.until_at)
        for down in question.down
        if down.robot == robot
    ]
