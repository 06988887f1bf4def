"""From rows back to the domain's entities; rows come with the columns of their table, in order."""

import functools
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from controller.domain.alarm import Alarm, OutOfService, Priority
from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.checkpoint import Checkpoint
from controller.domain.chore import Chore, ChoreKind, ChoreStatus, NightPause
from controller.domain.decision import Decision
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.doubt import Doubt, Finding
from controller.domain.fault import Condition, Fault, Feature, Recorded, Suspect
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun, Profile, StepDone
from controller.domain.maintenance_window import MaintenanceWindow, WindowStatus
from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.domain.pack import Pack, Posting
from controller.domain.product import Zone
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot, RobotFault, Trust
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.domain.timing import Timing
from controller.domain.tote import Tote, ToteStatus
from controller.domain.withdrawal import HowOut, Stage, Withdrawal
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.engine.ports import PoisonMessage, RequestRecord, WardCount

Found = Sequence[Any]

_texts = msgspec.json.Decoder(list[str]).decode
_numbers = msgspec.json.Decoder(list[int]).decode
_faults = msgspec.json.Decoder(dict[str, RobotFault]).decode
_decision = msgspec.json.Decoder(Decision).decode
_suspects = msgspec.json.Decoder(tuple[Suspect, ...]).decode
_features = msgspec.json.Decoder(tuple[Feature, ...]).decode
_steps_done = msgspec.json.Decoder(list[StepDone]).decode
_measures = msgspec.json.Decoder(dict[str, float]).decode
_day = functools.lru_cache(maxsize=8192)(date.fromisoformat)


def robot_of(row: Found) -> Robot:
    (robot, kind, capacity, trust, generation, journal_id, applied_seq, mode, packml, faults) = row[:10]
    (tour, queue, outputs, commands, tallest_mm, firmware, packs_reported, checksum) = row[10:18]
    (input_waiting, gaps, last_report_at, no_space_until) = row[18:]
    return Robot(
        robot=robot,
        kind=Zone(kind),
        capacity_packs=capacity,
        trust=Trust(trust),
        generation=generation,
        journal_id=journal_id,
        applied_seq=applied_seq,
        mode=mode,
        packml=packml,
        faults=_faults(faults),
        max_tour_items=tour,
        max_queue=queue,
        outputs=tuple(_texts(outputs)),
        commands=tuple(_texts(commands)),
        tallest_mm=tallest_mm,
        firmware=firmware,
        packs_reported=packs_reported,
        checksum=checksum,
        input_waiting=input_waiting,
        gaps=gaps,
        last_report_at=last_report_at,
        no_space_until=no_space_until,
    )


def orders_of(orders: Iterable[Found], lines: Iterable[Found]) -> list[Order]:
    """`lines` are those of these orders, sorted by number."""
    of_order: dict[str, list[OrderLine]] = {}
    for order_ref, *line in lines:
        of_order.setdefault(order_ref, []).append(OrderLine(*line))
    return [_order(row, of_order.get(row[0], [])) for row in orders]


def _order(row: Found, lines: list[OrderLine]) -> Order:
    (order_ref, destination, order_class, placed_at, due_at, departure_id, number, status, totes) = row[:9]
    (gathered_at, completed_at, dispatched_at, cancel_reason) = row[9:]
    return Order(
        order_ref=order_ref,
        destination=destination,
        order_class=OrderClass(order_class),
        placed_at=placed_at,
        due_at=due_at,
        departure_id=departure_id,
        lines=lines,
        number=number,
        status=OrderStatus(status),
        totes=_texts(totes),
        gathered_at=gathered_at,
        completed_at=completed_at,
        dispatched_at=dispatched_at,
        cancel_reason=cancel_reason,
    )


def tote_of(row: Found) -> Tote:
    tote_id, order_ref, packs, expected, status, checked_by, loaded_at = row
    return Tote(tote_id, order_ref, packs, expected, ToteStatus(status), checked_by, loaded_at)


def pack_of(row: Found) -> Pack:
    pack_id, gtin, batch, expiry, account, claim, hold, _ = row
    return Pack(pack_id, gtin, batch, _day(expiry), account, claim, hold)


