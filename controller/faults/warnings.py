"""Early warnings: a part that wears shows it before it fails.

Each lasting sign of each robot has a one-sided CUSUM against the robot's own usual level, less what its sisters show
at the same time: a warm day is nobody's wear. What is suspected is not learned as usual, so a slow drift cannot hide.
A sign that has risen for good is named by the wear that explains it and its companions best; one warning for a cause
until its signs are gone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

from controller.domain.fault import Condition, Feature
from controller.faults.diagnosis.causes import CAUSES, OTHER, Expect
from controller.faults.diagnosis.evidence import SHELF_EDGE
from controller.faults.diagnosis.likelihood import SHOWN_FOR_LONG, weight
from controller.faults.diagnosis.signs import (
    AT_SHELF,
    EDITION,
    SIGNS,
    Observation,
    Of,
    Sign,
    Strength,
    alike,
    compared_with,
    shift_of,
)
from controller.faults.tracks import HOUR_S, SUSPECT, Track
from controller.faults.usual import Key, Level, Memory, Usual

JUDGED_FROM = 12
"""Conditions before a robot's own past is good enough to warn by: an hour of work."""
FRESH_S = 3600.0
SURE = 0.75
"""Of the cause. A warning that cannot say what to do would only be noise: it waits until it can."""
AT_ONCE_S = HOUR_S
"""What is sudden fails within the hour; a sign that has lasted longer without a fault is hardly of such a cause."""
HARDLY = 0.1
SISTERS_S = 1800.0
"""So old may be what is known of the sisters' usual."""

_SHOWN = frozenset(name for cause in CAUSES.values() for name in cause.shows)
"""Of what no cause shows nobody could be told what to do."""
_WATCHED: dict[str, list[Sign]] = {}
for _sign in SIGNS.values():
    if _sign.of is Of.MEAN and _sign.name in _SHOWN and _sign.name != "shelf_retries":
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
    """Of the cause, against others that show such signs and against chance."""
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


class Watcher:
    """Of all robots. Keeps what is usual for each; feed it every condition in the order of time."""

    def __init__(self) -> None:
        self._memories: dict[str, dict[Key, Memory]] = {}
        self._tracks: dict[str, dict[tuple[str, str], Track]] = {}
        self._standing: dict[tuple[str, str, str], EarlyWarning] = {}
        self._sisters: dict[Key, tuple[float, list[tuple[str, Level]]]] = {}
        self._alike_at = -math.inf
        self._alike = False
        self._looked_at: dict[str, float] = {}
        """Robot → the end of its last condition."""

    # ---- over restarts --------------------------------------------------------------------------------------

    def keep(self) -> dict[str, Any]:
        """All that it knows, as JSON values.

        What it looks up now and then is looked up afresh after this, so that a watcher restored from it and this one
        say the same from here on.
        """
        self._sisters, self._alike_at = {}, -math.inf
        return {
            "edition": EDITION,
            "looked_at": self._looked_at.copy(),
            "memories": [
                [robot, *key, *memory.kept()] for robot, held in self._memories.items() for key, memory in held.items()
            ],
            "tracks": [
                [robot, *key, *track.kept()] for robot, held in self._tracks.items() for key, track in held.items()
            ],
            "standing": [_values(warning) for warning in self._standing.values()],
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any] | None) -> "Watcher":
        """As it was when these were kept; one that knows nothing where nothing was, or by another table of signs."""
        watcher = cls()
        if kept is None or kept["edition"] != EDITION:
            return watcher
        watcher._looked_at = dict(kept["looked_at"])
        for robot, feature, subject, since, held in kept["memories"]:
            memories = watcher._memories.setdefault(robot, {})
            memories[feature, subject] = Memory.restored((feature, subject), since, held)
        for robot, sign, subject, *values in kept["tracks"]:
            track = watcher._tracks.setdefault(robot, {})[sign, subject] = Track(SIGNS[sign], subject)
            track.restore(values)
        for robot, cause, subject, at, probability, text, reasons, remedy, strikes_in_s in kept["standing"]:
            watcher._standing[robot, cause, subject] = EarlyWarning(
                robot, cause, subject, at, probability, text, tuple(reasons), remedy, strikes_in_s
            )
        return watcher

    def pass_over(self, condition: Condition) -> None:
        """It tells nothing of what wears."""
        self._looked_at[condition.robot] = condition.at

    def knows(self, condition: Condition) -> bool:
        """Whether it has looked at it or passed it over, or a later one of the same robot."""
        return condition.at <= self._looked_at.get(condition.robot, -math.inf)

    # ---- what it sees ---------------------------------------------------------------------------------------

    def usual(self, robot: str) -> Usual:
        """What the robot's measurements usually are; empty for a robot that nobody knows."""
        memories = self._memories.get(robot, {})
        return {key: level for key, memory in memories.items() if (level := memory.level) is not None}

    def standing(self, robot: str) -> list[EarlyWarning]:
        return [warning for key, warning in self._standing.items() if key[0] == robot]

    def look(self, condition: Condition) -> Found:
        """Take one condition into account."""
        self._looked_at[condition.robot] = condition.at
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
        track = tracks.setdefault((sign.name, feature.subject), Track(sign, feature.subject))
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
        """What the robots usually show, looked up afresh now and then; nothing where they are of different builds."""
        if at - self._alike_at >= SISTERS_S:
            self._alike_at, self._alike = at, alike([self.usual(robot) for robot in self._memories])
        if not self._alike:
            return []
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

    def _name(self, condition: Condition, risen: Track) -> EarlyWarning | None:
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

    def _chances(self, robot: str, risen: Track) -> dict[str, float]:
        """Of each cause that shows the sign, and of chance alone (`other`)."""
        candidates = [cause for cause in CAUSES.values() if risen.sign.name in cause.shows] + [CAUSES[OTHER]]
        seen = [
            Observation(track.sign.name, track.sign.family, track.strength(), "")
            for track in self._fresh(robot, risen.at)
            if any(track.sign.name in cause.shows for cause in candidates)
        ]
        lasting = risen.at - risen.since > AT_ONCE_S
        parts = {
            cause.name: math.exp(sum(weight(cause, observation, SHOWN_FOR_LONG) for observation in seen))
            * (HARDLY if lasting and not cause.wears and cause.name != OTHER else 1.0)
            for cause in candidates
        }
        total = sum(parts.values())
        return {name: part / total for name, part in parts.items()}

    def _fresh(self, robot: str, at: float) -> list[Track]:
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


def _values(warning: EarlyWarning) -> list[Any]:
    return [getattr(warning, each.name) for each in fields(warning)]


def _when(strikes_in_s: float | None) -> str:
    if strikes_in_s is None:
        return "no fault is near yet"
    if strikes_in_s <= HOUR_S:
        return "faults may come at any time"
    hours = strikes_in_s / HOUR_S
    return f"faults in about {hours:.0f} h" if hours < 48.0 else f"faults in about {hours / 24.0:.0f} days"
