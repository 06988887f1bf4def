"""The working set: what the loop must hold in memory, read at start and after a failed commit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from controller.domain.chore import ChoreKind, ChoreStatus
from controller.domain.departure import DepartureStatus
from controller.domain.maintenance_window import WindowStatus
from controller.domain.order import OrderStatus
from controller.domain.pack import WRITTEN_OFF, robot_account
from controller.domain.product import Zone
from controller.domain.task import TaskStatus
from controller.domain.work import WorkStatus
from controller.engine.ports import WorkingSet
from controller.scheduling.demand import DAY_S, KEPT_DAYS
from controller.storage import entities, tables
from controller.storage.hourly import first_seq
from controller.storage.master import read_master
from controller.storage.periods import whole_periods

KEPT_S = 2 * 24 * 3600.0
"""How long departures that left and answers to requests stay in memory."""

FAULTS_S = 7 * 86_400.0
"""Faults of so long ago speak for or against a cause today."""
CONDITIONS_S = 2 * 86_400.0
"""So much of what robots said of their parts is what today is compared with."""
LATEST_POSTINGS = 20_000
"""Of so many the ones that tell what robots have taken in lately: a busy day."""

_OPEN_ORDERS = [status.value for status in OrderStatus if not status.final]
_OPEN_TASKS = [status.value for status in TaskStatus if not status.final]
_OPEN_WORKS = [WorkStatus.WAITING.value, WorkStatus.TAKEN.value]


def load(connection: Connection, now: float) -> WorkingSet | None:
    """As Store.load. Each list is sorted by its key, so that the same database gives the same start."""
    master = read_master(connection)
    if master is None:
        return None
    since = now - KEPT_S

    def rows(query: Select[Any]) -> Sequence[Any]:
        return connection.execute(query).fetchall()

    packs, orders, works, doubts = tables.packs, tables.orders, tables.works, tables.doubts
    head = connection.execute(select(tables.lease)).one()
    return WorkingSet(
        master=master,
        packs=[entities.pack_of(row) for row in rows(_sorted(packs, packs.c.present))],
        orders=entities.orders_of(rows(select(orders).where(_open_order()).order_by(orders.c.number)), rows(_lines())),
        order_refs=[ref for (ref,) in rows(select(orders.c.order_ref).order_by(orders.c.order_ref))],
        totes=[entities.tote_of(row) for row in rows(_totes())],
        tasks=entities.tasks_of(rows(_sorted(tables.commands, _open_task())), rows(_steps())),
        works=[entities.work_of(row) for row in rows(_sorted(works, works.c.status.in_(_OPEN_WORKS)))],
        doubts=[entities.doubt_of(row) for row in rows(_sorted(doubts, doubts.c.resolved_at.is_(None)))],
        departures=[entities.departure_of(row) for row in rows(_departures(since))],
        delivery_lines=[entities.delivery_line_of(row) for row in rows(_waiting_lines())],
        offers=[entities.offer_of(row) for row in rows(_sorted(tables.offers))],
        robots=[entities.robot_of(row) for row in rows(_sorted(tables.robots))],
        ward_counts=[entities.ward_count_of(row) for row in rows(_sorted(tables.ward_counts))],
        calendar_changes=[entities.calendar_change_of(row) for row in rows(_calendar_changes())],
        promises=[entities.promise_of(row) for row in rows(_promises())],
        timings=[entities.timing_of(row) for row in rows(_sorted(tables.timings))],
        chores=[entities.chore_of(row) for row in rows(_chores())],
        maintenance_windows=[entities.window_of(row) for row in rows(_windows())],
        night_pauses=[
            entities.night_pause_of(row)
            for row in rows(_sorted(tables.night_pauses, tables.night_pauses.c.lifted_at.is_(None)))
        ],
        faults=[entities.fault_of(row) for row in rows(_sorted(tables.faults, _recent_fault(now)))],
        alarms=[entities.alarm_of(row) for row in rows(_sorted(tables.alarms, tables.alarms.c.ended_at.is_(None)))],
        out_of_service=[
            entities.out_of_service_of(row)
            for row in rows(_sorted(tables.out_of_service, tables.out_of_service.c.ended_at.is_(None)))
        ],
        withdrawals=[
            entities.withdrawal_of(row)
            for row in rows(_sorted(tables.withdrawals, tables.withdrawals.c.ended_at.is_(None)))
        ],
        procedure_runs=[
            entities.procedure_run_of(row)
            for row in rows(_sorted(tables.procedure_runs, tables.procedure_runs.c.ended_at.is_(None)))
        ],
        profiles=[entities.profile_of(row) for row in rows(_sorted(tables.profiles))],
        recalls=[entities.recall_of(row) for row in rows(_sorted(tables.recalls))],
        conditions=[
            entities.condition_of(row)
            for row in rows(_sorted(tables.conditions, tables.conditions.c.at >= now - CONDITIONS_S))
        ],
        checkpoints=[entities.checkpoint_of(row) for row in rows(_sorted(tables.checkpoints))],
        requests=[entities.request_of(row) for row in rows(_sorted(tables.requests, tables.requests.c.at >= since))],
        balances={row.account: row.packs for row in rows(_sorted(tables.balances, tables.balances.c.packs != 0))},
        last_posting_seq=head.posting_seq,
        last_journal_seq=head.journal_seq,
        last_journal_hash=head.journal_hash,
        last_order_number=connection.execute(select(func.coalesce(func.max(orders.c.number), 0))).scalar_one(),
        stored=_stored(connection, head.posting_seq),
        cold_exits=_cold_exits(connection, since),
        imported_at=connection.execute(select(func.min(tables.imports.c.at))).scalar_one(),
        last_alarm_number=_last_number(connection, tables.alarms.c.alarm_id),
        ordered=[(gtin, day, int(packs)) for gtin, day, packs in rows(_ordered(now))],
        ended_tasks=entities.tasks_of(rows(_ended_tasks()), rows(_ended_steps())),
        ended_works=[entities.work_of(row) for row in rows(_ended_works(since))],
        settled_doubts=[entities.doubt_of(row) for row in rows(_settled_doubts(since))],
        decisions=[entities.decision_of(row) for row in rows(_decisions())],
    )


def _last_number(connection: Connection, column: ColumnElement[str]) -> int:
    """The highest number in ids like `A-000123`; 0 where there is none."""
    longest_first = select(column).order_by(func.length(column).desc(), column.desc()).limit(1)
    last = connection.execute(longest_first).scalar_one_or_none()
    return 0 if last is None else int(last.partition("-")[2])


def _sorted(table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(table).where(*conditions).order_by(*table.primary_key)


def _open_order() -> ColumnElement[bool]:
    return tables.orders.c.status.in_(_OPEN_ORDERS)


def _open_task() -> ColumnElement[bool]:
    return tables.commands.c.status.in_(_OPEN_TASKS)


def _lines() -> Select[Any]:
    of_order = tables.orders.c.order_ref == tables.order_lines.c.order_ref
    return _sorted(tables.order_lines, _open_order()).join(tables.orders, of_order)


def _totes() -> Select[Any]:
    of_order = tables.orders.c.order_ref == tables.totes.c.order_ref
    return _sorted(tables.totes, _open_order()).join(tables.orders, of_order)


def _promises() -> Select[Any]:
    of_order = tables.orders.c.order_ref == tables.promises.c.order_ref
    return _sorted(tables.promises, _open_order()).join(tables.orders, of_order)


def _calendar_changes() -> Select[Any]:
    return _sorted(tables.calendar_changes, tables.calendar_changes.c.withdrawn_at.is_(None))


def _chores() -> Select[Any]:
    """Those under way, and of each shelf and each axis the last that was done: the next round goes by it."""
    row = tables.chores.c
    last = (
        select(func.max(row.ended_at).label("ended_at"), row.kind, row.source, row.subject)
        .where(
            row.kind.in_([ChoreKind.COUNT.value, ChoreKind.HOME.value, ChoreKind.CALIBRATE.value]),
            row.status.in_([ChoreStatus.DONE.value, ChoreStatus.PARTLY.value]),
        )
        .group_by(row.kind, row.source, row.subject)
        .subquery()
    )
    is_last = and_(
        row.ended_at == last.c.ended_at,
        row.kind == last.c.kind,
        row.source == last.c.source,
        row.subject == last.c.subject,
    )
    under_way = row.status == ChoreStatus.UNDER_WAY.value
    return _sorted(tables.chores, or_(under_way, last.c.ended_at.is_not(None))).join(last, is_last, isouter=True)


def _windows() -> Select[Any]:
    final = [status.value for status in WindowStatus if status.final]
    return _sorted(tables.maintenance_windows, tables.maintenance_windows.c.status.not_in(final))


def _recent_fault(now: float) -> ColumnElement[bool]:
    row = tables.faults.c
    # The last one as well, however old: the next is numbered after it.
    last = row.fault_id == select(func.max(row.fault_id)).scalar_subquery()
    return or_(row.cleared_at.is_(None), row.owed != "[]", row.raised_at >= now - FAULTS_S, last)


def _steps() -> Select[Any]:
    of_task = tables.commands.c.task_id == tables.command_steps.c.task_id
    return _sorted(tables.command_steps, _open_task()).join(tables.commands, of_task)


def _ended_tasks() -> Select[Any]:
    return _sorted(tables.commands, _open_order(), ~_open_task()).join(tables.orders, _of_order(tables.commands))


def _ended_steps() -> Select[Any]:
    of_task = tables.commands.c.task_id == tables.command_steps.c.task_id
    steps = _sorted(tables.command_steps, _open_order(), ~_open_task())
    return steps.join(tables.commands, of_task).join(tables.orders, _of_order(tables.commands))


def _ended_works(since: float) -> Select[Any]:
    """An order that is open for longer is told without."""
    row = tables.works.c
    ended = _sorted(tables.works, row.finished_at >= since, row.status.not_in(_OPEN_WORKS), _open_order())
    return ended.join(tables.orders, _of_order(tables.works))


def _settled_doubts(since: float) -> Select[Any]:
    settled = _sorted(tables.doubts, tables.doubts.c.resolved_at >= since, _open_order())
    return settled.join(tables.orders, _of_order(tables.doubts))


def _decisions() -> Select[Any]:
    return _sorted(tables.decisions, _open_order()).join(tables.orders, _of_order(tables.decisions))


def _of_order(table: Table) -> ColumnElement[bool]:
    return tables.orders.c.order_ref == table.c.order_ref


def _waiting_lines() -> Select[Any]:
    return _sorted(tables.delivery_lines, tables.delivery_lines.c.waiting > 0)


def _ordered(now: float) -> Select[Any]:
    """Packs of each product ordered on each of the last days; cancelled orders were wanted as well."""
    order, line = tables.orders.c, tables.order_lines.c
    day = whole_periods(order.placed_at, DAY_S)
    return (
        select(line.gtin, day, func.sum(line.ordered))
        .join_from(tables.order_lines, tables.orders, order.order_ref == line.order_ref)
        .where(order.placed_at >= now - KEPT_DAYS * DAY_S)
        .group_by(line.gtin, day)
        .order_by(day, line.gtin)
    )


def _departures(since: float) -> Select[Any]:
    """Cancelled ones are among them, or the planner would plan them once more."""
    row = tables.departures.c
    return _sorted(
        tables.departures,
        or_(
            row.status == DepartureStatus.PLANNED.value,
            and_(row.status == DepartureStatus.DEPARTED.value, row.departed_at >= since),
            and_(row.status == DepartureStatus.CANCELLED.value, row.departs_at >= since),
        ),
    )


def _stored(connection: Connection, last_seq: int) -> list[tuple[str, str]]:
    """(robot, pack) of what was put on shelves by the last postings, in order."""
    row = tables.postings.c
    query = (
        select(row.to_account, row.pack_id)
        .where(row.seq > last_seq - LATEST_POSTINGS, row.reason == "stored")
        .order_by(row.seq)
    )
    robot = len(robot_account(""))
    return [(account[robot:], pack_id) for account, pack_id in connection.execute(query)]


def _cold_exits(connection: Connection, since: float) -> list[tuple[float, str, str]]:
    """(when, robot, pack) of what came out of fridges; a site without any is asked for nothing more."""
    place, row, pack = tables.robot_places.c, tables.postings.c, tables.packs.c
    fridges = connection.execute(select(place.robot).where(place.kind == Zone.FRIDGE.value)).scalars().all()
    if not fridges:
        return []
    query = (
        select(row.at, row.from_account, row.pack_id)
        .join_from(tables.postings, tables.packs, pack.pack_id == row.pack_id)
        .where(
            row.seq >= first_seq(connection, since),
            row.from_account.in_([robot_account(robot) for robot in fridges]),
            pack.account.not_in([WRITTEN_OFF, *map(robot_account, fridges)]),
        )
        .order_by(row.seq)
    )
    robot = len(robot_account(""))
    return [(at, account[robot:], pack_id) for at, account, pack_id in connection.execute(query)]
