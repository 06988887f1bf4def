"""What was recorded of one order's time in the centre: the values from which its lateness is told."""

from dataclasses import dataclass

Span = tuple[float, float | None]
"""From, until; None: it lasts."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """A time in which a robot could not work."""

    robot: str
    from_at: float
    until_at: float | None
    why: str
    """In words: the fault, by whom it was taken out, that nothing was heard of it."""
    fault_id: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """A tour of a robot, or a job of picking by hand."""

    ref: str
    place: str
    """The robot, also where a person fetches out of it; else the area."""
    lines: frozenset[int]
    given_at: float
    began_at: float | None
    ended_at: float | None
    usual_s: float
    """From its beginning to its end."""
    by_hand: bool = False
    short: bool = False
    """It did not bring all that it was to bring."""
    code: str | None = None
    """The fault that it had."""
    begin_by: float | None = None
    """The last moment at which it could have been given and the order still be in time, as then reckoned."""
    rivals: tuple[str, ...] = ()
    """Robots that had its packs too and could not work when it was given."""
    held_for_place: bool = False
    doubts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A check, a loading or a hand-over of one tote."""

    tote: str
    station: str
    made_at: float
    taken_at: float | None
    ended_at: float | None
    usual_s: float
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """One order: from placed to left, or to now."""

    placed_at: float
    due_at: float
    end_at: float
    """When it left; of an order that is still here, now."""
    left_at: float | None
    van: str = ""
    """That it left with, or is booked on; empty: the courier."""
    trips: tuple[Trip, ...] = ()
    checks: tuple[Job, ...] = ()
    loads: tuple[Job, ...] = ()
    standstills: tuple[Standstill, ...] = ()
    lacking: tuple[Span, ...] = ()
    """Times in which not all that it still wanted was in stock."""
    waits_for: tuple[str, ...] = ()
    """Places that have what nobody has been given yet; of an order that is still here."""
    waits_by_hand: bool = False
    """People pick there."""
    wanting: bool = False
    """Something of it has not been given to anybody."""
    begin_by: float | None = None
    """…and had to be by then."""

    def until(self, standstill: Standstill) -> float:
        return self.end_at if standstill.until_at is None else standstill.until_at
