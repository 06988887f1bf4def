"""A rehearsed day on which one fault after the other is injected: each is seen, recorded and over again."""

import sqlite3
from contextlib import closing
from pathlib import Path

from controller.engine.recorder import MOST_LINES
from controller.faults.catalogue import KINDS
from tests.support.small_centre import Run, Template

FIRST_S, EVERY_S = 600.0, 420.0
CODES = (
    "AXX-01", "AXZ-05", "GRP-10", "GRP-12", "VAC-14", "SEN-20", "IDN-30", "INP-33", "CNV-40", "CNV-42", "STK-50",
    "SAF-70", "SAF-71", "PWR-80", "NET-90", "NET-92",
)  # fmt: skip


def test_each_fault_of_a_day_has_its_record_and_its_recording(template: Template, tmp_path: Path) -> None:
    run = Run(template, tmp_path)
    try:
        world = run.world
        for count, code in enumerate(CODES):
            robot = ("R1", "R2")[count % 2]
            _, outputs = world.centre.inject(robot, world.now, code=code, severity=1.0, in_s=FIRST_S + count * EVERY_S)
            world.take(outputs)
        world.run_until(world.now + FIRST_S + len(CODES) * EVERY_S + 4 * 3600.0)
        faults = list(world.core.state.faults.values())
    finally:
        run.close()
    assert {"SAF-70", "SAF-71", "PWR-80", "NET-90", "NET-92"} <= {fault.code for fault in faults} <= set(KINDS)
    assert len({fault.occurrence for fault in faults}) == len(faults)
    assert [fault.fault_id for fault in faults if fault.cleared_at is None and fault.level <= 2] == []
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        kept = dict(ledger.execute("SELECT fault_id, count(*) FROM recordings GROUP BY fault_id").fetchall())
        (frames,) = ledger.execute("SELECT count(*) FROM recordings WHERE kind = 'telemetry'").fetchone()
        (conditions,) = ledger.execute("SELECT count(*) FROM conditions").fetchone()
    assert set(kept) == {fault.fault_id for fault in faults}
    assert max(kept.values()) <= MOST_LINES
    assert frames > 0
    assert conditions > len(faults)
