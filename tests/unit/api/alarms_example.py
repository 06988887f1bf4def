"""Alarms of the small centre: one that is acted on and explains another, one that waits, one that is over."""

from controller.domain.alarm import Alarm, OutOfService, Priority

NOW = 1_795_420_800.0
"""2026-11-23T08:00:00Z"""


def alarms() -> list[Alarm]:
    return [
        Alarm(
            "A-000001", "robot.lane/R1", "robot.lane", "R1", Priority.LOW, "R1: a pack lies on its reject lane.",
            NOW - 7200, NOW - 5400, robot="R1", active=False, cleared_at=NOW - 7000, last_active_at=NOW - 7200,
            ended_at=NOW - 6970, ended_by="condition gone",
        ),
        Alarm(
            "A-000002", "robot.warning/R1", "robot.warning", "R1", Priority.LOW, "R1: its cup wears.", NOW - 3600,
            NOW + 82_800, robot="R1", last_active_at=NOW - 3600,
        ),
        Alarm(
            "A-000003", "robot.stopped/V1", "robot.stopped", "V1", Priority.HIGH, "V1: Lift overloaded (AXY-04).",
            NOW - 300, NOW + 600, robot="V1", fault_id="F-000003", last_active_at=NOW - 300,
            acknowledged_at=NOW - 200, acknowledged_by="Ann",
        ),
        Alarm(
            "A-000004", "robot.degraded/V1", "robot.degraded", "V1", Priority.LOW, "V1: Vacuum low (VAC-14).",
            NOW - 200, NOW + 1600, robot="V1", last_active_at=NOW - 200, root="A-000003", suppressed=True,
        ),
    ]  # fmt: skip


OUT = OutOfService("robot.lane/V1", "Bob", "the lane is being rebuilt", NOW - 3600, NOW + 86_400)
