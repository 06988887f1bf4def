"""What each fault code means to the people at the robot (DOMAIN.md, Table B): the words that staff read.

Levels are those of the contract (RC-21): 1 safety or patient, 2 robot down, 3 a task fails or the robot is degraded,
4 advisory. A robot's own report of a level goes before the one given here.
"""

from dataclasses import dataclass

MAINS_LOST = "PWR-80"
ABLE = {
    1: "Nothing, until a named person has made it safe.",
    2: "Nothing moves. Its queue is kept; its orders go to other robots where they have the stock.",
    3: "It goes on. The task that met the fault may have failed.",
    4: "Everything. This is for the next round.",
}
"""What the robot still can do, by level, where a code says nothing else."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One code. `causes` are the names under which causes are told, found and counted; the usual one first."""

    code: str
    title: str
    subsystem: str
    level: int
    meaning: str
    causes: tuple[str, ...]
    operator: str
    """What the person on the floor does."""
    engineer: str
    """What is left to an engineer; empty where nothing is."""
    able: str
    """What the robot still can do meanwhile."""


def kind_of(code: str) -> FaultKind:
    """The catalogue's entry. A code that nobody has described is treated as a robot that is down."""
    return KINDS.get(code) or FaultKind(
        code,
        "Unknown fault",
        "robot",
        2,
        "The robot reports a code that is not in the catalogue.",
        (),
        "Leave the robot held and read what its own panel says.",
        "Ask the maker what the code means.",
        ABLE[2],
    )


def in_words(name: str) -> str:
    """`worn_cup` as people say it."""
    return name.replace("_", " ")


