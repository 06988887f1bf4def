"""Causes do not heal because the simulator's process was restarted: what was at work, read from its own record."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.hardware.causes import CAUSES
from simulator.hardware.movement import Act, Movement
from simulator.truth import CauseEntry

_RETRIED = "cleared"
_CURED = "cured"


@dataclass(frozen=True, slots=True)
class Unhealed:
    """A cause that nobody has removed."""

    began: CauseEntry
    """As it began, but with the place that it has found since."""
    cycle: int
    """The robot's picks until then."""


@dataclass(frozen=True, slots=True)
class Relapse:
    """What an earlier run left: what nobody has cured, in the order in which it began, and each robot's wear."""

    unhealed: Sequence[Unhealed]
    numbers: Mapping[str, int]
    """The last number that was given: by robot, and for what robots share under SHARED_NUMBER."""
    cycles: Mapping[str, int]
    """Packs that each robot has gripped."""


SHARED_NUMBER = ""


def relapse(entries: Sequence[CauseEntry], movements: Sequence[Movement], robots: Iterable[str], at: float) -> Relapse:
    """What is at work at `at`, from the truth and the movements that the earlier run wrote down."""
    picks = count_picks(movements)
    numbers: dict[str, int] = {}
    for entry in entries:
        key = SHARED_NUMBER if entry.shared is not None and entry.event != "struck" else entry.robot
        numbers[key] = max(numbers.get(key, 0), entry.number)
    return Relapse(unhealed(entries, picks), numbers, {robot: picks(robot, at) for robot in robots})


def unhealed(entries: Iterable[CauseEntry], picks_before: Callable[[str, float], int]) -> list[Unhealed]:
    """In the order in which they began. `picks_before` counts a robot's picks up to a moment."""
    open_ones: dict[tuple[str, int], CauseEntry] = {}
    for entry in entries:
        key = (entry.robot, entry.number)
        if entry.event == "began" and entry.cause in CAUSES:
            open_ones[key] = entry
        elif entry.shared is not None and entry.event == "struck":
            continue
        elif key in open_ones and _removes(entry):
            del open_ones[key]
        elif key in open_ones and entry.place is not None:
            open_ones[key] = replace(open_ones[key], place=entry.place)
    return [Unhealed(began, picks_before(began.robot, began.at)) for began in open_ones.values()]


def count_picks(movements: Sequence[Movement]) -> Callable[[str, float], int]:
    """How many packs a robot had gripped up to a moment, by what it moved: the record knows no failed grip."""
    moments: dict[str, list[float]] = {}
    for movement in movements:
        if movement.act is Act.PICK:
            moments.setdefault(movement.robot, []).append(movement.at)
    return lambda robot, at: bisect_right(moments.get(robot, []), at)


def _removes(entry: CauseEntry) -> bool:
    """A cure does; of what passes by itself, the machine's own retry as well, which nobody did."""
    if entry.event == _CURED:
        return True
    return entry.event == _RETRIED and entry.action is None and CAUSES[entry.cause].transient
