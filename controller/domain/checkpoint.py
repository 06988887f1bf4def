"""What was learned, as of a moment: a controller that starts anew goes on from it."""

from dataclasses import dataclass
from typing import Any

WATCHER = "watcher"
"""What is usual for each robot's parts, and what has risen."""
ATTENDANCE = "attendance"
"""Who works where, and how many in each hour."""
RESPONSES = "responses"
"""What has been done about robots that are out."""
PROMISES = "promises"
"""How far the expectations of orders were off."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """There is one of each name; a later one takes its place."""

    name: str
    at: float
    data: dict[str, Any]
    """JSON values, as whoever learned it gave them; it alone knows what they mean."""
