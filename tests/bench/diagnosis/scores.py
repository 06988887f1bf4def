"""From traces to figures: is the true cause ranked first, and was it warned of in time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from controller.domain.fault import Condition, Fault
from controller.faults.diagnosis import CAUSES, Case, rank
from controller.faults.diagnosis.causes import OTHER
from controller.faults.diagnosis.signs import SIGNS
from controller.faults.warnings import EarlyWarning, Watcher
from tests.bench.diagnosis.scenes import HOUR_S, Trace, TrueFault
from tests.bench.diagnosis.strangers import STRANGERS

KEPT_S = 2 * 86_400.0
"""So long a memory the engine has."""
IN_TIME_S = 2 * HOUR_S
WEEK_S = 7 * 86_400.0
WEARS = frozenset(cause.name for cause in CAUSES.values() if cause.wears)
SURENESS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Bounds of the classes in which what is stated is compared with what comes true."""
CONFIDENT = 0.8
"""Who is told so much acts on it without looking any further."""
UNSURE = 0.6
"""Who is told less looks for themselves."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One fault with the causes in the order in which they were ranked, and the probability stated of the first."""

    code: str
    truth: str
    ranked: tuple[str, ...]
    sure: float
    injected: bool

    @property
    def place(self) -> int:
        """Of the right answer, from 0; 99 where it is not among the suspects."""
        right = OTHER if self.truth in STRANGERS else self.truth
        return self.ranked.index(right) if right in self.ranked else 99

    @property
    def owned_up(self) -> bool:
        """It said that it does not know, or named a cause so unsurely that nobody relies on it."""
        return self.ranked[0] == OTHER or self.sure < UNSURE

    @property
    def misled(self) -> bool:
        """A cause was named with confidence, and it was not the one."""
        return self.place > 0 and self.ranked[0] != OTHER and self.sure >= CONFIDENT


@dataclass(frozen=True, slots=True)
class Reliability:
    """Answers that were stated with a probability from `low` to below `high`, and how many of them were right."""

    low: float
    high: float
    answers: int
    stated: float
    right: float


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: whether the cause that it names was there, or another wear."""

    warning: EarlyWarning
    true: bool
    misnamed: bool


@dataclass(slots=True)
class Scores:
    answers: list[Answer] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    leads_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By wear that was given and struck: from the first warning that named it to the first fault; 0 without one."""
    unnamed_leads_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The same, whatever the warning named."""
    estimates_s: list[tuple[float, float]] = field(default_factory=list)
    """Foretold and true time to the fault, of first warnings with a time."""
    robot_weeks: float = 0.0

    def share_first(self, answers: Iterable[Answer] | None = None, places: int = 1) -> float:
        """Of the answers, those with the true cause among the first `places`."""
        counted = list(self.answers if answers is None else answers)
        return sum(answer.place < places for answer in counted) / max(1, len(counted))

    def mean_of_causes(self, places: int = 1) -> float:
        """As `share_first` of the given causes that tables name, each cause counted alike."""
        by_cause = {cause: told for cause, told in self.by_cause().items() if cause not in STRANGERS}
        return sum(self.share_first(told, places) for told in by_cause.values()) / max(1, len(by_cause))

    def by_cause(self) -> dict[str, list[Answer]]:
        """The first fault of each scene, by the cause that was given."""
        found: dict[str, list[Answer]] = defaultdict(list)
        for answer in self.answers:
            if answer.injected:
                found[answer.truth].append(answer)
        return dict(found)

    @property
    def strange(self) -> list[Answer]:
        """Every fault whose cause is in no table."""
        return [answer for answer in self.answers if answer.truth in STRANGERS]

    @property
    def strange_first(self) -> list[Answer]:
        """The first fault of each scene with such a cause."""
        return [answer for answer in self.strange if answer.injected]

    @property
    def brier(self) -> float:
        """Mean square of what is stated of the first suspect less what came true (0 or 1); 0.25 is a coin's."""
        return _mean([(answer.sure - (answer.place == 0)) ** 2 for answer in self.answers])

    def reliability(self) -> list[Reliability]:
        """How often the first suspect was right, by how sure the diagnosis was; empty classes are left out."""
        found = []
        for low, high in pairwise(SURENESS):
            told = [a for a in self.answers if low <= a.sure < high]
            if told:
                stated = _mean([answer.sure for answer in told])
                found.append(Reliability(low, high, len(told), stated, self.share_first(told)))
        return found

    def confusions(self) -> Counter[tuple[str, str, str]]:
        """Code, truth, what was ranked first instead."""
        return Counter((a.code, a.truth, a.ranked[0]) for a in self.answers if a.place > 0)

    @property
    def in_time(self) -> float:
        """Mean over wears of the share warned of, by name, two hours ahead."""
        return _mean([sum(lead >= IN_TIME_S for lead in leads) / len(leads) for leads in self.leads_s.values()])

    @property
    def false_a_week(self) -> float:
        """Warnings of a cause that was not there, by robot-week; a wear under another's name is none of them."""
        return sum(not told.true and not told.misnamed for told in self.warnings) / max(1e-9, self.robot_weeks)

    @property
    def misnamed_a_week(self) -> float:
        return sum(told.misnamed for told in self.warnings) / max(1e-9, self.robot_weeks)


