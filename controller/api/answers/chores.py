from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.chore import SITE, Chore, ChoreKind, ChoreStatus, NightPause


class ChoreAnswer(Struct, frozen=True):
    """One small piece of work that nobody ordered."""

    chore_id: str
    kind: ChoreKind
    source: str
    """The robot or the area."""
    subject: str
    """A shelf, an axis, a product: what a chore of its kind is about."""
    reason: str
    reference: str
    """The task or the work that does it."""
    packs: int
    begun_at: Instant
    status: ChoreStatus
    ended_at: Instant | None
    result: str | None


class ChorePage(Struct, frozen=True):
    items: list[ChoreAnswer]
    next: str | None


class PauseAnswer(Struct, frozen=True):
    scope: str | None
    """A robot or an area; null for the whole site."""
    reason: str
    actor: str
    since: Instant


class PauseList(Struct, frozen=True):
    """What people have paused; empty when night work may go on everywhere."""

    items: list[PauseAnswer]


class PauseReceipt(Struct, frozen=True):
    """What the engine says of the pause; more fields may follow."""


def chore_answer(chore: Chore) -> ChoreAnswer:
    return ChoreAnswer(
        chore.chore_id,
        chore.kind,
        chore.source,
        chore.subject,
        chore.reason,
        chore.reference,
        chore.packs,
        instant(chore.begun_at),
        chore.status,
        instant_or_none(chore.ended_at),
        chore.result,
    )


def pause_answer(pause: NightPause) -> PauseAnswer:
    scope = None if pause.scope == SITE else pause.scope
    return PauseAnswer(scope, pause.reason, pause.actor, instant(pause.since_at))
