"""The robot's own inventory against the ledger: by checksum whenever it tells its state, pack by pack where they differ
(I7).

At a greeting a difference counts at once. In the middle of work a state may fall between a motion and its report, so
only a difference that lasts is one; and while something is in doubt, nothing can be said.

A pack that was missing in both and comes back into the robot's inventory has been found: a person who scans the shelves
enters each by its code. That it stood in the inventory all the time says nothing.
"""

from collections.abc import Iterable

from controller.domain.hold import is_for, reasons
from controller.domain.inventory import checksum_of, pack_fingerprint
from controller.domain.pack import MISSING, robot_account
from controller.domain.robot import Robot
from controller.domain.task import StepStatus
from controller.engine import allocation, disposals, downtime, shelves, symptoms
from controller.engine.actions import RobotInventory, RobotState
from controller.engine.ports import Question
from controller.engine.state import Contact
from controller.engine.turn import Turn

DIFFERS_S = 90.0
"""A difference in the middle of work is one once it has lasted for so long: three times the maximum silence."""
ASK_AGAIN_S = 1800.0
"""While the two differ, the whole inventory is asked for again so often: more may have come to differ."""
NOT_LISTED = f"{MISSING}not in the inventory of "
"""Why a pack is held that its robot does not know. What else is missing the robot has told itself, and both know it."""


