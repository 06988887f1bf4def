"""What a technician reads at the machine: the situation, a procedure, a robot's log, its profiles and figures."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from controller.cli.local_time import DATE, local
from controller.cli.output import count
from controller.cli.robot_words import contact

_STOPS = 2
"""Faults of this level or a graver one stop a robot."""
_HOUR_S, _MINUTE_S = 3600.0, 60.0


def situation_lines(found: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What is wrong, and what to do next."""
    robot = found["robot"]
    stopped = any(fault["level"] <= _STOPS for fault in found["faults"])
    state = f"out of work: {found['out']}" if found["out"] else "stopped by a fault" if stopped else "not stopped"
    yield f"{robot} is {state}. It {contact(found['trust'])}, mode {found['mode']}."
    for fault in found["faults"]:
        place = f" at {fault['location']}" if fault["location"] else ""
        since = local(fault["raised_at"], zone, DATE)
        yield f"  {fault['fault_id']}  {fault['code']} {fault['title']}{place}, since {since}"
        yield f"    {fault['meaning']}"
        yield f"    At once: {fault['operator']}"
    if found["run"] is None:
        yield found["advice"]
        if found["faults"]:
            yield f"  nightshift procedure start {robot} --fault {found['faults'][0]['fault_id']} --by YOUR-NAME"
    else:
        yield from run_lines(found["run"])


def run_lines(run: dict[str, Any]) -> Iterator[str]:
    """A run: what is done, and what to type next."""
    yield f"Procedure {run['run_id']} at {run['robot']}: {run['procedure']} {run['title']}, begun by {run['begun_by']}"
    for done in _last_of_each(run["steps"]):
        note = f" ({done['note']})" if done["note"] else ""
        yield f"  {done['step']}: {done['result']}{note}, {done['by']}"
    if run["ended_at"] is not None:
        yield f"Ended by {run['ended_by']}: {run['outcome']}"
    elif run["steps"] and run["steps"][-1]["result"] == "running":
        yield f"The robot is at {run['steps'][-1]['step']}. Look again: nightshift tech {run['robot']}"
    elif run["next"] is not None:
        yield from _next_lines(run["run_id"], run["next"])
    elif run["missing"]:
        yield f"Nothing known is left to try, and it is not fit: {', '.join(run['missing'])}. Call an engineer, then:"
        yield f"  nightshift procedure finish {run['run_id']} --outcome not_cured --by YOUR-NAME"
    else:
        yield f"Fit for work: {run['criterion']}"
        yield f"  nightshift procedure finish {run['run_id']} --by YOUR-NAME"


def _last_of_each(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How each step ended, in that order: one that the robot does is written down when it begins as well."""
    last = {done["step"]: place for place, done in enumerate(steps)}
    return [done for place, done in enumerate(steps) if last[done["step"]] == place]


def _next_lines(run_id: str, step: dict[str, Any]) -> Iterator[str]:
    yield f"Next, {step['step']}: {step['text']}"
    if step["safety"]:
        yield f"  SAFETY: {step['safety']}"
    yield f"  Expected: {step['expected']}"
    command = f"nightshift procedure step {run_id} {step['step']}"
    for result in step["results"] or [""]:
        yield f"  {command}{' ' + result if result else ''} --by YOUR-NAME"


def procedure_lines(procedure: dict[str, Any]) -> Iterator[str]:
    """A whole procedure, to read beforehand."""
    yield f"{procedure['code']} {procedure['title']}"
    for step in procedure["steps"]:
        yield f"  {step['step']} ({step['kind']}): {step['text']}"
        if step["safety"]:
            yield f"    SAFETY: {step['safety']}"
    yield f"Fit for work: {procedure['criterion']}"
    if procedure["engineer"]:
        yield f"Call an engineer: {procedure['engineer']}"


def log_lines(log: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    for line in log["items"]:
        fault = f" [{line['fault_id']}]" if line["fault_id"] else ""
        yield f"{local(line['at'], zone, DATE)}  {line['kind']:<11}  {line['text']}{fault}, {line['who']}"
    if not log["items"]:
        yield f"Nothing is in the log of {log['robot']}."


def kpi_lines(kpi: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """Figures of a robot, or of all."""
    whose = kpi["robot"] or "All robots"
    yield f"{whose}, {local(kpi['since'], zone, DATE)} to {local(kpi['until'], zone, DATE)}"
    buckets = (("planned busy", "pbt_s"), ("in motion", "apt_s"), ("waiting", "adet_s"), ("down", "adot_s"),
               ("planned down", "pdot_s"))  # fmt: skip
    yield "  " + ", ".join(f"{name} {kpi[key] / _HOUR_S:.1f} h" for name, key in buckets)
    yield f"  could have worked {_percent(kpi['technical_availability'])} of the planned time, in motion " + _percent(
        kpi["availability"]
    )
    yield f"  {count(kpi['faults'], 'fault')}, {kpi['stops']} stopped it"
    yield f"  MTBF {_long(kpi['mtbf_s'])}, MTTR {_long(kpi['mttr_s'])}"
    yield f"  until somebody began {_long(kpi['response_s'])}, from there {_long(kpi['repair_s'])}"
    per = kpi["faults_per_1000_picks"]
    rate = "no picks" if per is None else f"{per:.2f} faults per 1,000 of {kpi['picks']:,} picks"
    yield f"  {rate}; {count(kpi['late_orders'], 'late order')} because of it"


def service_lines(found: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """When parts are due, and the window that is proposed."""
    last = local(found["serviced_at"], zone, DATE) if found["serviced_at"] else "never written down"
    yield (
        f"{found['robot']}: serviced {last}; "
        + ("OVERDUE" if found["overdue"] else "due")
        + (f" {local(found['due_at'], zone, DATE)}")
    )
    for part in found["parts"]:
        yield (
            f"  {part['part']}: {part['cycles']:,} of {part['cycles_limit']:,} picks, "
            f"{part['days']:.0f} of {part['days_limit']:.0f} days"
        )
    begins, ends = (local(found[each], zone, DATE) for each in ("proposed_from_at", "proposed_to_at"))
    yield f"Proposed window: {begins} to {ends}"


def _percent(share: float | None) -> str:
    return "no time" if share is None else f"{100.0 * share:.1f} %"


def _long(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    return f"{seconds / _HOUR_S:.1f} h" if seconds >= _HOUR_S else f"{seconds / _MINUTE_S:.0f} min"
