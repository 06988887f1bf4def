"""What is remembered to tell an alarm from a passing moment; seen anew after a restart, and so kept in memory alone."""

from dataclasses import dataclass, field

from controller.domain.alarm import Priority


@dataclass(slots=True)
class Standing:
    """A condition that stands and is no alarm yet: its delay is not over, or it is out of service."""

    kind: str
    subject: str
    text: str
    robot: str | None
    fault_id: str | None
    priority: Priority | None
    respond_s: float | None
    late_at: float | None
    since: float


@dataclass(slots=True)
class AlarmMemory:
    """`groups`: by condition of a site-wide alarm, the robots that it concerns."""

    waiting: dict[str, Standing] = field(default_factory=dict)
    """By condition."""
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    looks_since: float | None = None
    """When the state was first looked at after our start."""
    was_linked: bool = False
    """Our connection to the broker has stood since our start."""
    untrusted_since: dict[str, float] = field(default_factory=dict)
    """Robots that are not spoken to, since when."""
    input_since: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Robot → (packs on its input belt, since when it is that many)."""
    violated_at: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Invariant → when it was last seen violated, and how."""
    late_by: dict[str, str] = field(default_factory=dict)
    """Order that will be late → the robot that makes it late, or made it so."""
    regroup: bool = True
    """Alarms came or went since roots were last looked for."""
    look_at: float = 0.0
    weigh_at: float = 0.0
    """What is at stake is weighed again then."""
    repeats_at: float = 0.0
    repeats: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(robot, code, place) → how often in the last half hour, where that is too often."""
