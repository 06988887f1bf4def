"""Conditions by hand: a robot that is sound but for what a test shifts."""

from collections.abc import Iterable, Mapping

from controller.domain.fault import Condition, Fault, Feature
from controller.faults.diagnosis import Case

START = 1_795_435_200.0
EVERY_S = 300.0
COUNT = 20
WIGGLE = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 0.3, -0.3)
"""In standard deviations of a mean: what chance does, the same in every run."""

SOUND: dict[tuple[str, str], tuple[float, float]] = {
    ("following_error_mm", "x"): (0.6, 0.03),
    ("following_error_mm", "r"): (0.6, 0.03),
    ("torque_percent", "x"): (42.0, 0.9),
    ("reference_deviation_mm", "x"): (0.2, 0.02),
    ("grip_offset_mm", "H1"): (0.8, 0.07),
    ("jaw_opening_deviation_mm", "H1"): (0.6, 0.05),
    ("slip_mm", "H1"): (0.3, 0.03),
    ("grip_time_s", "H1"): (5.0, 0.05),
    ("grip_success", "H1"): (0.995, 0.004),
    ("vacuum_mbar", "H1"): (-600.0, 2.6),
    ("vacuum_leak_mbar_s", "H1"): (4.0, 0.2),
    ("vacuum_idle_leak_mbar_s", "H1"): (2.0, 0.13),
    ("vacuum_build_s", "H1"): (0.35, 0.007),
    ("pump_current_a", "H1"): (2.4, 0.018),
    ("pump_temperature_c", "H1"): (45.0, 0.2),
    ("label_quality_percent", "OUT-1"): (90.0, 0.7),
}
"""Mean, and spread of the mean of 20 samples."""

Shifts = Mapping[tuple[str, str], tuple[float, float]]
"""Added to mean and to worst."""


def condition(robot: str, number: int, shifts: Shifts | None = None, count: int = COUNT) -> Condition:
    """The `number`th condition of the robot."""
    shifts = shifts or {}
    features = []
    for place, ((name, subject), (mean, spread)) in enumerate(SOUND.items()):
        more, worst = shifts.get((name, subject), (0.0, 0.0))
        told = mean + spread * WIGGLE[(number * 7 + place) % len(WIGGLE)] + more
        features.append(Feature(name, subject, count, told, told + 2.0 * spread + worst))
    for (name, subject), (more, worst) in shifts.items():
        if (name, subject) not in SOUND:
            features.append(Feature(name, subject, count, more, more + worst))
    return Condition(robot, START + (number - 1) * EVERY_S, START + number * EVERY_S, tuple(features))


def days_of(robot: str, conditions: int, shifts: Shifts | None = None, first: int = 1) -> list[Condition]:
    return [condition(robot, number, shifts) for number in range(first, first + conditions)]


def fault(code: str, at: float, number: int = 1, robot: str = "R1", location: str | None = None) -> Fault:
    return Fault(f"F-{number:06d}", robot, f"{robot}-1-F{number}", code, 3, at, location=location)


def case(code: str, shifts: Shifts, *, earlier: Iterable[Fault] = (), location: str | None = None) -> Case:
    """A robot that was sound for five hours; the condition right before its fault shows the shifts."""
    told = [*days_of("R1", 60), condition("R1", 61, shifts)]
    return Case(fault(code, told[-1].at, 99, location=location), told, tuple(earlier))
