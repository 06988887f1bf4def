"""What robots say, in order and once each: numbered reports, gaps, and what each report means.

The rules are RC-01 to RC-06. A report has its effect when every report before it has had
its own; what comes after a gap waits. A state report tells which events the robot will still repeat, so whatever
else is missing before it was a state and is not coming again.
"""

from controller.domain.robot import Robot, Trust
from controller.domain.task import Task, TaskStatus
from controller.engine import (
    fates,
    faulting,
    goods_in,
    greeting,
    interlocks,
    profiles,
    recording,
    shelves,
    stocktaking,
    symptoms,
    tasks,
    technician,
    verdicts,
)
from controller.engine.actions import (
    Booted,
    CommandAccepted,
    CommandFinished,
    CommandRefused,
    CommandStarted,
    FaultCleared,
    FaultRaised,
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
    RobotInventory,
    RobotJournal,
    RobotReport,
    RobotState,
)
from controller.engine.ports import PoisonMessage
from controller.engine.state import Contact
from controller.engine.turn import Turn

MAX_HELD_BACK = 4096
"""Reports that wait for an earlier one; a robot that goes on beyond it is asked for a snapshot instead."""


def receive(turn: Turn, report: RobotReport) -> bool:
    """Apply a numbered report, or keep it till its turn comes. True where it showed a gap."""
    robot = turn.state.robots.get(report.robot)
    if robot is None:
        greeting.stranger(turn, report.robot)
        return False
    if report.generation < robot.generation:
        return False
    if report.generation > robot.generation:
        greeting.new_generation(turn, robot, report.generation)
    contact = turn.state.contacts[robot.robot]
    robot.last_report_at = turn.now
    robot.last_report_mono_s = turn.mono_s
    if robot.trust in (Trust.UNKNOWN, Trust.SILENT, Trust.GONE):
        greeting.greet(turn, robot)
    if isinstance(report, RobotEvent):
        contact.to_acknowledge = True
    if report.seq <= robot.applied_seq:
        return False
    gap = report.seq > robot.applied_seq + 1
    first_gap = gap and not contact.held_back
    if not gap or len(contact.held_back) < MAX_HELD_BACK:
        contact.held_back[report.seq] = report
    coming = frozenset(report.unacked) if isinstance(report, RobotState) else None
    _drain(turn, robot, contact, coming, report.seq)
    if first_gap:
        robot.gaps += 1
        turn.changes.robots[robot.robot] = robot
    if contact.held_back and turn.mono_s - contact.asked_at >= turn.state.timings.ask_again_s:
        greeting.ask(turn, robot)
    return first_gap


def poison(turn: Turn, action: PoisonReceived) -> None:
    """Kept for inspection; the journal says so, and nothing else changes."""
    turn.changes.poison.append(PoisonMessage(turn.now, action.topic, action.robot, action.reason, action.payload))
    turn.changes.note(
        "controller", "message.refused", f"topic:{action.topic[:200]}", robot=action.robot, reason=action.reason
    )


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


def _apply(turn: Turn, robot: Robot, contact: Contact, report: RobotReport) -> None:
    recording.heard(turn, report)
    match report:
        case RobotEvent():
            _event(turn, robot, contact, report)
        case RobotState():
            _state(turn, robot, contact, report)
        case RobotJournal():
            for line in report.entries:
                verdicts.give(turn, robot, line)
            greeting.try_ready(turn, robot, contact)
        case RobotInventory():
            stocktaking.page(turn, robot, contact, report)


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
            shelves.seen(turn, robot.robot, fact.pack_id, fact.location)
            if (task := _task(turn, robot, fact.command_id)) is not None:
                fates.stored(turn, task, fact.pack_id)
        case PackOffered():
            greeting.offered(turn, robot, contact, fact)
        case OfferLapsed():
            greeting.close_offer(turn, contact, fact.offer_id)
            goods_in.lane_occupied(turn, robot.robot)
        case FaultRaised():
            faulting.raised(turn, robot, fact.fault)
        case FaultCleared():
            faulting.cleared(turn, robot, fact.occurrence)
        case MachineStateChanged():
            _packml(turn, robot, fact.packml)
        case ModeChanged():
            robot.mode = fact.mode
            turn.changes.note(fact.by, "robot.mode_changed", f"robot:{robot.robot}", mode=fact.mode)
        case Booted():
            greeting.journal_is(turn, robot, fact.journal_id)
            symptoms.booted(turn, robot, fact.cause)
        case Noted():
            turn.changes.note(f"robot:{robot.robot}", fact.action, f"robot:{robot.robot}", **fact.data)
            symptoms.noted(turn, robot, fact)
            interlocks.noted(turn, robot, fact)
            shelves.noted(turn, robot.robot, fact)
            technician.noted(turn, robot, fact)


def _state(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    robot.mode = report.mode
    profiles.in_force(turn, robot, report.parameters)
    if report.packml != robot.packml:
        _packml(turn, robot, report.packml)
    faulting.compare(turn, robot, report.faults)
    robot.packs_reported = report.packs
    robot.checksum = report.checksum
    robot.input_waiting = report.input_waiting
    greeting.journal_is(turn, robot, report.journal_id)
    if not contact.snapshot_seen:
        contact.snapshot_seen = True
        stocktaking.compare(turn, robot, contact, report)
        greeting.try_ready(turn, robot, contact)
    else:
        stocktaking.keep_comparing(turn, robot, contact, report)
    _look_for_lost_tasks(turn, robot, contact, report)


def _look_for_lost_tasks(turn: Turn, robot: Robot, contact: Contact, report: RobotState) -> None:
    """A command that it took and no longer has, with no outcome on its way: the journal must know."""
    if report.unacked or turn.mono_s - contact.asked_at < turn.state.timings.ask_again_s:
        return
    known = {*report.running, *report.queued}
    for task in turn.state.open_tasks(robot.robot):
        if task.status in (TaskStatus.ACCEPTED, TaskStatus.RUNNING) and task.task_id not in known:
            greeting.ask(turn, robot)
            return


def _packml(turn: Turn, robot: Robot, packml: int) -> None:
    robot.packml = packml
    turn.changes.robots[robot.robot] = robot


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
