"""A day, or several, without waiting: a site folder in, its outcome out."""

import gc
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from controller.engine import lateness
from controller.engine.opening import opening_batch
from controller.intake.holidays import calendar_changes
from controller.intake.site import SiteFolder
from controller.intake.stock import build_opening_packs
from controller.ledger.invariants import Violation, check
from controller.rehearsal.report import DayFacts, build_report, outcomes_csv
from controller.rehearsal.tally import Tally
from controller.rehearsal.world import World
from controller.scheduling.lateness_words import told
from controller.storage.inline import InlineSqliteStore
from controller.storage.schema import migrate
from simulator.centre import Centre
from simulator.record import FileCauseLog, FileRecord
from simulator.site import read_site as read_simulated_site

LONGEST_TAIL_S = 36 * 3600.0
"""Orders of the last day may be for a van of the day after, weekends included; what is open then is reported open."""
PROGRESS_S = 900.0


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What to rehearse. `faults` is none, normal, poor, or the path of a plan."""

    first: date
    days: int = 1
    seed: int = 7
    faults: str = "none"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the day has come; `fraction` of the days asked for, the hours after them not counted."""

    at: float
    fraction: float
    orders_received: int
    orders_open: int


@dataclass(frozen=True, slots=True)
class DayResult:
    report: dict[str, Any]
    violations: list[Violation]


def run_day(
    site: SiteFolder,
    plan: DayPlan,
    out: Path,
    *,
    progress: Callable[[Progress], None] = lambda progress: None,
    stopwatch: Callable[[], float],
) -> DayResult:
    """Rehearse the plan and write report.json, physical.jsonl, ledger.sqlite and outcomes.csv into `out`.

    With faults also causes.jsonl, the truth behind them. `out` must hold none of these files: FileExistsError names the
    one that it does. `stopwatch` gives real seconds, for the two figures of the report that are not simulated.
    """
    began_s = stopwatch()
    for name in ("report.json", "physical.jsonl", "causes.jsonl", "ledger.sqlite", "outcomes.csv"):
        if (out / name).exists():
            raise FileExistsError(str(out / name))
    out.mkdir(parents=True, exist_ok=True)
    start_at = _midnight(plan.first)
    until_at = _midnight(plan.first + timedelta(days=plan.days))
    record = FileRecord(out / "physical.jsonl")
    store = _opened(site, out / "ledger.sqlite", start_at)
    try:
        centre = Centre(
            read_simulated_site(site.folder),
            seed=plan.seed,
            faults=plan.faults,
            record=record,
            start_at=start_at,
            until_at=until_at,
            cause_log=FileCauseLog(out / "causes.jsonl"),
        )
        tally = Tally()
        world = World(centre, store, site=site.master.site.site, start_at=start_at, watch=tally.watch)
        _run(world, start_at, until_at, progress)
        history = store.history()
        violations = check(history)
        facts = DayFacts(
            site.master.site.site, plan.first.isoformat(), plan.days, plan.seed, world.now, world.now - start_at
        )
        report = build_report(
            facts,
            history,
            violations,
            tally,
            list(world.core.state.robots.values()),
            store.fefo_exceptions(),
            lambda order: told(lateness.of_order(world.core.state, order, world.now)),
        )
    finally:
        store.close()
        record.close()
    (out / "outcomes.csv").write_text(outcomes_csv(history.orders, facts.end_at), encoding="utf-8")
    wall_s = stopwatch() - began_s
    report["wall_s"] = round(wall_s, 2)
    report["speedup"] = round(plan.days * 86_400.0 / wall_s, 1)
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return DayResult(report, violations)


def _opened(site: SiteFolder, path: Path, start_at: float) -> InlineSqliteStore:
    migrate(f"sqlite:///{path}")
    store = InlineSqliteStore(path)
    batch = opening_batch(
        build_opening_packs(site.stock),
        now=start_at,
        actor="rehearsal",
        source=site.folder.name[:64],
        holidays=calendar_changes(site.holidays, made_at=start_at, actor="rehearsal"),
    )
    store.import_master(site.master, batch)
    return store


def _run(world: World, start_at: float, until_at: float, progress: Callable[[Progress], None]) -> None:
    # The packs, hundreds of thousands of them, stay till the end: the collector need not look at them again and again.
    gc.collect()
    gc.freeze()
    try:
        at = start_at
        while at < until_at:
            at = min(at + PROGRESS_S, until_at)
            world.run_until(at)
            progress(_progress(world, start_at, until_at))
        world.run_until(until_at + LONGEST_TAIL_S, stop=lambda: not world.core.state.orders)
    finally:
        gc.unfreeze()


def _progress(world: World, start_at: float, until_at: float) -> Progress:
    state = world.core.state
    return Progress(
        world.now, (world.now - start_at) / (until_at - start_at), state.last_order_number, len(state.orders)
    )


def _midnight(day: date) -> float:
    """The files of a site folder are by UTC date."""
    return datetime.combine(day, time(), UTC).timestamp()
