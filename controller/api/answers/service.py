from msgspec import Struct

from controller.api.instants import Instant, instant
from controller.engine.ports import PoisonMessage

_SHOWN_CHARACTERS = 2_000


class Alive(Struct, frozen=True):
    alive: bool = True


class Ready(Struct, frozen=True):
    ready: bool
    reasons: dict[str, str]
    """What stands in the way, by name."""


class DeliveryReceipt(Struct, frozen=True):
    """What the engine says of the booked delivery; more fields may follow."""

    delivery_note: str


class CountReceipt(Struct, frozen=True):
    """What the engine says of the count; more fields may follow."""


class PoisonAnswer(Struct, frozen=True):
    """A message that broke the robot contract."""

    at: Instant
    topic: str
    robot: str | None
    reason: str
    payload: str
    """Its beginning; bytes that are no UTF-8 as \\xNN."""
    payload_bytes: int


class PoisonList(Struct, frozen=True):
    items: list[PoisonAnswer]


def poison_answer(poison: PoisonMessage) -> PoisonAnswer:
    shown = poison.payload.decode("utf-8", "backslashreplace")[:_SHOWN_CHARACTERS]
    return PoisonAnswer(instant(poison.at), poison.topic, poison.robot, poison.reason, shown, len(poison.payload))
