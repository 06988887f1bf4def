"""What several robots have in common fails: one physical event, felt by each of them at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.hardware.causes.kinds import CauseKind
from simulator.hardware.troubles import Trouble

ALL = "ALL"
"""In the place of a robot's name: every robot of the centre."""
SHARED = frozenset({"supply_loss", "network_switch", "slow_link"})
"""Causes that lie outside a machine, in what robots share: the mains and the network."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One cause and the share of it that each robot has; shares strike, clear and are cured together."""

    number: int
    where: str
    """As it was named: ALL, or names with commas between."""
    kind: CauseKind
    shares: tuple[tuple[str, Trouble], ...]

    @property
    def shared_id(self) -> str:
        return shared_id(self.number)


def shared_id(number: int) -> str:
    """`S1`"""
    return f"S{number}"


def robots_in(where: str, robots: Sequence[str]) -> tuple[str, ...]:
    """The robots that a text names: one, several with commas between, or ALL. ValueError for one that is not there."""
    if where == ALL:
        return tuple(robots)
    named = tuple(dict.fromkeys(name.strip() for name in where.split(",")))
    for name in named:
        if name not in robots:
            raise ValueError(f"no robot {name}")
    return named
