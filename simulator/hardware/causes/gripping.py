"""What goes wrong between gripper and pack. Vacuum: -600 mbar nominal, -400 mbar part present, a leak above 15 mbar/s
alarms (Table A); the other figures are estimates."""

from simulator.hardware.causes.kinds import PLACE, CauseKind, Effect, Growth, Load, Moment, Shift, Strike, Subject

GRIPPING = (
    CauseKind(
        "displaced_pack",
        (
            Strike(
                "GRP-10",
                Moment.GRIP,
                1.0,
                Effect.NO_GRIP,
                symptoms=(Shift("grip_offset_mm", "H1", 0.3, 11.0),),
            ),
        ),
        ("straighten_pack",),
        share=0.45,
        subject=Subject.LOCATION,
        transient=True,
    ),
    CauseKind(
        "sagging_shelf",
        (Strike("GRP-10", Moment.GRIP, 0.5, Effect.NO_GRIP),),
        ("refit_shelf",),
        share=0.2,
        shifts=(Shift("grip_retries", PLACE, 0.9, 1.0), Shift("shelf_edge_mm", PLACE, 4.0, 2.0)),
        subject=Subject.SHELF,
        growth=Growth.CYCLES,
        grows=3000.0,
        strikes_from=0.3,
    ),
    CauseKind(
        "wrong_size_record",
        (
            Strike(
                "GRP-10",
                Moment.GRIP,
                1.0,
                Effect.NO_GRIP,
                symptoms=(Shift("jaw_opening_deviation_mm", "H1", 0.5, 14.0),),
            ),
        ),
        ("teach_dimensions",),
        share=0.35,
        subject=Subject.LOCATION,
        transient=True,
    ),
    CauseKind(
        "low_friction_pack",
        (
            Strike(
                "GRP-11",
                Moment.CARRY,
                1.0,
                Effect.DROP,
                symptoms=(Shift("slip_mm", "H1", 0.2, 8.0),),
                load=Load.PACE,
            ),
        ),
        ("clear_tray",),
        transient=True,
    ),
    CauseKind(
        "shrink_wrapped_pair",
        (
            Strike(
                "GRP-12",
                Moment.GRIP,
                1.0,
                Effect.DOUBLE,
                symptoms=(Shift("length_deviation_mm", "H1", 0.5, 60.0),),
            ),
        ),
        ("split_pair",),
        subject=Subject.LOCATION,
        transient=True,
    ),
    CauseKind(
        "worn_jaw",
        (
            Strike("GRP-13", Moment.GRIP, 0.01),
            Strike("GRP-11", Moment.CARRY, 0.001, Effect.DROP, load=Load.JAWS),
        ),
        ("replace_jaws",),
        shifts=(
            Shift("grip_time_s", "H1", 1.2, 1.0),
            Shift("grip_success", "H1", -0.10, -0.1),
            Shift("slip_mm", "H1", 1.6, 1.5),
            Shift("grip_retries", "H1", 0.12, 1.0),
        ),
        growth=Growth.CYCLES,
        grows=30_000.0,
        strikes_from=0.5,
    ),
    CauseKind(
        "worn_cup",
        (
            Strike("VAC-14", Moment.GRIP, 0.03, Effect.NO_GRIP, load=Load.VACUUM),
            Strike("GRP-11", Moment.CARRY, 0.001, Effect.DROP, load=Load.VACUUM),
        ),
        ("replace_cup",),
        share=0.5,
        shifts=(
            Shift("vacuum_mbar", "H1", 150.0, 90.0),
            Shift("vacuum_leak_mbar_s", "H1", 17.0, 8.0),
            Shift("grip_success", "H1", -0.05, -0.05),
        ),
        growth=Growth.CYCLES,
        grows=6000.0,
        strikes_from=0.3,
    ),
    CauseKind(
        "loose_hose",
        (Strike("VAC-14", Moment.GRIP, 0.03, Effect.NO_GRIP, load=Load.VACUUM),),
        ("tighten_hose",),
        share=0.2,
        shifts=(
            Shift("vacuum_mbar", "H1", 180.0, 60.0),
            Shift("vacuum_leak_mbar_s", "H1", 30.0, 10.0),
            Shift("vacuum_idle_leak_mbar_s", "H1", 22.0, 6.0),
            Shift("pump_current_a", "H1", 0.5, 0.2),
        ),
        growth=Growth.WEAR,
        grows=0.7,
        strikes_from=0.3,
    ),
    CauseKind(
        "clogged_filter",
        (Strike("VAC-14", Moment.GRIP, 0.03, Effect.NO_GRIP, load=Load.VACUUM),),
        ("clean_filter",),
        share=0.3,
        shifts=(
            Shift("vacuum_mbar", "H1", 140.0, 80.0),
            Shift("vacuum_build_s", "H1", 0.7, 0.4),
            Shift("pump_current_a", "H1", 0.3, 0.1),
        ),
        growth=Growth.CYCLES,
        grows=9000.0,
        strikes_from=0.3,
    ),
    CauseKind(
        "pump_dying",
        (
            Strike(
                "VAC-15",
                Moment.GRIP,
                0.02,
                symptoms=(Shift("pump_current_a", "H1", -0.3, -2.2),),
                load=Load.VACUUM,
            ),
        ),
        ("replace_pump",),
        shifts=(
            Shift("vacuum_mbar", "H1", 120.0, 120.0),
            Shift("vacuum_build_s", "H1", 0.5, 0.5),
            Shift("pump_current_a", "H1", -0.8, -0.5),
            Shift("pump_temperature_c", "H1", 25.0, 4.0),
        ),
        growth=Growth.WEAR,
        grows=8.0,
        strikes_from=0.5,
    ),
)
