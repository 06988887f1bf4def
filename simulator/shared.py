"""What robots have in common, and how a text names the robots that an event hits. Pure."""

from collections.abc import Sequence

ALL = "ALL"
"""In the place of a robot's name: every robot of the centre."""
SHARED = frozenset({"supply_loss", "network_switch", "slow_link"})
"""Causes that lie outside a machine, in what robots share: the mains and the network."""


def robots_in(where: str, robots: Sequence[str]) -> tuple[str, ...]:
    """The robots that a text names: one, several with commas between, or ALL. ValueError for one that is not there."""
    if where == ALL:
        return tuple(robots)
    named = tuple(dict.fromkeys(name.strip() for name in where.split(",")))
    for name in named:
        if name not in robots:
            raise ValueError(f"no robot {name}")
    return named