def tasks_of(commands: Iterable[Found], steps: Iterable[Found]) -> list[Task]:
    """`steps` are those of these commands, sorted by position."""
    of_task: dict[str, list[Step]] = {}
    for task_id, _, pack_id, item, line, status in steps:
        of_task.setdefault(task_id, []).append(Step(pack_id, item, line, StepStatus(status)))
    return [_task(row, of_task.get(row[0], [])) for row in commands]


def _task(row: Found, steps: list[Step]) -> Task:
    (task_id, kind, robot, generation, epoch, issued_at, valid_for_s) = row[:7]
    (order_ref, tote_id, output, offer_id, target, reason, status) = row[7:14]
    (attempt, sent_at, started_at, finished_at, cancel_asked) = row[14:]
    return Task(
        task_id=task_id,
        kind=TaskKind(kind),
        robot=robot,
        generation=generation,
        epoch=epoch,
        issued_at=issued_at,
        valid_for_s=valid_for_s,
        steps=steps,
        order_ref=order_ref,
        tote_id=tote_id,
        output=output,
        offer_id=offer_id,
        target=target,
        reason=reason,
        status=TaskStatus(status),
        attempt=attempt,
        sent_at=sent_at,
        started_at=started_at,
        finished_at=finished_at,
        cancel_asked=bool(cancel_asked),
    )


def work_of(row: Found) -> Work:
    (work_id, kind, station, created_at, due_at, urgency, pack_ids, lines) = row[:8]
    (order_ref, tote_id, departure_id, robot, doubt_id, status, worker, taken_at, finished_at) = row[8:]
    return Work(
        work_id=work_id,
        kind=WorkKind(kind),
        station=station,
        created_at=created_at,
        due_at=due_at,
        urgency=urgency,
        pack_ids=_texts(pack_ids),
        lines=_numbers(lines),
        order_ref=order_ref,
        tote_id=tote_id,
        departure_id=departure_id,
        robot=robot,
        doubt_id=doubt_id,
        status=WorkStatus(status),
        worker=worker,
        taken_at=taken_at,
        finished_at=finished_at,
    )


def doubt_of(row: Found) -> Doubt:
    (doubt_id, task_id, robot, pack_id, order_ref, opened_at, reason, resolved_at, finding, resolved_by, note) = row
    return Doubt(
        doubt_id=doubt_id,
        task_id=task_id,
        robot=robot,
        pack_id=pack_id,
        order_ref=order_ref,
        opened_at=opened_at,
        reason=reason,
        resolved_at=resolved_at,
        finding=Finding(finding) if finding is not None else None,
        resolved_by=resolved_by,
        note=note,
    )


def departure_of(row: Found) -> Departure:
    (departure_id, run, hospital, date_local, cutoff_at, departs_at, status, departed_at, totes) = row
    return Departure(
        departure_id, run, hospital, date_local, cutoff_at, departs_at, DepartureStatus(status), departed_at, totes
    )


def delivery_line_of(row: Found) -> DeliveryLine:
    line_id, delivery_note, gtin, batch, expiry, quantity, arrived_at, waiting = row
    return DeliveryLine(line_id, delivery_note, gtin, batch, _day(expiry), quantity, arrived_at, waiting)


def offer_of(row: Found) -> Offer:
    offer_id, robot, gtin, batch, expiry, offered_at = row
    return Offer(offer_id, robot, gtin, batch, _day(expiry) if expiry is not None else None, offered_at)


def ward_count_of(row: Found) -> WardCount:
    return WardCount(*row)


def calendar_change_of(row: Found) -> CalendarChange:
    change_id, kind, *rest = row
    return CalendarChange(change_id, CalendarChangeKind(kind), *rest)


def promise_of(row: Found) -> Promise:
    return Promise(*row)


def timing_of(row: Found) -> Timing:
    return Timing(*row)


