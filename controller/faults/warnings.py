"""Early warnings: a part that wears shows it before it fails.

Each lasting sign of each robot has a one-sided CUSUM against the robot's own usual level, less what its sisters show
at the same time: a warm day is nobody's wear. What is suspected is not learned as usual, so a slow drift cannot hide.
A sign that has risen for good is named by the wear that explains it and its companions best; one warning for a cause
until its signs are gone.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from controller.domain.fault import Condition, Feature
from controller.faults.diagnosis.causes import CAUSES, OTHER, Expect
from controller.faults.diagnosis.evidence import SHELF_EDGE
from controller.faults.diagnosis.likelihood import weight
from controller.faults.diagnosis.signs import (
    AT_SHELF,
    SIGNS,
    Observation,
    Of,
    Shift,
    Sign,
    Strength,
    compared_with,
    shift_of,
)
from controller.faults.usual import Key, Level, Memory, Usual

HOUR_S = 3600.0
SLACK_SIGMAS = 1.0
"""A shift below one standard deviation of a condition's mean adds nothing."""
MOST_SIGMAS = 4.0
"""One wild condition counts no more than this: it takes several in a row."""
RISEN = 14.0
"""Five conditions (25 min of work) far off, or a few hours a little off. Set on the tuning scenarios."""
SUSPECT = 5.0
"""From here on nothing is learned as usual."""
MOST_SUM = 40.0
"""A long trouble is forgotten within hours of its cure."""
JUDGED_FROM = 12
"""Conditions before a robot's own past is good enough to warn by: an hour of work."""
SMOOTHING = 0.15
"""Of the level that is told: two thirds of it are from the last half hour of work."""
FRESH_S = 3600.0
SURE = 0.75
"""Of the cause. A warning that cannot say what to do would only be noise: it waits until it can."""
AT_ONCE_S = HOUR_S
"""What is sudden fails within the hour; a sign that has lasted longer without a fault is hardly of such a cause."""
HARDLY = 0.1
SISTERS_S = 1800.0
"""So old may be what is known of the sisters' usual."""
HISTORY = 96
LONGEST_S = 60 * 86_400.0
"""What is further away than this is not told as a time."""

_WATCHED: dict[str, list[Sign]] = {}
for _sign in SIGNS.values():
    if _sign.of is Of.MEAN and _sign.name != "shelf_retries":
        _WATCHED.setdefault(_sign.feature, []).append(_sign)
TELLING = frozenset(
    name for cause in CAUSES.values() if cause.wears for name, sure in cause.shows.items() if sure is Expect.ALWAYS
)
"""Signs that some wear always shows: only these begin a warning, the others help to name it."""


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """`subject` is the shelf where the cause sits, else empty."""

    robot: str
    cause: str
    subject: str
    at: float
    probability: float
    """Of the cause against the other wears that show such signs."""
    text: str
    reasons: tuple[str, ...]
    remedy: str
    strikes_in_s: float | None
    """Until faults are to be expected at this pace; 0 where they may come now, None where no pace is seen yet."""


@dataclass(slots=True)
class Found:
    """What one condition changed."""

    begun: list[EarlyWarning] = field(default_factory=list)
    ended: list[EarlyWarning] = field(default_factory=list)


