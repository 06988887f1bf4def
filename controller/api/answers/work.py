from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from controller.api.engine_face import StateView
from controller.api.instants import Day, Instant, instant, instant_or_none
from controller.domain.errors import NotFound
from controller.domain.work import (
    CHECK_STATION,
    DOCK_STATION,
    FLOOR_STATION,
    GOODS_IN_STATION,
    Work,
    WorkKind,
    WorkStatus,
)


class PackToHandle(Struct, frozen=True):
    pack_id: str
    gtin: str
    batch: str
    expiry: Day
    place: str
    """Account of the ledger where it stands."""


class WorkToDo(Struct, frozen=True):
    work_id: str
    kind: WorkKind
    station: str
    robot: str | None
    tote_id: str | None
    order_ref: str | None
    departure_id: str | None
    due_at: Instant
    packs: list[PackToHandle]


class ClaimAnswer(Struct, frozen=True):
    work: WorkToDo | None
    """None: nothing came up; ask again."""


class FinishReceipt(Struct, frozen=True):
    """What the engine says of the finished work; more fields may follow."""


class WorkAnswer(Struct, frozen=True):
    work_id: str
    kind: WorkKind
    station: str
    status: WorkStatus
    urgency: int
    """0 discharge, 1 urgent, 2 routine, 3 goods in."""
    created_at: Instant
    due_at: Instant
    worker: str | None
    taken_at: Instant | None
    packs: int
    robot: str | None
    tote_id: str | None
    order_ref: str | None
    departure_id: str | None
    doubt_id: str | None


class WorkPage(Struct, frozen=True):
    items: list[WorkAnswer]
    next: str | None


class StationAnswer(Struct, frozen=True):
    station: str
    waiting: int
    taken: int
    waiting_by_kind: dict[str, int]
    oldest_waiting_since: Instant | None


class StationList(Struct, frozen=True):
    items: list[StationAnswer]


def station_names(state: StateView) -> list[str]:
    """Every place where people take work, in a fixed order."""
    areas = [area.area for area in state.site.areas]
    return [GOODS_IN_STATION, *areas, CHECK_STATION, DOCK_STATION, FLOOR_STATION]


def check_station(state: StateView, station: str) -> None:
    """NotFound where the centre has no such station."""
    if station not in station_names(state):
        raise NotFound(f"there is no station {station!r}; this centre has {', '.join(station_names(state))}")


def station_answers(state: StateView) -> list[StationAnswer]:
    by_station: dict[str, list[Work]] = {name: [] for name in station_names(state)}
    for work in state.works.values():
        by_station.setdefault(work.station, []).append(work)
    return [_station_answer(name, works) for name, works in by_station.items()]


def _station_answer(station: str, works: Iterable[Work]) -> StationAnswer:
    waiting = [work for work in works if work.status is WorkStatus.WAITING]
    return StationAnswer(
        station=station,
        waiting=len(waiting),
        taken=sum(work.status is WorkStatus.TAKEN for work in works),
        waiting_by_kind=dict(Counter(work.kind.value for work in waiting)),
        oldest_waiting_since=instant_or_none(min((work.created_at for work in waiting), default=None)),
    )


def work_answer(work: Work) -> WorkAnswer:
    return WorkAnswer(
        work_id=work.work_id,
        kind=work.kind,
        station=work.station,
        status=work.status,
        urgency=work.urgency,
        created_at=instant(work.created_at),
        due_at=instant(work.due_at),
        worker=work.worker,
        taken_at=instant_or_none(work.taken_at),
        packs=len(work.pack_ids),
        robot=work.robot,
        tote_id=work.tote_id,
        order_ref=work.order_ref,
        departure_id=work.departure_id,
        doubt_id=work.doubt_id,
    )