def score(traces: Sequence[Trace], fleet: int = 6) -> Scores:
    """The traces play together in fleets of so many sisters, in the order given."""
    scores = Scores()
    for first in range(0, len(traces), fleet):
        _play(traces[first : first + fleet], scores)
    return scores


def _play(fleet: Sequence[Trace], scores: Scores) -> None:
    watcher = Watcher()
    held: dict[str, list[Condition]] = defaultdict(list)
    faults: list[Fault] = []
    told: dict[str, list[EarlyWarning]] = defaultdict(list)
    for _, _, trace, happened in _merged(fleet):
        if isinstance(happened, Condition):
            held[trace.robot].append(happened)
            for warning in watcher.look(happened).begun:
                told[trace.robot].append(warning)
                scores.warnings.append(_judged(warning, trace))
        else:
            faults.append(happened.fault)
            scores.answers.append(_asked(happened, trace, held, faults, watcher))
    for trace in fleet:
        scores.robot_weeks += (trace.ended_at - trace.conditions[0].since) / WEEK_S
        _lead(trace, told[trace.robot], scores)


def _merged(fleet: Sequence[Trace]) -> list[tuple[float, int, Trace, Condition | TrueFault]]:
    """Conditions go before the fault of the same moment, as on the wire."""
    every: list[tuple[float, int, Trace, Condition | TrueFault]] = []
    for trace in fleet:
        every.extend((condition.at, 0, trace, condition) for condition in trace.conditions)
        every.extend((true.fault.raised_at, 1, trace, true) for true in trace.faults)
    return sorted(every, key=lambda entry: (entry[0], entry[1], entry[2].robot))


def _asked(
    true: TrueFault, trace: Trace, held: dict[str, list[Condition]], faults: Sequence[Fault], watcher: Watcher
) -> Answer:
    at = true.fault.raised_at
    suspects = rank(
        Case(
            fault=true.fault,
            conditions=[told for told in held[trace.robot] if told.at >= at - KEPT_S],
            faults=[fault for fault in faults if fault.raised_at >= at - WEEK_S],
            usual=watcher.usual(trace.robot),
            sisters_usual=[watcher.usual(robot) for robot in held if robot != trace.robot],
        )
    )
    first = trace.struck
    return Answer(
        code=true.fault.code,
        truth=true.cause,
        ranked=tuple(suspect.cause for suspect in suspects),
        sure=suspects[0].probability,
        injected=first is not None and first.fault is true.fault,
    )


def _judged(warning: EarlyWarning, trace: Trace) -> Warned:
    there = {p.cause for p in trace.present if p.began_at <= warning.at <= p.ended_at + HOUR_S}
    true = warning.cause in there
    related = any(_measured(warning.cause) & _measured(cause) for cause in there)
    return Warned(warning, true, not true and related)


def _measured(cause: str) -> set[str]:
    if cause in STRANGERS:
        moved = {(shift.feature, shift.subject or "") for shift in STRANGERS[cause].shifts}
        return {sign.name for sign in SIGNS.values() if (sign.feature, sign.subject) in moved}
    return {name for name in CAUSES[cause].shows if name in SIGNS}


def _lead(trace: Trace, warnings: Sequence[EarlyWarning], scores: Scores) -> None:
    struck = trace.struck
    if struck is None or trace.injected not in WEARS:
        return
    at = struck.fault.raised_at
    named = [w for w in warnings if w.cause == trace.injected and w.at <= at]
    of_kin = [w for w in warnings if trace.begun_at <= w.at <= at and _measured(w.cause) & _measured(trace.injected)]
    scores.leads_s[trace.injected].append(at - named[0].at if named else 0.0)
    scores.unnamed_leads_s[trace.injected].append(at - min(w.at for w in of_kin) if of_kin else 0.0)
    if named and named[0].strikes_in_s is not None:
        scores.estimates_s.append((named[0].strikes_in_s, at - named[0].at))


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures) if figures else 0.0


def middle(figures: Sequence[float]) -> float:
    """Median; 0 of none."""
    return median(figures) if figures else 0.0
