"""What to look at next: the check whose answer tells most between the two most probable causes."""

import math
from dataclasses import dataclass

UNLIKELY = 0.05
"""So often a check says yes of a cause for which it is not meant."""


@dataclass(frozen=True, slots=True)
class Check:
    """`yes` is how often each cause passes it; `minutes` decide between two that tell as much."""

    words: str
    minutes: float
    yes: dict[str, float]


def _check(row: str) -> Check:
    words, minutes, passes = (part.strip() for part in row.split("|"))
    entries = (entry.split(":") for entry in passes.split())
    return Check(words, float(minutes), {name: float(share) for name, share in entries})


_ROWS = """
Look along the rail: is there debris or a flake of card on it? | 4 | debris_on_rail:.9
Look at the shelf of the last move: does a pack stand out into the aisle? | 3 | protruding_pack:.9 displaced_pack:.4
Reference run of X, then pull the belt by hand: is it slack? | 10 | belt_stretch:.85 slipped_tooth:.25
Reference run of X, three times: is the deviation gone after it? | 5 | slipped_tooth:.85 belt_stretch:.15
Look at the reference flag of X: is it bent or loose? | 4 | bumped_reference:.9
Jog Y slowly with no load: does the lift grind or run warm? | 8 | lift_bearing:.85
Open the door: is a pack between the jaws? | 3 | pack_in_jaws:.95
Extend and retract the table by hand: does its limit switch flicker? | 6 | table_cable:.85
Look at the table: does a pack hang over its edge? | 3 | overhanging_pack:.95
Move the encoder cable of Y while the axis stands: do errors count up? | 6 | encoder_cable:.85
Look through the travel area: is there something that does not belong there? | 4 | object_left_inside:.95
Look at the pack on its shelf: does it stand askew? | 3 | displaced_pack:.9 protruding_pack:.5 sagging_shelf:.2
Lay a level on the shelf: does it sag at its edge? | 5 | sagging_shelf:.95
Measure the pack with a rule: does it differ from the size on record? | 3 | wrong_size_record:.95 new_pack_size:.9
Feel the pack: is it smooth film, or soft? | 2 | low_friction_pack:.85 shrink_wrapped_pair:.4
Are two packs wrapped together? | 2 | shrink_wrapped_pair:.95
Look at the rubber of the jaws: is it smooth or torn? | 4 | worn_jaw:.95
Look at the suction cup: is its lip cracked or hard? | 3 | worn_cup:.95
Close the cup with a blank and listen along the hose: does it hiss? | 4 | loose_hose:.95 worn_cup:.1
Take out the filter: is it grey? | 4 | clogged_filter:.95 pump_dying:.15
Run the pump alone: is it hot, or its current low? | 6 | pump_dying:.95
Look at the table's light barrier: is there dust or a flake on it? | 2 | dirty_light_barrier:.95
Cover the table's light barrier by hand: does its lamp stay as it was? | 2 | stuck_sensor:.95
Look at the measuring curtain: is it dusty? | 2 | dirty_curtain:.95
Look at the pack: is it crushed, or is its code damaged? | 1 | damaged_pack:.9 faded_print:.3
Look at the scanner's window: is it dusty or smeared? | 2 | dirty_scanner_window:.95
Compare the text on the pack with its code: are they of different products? | 2 | overprinted_code:.95
Read the pack by eye: is the print pale? | 1 | faded_print:.95
Compare the expiry printed on the pack with the delivery note: does it differ? | 2 | misprinted_expiry:.95
Count the shelf: is the pack there at another place? | 8 | wrong_record:.9 unrecorded_pack:.5
Is a pack there that the robot's list does not have? | 4 | unrecorded_pack:.95 index_damage:.5
Read the robot's list again: does it still lack the pack? | 5 | index_damage:.9
Look at the loader: do packs lie on each other? | 2 | overlapping_packs:.95
Run the loader's belt empty: does it slip or draw more than usual? | 4 | loader_belt_worn:.95
Are the free places of this height all taken? | 2 | crowded_rack:.9
Look along the output belt: does a pack lie across it? | 2 | fallen_pack_on_belt:.95
Run the output belt empty: does it slip or draw more than usual? | 4 | output_belt_worn:.95
Move the diverter by hand command: is it slow? | 5 | diverter_actuator:.95
Look at the tote: is it full above its rim? | 1 | overfull_tote:.95
Scan the tote by hand: can its label not be read? | 1 | unreadable_tote:.95
Look into the chute: is it blocked? | 2 | chute_blockage:.95
Print a test label: is it pale or striped? | 2 | labeller_ribbon:.95
Put a thermometer beside probe B: does it disagree with the probe? | 15 | probe_drift:.95
Listen to the compressor: does it run on and on, or not at all? | 5 | fridge_compressor:.9
Is a door open? | 1 | staff_entry:.95
Is an emergency stop pressed? | 1 | emergency_button:.95
Is the supply of this row off? | 2 | supply_loss:.95
Test the battery: does its voltage fall at once? | 5 | ups_battery:.95
Look at the switch: is its port lamp dark or blinking without traffic? | 3 | network_switch:.9 supply_loss:.4
Ping the robot and others: are all answers slow? | 3 | slow_link:.9 network_switch:.4
Read the log of the robot's computer: did it run out of memory? | 5 | controller_hang:.85
Is the service counter above its limit? | 1 | service_due:.95
"""

CHECKS: tuple[Check, ...] = tuple(map(_check, _ROWS.strip().splitlines()))


def next_check(first: tuple[str, float], second: tuple[str, float]) -> str | None:
    """The check that is expected to tell most between two causes with their probabilities; None where none would."""
    told = [(information(check, first, second), -check.minutes, check.words) for check in CHECKS]
    best = max(told)
    return best[2] if best[0] > 0.0 else None


def information(check: Check, first: tuple[str, float], second: tuple[str, float]) -> float:
    """Bits that its answer is expected to tell between the two; 0 where it treats both alike. Rounded to 0.001."""
    total = first[1] + second[1]
    if total <= 0.0:
        return 0.0
    shares = (first[1] / total, second[1] / total)
    passes = (check.yes.get(first[0], UNLIKELY), check.yes.get(second[0], UNLIKELY))
    after = 0.0
    for answers in (passes, tuple(1.0 - share for share in passes)):
        weight = sum(share * answer for share, answer in zip(shares, answers, strict=True))
        if weight > 0.0:
            after += weight * _entropy([s * a / weight for s, a in zip(shares, answers, strict=True)])
    return max(0.0, round(_entropy(shares) - after, 3))


def _entropy(shares: tuple[float, ...] | list[float]) -> float:
    return -sum(share * math.log2(share) for share in shares if share > 0.0)
