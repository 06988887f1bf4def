"""A robot taken out of work: how, by whom, how far it is on its way back, and what people took from it by hand."""

import enum
from dataclasses import dataclass, field

CONTROLLER = "controller"
"""Who took it out where no person did."""


class HowOut(enum.StrEnum):
    DRAIN = "drain"
    """It ends the tour that it is doing; nothing else is begun."""
    STOP = "stop"
    """It is held at once."""
    INTERLOCK = "interlock"
    """A door or an E-stop took it out; nobody asked."""


class Stage(enum.StrEnum):
    OUT = "out"
    HOMING = "homing"
    """A named person has confirmed that nobody is in its travel area: reference run."""
    TESTING = "testing"
    """Test motions, which must all go well."""
    BACK = "back"


@dataclass(slots=True)
class Withdrawal:
    """From `since` to `ended_at` the robot gets no work; any step of its return that fails leaves it out."""

    withdrawal_id: str
    robot: str
    how: HowOut
    reason: str
    actor: str
    since: float
    back_at: float | None = None
    """When it is expected back, where somebody said so."""
    stage: Stage = Stage.OUT
    task_id: str | None = None
    """The command of its return that is under way."""
    tests_left: int = 0
    confirmed_by: str | None = None
    """Who said that its travel area is empty."""
    failure: str | None = None
    """Why it did not come back when that was last tried."""
    taken: dict[str, str] = field(default_factory=dict)
    """Packs that people took from its shelves by hand → the shelf, where anybody knows it."""
    forget: list[str] = field(default_factory=list)
    """Of these, packs that it still believed to have when it was asked."""
    unexplained: list[str] = field(default_factory=list)
    """Packs in which its inventory and the ledger differ for no known reason."""
    ended_at: float | None = None
