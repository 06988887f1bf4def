"""The physical causes: what each one shows, and how often it is behind which fault.

How often: engineering judgement from the cause column of Table B, in parts of all faults of the code. What it shows:
from the symptom column of Table B and DOMAIN.md 3.2 and 3.3. A mark says how surely: `!` always, `+` usually,
`?` sometimes; what is not named, a cause does not show. `other` is whatever nobody has described (`unknown`).
"""

import enum
from dataclasses import dataclass


class Expect(enum.StrEnum):
    ALWAYS = "!"
    USUALLY = "+"
    SOMETIMES = "?"


@dataclass(frozen=True, slots=True)
class Cause:
    """`wears`: it grows for hours or weeks, so that it shows before it strikes; else it is there at once."""

    name: str
    wears: bool
    remedy: str
    """The action that removes it."""
    shows: dict[str, Expect]


OTHER = "other"


def _cause(row: str) -> Cause:
    name, kind, remedy, shows = (part.strip() for part in row.split("|"))
    return Cause(name, kind == "wears", remedy, {word[:-1]: Expect(word[-1]) for word in shows.split()})


_ROWS = """
debris_on_rail | sudden | clear_rail | following_x! torque_x! jerk_x! push_x!
protruding_pack | sudden | straighten_pack | jerk_x! push_x+ jerk_r! shelf_retries? same_place? same_shelf?
belt_stretch | wears | tension_belt | reference_x! following_x+ head_retries? many_shelves? recurs+
slipped_tooth | sudden | tension_belt | reference_x! following_x! jerk_x+ head_retries? after_stop? recurs?
bumped_reference | sudden | recalibrate_axis | reference_x! head_retries? after_stop? after_entry? after_service?
lift_bearing | wears | replace_bearing | torque_y! heat_y+ following_y+ slow_travel+ recurs?
pack_in_jaws | sudden | clear_pack | push_z! following_z?
table_cable | wears | replace_cable | flicker_z! following_z+ recurs+
overhanging_pack | sudden | clear_pack | push_r! jerk_r!
encoder_cable | wears | replace_cable | encoder_y! following_y? recurs?
object_left_inside | sudden | replace_arm | crash_x+ jerk_x! push_x! after_entry+ torque_x? following_x?
displaced_pack | sudden | straighten_pack | offset_at! same_place?
sagging_shelf | wears | refit_shelf | shelf_edge! shelf_retries+ same_shelf+ recurs?
wrong_size_record | sudden | teach_dimensions | jaw_at! same_place?
low_friction_pack | sudden | clear_tray | slip_at! slip?
shrink_wrapped_pair | sudden | split_pair | length_at!
worn_jaw | wears | replace_jaws | slip! grip_time! grip_success+ head_retries? many_shelves? recurs?
worn_cup | wears | replace_cup | vacuum! leak! grip_success+ recurs?
loose_hose | wears | tighten_hose | vacuum! leak! idle_leak! pump_up! after_service?
clogged_filter | wears | clean_filter | vacuum! build! pump_up! recurs?
pump_dying | wears | replace_pump | vacuum! build! pump_down! pump_dead! pump_heat!
dirty_light_barrier | wears | wipe_light_barrier | flicker_table! light_table! recurs+
stuck_sensor | sudden | replace_sensor | frozen_table! recurs?
dirty_curtain | wears | clean_curtain | light_curtain! size! size_at? recurs+
damaged_pack | sudden | refeed_pack | size_at! scan_at! scan_quality? size?
new_pack_size | sudden | teach_dimensions | size_at! size? same_product?
dirty_scanner_window | wears | clean_window | scan_quality! read_rate+ scan_at+ recurs+
overprinted_code | sudden | quarantine_input |
faded_print | sudden | relabel_pack | scan_at+ scan_quality?
misprinted_expiry | sudden | relabel_pack |
wrong_record | sudden | count_shelf | same_place? after_entry?
unrecorded_pack | sudden | identify_pack | after_boot?
index_damage | sudden | rebuild_index | after_boot? recurs?
overlapping_packs | sudden | clear_loader | jam_in! belt_in?
loader_belt_worn | wears | replace_loader_belt | belt_in! slip_in! jam_in! recurs+
crowded_rack | sudden | free_places | recurs?
fallen_pack_on_belt | sudden | clear_belt | jam_out! belt_out?
output_belt_worn | wears | replace_output_belt | belt_out! slip_out! jam_out! recurs+
diverter_actuator | wears | replace_actuator | diverter! air+
overfull_tote | sudden | swap_tote | tote_fill_at!
unreadable_tote | sudden | relabel_tote | tote_read_at!
chute_blockage | sudden | clear_chute | exit_at!
labeller_ribbon | wears | replace_ribbon | label! recurs+
fridge_compressor | wears | replace_compressor | fridge_a! fridge_b! duty!
probe_drift | wears | calibrate_probe | fridge_b! recurs+
staff_entry | sudden | close_door |
emergency_button | sudden | release_estop |
supply_loss | sudden | restore_mains | together?
ups_battery | wears | replace_battery | battery!
network_switch | wears | restart_switch | round_trip! link_retries! together? recurs?
slow_link | sudden | restart_switch | slow_trip! round_trip! together?
controller_hang | wears | restart_controller | memory! scan_cycle!
service_due | sudden | service |
other | sudden | look |
"""

