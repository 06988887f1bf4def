"""The fault catalogue as the machine's maker wrote it: Table B of the domain notes, one row a code."""

from dataclasses import dataclass

RETRY_CLEARS = 0.75
"""Share of the disturbances of a good year that the machine's own retry clears (Table B, rows with an asterisk)."""


@dataclass(frozen=True, slots=True)
class FaultRow:
    """`level` is what the robot can still do (RC-21): 1 safety or patient, 2 robot down, 3 degraded, 4 advisory.

    `mtbf_days` counts for one robot with 1,430 picks a day. `disturbs` marks the rows that together are the 0.5 % of
    disturbed picks: they come with the picks, the others with the calendar.
    """

    code: str
    level: int
    mtbf_days: float
    disturbs: bool = False
    self_clearing: float = 0.0
    engineer: bool = False
    """An operator cannot cure it: response 4 h, repair 2 h (Table A)."""
    operator_min: float = 4.0
    """Median of an operator's stop, response included: Table A for what disturbs, the MTTR of Table B for the rest."""


def _disturbing(code: str, level: int, mtbf_days: float, self_clearing: float = RETRY_CLEARS) -> FaultRow:
    return FaultRow(code, level, mtbf_days, True, self_clearing)


ROWS = {
    row.code: row
    for row in (
        _disturbing("AXX-01", 2, 0.5),
        FaultRow("AXX-02", 3, 60.0, operator_min=20.0),
        FaultRow("AXX-03", 2, 120.0, operator_min=45.0),
        FaultRow("AXY-04", 2, 600.0, engineer=True),
        _disturbing("AXZ-05", 2, 1.5),
        _disturbing("AXR-06", 2, 2.5),
        FaultRow("AXS-07", 2, 800.0, engineer=True),
        FaultRow("AXC-08", 1, 1825.0, engineer=True),
        _disturbing("GRP-10", 3, 1.5),
        _disturbing("GRP-11", 3, 4.0, 0.0),
        _disturbing("GRP-12", 3, 8.0),
        FaultRow("GRP-13", 4, 120.0, operator_min=30.0),
        _disturbing("VAC-14", 3, 21.0),
        FaultRow("VAC-15", 2, 1095.0, engineer=True),
        _disturbing("SEN-20", 3, 2.0),
        _disturbing("SEN-21", 3, 34.0 / 24.0),
        FaultRow("SEN-22", 2, 365.0, engineer=True),
        FaultRow("IDN-30", 3, 10.0),
        FaultRow("IDN-31", 1, 100_000.0 / 1430.0, operator_min=60.0),
        FaultRow("IDN-32", 4, 1.0, self_clearing=1.0),
        _disturbing("INP-33", 3, 4.0),
        _disturbing("INP-34", 3, 10.0, 1.0),
        _disturbing("CNV-40", 2, 4.0),
        FaultRow("CNV-41", 2, 360.0, engineer=True),
        _disturbing("CNV-42", 3, 5.0),
        _disturbing("CNV-43", 3, 8.0),
        _disturbing("STK-50", 3, 2.0, 1.0),
        _disturbing("STK-51", 3, 10.0, 0.0),
        FaultRow("STK-52", 3, 5.0, operator_min=15.0),
        FaultRow("STK-53", 3, 30.0, self_clearing=1.0),
        FaultRow("FRG-60", 1, 180.0, engineer=True),
        FaultRow("FRG-61", 3, 365.0, operator_min=60.0),
        FaultRow("SAF-70", 2, 30.0),
        FaultRow("SAF-71", 1, 30.0, operator_min=10.0),
        FaultRow("PWR-80", 1, 120.0, operator_min=30.0),
        FaultRow("PWR-81", 4, 1095.0, operator_min=60.0),
        FaultRow("NET-90", 2, 20.0, operator_min=3.0),
        FaultRow("NET-91", 3, 10.0, operator_min=20.0),
        FaultRow("NET-92", 2, 60.0, operator_min=20.0),
        FaultRow("PRT-95", 3, 6.0, operator_min=6.0),
        FaultRow("PM-99", 4, 182.0, operator_min=180.0),
    )
}
"""IDN-30 is a dirty window here: single codes that cannot be read are `MachineParameters.no_read_share`. SAF-70 is an
entry for no other fault's sake. STK-50 clears by itself because the robot just goes on to the next pack."""

ALARMS_A_DAY = sum(1.0 / row.mtbf_days for row in ROWS.values() if row.disturbs)
"""6.9 for one robot (Table B)."""
