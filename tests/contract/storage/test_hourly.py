"""What was finished in each hour of the past, summed by either database."""

from dataclasses import replace

from controller.domain.tote import ToteStatus
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.engine.ports import Batch
from controller.scheduling.pastwork import HOUR_S, HourCount, RobotWork
from controller.storage.store import SqlArchive, SqlStore
from tests.contract.storage import examples

HOUR = int(examples.NOW // HOUR_S) + 10
AT = HOUR * HOUR_S


def _done(work_id: str, kind: WorkKind, station: str, at: float, packs: int, urgency: int = 2) -> Work:
    return replace(
        examples.work(work_id, WorkStatus.DONE),
        kind=kind,
        station=station,
        finished_at=at,
        pack_ids=[f"P{number}" for number in range(packs)],
        lines=[1] * packs,
        urgency=urgency,
    )


async def _history(archive: SqlArchive, since: int = HOUR - 5, until: int = HOUR + 5) -> list[HourCount]:
    return list(await archive.hourly_history(since_hour=since, until_hour=until))


async def test_jobs_are_summed_by_hour_station_and_kind(store: SqlStore, archive: SqlArchive) -> None:
    works = [
        _done("W1", WorkKind.HAND_PICK, "HAND-1", AT, 3, urgency=0),
        _done("W2", WorkKind.HAND_PICK, "HAND-1", AT + 3599.5, 2),
        _done("W3", WorkKind.HAND_PICK, "HAND-1", AT + 3600.0, 1),
        _done("W4", WorkKind.LOAD, "DOCK", AT + 1.0, 0),
        _done("W5", WorkKind.CHECK, "CHECK", AT + 2.0, 0),
        replace(_done("W6", WorkKind.CHECK, "CHECK", AT + 3.0, 0), tote_id=None),
        replace(_done("W7", WorkKind.CHECK, "CHECK", AT + 3.0, 0), status=WorkStatus.WITHDRAWN),
        replace(_done("W8", WorkKind.CHECK, "CHECK", AT + 3.0, 0), status=WorkStatus.TAKEN, finished_at=None),
    ]
    tote = replace(examples.tote(status=ToteStatus.DISPATCHED), packs=17)
    await store.commit(Batch(1, examples.NOW, orders=[examples.order()], totes=[tote], works=works))
    assert await _history(archive) == [
        HourCount(HOUR, "CHECK", "check", 2, 17, 0),
        HourCount(HOUR, "DOCK", "load", 1, 0, 0),
        HourCount(HOUR, "HAND-1", "hand_pick", 2, 5, 1),
        HourCount(HOUR + 1, "HAND-1", "hand_pick", 1, 1, 0),
    ]


async def test_robots_are_summed_from_the_ledger(store: SqlStore, archive: SqlArchive) -> None:
    ids = [f"Q{number}" for number in range(6)]
    moves = [
        *((pack, "supplier", "robot:R1", "DN1", AT - 7200.0) for pack in ids[:4]),
        ("Q4", "supplier", "goods-in", "DN1", AT - 7200.0),
        ("Q4", "goods-in", "input:R1", "W0", AT - 7200.0),
        ("Q5", "supplier", "area:HAND-1", "DN1", AT - 7200.0),
        ("Q0", "robot:R1", "tote:T", "K1", AT - 0.5),
        ("Q1", "robot:R1", "tote:T", "K2", AT),
        ("Q2", "robot:R1", "tote:T", "K2", AT + 3599.0),
        ("Q3", "robot:R1", "tote:T", "K3", AT + 3599.0),
        ("Q4", "input:R1", "robot:R1", "K4", AT + 3599.5),
        ("Q5", "area:HAND-1", "tote:T", "W1", AT + 3599.5),
        ("Q5", "tote:T", "dispatched:X", "W1", AT + 3600.0),
    ]
    postings = [
        replace(examples.posting(4 + n, pack, source, target), at=at, reference=reference)
        for n, (pack, source, target, reference, at) in enumerate(moves)
    ]
    packs = [examples.pack(pack_id, "area:HAND-1") for pack_id in ids]
    await store.commit(Batch(1, examples.NOW, packs=packs, postings=postings))
    before = HourCount(HOUR - 1, "R1", RobotWork.TOUR, 1, 1, 0)
    within = [HourCount(HOUR, "R1", RobotWork.STORE, 1, 1, 0), HourCount(HOUR, "R1", RobotWork.TOUR, 2, 3, 0)]
    assert await _history(archive, HOUR - 1) == [before, *within]
    assert await _history(archive, HOUR) == within
    assert await _history(archive, HOUR - 1, HOUR) == [before]


async def test_an_empty_past_is_empty(store: SqlStore, archive: SqlArchive) -> None:
    """The opening stock is nobody's work."""
    assert await _history(archive) == []
