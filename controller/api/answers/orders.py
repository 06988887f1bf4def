from collections.abc import Iterable

from msgspec import Struct, field

from controller.api.answers.journal import JournalEntryAnswer, journal_answer
from controller.api.answers.promises import FirstPromise, PromiseOfOrder, promise_of_order
from controller.api.answers.tasks import TaskAnswer, task_answer
from controller.api.answers.totes import ToteAnswer, tote_answer
from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.journal import JournalEntry
from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.domain.promise import Promise
from controller.domain.task import Task
from controller.domain.tote import Tote


class OrderLineAnswer(Struct, frozen=True):
    """Packs: `ordered` is `wanted` + `in_work` + `gathered` + `short`."""

    number: int
    gtin: str
    ordered: int
    wanted: int
    reserved: int
    in_work: int
    gathered: int
    short: int
    short_reason: str | None
    single_batch: bool
    """All packs of the line must be of one batch."""


class OrderSummary(Struct, frozen=True):
    order_ref: str
    destination: str
    order_class: OrderClass = field(name="class")
    status: OrderStatus
    placed_at: Instant
    due_at: Instant
    departure_id: str | None
    lines: int
    ordered: int
    gathered: int
    short: int


class OrderPage(Struct, frozen=True):
    items: list[OrderSummary]
    next: str | None


class OrderAnswer(Struct, frozen=True):
    order_ref: str
    destination: str
    order_class: OrderClass = field(name="class")
    status: OrderStatus
    placed_at: Instant
    due_at: Instant
    departure_id: str | None
    gathered_at: Instant | None
    completed_at: Instant | None
    dispatched_at: Instant | None
    cancel_reason: str | None
    promise: PromiseOfOrder | None
    lines: list[OrderLineAnswer]
    totes: list[ToteAnswer]
    tasks: list[TaskAnswer]
    time_line: list[JournalEntryAnswer]
    """What the journal has of the order, its totes and its tasks, in order."""


class OrderReceipt(Struct, frozen=True):
    """What the engine says of the accepted order; more fields may follow."""

    order_ref: str
    promise: FirstPromise | None = None


class CancelReceipt(Struct, frozen=True):
    """What the engine says of the cancellation; more fields may follow."""


def order_summary(order: Order) -> OrderSummary:
    return OrderSummary(
        order_ref=order.order_ref,
        destination=order.destination,
        order_class=order.order_class,
        status=order.status,
        placed_at=instant(order.placed_at),
        due_at=instant(order.due_at),
        departure_id=order.departure_id,
        lines=len(order.lines),
        ordered=sum(line.ordered for line in order.lines),
        gathered=sum(line.gathered for line in order.lines),
        short=order.short,
    )


def order_answer(
    order: Order,
    promise: Promise | None,
    totes: Iterable[Tote],
    tasks: Iterable[Task],
    time_line: Iterable[JournalEntry],
) -> OrderAnswer:
    return OrderAnswer(
        order_ref=order.order_ref,
        destination=order.destination,
        order_class=order.order_class,
        status=order.status,
        placed_at=instant(order.placed_at),
        due_at=instant(order.due_at),
        departure_id=order.departure_id,
        gathered_at=instant_or_none(order.gathered_at),
        completed_at=instant_or_none(order.completed_at),
        dispatched_at=instant_or_none(order.dispatched_at),
        cancel_reason=order.cancel_reason,
        promise=promise_of_order(promise) if promise is not None else None,
        lines=[_line_answer(line) for line in order.lines],
        totes=[tote_answer(tote) for tote in totes],
        tasks=[task_answer(task) for task in tasks],
        time_line=[journal_answer(entry) for entry in time_line],
    )


def _line_answer(line: OrderLine) -> OrderLineAnswer:
    return OrderLineAnswer(
        number=line.number,
        gtin=line.gtin,
        ordered=line.ordered,
        wanted=line.wanted,
        reserved=line.reserved,
        in_work=line.in_work,
        gathered=line.gathered,
        short=line.short,
        short_reason=line.short_reason,
        single_batch=line.single_batch,
    )
