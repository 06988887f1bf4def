from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct, field

from controller.api.engine_face import StateView
from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.disposal import Disposal, Fate
from controller.domain.pack import Pack, PackStanding
from controller.domain.recall import Recall, SentPack

ON_THE_ROAD_S = 2 * 3600.0
"""A van may be on its round for so long; what left since may still be stopped by a call to its driver (estimate)."""


class RecallAnswer(Struct, frozen=True):
    recall_id: str
    gtin: str
    batch: str
    recall_class: int = field(name="class")
    """1 at once, 2 within 48 h, 3 within five days, 4 caution in use."""
    reason: str
    actor: str
    begun_at: Instant
    drill: bool
    packs: int
    """Of the batch, in the centre when it began."""
    destinations: int
    """That had got it, when it was closed."""
    closed_at: Instant | None
    closed_by: str | None
    note: str | None


class RecallList(Struct, frozen=True):
    items: list[RecallAnswer]
    """The newest first."""


class RecalledHere(Struct, frozen=True):
    """Packs of the batch that stand at one place of the centre."""

    place: str
    """Account of the ledger."""
    packs: int
    held: int
    to_put_out: int
    """It is decided what becomes of them, and a robot or a person has to bring them out."""
    not_found: int
    """They were to be put out, and did not stand where the books have them."""
    order_ref: str | None
    """Of a tote."""
    tote: str | None
    """How the tote stands; one that was ready to leave is checked again."""


class SentTote(Struct, frozen=True):
    order_ref: str
    tote_id: str
    carrier: str
    """The departure, or `courier`."""
    sent_at: Instant
    on_the_road: bool
    """It left so lately that it may not have arrived: call the driver."""
    packs: list[str]


class SentTo(Struct, frozen=True):
    destination: str
    name: str
    packs: int
    totes: list[SentTote]


class RecallDetail(Struct, frozen=True):
    recall: RecallAnswer
    product: str
    traced_s: float
    """What it took to find all of this."""
    packs_here: int
    packs_gone: int
    """Off the books in the centre: destroyed, returned, written off."""
    packs_sent: int
    here: list[RecalledHere]
    sent: list[SentTo]


class RecallReceipt(Struct, frozen=True):
    """What the engine says of the recall; more fields may follow."""


def recall_answer(recall: Recall) -> RecallAnswer:
    return RecallAnswer(
        recall_id=recall.recall_id,
        gtin=recall.gtin,
        batch=recall.batch,
        recall_class=recall.recall_class,
        reason=recall.reason,
        actor=recall.by,
        begun_at=instant(recall.begun_at),
        drill=recall.drill,
        packs=recall.blocked_packs,
        destinations=recall.destinations,
        closed_at=instant_or_none(recall.closed_at),
        closed_by=recall.closed_by,
        note=recall.closing_note,
    )


def recall_detail(
    recall: Recall, known: Sequence[Pack], sent: Sequence[SentPack], state: StateView, now: float, traced_s: float
) -> RecallDetail:
    """`known` is the batch but for what was sent; `sent` by destination and time."""
    here = [pack for pack in known if pack.standing is not PackStanding.WRITTEN_OFF]
    product = state.products.get(recall.gtin)
    return RecallDetail(
        recall=recall_answer(recall),
        product="" if product is None else product.name,
        traced_s=round(traced_s, 4),
        packs_here=len(here),
        packs_gone=len(known) - len(here),
        packs_sent=len(sent),
        here=_here(here, state),
        sent=destinations_of(sent, state, now),
    )


def destinations_of(sent: Iterable[SentPack], state: StateView, now: float) -> list[SentTo]:
    """Who got packs, `sent` by destination: all that a call to each needs."""
    return [_sent_to(code, list(packs), state, now) for code, packs in groupby(sent, key=lambda pack: pack.destination)]


def _here(packs: Iterable[Pack], state: StateView) -> list[RecalledHere]:
    by_place: dict[str, list[Pack]] = {}
    for pack in packs:
        by_place.setdefault(pack.account, []).append(pack)
    return [_at_place(place, there, state) for place, there in sorted(by_place.items())]


def _at_place(place: str, packs: Sequence[Pack], state: StateView) -> RecalledHere:
    tote = state.totes.get(place.removeprefix("tote:"))
    fates = Counter(Disposal.standing_of(pack.hold) for pack in packs)
    return RecalledHere(
        place,
        len(packs),
        sum(pack.hold is not None for pack in packs),
        fates[Fate.TO_PUT_OUT],
        fates[Fate.NOT_FOUND],
        None if tote is None else tote.order_ref,
        None if tote is None else tote.status.value,
    )


def _sent_to(code: str, packs: Sequence[SentPack], state: StateView, now: float) -> SentTo:
    destination = state.destinations.get(code)
    totes: dict[str, list[SentPack]] = {}
    for pack in packs:
        totes.setdefault(pack.tote_id, []).append(pack)
    return SentTo(
        destination=code,
        name="" if destination is None else destination.name,
        packs=len(packs),
        totes=[
            SentTote(
                order_ref=inside[0].order_ref,
                tote_id=tote_id,
                carrier=inside[0].carrier,
                sent_at=instant(inside[0].sent_at),
                on_the_road=now - inside[0].sent_at < ON_THE_ROAD_S,
                packs=[pack.pack_id for pack in inside],
            )
            for tote_id, inside in totes.items()
        ],
    )