@dataclass(slots=True)
class _Track:
    sign: Sign
    subject: str
    sum: float = 0.0
    better: float = 0.0
    """The same sum on the good side."""
    amount: float = 0.0
    """Smoothed, in the sign's unit, without what the sisters show."""
    gross: float = 0.0
    """With it."""
    now: float = 0.0
    usual: float = 0.0
    at: float = 0.0
    since: float = 0.0
    """When it was not suspected last."""
    seen: int = 0
    history: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def take(self, at: float, now: float, usual: float, shift: Shift, own: float) -> None:
        """One more measurement; `own` is its shift without what the sisters show.

        The levels are cut like the sums: they must not jump with one jam either.
        """
        least, most = -MOST_SIGMAS * shift.spread, 2.0 * self.sign.clear
        sigmas = max(-MOST_SIGMAS, min(MOST_SIGMAS, own / shift.spread))
        if self.sum < SUSPECT:
            self.since = at
        self.sum = min(MOST_SUM, max(0.0, self.sum + sigmas - SLACK_SIGMAS))
        self.better = max(0.0, self.better - sigmas - SLACK_SIGMAS)
        self.amount += SMOOTHING * (max(least, min(own, self.amount + most)) - self.amount)
        self.gross += SMOOTHING * (max(least, min(shift.amount, self.gross + most)) - self.gross)
        self.now += (1.0 if self.seen == 0 else SMOOTHING) * (now - self.now)
        self.usual, self.at = usual, at
        self.seen += 1
        if self.seen % 3 == 0:
            self.history.append((at, self.amount))

    def strength(self) -> Strength:
        """Half of what counts in a single condition counts here, once it has lasted."""
        if self.sum < SUSPECT or self.amount < self.sign.slight / 2.0:
            return Strength.ABSENT
        return Strength.CLEAR if self.amount >= self.sign.slight else Strength.SLIGHT

    @property
    def risen(self) -> bool:
        return self.sum >= RISEN and self.amount >= self.sign.slight

    @property
    def was_never_sound(self) -> bool:
        """What was taken for usual was a trouble that has been cured meanwhile."""
        return self.better >= RISEN and self.amount <= -self.sign.slight

    def per_hour(self) -> float | None:
        """How fast the sign grows, in its unit."""
        return self._pace(list(self.history))

    @staticmethod
    def _pace(seen: list[tuple[float, float]]) -> float | None:
        """An hour's growth: the median of slopes between the older and the newer half (after Theil and Sen)."""
        half = len(seen) // 2
        if half < 3:
            return None
        pairs = zip(seen, seen[half:], strict=False)
        slopes = [(late[1] - early[1]) / (late[0] - early[0]) * HOUR_S for early, late in pairs if late[0] > early[0]]
        return median(slopes) if slopes else None

    def strikes_in_s(self) -> float | None:
        """Worn parts wear faster: the root of what they show grows evenly (Weibull, shape 2)."""
        if math.isinf(self.sign.limit):
            return None
        if self.amount >= self.sign.limit:
            return 0.0
        pace = self._pace([(at, math.sqrt(max(0.0, amount))) for at, amount in self.history])
        if pace is None or pace <= 0.0:
            return None
        left_s = (math.sqrt(self.sign.limit) - math.sqrt(max(0.0, self.amount))) / pace * HOUR_S
        return left_s if left_s <= LONGEST_S else None

    def words(self) -> str:
        unit = f" {self.sign.unit}" if self.sign.unit else ""
        pace = self.per_hour()
        grown = "" if pace is None else f", {self.sign.worse * pace:+.2g} an hour"
        where = f" ({self.subject})" if self.sign.subject == AT_SHELF else ""
        return f"{self.sign.words}{where} {self.now:.3g}{unit}, usually {self.usual:.3g}{grown}"


