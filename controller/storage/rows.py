"""From the domain's entities to rows: plain tuples in the order of the table's columns.

Built while the loop stands still, because entities go on changing while their rows are being written.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.calendar_change import CalendarChange
from controller.domain.checkpoint import Checkpoint
from controller.domain.chore import Chore, NightPause
from controller.domain.decision import Decision
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.fault import Condition, Fault, Recorded
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun, Profile
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order
from controller.domain.pack import WRITTEN_OFF, Pack, Posting
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot
from controller.domain.site import Destination
from controller.domain.task import StepStatus, Task
from controller.domain.timing import Timing
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.engine.ports import FefoException, PoisonMessage, RequestRecord, WardCount
from controller.ledger.audit import canonical_json

Row = tuple[Any, ...]

OPEN_STEPS = frozenset({StepStatus.BOUND, StepStatus.GRIPPED, StepStatus.IN_DOUBT})
_GONE = ("dispatched:", WRITTEN_OFF)
_encode = msgspec.json.Encoder().encode


def json_text(value: Any) -> str:
    """For lists and small structures that are only read and written whole."""
    return _encode(value).decode()


def robot_row(robot: Robot) -> Row:
    """`last_report_mono_s` is not kept: it means something to one process only."""
    return (
        robot.robot,
        robot.kind.value,
        robot.capacity_packs,
        robot.trust.value,
        robot.generation,
        robot.journal_id,
        robot.applied_seq,
        robot.mode,
        robot.packml,
        json_text(robot.faults),
        robot.max_tour_items,
        robot.max_queue,
        json_text(robot.outputs),
        json_text(robot.commands),
        robot.tallest_mm,
        robot.firmware,
        robot.packs_reported,
        robot.checksum,
        robot.input_waiting,
        robot.gaps,
        robot.last_report_at,
        robot.no_space_until,
    )


def order_row(order: Order) -> Row:
    return (
        order.order_ref,
        order.destination,
        order.order_class.value,
        order.placed_at,
        order.due_at,
        order.departure_id,
        order.number,
        order.status.value,
        json_text(order.totes),
        order.gathered_at,
        order.completed_at,
        order.dispatched_at,
        order.cancel_reason,
    )


def line_rows(orders: Iterable[Order]) -> list[Row]:
    return [
        (
            order.order_ref,
            line.number,
            line.gtin,
            line.ordered,
            line.reserved,
            line.in_work,
            line.gathered,
            line.short,
            line.short_reason,
            line.single_batch,
            line.batch,
        )
        for order in orders
        for line in order.lines
    ]


def tote_row(tote: Tote) -> Row:
    return (
        tote.tote_id,
        tote.order_ref,
        tote.packs,
        tote.expected,
        tote.status.value,
        tote.checked_by,
        tote.loaded_at,
    )


def pack_row(pack: Pack) -> Row:
    return (
        pack.pack_id,
        pack.gtin,
        pack.batch,
        pack.expiry.isoformat(),
        pack.account,
        pack.claim,
        pack.hold,
        not pack.account.startswith(_GONE),
    )


def task_row(task: Task) -> Row:
    return (
        task.task_id,
        task.kind.value,
        task.robot,
        task.generation,
        task.epoch,
        task.issued_at,
        task.valid_for_s,
        task.order_ref,
        task.tote_id,
        task.output,
        task.offer_id,
        task.target,
        task.reason,
        task.status.value,
        task.attempt,
        task.sent_at,
        task.started_at,
        task.finished_at,
        task.cancel_asked,
    )


def step_rows(tasks: Iterable[Task]) -> list[Row]:
    """Steps that have ended come first: a pack may go from one command to another within a batch."""
    ended: list[Row] = []
    under_way: list[Row] = []
    for task in tasks:
        for position, step in enumerate(task.steps):
            row = (task.task_id, position, step.pack_id, step.item, step.line, step.status.value)
            (under_way if step.status in OPEN_STEPS else ended).append(row)
    return ended + under_way


def work_row(work: Work) -> Row:
    return (
        work.work_id,
        work.kind.value,
        work.station,
        work.created_at,
        work.due_at,
        work.urgency,
        json_text(work.pack_ids),
        json_text(work.lines),
        work.order_ref,
        work.tote_id,
        work.departure_id,
        work.robot,
        work.doubt_id,
        work.status.value,
        work.worker,
        work.taken_at,
        work.finished_at,
    )


def doubt_row(doubt: Doubt) -> Row:
    return (
        doubt.doubt_id,
        doubt.task_id,
        doubt.robot,
        doubt.pack_id,
        doubt.order_ref,
        doubt.opened_at,
        doubt.reason,
        doubt.resolved_at,
        doubt.finding.value if doubt.finding is not None else None,
        doubt.resolved_by,
        doubt.note,
    )


def departure_row(departure: Departure) -> Row:
    return (
        departure.departure_id,
        departure.run,
        departure.hospital,
        departure.date_local,
        departure.cutoff_at,
        departure.departs_at,
        departure.status.value,
        departure.departed_at,
        departure.totes,
    )


def delivery_line_row(line: DeliveryLine) -> Row:
    return (
        line.line_id,
        line.delivery_note,
        line.gtin,
        line.batch,
        line.expiry.isoformat(),
        line.quantity,
        line.arrived_at,
        line.waiting,
    )


def offer_row(offer: Offer) -> Row:
    expiry = offer.expiry.isoformat() if offer.expiry is not None else None
    return (offer.offer_id, offer.robot, offer.gtin, offer.batch, expiry, offer.offered_at)


def ward_count_row(count: WardCount) -> Row:
    return (count.destination, count.gtin, count.quantity, count.counted_at, count.actor)


def calendar_change_row(change: CalendarChange) -> Row:
    return (
        change.change_id,
        change.kind.value,
        change.date_local,
        change.reason,
        change.actor,
        change.made_at,
        change.run,
        change.hospital,
        change.cutoff_local,
        change.departure_local,
        change.withdrawn_at,
        change.withdrawn_by,
    )


def destination_row(place: Destination) -> Row:
    return (place.code, place.name, place.hospital, place.kind, place.least_remaining_days)


def promise_row(promise: Promise) -> Row:
    return (
        promise.order_ref,
        promise.made_at,
        promise.expected_at,
        promise.promised_at,
        promise.on_time,
        promise.first_made_at,
        promise.first_expected_at,
        promise.first_promised_at,
        promise.cause,
        promise.rescue,
    )


def timing_row(timing: Timing) -> Row:
    return (
        timing.source,
        timing.kind,
        timing.size,
        timing.count,
        timing.mean_s,
        timing.spread_s,
        timing.updated_at,
    )


def chore_row(chore: Chore) -> Row:
    return (
        chore.chore_id,
        chore.kind.value,
        chore.source,
        chore.subject,
        chore.reason,
        chore.reference,
        chore.packs,
        chore.begun_at,
        chore.status.value,
        chore.ended_at,
        chore.result,
    )


def window_row(window: MaintenanceWindow) -> Row:
    return (
        window.window_id,
        window.robot,
        window.from_at,
        window.to_at,
        window.reason,
        window.actor,
        window.made_at,
        window.status.value,
        window.task_id,
        window.ended_at,
        window.ended_by,
    )


def night_pause_row(pause: NightPause) -> Row:
    return (pause.scope, pause.reason, pause.actor, pause.since_at, pause.lifted_at)


def decision_row(decision: Decision) -> Row:
    return (decision.at, decision.order_ref, decision.source, decision.work_ref, json_text(decision))


def fault_row(fault: Fault) -> Row:
    return (
        fault.fault_id,
        fault.robot,
        fault.occurrence,
        fault.code,
        fault.level,
        fault.raised_at,
        fault.command_id,
        fault.location,
        fault.pack_id,
        fault.axis,
        fault.cleared_at,
        fault.stopped_s,
        fault.alarm_id,
        json_text(fault.suspects),
        fault.cause,
        fault.remedy,
        fault.found_by,
        fault.found_at,
        json_text(fault.owed),
    )


def checkpoint_row(checkpoint: Checkpoint) -> Row:
    return (checkpoint.name, checkpoint.at, json_text(checkpoint.data))


def alarm_row(alarm: Alarm) -> Row:
    return (
        alarm.alarm_id,
        alarm.condition,
        alarm.kind,
        alarm.subject,
        alarm.priority.value,
        alarm.text,
        alarm.raised_at,
        alarm.respond_by,
        alarm.robot,
        alarm.fault_id,
        alarm.active,
        alarm.latched,
        alarm.cleared_at,
        alarm.times,
        alarm.last_active_at,
        alarm.acknowledged_at,
        alarm.acknowledged_by,
        alarm.shelved_until,
        alarm.shelved_by,
        alarm.shelve_reason,
        alarm.root,
        alarm.suppressed,
        alarm.ended_at,
        alarm.ended_by,
    )


def out_of_service_row(each: OutOfService) -> Row:
    return (each.condition, each.by, each.reason, each.since, each.until, each.ended_at)


def withdrawal_row(each: Withdrawal) -> Row:
    return (
        each.withdrawal_id,
        each.robot,
        each.how.value,
        each.reason,
        each.actor,
        each.since,
        each.back_at,
        each.stage.value,
        each.task_id,
        each.tests_left,
        each.confirmed_by,
        each.failure,
        json_text(each.taken),
        json_text(each.forget),
        json_text(each.unexplained),
        each.ended_at,
    )


def procedure_run_row(run: ProcedureRun) -> Row:
    return (
        run.run_id,
        run.procedure,
        run.robot,
        run.begun_at,
        run.begun_by,
        run.fault_id,
        json_text(run.steps),
        run.ended_at,
        run.ended_by,
        run.outcome,
    )


def profile_row(profile: Profile) -> Row:
    return (
        profile.robot,
        profile.version,
        json_text(profile.values),
        profile.reason,
        profile.by,
        profile.made_at,
        json_text(profile.before),
        json_text(profile.after),
        profile.confirmed_at,
    )


def log_entry_row(entry: LogEntry) -> Row:
    return (entry.entry_id, entry.robot, entry.at, entry.who, entry.kind, entry.text, entry.fault_id)


def recall_row(recall: Recall) -> Row:
    return (
        recall.recall_id,
        recall.gtin,
        recall.batch,
        recall.recall_class,
        recall.reason,
        recall.by,
        recall.begun_at,
        recall.drill,
        recall.blocked_packs,
        recall.destinations,
        recall.closed_at,
        recall.closed_by,
        recall.closing_note,
    )


def recorded_row(recorded: Recorded) -> Row:
    return (recorded.fault_id, recorded.at, recorded.kind, json_text(recorded.data))


def condition_row(condition: Condition) -> Row:
    return (condition.robot, condition.since, condition.at, json_text(condition.features))


def request_row(request: RequestRecord) -> Row:
    return (request.key, request.digest, request.at, json_text(request.answer))


def posting_row(posting: Posting) -> Row:
    return (
        posting.seq,
        posting.at,
        posting.pack_id,
        posting.gtin,
        posting.batch,
        posting.from_account,
        posting.to_account,
        posting.reason,
        posting.reference,
    )


def journal_row(entry: JournalEntry) -> Row:
    return (
        entry.seq,
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        canonical_json(entry.data),
        entry.previous_hash,
        entry.entry_hash,
    )


def poison_row(message: PoisonMessage) -> Row:
    return (message.at, message.topic, message.robot, message.reason, message.payload)


def fefo_row(exception: FefoException) -> Row:
    return (exception.at, exception.pack_id, exception.older_pack_id, exception.task_id, exception.reason)
