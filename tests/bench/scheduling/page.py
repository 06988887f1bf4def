"""What the page says between its tables."""

from collections.abc import Sequence

from tests.bench.scheduling import report
from tests.bench.scheduling.cells import ONE_DOWN, STOPPED, TWO_DOWN, Row
from tests.bench.scheduling.decisions import DecisionTime

_HEAD = """# Scheduling: measured

Written by `make bench-scheduling`; do not edit. `controller/scheduling/dispatch.py` itself plays whole days on a small
discrete-event plant (`tests/bench/scheduling/plant.py`) against other policies and against bounds. Means of {seeds}
seeds a cell; every figure but the decision times is the same on every machine. `bench.csv` has each day.

![On time over the load](bench.svg)

## How to read it
- **F1** is the plant as it is, **F2** hard on purpose; what the team's prose leaves open is chosen and said in
  `generated.py`, so the figures compare policies with each other, not with another plant's.
- **Load**: work offered from 06 to 18 h, goods in included, over the machine time that is up.
- FIFO, EDF and least slack store goods in only where no order waits for the robot, the best there is for their orders.
- **ours** is told of orders as the engine tells it, and like ATC may take another batch while a robot is down. To
  compare choices alone, take "never another batch" beside EDF.
- **Bound**: a fluid, preemptive, clairvoyant plant (`fluid.py`). No policy can do better, and probably none as well:
  it knows all orders and failures before they come, splits packs, and shares what several robots hold over the whole
  plant. Its on-time figures are for each class alone with the plant to itself.
- Seeds from 1 on are scored; what is tuned (`python -m tests.bench.scheduling.tune`) is tuned on seeds from 101 on.
"""

_WEAK = """
## What is weak
- The plant has no belts or checks, no tours ahead and no travel between shelves: it judges choices, not moments.
- Policies know the true time of a pack; the controller has to learn it.
- A pack that is in the head of a robot that fails waits for the repair, as at a real one; the bound knows better.
- The bound on weighted late orders lets fractions of orders be late, and what two or three robots hold may go to any:
  at overload a part of the gap is the bound's. At 95 % and less it is mostly zero, so the gap is what failures cost.
- Tardiness counts to the last pack in the tote. Ours lets an order that missed its van wait for the next one, which
  raises tardiness counted like this, though the ward has its packs no later.
- Small static instances last minutes, not hours: there the look-ahead blurs due times, and plain EDF is best wherever
  everything can be on time.
"""


def generated_page(rows: Sequence[Row], times: Sequence[DecisionTime], seeds: int) -> str:
    parts = [_HEAD.format(seeds=seeds)]
    for setting in ("F2", "F1"):
        parts += _setting(report.select(rows, setting), setting)
    for scenario in (ONE_DOWN, TWO_DOWN):
        parts += _scenario(report.select(rows, "F2", scenario), f"F2, {scenario} for four hours")
    static = [row for row in rows if row.instances.startswith("static")]
    parts += [
        "\n## Small static instances",
        "Weighted tardiness in minutes, and orders late. Tightness: latest due over what the plant needs for them."
        " The bound is the better of CP-SAT's and the fluid one; of orders late it is Moore and Hodgson's.\n",
        report.static_table(static),
        "\n## Time of a decision",
        "One core, forty orders a robot waiting, each at five robots; `put` follows every choice. The only figures here"
        " that depend on the machine.\n",
        report.decision_table(times),
        _WEAK,
    ]
    return "\n".join(parts)


def site_page(rows: Sequence[Row], seeds: int) -> str:
    name = rows[0].instances
    parts = [
        f"# Scheduling: {name}",
        "\nWritten by `make bench-scheduling SITE=…`; do not edit. The folder's first day on the bench's plant, with"
        f" its own stock placement, scaled to loads of its usual robots (`site.py`). Means of {seeds} seeds; bench.md"
        " says how to read it.",
    ]
    for scenario in STOPPED:
        parts += _scenario(report.select(rows, name, scenario), scenario)
    return "\n".join(parts) + "\n"


def _setting(rows: Sequence[Row], name: str) -> list[str]:
    return [
        f"\n## {name}: on time, % of discharge / urgent / routine orders\n",
        report.policy_table(rows, report.on_time),
        f"\n### {name}: minutes of flow / tote dwell / tardiness, mean of all orders\n",
        report.policy_table(rows, report.flow),
        f"\n### {name}: weight of late orders / weighted tardiness in hours a day, and the bound\n",
        report.policy_table(rows, report.against_bound),
        f"\n### {name}: packs a day of a batch that FEFO forbids\n",
        report.policy_table([row for row in rows if row.policy.startswith("ours")], report.exceptions),
    ]


def _scenario(rows: Sequence[Row], title: str) -> list[str]:
    return [
        f"\n## {title}",
        "On time, % of discharge / urgent / routine orders:\n",
        report.policy_table(rows, report.on_time),
        "\nWeight of late orders / weighted tardiness in hours a day:\n",
        report.policy_table(rows, report.against_bound),
        "\nPacks of a batch that FEFO forbids:\n",
        report.policy_table([row for row in rows if row.policy.startswith("ours")], report.exceptions),
    ]