class Watcher:
    """Of all robots. Keeps what is usual for each; feed it every condition in the order of time."""

    def __init__(self) -> None:
        self._memories: dict[str, dict[Key, Memory]] = {}
        self._tracks: dict[str, dict[tuple[str, str], _Track]] = {}
        self._standing: dict[tuple[str, str, str], EarlyWarning] = {}
        self._sisters: dict[Key, tuple[float, list[tuple[str, Level]]]] = {}

    def usual(self, robot: str) -> Usual:
        """What the robot's measurements usually are; empty for a robot that nobody knows."""
        memories = self._memories.get(robot, {})
        return {key: level for key, memory in memories.items() if (level := memory.level) is not None}

    def standing(self, robot: str) -> list[EarlyWarning]:
        return [warning for key, warning in self._standing.items() if key[0] == robot]

    def look(self, condition: Condition) -> Found:
        """Take one condition into account."""
        memories = self._memories.setdefault(condition.robot, {})
        for feature in condition.features:
            suspected = [self._follow(condition, feature, sign) for sign in _WATCHED.get(feature.name, ())]
            if not any(suspected):
                memories.setdefault((feature.name, feature.subject), Memory()).learn(feature)
        found = Found(ended=self._ended(condition.robot))
        for track in self._tracks.get(condition.robot, {}).values():
            if track.risen and track.at == condition.at and track.sign.name in TELLING:
                warning = self._name(condition, track)
                if warning is not None:
                    self._standing[warning.robot, warning.cause, warning.subject] = warning
                    found.begun.append(warning)
        return found

    # ---- one sign -------------------------------------------------------------------------------------------

    def _follow(self, condition: Condition, feature: Feature, sign: Sign) -> bool:
        """Whether the sign is suspected now."""
        if sign.subject not in (AT_SHELF, feature.subject):
            return False
        level = self._level(condition, sign, feature)
        if level is None or level.samples < JUDGED_FROM:
            return False
        tracks = self._tracks.setdefault(condition.robot, {})
        track = tracks.setdefault((sign.name, feature.subject), _Track(sign, feature.subject))
        shift = shift_of(sign, feature, level)
        own = shift.amount
        if own >= sign.slight / 4.0:
            own -= max(0.0, self._common(condition, sign, feature.subject))
        track.take(condition.at, feature.mean, level.mean, shift, own)
        if track.was_never_sound:
            self._memories[condition.robot].pop((feature.name, feature.subject), None)
            del tracks[sign.name, feature.subject]
            return False
        return track.sum >= SUSPECT

    def _level(self, condition: Condition, sign: Sign, feature: Feature) -> Level | None:
        if sign.feature == "shelf_edge_mm":
            return SHELF_EDGE
        if sign.subject == AT_SHELF:
            return None
        key = (feature.name, feature.subject)
        memory = self._memories[condition.robot].get(key)
        theirs = [level for robot, level in self._known(key, condition.at) if robot != condition.robot]
        return compared_with(sign, None if memory is None else memory.level, theirs)

    def _known(self, key: Key, at: float) -> list[tuple[str, Level]]:
        """What the robots usually show, looked up afresh now and then."""
        looked_at, known = self._sisters.get(key, (-math.inf, []))
        if at - looked_at < SISTERS_S:
            return known
        told = ((robot, memories.get(key)) for robot, memories in self._memories.items())
        levels = [(robot, memory.level) for robot, memory in told if memory is not None]
        known = [(robot, level) for robot, level in levels if level is not None and level.samples >= JUDGED_FROM]
        self._sisters[key] = (at, known)
        return known

    def _common(self, condition: Condition, sign: Sign, subject: str) -> float:
        """What most sisters show just now: not this robot's own."""
        if sign.subject == AT_SHELF:
            return 0.0
        shown = [
            track.gross
            for robot, tracks in self._tracks.items()
            if robot != condition.robot
            and (track := tracks.get((sign.name, subject))) is not None
            and condition.at - track.at <= FRESH_S
        ]
        return median(shown) if len(shown) >= 2 else 0.0

    # ---- the cause ------------------------------------------------------------------------------------------

    def _name(self, condition: Condition, risen: _Track) -> EarlyWarning | None:
        robot, subject = condition.robot, risen.subject if risen.sign.subject == AT_SHELF else ""
        if any(risen.sign.name in CAUSES[w.cause].shows and w.subject == subject for w in self.standing(robot)):
            return None
        cause, chance = max(self._chances(robot, risen).items(), key=lambda entry: entry[1])
        if chance < SURE or not CAUSES[cause].wears:
            return None
        shown = [t for t in self._fresh(robot, risen.at) if t.sign.name in CAUSES[cause].shows]
        told = [t for t in shown if t.strength() is not Strength.ABSENT and subject in ("", t.subject)] or [risen]
        times = [left for t in told if (left := t.strikes_in_s()) is not None]
        strikes_in_s = min(times) if times else None
        return EarlyWarning(
            robot=robot,
            cause=cause,
            subject=subject,
            at=condition.at,
            probability=round(min(chance, 0.99), 3),
            text=f"{robot} shows signs of {cause.replace('_', ' ')}; {_when(strikes_in_s)}",
            reasons=tuple(t.words() for t in told),
            remedy=CAUSES[cause].remedy,
            strikes_in_s=strikes_in_s,
        )

    def _chances(self, robot: str, risen: _Track) -> dict[str, float]:
        """Of each cause that shows the sign, and of chance alone (`other`)."""
        candidates = [cause for cause in CAUSES.values() if risen.sign.name in cause.shows] + [CAUSES[OTHER]]
        seen = [
            Observation(track.sign.name, track.sign.family, track.strength(), "")
            for track in self._fresh(robot, risen.at)
            if any(track.sign.name in cause.shows for cause in candidates)
        ]
        lasting = risen.at - risen.since > AT_ONCE_S
        parts = {
            cause.name: math.exp(sum(weight(cause, observation) for observation in seen))
            * (HARDLY if lasting and not cause.wears and cause.name != OTHER else 1.0)
            for cause in candidates
        }
        total = sum(parts.values())
        return {name: part / total for name, part in parts.items()}

    def _fresh(self, robot: str, at: float) -> list[_Track]:
        return [track for track in self._tracks.get(robot, {}).values() if at - track.at <= FRESH_S]

    def _ended(self, robot: str) -> list[EarlyWarning]:
        """Cured: none of its signs is suspected any more."""
        tracks = self._tracks.get(robot, {}).values()
        over = [
            warning
            for warning in self.standing(robot)
            if not any(
                track.sum >= SUSPECT / 2.0
                for track in tracks
                if track.sign.name in CAUSES[warning.cause].shows and warning.subject in ("", track.subject)
            )
        ]
        for warning in over:
            del self._standing[warning.robot, warning.cause, warning.subject]
        return over


def look(conditions: Iterable[Condition]) -> list[EarlyWarning]:
    """Every warning that conditions in the order of time lead to."""
    watcher = Watcher()
    return [warning for condition in conditions for warning in watcher.look(condition).begun]


def _when(strikes_in_s: float | None) -> str:
    if strikes_in_s is None:
        return "no fault is near yet"
    if strikes_in_s <= HOUR_S:
        return "faults may come at any time"
    hours = strikes_in_s / HOUR_S
    return f"faults in about {hours:.0f} h" if hours < 48.0 else f"faults in about {hours / 24.0:.0f} days"
