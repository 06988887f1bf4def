"""Which earlier faults were like this one, in what, and what cured them.

Faults of one code are alike by where they struck (robot, place, shelf, axis) and by what the robot's measurements
showed right before. The weights are judgement: place and measurements say most about a cause (DOMAIN.md 3.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from controller.domain.fault import Condition, Fault
from controller.faults.usual import Key, Level, usual_of

STANDS_OUT = 4.0
"""Standard deviations from what is usual; of some 60 measurements hardly one goes so far by chance."""
_SAME_CODE, _SAME_ROBOT, _SAME_PLACE, _SAME_SHELF, _SAME_AXIS, _SAME_SIGNS = 0.2, 0.1, 0.3, 0.2, 0.1, 0.3
_LEAST_SPREAD = 0.02
"""Of the usual value: a measurement that never varied may do so a little."""
_UNITS = (
    ("_mbar_s", "mbar/s"),
    ("_mm", "mm"),
    ("_percent", "%"),
    ("_mbar", "mbar"),
    ("_bar", "bar"),
    ("_ms", "ms"),
    ("_s", "s"),
    ("_c", "°C"),
    ("_a", "A"),
    ("_v", "V"),
)
"""How the names of measurements end (robot contract, RC-25)."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A measurement that stood out right before a fault."""

    name: str
    subject: str
    value: float
    usual: float

    @property
    def key(self) -> tuple[str, str, bool]:
        """What is compared: the measurement, where, and to which side it went."""
        return self.name, self.subject, self.value > self.usual

    def in_words(self) -> str:
        """`vacuum leak of H1 9.1 mbar/s, usually 4`."""
        name, unit = _without_unit(self.name)
        where = f" of {self.subject}" if self.subject else ""
        return f"{name}{where} {_figure(self.value, unit)}, usually {_figure(self.usual, unit)}"


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier fault; `score` from 0 to 1."""

    fault: Fault
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cure:
    """What people found in faults like this one, and what they did; the commonest first."""

    cause: str
    remedy: str
    times: int


def signs_before(fault: Fault, conditions: Iterable[Condition]) -> tuple[Sign, ...]:
    """What stood out in the robot's last condition before the fault, the strongest first.

    `conditions` are the robot's, oldest first; what is usual follows from those before the last. Nothing is said of a
    measurement that was told too seldom.
    """
    known = [each for each in conditions if each.robot == fault.robot and each.at <= fault.raised_at]
    if not known:
        return ()
    usual = usual_of(known[:-1])
    found: list[tuple[float, Sign]] = []
    for feature in known[-1].features:
        key: Key = (feature.name, feature.subject)
        level = usual.get(key)
        if level is None:
            continue
        of_mean, of_worst = _distances(level, feature.count, feature.mean, feature.worst)
        if max(of_mean, of_worst) < STANDS_OUT:
            continue
        value, common = (feature.mean, level.mean) if of_mean >= of_worst else (feature.worst, level.worst)
        found.append((max(of_mean, of_worst), Sign(feature.name, feature.subject, value, common)))
    return tuple(sign for _, sign in sorted(found, key=lambda each: -each[0]))


def compare(fault: Fault, signs: Sequence[Sign], other: Fault, other_signs: Sequence[Sign]) -> Alike:
    """How far an earlier fault of the same code was like this one."""
    score, why = _SAME_CODE, [f"the same fault, {fault.code}"]
    if other.robot == fault.robot:
        score += _SAME_ROBOT
        why.append(f"on the same robot, {fault.robot}")
        if fault.location is not None and other.location == fault.location:
            score += _SAME_PLACE
            why.append(f"at the same place, {fault.location}")
        elif (shelf := _shelf(fault)) is not None and _shelf(other) == shelf:
            score += _SAME_SHELF
            why.append(f"on the same shelf, {shelf}")
    if fault.axis is not None and other.axis == fault.axis:
        score += _SAME_AXIS
        why.append(f"on the same axis, {fault.axis}")
    here, there = {sign.key for sign in signs}, {sign.key for sign in other_signs}
    if here & there:
        score += _SAME_SIGNS * len(here & there) / len(here | there)
        why.extend(_shared(sign) for sign in signs if sign.key in there)
    return Alike(other, round(score, 3), tuple(why))


def most_alike(found: Iterable[Alike], limit: int) -> list[Alike]:
    """The most alike first, of equals the latest."""
    return sorted(found, key=lambda each: (-each.score, -each.fault.raised_at))[:limit]


def cures(found: Iterable[Alike]) -> list[Cure]:
    """What was written down of these faults; a cause that was found in more alike ones comes first among equals."""
    times: dict[tuple[str, str], int] = {}
    weight: dict[tuple[str, str], float] = {}
    for alike in found:
        if alike.fault.cause is None:
            continue
        key = (alike.fault.cause, alike.fault.remedy or "")
        times[key] = times.get(key, 0) + 1
        weight[key] = weight.get(key, 0.0) + alike.score
    return [Cure(*key, times[key]) for key in sorted(times, key=lambda key: (-weight[key], key))]


def _distances(level: Level, count: int, mean: float, worst: float) -> tuple[float, float]:
    least = _LEAST_SPREAD * max(abs(level.mean), abs(level.worst)) + 1e-6
    return (
        abs(mean - level.mean) / max(level.spread_of_mean(count), least),
        abs(worst - level.worst) / max(level.worst_sigma, least),
    )


def _shelf(fault: Fault) -> str | None:
    """`A-07` of `A-07-013`."""
    return None if fault.location is None else fault.location.rpartition("-")[0] or None


def _shared(sign: Sign) -> str:
    name, _ = _without_unit(sign.name)
    where = f" of {sign.subject}" if sign.subject else ""
    return f"{name}{where} was {'high' if sign.value > sign.usual else 'low'} both times"


def _without_unit(name: str) -> tuple[str, str]:
    for ending, unit in _UNITS:
        if name.endswith(ending):
            return name.removesuffix(ending).replace("_", " "), unit
    return name.replace("_", " "), ""


def _figure(value: float, unit: str) -> str:
    return f"{value:.3g} {unit}".rstrip()
