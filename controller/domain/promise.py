"""When an order will be done, and how sure that is."""

from dataclasses import dataclass


@dataclass(slots=True)
class Promise:
    """`promised_at` is kept with `PROMISED_SHARE` of such promises; `expected_at` is the most likely moment.

    Both tell when the last tote of the order is on its van or with the courier; `first_…` are the figures of the
    first promise, by which the service is judged.
    """

    order_ref: str
    made_at: float
    expected_at: float
    promised_at: float
    on_time: float
    """Probability that the order leaves by its due time."""
    first_made_at: float
    first_expected_at: float
    first_promised_at: float
    cause: str | None = None
    """What makes it late, where it will be."""
    rescue: str | None = None
    """The cheapest thing that would make it on time, where there is one."""


PROMISED_SHARE = 0.9
LATE_BELOW = 0.5
"""An order that is less likely in time than this is told to be late."""