def compare(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    """At a greeting: at once, for nothing moves before it is over."""
    lacking = _lacking(turn, robot, report)
    if lacking is not None:
        _agrees(turn, robot, contact, lacking)
    else:
        _differs(turn, robot, contact, report)


def keep_comparing(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    """With each later state: a difference that lasts for DIFFERS_S counts, and one that has gone is over."""
    runs_ahead = turn.state.timings.promise_every_s is None
    if runs_ahead or any(doubt.robot == robot.robot for doubt in turn.state.doubts.values()):
        return
    lacking = _lacking(turn, robot, report)
    if lacking is not None:
        if contact.differs_since is not None or lacking != contact.lacking:
            _agrees(turn, robot, contact, lacking)
        return
    if contact.differs_since is None:
        contact.differs_since = turn.now
    asked_before = contact.inventory_asked_at > contact.differs_since
    due_at = contact.inventory_asked_at + ASK_AGAIN_S if asked_before else contact.differs_since + DIFFERS_S
    if turn.now >= due_at:
        _differs(turn, robot, contact, report)


def page(turn: Turn, robot: Robot, contact: Contact, report: RobotInventory) -> None:
    """One page of a robot's inventory; with the last one, what is missing is held and its shelf counted."""
    contact.inventory[report.page] = tuple(pack[0] for pack in report.packs)
    if len(contact.inventory) < report.pages:
        return
    there = {pack_id for page in contact.inventory.values() for pack_id in page}
    contact.inventory.clear()
    _found(turn, robot, contact.lacking & there)
    account, gripped = robot_account(robot.robot), _gripped(turn, robot)
    expected = [
        pack.pack_id
        for pack in turn.state.book.packs.values()
        if pack.account == account and pack.pack_id not in gripped
    ]
    missing = [pack_id for pack_id in expected if pack_id not in there]
    for pack_id in missing:
        _hold(turn, robot, pack_id)
    strange = sorted(
        pack_id
        for pack_id in there
        if pack_id not in turn.state.book.packs or turn.state.book.packs[pack_id].account != account
    )
    for pack_id in strange:
        shelves.suspect_pack(turn, robot.robot, pack_id, f"pack {pack_id} is elsewhere in the books")
    downtime.compared(turn, robot.robot, missing, strange)
    turn.changes.note(
        "controller", "stock.compared", f"robot:{robot.robot}", missing=missing[:100], strange=strange[:100],
        missing_count=len(missing), strange_count=len(strange),
    )  # fmt: skip


def _lacking(turn: Turn, robot: Robot, report: RobotState) -> frozenset[str] | None:
    """The missing packs that its inventory does not have either, where that is the only difference; else None.

    What it holds in its gripper is none.
    """
    book, account = turn.state.book, robot_account(robot.robot)
    packs, total = book.inventory_of(account)
    away = [pack_id for pack_id in _gripped(turn, robot) if book.packs[pack_id].account == account]
    packs, total = packs - len(away), total - sum(map(pack_fingerprint, away))
    if report.packs == packs and report.checksum == checksum_of(total):
        return frozenset()
    told = [pack_id for pack_id in book.held_at(account) if _told_missing(book.packs[pack_id].hold)]
    lacking = [pack_id for pack_id in told if pack_id not in away]
    total -= sum(map(pack_fingerprint, lacking))
    same = report.packs == packs - len(lacking) and report.checksum == checksum_of(total)
    return frozenset(lacking) if same else None


def _told_missing(hold: str | None) -> bool:
    return any(each.startswith(MISSING) and not each.startswith(NOT_LISTED) for each in reasons(hold))


def _gripped(turn: Turn, robot: Robot) -> set[str]:
    """Packs of the robot's account that are in motion, or of which nobody knows where they are."""
    return {
        step.pack_id
        for task in turn.state.open_tasks(robot.robot)
        for step in task.steps
        if step.status in (StepStatus.GRIPPED, StepStatus.IN_DOUBT) and step.pack_id in turn.state.book.packs
    }


def _agrees(turn: Turn, robot: Robot, contact: Contact, lacking: frozenset[str]) -> None:
    """What was held because the robot did not know it is there again, and what was missing and is listed again."""
    _found(turn, robot, contact.lacking - lacking)
    contact.differs_since, contact.lacking = None, lacking
    symptoms.end(turn, robot, symptoms.STOCK_DIFFERS)
    book = turn.state.book
    for pack_id in list(book.held_at(robot_account(robot.robot))):
        if is_for(book.packs[pack_id].hold, NOT_LISTED):
            book.release(pack_id, NOT_LISTED)
            turn.changes.note(
                f"robot:{robot.robot}", "pack.found", f"pack:{pack_id}", why="it is in the robot's inventory again"
            )


def _found(turn: Turn, robot: Robot, pack_ids: Iterable[str]) -> None:
    """Packs that were missing stand in its inventory again."""
    book = turn.state.book
    for pack_id in sorted(pack_ids):
        pack = book.packs.get(pack_id)
        if pack is None or pack.account != robot_account(robot.robot):
            continue
        if not disposals.seen_again(turn, pack):
            if not is_for(pack.hold, MISSING):
                continue
            book.release(pack_id, MISSING)
        turn.changes.note(
            f"robot:{robot.robot}", "pack.found", f"pack:{pack_id}", why="it is in the robot's inventory again"
        )


def _differs(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    contact.differs_since = turn.now if contact.differs_since is None else contact.differs_since
    contact.inventory_asked_at = turn.now
    contact.inventory.clear()
    symptoms.begin(turn, robot, symptoms.STOCK_DIFFERS)
    packs, _ = turn.state.book.inventory_of(robot_account(robot.robot))
    turn.changes.note("controller", "stock.differs", f"robot:{robot.robot}", ledger=packs, robot=report.packs)
    turn.changes.questions.append(Question(robot.robot, robot.generation, "snapshot", inventory=True))


def _hold(turn: Turn, robot: Robot, pack_id: str) -> None:
    pack = turn.state.book.pack(pack_id)
    if pack.hold is not None or pack.claim is not None:
        return
    turn.state.book.hold(pack_id, f"{NOT_LISTED}{robot.robot}")
    allocation.trim(turn, pack.gtin)
    rack = turn.state.night.racks[robot.robot]
    shelf = rack.shelf_of.get(pack_id)
    if shelf:
        rack.suspect(shelf, turn.now, f"pack {pack_id} is not in the robot's inventory")
