"""What goes wrong with sensors, scanner and the records of what stands where. Figures beside Table B are estimates."""

from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Shift, Strike, Subject

READING = (
    CauseKind(
        "dirty_light_barrier",
        (Strike("SEN-20", Moment.GRIP, 0.06),),
        ("wipe_light_barrier",),
        shifts=(Shift("sensor_transitions", "table", 3.5, 6.0), Shift("light_percent", "table", -45.0, -15.0)),
        growth=Growth.WEAR,
        grows=1.5,
        strikes_from=0.4,
    ),
    CauseKind(
        "stuck_sensor",
        (Strike("SEN-22", Moment.GRIP, 0.1),),
        ("replace_sensor",),
        shifts=(Shift("sensor_transitions", "table", -2.0, -1.0),),
    ),
    CauseKind(
        "dirty_curtain",
        (Strike("SEN-21", Moment.SCAN, 0.08, Effect.WRONG_SIZE),),
        ("clean_curtain",),
        share=0.4,
        shifts=(Shift("size_deviation_percent", "IN-1", 4.5, 6.0), Shift("light_percent", "curtain", -45.0, -15.0)),
        growth=Growth.WEAR,
        grows=2.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "damaged_pack",
        (
            Strike(
                "SEN-21",
                Moment.SCAN,
                1.0,
                Effect.WRONG_SIZE,
                symptoms=(
                    Shift("size_deviation_percent", "IN-1", 0.1, 14.0),
                    Shift("scan_quality_percent", "IN-1", -1.0, -45.0),
                ),
            ),
        ),
        ("refeed_pack",),
        share=0.35,
        transient=True,
    ),
    CauseKind(
        "new_pack_size",
        (
            Strike(
                "SEN-21",
                Moment.SCAN,
                1.0,
                Effect.WRONG_SIZE,
                symptoms=(Shift("size_deviation_percent", "IN-1", 0.1, 16.0),),
            ),
        ),
        ("teach_dimensions",),
        share=0.25,
        transient=True,
    ),
    CauseKind(
        "dirty_scanner_window",
        (Strike("IDN-30", Moment.SCAN, 0.35, Effect.NO_READ),),
        ("clean_window",),
        shifts=(Shift("scan_quality_percent", "IN-1", -38.0, -15.0), Shift("read_rate", "IN-1", -0.12, -0.2)),
        growth=Growth.WEAR,
        grows=3.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "overprinted_code",
        (Strike("IDN-31", Moment.SCAN, 1.0, Effect.WRONG_CODE),),
        ("quarantine_input",),
        transient=True,
    ),
    CauseKind(
        "faded_print",
        (
            Strike(
                "IDN-32",
                Moment.SCAN,
                1.0,
                Effect.EAN_ONLY,
                symptoms=(Shift("scan_quality_percent", "IN-1", -0.5, -35.0),),
            ),
        ),
        ("relabel_pack",),
        transient=True,
    ),
    CauseKind(
        "misprinted_expiry",
        (Strike("STK-53", Moment.SCAN, 1.0, Effect.WRONG_EXPIRY),),
        ("relabel_pack",),
        transient=True,
    ),
    CauseKind(
        "wrong_record",
        (Strike("STK-50", Moment.GRIP, 1.0, Effect.ASTRAY),),
        ("count_shelf",),
        subject=Subject.LOCATION,
        transient=True,
    ),
    CauseKind(
        "unrecorded_pack",
        (Strike("STK-51", Moment.PUT, 1.0, Effect.OCCUPIED),),
        ("identify_pack",),
        subject=Subject.LOCATION,
        transient=True,
    ),
    CauseKind(
        "index_damage",
        (Strike("STK-52", Moment.CLOCK, 6.0, Effect.FORGET),),
        ("rebuild_index",),
    ),
)
