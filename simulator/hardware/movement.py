"""One thing that really moved, as the physical record keeps it."""

import enum
from dataclasses import dataclass
from typing import Protocol


class Act(enum.StrEnum):
    STORE = "store"
    PICK = "pick"
    DELIVER = "deliver"
    EJECT = "eject"
    DROP = "drop"
    RELOCATE = "relocate"
    TAKE = "take"
    """A person took it from its shelf, by hand; the cause is the work."""
    RETURN = "return"
    """A person took it out of its tote again, back to goods-in; the cause is the correction of the books."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The command that moves the machine, with the generation and epoch under which it was accepted."""

    command_id: str
    generation: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Movement:
    """`at` in site time; `source` and `target` are locations, outputs or totes."""

    at: float
    robot: str
    act: Act
    pack_id: str | None
    gtin: str
    batch: str
    expiry: str
    source: str
    target: str
    cause: Cause


class Recorder(Protocol):
    """Where movements are written, in their order, by the hardware alone."""

    def append(self, movement: Movement) -> None: ...
