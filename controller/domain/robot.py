"""What the controller knows of a robot."""

import enum
from dataclasses import dataclass, field

from controller.domain.product import Zone


class Trust(enum.StrEnum):
    """How far what we know of a robot may be acted on."""

    UNKNOWN = "unknown"
    """Never heard, or heard before the last loss of contact."""
    GREETING = "greeting"
    """It is there; its snapshot and journal are asked for (RC-04, RC-20)."""
    READY = "ready"
    SILENT = "silent"
    """No report for longer than the maximum silence (RC-17)."""
    GONE = "gone"
    """It said goodbye, or its last will arrived."""
    QUARANTINED = "quarantined"
    """Its journal is not the one we knew: a person must confirm it."""


@dataclass(frozen=True, slots=True)
class RobotFault:
    occurrence: str
    code: str
    level: int
    raised_at: float
    command_id: str | None = None
    location: str | None = None
    pack_id: str | None = None
    axis: str | None = None


@dataclass(slots=True)
class Robot:
    robot: str
    kind: Zone
    capacity_packs: int
    trust: Trust = Trust.UNKNOWN
    generation: int = 0
    journal_id: str | None = None
    applied_seq: int = 0
    """Every report up to this one has had its effect (RC-05)."""
    mode: str = "automatic"
    packml: int = 0
    faults: dict[str, RobotFault] = field(default_factory=dict)
    max_tour_items: int = 1
    max_queue: int = 1
    outputs: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    tallest_mm: float = 0.0
    """The tallest height class; nothing higher can be stored."""
    firmware: str = ""
    packs_reported: int = 0
    checksum: str = ""
    input_waiting: int = 0
    gaps: int = 0
    """Gaps in seq that were seen (RC-05)."""
    last_report_at: float = 0.0
    last_report_mono_s: float = 0.0
    no_space_until: float = 0.0
    """It refused a pack for want of space; nothing is fed to it before this time."""
    maintenance: str | None = None
    """The maintenance window that keeps it from work; follows from the windows and is not kept with the robot."""
    withdrawn: str | None = None
    """The withdrawal that keeps it from work; follows from the withdrawals and is not kept with the robot."""
