"""How well a robot served over a span: ISO 22400-2 time buckets, MTBF and MTTR, and what its faults cost.

PBT planned busy time: the span without planned maintenance (PDOT). ADOT: down because of a fault. APT: in motion for
a task. ADET: the rest, ready and without work or waiting. PBT = APT + ADET + ADOT. A moment belongs to one bucket:
planned before down before motion. The repair time of FEM 9.222 is split where a procedure tells when it began.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Span = tuple[float, float]
"""From, until."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A fault and how it was met; times are None where they are not known, or not yet."""

    raised_at: float
    level: int
    cleared_at: float | None
    stopped_s: float
    begun_at: float | None = None
    """When somebody began to work at it."""


@dataclass(slots=True)
class RobotPast:
    """What is kept of one robot over a span."""

    robot: str
    faults: list[Stop] = field(default_factory=list)
    motions: list[Span] = field(default_factory=list)
    planned: list[Span] = field(default_factory=list)
    """Windows, and times for which a person took it out though nothing had failed."""
    repairs: list[Span] = field(default_factory=list)
    """Times for which it was out because of a fault, an open door or an E-stop."""
    late_causes: list[str] = field(default_factory=list)
    """Of each order that was late: what made it so."""
    picks: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """None where there is nothing to divide by. Times in seconds."""

    robot: str
    span_s: float
    pbt_s: float
    apt_s: float
    adet_s: float
    adot_s: float
    pdot_s: float
    availability: float | None
    """APT / PBT (ISO 22400-2)."""
    technical_availability: float | None
    """(PBT - ADOT) / PBT: how much of its planned time the robot could have worked (FEM 9.222)."""
    faults: int
    stops: int
    """Faults that stopped it."""
    mtbf_s: float | None
    """Planned time in which it could work, by stop."""
    mttr_s: float | None
    response_s: float | None
    """From the fault until somebody began, in the mean of those of which that is known."""
    repair_s: float | None
    """From there until it was cleared."""
    picks: int
    faults_per_1000_picks: float | None
    late_orders: int
    """Orders whose lateness names this robot as the cause."""


def figures(past: RobotPast, since: float, until: float) -> Figures:
    """All of one robot over the span."""
    span_s = until - since
    planned = merged(past.planned, since, until)
    stopped = [_down(stop, until) for stop in past.faults if stop.level <= 2]
    down = without(merged([*stopped, *past.repairs], since, until), planned)
    moving = without(without(merged(past.motions, since, until), planned), down)
    pdot, adot, apt = length_s(planned), length_s(down), length_s(moving)
    pbt = max(0.0, span_s - pdot)
    raised = [stop for stop in past.faults if since <= stop.raised_at < until]
    stops = [stop for stop in raised if stop.level <= 2]
    mended = [stop.cleared_at - stop.raised_at for stop in stops if stop.cleared_at is not None]
    met = [stop for stop in raised if stop.begun_at is not None]
    return Figures(
        robot=past.robot,
        span_s=span_s,
        pbt_s=pbt,
        apt_s=apt,
        adet_s=max(0.0, pbt - apt - adot),
        adot_s=adot,
        pdot_s=pdot,
        availability=_share(apt, pbt),
        technical_availability=_share(pbt - adot, pbt),
        faults=len(raised),
        stops=len(stops),
        mtbf_s=_share(pbt - adot, len(stops)),
        mttr_s=_mean(mended),
        response_s=_mean([max(0.0, (stop.begun_at or 0.0) - stop.raised_at) for stop in met]),
        repair_s=_mean([max(0.0, stop.cleared_at - (stop.begun_at or 0.0)) for stop in met if stop.cleared_at]),
        picks=past.picks,
        faults_per_1000_picks=_share(1000.0 * len(raised), past.picks),
        late_orders=sum(names(cause, past.robot) for cause in past.late_causes),
    )


def site_figures(pasts: Sequence[RobotPast], since: float, until: float) -> Figures:
    """The robots together, as one machine that has all their time. Orders that name two robots count once."""
    each = [figures(past, since, until) for past in pasts]
    faults = [stop for past in pasts for stop in past.faults if since <= stop.raised_at < until]
    stops = [stop for stop in faults if stop.level <= 2]
    met = [stop for stop in faults if stop.begun_at is not None]
    pbt, adot, apt = sum(f.pbt_s for f in each), sum(f.adot_s for f in each), sum(f.apt_s for f in each)
    picks, robots = sum(past.picks for past in pasts), [past.robot for past in pasts]
    causes = pasts[0].late_causes if pasts else []
    return Figures(
        robot="",
        span_s=sum(f.span_s for f in each),
        pbt_s=pbt,
        apt_s=apt,
        adet_s=sum(f.adet_s for f in each),
        adot_s=adot,
        pdot_s=sum(f.pdot_s for f in each),
        availability=_share(apt, pbt),
        technical_availability=_share(pbt - adot, pbt),
        faults=len(faults),
        stops=len(stops),
        mtbf_s=_share(pbt - adot, len(stops)),
        mttr_s=_mean([stop.cleared_at - stop.raised_at for stop in stops if stop.cleared_at is not None]),
        response_s=_mean([max(0.0, (stop.begun_at or 0.0) - stop.raised_at) for stop in met]),
        repair_s=_mean([max(0.0, stop.cleared_at - (stop.begun_at or 0.0)) for stop in met if stop.cleared_at]),
        picks=picks,
        faults_per_1000_picks=_share(1000.0 * len(faults), picks),
        late_orders=sum(any(names(cause, robot) for robot in robots) for cause in causes),
    )


def names(cause: str, robot: str) -> bool:
    """Whether the words name the robot: R1 is not named by R10."""
    words = "".join(letter if letter.isalnum() or letter == "-" else " " for letter in cause).split()
    return robot in words


def merged(spans: Iterable[Span], since: float, until: float) -> list[Span]:
    """The same time in spans that do not touch, cut to the span."""
    whole: list[Span] = []
    for begin, end in sorted((max(since, begin), min(until, end)) for begin, end in spans):
        if end <= begin:
            continue
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((begin, end))
    return whole


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of the spans; both must be merged."""
    left: list[Span] = []
    for begin, end in spans:
        for from_at, to_at in taken:
            if to_at <= begin or from_at >= end:
                continue
            if from_at > begin:
                left.append((begin, from_at))
            begin = max(begin, to_at)
        if begin < end:
            left.append((begin, end))
    return left


def length_s(spans: Iterable[Span]) -> float:
    return sum(end - begin for begin, end in spans)


def _down(stop: Stop, until: float) -> Span:
    """Until it worked again, which may be later than the fault's own end; to the end of the span while it stands."""
    if stop.cleared_at is None:
        return stop.raised_at, until
    return stop.raised_at, max(stop.cleared_at, stop.raised_at + stop.stopped_s)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
