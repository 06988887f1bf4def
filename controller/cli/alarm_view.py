"""Alarms as people read them: the most urgent first, in words, with who has it and what to type."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from controller.cli.local_time import local
from controller.cli.output import count
from controller.faults.conditions import is_advice

Alarm = Mapping[str, Any]

_STYLES = {"critical": "bold red", "high": "yellow"}
"""Colour only where a person should look."""
_ASIDE = frozenset({"shelved", "suppressed", "acknowledged"})
_OPEN = frozenset({"unacknowledged", "returned", "latched_unacknowledged"})
"""States in which it waits for somebody's name."""
_NAMED = 12
"""So many of the alarms that one explains are named."""


def alarms_table(standing: Iterable[Mapping[str, Any]], zone: ZoneInfo, now: datetime | None = None) -> Table:
    """Two lines an alarm: what it is, then since when, who has it, and how much it explains.

    With `now`, what should have been begun by then is said to be late.
    """
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for item in standing:
        alarm = item["alarm"]
        style = "dim" if alarm["state"] in _ASIDE or alarm["ended_at"] else _STYLES.get(alarm["priority"], "")
        told = Text(alarm["text"])
        told.append(f"\n{'; '.join(_standing(alarm, item['attached'], zone, now))}.", style="dim")
        urgent = alarm["priority"] in _STYLES and style != "dim"
        priority = Text(alarm["priority"].upper() if urgent else alarm["priority"], style=style)
        table.add_row(priority, alarm["alarm_id"], told)
    return table


def apart(standing: Iterable[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], dict[str, list[Alarm]]]:
    """What needs somebody, one by one; and by kind what is for a quiet hour, where there is more than one of it."""
    items = list(standing)
    advice: dict[str, list[Alarm]] = {}
    for item in items:
        kind = item["alarm"]["kind"]
        if is_advice(kind):
            advice.setdefault(kind, []).append(item["alarm"])
    advice = {kind: alarms for kind, alarms in advice.items() if len(alarms) > 1}
    return [item for item in items if item["alarm"]["kind"] not in advice], advice


def advice_lines(advice: Mapping[str, Sequence[Alarm]], zone: ZoneInfo) -> Iterator[str]:
    """One line a kind, and how to see them all."""
    for kind, alarms in advice.items():
        robots = ", ".join(sorted({alarm["robot"] for alarm in alarms if alarm["robot"]}))
        first = local(min(alarm["raised_at"] for alarm in alarms), zone)
        yield f"{len(alarms)} of {kind} ({robots or 'site'}), the first since {first}: {alarms[0]['response']}"
    if advice:
        yield "Each of them: nightshift alarms list --all"


def alarm_lines(alarm: Alarm, attached: Sequence[Alarm], zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """All that is known of one alarm, and what can be typed next."""
    yield f"{alarm['alarm_id']}  {alarm['priority']}  {alarm['text']}"
    yield f"{_sentence('; '.join(_standing(alarm, (), zone, now)))} Its condition: {alarm['condition']}."
    if alarm["shelved_until"]:
        yield f"Shelved by {alarm['shelved_by']}: {alarm['shelve_reason']}"
    if alarm["ended_at"] is None:
        yield f"To do: {alarm['response']}"
    if alarm["root"]:
        yield f"Explained by {alarm['root']}: see to that one."
    yield from _next(alarm)
    if attached:
        yield f"It explains {count(len(attached), 'other')}:"
        yield from (f"  {each['alarm_id']}  {each['text']}" for each in attached[:_NAMED])
    if len(attached) > _NAMED:
        yield f"  and {len(attached) - _NAMED} more"


def out_of_service_lines(found: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> list[str]:
    """What is not to alarm, and by whom."""
    return [
        f"Out of service until {local(entry['until'], zone)}: {entry['condition']} by {entry['by']} "
        f"({entry['reason']})."
        for entry in found
    ]


def performance_lines(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """The figures beside their aims (ISA-18.2, EEMUA 191)."""
    shares = ", ".join(f"{found[name]} {name}" for name in ("critical", "high", "medium", "low"))
    people = "1 person" if found["operators"] == 1 else f"{found['operators']:g} people"
    worst = f", from {local(found['peak_at'], zone)}" if found["peak_at"] else ""
    yield f"From {local(found['since'], zone)} to {local(found['until'], zone)}, shared by {people}:"
    yield f"  {count(found['raised'], 'alarm')}: {shares}; {found['suppressed']} more hidden under others"
    yield f"  {found['per_operator_hour']:.2f} an hour for each of them (aim: at most 6)"
    yield f"  {found['peak_ten_minutes']} in the worst ten minutes{worst} (aim: at most 10)"
    yield f"  {found['flood_share']:.1%} of the time in flood, more than ten in ten minutes (aim: below 1 %)"
    yield "Now:"
    yield f"  {found['standing']} standing"
    yield f"  for more than a day: {', '.join(found['stale']) or 'none'} (aim: none)"
    yield f"  coming and going three times a minute or more: {', '.join(found['chattering']) or 'none'} (aim: none)"
    if found["top"]:
        yield "Most frequent:"
    yield from (f"  {each['alarms']:4}  {each['share']:6.1%}  {each['condition']}" for each in found["top"])


def _standing(alarm: Alarm, attached: Sequence[Alarm], zone: ZoneInfo, now: datetime | None) -> Iterator[str]:
    """Since when, by when, who has it, what else: without a full stop."""
    times = f" ({alarm['times']} times, last {local(alarm['last_active_at'], zone)})" if alarm["times"] > 1 else ""
    yield f"since {local(alarm['raised_at'], zone)}{times}"
    if alarm["ended_at"] is not None:
        yield f"ended {local(alarm['ended_at'], zone)}: {alarm['ended_by']}"
    else:
        yield from _whose(alarm, zone, now)
    if attached:
        yield f"explains {count(len(attached), 'other')}"


def _whose(alarm: Alarm, zone: ZoneInfo, now: datetime | None) -> Iterator[str]:
    state = alarm["state"]
    if state == "suppressed":
        yield f"hidden under {alarm['root']}"
        return
    if state == "shelved":
        yield f"put aside until {local(alarm['shelved_until'], zone)} by {alarm['shelved_by']}"
        return
    if state == "unacknowledged":
        late = now is not None and datetime.fromisoformat(alarm["respond_by"]) < now
        by = local(alarm["respond_by"], zone)
        yield f"LATE, somebody should have begun by {by}" if late else f"to be begun by {by}"
    if state in ("returned", "latched_unacknowledged", "latched_acknowledged"):
        yield "it has gone"
    yield "nobody has it" if state in _OPEN else f"{alarm['acknowledged_by']} has it"
    if state.startswith("latched"):
        yield "only a reset by name ends it"


def _next(alarm: Alarm) -> Iterator[str]:
    """What to type next."""
    if alarm["fault_id"]:
        yield f"  nightshift fault show {alarm['fault_id']}"
    if alarm["robot"] and alarm["ended_at"] is None:
        yield f"  nightshift robot {alarm['robot']}"
    if alarm["state"] in _OPEN:
        yield f"  nightshift alarms ack {alarm['alarm_id']} --by YOUR-NAME"
    if alarm["state"].startswith("latched"):
        yield f"  nightshift alarms reset {alarm['alarm_id']} --reason WHY --by YOUR-NAME"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
