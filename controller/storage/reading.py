"""Questions of those who only ask: single rows by key, and pages sorted by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from controller.domain.alarm import Alarm
from controller.domain.chore import Chore
from controller.domain.decision import Decision
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.fault import Condition, Fault, Recorded
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order
from controller.domain.pack import Pack, Posting
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.task import Task
from controller.domain.tote import Tote
from controller.domain.work import Work
from controller.engine.ports import PoisonMessage
from controller.storage import entities, tables

Wanted = Mapping[str, str | None]
"""Columns and the values they must have; None is any."""


def journal(connection: Connection, after_seq: int, limit: int, subject: str | None) -> list[JournalEntry]:
    found = _page(connection, tables.journal, "seq", after_seq, limit, {"subject": subject})
    return [entities.journal_entry_of(row) for row in found]


def order(connection: Connection, order_ref: str) -> Order | None:
    found = _with_lines(connection, _rows(connection, _by_key(tables.orders, order_ref)))
    return found[0] if found else None


def orders(connection: Connection, after_number: int, limit: int, wanted: Wanted) -> list[Order]:
    return _with_lines(connection, _page(connection, tables.orders, "number", after_number, limit, wanted))


def orders_placed(connection: Connection, since: float, until: float, limit: int) -> list[Order]:
    """By number, which counts orders as they came."""
    row = tables.orders.c
    query = select(tables.orders).where(row.placed_at >= since, row.placed_at < until).order_by(row.number).limit(limit)
    return _with_lines(connection, _rows(connection, query))


def decisions(connection: Connection, order_ref: str, limit: int) -> list[Decision]:
    """Of one order, in the order in which they were made."""
    table = tables.decisions
    query = select(table).where(table.c.order_ref == order_ref).order_by(table.c.id).limit(limit)
    return [entities.decision_of(row) for row in _rows(connection, query)]


def served(
    connection: Connection, source: str, since: float, until: float, besides: str, last: int
) -> tuple[int, list[str]]:
    made = tables.decisions.c
    inside = (made.source == source) & (made.at >= since) & (made.at < until) & (made.order_ref != besides)
    number = _rows(connection, select(func.count(made.order_ref.distinct())).where(inside))[0][0]
    newest = func.max(made.id)
    query = select(made.order_ref).where(inside).group_by(made.order_ref).order_by(newest.desc()).limit(last)
    return int(number), [row.order_ref for row in _rows(connection, query)]


def work(connection: Connection, work_id: str) -> Work | None:
    found = _rows(connection, _by_key(tables.works, work_id))
    return entities.work_of(found[0]) if found else None


def promise(connection: Connection, order_ref: str) -> Promise | None:
    found = _rows(connection, _by_key(tables.promises, order_ref))
    return entities.promise_of(found[0]) if found else None


def fault(connection: Connection, fault_id: str) -> Fault | None:
    found = _rows(connection, _by_key(tables.faults, fault_id))
    return entities.fault_of(found[0]) if found else None


def faults(connection: Connection, before: str | None, limit: int, wanted: Wanted) -> list[Fault]:
    return [entities.fault_of(row) for row in _newest(connection, tables.faults, "fault_id", before, limit, wanted)]


def recordings(connection: Connection, fault_id: str, limit: int) -> list[Recorded]:
    """In the order in which they were written."""
    table = tables.recordings
    query = select(table).where(table.c.fault_id == fault_id).order_by(table.c.id).limit(limit)
    return [entities.recorded_of(row) for row in _rows(connection, query)]


def conditions(connection: Connection, robot: str, since: float, until: float) -> list[Condition]:
    table = tables.conditions
    query = select(table).where(table.c.robot == robot, table.c.at.between(since, until)).order_by(table.c.at)
    return [entities.condition_of(row) for row in _rows(connection, query)]


def alarms(connection: Connection, before: str | None, limit: int, since: float) -> list[Alarm]:
    table = tables.alarms
    query = select(table).where(table.c.raised_at >= since).order_by(table.c.alarm_id.desc()).limit(limit)
    query = query if before is None else query.where(table.c.alarm_id < before)
    return [entities.alarm_of(row) for row in _rows(connection, query)]


def work_log(connection: Connection, robot: str, limit: int) -> list[LogEntry]:
    found = _newest(connection, tables.work_log, "at", None, limit, {"robot": robot})
    return [entities.log_entry_of(row) for row in found]


def procedure_runs(connection: Connection, robot: str | None, limit: int) -> list[ProcedureRun]:
    found = _newest(connection, tables.procedure_runs, "begun_at", None, limit, {"robot": robot})
    return [entities.procedure_run_of(row) for row in found]


def recalls(connection: Connection, limit: int) -> list[Recall]:
    return [entities.recall_of(row) for row in _newest(connection, tables.recalls, "begun_at", None, limit, {})]


def recall(connection: Connection, recall_id: str) -> Recall | None:
    found = _rows(connection, _by_key(tables.recalls, recall_id))
    return entities.recall_of(found[0]) if found else None


def _newest(
    connection: Connection, table: Table, column: str, before: Any, limit: int, wanted: Wanted
) -> Sequence[Any]:
    query = select(table).order_by(table.c[column].desc()).limit(limit)
    if before is not None:
        query = query.where(table.c[column] < before)
    for name, value in wanted.items():
        query = query if value is None else query.where(table.c[name] == value)
    return _rows(connection, query)


def tote(connection: Connection, tote_id: str) -> Tote | None:
    found = _rows(connection, _by_key(tables.totes, tote_id))
    return entities.tote_of(found[0]) if found else None


def totes(connection: Connection, after: str, limit: int, wanted: Wanted) -> list[Tote]:
    return [entities.tote_of(row) for row in _page(connection, tables.totes, "tote_id", after, limit, wanted)]


def task(connection: Connection, task_id: str) -> Task | None:
    found = _with_steps(connection, _rows(connection, _by_key(tables.commands, task_id)))
    return found[0] if found else None


def tasks(connection: Connection, after: str, limit: int, wanted: Wanted) -> list[Task]:
    return _with_steps(connection, _page(connection, tables.commands, "task_id", after, limit, wanted))


def pack(connection: Connection, pack_id: str) -> Pack | None:
    found = _rows(connection, _by_key(tables.packs, pack_id))
    return entities.pack_of(found[0]) if found else None


def packs(connection: Connection, after: str, limit: int, wanted: Wanted) -> list[Pack]:
    return [entities.pack_of(row) for row in _page(connection, tables.packs, "pack_id", after, limit, wanted)]


def postings(connection: Connection, after_seq: int, limit: int, wanted: Wanted) -> list[Posting]:
    return [entities.posting_of(row) for row in _page(connection, tables.postings, "seq", after_seq, limit, wanted)]


def doubts(connection: Connection, after: str, limit: int, open_only: bool) -> list[Doubt]:
    query = _after(tables.doubts, "doubt_id", after, limit)
    if open_only:
        query = query.where(tables.doubts.c.resolved_at.is_(None))
    return [entities.doubt_of(row) for row in _rows(connection, query)]


def departures(connection: Connection, after: str, limit: int, wanted: Wanted) -> list[Departure]:
    found = _page(connection, tables.departures, "departure_id", after, limit, wanted)
    return [entities.departure_of(row) for row in found]


def chores(connection: Connection, after: str, limit: int, wanted: Wanted) -> list[Chore]:
    return [entities.chore_of(row) for row in _page(connection, tables.chores, "chore_id", after, limit, wanted)]


def maintenance_windows(connection: Connection, after: str, limit: int, wanted: Wanted) -> list[MaintenanceWindow]:
    found = _page(connection, tables.maintenance_windows, "window_id", after, limit, wanted)
    return [entities.window_of(row) for row in found]


def poison(connection: Connection, limit: int) -> list[PoisonMessage]:
    query = select(tables.poison).order_by(tables.poison.c.id.desc()).limit(limit)
    return [entities.poison_of(row) for row in _rows(connection, query)]


def _page(
    connection: Connection, table: Table, key: str, after: str | int, limit: int, wanted: Wanted
) -> Sequence[Any]:
    query = _after(table, key, after, limit)
    for name, value in wanted.items():
        if value is not None:
            query = query.where(table.c[name] == value)
    return _rows(connection, query)


def _after(table: Table, key: str, after: str | int, limit: int) -> Select[Any]:
    return select(table).where(table.c[key] > after).order_by(table.c[key]).limit(limit)


def _by_key(table: Table, key: str) -> Select[Any]:
    (column,) = table.primary_key
    return select(table).where(column == key)


def _with_lines(connection: Connection, found: Sequence[Any]) -> list[Order]:
    line = tables.order_lines.c
    refs = [row.order_ref for row in found]
    query = select(tables.order_lines).where(line.order_ref.in_(refs)).order_by(line.order_ref, line.number)
    return entities.orders_of(found, _rows(connection, query))


def _with_steps(connection: Connection, found: Sequence[Any]) -> list[Task]:
    step = tables.command_steps.c
    ids = [row.task_id for row in found]
    query = select(tables.command_steps).where(step.task_id.in_(ids)).order_by(step.task_id, step.position)
    return entities.tasks_of(found, _rows(connection, query))


def _rows(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    return connection.execute(query).fetchall()
