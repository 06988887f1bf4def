"""What the state shows that needs a person, as the alarm signs find it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sign:
    kind: str
    subject: str
    text: str
    robot: str | None = None
    fault_id: str | None = None
    late_at: float | None = None


@dataclass(slots=True)
class Seen:
    """`unknown`: conditions of which nothing can be said now; their alarms stay as they are."""

    signs: list[Sign] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
