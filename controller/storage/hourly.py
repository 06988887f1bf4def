"""What was finished in each hour of the past, by station and robot: sums made in the database, few rows come out.

People's jobs are rows of `works`; what robots moved is in the ledger, where the moments grow with the numbers, so that
the part that is asked for is found by halving.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, distinct, func, literal, or_, select

from controller.domain.work import WorkKind, WorkStatus
from controller.scheduling.pastwork import HOUR_S, HourCount, RobotWork
from controller.storage import tables
from controller.storage.periods import whole_periods

_ROBOT, _TOTE = "robot:", "tote:"


def hourly_history(connection: Connection, since_hour: int, until_hour: int) -> list[HourCount]:
    """Of the hours (since the epoch) from `since_hour` up to, not with, `until_hour`; by hour, source and kind."""
    counts = _works(connection, since_hour * HOUR_S, until_hour * HOUR_S)
    counts += _robots(connection, since_hour * HOUR_S, until_hour * HOUR_S)
    return sorted(counts, key=lambda count: (count.hour, count.source, count.kind))


def _works(connection: Connection, since: float, until: float) -> list[HourCount]:
    work, tote = tables.works.c, tables.totes.c
    hour = whole_periods(work.finished_at, HOUR_S)
    # A check names its tote, other jobs their packs.
    packs = case((work.kind == WorkKind.CHECK.value, func.coalesce(tote.packs, 0)), else_=_listed(work.pack_ids))
    query = (
        select(
            hour,
            work.station,
            work.kind,
            func.count(),
            func.sum(packs),
            func.sum(case((work.urgency == 0, 1), else_=0)),
        )
        .select_from(tables.works.outerjoin(tables.totes, tote.tote_id == work.tote_id))
        .where(work.status == WorkStatus.DONE.value, work.finished_at >= since, work.finished_at < until)
        .group_by(hour, work.station, work.kind)
    )
    return [
        HourCount(at, station, kind, jobs, int(handled), int(urgent))
        for at, station, kind, jobs, handled, urgent in connection.execute(query)
    ]


def _robots(connection: Connection, since: float, until: float) -> list[HourCount]:
    posting = tables.postings.c
    hour = whole_periods(posting.at, HOUR_S)
    picked = and_(posting.from_account.startswith(_ROBOT), posting.to_account.startswith(_TOTE))
    stored = and_(posting.to_account.startswith(_ROBOT), ~posting.from_account.startswith(_ROBOT))
    robot = case((picked, posting.from_account), else_=posting.to_account)
    kind = case((picked, RobotWork.TOUR.value), else_=RobotWork.STORE.value)
    query = (
        select(hour, robot, kind, func.count(distinct(posting.reference)), func.count())
        .where(posting.seq >= first_seq(connection, since), posting.at < until, or_(picked, stored))
        .where(posting.from_account != "supplier")
        .group_by(hour, robot, kind)
    )
    return [
        HourCount(at, account.removeprefix(_ROBOT), did, tours if did == RobotWork.TOUR else packs, packs, 0)
        for at, account, did, tours, packs in connection.execute(query)
    ]


def first_seq(connection: Connection, since: float) -> int:
    """The number of the first posting at or after the moment; one past the last where there is none."""
    posting = tables.postings.c
    low, high = 1, connection.execute(select(func.coalesce(func.max(posting.seq), 0))).scalar_one() + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(select(posting.at).where(posting.seq == middle)).scalar_one()
        low, high = (middle + 1, high) if at < since else (low, middle)
    return int(low)


def _listed(ids: ColumnElement[Any]) -> ColumnElement[int]:
    """How many ids a JSON list of them holds; no id has a comma in it."""
    commas = func.length(ids) - func.length(func.replace(ids, ",", ""))
    return case((ids == "[]", literal(0)), else_=commas + 1)
