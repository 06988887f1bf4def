"""Signs that many robots have in common: our own link, the mains, a switch; one alarm each, and theirs beneath it."""

from collections.abc import Iterator

from controller.domain.fault import Fault
from controller.domain.robot import Robot, Trust
from controller.engine.signs import Seen, Sign
from controller.engine.turn import Turn
from controller.faults import conditions as kinds
from controller.faults.catalogue import MAINS_LOST
from controller.faults.conditions import condition_key
from controller.faults.grouping import NETWORK_ROBOTS, NETWORK_S, POWER_ROBOTS, POWER_S, SILENCE_S, together

_GREETINGS = 2.5
"""A robot that is greeted for so many times the maximum silence does not answer."""


def link(turn: Turn, seen: Seen) -> None:
    """Our own connection. The first one takes a moment after our start: till then nobody can say."""
    state, memory = turn.state, turn.state.alarm_memory
    if memory.looks_since is None:
        memory.looks_since = turn.now
    if state.link_up:
        memory.was_linked = True
    elif memory.was_linked or turn.now - memory.looks_since > state.timings.start_up_s:
        text = "No connection to the broker: no robot is heard or told."
        seen.signs.append(Sign(kinds.LINK, state.site.site, text))
    else:
        seen.unknown.add(condition_key(kinds.LINK, state.site.site))


def power(turn: Turn, standing: list[Fault]) -> Iterator[Sign]:
    dark = {fault.robot: fault.raised_at for fault in standing if fault.code == MAINS_LOST}
    key = condition_key(kinds.POWER, turn.state.site.site)
    group = together(dark, POWER_S, POWER_ROBOTS) | (_members(turn, key) & dark.keys())
    _group(turn, key, group)
    if group:
        yield Sign(kinds.POWER, turn.state.site.site, f"Mains lost at {_names(group)} at once.")


def silence(turn: Turn, seen: Seen) -> None:
    """Which robots are not heard, and whether they have it in common. While our own link is down nobody can say."""
    state, memory = turn.state, turn.state.alarm_memory
    site = state.site.site
    key = condition_key(kinds.NETWORK, site)
    if not state.link_up:
        seen.unknown.add(key)
        seen.unknown.update(condition_key(kinds.SILENT, name) for name in state.robots)
        memory.untrusted_since.clear()
        return
    for robot in state.robots.values():
        _follow_trust(turn, robot, seen)
    lost = {name: memory.untrusted_since[name] for name in sorted(state.robots) if _is_lost(turn, state.robots[name])}
    left = {name: at for name, at in lost.items() if state.robots[name].trust is Trust.GONE}
    quiet = {name: at for name, at in lost.items() if name not in left}
    still = _members(turn, key) & {*lost, *(name for name in memory.untrusted_since if not _has_been_heard(turn, name))}
    group = together(left, NETWORK_S, NETWORK_ROBOTS) | together(quiet, SILENCE_S, NETWORK_ROBOTS)
    group = group | still if group or len(still) > 1 else frozenset()
    _group(turn, key, group)
    if group and group.isdisjoint(lost):
        seen.unknown.add(key)
    elif group:
        seen.signs.append(Sign(kinds.NETWORK, site, f"Contact lost with {_names(group)} at once, the broker is there."))
    for name in lost:
        seen.unknown.discard(condition_key(kinds.SILENT, name))
        seen.signs.append(Sign(kinds.SILENT, name, f"Nothing is heard of {name}.", name))


def _follow_trust(turn: Turn, robot: Robot, seen: Seen) -> None:
    memory = turn.state.alarm_memory
    if robot.trust in (Trust.READY, Trust.QUARANTINED):
        memory.untrusted_since.pop(robot.robot, None)
        turn.state.contacts[robot.robot].heard = True
        return
    fades = robot.trust not in (Trust.GONE, Trust.SILENT) and _has_been_heard(turn, robot.robot)
    memory.untrusted_since.setdefault(robot.robot, robot.last_report_at if fades else turn.now)
    seen.unknown.add(condition_key(kinds.SILENT, robot.robot))


def _is_lost(turn: Turn, robot: Robot) -> bool:
    since = turn.state.alarm_memory.untrusted_since.get(robot.robot)
    if since is None:
        return False
    patience_s = _GREETINGS * turn.state.timings.max_silence_s
    if not _has_been_heard(turn, robot.robot):
        return turn.now - since > max(patience_s, turn.state.timings.start_up_s)
    return robot.trust in (Trust.GONE, Trust.SILENT) or turn.now - since > patience_s


def _has_been_heard(turn: Turn, robot: str) -> bool:
    """Since our own start: of an earlier report nothing follows, for we were not there to hear the next."""
    return turn.state.contacts[robot].heard


def _members(turn: Turn, key: str) -> frozenset[str]:
    """Whom the group had when it was last looked at; after a restart, whose alarms are under its alarm."""
    memory, root = turn.state.alarm_memory, turn.state.alarms.get(key)
    if key in memory.groups or root is None:
        return memory.groups.get(key, frozenset())
    return frozenset(each.robot for each in turn.state.alarms.values() if each.root == root.alarm_id and each.robot)


def _group(turn: Turn, key: str, group: frozenset[str]) -> None:
    memory = turn.state.alarm_memory
    if memory.groups.get(key) != group:
        memory.groups[key] = group
        memory.regroup = True


def _names(robots: frozenset[str]) -> str:
    *some, last = sorted(robots)
    return f"{', '.join(some)} and {last}" if some else last
