"""What tours and jobs really took, for the times that decisions and promises are made from."""

from controller.domain.task import StepStatus, Task, TaskKind
from controller.domain.timing import Timing
from controller.domain.work import Work, WorkKind
from controller.engine.turn import Turn
from controller.scheduling.calendar import local_hour

_LEARNED_JOBS = frozenset(WorkKind) - {WorkKind.SETTLE}
"""Looking for a pack in doubt takes as long as it takes."""


def tour_started(turn: Turn, task: Task) -> None:
    """A robot has begun a task: the tour before it is over, and took from its start to now.

    Only where the robot had this one waiting while it was at that one, and did nothing in between: otherwise the time
    is not the tour's.
    """
    contact = turn.state.contacts[task.robot]
    before, contact.under_way = contact.under_way, task if task.kind is TaskKind.PICK else None
    if before is None or before.started_at is None or task.issued_at > contact.head_free_at:
        return
    if task.kind is not TaskKind.PICK or any(step.status is StepStatus.LOST for step in before.steps):
        return
    products, book = turn.state.products, turn.state.book
    heights = [products[pack.gtin].height_mm for step in before.steps if (pack := book.packs.get(step.pack_id))]
    if len(heights) == len(before.steps):
        took_s = turn.now - before.started_at
        _keep(turn, turn.state.times.observe_tour(task.robot, heights, took_s, turn.now))


def disturbed(turn: Turn, robot: str) -> None:
    """The robot has stopped, or was lost: what it is doing tells nothing about how long it takes."""
    turn.state.contacts[robot].under_way = None


def job_done(turn: Turn, work: Work) -> None:
    """A person has finished a job."""
    turn.state.attendance.seen(work.station, work.worker or "", turn.now)
    if work.taken_at is None or work.kind not in _LEARNED_JOBS:
        return
    packs = _packs_of(turn, work)
    took_s = turn.now - work.taken_at
    _keep(turn, turn.state.times.observe_work(work.station, work.kind, packs, took_s, turn.now))


def hour_passed(turn: Turn) -> None:
    """Once an hour: remember who was there."""
    state = turn.state
    hour = local_hour(turn.now, state.zone)
    if state.attended_hour != hour:
        if state.attended_hour is not None:
            state.attendance.note_hour(state.stations, state.attended_hour, turn.now)
        state.attended_hour = hour


def _packs_of(turn: Turn, work: Work) -> int:
    if work.pack_ids:
        return len(work.pack_ids)
    tote = turn.state.totes.get(work.tote_id or "")
    return tote.packs if tote is not None else 0


def _keep(turn: Turn, changed: list[Timing]) -> None:
    for timing in changed:
        turn.changes.timings[(timing.source, timing.kind, timing.size)] = timing
