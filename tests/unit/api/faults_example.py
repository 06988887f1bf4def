"""Three faults of one code, two of them of one robot whose vacuum leaked both times."""

from controller.domain.fault import Condition, Fault, Feature, Recorded, Suspect

NOW = 1_795_420_800.0
"""2026-11-23T08:00:00Z"""

OLD = Fault(
    "F-000001", "R1", "R1-2-F1", "VAC-14", 3, NOW - 90_000, location="A-07-001", cleared_at=NOW - 89_000,
    cause="worn_cup", remedy="replace_cup", found_by="Ben", found_at=NOW - 80_000,
)  # fmt: skip
OTHER = Fault("F-000002", "V1", "V1-1-F1", "VAC-14", 3, NOW - 70_000, cleared_at=NOW - 69_000)
STANDING = Fault(
    "F-000003", "R1", "R1-3-F1", "VAC-14", 3, NOW - 60, command_id="C1.000001", location="A-07-013",
    alarm_id="A-000001",
    suspects=(Suspect("worn_cup", 0.8, ("the vacuum leaks 15 mbar/s",), (), "look at the cup", "replace_cup"),),
)  # fmt: skip
FAULTS = [OLD, OTHER, STANDING]


def _leak(at: float, leak: float) -> Condition:
    return Condition("R1", at - 300.0, at, (Feature("vacuum_leak_mbar_s", "H1", 50, leak, leak + 2.0),))


CONDITIONS = [
    *(_leak(OLD.raised_at - 300.0 * ago, 4.0) for ago in range(9, 0, -1)),
    _leak(OLD.raised_at, 14.0),
    *(_leak(STANDING.raised_at - 300.0 * ago, 4.0) for ago in range(9, 0, -1)),
    _leak(STANDING.raised_at, 15.0),
]
RECORDED = [
    Recorded("F-000003", NOW - 60, "state", {"what": "robot_then", "orders": ["T000173"]}),
    Recorded("F-000003", NOW - 61, "telemetry", {"vacuum_mbar": -380.0}),
]
