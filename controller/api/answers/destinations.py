from msgspec import Struct


class DestinationReceipt(Struct, frozen=True):
    """What the engine says of the setting; more fields may follow."""

    destination: str
    least_remaining_days: int
