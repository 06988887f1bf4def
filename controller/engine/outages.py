"""What follows from robots being out, as it was last looked at; made anew from the state.

Only what has been done about them is kept: see `keeping`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from controller.domain.consequence import Consequence


@dataclass(frozen=True, slots=True)
class HandPack:
    line: int
    pack_id: str
    gtin: str
    batch: str
    expiry: date
    shelf: str | None
    """Where a robot has told it."""


@dataclass(frozen=True, slots=True)
class HandPick:
    """Packs of one order that stand only where no robot can fetch them in time."""

    order_ref: str
    robot: str
    packs: tuple[HandPack, ...]
    """What expires first goes first."""
    wanted_at: float
    """The last moment for them to be in their tote."""
    back_at: float
    """When the robot is expected to be able again."""


@dataclass(slots=True)
class Response:
    """What has been done since a robot went out."""

    withdrawn: dict[str, None] = field(default_factory=dict)
    """Tours that it was asked to give back."""
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Source → packs that it gave in its stead."""
    by_hand: dict[str, int] = field(default_factory=dict)
    """Jobs → packs that people fetched out of it."""

    def kept(self) -> dict[str, Any]:
        """As JSON values."""
        return {"withdrawn": list(self.withdrawn), "elsewhere": dict(self.elsewhere), "by_hand": self.by_hand.copy()}

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> "Response":
        """As it was when these were kept."""
        return cls(dict.fromkeys(kept["withdrawn"]), Counter(kept["elsewhere"]), dict(kept["by_hand"]))


@dataclass(slots=True)
class Outages:
    hand_picks: tuple[HandPick, ...] = ()
    """The most urgent first."""
    look_at: float = 0.0
    """Nothing is looked at again before this."""
    out: dict[str, float] = field(default_factory=dict)
    """Robot that cannot work → since when."""
    responses: dict[str, Response] = field(default_factory=dict)
    responses_kept: dict[str, Any] = field(default_factory=dict)
    """As they were last kept."""
    consequences: dict[str, Consequence] = field(default_factory=dict)
    """By robot; as of the last look."""
    told_at: float = 0.0
    answered: int = 0
    """The number of the last fault about which the recovery policy has decided."""
    to_home: dict[str, str] = field(default_factory=dict)
    """Robot that gets a reference run once it can work → the fault for which."""
    to_count: dict[tuple[str, str], None] = field(default_factory=dict)
    """(robot, shelf) that is to be counted because of a fault."""
    to_skip: dict[str, str] = field(default_factory=dict)
    """Pack in work that is not to be picked again after it → the fault for which."""
