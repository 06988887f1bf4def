"""The people that an hour's work needs, against those who are expected."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, sqrt
from zoneinfo import ZoneInfo

from controller.domain.work import WorkKind
from controller.scheduling.pastwork import HOUR_S, Load

UTILISATION = 0.85
"""A person who is busier than this keeps others waiting: jobs come in no even stream."""
NINE_IN_TEN = 1.28
"""Standard deviations above the mean that nine days of ten stay below, of a normal distribution."""
PEAK_S = 600.0
"""Discharge work is done within so long: the people must suffice for a busy ten minutes, not for the mean hour."""

JobSeconds = Callable[[str, WorkKind, float], float]
"""Expected seconds of a job at a station, with so many packs."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """The people of one station in one hour."""

    station: str
    starts_at: float
    jobs: float
    packs: float
    work_s: float
    """Person-seconds."""
    needed: int
    needed_high: int
    """On the busiest of ten such days."""
    expected: float

    @property
    def short(self) -> bool:
        return self.needed > self.expected


def staff(
    starts: Sequence[float],
    loads: Sequence[Load],
    people: Mapping[str, Sequence[float]],
    job_s: JobSeconds,
) -> list[Staffing]:
    """Each station of `people` (those expected in each hour) in each of the hours."""
    found: dict[tuple[str, float], list[Load]] = {}
    for load in loads:
        found.setdefault((load.source, load.starts_at), []).append(load)
    return [
        _staff(station, at, found.get((station, at), []), expected[hour], job_s)
        for hour, at in enumerate(starts)
        for station, expected in people.items()
    ]


def _staff(station: str, at: float, loads: Sequence[Load], expected: float, job_s: JobSeconds) -> Staffing:
    total_s = variance = discharge_s = longest_s = 0.0
    for load in loads:
        if not load.jobs:
            continue
        each_s = job_s(station, WorkKind(load.kind), load.packs / load.jobs)
        total_s += load.jobs * each_s
        variance += (load.spread * each_s) ** 2
        discharge_s += min(load.discharge, load.jobs) * each_s
        longest_s = max(longest_s, each_s if load.discharge else 0.0)
    return Staffing(
        station=station,
        starts_at=at,
        jobs=sum(load.jobs for load in loads),
        packs=sum(load.packs for load in loads),
        work_s=total_s,
        needed=people_for(total_s, discharge_s, longest_s),
        needed_high=people_for(total_s + NINE_IN_TEN * sqrt(variance), discharge_s, longest_s),
        expected=expected,
    )


def people_for(work_s: float, discharge_s: float = 0.0, discharge_job_s: float = 0.0) -> int:
    """People for an hour's work at the target utilisation, discharge work (a part of it) as in a busy ten minutes."""
    if work_s <= 0.0:
        return 0
    steady_s = max(0.0, work_s - discharge_s)
    people = steady_s / (HOUR_S * UTILISATION)
    if discharge_s > 0.0 and discharge_job_s > 0.0:
        jobs = discharge_s / discharge_job_s * PEAK_S / HOUR_S
        people += (jobs + NINE_IN_TEN * sqrt(jobs)) * discharge_job_s / (PEAK_S * UTILISATION)
    return max(1, ceil(people - 1e-9))


def shortfalls(staffing: Iterable[Staffing], zone: ZoneInfo) -> list[str]:
    """In words, hours in a row taken together: "CHECK Mon 11-13 h needs 5, 4 expected"."""
    runs: list[list[Staffing]] = []
    last: dict[str, list[Staffing]] = {}
    for each in staffing:
        if not each.short:
            last.pop(each.station, None)
            continue
        run = last.get(each.station)
        if run is not None and round(run[-1].expected) == round(each.expected):
            run.append(each)
        else:
            last[each.station] = [each]
            runs.append(last[each.station])
    return [_shortfall(run, zone) for run in sorted(runs, key=lambda run: (run[0].starts_at, run[0].station))]


def _shortfall(run: Sequence[Staffing], zone: ZoneInfo) -> str:
    fewest, most = min(each.needed for each in run), max(each.needed for each in run)
    needed = str(most) if fewest == most else f"{fewest} to {most}"
    return f"{run[0].station} {_span(run, zone)} needs {needed}, {run[0].expected:.0f} expected"


def _span(run: Sequence[Staffing], zone: ZoneInfo) -> str:
    begins = datetime.fromtimestamp(run[0].starts_at, zone)
    ends = datetime.fromtimestamp(run[-1].starts_at + HOUR_S, zone)
    if ends.date() == begins.date() or (ends.hour == 0 and len(run) < 24):
        return f"{begins:%a} {begins:%H}-{ends.hour or 24:02d} h"
    return f"{begins:%a %H} h to {ends:%a %H} h"
