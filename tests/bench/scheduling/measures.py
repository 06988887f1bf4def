"""What a day is judged by. Moments are those of the last pack in its tote."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from tests.bench.scheduling.instance import CLASSES, Kind
from tests.bench.scheduling.plant import Outcome, Work

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Measures:
    on_time: dict[Kind, float]
    """Percent of orders; 100 where there were none."""
    late: dict[Kind, int]
    tardiness_min: float
    """Mean over all orders; one that is on time counts as 0."""
    flow_min: float
    """Mean from release to done."""
    dwell_min: float
    """Mean from the first pack in the tote to the last."""
    late_weight: float
    weighted_tardiness_min: float
    exceptions: int


def measure(outcome: Outcome) -> Measures:
    orders = [work for work in outcome.works if work.job.into is None]
    late = {kind: sum(_tardiness_s(work) > 0.0 for work in orders if work.job.kind is kind) for kind in CLASSES}
    count = {kind: sum(work.job.kind is kind for work in orders) for kind in CLASSES}
    return Measures(
        on_time={kind: 100.0 * (1.0 - late[kind] / count[kind]) if count[kind] else 100.0 for kind in CLASSES},
        late=late,
        tardiness_min=_mean_min([_tardiness_s(work) for work in orders]),
        flow_min=_mean_min([_done_at(work) - work.job.released_at for work in orders]),
        dwell_min=_mean_min([_done_at(work) - (work.first_at or 0.0) for work in orders]),
        late_weight=sum(work.job.weight for work in orders if _tardiness_s(work) > 0.0),
        weighted_tardiness_min=sum(work.job.weight * _tardiness_s(work) for work in orders) / _MINUTE_S,
        exceptions=outcome.exceptions,
    )


def _done_at(work: Work) -> float:
    if work.done_at is None:
        raise ValueError(f"job {work.job.number} was not done")
    return work.done_at


def _tardiness_s(work: Work) -> float:
    return max(0.0, _done_at(work) - work.job.due_at)


def _mean_min(seconds: Sequence[float]) -> float:
    return fmean(seconds) / _MINUTE_S if seconds else 0.0
