"""Signs in a robot's measurements: what is looked at, from how much on it counts, and how it is told.

Two thresholds for each, in the feature's own unit: from `slight` on a technician would look twice, from `clear` on
nobody would doubt it. They are engineering judgement; vacuum, leak, reference and fridge limits follow Table A of the
domain notes. Below three standard deviations of what the robot usually shows nothing counts.
"""

import enum
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from controller.domain.fault import Feature
from controller.faults.usual import LEAST_SISTERS, Level, Usual, against_sisters

LEAST_SIGMAS = 3.0
UP, DOWN = 1, -1


class Strength(enum.StrEnum):
    ABSENT = "absent"
    SLIGHT = "slight"
    CLEAR = "clear"


class Of(enum.StrEnum):
    MEAN = "mean"
    """Lasting: all samples have moved."""
    WORST = "worst"
    """A moment: one sample stands out."""


@dataclass(frozen=True, slots=True)
class Sign:
    """`family` joins signs that one mechanism moves together."""

    name: str
    family: str
    feature: str
    subject: str
    of: Of
    worse: int
    slight: float
    clear: float
    words: str
    unit: str
    limit: float = math.inf
    """Shift at which faults are to be expected; inf where the sign warns of nothing."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A sign as it was found; `text` gives the numbers."""

    sign: str
    family: str
    strength: Strength
    text: str


AT_SHELF = "@shelf"
"""Subject of signs that are looked for at the shelf of the fault."""


def _sign(row: str) -> Sign:
    name, family, feature, subject, of, slight, clear, limit, unit, words = (part.strip() for part in row.split("|"))
    worse = DOWN if slight.startswith("-") else UP
    return Sign(
        name,
        family,
        feature,
        subject,
        Of(of),
        worse,
        abs(float(slight)),
        abs(float(clear)),
        words,
        unit,
        abs(float(limit)) if limit else math.inf,
    )