CAUSES: dict[str, Cause] = {cause.name: cause for cause in map(_cause, _ROWS.strip().splitlines())}

OTHER_SHARE = 0.12
"""Of every code: Table B does not know everything. Set on strangers of the bench, with what a broad expectation of
them costs the described causes."""
PLAIN = frozenset({"SAF-70", "SAF-71", "PWR-80", "PM-99"})
"""Codes that say themselves what it is: an open door, a pressed button, no mains, a counter."""
OTHER_SHARE_OF_PLAIN = 0.03

_SHARES = """
AXX-01: debris_on_rail 50, protruding_pack 45, belt_stretch 2, object_left_inside 1, slipped_tooth 1
AXX-02: belt_stretch 85, slipped_tooth 7, bumped_reference 7
AXX-03: slipped_tooth 48, bumped_reference 48, belt_stretch 3
AXY-04: lift_bearing 97
AXZ-05: pack_in_jaws 78, table_cable 20
AXR-06: overhanging_pack 98
AXS-07: encoder_cable 97
AXC-08: object_left_inside 90, protruding_pack 6, debris_on_rail 3
GRP-10: displaced_pack 43, wrong_size_record 32, sagging_shelf 18, belt_stretch 2, slipped_tooth 2, bumped_reference 1
GRP-11: low_friction_pack 70, worn_jaw 14, worn_cup 14, loose_hose 1
GRP-12: shrink_wrapped_pair 98
GRP-13: worn_jaw 97
VAC-14: worn_cup 48, clogged_filter 30, loose_hose 20, pump_dying 1
VAC-15: pump_dying 95, loose_hose 2
SEN-20: dirty_light_barrier 95, stuck_sensor 2
SEN-21: dirty_curtain 36, damaged_pack 36, new_pack_size 26
SEN-22: stuck_sensor 95, dirty_light_barrier 2
IDN-30: dirty_scanner_window 75, faded_print 12, damaged_pack 10
IDN-31: overprinted_code 90, wrong_record 6
IDN-32: faded_print 92, dirty_scanner_window 4
INP-33: overlapping_packs 68, loader_belt_worn 30
INP-34: crowded_rack 97
CNV-40: fallen_pack_on_belt 72, output_belt_worn 26
CNV-41: diverter_actuator 97
CNV-42: overfull_tote 58, unreadable_tote 40
CNV-43: chute_blockage 98
STK-50: wrong_record 90, index_damage 4, unrecorded_pack 3
STK-51: unrecorded_pack 92, wrong_record 4
STK-52: index_damage 92, wrong_record 4
STK-53: misprinted_expiry 95
FRG-60: fridge_compressor 92, probe_drift 4
FRG-61: probe_drift 95, fridge_compressor 3
SAF-70: staff_entry 98
SAF-71: emergency_button 98
PWR-80: supply_loss 97
PWR-81: ups_battery 97
NET-90: network_switch 84, controller_hang 8, supply_loss 4
NET-91: slow_link 90, network_switch 7
NET-92: controller_hang 95, supply_loss 2
PRT-95: labeller_ribbon 97
PM-99: service_due 99
"""


def _shares(row: str) -> tuple[str, dict[str, float]]:
    code, _, listed = row.partition(":")
    parts = (entry.split() for entry in listed.split(","))
    return code, {name: float(share) for name, share in parts}


SHARES: dict[str, dict[str, float]] = dict(_shares(row) for row in _SHARES.strip().splitlines())
"""Code to cause to percent of its faults; the rest of a hundred is `other`."""


def priors_of(code: str) -> dict[str, float]:
    """Parts that sum to one. A code that nobody has described has `other` alone."""
    shares = SHARES.get(code, {})
    total = sum(shares.values())
    described = 1.0 - (OTHER_SHARE_OF_PLAIN if code in PLAIN else OTHER_SHARE)
    priors = {name: described * share / total for name, share in shares.items()}
    priors[OTHER] = 1.0 - sum(priors.values())
    return priors
