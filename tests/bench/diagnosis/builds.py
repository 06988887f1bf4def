"""Other machines: robots that differ from the one after which the tables of the diagnosis were written.

Each build is drawn from a seed. What a cause moves is moved further or less far, measurements scatter more or less and
have other healthy values, a fifth of the sensors is not fitted, faults come sooner or later and with weaker marks.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from controller.domain.fault import Condition
from simulator.chance import Chance, Random
from simulator.firmware import gauges as wiring
from simulator.hardware.causes import CAUSES
from simulator.hardware.causes.kinds import CauseKind, Shift, Strike
from simulator.hardware.signals import GAUGES, Gauge
from tests.bench.diagnosis.strangers import STRANGERS

SHIFT_SIGMA, SHIFT_LEAST, SHIFT_MOST = 0.35, 0.5, 1.6
"""Lognormal: what a cause moves in a feature, against the machine that the simulator describes."""
MARK_MEDIAN = 0.75
"""The last moments before a fault show less than in the simulator."""
SCATTER = (0.7, 1.5)
NOT_FITTED = 0.2
HAZARD = (0.5, 2.0)
MOVED = (0.10, 0.20)
"""Healthy values are off by such a share, up or down."""
BY_DEFINITION = frozenset({"sensor_transitions", "travel_time_ratio", "encoder_errors", "reference_deviation_mm"})
"""Their healthy values are the same at every machine."""
NARROW = {"grip_success": 0.01, "tote_read_rate": 0.005, "ups_voltage_v": 0.02, "vacuum_mbar": 0.05}
"""A machine whose healthy value is further off would not have been accepted."""
_COUNTED = (("grip_time_s", "H1"), ("grip_retries", "H1"), ("read_rate", "IN-1"), ("shelf_edge_mm", None))
"""What robots count, beside their gauges; without a subject: of every shelf."""


@dataclass(frozen=True, slots=True)
class Build:
    gauges: tuple[Gauge, ...]
    causes: dict[str, CauseKind]
    not_fitted: frozenset[tuple[str, str | None]]

    def as_told(self, condition: Condition) -> Condition:
        """Without what this robot has no sensor for."""
        fitted = tuple(f for f in condition.features if not self._lacks(f.name, f.subject))
        return replace(condition, features=fitted)

    def _lacks(self, feature: str, subject: str) -> bool:
        return (feature, subject or None) in self.not_fitted or (feature, None) in self.not_fitted


AS_BUILT = Build(GAUGES, {**CAUSES, **STRANGERS}, frozenset())
"""The machine that the simulator describes."""


def drawn(seed: int) -> Build:
    """Another machine; the same seed gives the same one."""
    luck = Chance(seed).stream("build")
    gauges = tuple(_gauge(gauge, luck) for gauge in GAUGES)
    causes = {name: _cause(kind, luck) for name, kind in CAUSES.items()}
    places = [*((gauge.feature, gauge.subject) for gauge in GAUGES), *_COUNTED]
    not_fitted = frozenset(place for place in places if luck.random() < NOT_FITTED)
    # each from a stream of its own: another stranger makes no other machine
    strangers = {name: _cause(kind, Chance(seed).stream(f"build/{name}")) for name, kind in STRANGERS.items()}
    return Build(gauges, {**causes, **strangers}, not_fitted)


@contextmanager
def running(build: Build) -> Iterator[None]:
    """Robots that are made and run meanwhile are of this build: the simulator knows only one at a time."""
    own = {name: kind for name, kind in build.causes.items() if name in CAUSES}
    with patch.dict(CAUSES, own), patch.object(wiring, "GAUGES", build.gauges):
        yield


@contextmanager
def known_cause(kind: CauseKind) -> Iterator[None]:
    """It can be given to a robot meanwhile; it never comes by itself, as no table says how often."""
    with patch.dict(CAUSES, {kind.cause: kind}):
        yield


def _gauge(gauge: Gauge, luck: Random) -> Gauge:
    share = luck.uniform(*MOVED) if gauge.feature not in NARROW else NARROW[gauge.feature] * luck.random()
    share = 0.0 if gauge.feature in BY_DEFINITION else share * luck.choice((-1.0, 1.0))
    mean = min(gauge.mean * (1.0 + share), gauge.high - 2.0 * gauge.sigma)
    return replace(gauge, mean=mean, sigma=gauge.sigma * luck.uniform(*SCATTER))


def _cause(kind: CauseKind, luck: Random) -> CauseKind:
    return replace(
        kind,
        shifts=tuple(_shift(shift, luck, 1.0) for shift in kind.shifts),
        strikes=tuple(_strike(strike, luck) for strike in kind.strikes),
    )


def _strike(strike: Strike, luck: Random) -> Strike:
    low, high = (math.log(bound) for bound in HAZARD)
    return replace(
        strike,
        hazard=min(strike.hazard * math.exp(luck.uniform(low, high)), max(1.0, strike.hazard)),
        symptoms=tuple(_shift(shift, luck, MARK_MEDIAN) for shift in strike.symptoms),
    )


def _shift(shift: Shift, luck: Random, median: float) -> Shift:
    times = median * min(SHIFT_MOST, max(SHIFT_LEAST, math.exp(luck.gauss(0.0, SHIFT_SIGMA))))
    return replace(shift, mean=shift.mean * times, worst=shift.worst * times)
