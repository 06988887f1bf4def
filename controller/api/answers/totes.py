from msgspec import Struct

from controller.api.instants import Instant, instant_or_none
from controller.domain.tote import Tote, ToteStatus


class ToteAnswer(Struct, frozen=True):
    tote_id: str
    order_ref: str
    status: ToteStatus
    packs: int
    expected: int
    """Packs bound to tasks that will bring them."""
    checked_by: str | None
    loaded_at: Instant | None


class TotePage(Struct, frozen=True):
    items: list[ToteAnswer]
    next: str | None


def tote_answer(tote: Tote) -> ToteAnswer:
    return ToteAnswer(
        tote.tote_id,
        tote.order_ref,
        tote.status,
        tote.packs,
        tote.expected,
        tote.checked_by,
        instant_or_none(tote.loaded_at),
    )
