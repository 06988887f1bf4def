"""Jobs of people at the stations, and what a person says of a pack that nobody is sure of."""

from dataclasses import dataclass

from controller.domain.doubt import Finding
from controller.engine.actions.stock import DeliveredLine


@dataclass(frozen=True, slots=True)
class ClaimWork:
    """A worker at a station asks for the next job; the answer is a Work or None."""

    station: str
    worker: str


@dataclass(frozen=True, slots=True)
class FinishWork:
    work_id: str
    worker: str
    moved: tuple[str, ...] = ()
    """hand_pick, feed, shelve: the packs that were moved as asked."""
    missing: tuple[str, ...] = ()
    """…and those that were not where the ledger had them."""
    findings: tuple[tuple[str, Finding], ...] = ()
    """settle"""
    identified: DeliveredLine | None = None
    """clear_reject: what the person read; None where the lane was empty."""
    set_aside: bool = False
    """clear_reject: it lies on the quarantine shelf now, not on the belt again."""
    accepted: bool = True
    """check: whether the tote holds what the order asks."""


@dataclass(frozen=True, slots=True)
class SettleDoubt:
    doubt_id: str
    finding: Finding
    note: str
    actor: str


WorkRequest = ClaimWork | FinishWork | SettleDoubt
