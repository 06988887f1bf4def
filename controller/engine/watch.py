"""What happens because time passes: silence, unanswered commands, last calls, departures, top-ups."""

from datetime import timedelta

from controller.domain.decision import KEPT_S
from controller.domain.errors import Invalid
from controller.domain.order import OrderClass
from controller.domain.robot import Trust
from controller.domain.task import TaskStatus
from controller.engine import (
    alarms,
    departures,
    faulting,
    goods_in,
    greeting,
    keeping,
    last_looks,
    learning,
    orders,
    promises,
    quarantines,
    recalls,
    release,
    sending,
    symptoms,
    tasks,
)
from controller.engine.actions import LineRequest, SubmitOrder, Tick
from controller.engine.turn import Turn
from controller.scheduling.calendar import instant, local_date
from controller.scheduling.topup import COUNT_VALID_S, TopUp, due_top_ups

TICK_S = 5.0
JOURNAL_AFTER_ATTEMPTS = 3


def tick(turn: Turn, action: Tick) -> None:
    """Look at everything that may be due; sets when to look again at the latest."""
    state = turn.state
    state.next_due_at = turn.now + TICK_S
    for robot in state.robots.values():
        robot.last_report_mono_s += action.loop_pause_s
    departures.plan_ahead(turn)
    _watch_silence(turn)
    _resend(turn)
    # Vans before last calls: what a van left behind while we were away waits for stock until its next van.
    departures.depart_due(turn)
    last_looks.tick(turn)
    orders.call_last(turn)
    sending.send_ahead(turn)
    _top_up(turn)
    learning.hour_passed(turn)
    keeping.tend(turn)
    promises.look_again(turn)
    alarms.tick(turn)
    _forget_decisions(turn)
    release.ask_again(turn)
    recalls.tick(turn)
    quarantines.tick(turn)
    goods_in.look_at_inputs(turn)


def link_changed(turn: Turn, up: bool) -> None:
    """Our own connection to the broker: one loss, one entry, and every value is stale at once (RC-19)."""
    state = turn.state
    if up == state.link_up:
        return
    state.link_up = up
    turn.changes.note("controller", "link.up" if up else "link.lost", f"site:{state.site.site}")
    for robot in state.robots.values():
        if up:
            if robot.generation:
                greeting.greet(turn, robot)
        elif robot.trust not in (Trust.QUARANTINED, Trust.GONE):
            robot.trust = Trust.UNKNOWN
            turn.changes.robots[robot.robot] = robot


def _watch_silence(turn: Turn) -> None:
    if not turn.state.link_up:
        return
    for robot in turn.state.robots.values():
        contact = turn.state.contacts[robot.robot]
        silent_s = turn.mono_s - robot.last_report_mono_s
        if robot.trust in (Trust.READY, Trust.GREETING) and silent_s > turn.state.timings.max_silence_s:
            greeting.lose(turn, robot, Trust.SILENT, f"no report for {silent_s:.0f} s")
            symptoms.contact_lost(turn, robot)
        elif (
            robot.trust in (Trust.GREETING, Trust.SILENT)
            and turn.mono_s - contact.asked_at >= turn.state.timings.ask_again_s
        ):
            greeting.ask(turn, robot)


def _resend(turn: Turn) -> None:
    """Send again what nobody answered; ask the journal when that does not help; give up when it is too old."""
    for robot in turn.state.robots.values():
        if robot.trust is not Trust.READY:
            continue
        contact = turn.state.contacts[robot.robot]
        for task in list(turn.state.open_tasks(robot.robot)):
            if task.status is not TaskStatus.ISSUED or task.sent_at is None:
                continue
            if turn.mono_s - task.sent_at < turn.state.timings.resend_s:
                continue
            if turn.now - task.issued_at <= task.valid_for_s:
                tasks.send(turn, task)
                if (
                    task.attempt > JOURNAL_AFTER_ATTEMPTS
                    and turn.mono_s - contact.asked_at >= turn.state.timings.ask_again_s
                ):
                    greeting.ask(turn, robot)
            elif task.steps:
                tasks.ask_cancel(turn, task)
                if turn.mono_s - contact.asked_at >= turn.state.timings.ask_again_s:
                    greeting.ask(turn, robot)
            else:
                tasks.void(turn, task, "never answered while it was valid")


def _top_up(turn: Turn) -> None:
    """Top-up orders from what has been counted: today's, and those of days on which nobody was here to make them.

    A reference is used once, so however often this is asked, a ward gets one order a zone and local day.
    """
    state = turn.state
    today = local_date(turn.now, state.zone)
    if state.topped_up_on == today.isoformat():
        return
    state.topped_up_on = today.isoformat()
    if not state.ward_counts:
        return
    counts = {key: (count.quantity, count.counted_at) for key, count in state.ward_counts.items()}
    day = local_date(turn.now - COUNT_VALID_S, state.zone)
    while day <= today:
        ends_at = instant(day + timedelta(days=1), "00:00", state.zone)
        lines = state.stock_lists_on[day.isoweekday()]
        for top_up in due_top_ups(lines, counts, lambda gtin: state.products[gtin].zone, day, turn.now, ends_at):
            if top_up.order_ref not in state.known_order_refs:
                _order_top_up(turn, top_up, told=day == today)
        day += timedelta(days=1)


def _order_top_up(turn: Turn, top_up: TopUp, told: bool) -> None:
    lines = tuple(LineRequest(gtin, packs) for gtin, packs in top_up.lines)
    wanted = SubmitOrder(top_up.order_ref, top_up.destination, OrderClass.ROUTINE, lines, actor="controller")
    try:
        orders.submit(turn, wanted)
    except Invalid as refusal:
        # One ward to which no van goes must not take the top-up from all that come after it.
        if told:
            turn.changes.note("controller", "topup.refused", f"order:{top_up.order_ref}", reason=str(refusal))


def _forget_decisions(turn: Turn) -> None:
    """Once a day: why a tour was given is kept for a week."""
    today = local_date(turn.now, turn.state.zone).isoformat()
    if turn.state.forgot_decisions_on != today:
        turn.state.forgot_decisions_on = today
        turn.changes.forget_decisions_before = turn.now - KEPT_S
        faulting.forget(turn)
