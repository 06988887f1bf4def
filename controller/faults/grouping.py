"""First-out: of alarms with one cause, the first is shown, the others under it."""

from collections.abc import Iterable, Sequence

from controller.domain.alarm import Alarm
from controller.faults.conditions import KINDS, LINK, SITE_WIDE, STANDSTILLS

NETWORK_S = 5.0
"""Robots whose goodbye arrives within this time of each other share a cause."""
SILENCE_S = 35.0
"""…and robots whose reports stop: each reports at least every 30 s (RC-17), so the last ones are so far apart."""
NETWORK_ROBOTS = 3
"""Two robots are lost at once by chance now and then, three are not."""
POWER_S = 10.0
POWER_ROBOTS = 2
_BEFORE_ROOT_S = 60.0
"""A root is known when its delay is over; what it did may have been seen before."""


def together(moments: dict[str, float], within_s: float, at_least: int) -> frozenset[str]:
    """Robots of which each was hit within so many seconds of the one before it, and at least so many of them."""
    found: set[str] = set()
    run: list[str] = []
    for robot in sorted(moments, key=lambda name: (moments[name], name)):
        if run and moments[robot] - moments[run[-1]] > within_s:
            run = []
        run.append(robot)
        if len(run) >= at_least:
            found.update(run)
    return frozenset(found)


def holds(root: Alarm) -> bool:
    """Whether it still explains others. One that only waits for a person's reset or look does not."""
    return root.ended_at is None and root.active


def roots(standing: Sequence[Alarm], groups: dict[str, frozenset[str]]) -> dict[str, str]:
    """For each alarm that another explains: its alarm id → the alarm id of its root. Roots have none themselves.

    `groups` names the robots that each standing site-wide alarm concerns; the loss of our own link concerns all.
    """
    site = [alarm for alarm in standing if alarm.kind in SITE_WIDE and holds(alarm)]
    stopped: dict[str, list[Alarm]] = {}
    for alarm in standing:
        if alarm.kind in STANDSTILLS and alarm.robot is not None and holds(alarm):
            stopped.setdefault(alarm.robot, []).append(alarm)
    parents: dict[str, str] = {}
    for alarm in standing:
        root = _site_root(alarm, site, groups) or _first_of_robot(alarm, stopped.get(alarm.robot or "", ()))
        if root is not None:
            parents[alarm.alarm_id] = root.alarm_id
    return {child: _topmost(child, parents) for child in parents}


def _site_root(alarm: Alarm, site: Iterable[Alarm], groups: dict[str, frozenset[str]]) -> Alarm | None:
    kind = KINDS[alarm.kind]
    for root in site:
        if root.kind not in kind.under or root is alarm:
            continue
        if _concerns(root, alarm, groups) and alarm.raised_at >= root.raised_at - _BEFORE_ROOT_S:
            return root
        if alarm.root == root.alarm_id:
            return root
    return None


def _concerns(root: Alarm, alarm: Alarm, groups: dict[str, frozenset[str]]) -> bool:
    """Whether what the alarm is about is hit by the root: its robot, or every robot of its group."""
    if root.kind == LINK:
        return True
    hit = groups.get(root.condition, frozenset())
    group = groups.get(alarm.condition, frozenset())
    return alarm.robot in hit or (bool(group) and group <= hit)


def _first_of_robot(alarm: Alarm, stopped: Iterable[Alarm]) -> Alarm | None:
    under = KINDS[alarm.kind].under
    earlier = [root for root in stopped if root.kind in under and root.root != alarm.alarm_id and _before(root, alarm)]
    return min(earlier, key=_order, default=None)


def _before(root: Alarm, alarm: Alarm) -> bool:
    """Whether it was there first; what is no standstill itself is explained by a later one as well."""
    if root is alarm:
        return False
    return alarm.kind not in STANDSTILLS or alarm.root == root.alarm_id or _order(root) < _order(alarm)


def _order(alarm: Alarm) -> tuple[float, str]:
    return alarm.raised_at, alarm.alarm_id


def _topmost(child: str, parents: dict[str, str]) -> str:
    seen = {child}
    root = parents[child]
    while root in parents and root not in seen:
        seen.add(root)
        root = parents[root]
    return root
