"""What robots tell of places: where a pack was put or seen, which shelf is to be suspected, what a count has found."""

from controller.domain.hold import is_for
from controller.domain.pack import MISSING, robot_account
from controller.domain.task import Task, TaskKind
from controller.engine import allocation, disposals
from controller.engine.actions import Noted, PackReport, ResultReport
from controller.engine.turn import Turn

SUSPECTED = "suspected: "
"""How the hold of a pack begins that was not to be gripped; a count that sees it there lifts it."""


def seen(turn: Turn, robot: str, pack_id: str, location: str) -> None:
    """A robot has put a pack there, or looked at it there."""
    rack = turn.state.night.racks[robot]
    shelf = shelf_of(location)
    height_mm = rack.heights_mm.get(shelf)
    pack = turn.state.book.packs.get(pack_id)
    if height_mm is None or pack is None:
        return
    rack.shelf_of[pack_id] = shelf
    least_mm = rack.least_height_mm(turn.state.products[pack.gtin].height_mm)
    if least_mm is not None and least_mm < height_mm:
        rack.misplaced[pack_id] = pack.gtin
    else:
        rack.misplaced.pop(pack_id, None)


def suspect_pack(turn: Turn, robot: str, pack_id: str, why: str) -> None:
    """Something is wrong with a pack: its shelf is counted soon, where anybody knows which that is."""
    rack = turn.state.night.racks[robot]
    shelf = rack.shelf_of.get(pack_id)
    if shelf is not None:
        rack.suspect(shelf, turn.now, why)


def noted(turn: Turn, robot: str, fact: Noted) -> None:
    """A fact that is journaled anyway: a pack missing at a place, an axis measured."""
    night, data = turn.state.night, fact.data
    if fact.action == "robot.pack_missing":
        night.racks[robot].suspect(shelf_of(str(data["location"])), turn.now, f"pack {data['pack_id']} missing")
    elif fact.action == "robot.calibration_measured":
        night.told[str(data["command_id"])] = f"axis {data['axis']} off by {data['deviation_mm']} mm"


def learn(turn: Turn, task: Task, result: ResultReport) -> None:
    """A command has ended: what its result says of places."""
    for report in result.packs:
        if report.pack_id is None:
            continue
        if report.outcome in ("relocated", "counted") and report.place is not None:
            seen(turn, task.robot, report.pack_id, report.place)
        elif report.outcome in ("dropped", "unknown"):
            suspect_pack(turn, task.robot, report.pack_id, f"pack {report.pack_id} {report.outcome}")
    if task.kind is TaskKind.COUNT and result.outcome in ("completed", "incomplete"):
        _counted(turn, task, result)


def shelf_of(location: str) -> str:
    """`A-07` of `A-07-013` (the factsheet's rule)."""
    return location.rpartition("-")[0]


def _counted(turn: Turn, task: Task, result: ResultReport) -> None:
    account = robot_account(task.robot)
    missing = [report for report in result.packs if report.outcome == "missing"]
    found = [report for report in result.packs if report.outcome == "counted"]
    for report in missing:
        _missed(turn, task, account, report)
    again = sum(_found_again(turn, task, account, report) for report in found)
    told = [f"{len(found)} there"]
    if missing:
        told.append(f"{len(missing)} missing")
    if again:
        told.append(f"{again} found again")
    turn.state.night.told[task.task_id] = ", ".join(told)


def _missed(turn: Turn, task: Task, account: str, report: PackReport) -> None:
    book = turn.state.book
    pack = book.packs.get(report.pack_id or "")
    if pack is None or pack.account != account or pack.hold is not None or pack.claim is not None:
        return
    book.hold(pack.pack_id, f"{MISSING}not on shelf {task.target} of {task.robot}")
    allocation.trim(turn, pack.gtin)
    turn.changes.note(f"robot:{task.robot}", "pack.missing", f"pack:{pack.pack_id}", why=f"counted {task.target}")


def _found_again(turn: Turn, task: Task, account: str, report: PackReport) -> bool:
    book = turn.state.book
    pack = book.packs.get(report.pack_id or "")
    if pack is None or pack.account != account:
        return False
    if not disposals.seen_again(turn, pack):
        if not is_for(pack.hold, MISSING, SUSPECTED):
            return False
        book.release(pack.pack_id, MISSING, SUSPECTED)
    turn.changes.note(f"robot:{task.robot}", "pack.found", f"pack:{pack.pack_id}", shelf=task.target, why="counted")
    return True
