"""Play every policy on every instance, day by day, and keep the figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.storage.centre import LedgerCentre
from tests.bench.storage.instance import Instance
from tests.bench.storage.measures import Figures, Travel, measure
from tests.bench.storage.policies import policies

AMBIENT = frozenset({"ambient"})
ALL_ROBOTS = frozenset({"ambient", "vault", "fridge"})


@dataclass(frozen=True, slots=True)
class Row:
    """The centre at the end of a day; day 0 is the start."""

    instance: str
    policy: str
    day: int
    ambient: Figures
    """Robots for ambient products: those of which there are several."""
    everything: Figures
    """The single vault or fridge robot as well."""
    missed: int
    moved: int
    """Packs moved by night, since the start."""


def play(instance: Instance, seed: int, transfers_a_night: int, told: Callable[[str], None]) -> list[Row]:
    """Every policy from the same start, under the same orders and deliveries."""
    travel = Travel(instance)
    rows: list[Row] = []
    for policy in policies(seed, transfers_a_night):
        centre = LedgerCentre(instance, policy)
        for day in range(instance.days + 1):
            if day:
                centre.play_day(day - 1)
            ambient, everything = (measure(centre, travel, zones) for zones in (AMBIENT, ALL_ROBOTS))
            rows.append(Row(instance.name, policy.name, day, ambient, everything, centre.missed, centre.transfers))
        told(f"{instance.name}: {policy.name}, {instance.days} days")
    return rows


def mean_rows(runs: Sequence[Sequence[Row]], name: str) -> list[Row]:
    """The mean of several seeds of one kind of instance, row by row."""
    return [
        Row(
            name,
            rows[0].policy,
            rows[0].day,
            mean_figures([row.ambient for row in rows]),
            mean_figures([row.everything for row in rows]),
            round(sum(row.missed for row in rows) / len(rows)),
            round(sum(row.moved for row in rows) / len(rows)),
        )
        for rows in zip(*runs, strict=True)
    ]


def mean_figures(figures: Sequence[Figures]) -> Figures:
    """Each figure's mean."""
    values = [each.values() for each in figures]
    return Figures.of({name: sum(value[name] for value in values) / len(values) for name in values[0]})
