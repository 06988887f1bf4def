"""From a frozen state and a question to a forecast: build the core once, run it on every seed, sum up."""

import gc
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from controller.domain.forecast import HOURS, LONGEST_H, NIGHT_TO_HOUR, Forecast, Question
from controller.engine.fork import ForkedCore, Frozen, thaw
from controller.engine.ports import MasterData
from controller.rehearsal.forecast.arrivals import draw
from controller.rehearsal.forecast.conclusion import conclude
from controller.rehearsal.forecast.history import Expectation
from controller.rehearsal.forecast.outlook import outlook, spread
from controller.rehearsal.forecast.parallel import map_forked
from controller.rehearsal.forecast.run import Run
from controller.rehearsal.forecast.tally import Course

MORNING_HOURS = 2
"""A night is judged by the vans of the morning after it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a forecast is made from."""

    frozen: Frozen
    question: Question
    expectation: Expectation
    until_at: float


def horizon(question: Question, at: float, zone: ZoneInfo) -> float:
    """The end of the time that the question looks at."""
    if question.hours is not None:
        return at + 3600.0 * question.hours
    if question.night_shift:
        return at + 3600.0 * HOURS
    local = datetime.fromtimestamp(at, zone)
    morning = local.replace(hour=NIGHT_TO_HOUR + MORNING_HOURS, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return min(morning.timestamp(), at + 3600.0 * LONGEST_H)


def answer(task: Task, master: MasterData, at_once: int) -> Forecast:
    """The forecast; the same task gives the same one. RunLost where a run does not end well."""
    fork = thaw(task.frozen, master)
    core = ForkedCore(fork)
    question = task.question
    seeds = list(range(1, question.seeds + 1))
    plain = _as_things_are(question)
    wanted = [(plain, seed) for seed in seeds]
    if question.changes_something:
        wanted += [(question, seed) for seed in seeds]
    gc.collect()
    gc.freeze()
    try:
        courses = map_forked(
            lambda each: Run(core, fork, each[0], each[1], draw(task.expectation, *each), task.until_at).go(),
            wanted,
            at_once,
        )
    finally:
        gc.unfreeze()
    baseline = outlook(courses[: len(seeds)])
    what_if = outlook(courses[len(seeds) :]) if question.changes_something else None
    zone = core.state.zone
    return Forecast(
        at=fork.at,
        until_at=task.until_at,
        seeds=question.seeds,
        known_orders=len(fork.loaded.orders),
        expected_orders=spread(_expected(course) for course in courses[: len(seeds)]),
        basis=task.expectation.basis,
        baseline=baseline,
        what_if=what_if,
        conclusion=conclude(question, baseline, what_if, task.until_at, zone),
        left_out=LEFT_OUT,
    )


LEFT_OUT = ("Deliveries that are not booked yet are not taken into account.",)


def _as_things_are(question: Question) -> Question:
    return Question(hours=question.hours, disturbed_share=question.disturbed_share, seeds=question.seeds)


def _expected(course: Course) -> float:
    return float(sum(not order.known for order in course.orders.values()))