_ROWS: tuple[tuple[str, str, str, int, str, str, str, str, str], ...] = (
    ("AXX-01", "Head runs behind on X", "X axis", 2,
     "The head was more than 5 mm behind where it should be, and the drive gave up the move.",
     "protruding_pack debris_on_rail",
     "Open the door, straighten or take out the pack, look along the rail for debris, close, reference run.",
     "Where it comes back on a clear rail: drive and guide.", ""),
    ("AXX-02", "X reference drifts", "X axis", 3,
     "At its reference marks the head stands further off each time; grips fail on all shelves.",
     "belt_stretch",
     "Recalibrate the axis. Under 1.5 mm the robot corrects it by itself.",
     "Over 4 mm: tension the belt.", "It goes on with more retries; above 4 mm it stops."),
    ("AXX-03", "X position jumped", "X axis", 2,
     "After a stop or a crash the position is off by a whole step.",
     "bumped_reference slipped_tooth",
     "Reference run, then 20 test picks before it is released.",
     "Where it comes back: belt, encoder, reference flag.", ""),
    ("AXY-04", "Lift overloaded", "Y axis", 2,
     "The lift needs much more torque than it used to, and climbs slowly.",
     "lift_bearing",
     "Keep it out of work.",
     "Bearing, counterweight, cable chain.", "At most slow moves in maintenance."),
    ("AXZ-05", "Table does not extend", "gripper Z", 2,
     "The table did not reach its limit switch in time.",
     "pack_in_jaws table_cable",
     "Open the door, take the pack out of the jaws, home Z.",
     "Where nothing jams: the table's cable.", ""),
    ("AXR-06", "Table does not turn", "table rotation", 2,
     "The half turn was not finished within 3 s.",
     "overhanging_pack",
     "Open the door, take out the pack that hangs over, home.", "", ""),
    ("AXS-07", "Drive or encoder fault", "drives", 2,
     "A drive reports a fault and has taken its power off.",
     "encoder_cable",
     "Switch it off and on once. If the fault is back, leave it.",
     "Encoder cable, drive.", ""),
    ("AXC-08", "Collision", "head", 1,
     "The head hit something hard, often soon after somebody was inside.",
     "object_left_inside",
     "Lock it out. Nobody moves anything until an engineer has looked at the arm.",
     "Look for what was left inside; replace the arm.", ""),
    ("GRP-10", "Grip failed", "gripper", 3,
     "After two retries the pack was not on the table.",
     "displaced_pack wrong_size_record sagging_shelf",
     "At the next opening straighten the pack. Several on one shelf: look at the shelf.",
     "Refit a shelf that sags.", "It goes on with the next pack; the location is suspect."),
    ("GRP-11", "Pack dropped", "gripper", 3,
     "A pack that was on the table was lost on the way.",
     "low_friction_pack worn_jaw worn_cup",
     "Find the pack on the robot's floor, write it off, count the shelf.", "", ""),
    ("GRP-12", "Two packs at once", "gripper", 3,
     "What lies on the table is longer or wider than one pack.",
     "shrink_wrapped_pair",
     "Part them by hand and correct the stock.", "", ""),
    ("GRP-13", "Jaws wear", "gripper", 4,
     "Gripping takes longer and succeeds less often than it did.",
     "worn_jaw",
     "Clean the pads in the weekly check; replace them when that does not help.", "", ""),
    ("VAC-14", "Vacuum low", "vacuum", 3,
     "The suction does not reach its set point, or leaks faster than 15 mbar/s.",
     "worn_cup clogged_filter loose_hose",
     "Look at the cup, then the filter, then the hose; test with a blank pack.", "",
     "It goes on; packs that only suction can take may fail."),
    ("VAC-15", "Vacuum pump dead", "vacuum", 2,
     "There is no vacuum at all and the pump draws no current.",
     "pump_dying",
     "Run it with jaws only, where its packs allow it.",
     "Pump or fuse.", "Packs that the jaws can take, once it is set to jaws only."),
    ("SEN-20", "Light barrier of the table dirty", "sensor", 3,
     "The table's light barrier sees packs that are not there, or flickers.",
     "dirty_light_barrier",
     "Wipe it.", "", ""),
    ("SEN-21", "Measured size differs", "input measuring", 3,
     "A pack at the input is not of the size that its product has.",
     "damaged_pack new_pack_size dirty_curtain",
     "Feed it again. Same again: teach the product's size. Many products: clean the light curtain.", "",
     "It goes on; the pack lies on the reject lane."),
    ("SEN-22", "Sensor stuck", "sensor", 2,
     "A sensor has not changed in many cycles in which it should have.",
     "stuck_sensor",
     "Keep it out of work. A safety sensor is never bridged.",
     "Replace the sensor.", ""),
    ("IDN-30", "Code not read", "scanner", 3,
     "The scanner found no code on a pack.",
     "dirty_scanner_window",
     "Scan the pack by hand. Several in a row: clean the scanner's window.", "",
     "It goes on; the pack lies on the reject lane."),
    ("IDN-31", "Wrong product seen", "scanner", 1,
     "A pack is not the product that its code said when it came in.",
     "overprinted_code",
     "Set aside all that was fed with it, hold it, and count the shelf. Check the totes it may be in.",
     "", "The robot is held until a named person has settled what went wrong."),
    ("IDN-32", "Batch or expiry not in the code", "scanner", 4,
     "A pack was offered whose code names only the product.",
     "faded_print",
     "Read batch and expiry by eye and type them in.", "", ""),
    ("INP-33", "Input belt jammed", "loader", 3,
     "The loader's belt runs and no pack comes to the scanner.",
     "overlapping_packs loader_belt_worn",
     "Clear the belt and feed the packs one by one.",
     "Replace a worn belt.", "It goes on picking; nothing can be put in."),
    ("INP-34", "No room for a pack", "storage", 3,
     "The robot has no free place of the pack's height.",
     "crowded_rack",
     "Feed it to another robot.", "", "It goes on picking; packs of this height go elsewhere."),
    ("CNV-40", "Output belt jammed", "output belt", 2,
     "The light barrier of the output belt has been covered for more than 10 s.",
     "fallen_pack_on_belt output_belt_worn",
     "Take the pack off the belt and restart it.",
     "Replace a worn belt.", ""),
    ("CNV-41", "Diverter fails", "output belt", 2,
     "The diverter did not reach its position, and packs take the wrong lane.",
     "diverter_actuator",
     "Check the totes at the wrong lane.",
     "Actuator or compressed air.", ""),
    ("CNV-42", "Tote missing, full or not read", "totes", 3,
     "There is no usable tote at the output.",
     "overfull_tote unreadable_tote",
     "Scan the tote again, or swap it; split the order where it is full.", "", "It waits at this output."),
    ("CNV-43", "Chute blocked", "chute", 3,
     "The sensor at the chute's end stays covered.",
     "chute_blockage",
     "Clear the chute.", "", "It waits at this output."),
    ("STK-50", "Pack not at its place", "stock", 3,
     "The robot came to a place that should hold a pack, and found none.",
     "wrong_record",
     "Nothing at once: the pack is held as missing and the shelf will be counted.", "",
     "It goes on with the next pack by expiry."),
    ("STK-51", "Unknown pack found", "stock", 3,
     "A pack stands where none should.",
     "unrecorded_pack",
     "Take the pack out and identify it, or let it be put in again.", "", ""),
    ("STK-52", "Stock differs from the robot's", "stock", 3,
     "The robot's own list of packs is not what the ledger has.",
     "index_damage",
     "Rebuild the index at its panel; shelves known to be wrong are counted in quiet moments.", "",
     "It goes on; packs that it does not know are held."),
    ("STK-53", "Wrong expiry offered", "stock", 3,
     "A pack at the input shows another expiry than its batch has.",
     "misprinted_expiry",
     "Compare the pack with the delivery note, then feed it again or quarantine it.", "",
     "It goes on; the pack lies on the reject lane."),
    ("FRG-60", "Temperature out of 2 to 8 °C", "fridge", 1,
     "The cold store was too warm or too cold for ten minutes.",
     "fridge_compressor",
     "Hold every pack in it and call quality assurance; they decide.",
     "Compressor, door seal, probe.", "Nothing leaves it until quality assurance has decided."),
    ("FRG-61", "Probes disagree", "fridge", 3,
     "The two temperature probes are more than 1 °C apart.",
     "probe_drift",
     "Check with a hand-held thermometer.",
     "Recalibrate the probe.", ""),
    ("SAF-70", "Door open", "safety", 2,
     "A door is open; the drives have no power.",
     "staff_entry",
     "Take everything out, close the door, look along the travel area, then home and resume.", "", ""),
    ("SAF-71", "Emergency stop", "safety", 1,
     "An emergency stop is pressed.",
     "emergency_button",
     "Find out why. Release it, look along the travel area, then home and resume.", "", ""),
    ("PWR-80", "Mains lost", "power", 1,
     "The robot runs on its battery and parks.",
     "supply_loss",
     "Find out how far the loss reaches; the robot tests itself when power is back.",
     "Supply.", "It parks its head within the minutes that the battery lasts."),
    ("PWR-81", "Battery bad", "power", 4,
     "The battery failed its test: a power cut would stop the robot at once.",
     "ups_battery",
     "Order a new battery.", "Replace it in a quiet hour.", ""),
    ("NET-90", "Contact lost", "network", 2,
     "Nothing is heard from the robot.",
     "network_switch",
     "Several at once: the switch. One alone: its cable and its computer.",
     "Switch, cable.", "It ends the motion under way and starts no other."),
    ("NET-91", "Answers come late", "network", 3,
     "Answers to offered packs took longer than 5 s.",
     "slow_link",
     "Nothing at once; offered packs go round again.",
     "Network load, database.", "It goes on; putting in is slow."),
    ("NET-92", "Robot's computer restarted", "robot computer", 2,
     "The robot's program hung, and its watchdog started it again.",
     "controller_hang",
     "Wait until it is back, about ten minutes; what it was doing is settled from its journal.",
     "Read its log from afar where it comes again.", ""),
    ("PRT-95", "Labeller fault", "labels", 3,
     "A label was not printed or cannot be read.",
     "labeller_ribbon",
     "Reload the ribbon; label again at the check.", "", ""),
    ("PM-99", "Service due", "maintenance", 4,
     "The robot has done the cycles after which it is serviced.",
     "service_due",
     "Plan a maintenance window in the quiet hours.", "Service.", ""),
)  # fmt: skip

KINDS = {row[0]: FaultKind(*row[:5], tuple(row[5].split()), row[6], row[7], row[8] or ABLE[row[3]]) for row in _ROWS}
"""Every code of Table B."""

CAUSES = frozenset({"unknown", "other", *(cause for kind in KINDS.values() for cause in kind.causes)})
"""What may be written down as found: one spelling of each, so that they can be counted."""
