"""How long things take, learned from what they took; and who is there to do them.

A robot's tour takes an overhead and, for each pack, the time of its height class; a person's job takes a fixed part
and a part for each pack. Each finished tour or job corrects the parts that it was made of, each by its share of the
error: at first quickly, later by a fiftieth, so that a robot that grows slower is noticed within a shift.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from controller.domain.timing import Timing
from controller.domain.work import WorkKind

HEIGHT_CLASSES_MM = (35.0, 45.0, 55.0, 70.0, 85.0, 105.0, 130.0, 160.0)
"""Upper ends of the eight classes of DOMAIN.md Table A."""

TOUR_S = 4.4
PACK_S = 7.1
"""Before anything is learned: 314 packs an hour singly and 420 an hour in tours of three (DOMAIN.md Table A)."""

JOB_S = {
    WorkKind.HAND_PICK: (12.0, 12.0),
    WorkKind.FEED: (30.0, 2.0),
    WorkKind.SHELVE: (20.0, 6.0),
    WorkKind.CHECK: (25.0, 1.5),
    WorkKind.LOAD: (15.0, 0.0),
    WorkKind.HAND_OVER: (20.0, 0.0),
    WorkKind.CLEAR_REJECT: (30.0, 0.0),
    WorkKind.SETTLE: (240.0, 0.0),
}
"""Before anything is learned: seconds a job and seconds a pack; estimates, no source times this work."""

SLOWEST_LEARNING = 0.02
_OUTLIER = 3.0
"""An observation counts as this many times the expected at the most: a tour interrupted by a fault tells little."""

PRESENT_S = 1800.0
"""Who has asked for work or finished some within this time is at the station."""

_TOUR, _PACK, _JOB = "tour", "pack", "job"


@lru_cache(4096)
def height_class(height_mm: float) -> int:
    """0 to 7; what is higher than the highest class counts with it."""
    return min(bisect_left(HEIGHT_CLASSES_MM, height_mm), len(HEIGHT_CLASSES_MM) - 1)


class LearnedTimes:
    """Expected durations. `observe_…` return what changed, to be kept; the same observations give the same times."""

    def __init__(self, kept: Iterable[Timing] = ()) -> None:
        self._known: dict[tuple[str, str, str], Timing] = {(each.source, each.kind, each.size): each for each in kept}

    # ---- questions --------------------------------------------------------------------------------------

    def tour_s(self, robot: str, heights_mm: Sequence[float]) -> float:
        """A whole tour of a robot with packs of these heights."""
        return self._mean(robot, _TOUR, "", TOUR_S) + sum(self._pack(robot, height) for height in heights_mm)

    def pack_s(self, robot: str, height_mm: float, *, tour_packs: int = 3) -> float:
        """One pack's share of machine time in a tour of `tour_packs`."""
        return self._mean(robot, _TOUR, "", TOUR_S) / tour_packs + self._pack(robot, height_mm)

    def work_s(self, station: str, kind: WorkKind, packs: int) -> float:
        """A person's job at a station."""
        fixed_s, each_s = JOB_S.get(kind, (30.0, 0.0))
        mean_s = self._mean(station, kind.value, _JOB, fixed_s)
        return mean_s + packs * self._mean(station, kind.value, _PACK, each_s) if each_s else mean_s

    def kept(self) -> list[Timing]:
        """All that was learned, as the database has it."""
        return list(self._known.values())

    # ---- learning ---------------------------------------------------------------------------------------

    def observe_tour(self, robot: str, heights_mm: Sequence[float], took_s: float, at: float) -> list[Timing]:
        """A tour was done in `took_s` seconds."""
        parts: dict[tuple[str, str, float], int] = {(_TOUR, "", TOUR_S): 1}
        for height_mm in heights_mm:
            part = (_PACK, str(height_class(height_mm)), PACK_S)
            parts[part] = parts.get(part, 0) + 1
        return self._learn(robot, parts, took_s, at)

    def observe_work(self, station: str, kind: WorkKind, packs: int, took_s: float, at: float) -> list[Timing]:
        """A person's job was done in `took_s` seconds."""
        fixed_s, each_s = JOB_S.get(kind, (30.0, 0.0))
        parts = {(kind.value, _JOB, fixed_s): 1}
        if each_s and packs:
            parts[(kind.value, _PACK, each_s)] = packs
        return self._learn(station, parts, took_s, at)

    # ---- inside -----------------------------------------------------------------------------------------

    def _mean(self, source: str, kind: str, size: str, prior_s: float) -> float:
        known = self._known.get((source, kind, size))
        return known.mean_s if known is not None else prior_s

    def _pack(self, robot: str, height_mm: float) -> float:
        return self._mean(robot, _PACK, str(height_class(height_mm)), PACK_S)

    def _learn(self, source: str, parts: dict[tuple[str, str, float], int], took_s: float, at: float) -> list[Timing]:
        expected_s = sum(times * self._mean(source, kind, size, prior) for (kind, size, prior), times in parts.items())
        if took_s <= 0.0 or expected_s <= 0.0:
            return []
        error_s = min(took_s, _OUTLIER * expected_s) - expected_s
        changed: list[Timing] = []
        for kind, size, prior_s in parts:
            known = self._known.get((source, kind, size))
            if known is None:
                known = self._known[(source, kind, size)] = Timing(source, kind, size, 0, prior_s, 0.0, at)
            known.count += 1
            gain = max(1.0 / (known.count + 1), SLOWEST_LEARNING)
            own_error_s = error_s * known.mean_s / expected_s
            known.mean_s += gain * own_error_s
            known.spread_s += gain * (abs(own_error_s) - known.spread_s)
            known.updated_at = at
            changed.append(known)
        return changed


class Attendance:
    """Who works at which station, seen from what people ask and finish; and who will, by the hour of the day."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, float]] = {}
        self._by_hour: dict[tuple[str, int], float] = {}

    def kept(self) -> dict[str, Any]:
        """All that it knows, as JSON values."""
        return {
            "seen": [[station, *each] for station, workers in self._seen.items() for each in workers.items()],
            "by_hour": [[*key, people] for key, people in self._by_hour.items()],
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any] | None) -> "Attendance":
        """As it was when these were kept; one that knows nothing where nothing was."""
        attendance = cls()
        if kept is not None:
            for station, worker, at in kept["seen"]:
                attendance.seen(station, worker, at)
            attendance._by_hour = {(station, hour): people for station, hour, people in kept["by_hour"]}
        return attendance

    def seen(self, station: str, worker: str, at: float) -> None:
        """The worker asked for work or finished some."""
        self._seen.setdefault(station, {})[worker] = at

    def people(self, station: str, at: float) -> int:
        """People at the station now."""
        workers = self._seen.get(station, {})
        return sum(1 for last_at in workers.values() if at - last_at <= PRESENT_S)

    def note_hour(self, stations: Iterable[str], hour: int, at: float) -> None:
        """Once in each hour (0 to 23, local): remember how many were there, the last days counting most."""
        for station in stations:
            here = float(self.people(station, at))
            before = self._by_hour.get((station, hour))
            self._by_hour[(station, hour)] = here if before is None else 0.5 * (before + here)
        for workers in self._seen.values():
            for worker in [name for name, last_at in workers.items() if at - last_at > PRESENT_S]:
                del workers[worker]

    def expected(self, station: str, hour: int, at: float) -> float:
        """People at the station in a local hour of the next day: as in the last days, or as now if never seen."""
        known = self._by_hour.get((station, hour))
        return known if known is not None else float(self.people(station, at))
