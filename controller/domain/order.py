"""A replenishment order of a ward, clinic or dispensary, and its lines."""

import enum
from dataclasses import dataclass, field


class OrderClass(enum.StrEnum):
    DISCHARGE = "discharge"
    """A patient waits to go home; goes by courier as soon as it is checked."""
    URGENT = "urgent"
    ROUTINE = "routine"


class OrderStatus(enum.StrEnum):
    OPEN = "open"
    """Packs are still to be gathered."""
    GATHERED = "gathered"
    """Every line is in a tote or short; totes wait for check and loading."""
    READY = "ready"
    """Every tote is checked and on its van, or with the courier."""
    DISPATCHED = "dispatched"
    SHORT = "short"
    """Nothing of it could be supplied; each line says why."""
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in (OrderStatus.DISPATCHED, OrderStatus.SHORT, OrderStatus.CANCELLED)


@dataclass(slots=True)
class OrderLine:
    """`ordered` packs are always: wanted + in work + in totes + short (+ cancelled, when the order is)."""

    number: int
    gtin: str
    ordered: int
    reserved: int = 0
    """Of what is still wanted: packs set aside in the ledger, not yet bound to a task."""
    in_work: int = 0
    """Bound to a task under way, in doubt included."""
    gathered: int = 0
    """In totes or dispatched."""
    short: int = 0
    short_reason: str | None = None
    single_batch: bool = False
    """Every pack of the line must be of one batch."""
    batch: str | None = None
    """That batch, once its first pack is bound."""

    @property
    def wanted(self) -> int:
        return self.ordered - self.in_work - self.gathered - self.short


@dataclass(slots=True)
class Order:
    order_ref: str
    destination: str
    order_class: OrderClass
    placed_at: float
    due_at: float
    """Discharge: the promise to the patient. Otherwise the departure of its run as first booked."""
    departure_id: str | None
    """The departure that it is now booked on; None for discharge."""
    lines: list[OrderLine]
    number: int
    """Counts orders as they came: the last word in every tie."""
    status: OrderStatus = OrderStatus.OPEN
    totes: list[str] = field(default_factory=list)
    gathered_at: float | None = None
    completed_at: float | None = None
    """Last tote checked."""
    dispatched_at: float | None = None
    cancel_reason: str | None = None

    @property
    def in_work(self) -> int:
        return sum(line.in_work for line in self.lines)

    @property
    def wanted(self) -> int:
        return sum(line.wanted for line in self.lines)

    @property
    def short(self) -> int:
        return sum(line.short for line in self.lines)
