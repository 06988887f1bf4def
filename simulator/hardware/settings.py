"""What can be set in a machine, and what a setting does to it. Without a profile everything is as its maker set it.

The limits of a reference deviation (auto-correct 1.5 mm, grip tolerance 3 mm, service limit 4 mm) are Table A; that the
load on a drive and on a held pack falls with the square of the speed is mechanics; the other figures are estimates.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.hardware.causes.kinds import Load, Shift

CORRECTED_MM = 1.5
"""The machine itself makes up for what is left of a deviation below this."""
TOLERANCE_MM = 3.0
"""A gripper that is set farther off than this may miss."""
SERVICE_LIMIT_MM = 4.0
MISS_A_MM = 0.05
RETRIES_A_MM = 0.035
"""Retries a grip, as a bumped reference brings them."""
LEAST_VACUUM = 2.0 / 3.0
"""Of the nominal level: part present at -400 of -600 mbar. With less a pack is held by the jaws alone."""
JAWS_ONLY_GRIP = 1.25
"""So much longer a grip takes that the vacuum does not help."""
LEAST_FORCE = 0.7
"""With less of the maker's force packs begin to fall."""
DROPS_AT_LEAST_FORCE = 0.02
CAREFUL_SPEED = 0.6
"""So slow, a worn lift does not trip its overload again at once."""
NOMINAL_VACUUM_MBAR = -600.0
TORQUE_PERCENT = 42.0


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    low: float
    high: float
    maker: float


SETTINGS = (
    Setting("x_offset_mm", -10.0, 10.0, 0.0),
    Setting("y_offset_mm", -10.0, 10.0, 0.0),
    Setting("z_offset_mm", -10.0, 10.0, 0.0),
    Setting("r_offset_mm", -10.0, 10.0, 0.0),
    Setting("grip_force_percent", 40.0, 140.0, 100.0),
    Setting("speed_percent", 20.0, 100.0, 100.0),
    Setting("vacuum_percent", 0.0, 100.0, 100.0),
    Setting("reference_limit_mm", 2.0, 6.0, SERVICE_LIMIT_MM),
)
"""An offset moves its axis; vacuum 0 is jaws only; beyond the reference limit AXX-02 stops the robot."""


class Settings:
    """The values in force; what `values` does not name is as its maker set it."""

    def __init__(self, values: Mapping[str, float] | None = None) -> None:
        told = {setting.name: setting.maker for setting in SETTINGS} | dict(values or {})
        self.offsets_mm = {axis: told[f"{axis}_offset_mm"] for axis in "xyzr" if told[f"{axis}_offset_mm"]}
        """Axes whose reference was moved."""
        self.force = told["grip_force_percent"] / 100.0
        self.speed = told["speed_percent"] / 100.0
        self.vacuum = told["vacuum_percent"] / 100.0
        self.limit = told["reference_limit_mm"] / SERVICE_LIMIT_MM
        """Of what its maker set."""
        self._loads = {
            Load.NONE: 1.0,
            Load.PACE: self.speed * self.speed,
            Load.VACUUM: 1.0 if self.vacuum else 0.0,
            Load.JAWS: 1.0 / (self.force * self.force),
        }

    def load(self, kind: Load) -> float:
        """What the settings leave of a load: 1 as its maker set it."""
        return self._loads[kind]

    @property
    def grip_time(self) -> float:
        """Factor on the time of a grip."""
        return 1.0 if self.vacuum >= LEAST_VACUUM else JAWS_ONLY_GRIP

    @property
    def drop_chance(self) -> float:
        """Of one carried pack, for want of force."""
        lack = max(0.0, LEAST_FORCE - self.force) / (LEAST_FORCE - 0.4)
        return DROPS_AT_LEAST_FORCE * lack * self.load(Load.PACE)

    def relieves(self, code: str) -> bool:
        """Whether what the fault complains of cannot be while these values are in force."""
        return (code in ("VAC-14", "VAC-15") and not self.vacuum) or (code == "AXY-04" and self.speed <= CAREFUL_SPEED)

    def measures(self, feature: str) -> bool:
        """A pump that is off tells nothing."""
        return bool(self.vacuum) or not feature.startswith(("vacuum_", "pump_"))

    def shifts(self) -> list[Shift]:
        """What the values add to the features of a sound machine."""
        slow, weak, strong = 1.0 - self.load(Load.PACE), max(0.0, 1.0 - self.force), max(0.0, self.force - 1.0)
        found = [Shift("reference_deviation_mm", axis, -mm) for axis, mm in self.offsets_mm.items()]
        if slow:
            found += [Shift("torque_percent", axis, -0.5 * slow * TORQUE_PERCENT) for axis in "xyzr"]
        if weak:
            found.append(Shift("slip_mm", "H1", 3.0 * weak, 3.0 * weak))
        if strong:
            found.append(Shift("jaw_opening_deviation_mm", "H1", 4.0 * strong, 4.0 * strong))
        if self.vacuum < 1.0:
            found.append(Shift("vacuum_mbar", "H1", (self.vacuum - 1.0) * NOMINAL_VACUUM_MBAR))
        if self.grip_time > 1.0:
            found.append(Shift("slip_mm", "H1", 0.3, 0.3))
        return found
