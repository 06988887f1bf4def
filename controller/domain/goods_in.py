"""Deliveries: packs that suppliers bring, from the dock to a robot or a shelf."""

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class DeliveryLine:
    """Packs of one batch on one delivery note."""

    line_id: str
    delivery_note: str
    gtin: str
    batch: str
    expiry: date
    quantity: int
    arrived_at: float
    waiting: int
    """Packs still at goods-in, not yet given to anybody to carry."""


@dataclass(slots=True)
class Offer:
    """A pack at a robot's scanner that waits for an answer."""

    offer_id: str
    robot: str
    gtin: str | None
    batch: str | None
    expiry: date | None
    offered_at: float
