"""A pack: one box with its own id, batch and expiry. Where it is, is an account of the ledger."""

import enum
from dataclasses import dataclass
from datetime import date

SUPPLIER = "supplier"
GOODS_IN = "goods-in"
QUARANTINE = "quarantine"
WRITTEN_OFF = "written-off"
MISSING = "missing: "
"""How the hold of a pack begins that was not where the books have it."""
DISPATCHED_WITH = "dispatched with "
"""How the reason begins with which packs leave; the departure follows, or `courier`."""


def robot_account(robot: str) -> str:
    """Shelved in the robot."""
    return f"robot:{robot}"


def input_account(robot: str) -> str:
    """On the robot's input belt or reject lane."""
    return f"input:{robot}"


def area_account(area: str) -> str:
    """On a shelf of an area for picking by hand."""
    return f"area:{area}"


def tote_account(tote: str) -> str:
    return f"tote:{tote}"


def dispatched_account(destination: str) -> str:
    """Left the centre for this destination."""
    return f"dispatched:{destination}"


class PackStanding(enum.StrEnum):
    """What may be done with a pack; follows from its account, claim and hold."""

    AVAILABLE = "available"
    CLAIMED = "claimed"
    """Bound to a task that is under way."""
    HELD = "held"
    """In doubt, suspected or recalled: nothing may pick it."""
    ARRIVING = "arriving"
    IN_TOTE = "in_tote"
    DISPATCHED = "dispatched"
    QUARANTINED = "quarantined"
    WRITTEN_OFF = "written_off"


@dataclass(slots=True)
class Pack:
    pack_id: str
    gtin: str
    batch: str
    expiry: date
    account: str
    claim: str | None = None
    """The task (robot command id or work id) that has it bound."""
    hold: str | None = None
    """Why nothing may pick it."""

    @property
    def standing(self) -> PackStanding:
        family = self.account.partition(":")[0]
        if family == "tote":
            return PackStanding.IN_TOTE
        if family == "dispatched":
            return PackStanding.DISPATCHED
        if family == QUARANTINE:
            return PackStanding.QUARANTINED
        if family == WRITTEN_OFF:
            return PackStanding.WRITTEN_OFF
        if self.hold is not None:
            return PackStanding.HELD
        if self.claim is not None:
            return PackStanding.CLAIMED
        if family in ("robot", "area"):
            return PackStanding.AVAILABLE
        return PackStanding.ARRIVING


@dataclass(frozen=True, slots=True)
class Posting:
    """One pack moved from one account to another: the only way stock changes.

    `seq` counts from 1 without gaps. Every posting takes from one account exactly what it gives to the other,
    so the sum over all accounts is always zero.
    """

    seq: int
    at: float
    pack_id: str
    gtin: str
    batch: str
    from_account: str
    to_account: str
    reason: str
    reference: str
    """The command, work or import that caused it."""
