"""What the controller notices of itself: its connection, its database, its invariants, and that time passes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoisonReceived:
    """A message that breaks the contract: kept for inspection, never stops the others (RC-01, RC-24)."""

    topic: str
    payload: bytes
    reason: str
    robot: str | None


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The controller's own connection to the broker came or went (RC-19)."""

    up: bool


@dataclass(frozen=True, slots=True)
class InvariantViolated:
    """Something that must always hold does not."""

    invariant: str
    detail: str


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The database refused a commit, and the state was built again from it."""

    detail: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    loop_pause_s: float = 0.0
    """How long the loop itself did not run before this tick: silence of that length is ours, not a robot's (RC-17)."""


Notice = PoisonReceived | LinkChanged | InvariantViolated | StoreFailed | Tick
