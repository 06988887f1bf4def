"""One guided procedure for each fault code: DOMAIN.md 3.3 and the remedies of Table B, in the technician's order.

The likeliest and quickest cause comes first. Names of causes are those of the catalogue.
"""

from controller.faults.procedure_steps import Cause, Line, procedure_of
from controller.faults.procedures import Procedure

_FIT = ("self_test", "test_picks")

_LINES: dict[str, Line] = {
    "AXX-01": Line("Clear the way of the head", (
        Cause("protruding_pack", "Look along both racks where the head stopped: does a pack stick out?",
              "Straighten the pack, or take it out and hand it in at goods-in.", "straighten_pack"),
        Cause("debris_on_rail", "Look along the rail: torn carton, film, a label?",
              "Take it off and wipe the rail.", "clear_rail"),
    ), ("test_picks",), engineer="It comes back on a clear rail: drive or guide."),
    "AXX-02": Line("Set the X reference right", (
        Cause("belt_stretch", "Calibrate showed more than 1.5 mm, or grips fail on all shelves: press the belt in the "
              "middle. Does it give more than a finger's width?",
              "Up to 4 mm off: recalibrate the axis at the panel. More: have the belt tensioned.", "tension_belt"),
    ), ("calibrate_x", "test_picks"), engineer="More than 4 mm off: the belt needs an engineer."),
    "AXX-03": Line("Find the reference again", (
        Cause("bumped_reference", "Look at the reference flag at the end of the rail: is it bent or loose?",
              "Set it straight, tighten it, recalibrate the axis at the panel.", "recalibrate_axis"),
        Cause("slipped_tooth", "Mark belt and wheel, push the head by hand: do the marks part?",
              "Set the belt on the right tooth and tension it.", "tension_belt"),
    ), ("calibrate_x", "test_picks"), engineer="It comes back: belt, encoder or flag."),
    "AXY-04": Line("Lift needs too much torque", (
        Cause("lift_bearing", "Move the lift by hand, power off: is it rough or heavy?",
              "Engineer: replace the bearing; look at counterweight and cable chain.", "replace_bearing"),
    ), ("calibrate_y", *_FIT), engineer="Always: leave the robot out until one has been."),
    "AXZ-05": Line("Free the table", (
        Cause("pack_in_jaws", "Look between the jaws: is a pack stuck?", "Take the pack out.", "clear_pack"),
        Cause("table_cable", "Move the table by hand and watch its cable: is it kinked, chafed or loose?",
              "Replace the cable.", "replace_cable"),
    ), ("calibrate_z", "test_picks"), engineer="Nothing jams and the cable is whole."),
    "AXR-06": Line("Free the turning table", (
        Cause("overhanging_pack", "Look at the table: does a pack hang over?", "Take the pack out.", "clear_pack"),
    ), ("calibrate_r", "test_picks"), engineer="It turns hard with nothing on it."),
    "AXS-07": Line("Drive or encoder fault", (
        Cause("encoder_cable", "Switch off and on once. Is the fault back, or are encoder errors counted?",
              "Engineer: replace the encoder's cable.", "replace_cable"),
    ), ("calibrate_y", *_FIT), engineer="Always, where the fault is back after one power cycle."),
    "AXC-08": Line("After a collision", (
        Cause("object_left_inside", "From the door, without moving anything: what did the head hit?",
              "Engineer: take it out and replace the arm.", "replace_arm"),
    ), ("calibrate_x", "calibrate_y", "calibrate_z", *_FIT),
        engineer="Always. Lock the robot; nobody moves anything until the engineer has looked at the arm."),
    "GRP-10": Line("A grip that fails", (
        Cause("displaced_pack", "Look at the place that the fault names: is the pack skewed or pushed back?",
              "Straighten it.", "straighten_pack"),
        Cause("wrong_size_record", "Measure the pack: does it differ from the size the robot has for it?",
              "Teach the size anew at the panel.", "teach_dimensions"),
        Cause("sagging_shelf", "Did several places of this shelf fail? Lay a straight edge on it: does it sag?",
              "Refit the shelf.", "refit_shelf"),
    ), ("test_picks", "shelf_counted")),
    "GRP-11": Line("Find a dropped pack", (
        Cause("worn_jaw", "Look at the pads: smooth or torn?", "Replace the pads.", "replace_jaws"),
        Cause("worn_cup", "Look at the cup: cracked or hard?", "Replace the cup.", "replace_cup"),
        Cause("low_friction_pack", "Is the pack slippery, or in smooth film?",
              "Search the floor of the robot, take the pack out, write it off.", "clear_tray"),
    ), ("test_picks",)),
    "GRP-12": Line("Two packs at once", (
        Cause("shrink_wrapped_pair", "Look at the table: do two packs stick together?",
              "Part them, hand both in at goods-in, correct the stock.", "split_pair"),
    ), ("test_picks", "shelf_counted")),
    "GRP-13": Line("Jaws that slip", (
        Cause("worn_jaw", "Clean the pads. Are they smooth or torn all the same?", "Replace the pads.",
              "replace_jaws"),
    ), _FIT),
    "VAC-14": Line("Vacuum low", (
        Cause("worn_cup", "Look at the suction cup: cracked, hard, or a piece missing?", "Replace the cup.",
              "replace_cup"),
        Cause("clogged_filter", "Open the filter: is it grey?", "Clean the filter, or replace it.", "clean_filter"),
        Cause("loose_hose", "Pull gently at both ends of the hose. Does it hiss with a closed cup?",
              "Push it home and tighten it.", "tighten_hose"),
    ), _FIT, engineer="Cup, filter and hose are good: the pump."),
    "VAC-15": Line("Vacuum pump dead", (
        Cause("pump_dying", "Is the fuse whole and the pump silent?", "Engineer: replace the pump.", "replace_pump"),
    ), _FIT, engineer="Always; until then jaws only."),
    "SEN-20": Line("Wipe the light barrier", (
        Cause("dirty_light_barrier", "Look at the light barrier of the table: dust, a flake of label?",
              "Wipe it with a dry cloth.", "wipe_light_barrier"),
    ), _FIT),
    "SEN-21": Line("Sizes that differ", (
        Cause("damaged_pack", "Take the pack from the reject lane: dented or torn?",
              "Feed a whole one, quarantine this one.", "refeed_pack"),
        Cause("new_pack_size", "Does a whole pack of the product differ again?", "Teach the product's size anew.",
              "teach_dimensions"),
        Cause("dirty_curtain", "Do packs of several products differ? Look at the light curtain.",
              "Clean the curtain.", "clean_curtain"),
    ), ("watch",), inside=False),
    "SEN-22": Line("Replace a stuck sensor", (
        Cause("stuck_sensor", "Cover and uncover the sensor: does its lamp stay as it is?",
              "Replace the sensor. Never bridge one.", "replace_sensor"),
    ), _FIT, engineer="It is a safety sensor."),
    "IDN-30": Line("Codes that are not read", (
        Cause("dirty_scanner_window", "Look at the scanner's window: dust, glue, a scratch?", "Clean the window.",
              "clean_window"),
    ), ("watch",), inside=False),
    "IDN-31": Line("A wrong product in the robot", (
        Cause("overprinted_code", "Compare the pack with its code: two codes, one above the other?",
              "Quarantine all that was fed with it; look through the totes that it may be in.", "quarantine_input"),
    ), ("qa", "shelf_counted"), inside=False, engineer=""),
    "IDN-32": Line("Batch and expiry by eye", (
        Cause("faded_print", "", "Read batch and expiry from the pack and type them in, or print a label.",
              "relabel_pack"),
    ), ("told",), inside=False),
    "INP-33": Line("Clear the loader", (
        Cause("overlapping_packs", "Look at the belt: do packs lie on one another, or roll?",
              "Take them off and feed them one by one.", "clear_loader"),
        Cause("loader_belt_worn", "Hold a pack against the running belt: does the belt slip under it?",
              "Replace the belt.", "replace_loader_belt"),
    ), ("watch",), inside=False),
    "INP-34": Line("No room", (
        Cause("crowded_rack", "", "Feed it to another robot; let the night work make room.", "free_places"),
    ), ("told",), inside=False),
    "CNV-40": Line("Clear the output belt", (
        Cause("fallen_pack_on_belt", "Look at the diverter: does a pack lie across?", "Take it off, restart the belt.",
              "clear_belt"),
        Cause("output_belt_worn", "Hold a pack against the running belt: does the belt slip under it?",
              "Replace the belt.", "replace_output_belt"),
    ), ("watch",), inside=False),
    "CNV-41": Line("The diverter", (
        Cause("diverter_actuator", "Is air at 6 bar, and does the diverter still not reach its end?",
              "Engineer: replace the actuator. Check the totes at the wrong lane.", "replace_actuator"),
    ), ("watch",), inside=False, engineer="Air is there and it does not move."),
    "CNV-42": Line("The tote at the output", (
        Cause("overfull_tote", "Is the tote full?", "Swap the tote; the order goes on in a second one.", "swap_tote"),
        Cause("unreadable_tote", "Is the tote's label dirty or torn?", "Put a new label on it and scan it again.",
              "relabel_tote"),
    ), ("watch",), inside=False),
    "CNV-43": Line("Clear the chute", (
        Cause("chute_blockage", "Look up the chute: is a pack stuck, or the chute dented?",
              "Take the pack out, straighten the sheet.", "clear_chute"),
    ), ("watch",), inside=False),
    "STK-50": Line("A pack that is not at its place", (
        Cause("wrong_record", "", "Let the shelf be counted; look for the pack on the robot's floor at the next "
              "opening.", "count_shelf"),
    ), ("shelf_counted",), inside=False),
    "STK-51": Line("A pack nobody knows", (
        Cause("unrecorded_pack", "Look at the place that the fault names: which pack is it?",
              "Take it out and hand it in at goods-in.", "identify_pack"),
    ), ("shelf_counted",)),
    "STK-52": Line("Stock that differs", (
        Cause("index_damage", "", "Rebuild the index at the panel: scan every shelf, so that its list has what stands "
              "there and nothing else. Packs that people took while it had no power are still on it.", "rebuild_index"),
    ), ("told",), inside=False),
    "STK-53": Line("A wrong expiry", (
        Cause("misprinted_expiry", "Compare the pack with the delivery note: is the print wrong?",
              "Quarantine it, or label and feed it again with the note's date.", "relabel_pack"),
    ), ("told",), inside=False),
    "FRG-60": Line("Cold store out of 2 to 8 °C", (
        Cause("fridge_compressor", "Is the door's seal whole and the compressor silent or always on?",
              "Engineer: compressor, seal, probe.", "replace_compressor"),
    ), ("qa",), inside=False, engineer="Always; hold every pack in it at once and call quality assurance."),
    "FRG-61": Line("Probes that disagree", (
        Cause("probe_drift", "Put a hand-held thermometer beside both probes: is one off by more than 0.5 °C?",
              "Recalibrate the probe.", "calibrate_probe"),
    ), ("told",), inside=False),
    "SAF-70": Line("After an open door", (
        Cause("staff_entry", "", "Find out who is inside and why; all come out and the door is closed.", "close_door"),
    ), ("self_test",)),
    "SAF-71": Line("After an emergency stop", (
        Cause("emergency_button", "", "Find out who pressed it and why. Then release it.", "release_estop"),
    ), _FIT),
    "PWR-80": Line("After a power cut", (
        Cause("supply_loss", "", "Find out how far the loss reaches; have the supply brought back.", "restore_mains"),
    ), ("told",), inside=False),
    "PWR-81": Line("Replace the battery", (
        Cause("ups_battery", "", "In a quiet hour: replace the battery and let it test itself.", "replace_battery"),
    ), ("told",), inside=False),
    "NET-90": Line("Contact lost", (
        Cause("network_switch", "Are the lamps at the robot's network socket dark, or several robots gone?",
              "Restart the switch; push the cable home.", "restart_switch"),
    ), ("told",), inside=False),
    "NET-91": Line("Answers that come late", (
        Cause("slow_link", "Does the service answer fast elsewhere?", "Restart the switch of this robot.",
              "restart_switch"),
    ), ("watch",), inside=False),
    "NET-92": Line("The robot's computer hung", (
        Cause("controller_hang", "", "Wait ten minutes; where it is not back, restart it at its switch.",
              "restart_controller"),
    ), ("told",), inside=False),
    "PRT-95": Line("The labeller", (
        Cause("labeller_ribbon", "Open the labeller: is the ribbon torn, creased or at its end?", "Reload the ribbon.",
              "replace_ribbon"),
    ), ("watch",), inside=False),
    "PM-99": Line("Service", (
        Cause("service_due", "", "Service by the maker's list: belts, pads, cups, filters, sensors, door locks.",
              "service"),
    ), ("calibrate_x", "calibrate_y", "calibrate_z", "calibrate_r", *_FIT)),
}  # fmt: skip

PROCEDURES: dict[str, Procedure] = {code: procedure_of(code, line) for code, line in _LINES.items()}

_UNKNOWN = procedure_of(
    "unknown",
    Line(
        "A fault that nobody has described",
        (Cause("other", "", "Find out what is wrong and put it right; write down what it was.", "other"),),
        _FIT,
        engineer="You cannot say what it is.",
    ),
)


def procedure_for(code: str) -> Procedure:
    """The procedure of a fault code; for a code that nobody has described, one that is safe for anything."""
    return PROCEDURES.get(code, _UNKNOWN)
