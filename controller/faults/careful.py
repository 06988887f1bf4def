"""Working carefully: what a robot may go on with while a part of it is not sound, and back to what was set before.

A careful profile keeps a robot in work that would stand or drop packs until somebody has cured it. It is never a cure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CORRECTABLE_MM = 1.5
"""A reference that is off by no more is put right by an offset; beyond, the machine is (DOMAIN.md, Table A)."""

WORTH_MM = 0.5
"""What is measured at a sound axis differs by up to 0.3 mm from one time to the next; estimate."""

Limits = Mapping[str, tuple[float, float]]
"""Parameter → (least, most), as a factsheet says."""


@dataclass(frozen=True, slots=True)
class Careful:
    """`words` end the sentence: it works …"""

    words: str
    values: Mapping[str, float]


JAWS_ONLY = Careful("with its jaws alone", {"vacuum_percent": 0.0})
SLOW = Careful("at 60 % of its speed", {"speed_percent": 60.0})

CAREFUL = {"VAC-14": JAWS_ONLY, "VAC-15": JAWS_ONLY, "AXY-04": SLOW}
"""By fault. Of the speed: enough for the load on a lift to fall by two thirds, with the square; estimate."""


def careful_for(code: str, limits: Limits) -> Careful | None:
    """How a robot with these parameters works on with such a fault; None where it cannot."""
    careful = CAREFUL.get(code)
    if careful is None or not all(_permits(limits, name, value) for name, value in careful.values.items()):
        return None
    return careful


def is_careful(careful: Careful, values: Mapping[str, float]) -> bool:
    """Whether these values are in force as far as the careful profile goes."""
    return all(values.get(name) == value for name, value in careful.values.items())


def back_from(
    careful: Careful, present: Mapping[str, float], before: Mapping[str, float], others: Iterable[Careful]
) -> dict[str, float]:
    """The values once nothing is careful for this fault any more.

    What another fault still asks for stays, and so does what a person has set to something else meanwhile.
    """
    kept = {name for other in others for name in other.values}
    values = dict(present)
    for name, value in careful.values.items():
        if name in kept or present.get(name) != value:
            continue
        if name in before:
            values[name] = before[name]
        else:
            del values[name]
    return values


def proposed_offset(axis: str, off_mm: float, present: Mapping[str, float], limits: Limits) -> dict[str, float]:
    """The offset that would make up for what was measured at the reference; empty where that is no job for one."""
    name = f"{axis}_offset_mm"
    value = round(present.get(name, 0.0) + off_mm, 2)
    if not WORTH_MM <= abs(off_mm) <= CORRECTABLE_MM or not _permits(limits, name, value):
        return {}
    return {name: value}


def _permits(limits: Limits, name: str, value: float) -> bool:
    return name in limits and limits[name][0] <= value <= limits[name][1]
