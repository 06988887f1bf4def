"""What goes wrong on the way in and out: loader, belts, diverter, totes, chute, labels. Figures are estimates."""

from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Shift, Strike

TRANSPORT = (
    CauseKind(
        "overlapping_packs",
        (Strike("INP-33", Moment.FEED, 1.0, symptoms=(Shift("belt_current_a", "IN-1", 0.05, 1.6),)),),
        ("clear_loader",),
        share=0.7,
        transient=True,
    ),
    CauseKind(
        "loader_belt_worn",
        (Strike("INP-33", Moment.FEED, 0.05, symptoms=(Shift("belt_current_a", "IN-1", 0.0, 1.0),)),),
        ("replace_loader_belt",),
        share=0.3,
        shifts=(Shift("belt_current_a", "IN-1", 0.7, 0.4), Shift("belt_slip_percent", "IN-1", 14.0, 8.0)),
        growth=Growth.CYCLES,
        grows=8000.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "crowded_rack",
        (Strike("INP-34", Moment.SCAN, 1.0, Effect.NO_ROOM),),
        ("free_places",),
        transient=True,
    ),
    CauseKind(
        "fallen_pack_on_belt",
        (Strike("CNV-40", Moment.OUTPUT, 1.0, symptoms=(Shift("belt_current_a", "OUT-1", 0.05, 1.8),)),),
        ("clear_belt",),
        share=0.75,
        transient=True,
    ),
    CauseKind(
        "output_belt_worn",
        (Strike("CNV-40", Moment.OUTPUT, 0.03, symptoms=(Shift("belt_current_a", "OUT-1", 0.0, 1.2),)),),
        ("replace_output_belt",),
        share=0.25,
        shifts=(Shift("belt_current_a", "OUT-1", 0.7, 0.4), Shift("belt_slip_percent", "OUT-1", 14.0, 8.0)),
        growth=Growth.CYCLES,
        grows=10_000.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "diverter_actuator",
        (Strike("CNV-41", Moment.OUTPUT, 0.03),),
        ("replace_actuator",),
        shifts=(Shift("diverter_s", "OUT-1", 0.45, 0.4), Shift("air_pressure_bar", "OUT-1", -0.4, -0.3)),
        growth=Growth.WEAR,
        grows=6.0,
        strikes_from=0.4,
    ),
    CauseKind(
        "overfull_tote",
        (Strike("CNV-42", Moment.LAND, 1.0, symptoms=(Shift("tote_fill_percent", "OUT-1", 3.0, 45.0),)),),
        ("swap_tote",),
        share=0.6,
        transient=True,
    ),
    CauseKind(
        "unreadable_tote",
        (Strike("CNV-42", Moment.LAND, 1.0, symptoms=(Shift("tote_read_rate", "OUT-1", -0.05, -1.0),)),),
        ("relabel_tote",),
        share=0.4,
        transient=True,
    ),
    CauseKind(
        "chute_blockage",
        (Strike("CNV-43", Moment.LAND, 1.0, symptoms=(Shift("exit_blocked_s", "OUT-1", 0.2, 12.0),)),),
        ("clear_chute",),
        transient=True,
    ),
    CauseKind(
        "labeller_ribbon",
        (Strike("PRT-95", Moment.LAND, 0.1),),
        ("replace_ribbon",),
        shifts=(Shift("label_quality_percent", "OUT-1", -40.0, -20.0),),
        growth=Growth.CYCLES,
        grows=5000.0,
        strikes_from=0.5,
    ),
)
