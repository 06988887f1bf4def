"""What robots say, in order and once each: greeting, numbered reports, gaps, verdicts on open commands.

The rules are RC-01…06 and RC-20 of the robot contract. A report has its effect when every report before it has had
its own; what comes after a gap waits. A state report tells which events the robot will still repeat, so whatever
else is missing before it was a state and is not coming again.
"""

from controller.domain.goods_in import Offer
from controller.domain.inventory import inventory_checksum
from controller.domain.pack import robot_account
from controller.domain.robot import Robot, Trust
from controller.domain.task import StepStatus, Task, TaskStatus
from controller.domain.work import GOODS_IN_STATION
from controller.engine import allocation, goods_in, tasks
from controller.engine.actions import (
    Booted,
    CommandAccepted,
    CommandFinished,
    CommandRefused,
    CommandStarted,
    FaultCleared,
    FaultRaised,
    JournalLine,
    MachineStateChanged,
    ModeChanged,
    Noted,
    OfferLapsed,
    PackDelivered,
    PackGripped,
    PackOffered,
    PackStored,
    PoisonReceived,
    RobotEvent,
    RobotFactsheet,
    RobotInventory,
    RobotJournal,
    RobotPresence,
    RobotReport,
    RobotState,
)
from controller.engine.ports import PoisonMessage, Question
from controller.engine.state import Contact
from controller.engine.turn import Turn

MAX_HELD_BACK = 4096
"""Reports that wait for an earlier one; a robot that goes on beyond it is asked for a snapshot instead."""


def presence(turn: Turn, action: RobotPresence) -> None:
    """A robot came or went. A death notice of an earlier life is ignored (RC-03)."""
    robot = turn.state.robots.get(action.robot)
    if robot is None:
        _stranger(turn, action.robot)
        return
    if action.status == "online":
        if action.generation != robot.generation:
            _new_generation(turn, robot, action.generation)
        elif robot.trust is not Trust.READY:
            greet(turn, robot)
    elif action.generation == robot.generation and robot.trust not in (Trust.GONE, Trust.QUARANTINED):
        lose(turn, robot, Trust.GONE, f"presence says {action.status}")


def factsheet(turn: Turn, action: RobotFactsheet) -> None:
    """What the robot can do; a kind of robot that the site does not expect is not used."""
    robot = turn.state.robots.get(action.robot)
    if robot is None:
        _stranger(turn, action.robot)
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
    turn.changes.robots[robot.robot] = robot


def receive(turn: Turn, report: RobotReport) -> bool:
    """Apply a numbered report, or keep it till its turn comes. True where it showed a gap."""
    robot = turn.state.robots.get(report.robot)
    if robot is None:
        _stranger(turn, report.robot)
        return False
    if report.generation < robot.generation:
        return False
    if report.generation > robot.generation:
        _new_generation(turn, robot, report.generation)
    contact = turn.state.contacts[robot.robot]
    robot.last_report_at = turn.now
    robot.last_report_mono_s = turn.mono_s
    if robot.trust in (Trust.UNKNOWN, Trust.SILENT, Trust.GONE):
        greet(turn, robot)
    if isinstance(report, RobotEvent):
        contact.to_acknowledge = True
    if report.seq <= robot.applied_seq:
        return False
    gap = report.seq > robot.applied_seq + 1
    first_gap = gap and not contact.held_back
    if len(contact.held_back) < MAX_HELD_BACK:
        contact.held_back[report.seq] = report
    coming = frozenset(report.unacked) if isinstance(report, RobotState) else None
    _drain(turn, robot, contact, coming, report.seq)
    if first_gap:
        robot.gaps += 1
        turn.changes.robots[robot.robot] = robot
    if contact.held_back and turn.mono_s - contact.asked_at >= turn.state.timings.ask_again_s:
        ask(turn, robot)
    return first_gap


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


def poison(turn: Turn, action: PoisonReceived) -> None:
    """Kept for inspection; the journal says so, and nothing else changes."""
    turn.changes.poison.append(PoisonMessage(turn.now, action.topic, action.robot, action.reason, action.payload))
    turn.changes.note(
        "controller", "message.refused", f"topic:{action.topic[:200]}", robot=action.robot, reason=action.reason
    )


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


def _drain(turn: Turn, robot: Robot, contact: Contact, coming: frozenset[int] | None, upto: int) -> None:
    before = robot.applied_seq
    while True:
        number = robot.applied_seq + 1
        report = contact.held_back.pop(number, None)
        if report is not None:
            robot.applied_seq = number
            _apply(turn, robot, contact, report)
        elif coming is not None and number < upto and number not in coming:
            robot.applied_seq = number
        else:
            break
    if robot.applied_seq != before:
        turn.changes.robots[robot.robot] = robot


def _new_generation(turn: Turn, robot: Robot, generation: int) -> None:
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