def chore_of(row: Found) -> Chore:
    chore_id, kind, source, subject, reason, reference, packs, begun_at, status, ended_at, result = row
    return Chore(
        chore_id,
        ChoreKind(kind),
        source,
        subject,
        reason,
        reference,
        packs,
        begun_at,
        ChoreStatus(status),
        ended_at,
        result,
    )


def window_of(row: Found) -> MaintenanceWindow:
    window_id, robot, from_at, to_at, reason, actor, made_at, status, *rest = row
    return MaintenanceWindow(window_id, robot, from_at, to_at, reason, actor, made_at, WindowStatus(status), *rest)


def night_pause_of(row: Found) -> NightPause:
    return NightPause(*row)


def decision_of(row: Found) -> Decision:
    return _decision(row[5])


def fault_of(row: Found) -> Fault:
    *facts, suspects, cause, remedy, found_by, found_at, owed = row
    (fault_id, robot, occurrence, code, level, raised_at, command_id) = facts[:7]
    (location, pack_id, axis, cleared_at, stopped_s, alarm_id) = facts[7:]
    return Fault(
        fault_id=fault_id,
        robot=robot,
        occurrence=occurrence,
        code=code,
        level=level,
        raised_at=raised_at,
        command_id=command_id,
        location=location,
        pack_id=pack_id,
        axis=axis,
        cleared_at=cleared_at,
        stopped_s=stopped_s,
        alarm_id=alarm_id,
        suspects=_suspects(suspects),
        cause=cause,
        remedy=remedy,
        found_by=found_by,
        found_at=found_at,
        owed=tuple(_texts(owed)),
    )


def checkpoint_of(row: Found) -> Checkpoint:
    name, at, data = row
    return Checkpoint(name, at, msgspec.json.decode(data))


def alarm_of(row: Found) -> Alarm:
    (alarm_id, condition, kind, subject, priority, text, raised_at, respond_by, *rest) = row
    return Alarm(alarm_id, condition, kind, subject, Priority(priority), text, raised_at, respond_by, *rest)


def out_of_service_of(row: Found) -> OutOfService:
    return OutOfService(*row)


def withdrawal_of(row: Found) -> Withdrawal:
    withdrawal_id, robot, how, reason, actor, since, back_at, stage, task_id, tests_left, *rest = row
    confirmed_by, failure, taken, forget, unexplained, ended_at = rest
    return Withdrawal(
        withdrawal_id, robot, HowOut(how), reason, actor, since, back_at, Stage(stage), task_id, tests_left,
        confirmed_by, failure, json.loads(taken), _texts(forget), _texts(unexplained), ended_at,
    )  # fmt: skip


def procedure_run_of(row: Found) -> ProcedureRun:
    run_id, procedure, robot, begun_at, begun_by, fault_id, steps, *ended = row
    return ProcedureRun(run_id, procedure, robot, begun_at, begun_by, fault_id, _steps_done(steps), *ended)


def profile_of(row: Found) -> Profile:
    robot, version, values, reason, by, made_at, before, after, confirmed_at = row
    return Profile(
        robot, version, _measures(values), reason, by, made_at, _measures(before), _measures(after), confirmed_at
    )


def log_entry_of(row: Found) -> LogEntry:
    return LogEntry(*row)


def recall_of(row: Found) -> Recall:
    return Recall(*row)


def recorded_of(row: Found) -> Recorded:
    _, fault_id, at, kind, data = row
    return Recorded(fault_id, at, kind, json.loads(data))


def condition_of(row: Found) -> Condition:
    _, robot, since, at, features = row
    return Condition(robot, since, at, _features(features))


def request_of(row: Found) -> RequestRecord:
    key, digest, at, answer = row
    return RequestRecord(key, digest, at, json.loads(answer))


def posting_of(row: Found) -> Posting:
    return Posting(*row)


def journal_entry_of(row: Found) -> JournalEntry:
    seq, at, actor, action, subject, data, previous_hash, entry_hash = row
    return JournalEntry(seq, at, actor, action, subject, json.loads(data), previous_hash, entry_hash)


def poison_of(row: Found) -> PoisonMessage:
    _, at, topic, robot, reason, payload = row
    return PoisonMessage(at, topic, robot, reason, payload)
