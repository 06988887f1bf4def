from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.doubt import Doubt, Finding


class DoubtAnswer(Struct, frozen=True):
    """An outcome that nobody knows yet, or what was found in the end."""

    doubt_id: str
    task_id: str
    robot: str
    pack_id: str
    order_ref: str | None
    opened_at: Instant
    reason: str
    resolved_at: Instant | None
    finding: Finding | None
    resolved_by: str | None
    note: str | None


class DoubtPage(Struct, frozen=True):
    items: list[DoubtAnswer]
    next: str | None


class SettleReceipt(Struct, frozen=True):
    """What the engine says of the decision; more fields may follow."""


def doubt_answer(doubt: Doubt) -> DoubtAnswer:
    return DoubtAnswer(
        doubt.doubt_id,
        doubt.task_id,
        doubt.robot,
        doubt.pack_id,
        doubt.order_ref,
        instant(doubt.opened_at),
        doubt.reason,
        instant_or_none(doubt.resolved_at),
        doubt.finding,
        doubt.resolved_by,
        doubt.note,
    )
