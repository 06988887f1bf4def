"""Why an order was late: its time from placed to left, cut along the way that was last, each piece charged to what was
then in the way.

The way is walked backwards from where the order left, or from where it is now: van, dock, check, the last tour or job
by hand, the wait for its source, and, where that tour was only needed because an earlier one fell short or the check
refused the tote, on through that. Everything before a new start was in vain and counts for what made it necessary.

A charge has its whole length and what of it counts beyond the usual. Working time is usual. Waiting for a source counts
from the last moment at which the order could have been begun in time: sooner, others were rightly served first. Waiting
for people counts where it did not end in time. What was disturbed (a robot down, a pack in doubt, a tour in vain)
counts whole, unless it was over before that last moment. The cause is what counts most; without evidence it is unknown.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from controller.scheduling.lateness_path import Piece, Stage, way
from controller.scheduling.lateness_records import Records, Standstill


class Blame(enum.StrEnum):
    """What was in the way."""

    ROBOT_DOWN = "robot_down"
    """A robot with its packs could not work, or had to catch up after that."""
    TOUR_IN_VAIN = "tour_in_vain"
    """A tour did not bring what it was to bring."""
    REFUSED_AT_CHECK = "refused_at_check"
    IN_DOUBT = "in_doubt"
    """Nobody knew what had become of a pack."""
    OUT_OF_STOCK = "out_of_stock"
    ROBOT_BUSY = "robot_busy"
    """Other orders went first."""
    NO_PLACE = "no_place"
    """No place for the totes of another order was free."""
    WAITED_FOR_PEOPLE = "waited_for_people"
    SLOW = "slow"
    """A tour or a job took longer than such ones usually do."""
    CAME_TOO_LATE = "came_too_late"
    """Even an empty centre could not have done it in time."""
    DEPARTURE = "departure"
    """It was loaded in time and its van left later."""
    NEXT_VAN = "next_van"
    """It had missed its van: a consequence, never the cause."""
    IN_TIME = "in_time"
    """It waited while there was time."""
    WORK = "work"
    """What it takes in an empty centre."""
    UNKNOWN = "unknown"


_TOLD_WHOLE = frozenset({Blame.ROBOT_DOWN, Blame.IN_DOUBT, Blame.OUT_OF_STOCK, Blame.NEXT_VAN})
_NOT_A_CAUSE = frozenset({Blame.NEXT_VAN, Blame.IN_TIME, Blame.WORK, Blame.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Charge:
    """So much of the order's time went there."""

    blame: Blame
    place: str = ""
    """A robot, an area, a station, a van; or empty."""
    standstill: Standstill | None = None
    """Of a robot that was down."""
    code: str | None = None
    """The fault because of which a tour was in vain."""
    lasted_s: float = 0.0
    beyond_s: float = 0.0
    """Of that, what counts; never more than `lasted_s`."""

    @property
    def weight_s(self) -> float:
        """How long it was in the way: a disturbance that outlasted the last moment all of its time, waiting for one's
        turn what was too long."""
        return self.lasted_s if self.blame in _TOLD_WHOLE else self.beyond_s


@dataclass(frozen=True, slots=True)
class Lateness:
    late_s: float
    """After it was due it left, or is still here."""
    left: bool
    charges: tuple[Charge, ...]
    """Together the time from placed to left, or to now; what counts most first."""

    @property
    def cause(self) -> Charge:
        """What counts most, of what can be a cause."""
        counted = [each for each in self.charges if each.beyond_s > 0.0 and each.blame not in _NOT_A_CAUSE]
        return counted[0] if counted else Charge(Blame.UNKNOWN)

    @property
    def others(self) -> tuple[Charge, ...]:
        """What contributed besides, and the wait for the next van."""
        found = (each for each in self.charges if each.beyond_s > 0.0 or each.blame is Blame.NEXT_VAN)
        return tuple(each for each in found if each is not self.cause)


def judge(records: Records) -> Lateness:
    """Total: whatever was recorded, every second is charged once, and only what was recorded is named."""
    pieces = way(records)
    tally = _Tally()
    for piece in pieces:
        _charge(piece, records, tally)
    if records.left_at is not None:
        _came_too_late(records, tally)
    charges = sorted(tally.charges(), key=_most_first)
    return Lateness(max(0.0, records.end_at - records.due_at), records.left_at is not None, tuple(charges))


def _most_first(charge: Charge) -> tuple[bool, float, float, str, str]:
    return charge.beyond_s <= 0.0, -charge.weight_s, -charge.lasted_s, charge.blame, charge.place


# ---- one piece of the way -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tally:
    """Seconds by what they are charged to, and the usual work so far."""

    found: dict[Charge, tuple[float, float]] = field(default_factory=dict)

    def add(self, charge: Charge, lasted_s: float, beyond_s: float) -> None:
        before = self.found.get(charge, (0.0, 0.0))
        self.found[charge] = (before[0] + lasted_s, before[1] + beyond_s)

    def charges(self) -> Iterator[Charge]:
        for charge, (lasted_s, beyond_s) in self.found.items():
            yield replace(charge, lasted_s=lasted_s, beyond_s=min(beyond_s, lasted_s))


def _charge(piece: Piece, records: Records, tally: _Tally) -> None:
    usual_s = piece.usual_s
    for from_at, until_at in _cut(piece, records):
        lasted_s = until_at - from_at
        disturbance = _disturbance(piece, records, from_at)
        if disturbance is not None:
            counts_s = _after(piece.latest_at, from_at, until_at) if piece.stage is Stage.SOURCE else lasted_s
            tally.add(disturbance, lasted_s, counts_s)
        elif piece.works:
            _work(piece, lasted_s, min(lasted_s, usual_s), tally)
            usual_s -= min(lasted_s, usual_s)
        else:
            for charge, part_s, counts_s in _waited(piece, records, from_at, until_at):
                tally.add(charge, part_s, counts_s)


