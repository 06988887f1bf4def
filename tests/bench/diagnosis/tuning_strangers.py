"""Causes that are in no table, for setting the figures of the model; those of `strangers` are for scoring it.

Eighteen were written in one go, before the model knew of strangers at all; a draw parted them into these ten and eight
that went to the older six in `strangers`.
"""

from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Shift, Strike

_KINDS = (
    # water on the optics: every light of the head and the loader is dim
    CauseKind(
        "condensation",
        (Strike("SEN-20", Moment.GRIP, 0.05),),
        ("dry_optics",),
        shifts=(
            Shift("light_percent", "table", -12.0, -6.0),
            Shift("light_percent", "curtain", -25.0, -8.0),
            Shift("scan_quality_percent", "IN-1", -16.0, -5.0),
        ),
    ),
    # the robot's computer throttles in the heat of its cabinet
    CauseKind(
        "hot_computer",
        (Strike("NET-92", Moment.CLOCK, 2.0, Effect.HANG),),
        ("clean_cabinet_fan",),
        shifts=(
            Shift("scan_cycle_ms", None, 14.0, 5.0),
            Shift("drive_temperature_c", "x", 9.0, 1.0),
            Shift("drive_temperature_c", "y", 9.0, 1.0),
        ),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.5,
    ),
    # a kink in the hose: the pump works against it and gets hot
    CauseKind(
        "kinked_hose",
        (Strike("VAC-14", Moment.GRIP, 0.03, Effect.NO_GRIP),),
        ("straighten_hose",),
        shifts=(
            Shift("vacuum_mbar", "H1", 90.0, 60.0),
            Shift("vacuum_build_s", "H1", 0.6, 0.3),
            Shift("pump_temperature_c", "H1", 22.0, 4.0),
            Shift("vacuum_leak_mbar_s", "H1", 8.0, 2.0),
        ),
        growth=Growth.WEAR,
        grows=2.0,
        strikes_from=0.4,
    ),
    # the loader stands askew: packs rub along its side and pass the curtain tilted
    CauseKind(
        "leaning_loader",
        (Strike("INP-33", Moment.FEED, 0.2),),
        ("level_loader",),
        shifts=(Shift("size_deviation_percent", "IN-1", 3.0, 2.0), Shift("belt_slip_percent", "IN-1", 4.0, 1.0)),
    ),
    # a plug of the head's wiring works loose: both of its switches chatter
    CauseKind(
        "loose_connector",
        (Strike("SEN-22", Moment.GRIP, 0.1),),
        ("seat_connector",),
        shifts=(
            Shift("sensor_transitions", "table", 1.5, 2.0),
            Shift("sensor_transitions", "z_limit", 1.5, 2.0),
        ),
    ),
    # one jaw sits loose: it closes late and never as wide as it should
    CauseKind(
        "loose_jaw_screw",
        (Strike("GRP-10", Moment.GRIP, 0.05, Effect.NO_GRIP),),
        ("tighten_jaw",),
        shifts=(
            Shift("jaw_opening_deviation_mm", "H1", 4.0, 1.0),
            Shift("grip_time_s", "H1", 0.7, 0.3),
            Shift("grip_offset_mm", "H1", 1.0, 1.0),
        ),
        growth=Growth.WEAR,
        grows=2.0,
        strikes_from=0.4,
    ),
    # too little air for the printer's applicator
    CauseKind(
        "low_air",
        (Strike("PRT-95", Moment.LAND, 0.1),),
        ("raise_air",),
        shifts=(Shift("air_pressure_bar", "OUT-1", -0.8, -0.3), Shift("diverter_s", "OUT-1", 0.15, 0.05)),
    ),
    # the scanner's bracket swings: single codes are blurred, and single sizes
    CauseKind(
        "shaking_scanner",
        (Strike("IDN-30", Moment.SCAN, 0.3, Effect.NO_READ),),
        ("tighten_bracket",),
        shifts=(Shift("scan_quality_percent", "IN-1", -3.0, -25.0), Shift("size_deviation_percent", "IN-1", 1.2, 4.0)),
    ),
    # the supply of the drives sags under load
    CauseKind(
        "weak_supply",
        (Strike("AXS-07", Moment.TRAVEL, 0.02, axis="y"),),
        ("replace_power_supply",),
        shifts=(
            Shift("following_error_mm", "y", 0.5, 0.5),
            Shift("following_error_mm", "x", 0.5, 0.5),
            Shift("travel_time_ratio", None, 0.06, 0.03),
            Shift("ups_voltage_v", None, -0.9, -0.3),
        ),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
    # the coupling of the output's drive slips, and the diverter on the same shaft is slow
    CauseKind(
        "worn_clutch",
        (Strike("CNV-40", Moment.OUTPUT, 0.05),),
        ("replace_clutch",),
        shifts=(Shift("belt_slip_percent", "OUT-1", 6.0, 2.0), Shift("diverter_s", "OUT-1", 0.25, 0.1)),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
)

TUNED: dict[str, CauseKind] = {kind.cause: kind for kind in _KINDS}
