"""What became of first promises: read from the database of a rehearsal, counted by class and by probability."""

import csv
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from controller.domain.order import OrderClass

ALL = "all"
BUCKETS = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 0.99), (0.99, 1.01))
"""Of the probability that was told: from, to."""

_QUERY = """
select o.order_ref, o.order_class, p.first_made_at, p.first_expected_at, p.first_promised_at,
       (select max(t.loaded_at) from totes t where t.order_ref = o.order_ref),
       coalesce(json_extract(j.data, '$.on_time'), -1.0), o.dispatched_at <= o.due_at
from promises p join orders o using (order_ref)
join journal j on j.subject = 'order:' || o.order_ref and j.action = 'order.received'
where o.status = 'dispatched' order by o.number
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """One order that left: its first promise and what came of it. Moments in seconds since the promise."""

    run: str
    order_ref: str
    order_class: OrderClass
    made_at: float
    expected_s: float
    promised_s: float
    took_s: float
    on_time_told: float
    on_time: bool

    @property
    def kept(self) -> bool:
        return self.took_s <= self.promised_s


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many, how many; `told` is what was said of them on average."""

    orders: int
    held: int
    told: float

    @property
    def share(self) -> float:
        return self.held / self.orders if self.orders else 0.0


def read_judged(database: Path, run: str) -> list[Judged]:
    """Every order that left."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute(_QUERY).fetchall()
    connection.close()
    return [
        Judged(run, ref, OrderClass(kind), made, expected - made, promised - made, loaded - made, told, bool(on_time))
        for ref, kind, made, expected, promised, loaded, told, on_time in rows
    ]


def kept_by_class(judged: Iterable[Judged], promised_share: float) -> dict[str, Share]:
    """Promises kept, all together and by class."""
    found: dict[str, list[Judged]] = {ALL: []}
    for one in judged:
        found[ALL].append(one)
        found.setdefault(one.order_class.value, []).append(one)
    return {
        kind: Share(len(ones), sum(one.kept for one in ones), promised_share)
        for kind, ones in sorted(found.items(), key=lambda item: (item[0] != ALL, item[0]))
    }


def on_time_by_bucket(judged: Sequence[Judged]) -> list[tuple[float, float, Share]]:
    """For each bucket of the probability that was told when the order came: how many left by their due time."""
    table = []
    for low, high in BUCKETS:
        ones = [one for one in judged if low <= one.on_time_told < high]
        told = sum(one.on_time_told for one in ones) / len(ones) if ones else 0.0
        table.append((low, min(high, 1.0), Share(len(ones), sum(one.on_time for one in ones), told)))
    return table


def write_csv(path: Path, judged: Iterable[Judged]) -> None:
    """Append; the header comes first where the file is new."""
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(field.name for field in fields(Judged))
        writer.writerows(
            (round(value, 4) if isinstance(value, float) else value for value in astuple(one)) for one in judged
        )


def read_csv(path: Path) -> list[Judged]:
    """What `write_csv` has written."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Judged(
                row["run"],
                row["order_ref"],
                OrderClass(row["order_class"]),
                float(row["made_at"]),
                float(row["expected_s"]),
                float(row["promised_s"]),
                float(row["took_s"]),
                float(row["on_time_told"]),
                row["on_time"] == "True",
            )
            for row in csv.DictReader(file)
        ]