def _work(piece: Piece, lasted_s: float, usual_s: float, tally: _Tally) -> None:
    in_vain = _in_vain(piece)
    if in_vain is not None:
        tally.add(in_vain, lasted_s, lasted_s)
        return
    tally.add(Charge(Blame.WORK), usual_s, 0.0)
    if lasted_s > usual_s:
        tally.add(Charge(Blame.SLOW, piece.place), lasted_s - usual_s, lasted_s - usual_s)


def _in_vain(piece: Piece) -> Charge | None:
    """What the working time of a piece is charged to that had to be done again."""
    if piece.again is None:
        return None
    blame = Blame.REFUSED_AT_CHECK if piece.again is Stage.CHECK else Blame.TOUR_IN_VAIN
    return Charge(blame, piece.again_at, code=piece.again_code)


def _cut(piece: Piece, records: Records) -> Iterator[tuple[float, float]]:
    """The piece at every moment at which something in the way begins or ends."""
    moments = {piece.from_at, piece.until_at}
    for standstill in records.standstills:
        if standstill.robot in (piece.place, *piece.rivals):
            until_at = records.until(standstill)
            moments |= {standstill.from_at, until_at, 2 * until_at - standstill.from_at}
    for began_at, ended_at in (*records.lacking, *piece.doubts):
        moments |= {began_at, records.end_at if ended_at is None else ended_at}
    inside = sorted(at for at in moments if piece.from_at <= at <= piece.until_at)
    yield from pairwise(inside)


def _disturbance(piece: Piece, records: Records, from_at: float) -> Charge | None:
    """What stood in the way from this moment on, by what was recorded: the most fundamental first."""
    if piece.stage in (Stage.SOURCE, Stage.GAP) and _inside(records.lacking, from_at):
        return Charge(Blame.OUT_OF_STOCK)
    if piece.stage not in (Stage.SOURCE, Stage.QUEUE, Stage.TOUR):
        return None
    down = _down(piece, records, from_at)
    if down is not None:
        return Charge(Blame.ROBOT_DOWN, down.robot, down)
    if _inside(piece.doubts, from_at):
        return Charge(Blame.IN_DOUBT, piece.place)
    return None


def _down(piece: Piece, records: Records, at: float) -> Standstill | None:
    for robot in (piece.place, *piece.rivals):
        for standstill in records.standstills:
            if standstill.robot == robot and standstill.from_at <= at < records.until(standstill):
                return standstill
    if piece.stage is Stage.TOUR:
        return None
    return _catching_up(piece, records, at)


def _catching_up(piece: Piece, records: Records, at: float) -> Standstill | None:
    """After a standstill a robot is behind by as long as it lasted."""
    for standstill in records.standstills:
        until_at = records.until(standstill)
        if standstill.robot == piece.place and until_at <= at < 2 * until_at - standstill.from_at:
            return standstill
    return None


def _waited(piece: Piece, records: Records, from_at: float, until_at: float) -> Iterator[tuple[Charge, float, float]]:
    lasted_s = until_at - from_at
    match piece.stage:
        case Stage.SOURCE:
            counts_s = _after(piece.latest_at, from_at, until_at)
            if lasted_s > counts_s:
                yield Charge(Blame.IN_TIME, piece.place), lasted_s - counts_s, 0.0
            if counts_s:
                yield _behind(piece), counts_s, counts_s
        case Stage.QUEUE:
            yield _behind(piece), lasted_s, lasted_s
        case Stage.PEOPLE if piece.until_at > piece.latest_at:
            yield Charge(Blame.WAITED_FOR_PEOPLE, piece.place), lasted_s, lasted_s
        case Stage.PEOPLE:
            yield Charge(Blame.IN_TIME, piece.place), lasted_s, 0.0
        case Stage.VAN:
            yield from _van(piece, records, from_at, until_at)
        case _:
            yield Charge(Blame.UNKNOWN), lasted_s, 0.0


def _behind(piece: Piece) -> Charge:
    if piece.held_for_place and piece.stage is Stage.SOURCE:
        return Charge(Blame.NO_PLACE)
    if piece.by_hand:
        return Charge(Blame.WAITED_FOR_PEOPLE, piece.place)
    return Charge(Blame.ROBOT_BUSY, piece.place) if piece.place else Charge(Blame.UNKNOWN)


def _van(piece: Piece, records: Records, from_at: float, until_at: float) -> Iterator[tuple[Charge, float, float]]:
    if piece.from_at > records.due_at:
        yield Charge(Blame.NEXT_VAN, piece.place), until_at - from_at, 0.0
        return
    late_s = _after(records.due_at, from_at, until_at)
    yield Charge(Blame.IN_TIME, piece.place), until_at - from_at - late_s, 0.0
    if late_s:
        yield Charge(Blame.DEPARTURE, piece.place), late_s, late_s


def _came_too_late(records: Records, tally: _Tally) -> None:
    """Where the usual work alone takes longer than the order gave us, the difference counts for when it came."""
    work = Charge(Blame.WORK)
    work_s, _ = tally.found.get(work, (0.0, 0.0))
    lacks_s = work_s - max(0.0, records.due_at - records.placed_at)
    if lacks_s > 0.0:
        del tally.found[work]
        tally.add(Charge(Blame.CAME_TOO_LATE), work_s, lacks_s)


def _after(latest_at: float, from_at: float, until_at: float) -> float:
    return max(0.0, until_at - max(from_at, latest_at))


def _inside(spans: Iterable[tuple[float, float | None]], at: float) -> bool:
    return any(from_at <= at and (until_at is None or at < until_at) for from_at, until_at in spans)
