from msgspec import Struct, field

from controller.api.instants import Instant, instant
from controller.domain.order import Order, OrderClass
from controller.domain.promise import Promise


class FirstPromise(Struct, frozen=True):
    """What was said when the order came: when it will be on its van or with the courier."""

    expected_at: Instant
    promised_at: Instant
    """Kept with nine in ten of such promises."""
    on_time: float
    """Probability that it leaves by its due time."""


class PromiseOfOrder(Struct, frozen=True):
    """When the last tote of the order will be on its van or with the courier, as it looks now and as first told."""

    made_at: Instant
    expected_at: Instant
    promised_at: Instant
    """Kept with nine in ten of such promises."""
    on_time: float
    """Probability that it leaves by its due time."""
    first_made_at: Instant
    first_expected_at: Instant
    first_promised_at: Instant
    cause: str | None
    """What makes it late, where it will be."""
    rescue: str | None
    """The cheapest thing that would make it on time, where there is one. A person decides."""


class PromiseAnswer(Struct, frozen=True):
    order_ref: str
    order_class: OrderClass = field(name="class")
    destination: str
    departure_id: str | None
    due_at: Instant
    promise: PromiseOfOrder


class PromisePage(Struct, frozen=True):
    items: list[PromiseAnswer]
    next: str | None


def promise_of_order(promise: Promise) -> PromiseOfOrder:
    return PromiseOfOrder(
        made_at=instant(promise.made_at),
        expected_at=instant(promise.expected_at),
        promised_at=instant(promise.promised_at),
        on_time=round(promise.on_time, 4),
        first_made_at=instant(promise.first_made_at),
        first_expected_at=instant(promise.first_expected_at),
        first_promised_at=instant(promise.first_promised_at),
        cause=promise.cause,
        rescue=promise.rescue,
    )


def promise_answer(order: Order, promise: Promise) -> PromiseAnswer:
    return PromiseAnswer(
        order_ref=order.order_ref,
        order_class=order.order_class,
        destination=order.destination,
        departure_id=order.departure_id,
        due_at=instant(order.due_at),
        promise=promise_of_order(promise),
    )