def _apply(turn: Turn, robot: Robot, contact: Contact, report: RobotReport) -> None:
    match report:
        case RobotEvent():
            _event(turn, robot, contact, report)
        case RobotState():
            _state(turn, robot, contact, report)
        case RobotJournal():
            for line in report.entries:
                _verdict(turn, robot, line)
            _try_ready(turn, robot, contact)
        case RobotInventory():
            _inventory(turn, robot, contact, report)


def _event(turn: Turn, robot: Robot, contact: Contact, event: RobotEvent) -> None:
    fact = event.fact
    match fact:
        case PackGripped():
            if (task := _task(turn, robot, fact.command_id)) is not None:
                tasks.gripped(turn, task, fact.pack_id)
        case PackDelivered():
            if (task := _task(turn, robot, fact.command_id)) is not None:
                tasks.delivered(turn, task, fact.pack_id, fact.gtin, fact.tote_id)
        case CommandAccepted():
            if (task := _task(turn, robot, fact.command_id)) is not None:
                tasks.accepted(turn, task)
        case CommandStarted():
            if (task := _task(turn, robot, fact.command_id)) is not None:
                tasks.started(turn, task)
        case CommandFinished():
            if (task := _task(turn, robot, fact.result.command_id)) is not None:
                tasks.finished(turn, task, fact.result)
        case CommandRefused():
            # A refused question, or a late copy of a command that has ended, has no effect to be told of.
            refused = turn.state.tasks.get(fact.command_id)
            if refused is not None and refused.robot == robot.robot:
                tasks.refused(turn, refused, fact.refusal, fact.detail)
        case PackStored():
            if (task := _task(turn, robot, fact.command_id)) is not None:
                tasks.stored(turn, task, fact.pack_id)
        case PackOffered():
            _offered(turn, robot, contact, fact)
        case OfferLapsed():
            _close_offer(turn, contact, fact.offer_id)
            goods_in.lane_occupied(turn, robot.robot)
        case FaultRaised():
            robot.faults[fact.fault.occurrence] = fact.fault
            turn.changes.note(
                f"robot:{robot.robot}", "fault.raised", f"robot:{robot.robot}", occurrence=fact.fault.occurrence,
                code=fact.fault.code, level=fact.fault.level, location=fact.fault.location, pack_id=fact.fault.pack_id,
            )  # fmt: skip
        case FaultCleared():
            fault = robot.faults.pop(fact.occurrence, None)
            turn.changes.note(
                f"robot:{robot.robot}", "fault.cleared", f"robot:{robot.robot}", occurrence=fact.occurrence,
                code=fault.code if fault else None,
            )  # fmt: skip
        case MachineStateChanged():
            _packml(turn, robot, fact.packml)
        case ModeChanged():
            robot.mode = fact.mode
            turn.changes.note(fact.by, "robot.mode_changed", f"robot:{robot.robot}", mode=fact.mode)
        case Booted():
            _journal_is(turn, robot, fact.journal_id)
        case Noted():
            turn.changes.note(f"robot:{robot.robot}", fact.action, f"robot:{robot.robot}", **fact.data)


