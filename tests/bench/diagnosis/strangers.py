"""Causes that are in no table: they bring known codes, with signs of which the diagnosis has never been told.

The right answer to such a fault is `other`: that it does not know, and that somebody should look.
"""

from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Shift, Strike

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
)

STRANGERS: dict[str, CauseKind] = {kind.cause: kind for kind in _KINDS}
