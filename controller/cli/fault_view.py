"""Faults as people at the machine read them: one line in a list, a page for one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from controller.cli.local_time import local
from controller.cli.output import count
from controller.cli.robot_view import late_words
from controller.domain.errors import Invalid
from controller.faults.catalogue import in_words

Fault = Mapping[str, Any]

_SECOND = "%a %d %b %H:%M:%S"
_STOPS = 2
"""Faults of this level or a graver one stop a robot."""


def faults_table(faults: Iterable[Fault], zone: ZoneInfo) -> Table:
    """One line a fault; colour only for those that stand and stop the robot."""
    table = Table(box=None, pad_edge=False)
    for column in ("fault", "raised", "robot", "code", "what", "where", "lasted", "found"):
        table.add_column(column, no_wrap=column in ("fault", "raised"))
    for fault in faults:
        stops = fault["cleared_at"] is None and fault["level"] <= _STOPS
        table.add_row(
            fault["fault_id"],
            local(fault["raised_at"], zone, "%d %b %H:%M"),
            fault["robot"],
            fault["code"],
            Text(fault["title"], style="yellow" if stops else ""),
            Text(fault["location"] or fault["axis"] or ""),
            "stands" if fault["cleared_at"] is None else _span(_lasted_s(fault)),
            Text("" if fault["cause"] is None else in_words(fault["cause"])),
        )
    return table


def fault_id_of(text: str) -> str:
    """`F-000123` for F-123, f-123 and 123; Invalid for what is no fault."""
    match = re.fullmatch(r"(?:[Ff]-)?([0-9]{1,12})", text)
    if match is None:
        raise Invalid(f"{text} is no fault: look for it with `nightshift fault list`.")
    return f"F-{int(match[1]):06d}"


def fault_lines(told: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """What is known of one fault as of now: what and when, whom it held up, why, what to do, and what helped before."""
    detail, similar = told["detail"], told["similar"]
    fault, meaning = detail["fault"], detail["meaning"]
    yield _headline(fault, zone)
    yield meaning["meaning"]
    yield f"The robot meanwhile: {meaning['able']}"
    yield _held_up(detail, now)
    if told["consequences"]["consequence"] is not None:
        yield from _holds_up_now(told["consequences"]["consequence"], zone)
    if fault["cause"] is not None:
        by = f"{fault['found_by']}, {local(fault['found_at'], zone, _SECOND)}"
        yield f"Found: {in_words(fault['cause'])}, cured by {in_words(fault['remedy'])} ({by})."
    yield ""
    yield f"What to do: {meaning['operator']}"
    if meaning["engineer"]:
        yield f"For the engineer: {meaning['engineer']}"
    yield from _next(fault)
    yield ""
    yield "Why, most probable first:" if detail["suspects"] else "Why:"
    yield from _why(detail, similar)
    yield ""
    yield from _before(similar, zone)


def _next(fault: Fault) -> Iterator[str]:
    """What to type: the cure while it stands, else the procedure to read."""
    if fault["cleared_at"] is None:
        yield f"  nightshift procedure start {fault['robot']} --fault {fault['fault_id']} --by YOUR-NAME"
        if fault["alarm_id"] is not None:
            yield f"  nightshift alarms show {fault['alarm_id']}"
    else:
        yield f"  nightshift procedure show {fault['code']}"


def _headline(fault: Fault, zone: ZoneInfo) -> str:
    told = {"location": "{}", "axis": "axis {}", "pack_id": "pack {}"}
    where = "".join(f", {form.format(fault[name])}" for name, form in told.items() if fault[name] is not None)
    begun = local(fault["raised_at"], zone, _SECOND)
    over = "not over" if fault["cleared_at"] is None else f"over after {_span(_lasted_s(fault))}"
    return (
        f"{fault['fault_id']}: {fault['title']} ({fault['code']}, level {fault['level']}) at {fault['robot']}{where}. "
        f"Raised {begun}, {over}."
    )


def _held_up(detail: Mapping[str, Any], now: datetime) -> str:
    orders = detail["orders"]
    said = f"{count(len(orders), 'order')} ({', '.join(orders[:6])}{', …' if len(orders) > 6 else ''})"
    return f"It was working for {said if orders else 'no order'}; {_stood(detail['fault'], now)}."


def _stood(fault: Fault, now: datetime) -> str:
    """A stop is counted once the robot works again: until then the fault tells how long it has lasted."""
    if fault["stopped_s"]:
        return f"the robot stood for {_span(fault['stopped_s'])}"
    if fault["level"] > _STOPS:
        return "the robot went on"
    if fault["cleared_at"] is not None:
        return "a stop is counted once the robot works again, for the fault that began it"
    return f"the robot has stood for {_span((now - datetime.fromisoformat(fault['raised_at'])).total_seconds())} so far"


def _holds_up_now(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    first = "" if found["first_late_at"] is None else f", the first at {local(found['first_late_at'], zone, _SECOND)}"
    yield f"Held up now: {count(len(found['orders']), 'order')}; {late_words(found, first)}."
    yield from (f"  Done: {line}" for line in found["done"])
    yield from (f"  You can: {line}" for line in found["to_do"])


def _why(detail: Mapping[str, Any], similar: Mapping[str, Any]) -> Iterator[str]:
    if not detail["suspects"]:
        usual = ", ".join(in_words(cause) for cause in detail["meaning"]["causes"]) or "none is known"
        yield f"Causes are not ranked for it. Usual: {usual}."
    for suspect in detail["suspects"]:
        yield f"{suspect['probability']:>5.0%}  {in_words(suspect['cause'])}"
        yield from (f"       for: {reason}" for reason in suspect["evidence_for"])
        yield from (f"       against: {reason}" for reason in suspect["evidence_against"])
        if suspect["next_check"]:
            yield f"       check next: {suspect['next_check']}"
        if suspect["remedy"]:
            yield f"       cure: {in_words(suspect['remedy'])}"
    if similar["signs"]:
        yield f"What stood out before it: {'; '.join(similar['signs'])}."


def _before(similar: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    if not similar["items"]:
        yield "No earlier fault of this code."
        return
    looked_into = sum(cure["times"] for cure in similar["cures"])
    for cure in similar["cures"]:
        cause, remedy = in_words(cure["cause"]), in_words(cure["remedy"])
        yield f"In {cure['times']} of {looked_into} earlier ones that were looked into: {cause}, cured by {remedy}."
    yield "Earlier ones like it:"
    for each in similar["items"]:
        fault = each["fault"]
        found = "" if fault["cause"] is None else f" It was {in_words(fault['cause'])}."
        yield f"  {fault['fault_id']}  {local(fault['raised_at'], zone, _SECOND)}  {'; '.join(each['why'])}.{found}"


def _lasted_s(fault: Fault) -> float:
    ended, began = datetime.fromisoformat(fault["cleared_at"]), datetime.fromisoformat(fault["raised_at"])
    return (ended - began).total_seconds()


def _span(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} h"
