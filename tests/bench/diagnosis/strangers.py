"""Causes that are in no table: they bring known codes, with signs of which the diagnosis has never been told.

The right answer to such a fault is `other`: that it does not know, and that somebody should look.
"""

from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Shift, Strike
from tests.bench.diagnosis.tuning_strangers import TUNED

_KINDS = (
    # the brake of X drags: the motor runs hot, and everything takes longer
    CauseKind(
        "dragging_brake",
        (Strike("AXX-01", Moment.TRAVEL, 0.02, axis="x"),),
        ("replace_brake",),
        shifts=(Shift("drive_temperature_c", "x", 14.0, 3.0), Shift("travel_time_ratio", None, 0.06, 0.05)),
        growth=Growth.WEAR,
        grows=2.0,
        strikes_from=0.4,
    ),
    # the table has been bent: packs lie longer on it than they are, and its axis labours
    CauseKind(
        "bent_table",
        (Strike("GRP-10", Moment.GRIP, 0.03, Effect.NO_GRIP),),
        ("replace_table",),
        shifts=(Shift("length_deviation_mm", "H1", 2.0, 1.0), Shift("torque_percent", "z", 9.0, 6.0)),
    ),
    # water in the compressed air: whatever is moved by air is slow, and the ejector that helps the pump is weak
    CauseKind(
        "wet_air",
        (Strike("VAC-14", Moment.GRIP, 0.03, Effect.NO_GRIP),),
        ("drain_air",),
        shifts=(
            Shift("vacuum_mbar", "H1", 70.0, 40.0),
            Shift("air_pressure_bar", "OUT-1", -0.5, -0.3),
            Shift("diverter_s", "OUT-1", 0.15, 0.1),
        ),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
    # a low sun shines into the measuring curtain for some hours
    CauseKind(
        "stray_light",
        (Strike("SEN-21", Moment.SCAN, 0.15, Effect.WRONG_SIZE),),
        ("draw_blind",),
        shifts=(Shift("light_percent", "curtain", 6.0, 2.0), Shift("size_deviation_percent", "IN-1", 1.5, 5.0)),
    ),
    # a bad earth: sensors and lines chatter, nothing is dirty
    CauseKind(
        "bad_earth",
        (Strike("SEN-20", Moment.GRIP, 0.03),),
        ("mend_earth",),
        shifts=(
            Shift("sensor_transitions", "table", 0.5, 2.0),
            Shift("sensor_transitions", "z_limit", 0.5, 2.0),
            Shift("encoder_errors", "y", 0.6, 2.0),
            Shift("link_retries", None, 1.0, 3.0),
        ),
    ),
    # a roller of the output belt has left its bearing: packs run skew
    CauseKind(
        "skew_roller",
        (Strike("CNV-40", Moment.OUTPUT, 0.04),),
        ("refit_roller",),
        shifts=(Shift("diverter_s", "OUT-1", 0.1, 0.1), Shift("exit_blocked_s", "OUT-1", 1.5, 4.0)),
        growth=Growth.WEAR,
        grows=2.0,
        strikes_from=0.3,
    ),
    # the end plate of the chute is bent: packs linger there and lie higher in the tote
    CauseKind(
        "bent_chute",
        (Strike("CNV-43", Moment.LAND, 0.1),),
        ("straighten_chute",),
        shifts=(Shift("exit_blocked_s", "OUT-1", 0.8, 1.0), Shift("tote_fill_percent", "OUT-1", 9.0, 22.0)),
    ),
    # the fridge loses its refrigerant: its compressor rests while it warms at the far end
    CauseKind(
        "coolant_leak",
        (Strike("FRG-60", Moment.CLOCK, 6.0),),
        ("refill_refrigerant",),
        shifts=(
            Shift("fridge_b_c", None, 5.0, 0.5),
            Shift("fridge_a_c", None, 0.6, 0.2),
            Shift("compressor_duty_percent", None, -20.0, -5.0),
        ),
        growth=Growth.WEAR,
        grows=2.0,
        strikes_from=0.6,
        zones=("fridge",),
    ),
    # cartons from a wet van: they swell, and slip out of jaws and cup
    CauseKind(
        "damp_cartons",
        (Strike("SEN-21", Moment.SCAN, 0.1, Effect.WRONG_SIZE),),
        ("dry_delivery",),
        shifts=(
            Shift("size_deviation_percent", "IN-1", 2.0, 3.0),
            Shift("slip_mm", "H1", 0.6, 1.0),
            Shift("vacuum_leak_mbar_s", "H1", 5.0, 2.0),
        ),
    ),
    # a route on the site network comes and goes: packets are sent again, and the program waits for them
    CauseKind(
        "flapping_route",
        (Strike("NET-91", Moment.CLOCK, 6.0, Effect.LATE),),
        ("fix_route",),
        shifts=(Shift("link_retries", None, 3.0, 2.0), Shift("scan_cycle_ms", None, 8.0, 4.0)),
    ),
    # the gear of the turntable has play
    CauseKind(
        "gear_backlash",
        (Strike("AXR-06", Moment.TRAVEL, 0.02, axis="r"),),
        ("replace_gear",),
        shifts=(Shift("following_error_mm", "r", 0.5, 0.2), Shift("reference_deviation_mm", "r", 2.0, 0.3)),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
    # the guide of the lift is dry: its motor labours, and X waits for it
    CauseKind(
        "stiff_lift_guide",
        (Strike("AXX-01", Moment.TRAVEL, 0.02, axis="x"),),
        ("grease_guide",),
        shifts=(Shift("torque_percent", "y", 16.0, 6.0), Shift("travel_time_ratio", None, 0.08, 0.04)),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
    # shelf boards swell in a damp summer: packs stand closer, and askew
    CauseKind(
        "swollen_shelf",
        (Strike("GRP-12", Moment.GRIP, 0.05, Effect.DOUBLE),),
        ("plane_shelf",),
        shifts=(Shift("grip_offset_mm", "H1", 2.0, 2.0), Shift("grip_retries", "H1", 0.3, 1.0)),
    ),
    # the spring that balances the table is tired: Z carries its weight
    CauseKind(
        "weak_spring",
        (Strike("AXZ-05", Moment.GRIP, 0.03, axis="z"),),
        ("replace_spring",),
        shifts=(Shift("torque_percent", "z", 14.0, 5.0), Shift("reference_deviation_mm", "z", 2.0, 0.3)),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
)

SCORED: dict[str, CauseKind] = {kind.cause: kind for kind in _KINDS}
"""Never looked at while figures of the model were set."""
STRANGERS: dict[str, CauseKind] = {**SCORED, **TUNED}
