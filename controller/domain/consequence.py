"""What a robot that is out holds up: which orders and products, when the first is late, what is done about it.

People who are told of late orders that leave in time stop listening. So the word that is said comes from a probability,
and what became of the orders it was said of is counted (`docs/faults/campaign.md`).
"""

import enum
from dataclasses import dataclass

from controller.domain.order import OrderClass
from controller.domain.promise import PROMISED_SHARE


class Course(enum.StrEnum):
    """How an order goes on that the robot holds up."""

    WAITS = "waits"
    """For the robot: nothing else has what it lacks."""
    BY_HAND = "by_hand"
    """On the hand-pick list, or somebody is at it."""
    IN_ROBOT = "in_robot"
    """Its packs are in a tour that the robot had begun, or in doubt."""


class Prospect(enum.StrEnum):
    """What is said of an order that is held up."""

    LATE = "late"
    """As it stands it leaves late: see LATE_FROM."""
    AT_RISK = "at_risk"
    """It mostly leaves in time; where that matters, something should be done now."""
    IN_TIME = "in_time"


LATE_FROM = 0.6
"""Probability of leaving late from which an order is called late. Said as soon as it is reached, so that of the orders
which are ever called late about that share is."""
AT_RISK_FROM = 1.0 - PROMISED_SHARE
"""…and from which one is at risk: a promise is no surer."""


@dataclass(frozen=True, slots=True)
class HeldUp:
    """One order that the robot holds up."""

    order_ref: str
    destination: str
    order_class: OrderClass
    departure_id: str | None
    packs: int
    """That it lacks because of the robot."""
    course: Course
    late_from: float
    """Unless the packs are in their tote by then it is late."""
    expected_at: float
    """When they are expected there."""
    target_at: float
    """When it must be on its van or with the courier."""
    likelihood: float
    """Probability that it leaves late: that neither the robot nor anybody else has its packs there by then."""

    @property
    def prospect(self) -> Prospect:
        if self.likelihood >= LATE_FROM:
            return Prospect.LATE
        return Prospect.AT_RISK if self.likelihood >= AT_RISK_FROM else Prospect.IN_TIME

    @property
    def late(self) -> bool:
        return self.prospect is Prospect.LATE


@dataclass(frozen=True, slots=True)
class Consequence:
    """Of one robot being out, as of `at`."""

    robot: str
    why: str
    at: float
    since: float
    back_at: float
    """When it is expected back: a guess where nobody has said so."""
    planned: bool
    """It is not out yet."""
    orders: tuple[HeldUp, ...]
    """Late ones first, then those at risk; within these, by when they would be late."""
    products: int
    """Products that nothing else has."""
    wanted_products: tuple[str, ...]
    """…of which orders want some now: GTINs."""
    done: tuple[str, ...]
    """What the controller has done about it, in words."""
    to_do: tuple[str, ...]
    """What people can do, in words."""

    @property
    def late(self) -> int:
        return sum(1 for order in self.orders if order.late)

    @property
    def at_risk(self) -> int:
        """Orders that may be late."""
        return sum(1 for order in self.orders if order.prospect is Prospect.AT_RISK)

    @property
    def first_late_at(self) -> float | None:
        """When the first of the orders that it will make late is late; None where it makes none late."""
        return min((order.late_from for order in self.orders if order.late), default=None)