_ROWS = """
following_x | x | following_error_mm | x | mean | .1 | .25 | | mm | following error of X
torque_x | x | torque_percent | x | mean | 2.5 | 6 | | % | torque of X
reference_x | x | reference_deviation_mm | x | mean | .25 | 1 | 1.5 | mm | deviation of X at its reference
jerk_x | x_at | following_error_mm | x | worst | 2 | 4 | | mm | largest following error of X
push_x | x_at | torque_percent | x | worst | 12 | 25 | | % | torque peak of X
crash_x | x_at | following_error_mm | x | worst | 8 | 12 | | mm | jolt of X
jerk_r | r_at | following_error_mm | r | worst | .4 | .7 | | mm | largest following error of the turntable
push_r | r_at | torque_percent | r | worst | 15 | 35 | | % | torque peak of the turntable
torque_y | y | torque_percent | y | mean | 4 | 10 | 13 | % | torque of Y
heat_y | y | drive_temperature_c | y | mean | 1.5 | 4 | | °C | temperature of Y's drive
following_y | y | following_error_mm | y | mean | .06 | .2 | | mm | following error of Y
slow_travel | y | travel_time_ratio | | mean | .01 | .03 | |  | travel time over that expected
encoder_y | enc | encoder_errors | y | mean | .2 | 1 | 1.2 | | encoder errors a travel on Y
push_z | z_at | torque_percent | z | worst | 15 | 40 | | % | torque peak of Z
following_z | z | following_error_mm | z | mean | .06 | .15 | | mm | following error of Z
flicker_z | z | sensor_transitions | z_limit | mean | .2 | .6 | .7 | | changes of Z's limit switch a grip
offset_at | grip_at | grip_offset_mm | H1 | worst | 2 | 6 | | mm | largest offset of a pack at the grip
jaw_at | grip_at | jaw_opening_deviation_mm | H1 | worst | 3 | 8 | | mm | pack width against the record
length_at | grip_at | length_deviation_mm | H1 | worst | 10 | 30 | | mm | length on the table against the record
slip_at | slip_at | slip_mm | H1 | worst | 2 | 5 | | mm | largest slip of a pack in the gripper
slip | grip | slip_mm | H1 | mean | .15 | .5 | .8 | mm | slip of packs in the gripper
grip_time | grip | grip_time_s | H1 | mean | .2 | .5 | .6 | s | time of a grip
grip_success | grip | grip_success | H1 | mean | -.01 | -.03 | |  | share of grips that succeed
head_retries | grip | grip_retries | H1 | mean | .08 | .2 | |  | retries a grip on all shelves
shelf_retries | shelf | grip_retries | @shelf | mean | .25 | .6 | |  | retries a grip on this shelf
shelf_edge | shelf | shelf_edge_mm | @shelf | mean | .6 | 1.2 | 1.2 | mm | edge of this shelf below where it should be
vacuum | vac | vacuum_mbar | H1 | mean | 15 | 40 | 45 | mbar | vacuum at the cup
leak | vac | vacuum_leak_mbar_s | H1 | mean | 1.5 | 4 | 5 | mbar/s | leak with a pack held
idle_leak | vac | vacuum_idle_leak_mbar_s | H1 | mean | 1.5 | 4 | 6.5 | mbar/s | leak of the closed circuit
build | vac | vacuum_build_s | H1 | mean | .06 | .15 | .2 | s | time to build the vacuum
pump_up | vac | pump_current_a | H1 | mean | .05 | .1 | | A | pump current
pump_down | vac | pump_current_a | H1 | mean | -.08 | -.3 | -.4 | A | pump current
pump_dead | pump_at | pump_current_a | H1 | worst | -.8 | -1.5 | | A | lowest pump current
pump_heat | vac | pump_temperature_c | H1 | mean | 3 | 8 | 12 | °C | temperature of the pump
flicker_table | bar | sensor_transitions | table | mean | .3 | 1 | 1.4 | | changes of the table's light barrier a grip
frozen_table | bar | sensor_transitions | table | mean | -.3 | -.7 | |  | changes of the table's light barrier a grip
light_table | bar | light_percent | table | mean | -5 | -14 | -18 | % | light through the table's barrier
light_curtain | cur | light_percent | curtain | mean | -5 | -14 | -18 | % | light through the measuring curtain
size | cur | size_deviation_percent | IN-1 | mean | .5 | 1.2 | 1.8 | % | measured sizes against the records
size_at | size_at | size_deviation_percent | IN-1 | worst | 5 | 10 | | % | one pack's size against its record
scan_quality | win | scan_quality_percent | IN-1 | mean | -5 | -11 | -15 | % | quality of the codes read
read_rate | win | read_rate | IN-1 | mean | -.06 | -.15 | |  | share of codes that are read
scan_at | scan_at | scan_quality_percent | IN-1 | worst | -18 | -28 | | % | quality of the worst code
belt_in | bin | belt_current_a | IN-1 | mean | .1 | .22 | .28 | A | current of the loader's belt
slip_in | bin | belt_slip_percent | IN-1 | mean | 1.5 | 4 | 5.6 | % | slip of the loader's belt
jam_in | bin_at | belt_current_a | IN-1 | worst | .5 | .9 | | A | current peak of the loader's belt
belt_out | bout | belt_current_a | OUT-1 | mean | .1 | .22 | .28 | A | current of the output belt
slip_out | bout | belt_slip_percent | OUT-1 | mean | 1.5 | 4 | 5.6 | % | slip of the output belt
jam_out | bout_at | belt_current_a | OUT-1 | worst | .5 | .9 | | A | current peak of the output belt
diverter | div | diverter_s | OUT-1 | mean | .04 | .12 | .18 | s | time of the diverter
air | div | air_pressure_bar | OUT-1 | mean | -.07 | -.15 | -.16 | bar | compressed air
tote_fill_at | tote | tote_fill_percent | OUT-1 | worst | 28 | 45 | | % | fill of the fullest tote
tote_read_at | tote_id | tote_read_rate | OUT-1 | worst | -.3 | -.7 | |  | worst reading of a tote
exit_at | exit | exit_blocked_s | OUT-1 | worst | 3 | 8 | | s | longest time that the chute's sensor was covered
label | lab | label_quality_percent | OUT-1 | mean | -5 | -13 | -20 | % | print of the labels
round_trip | net | link_round_trip_ms | | mean | 8 | 30 | 48 | ms | round trip on the network
slow_trip | net_slow | link_round_trip_ms | | mean | 300 | 700 | | ms | round trip on the network
link_retries | net | link_retries | | mean | .4 | 1.2 | 1.6 | | repeated packets a minute
memory | pc | memory_percent | | mean | 5 | 15 | 27 | % | memory in use
scan_cycle | pc | scan_cycle_ms | | mean | 2 | 7 | 15 | ms | cycle of the robot's program
battery | ups | ups_voltage_v | | mean | -.15 | -.6 | -1.1 | V | voltage of the battery
fridge_a | cold | fridge_a_c | | mean | .5 | 1 | 3.2 | °C | temperature at probe A
fridge_b | cold_b | fridge_b_c | | mean | .5 | 1 | 1 | °C | temperature at probe B
duty | cold | compressor_duty_percent | | mean | 5 | 18 | 27 | % | running time of the compressor
heat_x | x_odd | drive_temperature_c | x | mean | 1.5 | 4 | | °C | temperature of X's drive
reference_y | y_odd | reference_deviation_mm | y | mean | .25 | 1 | | mm | deviation of Y at its reference
torque_z | z_odd | torque_percent | z | mean | 4 | 10 | | % | torque of Z
reference_z | z_odd | reference_deviation_mm | z | mean | .25 | 1 | | mm | deviation of Z at its reference
following_r | r_odd | following_error_mm | r | mean | .06 | .15 | | mm | following error of the turntable
torque_r | r_odd | torque_percent | r | mean | 4 | 10 | | % | torque of the turntable
reference_r | r_odd | reference_deviation_mm | r | mean | .25 | 1 | | mm | deviation of the turntable at its reference
frozen_z | z_odd | sensor_transitions | z_limit | mean | -.3 | -.7 | | | changes of Z's limit switch a grip
offset | grip_odd | grip_offset_mm | H1 | mean | .35 | 1 | | mm | offset of packs at the grip
jaw | grip_odd | jaw_opening_deviation_mm | H1 | mean | .35 | 1 | | mm | pack widths against the records
length | grip_odd | length_deviation_mm | H1 | mean | .6 | 1.2 | | mm | lengths on the table against the records
exit | exit_odd | exit_blocked_s | OUT-1 | mean | .25 | .6 | | s | time that the chute's sensor is covered
tote_read | tote_odd | tote_read_rate | OUT-1 | mean | -.06 | -.15 | | | share of totes that are read
duty_down | cold_odd | compressor_duty_percent | | mean | -5 | -18 | | % | running time of the compressor
"""

