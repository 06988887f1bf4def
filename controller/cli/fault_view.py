"""Faults as people at the machine read them: one line in a list, a page for one, its recording as a timeline."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from controller.cli.output import count
from controller.faults.catalogue import in_words

Fault = Mapping[str, Any]
LINE_CHARACTERS = 160
"""Of one line of a timeline; the exported file has it whole."""


def faults_table(faults: Iterable[Fault], zone: ZoneInfo) -> Table:
    """One line a fault; colour only for those that stand and stop the robot."""
    table = Table(box=None, pad_edge=False)
    for column in ("fault", "raised", "robot", "code", "what", "where", "lasted", "found"):
        table.add_column(column, no_wrap=column in ("fault", "raised"))
    for fault in faults:
        stops = fault["cleared_at"] is None and fault["level"] <= 2
        table.add_row(
            fault["fault_id"],
            _local(fault["raised_at"], zone, "%d %b %H:%M"),
            fault["robot"],
            fault["code"],
            Text(fault["title"], style="yellow" if stops else ""),
            Text(fault["location"] or fault["axis"] or ""),
            "stands" if fault["cleared_at"] is None else _span(_lasted_s(fault)),
            Text("" if fault["cause"] is None else in_words(fault["cause"])),
        )
    return table


def fault_lines(told: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What is known of one fault: what and when, whom it held up, why, what to do, and what helped before."""
    detail, similar = told["detail"], told["similar"]
    fault, meaning = detail["fault"], detail["meaning"]
    yield _headline(fault, zone)
    yield meaning["meaning"]
    yield f"The robot meanwhile: {meaning['able']}"
    yield _held_up(detail)
    if told["consequences"]["consequence"] is not None:
        yield from _holds_up_now(told["consequences"]["consequence"], zone)
    if fault["alarm_id"] is not None:
        yield f"Alarm {fault['alarm_id']}."
    if fault["cause"] is not None:
        by = f"{fault['found_by']}, {_local(fault['found_at'], zone)}"
        yield f"Found: {in_words(fault['cause'])}, cured by {in_words(fault['remedy'])} ({by})."
    yield ""
    yield from _why(detail, similar)
    yield ""
    yield f"What to do: {meaning['operator']}"
    if meaning["engineer"]:
        yield f"For the engineer: {meaning['engineer']}"
    yield f"Step by step: nightshift procedure show {fault['code']}"
    yield from _before(similar, zone)


def timeline(raised_at: str, lines: Iterable[Mapping[str, Any]], *, telemetry: bool) -> Iterator[tuple[float, str]]:
    """Each line of a recording: seconds since the fault was raised, and the line."""
    for line in lines:
        if line["kind"] == "telemetry" and not telemetry:
            continue
        since_s = (datetime.fromisoformat(line["at"]) - datetime.fromisoformat(raised_at)).total_seconds()
        yield since_s, f"{since_s:+9.1f} s  {line['kind']:<9}  {_in_short(line['data'])}"


def _headline(fault: Fault, zone: ZoneInfo) -> str:
    where = "".join(f", {fault[name]}" for name in ("location", "axis", "pack_id") if fault[name] is not None)
    begun = _local(fault["raised_at"], zone)
    over = "stands still" if fault["cleared_at"] is None else f"over after {_span(_lasted_s(fault))}"
    return (
        f"{fault['fault_id']}: {fault['title']} ({fault['code']}, level {fault['level']}) at {fault['robot']}{where}. "
        f"Raised {begun}, {over}."
    )


def _held_up(detail: Mapping[str, Any]) -> str:
    orders, stopped_s = detail["orders"], detail["fault"]["stopped_s"]
    said = f"{count(len(orders), 'order')} ({', '.join(orders[:6])}{', …' if len(orders) > 6 else ''})"
    stood = f"the robot stood for {_span(stopped_s)}" if stopped_s else "no stop is counted yet"
    return f"It was working for {said if orders else 'no order'}; {stood}."


def _holds_up_now(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    first = "" if found["first_late_at"] is None else f", the first at {_local(found['first_late_at'], zone)}"
    late = f"{found['late']} will be late{first}" if found["late"] else "none will be late"
    yield f"Held up now: {count(len(found['orders']), 'order')}; {late}."
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
        yield f"  {fault['fault_id']}  {_local(fault['raised_at'], zone)}  {'; '.join(each['why'])}.{found}"


def _in_short(data: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in data.items() if name not in ("what", "at") and value not in (None, [], "")}
    told = " ".join(f"{name}={_text(value)}" for name, value in rest.items())
    line = f"{in_words(str(data['what']))}: {told}" if "what" in data else told
    return line if len(line) <= LINE_CHARACTERS else f"{line[: LINE_CHARACTERS - 1]}…"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + " ".join(f"{name}={_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return ",".join(_text(each) for each in value)
    return str(value)


def _local(instant: str, zone: ZoneInfo, form: str = "%a %d %b %H:%M:%S") -> str:
    return datetime.fromisoformat(instant).astimezone(zone).strftime(form)


def _lasted_s(fault: Fault) -> float:
    ended, began = datetime.fromisoformat(fault["cleared_at"]), datetime.fromisoformat(fault["raised_at"])
    return (ended - began).total_seconds()


def _span(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} h"
