"""What comes from outside the mechanics: cold, mains, network, computer, people, the calendar. Figures are estimates;
fridge limits and the ten minutes are those of Table A."""

from simulator.hardware.causes.kinds import CauseKind, Effect, Growth, Moment, Shift, Strike

SURROUNDINGS = (
    CauseKind(
        "fridge_compressor",
        (Strike("FRG-60", Moment.CLOCK, 6.0),),
        ("replace_compressor",),
        shifts=(
            Shift("fridge_a_c", None, 6.5, 1.0),
            Shift("fridge_b_c", None, 6.5, 1.0),
            Shift("compressor_duty_percent", None, 45.0, 10.0),
        ),
        growth=Growth.WEAR,
        grows=1.0,
        strikes_from=0.6,
        zones=("fridge",),
    ),
    CauseKind(
        "probe_drift",
        (Strike("FRG-61", Moment.CLOCK, 6.0),),
        ("calibrate_probe",),
        shifts=(Shift("fridge_b_c", None, 2.0, 0.3),),
        growth=Growth.WEAR,
        grows=20.0,
        strikes_from=0.5,
        zones=("fridge",),
    ),
    CauseKind(
        "staff_entry",
        (Strike("SAF-70", Moment.CLOCK, 60.0, Effect.DOOR),),
        ("close_door",),
        transient=True,
    ),
    CauseKind(
        "emergency_button",
        (Strike("SAF-71", Moment.CLOCK, 60.0, Effect.ESTOP),),
        ("release_estop",),
        transient=True,
    ),
    CauseKind(
        "supply_loss",
        (Strike("PWR-80", Moment.CLOCK, 60.0, Effect.MAINS),),
        ("restore_mains",),
        transient=True,
    ),
    CauseKind(
        "ups_battery",
        (Strike("PWR-81", Moment.CLOCK, 1.0),),
        ("replace_battery",),
        shifts=(Shift("ups_voltage_v", None, -2.2, -0.6),),
        growth=Growth.WEAR,
        grows=60.0,
        strikes_from=0.5,
    ),
    CauseKind(
        "network_switch",
        (Strike("NET-90", Moment.CLOCK, 2.0, Effect.CABLE),),
        ("restart_switch",),
        shifts=(Shift("link_round_trip_ms", None, 120.0, 600.0), Shift("link_retries", None, 4.0, 12.0)),
        growth=Growth.WEAR,
        grows=0.5,
        strikes_from=0.4,
    ),
    CauseKind(
        "slow_link",
        (Strike("NET-91", Moment.CLOCK, 30.0, Effect.LATE),),
        ("restart_switch",),
        shifts=(Shift("link_round_trip_ms", None, 2500.0, 4000.0),),
        transient=True,
    ),
    CauseKind(
        "controller_hang",
        (Strike("NET-92", Moment.CLOCK, 2.0, Effect.HANG),),
        ("restart_controller",),
        shifts=(Shift("memory_percent", None, 45.0, 5.0), Shift("scan_cycle_ms", None, 25.0, 80.0)),
        growth=Growth.WEAR,
        grows=4.0,
        strikes_from=0.6,
    ),
    CauseKind(
        "service_due",
        (Strike("PM-99", Moment.CLOCK, 60.0),),
        ("service",),
    ),
)
