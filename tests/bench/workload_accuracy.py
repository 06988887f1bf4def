"""How far the workload forecast is from what then happened: `make bench-workload LEDGER=… AT=YYYY-MM-DD`.

The ledger is that of a rehearsed week (`nightshift day --days 8`). Nothing but history is told to the forecast, no open
order: what is printed is the least that the service does.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlalchemy import create_engine

from controller.scheduling.pastwork import HOUR_S, HourCount
from controller.scheduling.staffing import NINE_IN_TEN
from controller.scheduling.workload import HISTORY_DAYS, HOURS, ComingDay, Workload, forecast
from controller.storage.hourly import hourly_history


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one kind of work, over all places and the 24 hours."""

    expected: float
    happened: int
    error: float
    """Mean distance between expected and actual jobs of an hour at a place, as a share of the actual mean."""
    below_high: float
    """Hours at a place that stayed below nine-in-ten of what was told."""


def judge(workload: Workload, then: Iterable[HourCount]) -> dict[str, Accuracy]:
    """By kind of work; `then` is what was done in the hours of the forecast."""
    actual: Counter[tuple[str, str, float]] = Counter()
    for count in then:
        actual[count.source, count.kind, count.hour * HOUR_S] += count.jobs
    told = {(load.source, load.kind, load.starts_at): load for load in workload.loads}
    places: defaultdict[str, set[str]] = defaultdict(set)
    for source, kind, _ in (*actual, *told):
        places[kind].add(source)
    found: dict[str, Accuracy] = {}
    for kind, sources in sorted(places.items()):
        keys = [(source, kind, at) for source in sorted(sources) for at in workload.starts]
        jobs = [told[key].jobs if key in told else 0.0 for key in keys]
        high = [told[key].jobs + NINE_IN_TEN * told[key].spread if key in told else 0.0 for key in keys]
        done = [actual[key] for key in keys]
        found[kind] = Accuracy(
            sum(jobs),
            sum(done),
            sum(abs(each - was) for each, was in zip(jobs, done, strict=True)) / max(1, sum(done)),
            sum(was <= most for was, most in zip(done, high, strict=True)) / len(keys),
        )
    return found


def read(ledger: Path, at: float) -> tuple[Sequence[HourCount], Sequence[HourCount]]:
    """What was done before, and in the 24 hours after."""
    engine = create_engine(f"sqlite:///file:{ledger}?mode=ro&uri=true")
    hour = int(at // HOUR_S)
    with engine.connect() as connection:
        before = hourly_history(connection, hour - HISTORY_DAYS * HOURS, hour)
        after = hourly_history(connection, hour, hour + HOURS)
    engine.dispose()
    return before, after


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("ledger", type=Path)
    arguments.add_argument("--at", required=True, help="the day that is forecast, YYYY-MM-DD, from its midnight UTC")
    arguments.add_argument("--zone", default="Europe/London")
    chosen = arguments.parse_args()
    at = datetime.fromisoformat(chosen.at).replace(tzinfo=UTC).timestamp()
    before, after = read(chosen.ledger, at)
    day = ComingDay(at, ZoneInfo(chosen.zone), (), (), (), lambda: 0.0, {}, lambda station, kind, packs: 60.0)
    workload = forecast(day, before)
    console = Console()
    console.print(f"{chosen.at}, from {workload.basis} ({workload.history_days} days)")
    console.print(f"{'':14} {'told':>8} {'done':>8} {'total':>7} {'an hour':>8} {'below high':>11}")
    for kind, found in judge(workload, after).items():
        off = found.expected / found.happened - 1.0 if found.happened else 0.0
        shares = f"{off:+7.1%} {found.error:8.1%} {found.below_high:11.1%}"
        console.print(f"{kind:14} {found.expected:8.0f} {found.happened:8} {shares}")


if __name__ == "__main__":
    main()
