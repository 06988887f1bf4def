"""A quick forward run: the same dispatch over values, from now until every open order has left.

Sources pull tours by the same index as the live ones, then totes wait for people at the check and at the dock, who
take discharge and urgent work first as they do in the centre. Faults to come, and people's and robots' good and bad
days, are not in it: what a promise needs beyond the expected course is learned (promise.py).
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import ceil

from controller.domain.tote import TOTE_CAPACITY_PACKS
from controller.domain.work import WorkKind
from controller.scheduling.gathering import Gathered, Gathering, urgency
from controller.scheduling.picture import OpenOrder, Picture, Station


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an order comes through. Moments are expected ones."""

    gathered_at: float
    checked_at: float
    loaded_at: float
    """Its last tote is on the van or with the courier."""
    cause: str
    """Where it spends most of its time: a source, a station, or what else it waits for (gathering.py)."""
    waited_s: float
    """…and how long."""


def run(picture: Picture, only: int | None = None) -> dict[int, Outcome]:
    """The outcome of every order by number; with `only`, no further than it takes to know that of one order.

    Deterministic: the same picture gives the same outcomes, in whatever order its orders stand.
    """
    gathering = Gathering(picture)
    gathering.run(only)
    # What is not gathered when `only` is comes after it at the check as well.
    orders = [order for order in picture.orders if order.number == only or gathering.gathered(order.number)]
    gathered = gathering.done
    checks = [
        _Job(urgency(order), at, order.number, place, packs)
        for order in orders
        for place, (at, packs) in enumerate(_totes(picture, order, gathered[order.number].at))
    ]
    checked = _serve(picture, picture.check, checks, WorkKind.CHECK)
    loads = [_Job(job.urgency, checked[job.number, job.place], job.number, job.place, 0) for job in checks]
    loads += [
        _Job(urgency(order), picture.now, order.number, -place, 0)
        for order in orders
        for place in range(1, order.to_load + 1)
    ]
    loaded = _last(_serve(picture, picture.dock, loads, WorkKind.LOAD))
    last_check = _last(checked)
    return {
        number: _outcome(picture, gathered[number], last_check.get(number, picture.now), loaded[number])
        for number in sorted(loaded)
    }


# ---- people -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    urgency: tuple[bool, float, int]
    ready_at: float
    number: int
    place: int
    """Which tote of the order."""
    packs: int


def _totes(picture: Picture, order: OpenOrder, gathered_at: float) -> list[tuple[float, int]]:
    """(ready for the check, packs) of each tote that is still to be checked."""
    totes = [(picture.now, packs) for packs in order.to_check]
    coming = order.gathered + order.awaited + order.left
    for place in range(ceil(coming / TOTE_CAPACITY_PACKS)):
        totes.append((gathered_at, min(TOTE_CAPACITY_PACKS, coming - place * TOTE_CAPACITY_PACKS)))
    return totes


def _serve(picture: Picture, station: Station, jobs: list[_Job], kind: WorkKind) -> dict[tuple[int, int], float]:
    """When each job is done, by (order, tote). People take the most urgent of what waits."""
    coming = sorted(jobs, key=lambda job: (job.ready_at, job.urgency, job.place), reverse=True)
    busy = list(station.free_at)
    heapify(busy)
    waiting: list[tuple[tuple[bool, float, int], int, _Job]] = []
    done: dict[tuple[int, int], float] = {}
    at = picture.now
    while coming or waiting:
        if not waiting:
            at = max(at, coming[-1].ready_at)
        while coming and coming[-1].ready_at <= at:
            job = coming.pop()
            heappush(waiting, (job.urgency, job.place, job))
        while busy and busy[0] <= at:
            heappop(busy)
        if len(busy) >= station.present(picture.now, at):
            # The next that changes: somebody is free, or the hour and with it the shift.
            at = min(busy[0], (at // 3600.0 + 1.0) * 3600.0)
            continue
        job = heappop(waiting)[2]
        ends_at = at + picture.times.work_s(station.name, kind, job.packs)
        heappush(busy, ends_at)
        done[job.number, job.place] = ends_at
    return done


def _last(done: dict[tuple[int, int], float]) -> dict[int, float]:
    """When the last job of each order is done."""
    last: dict[int, float] = {}
    for (number, _), at in done.items():
        last[number] = max(at, last.get(number, at))
    return last


def _outcome(picture: Picture, gathered: Gathered, checked_at: float, loaded_at: float) -> Outcome:
    cause, waited_s = gathered.cause, gathered.waited_s
    for station, began_at, ended_at in (
        (picture.check.name, gathered.at, checked_at),
        (picture.dock.name, checked_at, loaded_at),
    ):
        if ended_at - began_at > max(waited_s, 0.0):
            cause, waited_s = station, ended_at - began_at
    return Outcome(gathered.at, checked_at, loaded_at, cause, waited_s)
