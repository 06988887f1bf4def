"""A cause that nobody has described: what to expect of it, and where it is to be looked for.

Nothing is known of it but that it sits in the part of the robot of which the code speaks, as most causes do. So any
measurement of that part may have moved, each by itself: a broad expectation, which no evidence fits well and none
badly. What the described causes explain worse than this is left to it.
"""

from controller.faults.diagnosis.signs import Strength

_PARTS = """
AXX AXY AXR AXS AXC: x x_at x_odd y y_odd enc r_at r_odd
AXZ: z z_at z_odd
GRP VAC: grip grip_at grip_odd slip_at shelf vac pump_at
SEN-20 SEN-22: bar z z_at z_odd
SEN-21 IDN INP STK-53: cur size_at win scan_at bin bin_at
CNV PRT: bout bout_at div tote tote_id tote_odd exit exit_odd lab
FRG: cold cold_b cold_odd
PWR NET: ups net net_slow pc
"""
"""Codes, or how they begin, and the families of signs that are measured at that part."""

_FAMILIES = {
    code: frozenset(families.split())
    for row in _PARTS.strip().splitlines()
    for codes, _, families in [row.partition(":")]
    for code in codes.split()
}

MOVED_BY_UNKNOWN = {Strength.CLEAR: 0.10, Strength.SLIGHT: 0.10, Strength.ABSENT: 0.80}
"""How strongly a measurement of the part is moved by a cause of which nothing is known."""


def families_of(code: str) -> frozenset[str]:
    """Of the part that a code speaks of; none where it speaks of no part, as a door or a person does."""
    return _FAMILIES.get(code) or _FAMILIES.get(code.partition("-")[0]) or frozenset()
