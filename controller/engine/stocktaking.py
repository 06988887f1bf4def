"""The robot's own inventory against the ledger: by checksum at each greeting, pack by pack where they differ (I7)."""

from controller.domain.inventory import inventory_checksum
from controller.domain.pack import robot_account
from controller.domain.robot import Robot
from controller.domain.task import StepStatus
from controller.engine import allocation, downtime, faulting
from controller.engine.actions import RobotInventory, RobotState
from controller.engine.ports import Question
from controller.engine.state import Contact
from controller.engine.turn import Turn


def compare(turn: Turn, robot: Robot, report: RobotState) -> None:
    """At each greeting the robot's stock is compared with the ledger's; where they differ, pack by pack (I7)."""
    expected = _expected_stock(turn, robot)
    if report.packs == len(expected) and report.checksum == inventory_checksum(expected):
        faulting.end_symptom(turn, robot, faulting.STOCK_DIFFERS)
        return
    faulting.begin_symptom(turn, robot, faulting.STOCK_DIFFERS)
    turn.changes.note("controller", "stock.differs", f"robot:{robot.robot}", ledger=len(expected), robot=report.packs)
    contact = turn.state.contacts[robot.robot]
    contact.inventory.clear()
    turn.changes.questions.append(Question(robot.robot, robot.generation, "snapshot", inventory=True))


def _expected_stock(turn: Turn, robot: Robot) -> list[str]:
    account = robot_account(robot.robot)
    gripped = {
        step.pack_id
        for task in turn.state.open_tasks(robot.robot)
        for step in task.steps
        if step.status in (StepStatus.GRIPPED, StepStatus.IN_DOUBT)
    }
    return [
        pack.pack_id
        for pack in turn.state.book.packs.values()
        if pack.account == account and pack.pack_id not in gripped
    ]


def page(turn: Turn, robot: Robot, contact: Contact, report: RobotInventory) -> None:
    contact.inventory[report.page] = tuple(pack[0] for pack in report.packs)
    if len(contact.inventory) < report.pages:
        return
    there = {pack_id for page in contact.inventory.values() for pack_id in page}
    contact.inventory.clear()
    account = robot_account(robot.robot)
    missing = [pack_id for pack_id in _expected_stock(turn, robot) if pack_id not in there]
    for pack_id in missing:
        pack = turn.state.book.pack(pack_id)
        if pack.hold is None and pack.claim is None:
            turn.state.book.hold(pack_id, f"missing: not in the inventory of {robot.robot}")
            allocation.trim(turn, pack.gtin)
    strange = sorted(
        pack_id
        for pack_id in there
        if pack_id not in turn.state.book.packs or turn.state.book.packs[pack_id].account != account
    )
    downtime.compared(turn, robot.robot, missing, strange)
    turn.changes.note(
        "controller", "stock.compared", f"robot:{robot.robot}", missing=missing[:100], strange=strange[:100],
        missing_count=len(missing), strange_count=len(strange),
    )  # fmt: skip
