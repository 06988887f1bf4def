"""The list of what people have to do: created, taken, withdrawn, done."""

from controller.domain.order import Order
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.engine import learning
from controller.engine.turn import Turn


def create(
    turn: Turn,
    kind: WorkKind,
    station: str,
    due_at: float,
    urgency: int,
    *,
    order: Order | None = None,
    tote_id: str | None = None,
    departure_id: str | None = None,
    robot: str | None = None,
    doubt_id: str | None = None,
    pack_ids: list[str] | None = None,
    lines: list[int] | None = None,
) -> Work:
    """Put a job on a station's list."""
    work = Work(
        work_id=turn.ids.new("W"),
        kind=kind,
        station=station,
        created_at=turn.now,
        due_at=due_at,
        urgency=urgency,
        pack_ids=pack_ids or [],
        lines=lines or [],
        order_ref=order.order_ref if order is not None else None,
        tote_id=tote_id,
        departure_id=departure_id,
        robot=robot,
        doubt_id=doubt_id,
    )
    turn.state.works[work.work_id] = work
    turn.state.waiting_work.setdefault(station, {})[work.work_id] = None
    turn.changes.works[work.work_id] = work
    turn.stir(station)
    return work


def take(turn: Turn, work: Work, worker: str) -> None:
    """A worker begins it."""
    turn.state.waiting_work.get(work.station, {}).pop(work.work_id, None)
    work.status = WorkStatus.TAKEN
    work.worker = worker
    work.taken_at = turn.now
    turn.changes.works[work.work_id] = work


def best_waiting(turn: Turn, station: str) -> Work | None:
    """What should be done next at a station; None where nothing waits."""
    waiting = turn.state.waiting_work.get(station)
    if not waiting:
        return None
    found = (turn.state.works[work_id] for work_id in waiting)
    return min(found, key=lambda work: (work.urgency > 1, work.due_at, work.created_at, work.work_id))


def inside(turn: Turn, robot: str) -> list[str]:
    """Who is at work in the robot now, by the jobs that they have taken."""
    kinds = (WorkKind.HAND_PICK, WorkKind.SETTLE)
    return sorted(
        work.worker or ""
        for work in turn.state.works.values()
        if work.robot == robot and work.kind in kinds and work.status is WorkStatus.TAKEN
    )


def finish(turn: Turn, work: Work) -> None:
    learning.job_done(turn, work)
    _end(turn, work, WorkStatus.DONE)


def withdraw(turn: Turn, work: Work) -> None:
    """It need not be done any more."""
    _end(turn, work, WorkStatus.WITHDRAWN)


def _end(turn: Turn, work: Work, status: WorkStatus) -> None:
    turn.state.waiting_work.get(work.station, {}).pop(work.work_id, None)
    turn.state.works.pop(work.work_id, None)
    work.status = status
    work.finished_at = turn.now
    turn.changes.works[work.work_id] = work