SIGNS: dict[str, Sign] = {sign.name: sign for sign in map(_sign, _ROWS.strip().splitlines())}
_LASTING = {(sign.feature, sign.subject): sign.slight for sign in SIGNS.values() if sign.of is Of.MEAN}

EDITION = zlib.crc32(_ROWS.encode())
"""Of this table: what was learned by another one is worth nothing."""
ALIKE = 0.9
"""Of their measurements, robots of one build have the same usual in so many; the others are worn, or set otherwise."""


def alike(fleet: Sequence[Usual]) -> bool:
    """Whether these robots are of one build. Of others nothing can be learned about a robot: that three of them agree
    in one measurement is chance."""
    told = agreed = 0
    for key, slight in _LASTING.items():
        centres = [usual[key].mean for usual in fleet if key in usual]
        if len(centres) >= LEAST_SISTERS:
            middle = median(centres)
            told += 1
            agreed += median(abs(centre - middle) for centre in centres) <= slight / 2.0
    return told > 0 and agreed >= ALIKE * told


SOUND = {
    "reference_deviation_mm": 0.0,
    "travel_time_ratio": 1.0,
    "encoder_errors": 0.0,
    "grip_success": 1.0,
    "sensor_transitions": 2.0,
}
"""What these are at a sound robot by their definition, whatever it or its sisters have got used to."""


def compared_with(sign: Sign, own: Level | None, sisters: Iterable[Level]) -> Level | None:
    """The level against which the sign is judged: the robot's own past, its sisters', or the sound value."""
    level = against_sisters(own, sisters, sign.worse, sign.slight)
    sound = SOUND.get(sign.feature)
    if level is None or sound is None or sign.worse * (level.mean - sound) < sign.clear:
        return level
    return Level(sound, level.sigma, level.worst - level.mean + sound, level.worst_sigma, level.samples)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a feature is from usual on its bad side, in its unit."""

    amount: float
    spread: float
    """One standard deviation."""
    now: float
    usual: float

    @property
    def sigmas(self) -> float:
        return self.amount / self.spread


def shift_of(sign: Sign, feature: Feature, level: Level) -> Shift:
    """Positive on the bad side. A spread below a sixth of what counts is not believed."""
    if sign.of is Of.MEAN:
        now, usual = feature.mean, level.mean
        spread = max(level.sigma, sign.slight / 2.0) / math.sqrt(max(1, feature.count))
    else:
        now, usual = feature.worst, level.worst
        spread = max(level.worst_sigma, sign.slight / 6.0)
    amount = sign.worse * (now - usual)
    return Shift(amount, spread, now, usual)


def observe(sign: Sign, feature: Feature, level: Level) -> Observation | None:
    """The sign in words and numbers; None where so few samples could not have shown it."""
    shift = shift_of(sign, feature, level)
    strength = Strength.ABSENT
    if shift.sigmas >= LEAST_SIGMAS and shift.amount >= sign.slight:
        strength = Strength.CLEAR if shift.amount >= sign.clear else Strength.SLIGHT
    if strength is Strength.ABSENT and LEAST_SIGMAS * shift.spread > sign.clear:
        return None
    unit = f" {sign.unit}" if sign.unit else ""
    text = f"{sign.words} {shift.now:.3g}{unit}, usually {shift.usual:.3g}"
    if strength is Strength.ABSENT:
        text = f"{text}: no change that counts"
    return Observation(sign.name, sign.family, strength, text)
