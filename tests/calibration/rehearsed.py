"""One rehearsed run, and what became of its promises."""

import tempfile
from datetime import date
from pathlib import Path

from controller.intake.site import read_site
from controller.rehearsal.day import DayPlan, run_day
from controller.system import real_monotonic_s
from tests.calibration.kept import Judged, read_judged


def rehearse(site: Path, seed: int, days: int, faults: str) -> list[Judged]:
    """One run from the first day of the folder's orders, with a database of its own that is thrown away."""
    first = date.fromisoformat(min(file.stem for file in (site / "orders").glob("*.csv")))
    with tempfile.TemporaryDirectory() as folder:
        plan = DayPlan(first, days, seed, faults)
        result = run_day(read_site(site), plan, Path(folder) / "run", stopwatch=real_monotonic_s)
        if result.violations:
            raise RuntimeError(f"seed {seed}: {result.violations[0]}")
        return read_judged(Path(folder) / "run" / "ledger.sqlite", str(seed))
