"""The way of an order that was last, as pieces of time without gaps: from placed to left, or to now."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import TypeVar

from controller.scheduling.lateness_records import Job, Records, Span, Trip

_Ended = TypeVar("_Ended", Trip, Job)


class Stage(enum.StrEnum):
    SOURCE = "source"
    """Nobody has been given the packs."""
    QUEUE = "queue"
    """A robot has them among its next tours."""
    TOUR = "tour"
    PEOPLE = "people"
    """For somebody at a station."""
    CHECK = "check"
    LOAD = "load"
    VAN = "van"
    GAP = "gap"
    """Nothing is recorded of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    stage: Stage
    place: str = ""
    rivals: tuple[str, ...] = ()
    by_hand: bool = False
    held_for_place: bool = False
    latest_at: float = 0.0
    """Waiting that ends by then does no harm."""
    usual_s: float = 0.0
    """Of a piece of work."""
    doubts: tuple[Span, ...] = ()
    """When nobody knew what had become of its packs."""
    again: Stage | None = None
    """It had to be done again from there…"""
    again_at: str = ""
    again_code: str | None = None
    from_at: float = 0.0
    until_at: float = 0.0

    @property
    def works(self) -> bool:
        return self.stage in (Stage.TOUR, Stage.CHECK, Stage.LOAD)


def way(records: Records) -> list[Piece]:
    """In the order of time; together exactly from placed to the end, none of them empty."""
    walk = _Walk(records)
    walk.from_the_end()
    return sorted(walk.pieces, key=lambda piece: piece.from_at)


class _Walk:
    """Backwards; `at` is how far it has come."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.at = max(records.placed_at, records.end_at)
        self.pieces: list[Piece] = []
        self._left_s = 0.0
        """Usual work that comes after."""
        self._again: tuple[Stage, str, str | None] | None = None
        self._walked: set[str] = set()

    def from_the_end(self) -> None:
        records = self.records
        here = records.left_at is None
        trips = [trip for trip in records.trips if trip.ended_at is None]
        checks = [job for job in records.checks if job.ended_at is None]
        loads = [job for job in records.loads if job.ended_at is None]
        loaded = _last_ended(records.loads, self.at)
        if here and records.wanting:
            self._wait_for_source()
        elif here and trips:
            self._trip(min(trips, key=lambda trip: (trip.given_at, trip.ref)))
        elif here and checks:
            self._check(min(checks, key=_made))
        elif here and loads:
            self._load(min(loads, key=_made))
        elif loaded is not None:
            self._add(loaded.ended_at, Piece(Stage.VAN, records.van))
            self._load(loaded)
        else:
            self._close()

    # ---- one step back ----------------------------------------------------------------------------------

    def _load(self, job: Job) -> None:
        self._job(job, Stage.LOAD)
        passed = [each for each in self.records.checks if each.tote == job.tote and not each.refused]
        checked = _last_ended(passed, self.at)
        if checked is None:
            self._close()
        else:
            self._check(checked)

    def _check(self, job: Job) -> None:
        self._job(job, Stage.CHECK)
        # The tote was closed when the last of its packs was in it.
        last = _last_ended([trip for trip in self.records.trips if trip.ref not in self._walked], self.at)
        if last is None:
            self._close()
        else:
            self._trip(last)

    def _job(self, job: Job, stage: Stage) -> None:
        self._add(job.ended_at, Piece(Stage.GAP))
        self._add(job.taken_at, Piece(stage, job.station, usual_s=job.usual_s))
        self._left_s += job.usual_s
        self._add(job.made_at, Piece(Stage.PEOPLE, job.station, latest_at=self.records.due_at - self._left_s))

    def _trip(self, trip: Trip) -> None:
        self._walked.add(trip.ref)
        at = Piece(Stage.TOUR, trip.place, by_hand=trip.by_hand, usual_s=trip.usual_s, doubts=trip.doubts)
        self._add(trip.ended_at, Piece(Stage.GAP))
        self._add(trip.began_at, at)
        self._add(trip.given_at, replace(at, stage=Stage.QUEUE))
        self._left_s += trip.usual_s
        latest_at = self._latest_at(trip.begin_by)
        self._before(
            trip.lines,
            trip.given_at,
            Piece(
                Stage.SOURCE,
                trip.place,
                trip.rivals,
                by_hand=trip.by_hand,
                held_for_place=trip.held_for_place,
                latest_at=latest_at,
            ),
        )

    def _wait_for_source(self) -> None:
        records = self.records
        lines = frozenset(line for trip in records.trips if trip.short for line in trip.lines)
        place, *rivals = records.waits_for or ("",)
        latest_at = self._latest_at(records.begin_by)
        waiting = Piece(Stage.SOURCE, place, tuple(rivals), by_hand=records.waits_by_hand, latest_at=latest_at)
        self._before(lines, self.at, waiting)

    def _latest_at(self, begin_by: float | None) -> float:
        # Once the order had missed its van it was reckoned for the next one: that is no more time than it had.
        latest_at = self.records.due_at - self._left_s
        return latest_at if begin_by is None else min(begin_by, latest_at)

    def _before(self, lines: frozenset[int], given_at: float, waiting: Piece) -> None:
        """What made a tour necessary: that the order came, or that an earlier one or its check was in vain."""
        failed = [
            trip for trip in self.records.trips if trip.short and trip.lines & lines and trip.ref not in self._walked
        ]
        earlier = _last_ended(failed, given_at)
        refused = _last_ended([job for job in self.records.checks if job.refused], given_at)
        earlier_at = -inf if earlier is None else earlier.ended_at or 0.0
        refused_at = -inf if refused is None else refused.ended_at or 0.0
        self._add(max(earlier_at, refused_at, self.records.placed_at), waiting)
        if earlier is not None and earlier_at >= refused_at:
            self._again = (Stage.TOUR, earlier.place, earlier.code)
            self._trip(earlier)
        elif refused is not None:
            self._again = (Stage.CHECK, refused.station, None)
            self._check(refused)

    def _close(self) -> None:
        self._add(self.records.placed_at, Piece(Stage.GAP))

    def _add(self, from_at: float | None, piece: Piece) -> None:
        """The piece that ends where the walk is; where its beginning is not known it has not begun."""
        if from_at is None:
            return
        from_at = max(self.records.placed_at, from_at)
        if from_at >= self.at:
            return
        if self._again is not None:
            again, place, code = self._again
            piece = replace(piece, again=again, again_at=place, again_code=code)
        self.pieces.append(replace(piece, from_at=from_at, until_at=self.at))
        self.at = from_at


def _last_ended(things: Iterable[_Ended], by: float) -> _Ended | None:
    ended = [each for each in things if each.ended_at is not None and each.ended_at <= by]
    return max(ended, key=lambda each: each.ended_at or 0.0, default=None)


def _made(job: Job) -> tuple[float, str]:
    return job.made_at, job.tote
