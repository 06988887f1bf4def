"""Times in which a robot could not work, read from its journal entries."""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.domain.journal import JournalEntry
from controller.scheduling.explain import Stop

WORTH_TELLING_S = 60.0
"""Most faults clear themselves within half a minute (DOMAIN.md Table B): no reason why an order waited."""
STOPPING_LEVEL = 2
"""Faults of this level or below stop the robot (RC-21)."""
CONTACT_CODES = frozenset({"NET-90", "NET-92"})
"""Faults that are a lost contact, of which the journal tells by itself."""


@dataclass(slots=True)
class _Open:
    from_at: float
    cause: str


def stops_of(entries: Iterable[JournalEntry], since: float, until: float) -> tuple[Stop, ...]:
    """Stops between two moments, oldest first, from a robot's entries of that time."""
    found: list[Stop] = []
    open_stops: dict[str, _Open] = {}
    for entry in entries:
        if entry.at >= until:
            break
        key, cause = _begins(entry)
        if cause is not None:
            open_stops.setdefault(key, _Open(entry.at, cause))
            continue
        ended = open_stops.pop(_ends(entry), None)
        if ended is not None:
            found.append(Stop(ended.from_at, entry.at, ended.cause))
    found.extend(Stop(each.from_at, None, each.cause) for each in open_stops.values())
    return tuple(sorted((stop for stop in found if _counts(stop, since, until)), key=lambda stop: stop.from_at))


def _begins(entry: JournalEntry) -> tuple[str, str | None]:
    data = entry.data
    match entry.action:
        case "fault.raised" if data["level"] <= STOPPING_LEVEL and data["code"] not in CONTACT_CODES:
            return f"fault {data['occurrence']}", f"fault {data['code']}"
        case "robot.lost":
            return "contact", f"no contact: {data['reason']}"
        case "robot.mode_changed" if data["mode"] != "automatic":
            return "mode", f"in {data['mode']} mode"
    return "", None


def _ends(entry: JournalEntry) -> str:
    match entry.action:
        case "fault.cleared":
            return f"fault {entry.data['occurrence']}"
        case "robot.ready":
            return "contact"
        case "robot.mode_changed":
            return "mode"
    return ""


def _counts(stop: Stop, since: float, until: float) -> bool:
    end = until if stop.until_at is None else stop.until_at
    return end > since and end - stop.from_at >= WORTH_TELLING_S
