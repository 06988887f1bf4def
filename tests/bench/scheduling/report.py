"""The rows as a page of tables, a CSV and a plot. No figure of a clock is in the CSV or the plot."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from statistics import fmean

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.scheduling.cells import BOUND, CP_SAT, LOADS, USUAL, Row
from tests.bench.scheduling.decisions import DecisionTime

Figures = Callable[[Sequence[Row]], str]


def write_csv(rows: Iterable[Row], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(Row)])
        for row in rows:
            writer.writerow([f"{value:.4f}" if isinstance(value, float) else value for value in astuple(row)])


def policy_table(rows: Sequence[Row], figures: Figures) -> str:
    """Policies down, loads across; each cell says `figures` of the seeds' rows."""
    loads = sorted({row.load for row in rows})
    lines = [
        "| policy | " + " | ".join(f"{load:.0%}" for load in loads) + " |",
        "|---|" + "---|" * len(loads),
    ]
    for policy in dict.fromkeys(row.policy for row in rows):
        cells = [figures([row for row in rows if row.policy == policy and row.load == load]) for load in loads]
        name = f"**{policy}**" if policy.startswith("ours") else policy
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def on_time(rows: Sequence[Row]) -> str:
    """Percent of discharge / urgent / routine orders."""
    means = (_mean(row.discharge_on_time for row in rows), _mean(row.urgent_on_time for row in rows))
    return " / ".join(f"{mean:.2f}" for mean in (*means, _mean(row.routine_on_time for row in rows)))


def flow(rows: Sequence[Row]) -> str:
    """Minutes from release to done / from first pack to last / late, mean of all orders."""
    if any(row.flow_min is None for row in rows):
        return "–"
    means = [_mean(row.flow_min for row in rows), _mean(row.dwell_min for row in rows)]
    return " / ".join(f"{mean:.1f}" for mean in (*means, _mean(row.tardiness_min for row in rows)))


def against_bound(rows: Sequence[Row]) -> str:
    """Weight of late orders / weighted tardiness in hours, means of a day."""
    late, tardiness = _mean(row.late_weight for row in rows), _mean(row.weighted_tardiness_min for row in rows)
    return f"{late:.1f} / {tardiness / 60.0:.1f}"


def exceptions(rows: Sequence[Row]) -> str:
    if any(row.exceptions is None for row in rows):
        return "–"
    return f"{_mean(row.exceptions for row in rows):.0f}"


def static_table(rows: Sequence[Row]) -> str:
    """Weighted tardiness in minutes (and orders late) on the small static instances."""
    policies = list(dict.fromkeys(row.policy for row in rows))
    lines = ["| orders, robots, holders, tightness | " + " | ".join(policies) + " |", "|---|" + "---|" * len(policies)]
    for seed in dict.fromkeys(row.seed for row in rows):
        here = {row.policy: row for row in rows if row.seed == seed}
        first = next(iter(here.values()))
        cells = [_tardiness(here[policy]) for policy in policies]
        lines.append(f"| {first.instances.removeprefix('static, ')}, {first.load} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def decision_table(times: Sequence[DecisionTime]) -> str:
    lines = ["| robots | choose p50 | choose p99 | put p50 | put p99 |", "|---|---|---|---|---|"]
    for time in times:
        figures = (time.choose_p50_us, time.choose_p99_us, time.put_p50_us, time.put_p99_us)
        lines.append(f"| {time.robots} | " + " | ".join(f"{figure:.0f} µs" for figure in figures) + " |")
    return "\n".join(lines)


def select(rows: Iterable[Row], instances: str, scenario: str = USUAL) -> list[Row]:
    return [row for row in rows if row.instances == instances and row.scenario == scenario]


def plot(rows: Sequence[Row], file: Path) -> None:
    """On time of discharge and routine orders over the load, on F2."""
    mpl.rcParams["svg.hashsalt"] = "nightshift"
    mpl.rcParams["svg.fonttype"] = "none"
    shown = [row for row in select(rows, "F2") if not row.policy.startswith("ours,") or "never" in row.policy]
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    for axes, title, value in (
        (left, "discharge", _discharge),
        (right, "routine", _routine),
    ):
        for place, policy in enumerate(dict.fromkeys(row.policy for row in shown)):
            means = [_mean(value(row) for row in shown if row.policy == policy and row.load == load) for load in LOADS]
            axes.plot([100 * load for load in LOADS], means, label=policy, **_style(policy, place))
        axes.set_title(f"{title} orders on time, F2", loc="left")
        axes.set_xlabel("load, %")
        axes.set_ylabel("on time, %")
        axes.set_ylim(40, 101)
        axes.grid(visible=True, color="#dddddd")
        axes.spines[["top", "right"]].set_visible(False)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    figure.savefig(file, format="svg", metadata={"Date": None})


def _discharge(row: Row) -> float | None:
    return row.discharge_on_time


def _routine(row: Row) -> float | None:
    return row.routine_on_time


def _style(policy: str, place: int) -> dict[str, str | float]:
    if policy == BOUND:
        return {"color": "black", "linestyle": ":", "linewidth": 1.5}
    if policy.startswith("ours"):
        return {"color": "#0b5fa5", "linestyle": "--" if "," in policy else "-", "linewidth": 2.2}
    greys = ("#b35900", "#d98c40", "#555555", "#888888", "#aaaaaa", "#2e8b57")
    return {"color": greys[place % len(greys)], "linewidth": 1.2, "marker": "o", "markersize": 3.0}


def _tardiness(row: Row) -> str:
    late = "" if row.late is None else f" ({row.late})"
    least = "≥ " if row.policy == BOUND else "≤ " if row.policy == CP_SAT else ""
    return f"{least}{row.weighted_tardiness_min:.1f}{late}"


def _mean(values: Iterable[float | None]) -> float:
    return fmean(value for value in values if value is not None)
