"""Stock that is to leave the centre for good: decided by a named person, and off the books once it has been put out."""

import enum
from dataclasses import dataclass, replace
from typing import Self

DISPOSED = "disposal "
"""How the hold of such a pack begins; id, ending and case follow, then a colon and the reason."""
NOT_FOUND = "not found; "
"""How the reason begins of one that did not stand where the books have it."""


class Ending(enum.StrEnum):
    DESTROYED = "destroyed"
    RETURNED = "returned"
    """To the supplier or the company that recalled it."""


class Fate(enum.StrEnum):
    """How a pack stands on its way to its end."""

    UNDECIDED = "undecided"
    """Nobody has said what becomes of it."""
    TO_PUT_OUT = "to_put_out"
    """A robot or a person has to bring it out."""
    NOT_FOUND = "not_found"
    """It is to be put out, and did not stand where the books have it."""


@dataclass(frozen=True, slots=True)
class Disposal:
    """What was decided of a pack. The journal has who decided it, under the id."""

    disposal_id: str
    ending: Ending
    case: str
    """The recall or the quarantine."""
    why: str
    missing: bool = False
    """It was to be put out and did not stand where the books have it."""

    @property
    def hold(self) -> str:
        """What the pack is held for; `of` reads it again."""
        lost = NOT_FOUND if self.missing else ""
        return f"{DISPOSED}{self.disposal_id} {self.ending.value} {self.case}: {lost}{self.why}"

    @classmethod
    def of(cls, hold: str | None) -> Self | None:
        """What was decided of a pack that is held for this; None where nothing was."""
        if hold is None or not hold.startswith(DISPOSED):
            return None
        disposal_id, ending, rest = hold.removeprefix(DISPOSED).split(" ", 2)
        case, _, why = rest.partition(": ")
        missing = why.startswith(NOT_FOUND)
        return cls(disposal_id, Ending(ending), case, why.removeprefix(NOT_FOUND), missing)

    @classmethod
    def standing_of(cls, hold: str | None) -> Fate:
        """How a pack stands that is held for this."""
        disposal = cls.of(hold)
        if disposal is None:
            return Fate.UNDECIDED
        return Fate.NOT_FOUND if disposal.missing else Fate.TO_PUT_OUT

    def lost(self) -> "Disposal":
        """The same for a pack that was not found."""
        return replace(self, missing=True)

    def found(self) -> "Disposal":
        """The same for a pack that turned up again."""
        return replace(self, missing=False)
