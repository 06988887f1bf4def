"""What goes wrong with the drives. Figures beside those of Table B are estimates, chosen so that the symptom column
of Table B comes true: a following error above 5 mm moves no further, torque rises by 30 %, a reference is off by up to
4 mm before the belt needs an engineer."""

from simulator.hardware.causes.kinds import PLACE, CauseKind, Growth, Load, Moment, Shift, Strike, Subject

AXES = (
    CauseKind(
        "debris_on_rail",
        (
            Strike(
                "AXX-01",
                Moment.TRAVEL,
                0.5,
                axis="x",
                symptoms=(Shift("following_error_mm", "x", 0.15, 5.5), Shift("torque_percent", "x", 2.0, 55.0)),
                load=Load.PACE,
            ),
        ),
        ("clear_rail",),
        share=0.5,
        shifts=(Shift("following_error_mm", "x", 0.35, 1.2), Shift("torque_percent", "x", 5.0, 12.0)),
        transient=True,
    ),
    CauseKind(
        "protruding_pack",
        (
            Strike(
                "AXX-01",
                Moment.GRIP,
                1.0,
                axis="x",
                symptoms=(
                    Shift("following_error_mm", "x", 0.05, 6.5),
                    Shift("torque_percent", "x", 0.5, 30.0),
                    Shift("following_error_mm", "r", 0.05, 1.0),
                ),
            ),
        ),
        ("straighten_pack",),
        share=0.5,
        shifts=(Shift("grip_retries", PLACE, 0.4, 1.0),),
        subject=Subject.LOCATION,
        transient=True,
    ),
    CauseKind(
        "belt_stretch",
        (
            Strike("AXX-02", Moment.TRAVEL, 0.01, axis="x", level=2, level_from=0.8),
            Strike("GRP-10", Moment.GRIP, 0.002),
        ),
        ("tension_belt",),
        shifts=(
            Shift("reference_deviation_mm", "x", 5.0, 0.4),
            Shift("following_error_mm", "x", 0.6, 0.5),
            Shift("grip_retries", "H1", 0.10, 1.0),
        ),
        growth=Growth.WEAR,
        grows=40.0,
        strikes_from=0.3,
        mild_below=0.8,
        mild_remedies=("recalibrate_axis",),
    ),
    CauseKind(
        "slipped_tooth",
        (
            Strike("AXX-03", Moment.TRAVEL, 0.2, axis="x"),
            Strike("GRP-10", Moment.GRIP, 0.05),
        ),
        ("tension_belt", "reference_run"),
        share=0.5,
        shifts=(
            Shift("reference_deviation_mm", "x", 5.0, 0.2),
            Shift("following_error_mm", "x", 0.5, 2.5),
            Shift("grip_retries", "H1", 0.35, 1.0),
        ),
    ),
    CauseKind(
        "bumped_reference",
        (
            Strike("AXX-03", Moment.TRAVEL, 0.2, axis="x"),
            Strike("GRP-10", Moment.GRIP, 0.05),
        ),
        ("recalibrate_axis",),
        share=0.5,
        shifts=(Shift("reference_deviation_mm", "x", 10.0, 0.2), Shift("grip_retries", "H1", 0.35, 1.0)),
    ),
    CauseKind(
        "lift_bearing",
        (Strike("AXY-04", Moment.TRAVEL, 0.02, axis="y", load=Load.PACE),),
        ("replace_bearing",),
        shifts=(
            Shift("torque_percent", "y", 32.0, 20.0),
            Shift("drive_temperature_c", "y", 12.0, 3.0),
            Shift("following_error_mm", "y", 0.5, 0.8),
            Shift("travel_time_ratio", None, 0.08, 0.1),
        ),
        growth=Growth.CYCLES,
        grows=40_000.0,
        strikes_from=0.5,
    ),
    CauseKind(
        "pack_in_jaws",
        (
            Strike(
                "AXZ-05",
                Moment.GRIP,
                1.0,
                axis="z",
                symptoms=(Shift("torque_percent", "z", 2.0, 60.0), Shift("following_error_mm", "z", 0.1, 4.0)),
            ),
        ),
        ("clear_pack",),
        share=0.8,
        transient=True,
    ),
    CauseKind(
        "table_cable",
        (Strike("AXZ-05", Moment.GRIP, 0.05, axis="z"),),
        ("replace_cable",),
        share=0.2,
        shifts=(
            Shift("sensor_transitions", "z_limit", 1.6, 4.0),
            Shift("following_error_mm", "z", 0.25, 1.5),
        ),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "overhanging_pack",
        (
            Strike(
                "AXR-06",
                Moment.TRAVEL,
                1.0,
                axis="r",
                symptoms=(Shift("torque_percent", "r", 3.0, 55.0), Shift("following_error_mm", "r", 0.2, 5.0)),
            ),
        ),
        ("clear_pack",),
        transient=True,
    ),
    CauseKind(
        "encoder_cable",
        (Strike("AXS-07", Moment.TRAVEL, 0.01, axis="y"),),
        ("replace_cable",),
        shifts=(Shift("following_error_mm", "y", 0.2, 3.5), Shift("encoder_errors", "y", 3.0, 8.0)),
        growth=Growth.WEAR,
        grows=4.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "object_left_inside",
        (
            Strike(
                "AXC-08",
                Moment.TRAVEL,
                0.5,
                axis="x",
                symptoms=(Shift("torque_percent", "x", 10.0, 160.0), Shift("following_error_mm", "x", 0.5, 18.0)),
            ),
        ),
        ("replace_arm",),
    ),
)
