"""The figures as a page, a table for spreadsheets, and a picture."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from controller.domain.order import OrderClass
from controller.domain.promise import PROMISED_SHARE
from tests.calibration.kept import ALL, Judged, Share, kept_by_class, on_time_by_bucket

PAGE, TABLE, PICTURE = "calibration.md", "calibration.csv", "calibration.svg"
GOAL = (0.85, 0.95)
_SHARES = (0.1, 0.5, 0.9)

_HEAD = """\
# Are promises kept?

`make calibrate SITE=DIR` writes this page, `calibration.csv` and `calibration.svg` anew. It rehearses {runs} runs of
{days} days (faults `{faults}`, seeds {seeds}), each from an empty memory: what a promise needs beyond the expected
course is learned within the run. Judged is the **first** promise, made at the moment when the order came: the moment by
which its last tote is on the van or with the courier, said to be kept in {promised:.0%} of cases. Goal: {low:.0%} to
{high:.0%} kept, in each class too. Orders that were cancelled, or of which nothing could be supplied, have no outcome.

"""

_MEANING = """
*said* is from the order's coming to the promised moment, *took* to the real one, in minutes: the tenth, the middle and
the ninetieth of a hundred. An order that waits for stock is done when the stock has come, or when the rest is declared
short 40 minutes before its van: that is the long tail of *took*.

## In time: said and seen
For van orders the probability to make the van, for discharge orders to be with the courier by the promised time, as it
was told when the order came.

"""


def write_pages(folder: Path, judged: Sequence[Judged], days: int, faults: str = "normal") -> None:
    """Write the three files from every judged promise of all runs."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = sorted({one.run for one in judged}, key=int)
    text = _HEAD.format(
        runs=len(runs),
        days=days,
        faults=faults,
        seeds=f"{runs[0]} to {runs[-1]}",
        promised=PROMISED_SHARE,
        low=GOAL[0],
        high=GOAL[1],
    )
    text += _classes(judged) + _MEANING + _buckets(judged) + _first_day(judged)
    text += f"\n![promises kept by day of the run and class]({PICTURE})\n"
    (folder / PAGE).write_text(text, encoding="utf-8")
    (folder / TABLE).write_text(_table(judged, runs), encoding="utf-8")
    _draw(folder / PICTURE, judged)


def _classes(judged: Sequence[Judged]) -> str:
    days = len({_day(one) for one in judged})
    text = f"| {days} days with orders | orders | kept | said min | took min |\n|---|---|---|---|---|\n"
    for kind, share in kept_by_class(judged, PROMISED_SHARE).items():
        ones = [one for one in judged if kind in (ALL, one.order_class.value)]
        said, took = _spread([one.promised_s for one in ones]), _spread([one.took_s for one in ones])
        text += f"| {kind} | {share.orders:,} | **{share.share:.1%}** | {said} | {took} |\n"
    return text


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return " / ".join(f"{ordered[int(share * (len(ordered) - 1))] / 60.0:.1f}" for share in _SHARES)


def _buckets(judged: Sequence[Judged]) -> str:
    text = "| told | orders | told on average | left in time |\n|---|---|---|---|\n"
    for low, high, share in on_time_by_bucket(judged):
        if share.orders:
            text += f"| {low:.0%} to {high:.0%} | {share.orders:,} | {share.told:.1%} | {share.share:.1%} |\n"
    return text


def _first_day(judged: Sequence[Judged]) -> str:
    first: dict[str, int] = {}
    for one in judged:
        first[one.run] = min(first.get(one.run, _day_number(one)), _day_number(one))
    cold = kept_by_class((one for one in judged if _day_number(one) == first[one.run]), PROMISED_SHARE)
    parts = [f"{kind} {share.share:.1%}" for kind, share in cold.items() if share.orders]
    return f"\nThe first day of each run, when nothing has been learned yet: {', '.join(parts)}.\n"


def _day_number(one: Judged) -> int:
    return int(one.made_at // 86_400.0)


def _day(one: Judged) -> tuple[str, int]:
    return one.run, _day_number(one)


def _table(judged: Sequence[Judged], runs: Sequence[str]) -> str:
    """One row for each run, day and class."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("seed", "date", "class", "orders", "kept", "share_kept", "left_in_time"))
    for run in runs:
        of_run = [one for one in judged if one.run == run]
        for day in sorted({_day_number(one) for one in of_run}):
            of_day = [one for one in of_run if _day_number(one) == day]
            for kind, share in kept_by_class(of_day, PROMISED_SHARE).items():
                in_time = sum(one.on_time for one in of_day if kind in (ALL, one.order_class.value))
                date_text = datetime.fromtimestamp(day * 86_400.0, UTC).date().isoformat()
                writer.writerow((run, date_text, kind, share.orders, share.held, f"{share.share:.4f}", in_time))
    return out.getvalue()


def _draw(path: Path, judged: Sequence[Judged]) -> None:
    """Kept by simulated day, each class a curve, over the band of the goal."""
    with mpl.rc_context({"svg.hashsalt": "nightshift", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9.0, 3.6), layout="constrained")
        axes = figure.subplots()
        axes.axhspan(*GOAL, color="0.92")
        axes.axhline(PROMISED_SHARE, color="0.6", linewidth=0.8)
        days = sorted({_day(one) for one in judged}, key=lambda day: (int(day[0]), day[1]))
        for kind in OrderClass:
            shares = [_kept_on(judged, day, kind) for day in days]
            points = [(place, share.share) for place, share in enumerate(shares, start=1) if share.orders]
            axes.plot([x for x, _ in points], [y for _, y in points], label=kind.value, marker=".", linewidth=1.0)
        axes.set_xlabel("simulated day")
        axes.set_ylabel("first promises kept")
        axes.set_ylim(0.6, 1.0)
        axes.legend(loc="lower right", frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _kept_on(judged: Sequence[Judged], day: tuple[str, int], kind: OrderClass) -> Share:
    ones = [one for one in judged if _day(one) == day and one.order_class is kind]
    return Share(len(ones), sum(one.kept for one in ones), PROMISED_SHARE)
