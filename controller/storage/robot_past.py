"""What is kept of robots over a span, for their figures: faults, motions, planned times, late orders, picks."""

from collections.abc import Callable

from sqlalchemy import Connection, func, or_, select

from controller.domain.maintenance_window import WindowStatus
from controller.domain.task import TaskKind
from controller.domain.withdrawal import HowOut
from controller.faults.kpi import RobotPast, Stop
from controller.storage import tables

_MOTIONS = [
    kind.value
    for kind in (TaskKind.PICK, TaskKind.STORE, TaskKind.EJECT, TaskKind.RELOCATE, TaskKind.COUNT, TaskKind.HOME,
                 TaskKind.CALIBRATE, TaskKind.SELF_TEST)
]  # fmt: skip
_SERVICE = "procedure PM-99"
_PROCEDURE = "procedure "
"""Reason of a robot that was taken out for a procedure (engine/technician.py)."""


def robot_past(connection: Connection, since: float, until: float) -> dict[str, RobotPast]:
    """By robot; one of which nothing is kept is not among them. Late orders stand with every robot."""
    pasts: dict[str, RobotPast] = {}

    def of(robot: str) -> RobotPast:
        return pasts.setdefault(robot, RobotPast(robot))

    begun = _begun(connection)
    fault = tables.faults.c
    query = select(fault.fault_id, fault.robot, fault.raised_at, fault.level, fault.cleared_at, fault.stopped_s).where(
        fault.raised_at < until, or_(fault.cleared_at.is_(None), fault.cleared_at + fault.stopped_s >= since)
    )
    for fault_id, robot, raised_at, level, cleared_at, stopped_s in connection.execute(query):
        of(robot).faults.append(Stop(raised_at, level, cleared_at, stopped_s, begun.get(fault_id)))
    task = tables.commands.c
    motions = select(task.robot, task.started_at, func.coalesce(task.finished_at, until)).where(
        task.kind.in_(_MOTIONS), task.started_at < until, or_(task.finished_at.is_(None), task.finished_at > since)
    )
    for robot, started_at, finished_at in connection.execute(motions):
        of(robot).motions.append((started_at, finished_at))
    window = tables.maintenance_windows.c
    windows = select(window.robot, window.from_at, func.coalesce(window.ended_at, window.to_at)).where(
        window.from_at < until, window.to_at > since,
        window.status.not_in([WindowStatus.PLANNED.value, WindowStatus.CANCELLED.value]),
    )  # fmt: skip
    for robot, from_at, to_at in connection.execute(windows):
        of(robot).planned.append((from_at, to_at))
    _withdrawals(connection, since, until, of)
    late = _late(connection, since, until)
    for past in pasts.values():
        past.late_causes = late
    return pasts


def _withdrawals(connection: Connection, since: float, until: float, of: Callable[[str], RobotPast]) -> None:
    out = tables.withdrawals.c
    query = select(out.robot, out.how, out.reason, out.since, func.coalesce(out.ended_at, until)).where(
        out.since < until, or_(out.ended_at.is_(None), out.ended_at > since)
    )
    for robot, how, reason, begin, end in connection.execute(query):
        failed = how == HowOut.INTERLOCK.value or (reason.startswith(_PROCEDURE) and reason != _SERVICE)
        (of(robot).repairs if failed else of(robot).planned).append((begin, end))


def _begun(connection: Connection) -> dict[str, float]:
    run = tables.procedure_runs.c
    query = select(run.fault_id, func.min(run.begun_at)).where(run.fault_id.is_not(None)).group_by(run.fault_id)
    return {str(fault_id): float(begun_at) for fault_id, begun_at in connection.execute(query)}


def _late(connection: Connection, since: float, until: float) -> list[str]:
    """What made each order late that was due in the span, as it was last promised."""
    order, promise = tables.orders.c, tables.promises.c
    query = (
        select(promise.cause)
        .select_from(tables.promises.join(tables.orders, order.order_ref == promise.order_ref))
        .where(order.due_at >= since, order.due_at < until, promise.cause.is_not(None))
        .where(func.coalesce(order.dispatched_at, promise.expected_at) > order.due_at)
    )
    return [str(cause) for (cause,) in connection.execute(query)]
