"""Robots that come and go: greeted before anything is decided about them, trusted when every open command has its
verdict, lost when nothing is heard (RC-03, RC-04, RC-17, RC-20).
"""

from controller.domain.goods_in import Offer
from controller.domain.robot import Robot, Trust
from controller.domain.task import Task, TaskStatus
from controller.domain.work import GOODS_IN_STATION
from controller.engine import goods_in, suspicion, symptoms, tasks, verdicts
from controller.engine.actions import PackOffered, RobotFactsheet, RobotPresence
from controller.engine.ports import Question
from controller.engine.state import Contact
from controller.engine.turn import Turn


def presence(turn: Turn, action: RobotPresence) -> None:
    """A robot came or went. A death notice of an earlier life is ignored (RC-03)."""
    robot = turn.state.robots.get(action.robot)
    if robot is None:
        stranger(turn, action.robot)
        return
    if action.status == "online":
        if action.generation != robot.generation:
            new_generation(turn, robot, action.generation)
        elif robot.trust is not Trust.READY:
            greet(turn, robot)
    elif action.generation == robot.generation and robot.trust not in (Trust.GONE, Trust.QUARANTINED):
        lose(turn, robot, Trust.GONE, f"presence says {action.status}")
        if action.status == "lost":
            symptoms.contact_lost(turn, robot)


def factsheet(turn: Turn, action: RobotFactsheet) -> None:
    """What the robot can do; a kind of robot that the site does not expect is not used."""
    robot = turn.state.robots.get(action.robot)
    if robot is None:
        stranger(turn, action.robot)
        return
    if action.kind is not robot.kind:
        turn.changes.note(
            f"robot:{robot.robot}",
            "robot.wrong_kind",
            f"robot:{robot.robot}",
            expected=robot.kind.value,
            kind=action.kind.value,
        )
        return
    robot.max_tour_items = action.max_tour_items
    robot.max_queue = action.max_queue
    robot.outputs = action.outputs
    robot.commands = action.commands
    robot.tallest_mm = action.tallest_mm
    robot.firmware = action.firmware
    turn.state.night.learn_rack(robot.robot, dict(action.shelves))
    turn.state.workshop.limits[robot.robot] = {name: (least, most) for name, least, most in action.parameters}
    turn.state.workshop.makers[robot.robot] = dict(action.makers)
    turn.changes.robots[robot.robot] = robot


def greet(turn: Turn, robot: Robot) -> None:
    """It is there: before any decision about it, its snapshot and what its journal knows of our open commands."""
    contact = turn.state.contacts[robot.robot]
    if robot.trust is not Trust.QUARANTINED:
        robot.trust = Trust.GREETING
    contact.snapshot_seen = False
    robot.last_report_mono_s = turn.mono_s
    turn.changes.robots[robot.robot] = robot
    ask(turn, robot)


def ask(turn: Turn, robot: Robot) -> None:
    """Ask for a snapshot, and for the journal where we have open commands."""
    contact = turn.state.contacts[robot.robot]
    contact.asked_at = turn.mono_s
    open_ids = tuple(contact.open_tasks)[:500]
    if open_ids:
        turn.changes.questions.append(Question(robot.robot, robot.generation, "journal", command_ids=open_ids))
    turn.changes.questions.append(Question(robot.robot, robot.generation, "snapshot"))
    turn.wake_at(turn.now + turn.state.timings.ask_again_s)


def lose(turn: Turn, robot: Robot, trust: Trust, reason: str) -> None:
    """No contact: what it was doing is in doubt from now on."""
    robot.trust = trust
    turn.changes.robots[robot.robot] = robot
    turn.changes.note("controller", "robot.lost", f"robot:{robot.robot}", trust=trust.value, reason=reason)
    for task in list(turn.state.open_tasks(robot.robot)):
        if task.attempt > 0:
            tasks.unknown(turn, task, f"contact with {robot.robot} lost: {reason}")


