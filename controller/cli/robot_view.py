"""What `nightshift robot` prints: a robot in a dozen lines, the trouble first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from controller.cli.local_time import local
from controller.cli.output import count
from controller.cli.robot_words import contact, machine_state

_SHOWN = 12
"""Orders that are shown one by one."""
_MARKS = {"late": "LATE ", "at_risk": "RISK "}
_COURSES = {"waits": "waits for it", "by_hand": "fetched by hand", "in_robot": "in its tour or in doubt"}


def robot_lines(
    robot: Mapping[str, Any], held: Mapping[str, Any], careful: Sequence[Mapping[str, Any]], zone: ZoneInfo
) -> Iterable[str]:
    """State, faults, what it is careful for, withdrawal, consequences, what was done, what to do."""
    withdrawal, found = held["withdrawal"], held["consequence"]
    work = "works" if found is None or found["planned"] else f"is out of work: {found['why']}"
    yield f"{robot['robot']} ({robot['kind']}) {work}."
    yield f"It {contact(robot['trust'])}, mode {robot['mode']}, {machine_state(robot['packml'])}."
    for fault in robot["faults"]:
        where = f" at {fault['location']}" if fault["location"] else ""
        yield f"  {fault['code']} level {fault['level']}{where} since {local(fault['raised_at'], zone)}"
    for each in careful:
        yield f"It {each['words']} because of {each['code']} ({each['fault_id']}): nightshift profile {robot['robot']}"
    if withdrawal is not None:
        yield from _withdrawal_lines(withdrawal, zone)
    if found is None:
        yield from _next(robot)
        return
    since = "from" if found["planned"] else "since"
    yield f"Out {since} {local(found['out_since_at'], zone)}, expected back about {local(found['back_at'], zone)}."
    yield from _held_up_lines(found, zone)
    yield from _listed("Done:", found["done"])
    yield from _listed("To do:", found["to_do"])
    yield from _next(robot)


def robots_table(
    rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any] | None]], zone: ZoneInfo
) -> Table:
    """One line a robot: its summary, its situation and what it holds up, where it is out."""
    table = Table(box=None, pad_edge=False)
    for column in ("robot", "zone", "state", "mode", "trouble", "since", "holds up"):
        table.add_column(column, no_wrap=column != "trouble")
    for robot, situation, found in rows:
        faults = situation["faults"]
        named = f"{faults[0]['code']} {faults[0]['title']}" if faults else situation["out"] or ""
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        begun = found["out_since_at"] if found is not None else faults[0]["raised_at"] if faults else None
        state = machine_state(robot["packml"]) if robot["trust"] == "ready" else robot["trust"]
        table.add_row(
            robot["robot"],
            robot["kind"],
            state,
            robot["mode"],
            Text(named + more),
            "" if begun is None else local(begun, zone),
            "" if found is None else _held_up_words(found),
        )
    return table


def late_words(found: Mapping[str, Any], first: str) -> str:
    """How many of the orders that it holds up will be late, `first` said of them, and how many may be."""
    late = f"{count(found['late'], 'order')} will be late{first}" if found["late"] else ""
    at_risk = f"{count(found['at_risk'], 'order')} may be late" if found["at_risk"] else ""
    return ", ".join(filter(None, (late, at_risk))) or "all leave in time as it stands"


def _held_up_words(found: Mapping[str, Any]) -> str:
    """In a line of its own only the graver word has room."""
    graver = [f"{found[word]} {said}" for word, said in (("late", "late"), ("at_risk", "at risk")) if found[word]]
    return ", ".join([count(len(found["orders"]), "order"), *graver[:1]])


def hand_pick_lines(items: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterable[str]:
    """One line an order, one a pack: product, batch, expiry, place."""
    if not items:
        yield "Nothing is to be fetched out of robots."
    for item in items:
        yield f"{item['order_ref']} from {item['robot']}, by {local(item['wanted_at'], zone)}"
        for pack in item["packs"]:
            shelf = pack["shelf"] or "shelf: see its panel"
            yield f"  {pack['gtin']}  batch {pack['batch']}  exp {pack['expiry']}  {shelf}  {pack['pack_id']}"


def _next(robot: Mapping[str, Any]) -> Iterable[str]:
    """What to type where something is wrong with the machine."""
    if robot["faults"]:
        yield f"  nightshift tech {robot['robot']}"


def _withdrawal_lines(withdrawal: Mapping[str, Any], zone: ZoneInfo) -> Iterable[str]:
    stage = {"out": "out", "homing": "on its reference run", "testing": "doing its test motions"}
    yield (
        f"Taken out by {withdrawal['actor']}, {local(withdrawal['since_at'], zone)}: {withdrawal['reason']}. "
        f"Now {stage.get(withdrawal['stage'], withdrawal['stage'])}."
    )
    if withdrawal["failure"]:
        yield f"  Its return failed: {withdrawal['failure']}."
    if withdrawal["taken_by_hand"]:
        yield f"  {count(len(withdrawal['taken_by_hand']), 'pack')} taken by hand."
    if withdrawal["to_forget"]:
        yield f"  It still believes to have of these: {', '.join(withdrawal['to_forget'])}. Their shelves are counted."
    if withdrawal["unexplained"]:
        yield f"  Nothing explains: {', '.join(withdrawal['unexplained'])}. Their shelves are counted."


def _held_up_lines(found: Mapping[str, Any], zone: ZoneInfo) -> Iterable[str]:
    orders = found["orders"]
    if not orders:
        yield "It holds up no order."
    else:
        first = f", the first from {local(found['first_late_at'], zone)}" if found["first_late_at"] else ""
        places = count(len(found["destinations"]), "destination")
        yield f"It holds up {count(len(orders), 'order')} for {places}; {late_words(found, first)}."
    for order in orders[:_SHOWN]:
        yield (
            f"  {_MARKS.get(order['prospect'], '')}{order['order_ref']} {order['class']} to {order['destination']}: "
            f"{count(order['packs'], 'pack')}, {_COURSES[order['course']]}, by {local(order['late_from_at'], zone)}"
        )
    if len(orders) > _SHOWN:
        yield f"  and {count(len(orders) - _SHOWN, 'order')} more"
    if not found["products"]:
        yield "Everything that it has stands elsewhere too."
        return
    stand = "stands" if found["products"] == 1 else "stand"
    wanted = len(found["wanted_products"])
    now = f"{wanted} of them {'is' if wanted == 1 else 'are'} wanted now" if wanted else "none of them is wanted now"
    yield f"{count(found['products'], 'product')} {stand} nowhere else; {now}."


def _listed(title: str, lines: Sequence[str]) -> Iterable[str]:
    if lines:
        yield title
    for line in lines:
        yield f"  {line}"
