"""What people say of stock: delivered, held, recalled, quarantined, counted, found and written off."""

from dataclasses import dataclass
from datetime import date

from controller.domain.disposal import Ending


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    gtin: str
    batch: str
    expiry: date
    quantity: int


@dataclass(frozen=True, slots=True)
class BookDelivery:
    delivery_note: str
    lines: tuple[DeliveredLine, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class HoldStock:
    """Block a batch, or one pack: nothing picks it until it is released."""

    gtin: str
    batch: str
    reason: str
    actor: str
    pack_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseStock:
    gtin: str
    batch: str
    reason: str
    actor: str
    pack_id: str | None = None


@dataclass(frozen=True, slots=True)
class StartRecall:
    """Block a batch wherever it is. A drill writes down that it was run and blocks nothing."""

    gtin: str
    batch: str
    recall_class: int
    """1 to 4"""
    reason: str
    actor: str
    drill: bool = False


@dataclass(frozen=True, slots=True)
class CloseRecall:
    """Every destination was told, and what came back is dealt with."""

    recall_id: str
    note: str
    actor: str
    destinations: int = 0
    """How many had got it, as whoever asks has traced it."""


@dataclass(frozen=True, slots=True)
class DisposeRecalled:
    """What becomes of the recalled packs that are in the centre: put out by robots and people, then off the books."""

    recall_id: str
    ending: Ending
    reason: str
    actor: str
    witness: str | None = None
    """A second person, for controlled drugs."""
    pack_ids: tuple[str, ...] = ()
    """Only these packs."""


@dataclass(frozen=True, slots=True)
class QuarantinePlace:
    """Hold every pack at a robot or an area at once, until somebody decides: it was too warm, too cold, or wet."""

    place: str
    """A robot or an area."""
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class DecideQuarantine:
    """What becomes of the packs of a quarantine."""

    case_id: str
    destroyed: bool
    """They are put out and destroyed; else they may be used."""
    reason: str
    actor: str
    witness: str | None = None
    """A second person, where controlled drugs are destroyed."""
    batch: str | None = None
    """Only this batch."""
    pack_ids: tuple[str, ...] = ()
    """Only these packs."""


@dataclass(frozen=True, slots=True)
class FoundPack:
    """A pack that the books do not have there, as a person read it."""

    gtin: str
    batch: str
    expiry: date
    place: str
    """goods-in, or an area on whose shelf it stands now"""
    reason: str
    actor: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class WriteOff:
    """These packs are not there any more, or are of no use: out of the books."""

    pack_ids: tuple[str, ...]
    reason: str
    actor: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class RestoreStock:
    """These packs of the quarantine shelf have been looked at and stand at goods-in, to be put away again."""

    pack_ids: tuple[str, ...]
    reason: str
    actor: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class CountStock:
    """Somebody is to look whether the packs of a product stand where the books have them."""

    place: str
    """A robot or an area."""
    gtin: str
    reason: str
    actor: str


StockRequest = (
    BookDelivery | HoldStock | ReleaseStock | StartRecall | CloseRecall | DisposeRecalled
    | QuarantinePlace | DecideQuarantine | FoundPack | WriteOff | RestoreStock | CountStock
)  # fmt: skip
