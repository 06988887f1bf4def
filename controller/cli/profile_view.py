"""What a technician reads of a robot's parameters."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from controller.cli.local_time import DATE, local


def profile_lines(found: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What is in force and why, what may be set, what would help, and every version with its measures."""
    robot = found["robot"]
    yield from _in_force(found)
    for each in found["careful"]:
        yield f"It {each['words']} because of {each['code']} ({each['fault_id']}). Once that is cured:"
        yield f"  nightshift robot back {robot} --reason WHAT-WAS-DONE --by YOUR-NAME"
    for each in found["proposed"]:
        pairs = " ".join(f"{name}={value:g}" for name, value in each["values"].items())
        day = local(each["measured_at"], zone, DATE)
        yield f"{each['axis']} was {each['off_mm']:g} mm off on {day}. An offset helps:"
        yield f"  nightshift profile set {robot} {pairs} --reason WHY --by YOUR-NAME"
    if found["parameters"]:
        yield f"{'parameter':<20} {'now':>7} {'maker':>7} {'least':>7} {'most':>7}"
        for each in found["parameters"]:
            numbers = (each["now"], each["maker"], each["least"], each["most"])
            yield f"{each['name']:<20} " + " ".join(f"{_number(value):>7}" for value in numbers)
    for each in found["items"]:
        yield from _version(each, zone)


def _in_force(found: dict[str, Any]) -> Iterator[str]:
    robot, version, told = found["robot"], found["version"], found["told_version"]
    books = f"version {version}" if version else "what its maker set"
    if not found["agrees"]:
        has = f"version {told}" if told else "what its maker set"
        yield f"{robot} DOES NOT WORK WITH WHAT THE BOOKS HAVE: it says {has}, the books {books}. Set a version anew."
    elif told is None:
        yield f"{robot} has not told what it works with; by the books {books}."
    else:
        yield f"{robot} works with {books}, and says so itself."


def _version(each: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    state = "at the robot" if each["confirmed_at"] else "not taken over"
    yield f"{each['version']:>4}  {local(each['made_at'], zone, DATE)}  {each['by']}: {each['reason']} ({state})"
    yield "      " + (", ".join(f"{name} {value:g}" for name, value in sorted(each["values"].items())) or "as made")
    if each["before"] or each["after"]:
        axes = sorted({*each["before"], *each["after"]})
        yield "      mm off, before and after: " + ", ".join(
            f"{axis} {_number(each['before'].get(axis))} -> {_number(each['after'].get(axis))}" for axis in axes
        )


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
