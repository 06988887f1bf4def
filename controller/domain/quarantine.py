"""Quarantine by case: packs held together for one reason, until a named person decides what becomes of them."""

from dataclasses import dataclass

from controller.domain.hold import reasons

HELD_FOR = "quarantine "
"""How the hold of such a pack begins; the case's id, a colon and the reason follow."""


def hold_of(case_id: str, why: str) -> str:
    """What a pack of the case is held for."""
    return f"{beginning_of(case_id)}{why}"


def beginning_of(case_id: str) -> str:
    """How every hold of the case begins."""
    return f"{HELD_FOR}{case_id}: "


@dataclass(frozen=True, slots=True)
class QuarantinedLot:
    """Packs of one batch that a case holds at one place."""

    case_id: str
    why: str
    gtin: str
    batch: str
    account: str
    packs: int

    @classmethod
    def of(cls, hold: str, gtin: str, batch: str, account: str, packs: int) -> "QuarantinedLot":
        """From what the packs are held for; of several cases the one that was opened first."""
        case_id, _, why = reasons(hold)[0].removeprefix(HELD_FOR).partition(": ")
        return cls(case_id, why, gtin, batch, account, packs)


@dataclass(frozen=True, slots=True)
class TakenPack:
    """A pack that was taken from a place, and where it is now."""

    pack_id: str
    gtin: str
    batch: str
    taken_at: float
    tote_id: str
    order_ref: str
    account: str
    """Where it is now: a destination, where it has left."""
