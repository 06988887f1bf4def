"""What wards ask, and what a destination needs."""

from dataclasses import dataclass

from controller.domain.order import OrderClass


@dataclass(frozen=True, slots=True)
class LineRequest:
    gtin: str
    quantity: int
    single_batch: bool = False
    """All packs of one batch."""


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    order_ref: str
    destination: str
    order_class: OrderClass
    lines: tuple[LineRequest, ...]
    due_at: float | None = None
    """discharge only"""
    run: str | None = None
    run_date: str | None = None
    """YYYY-MM-DD, local; urgent and routine. Without both, the next run of the hospital that can be made."""
    placed_at: float | None = None
    actor: str = "ward"


@dataclass(frozen=True, slots=True)
class CancelOrder:
    order_ref: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class RecordWardCount:
    """What stands on a ward's shelf, for its next top-up."""

    destination: str
    counts: tuple[tuple[str, int], ...]
    actor: str


@dataclass(frozen=True, slots=True)
class SetLeastRemainingDays:
    """What is sent to a destination must outlast its due date by so many days."""

    destination: str
    days: int
    reason: str
    actor: str


OrderRequest = SubmitOrder | CancelOrder | RecordWardCount | SetLeastRemainingDays
