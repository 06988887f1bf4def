"""What a healthy machine measures of itself: the features of its condition, with their spread. All figures but the
vacuum's and the drift's (Table A) are estimates."""

import enum
from dataclasses import dataclass


class Per(enum.StrEnum):
    """What one sample of a feature belongs to."""

    TRAVEL = "travel"
    GRIP = "grip"
    SCAN = "scan"
    LAND = "land"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Gauge:
    """`worst` is the largest sample where `worse` is 1, the smallest where it is -1. `low` and `high` bound it."""

    feature: str
    subject: str | None
    per: Per
    mean: float
    sigma: float
    """Of one sample."""
    worse: int = 1
    low: float = 0.0
    high: float = 1e6
    zones: tuple[str, ...] = ("ambient", "vault", "fridge")


def _axes(feature: str, mean: float, sigma: float, low: float = 0.0, subjects: str = "xyzr") -> list[Gauge]:
    return [Gauge(feature, axis, Per.TRAVEL, mean, sigma, low=low) for axis in subjects]


GAUGES: tuple[Gauge, ...] = (
    *_axes("following_error_mm", 0.6, 0.15),
    *_axes("reference_deviation_mm", 0.2, 0.1, low=-50.0),
    *_axes("torque_percent", 42.0, 4.0),
    *_axes("drive_temperature_c", 38.0, 0.8, subjects="xy"),
    Gauge("encoder_errors", "y", Per.TRAVEL, 0.0, 0.05),
    Gauge("travel_time_ratio", None, Per.TRAVEL, 1.0, 0.01),
    Gauge("grip_success", "H1", Per.GRIP, 0.995, 0.02, -1, high=1.0),
    Gauge("grip_offset_mm", "H1", Per.GRIP, 0.8, 0.3),
    Gauge("jaw_opening_deviation_mm", "H1", Per.GRIP, 0.6, 0.25),
    Gauge("length_deviation_mm", "H1", Per.GRIP, 0.5, 0.2),
    Gauge("slip_mm", "H1", Per.GRIP, 0.3, 0.12),
    Gauge("vacuum_mbar", "H1", Per.GRIP, -600.0, 12.0, low=-650.0, high=0.0),
    Gauge("vacuum_leak_mbar_s", "H1", Per.GRIP, 4.0, 1.0),
    Gauge("vacuum_idle_leak_mbar_s", "H1", Per.GRIP, 2.0, 0.6),
    Gauge("vacuum_build_s", "H1", Per.GRIP, 0.35, 0.03),
    Gauge("pump_current_a", "H1", Per.GRIP, 2.4, 0.08, -1),
    Gauge("pump_temperature_c", "H1", Per.GRIP, 45.0, 1.0),
    Gauge("sensor_transitions", "table", Per.GRIP, 2.0, 0.05),
    Gauge("sensor_transitions", "z_limit", Per.GRIP, 2.0, 0.05),
    Gauge("light_percent", "table", Per.GRIP, 92.0, 1.5, -1, high=100.0),
    Gauge("light_percent", "curtain", Per.SCAN, 92.0, 1.5, -1, high=100.0),
    Gauge("scan_quality_percent", "IN-1", Per.SCAN, 88.0, 5.0, -1, high=100.0),
    Gauge("size_deviation_percent", "IN-1", Per.SCAN, 0.6, 0.3),
    Gauge("belt_current_a", "IN-1", Per.SCAN, 0.9, 0.05),
    Gauge("belt_slip_percent", "IN-1", Per.SCAN, 1.0, 0.4),
    Gauge("belt_current_a", "OUT-1", Per.LAND, 1.1, 0.05),
    Gauge("belt_slip_percent", "OUT-1", Per.LAND, 1.0, 0.4),
    Gauge("diverter_s", "OUT-1", Per.LAND, 0.40, 0.03),
    Gauge("air_pressure_bar", "OUT-1", Per.LAND, 6.0, 0.08, -1),
    Gauge("tote_read_rate", "OUT-1", Per.LAND, 0.998, 0.01, -1, high=1.0),
    Gauge("tote_fill_percent", "OUT-1", Per.LAND, 45.0, 12.0, high=130.0),
    Gauge("exit_blocked_s", "OUT-1", Per.LAND, 0.6, 0.1),
    Gauge("label_quality_percent", "OUT-1", Per.LAND, 90.0, 3.0, -1, high=100.0),
    Gauge("link_round_trip_ms", None, Per.MINUTE, 8.0, 3.0),
    Gauge("link_retries", None, Per.MINUTE, 0.1, 0.3),
    Gauge("memory_percent", None, Per.MINUTE, 42.0, 1.5, high=100.0),
    Gauge("scan_cycle_ms", None, Per.MINUTE, 4.0, 0.4),
    Gauge("ups_voltage_v", None, Per.MINUTE, 27.2, 0.05, -1),
    Gauge("fridge_a_c", None, Per.MINUTE, 4.8, 0.25, low=-30.0, zones=("fridge",)),
    Gauge("fridge_b_c", None, Per.MINUTE, 4.8, 0.25, low=-30.0, zones=("fridge",)),
    Gauge("compressor_duty_percent", None, Per.MINUTE, 40.0, 5.0, high=100.0, zones=("fridge",)),
)
"""Beside these the robot counts what it really did: grip_time_s, grip_retries (of the head and of each shelf with
any), shelf_edge_mm of such a shelf, cycle_time_s, read_rate."""