def _state(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    robot.mode = report.mode
    if report.packml != robot.packml:
        _packml(turn, robot, report.packml)
    robot.faults = {fault.occurrence: fault for fault in report.faults}
    robot.packs_reported = report.packs
    robot.checksum = report.checksum
    robot.input_waiting = report.input_waiting
    _journal_is(turn, robot, report.journal_id)
    if not contact.snapshot_seen:
        contact.snapshot_seen = True
        _compare_inventory(turn, robot, report)
        _try_ready(turn, robot, contact)
    _look_for_lost_tasks(turn, robot, contact, report)


def _look_for_lost_tasks(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    """A command that it took and no longer has, with no outcome on its way: the journal must know."""
    if report.unacked or turn.mono_s - contact.asked_at < turn.state.timings.ask_again_s:
        return
    known = {*report.running, *report.queued}
    for task in turn.state.open_tasks(robot.robot):
        if task.status in (TaskStatus.ACCEPTED, TaskStatus.RUNNING) and task.task_id not in known:
            ask(turn, robot)
            return


def _packml(turn: Turn, robot: Robot, packml: int) -> None:
    robot.packml = packml
    turn.changes.robots[robot.robot] = robot


def _journal_is(turn: Turn, robot: Robot, journal_id: str) -> None:
    """The robot must still be the one that took our commands: another journal has forgotten them (RELIABILITY 13)."""
    if robot.journal_id is None:
        robot.journal_id = journal_id
    elif robot.journal_id != journal_id:
        robot.journal_id = journal_id
        _quarantine(turn, robot, "its command journal is not the one we knew")
    turn.changes.robots[robot.robot] = robot


def _try_ready(turn: Turn, robot: Robot, contact: Contact) -> None:
    """Trusted once its snapshot is in and every open command has its verdict."""
    if robot.trust is not Trust.GREETING or not contact.snapshot_seen:
        return
    if any(_needs_verdict(robot, task) for task in turn.state.open_tasks(robot.robot)):
        return
    robot.trust = Trust.READY
    turn.changes.robots[robot.robot] = robot
    turn.changes.note(
        "controller", "robot.ready", f"robot:{robot.robot}", generation=robot.generation, packs=robot.packs_reported
    )
    turn.stir(GOODS_IN_STATION)
    _answer_offers(turn, robot, contact)


def _needs_verdict(robot: Robot, task: Task) -> bool:
    if task.generation != robot.generation:
        return not _only_people_can_tell(task)
    return task.status is TaskStatus.IN_DOUBT and not _only_people_can_tell(task)


def _only_people_can_tell(task: Task) -> bool:
    """The journal has spoken, and what is left open is for a person: it does not keep the robot waiting."""
    return task.reason == tasks.JOURNAL_SPOKE


def _verdict(turn: Turn, robot: Robot, line: JournalLine) -> None:
    """What the robot's journal knows of one open command (RC-20). A journal that we do not know cannot tell."""
    task = turn.state.tasks.get(line.command_id)
    if task is None or task.robot != robot.robot or robot.trust is Trust.QUARANTINED:
        return
    match line.phase:
        case "finished" if line.result is not None:
            tasks.finished(turn, task, line.result)
            _spoke(turn, task)
        case "refused":
            tasks.refused(turn, task, line.refusal or "refused", "said by the journal")
        case "accepted" | "running" if task.generation == robot.generation:
            tasks.still_under_way(turn, task, line.phase)
        case "unknown" if not _only_people_can_tell(task):
            _never_seen(turn, robot, task)


def _never_seen(turn: Turn, robot: Robot, task: Task) -> None:
    """The journal has no such id. In an old generation that settles it: the robot refuses any late copy.

    In the present one the command may still be on its way: it is sent again, with the same id, or ended by a cancel
    that the robot remembers.
    """
    if task.generation != robot.generation:
        tasks.void(turn, task, "the robot never took it, and refuses what was meant for its earlier life")
    elif task.status in (TaskStatus.ACCEPTED, TaskStatus.RUNNING):
        tasks.leave_to_people(turn, task, "the robot took the command and its journal does not know it")
    elif task.status is TaskStatus.IN_DOUBT and any(step.status is not StepStatus.IN_DOUBT for step in task.steps):
        # A person has found one of its packs: sent again, the command would move that one as well.
        tasks.ask_cancel(turn, task)
        tasks.leave_to_people(turn, task, "the rest of its command was settled by a person")
    elif task.status is TaskStatus.IN_DOUBT:
        tasks.still_under_way(turn, task, "issued")
        task.status = TaskStatus.ISSUED
        tasks.send(turn, task)


def _spoke(turn: Turn, task: Task) -> None:
    if not task.status.final:
        task.reason = tasks.JOURNAL_SPOKE
        turn.changes.tasks[task.task_id] = task


def _offered(turn: Turn, robot: Robot, contact: Contact, fact: PackOffered) -> None:
    if fact.offer_id in contact.offers:
        return
    contact.offers[fact.offer_id] = Offer(fact.offer_id, robot.robot, fact.gtin, fact.batch, fact.expiry, turn.now)
    turn.changes.offers[fact.offer_id] = contact.offers[fact.offer_id]
    if robot.trust is Trust.READY:
        _answer_offers(turn, robot, contact)


def _answer_offers(turn: Turn, robot: Robot, contact: Contact) -> None:
    for offer in list(contact.offers.values()):
        goods_in.answer(turn, robot, offer)
        _close_offer(turn, contact, offer.offer_id)


def _close_offer(turn: Turn, contact: Contact, offer_id: str) -> None:
    contact.offers.pop(offer_id, None)
    if turn.changes.offers.pop(offer_id, None) is None:
        turn.changes.closed_offers[offer_id] = None


def _compare_inventory(turn: Turn, robot: Robot, report: RobotState) -> None:
    """At each greeting the robot's stock is compared with the ledger's; where they differ, pack by pack (I7)."""
    expected = _expected_stock(turn, robot)
    if report.packs == len(expected) and report.checksum == inventory_checksum(expected):
        return
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


def _inventory(turn: Turn, robot: Robot, contact: Contact, report: RobotInventory) -> None:
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
    turn.changes.note(
        "controller", "stock.compared", f"robot:{robot.robot}", missing=missing[:100], strange=strange[:100],
        missing_count=len(missing), strange_count=len(strange),
    )  # fmt: skip


def _task(turn: Turn, robot: Robot, command_id: str) -> Task | None:
    """The open task of a report; one that we do not know is written down, never guessed at."""
    task = turn.state.tasks.get(command_id)
    if task is not None and task.robot == robot.robot:
        return task
    if not command_id.startswith("C"):
        turn.changes.note(
            f"robot:{robot.robot}", "report.of_unknown_command", f"robot:{robot.robot}", command_id=command_id
        )
    return None


def _stranger(turn: Turn, robot: str) -> None:
    turn.changes.note("controller", "robot.stranger", f"robot:{robot}", reason="no robot of this site has that id")