def confirm(turn: Turn, robot: Robot) -> None:
    """A person vouches for a robot whose journal changed: what was open is settled by people, the rest goes on."""
    for task in list(turn.state.open_tasks(robot.robot)):
        if task.steps:
            tasks.leave_to_people(turn, task, "the robot's journal was lost")
        else:
            tasks.void(turn, task, "the robot's journal is not the one that took it")
    robot.trust = Trust.UNKNOWN
    greet(turn, robot)


def forget_contact(robot: Robot) -> None:
    """After a start of ours nothing that was known of a robot may be acted on until it has been greeted."""
    if robot.trust is not Trust.QUARANTINED:
        robot.trust = Trust.UNKNOWN
    robot.faults = {}


def new_generation(turn: Turn, robot: Robot, generation: int) -> None:
    """It booted: counters start again, and every open command of the old life needs a verdict."""
    contact = turn.state.contacts[robot.robot]
    older = generation < robot.generation
    turn.changes.note(
        f"robot:{robot.robot}", "robot.booted", f"robot:{robot.robot}", old=robot.generation, new=generation
    )
    robot.generation = generation
    robot.applied_seq = 0
    contact.held_back.clear()
    contact.to_acknowledge = False
    for offer_id in list(contact.offers):
        turn.changes.closed_offers[offer_id] = None
    contact.offers.clear()
    if older:
        _quarantine(turn, robot, "its generation went backwards")
    greet(turn, robot)


def _quarantine(turn: Turn, robot: Robot, why: str) -> None:
    robot.trust = Trust.QUARANTINED
    turn.changes.robots[robot.robot] = robot
    turn.changes.note("controller", "robot.quarantined", f"robot:{robot.robot}", why=why)


def journal_is(turn: Turn, robot: Robot, journal_id: str) -> None:
    """The robot must still be the one that took our commands: another journal has forgotten them (RELIABILITY 13)."""
    if robot.journal_id is None:
        robot.journal_id = journal_id
    elif robot.journal_id != journal_id:
        robot.journal_id = journal_id
        _quarantine(turn, robot, "its command journal is not the one we knew")
    turn.changes.robots[robot.robot] = robot


def try_ready(turn: Turn, robot: Robot, contact: Contact) -> None:
    """Trusted once its snapshot is in and every open command has its verdict."""
    if robot.trust is not Trust.GREETING or not contact.snapshot_seen:
        return
    if any(_needs_verdict(robot, task) for task in turn.state.open_tasks(robot.robot)):
        return
    robot.trust = Trust.READY
    symptoms.contact_back(turn, robot)
    turn.changes.robots[robot.robot] = robot
    turn.changes.note(
        "controller", "robot.ready", f"robot:{robot.robot}", generation=robot.generation, packs=robot.packs_reported
    )
    turn.stir(GOODS_IN_STATION)
    _answer_offers(turn, robot, contact)


def _needs_verdict(robot: Robot, task: Task) -> bool:
    if task.generation != robot.generation:
        return not verdicts.only_people_can_tell(task)
    return task.status is TaskStatus.IN_DOUBT and not verdicts.only_people_can_tell(task)


def offered(turn: Turn, robot: Robot, contact: Contact, fact: PackOffered) -> None:
    if fact.offer_id in contact.offers:
        return
    contact.offers[fact.offer_id] = Offer(fact.offer_id, robot.robot, fact.gtin, fact.batch, fact.expiry, turn.now)
    turn.changes.offers[fact.offer_id] = contact.offers[fact.offer_id]
    suspicion.offered(turn, robot, fact.gtin)
    if robot.trust is Trust.READY:
        _answer_offers(turn, robot, contact)


def _answer_offers(turn: Turn, robot: Robot, contact: Contact) -> None:
    for offer in list(contact.offers.values()):
        goods_in.answer(turn, robot, offer)
        close_offer(turn, contact, offer.offer_id)


def close_offer(turn: Turn, contact: Contact, offer_id: str) -> None:
    contact.offers.pop(offer_id, None)
    if turn.changes.offers.pop(offer_id, None) is None:
        turn.changes.closed_offers[offer_id] = None


def stranger(turn: Turn, robot: str) -> None:
    turn.changes.note("controller", "robot.stranger", f"robot:{robot}", reason="no robot of this site has that id")
