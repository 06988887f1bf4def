"""The figures as a page, a table for spreadsheets, and a picture."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.storage.measures import Survival
from tests.bench.storage.run import Row

PAGE, TABLE, PICTURE = "storage.md", "storage.csv", "storage.svg"

_HEAD = """\
# Where packs are stored: measured

`make bench-storage` writes this page, `storage.csv` and `storage.svg` anew; `SITE=` adds a site folder. It plays weeks
of orders and deliveries on the ledger alone (no robot moves) from the centre's opening stock, with the centre's own
put-away (`scheduling/putaway.py`), FEFO, estimate of demand and, in the last row, the night's transfers as
`scheduling/rebalance.py` proposes them ({transfers} a night). The weights of put-away were chosen on seed 101, the
generated centres here are of seeds {seeds}.

Read it so:
- **one robot stops**: of the order lines that robots can fill together, the share that the others can still fill
  whole. *mean* and *worst* over the robot that stops; *whichever* are the lines that no single robot could take away,
  which is the hardest way to count.
- **without a FEFO exception**: the same, where nothing may be taken that expires more than 30 days after the oldest
  pack, even when that pack is in the robot that stopped. The rule in force allows it then, and records it.
- **choices**: robots that FEFO lets serve a line. **copies**: robots that hold a product, for the products of 80 %, the
  next 15 % and the last 5 % of picks. **uneven**: the busiest robot's picks of the last day over the mean.
- **travel**: from a pack's place to the output, with racks filled from the output outwards; **tours**: for 100 packs,
  at three packs a tour and with no tour shared by orders. **robots**: that an order needs.
"""

_COLUMNS = (
    "| after {day} days | one robot stops: mean | worst | whichever | without FEFO exception: mean | whichever "
    "| choices | copies 80/15/5 % | uneven | travel s | tours | robots | packs moved |\n" + "|---" * 13 + "|\n"
)

_REHEARSED = """
## The same, rehearsed
The shelves at the start and the end of a rehearsal with robots, people and all (`nightshift day`), counted in its
ledger (`LEDGER=`).

| one robot stops: lines still fillable | mean | worst | whichever |
|---|---|---|---|
"""

_END = """
## What it says
- The goal, 95 % of the robot-held lines still fillable when one robot stops, is met in the mean and for the worst robot
  by every policy: most of what is ordered stands on several robots from the start. The column that tells policies apart
  is *whichever*: put-away alone comes near 95 % within a week or two, with night transfers it is above it.
- Random placing spreads products over time, but each batch stands on one robot: without a FEFO exception more than half
  of the lines hang on a single robot. Parting every delivery line, even one of two packs, is what mends that.
- What put-away cannot mend is a product that one robot holds alone and that is not delivered, and an oldest batch that
  stands alone: the night's transfers do, with about three packs a product.
- The price is one to three tours more for 100 packs, as an order's packs stand in more robots; in return more robots
  may serve each line, which is what lets a free robot pull. Travel hardly differs.
- Where one robot has a zone for itself (the vault), its lines wait or are picked by hand when it stops: the line below
  the tables, "all robots", counts them as lost.
"""


def write(
    folder: Path, groups: Sequence[Sequence[Row]], seeds: str, transfers: int, rehearsed: Mapping[str, Survival]
) -> None:
    """Write the three files; each group of rows is one table and one pair of curves.

    `rehearsed` is what a rehearsal with robots and people left on the shelves, by what each line says; may be empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = _HEAD.format(transfers=transfers, seeds=seeds)
    for rows in groups:
        text += _tables(rows)
    if rehearsed:
        text += _REHEARSED + "".join(
            f"| {name} | {_percent(found.mean)} | {_percent(found.worst)} | {_percent(found.any_robot)} |\n"
            for name, found in rehearsed.items()
        )
    text += f"\n![lines that no single robot takes away, day by day]({PICTURE})\n" + _END
    (folder / PAGE).write_text(text, encoding="utf-8")
    (folder / TABLE).write_text(_csv(groups), encoding="utf-8", newline="")
    _draw(folder / PICTURE, groups)


def _tables(rows: Sequence[Row]) -> str:
    last = max(row.day for row in rows)
    days = [7, last] if last > 7 else [last]
    text = f"\n## {rows[0].instance}\n"
    for day in days:
        shown = [row for row in rows if row.day == day]
        text += "\n" + _COLUMNS.format(day=day) + _line(rows[0], "at the start")
        text += "".join(_line(row, row.policy) for row in shown)
    ended = [row for row in rows if row.day == last]
    if rows[0].everything.survival != rows[0].ambient.survival:
        text += "\nAll robots, the vault included, after the last day: "
        text += "; ".join(
            f"{row.policy} {_percent(survival.mean)} mean, {_percent(survival.worst)} worst"
            for row in ended
            for survival in [row.everything.survival]
        )
        text += ".\n"
    return text


def _line(row: Row, name: str) -> str:
    figures = row.ambient
    started = row.day > 0
    cells = [
        name,
        *(_percent(share) for share in (figures.survival.mean, figures.survival.worst, figures.survival.any_robot)),
        *(_percent(share) for share in (figures.strict.mean, figures.strict.any_robot)),
        f"{figures.choices:.2f}",
        " / ".join(f"{copies:.1f}" for copies in figures.copies),
        f"{figures.unevenness:.2f}" if started else "",
        f"{figures.travel_s:.2f}" if started else "",
        f"{figures.tours_100_packs:.1f}" if started else "",
        f"{figures.robots_an_order:.2f}" if started else "",
        f"{row.moved:,}" if row.moved else "",
    ]
    return "| " + " | ".join(cells) + " |\n"


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"


def _csv(groups: Sequence[Sequence[Row]]) -> str:
    out = io.StringIO()
    names = list(groups[0][0].ambient.values())
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["instance", "policy", "day", "missed", "moved", *names, *(f"all_{name}" for name in names)])
    for rows in groups:
        for row in rows:
            figures = [*row.ambient.values().values(), *row.everything.values().values()]
            head = [row.instance, row.policy, row.day, row.missed, row.moved]
            writer.writerow([*head, *(f"{figure:.4f}" for figure in figures)])
    return out.getvalue()


def _draw(path: Path, groups: Sequence[Sequence[Row]]) -> None:
    mpl.rcParams["svg.hashsalt"] = "storage"
    figure = Figure(figsize=(9.0, 3.4 * len(groups)), layout="constrained")
    axes = figure.subplots(len(groups), 2, squeeze=False, sharey="row")
    for across, rows in zip(axes, groups, strict=True):
        for axis, name, title in zip(
            across,
            ("survival", "strict"),
            ("lines that no single robot takes away", "… without a FEFO exception"),
            strict=True,
        ):
            for policy in dict.fromkeys(row.policy for row in rows):
                points = [(row.day, getattr(row.ambient, name).any_robot) for row in rows if row.policy == policy]
                axis.plot([day for day, _ in points], [100.0 * share for _, share in points], label=policy)
            axis.set_title(f"{rows[0].instance}\n{title}", fontsize=9)
            axis.set_xlabel("days")
            axis.grid(visible=True, alpha=0.3)
        across[0].set_ylabel("% of robot-held lines")
    axes[0][0].legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})
