from collections.abc import Mapping
from typing import Any

from msgspec import Struct, convert

from controller.api.instants import Instant, instant
from controller.domain.decision import Decision, Passed
from controller.scheduling.explain import Reasons
from controller.scheduling.lateness import Blame
from controller.scheduling.story import Event, EventKind, Story
from controller.scheduling.wording import LocalTime


class OtherHolderAnswer(Struct, frozen=True):
    source: str
    passed: Passed
    backlog_s: float


class DecisionAnswer(Struct, frozen=True):
    """The figures from which a tour was given. Index and score are logarithms of a weight a pack."""

    at: Instant
    source: str
    """Account that the packs are taken from."""
    work_ref: str
    """The task, or the job of a person."""
    packs: int
    index: float
    score: float
    slack_s: float
    waited_s: float
    left: int
    waiting_orders: int
    beat: str | None
    """The order that would have come next."""
    beat_score: float | None
    held_up_by: str | None
    others: list[OtherHolderAnswer]


class DecisionList(Struct, frozen=True):
    items: list[DecisionAnswer]
    """Oldest first."""
    notes: list[str]
    """What is not in it, and why."""


class ReasonsAnswer(Struct, frozen=True):
    """Whole sentences, each of which stands alone."""

    in_one_sentence: str
    why_here: str
    why_now: str
    why_not_sooner: str
    what_it_beat: str


class EventAnswer(Struct, frozen=True):
    at: Instant
    local: str
    """The time in the site's zone, with the date where it is not that of the first event."""
    kind: EventKind
    text: str
    reasons: ReasonsAnswer | None
    figures: str | None
    """Of a decision, in one line, for whoever checks the weighing."""
    decision: DecisionAnswer | None


class CauseAnswer(Struct, frozen=True):
    """Where time went that an order did not have."""

    kind: Blame
    text: str
    """One sentence."""
    minutes: float
    robot: str | None = None
    station: str | None = None
    """Where people or their work were waited for."""
    departure: str | None = None
    fault_id: str | None = None
    code: str | None = None


class LatenessAnswer(Struct, frozen=True):
    late_s: float
    """After its due time it left, or is still here."""
    left: bool
    cause: CauseAnswer
    also: list[CauseAnswer]
    """What contributed besides, the most first; a wait for the next van is a consequence."""


class ExplanationAnswer(Struct, frozen=True):
    order_ref: str
    at: Instant
    headline: str
    standing: str
    waits: list[str]
    """What each thing that is missing waits for now."""
    promise: str | None
    lateness: LatenessAnswer | None
    """Of an order that left late or is past its due time."""
    events: list[EventAnswer]
    notes: list[str]
    """What the story cannot tell, and why."""


def explanation_answer(
    order_ref: str, at: float, story: Story, lateness: Mapping[str, Any] | None, say: LocalTime
) -> ExplanationAnswer:
    return ExplanationAnswer(
        order_ref=order_ref,
        at=instant(at),
        headline=story.headline,
        standing=story.standing,
        waits=list(story.waits),
        promise=story.promise,
        lateness=None if lateness is None else convert(lateness, LatenessAnswer),
        events=[_event(event, say) for event in story.events],
        notes=list(story.notes),
    )


def decision_answer(decision: Decision) -> DecisionAnswer:
    return DecisionAnswer(
        at=instant(decision.at),
        source=decision.source,
        work_ref=decision.work_ref,
        packs=decision.packs,
        index=decision.index,
        score=decision.score,
        slack_s=decision.slack_s,
        waited_s=decision.waited_s,
        left=decision.left,
        waiting_orders=decision.waiting_orders,
        beat=decision.beat,
        beat_score=decision.beat_score,
        held_up_by=decision.held_up_by,
        others=[OtherHolderAnswer(other.source, other.passed, other.backlog_s) for other in decision.others],
    )


def _event(event: Event, say: LocalTime) -> EventAnswer:
    reasons = event.reasons
    return EventAnswer(
        at=instant(event.at),
        local=say.clock(event.at),
        kind=event.kind,
        text=event.text,
        reasons=None if reasons is None else _reasons(reasons),
        figures=None if reasons is None else reasons.figures,
        decision=None if event.decision is None else decision_answer(event.decision),
    )


def _reasons(reasons: Reasons) -> ReasonsAnswer:
    return ReasonsAnswer(
        reasons.in_one_sentence, reasons.why_here, reasons.why_now, reasons.why_not_sooner, reasons.what_it_beat
    )
