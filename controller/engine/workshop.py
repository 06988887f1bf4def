"""What is known of work at the robots and is worth nothing after a restart: measurements, test picks, limits."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PickTest:
    """Test picks that are under way for a step of a procedure."""

    run_id: str
    step: str
    after_fault: int
    """Number of the last fault before it: a later one at the robot fails the test."""
    passed: int = 0
    tried: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Workshop:
    measured: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    """Robot → axis → (mm off at its reference marks, when that was measured)."""
    tests: dict[str, PickTest] = field(default_factory=dict)
    """By robot."""
    limits: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    """Robot → parameter → (least, most), as its factsheet says."""
    makers: dict[str, dict[str, float]] = field(default_factory=dict)
    """Robot → parameter → what its maker set, where its factsheet says so."""
    in_force: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    """Robot → name and version of the profile with which it says that it works."""
    differs: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    """Of these, the ones that are not what the books have."""
    restore_at: dict[str, float] = field(default_factory=dict)
    """Robot that is to have its old values back → when it is told again, if it did not take them."""
    returning: dict[str, float] = field(default_factory=dict)
    """Robot that is fit and waits for automatic mode → until when what was seen of its travel area holds."""
