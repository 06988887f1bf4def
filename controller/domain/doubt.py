"""An outcome that nobody knows yet: resolved by the robot's journal or a person's decision, never by guessing."""

import enum
from dataclasses import dataclass


class Finding(enum.StrEnum):
    """Where the pack really is."""

    IN_TOTE = "in_tote"
    IN_ROBOT = "in_robot"
    """On its shelf, as if the command had never been."""
    REMOVED = "removed"
    """Taken out by a person: quarantined."""
    LOST = "lost"


@dataclass(slots=True)
class Doubt:
    doubt_id: str
    task_id: str
    robot: str
    pack_id: str
    order_ref: str | None
    opened_at: float
    reason: str
    resolved_at: float | None = None
    finding: Finding | None = None
    resolved_by: str | None = None
    """A worker's name, or `journal`."""
    note: str | None = None
