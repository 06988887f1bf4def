"""Chores: work of quiet hours begun, watched, given up for an order, and its end written down.

`tend` runs after the plan of each turn: a robot that has no tour then has nothing that it could pick.
"""

from collections.abc import Sequence
from datetime import date

from controller.domain.chore import Chore, ChoreKind, ChoreStatus
from controller.domain.pack import GOODS_IN, MISSING, QUARANTINE, Pack, area_account
from controller.domain.robot import Robot
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.domain.work import FLOOR_STATION, Work, WorkKind, WorkStatus
from controller.engine import (
    agenda,
    allocation,
    disposals,
    maintenance_windows,
    placing,
    shelves,
    tasks,
    verdicts,
    works,
)
from controller.engine.turn import Turn
from controller.scheduling.calendar import local_date, local_hour
from controller.scheduling.night import Proposal, choose, may_begin

LOOK_EVERY_S = 10.0
NOTHING_TO_DO_S = 120.0
"""A robot for which nothing was worth doing is looked at again after this time."""
CHORE_VALID_S = 45.0
"""A chore that has not begun by then is refused by the robot; another is chosen then."""
CARRY_DUE_S = 4 * 3600.0
CLEAR_PACKS = 20
"""What a person takes from the shelves of an area at once."""

_ENDS = {
    TaskStatus.COMPLETED: ChoreStatus.DONE,
    TaskStatus.INCOMPLETE: ChoreStatus.PARTLY,
    TaskStatus.CANCELLED: ChoreStatus.CANCELLED,
}


def tend(turn: Turn) -> None:
    """End what has ended, make way for orders, and begin what is worth doing."""
    night = turn.state.night
    _notice(turn)
    maintenance_windows.tend(turn)
    for chore in list(night.open.values()):
        task = turn.changes.tasks.get(chore.reference) or turn.state.tasks.get(chore.reference)
        if task is None:
            continue
        if task.status.final or verdicts.only_people_can_tell(task):
            _end(turn, chore, task)
        elif _wanted_for_orders(turn, task):
            tasks.ask_cancel(turn, task)
    if turn.now < night.look_at or not turn.state.link_up:
        return
    night.look_at = turn.now + LOOK_EVERY_S
    _look(turn)


def clear_area(turn: Turn, area: str) -> Work | None:
    """A job for a person who has nothing else to do in quiet hours: packs of the area that no order can take."""
    night = turn.state.night
    if not is_quiet(turn) or night.paused(area):
        return None
    agenda.refresh(turn)
    doomed = agenda.doomed_at(turn, area_account(area), CLEAR_PACKS)
    if not doomed:
        return None
    pack_ids = [pack.pack_id for pack in doomed]
    for pack in doomed:
        turn.state.book.hold(pack.pack_id, f"no order can take it: expires {date.fromordinal(pack.expiry_day)}")
    work = works.create(turn, WorkKind.CLEAR_EXPIRED, area, turn.now + CARRY_DUE_S, 3, pack_ids=pack_ids)
    proposal = Proposal(ChoreKind.CLEAR, doomed[0].gtin, tuple(pack_ids), "no order can take it")
    _write(turn, area, proposal, work.work_id)
    return work


def cleared(turn: Turn, work: Work, missing: Sequence[str], worker: str) -> None:
    """A person has taken packs from an area's shelves to quarantine; what was not there stays held."""
    book, taken = turn.state.book, 0
    for pack_id in work.pack_ids:
        pack = book.packs.get(pack_id)
        if pack is None or pack.account != area_account(work.station):
            continue
        if pack_id in missing:
            _miss(turn, pack, f"not on the shelves of {work.station}", worker)
            continue
        reason = disposals.why(turn, pack_id) or "no order can take it"
        book.post(pack_id, QUARANTINE, at=turn.now, reason=reason, reference=work.work_id)
        disposals.arrived(turn, pack, worker)
        taken += 1
    chore = turn.state.night.open.get(work.work_id)
    if chore is not None:
        chore.status = ChoreStatus.PARTLY if missing else ChoreStatus.DONE
        _close(turn, chore, f"{taken} to quarantine" + (f", {len(missing)} not there" if missing else ""))


def emptied(turn: Turn, work: Work, missing: Sequence[str], worker: str) -> None:
    """A person has taken packs out of a robot's chute: some to quarantine, others to goods-in for another robot."""
    book = turn.state.book
    arrived: dict[tuple[str, str], list[Pack]] = {}
    for pack_id in work.pack_ids:
        pack = book.packs.get(pack_id)
        if pack is None:
            continue
        if pack.claim == work.work_id:
            book.unclaim(pack_id)
        if pack_id in missing:
            _miss(turn, pack, f"not in the chute of {work.robot}", worker)
        elif disposals.arrived(turn, pack, worker):
            continue
        elif pack.account == GOODS_IN:
            arrived.setdefault((pack.gtin, pack.batch), []).append(pack)
    for packs in arrived.values():
        placing.line_up(turn, packs)


def is_quiet(turn: Turn) -> bool:
    """Whether the clocks of the site show a quiet hour."""
    rules, hour = turn.state.night.rules, local_hour(turn.now, turn.state.zone)
    return hour >= rules.quiet_from_hour or hour < rules.quiet_to_hour


# ---- looking ------------------------------------------------------------------------------------------------


def _notice(turn: Turn) -> None:
    """What this turn says of how busy robots are, and of what is suspicious."""
    state, quiet = turn.state, turn.state.night.quiet
    for task in turn.changes.tasks.values():
        if task.kind in (TaskKind.PICK, TaskKind.STORE):
            quiet[task.robot].worked_at = turn.now
            quiet[task.robot].look_at = 0.0
        if task.kind is TaskKind.PICK and task.status.final:
            quiet[task.robot].picks_since_reference += sum(step.status is StepStatus.DONE for step in task.steps)
    for doubt in turn.changes.doubts.values():
        if doubt.opened_at == turn.now and doubt.robot in state.night.racks:
            shelves.suspect_pack(turn, doubt.robot, doubt.pack_id, f"pack {doubt.pack_id} in doubt")


def _wanted_for_orders(turn: Turn, task: Task) -> bool:
    """An order has come: what the robot has not begun, and what it can leave half done, makes way for it."""
    contact = turn.state.contacts[task.robot]
    if not any(turn.state.tasks[task_id].kind is TaskKind.PICK for task_id in contact.busy):
        return False
    return task.status in (TaskStatus.ISSUED, TaskStatus.ACCEPTED) or task.kind is TaskKind.EJECT


def _look(turn: Turn) -> None:
    state = turn.state
    night, quiet_hours = state.night, is_quiet(turn)
    if not night.looked:
        night.looked = True
        disposals.look_again(turn)
    if quiet_hours:
        _begin_night(turn)
        agenda.refresh(turn)
    waiting: frozenset[str] | None = None
    for name in sorted(state.robots):
        quiet = night.quiet[name]
        suspected, pressing = bool(night.racks[name].suspected), quiet_hours or bool(night.condemned.get(name))
        if not suspected and (not pressing or turn.now < quiet.look_at):
            continue
        waiting = agenda.patients_wait_at(turn) if waiting is None else waiting
        robot = state.robots[name]
        stands = agenda.standing(turn, robot, is_quiet=quiet_hours, patients_wait_at=waiting)
        if not may_begin(turn.now, stands, night.rules):
            continue
        proposal = choose(name, turn.now, agenda.view(turn, robot, stands), night.rules)
        if proposal is None:
            quiet.look_at = turn.now + NOTHING_TO_DO_S
        else:
            _begin(turn, robot, proposal)


def _begin_night(turn: Turn) -> None:
    """At the beginning of each quiet time its limits are full again."""
    state = turn.state
    tonight = local_date(turn.now - 12 * 3600.0, state.zone).isoformat()
    if state.night.tonight == tonight:
        return
    state.night.tonight = tonight
    disposals.look_again(turn)
    for quiet in state.night.quiet.values():
        quiet.transfers = quiet.moves = 0
        quiet.tried.clear()
    for name, rack in state.night.racks.items():
        account = f"robot:{name}"
        there = {key for key in rack.shelf_of if (pack := state.book.packs.get(key)) and pack.account == account}
        rack.shelf_of = {key: shelf for key, shelf in rack.shelf_of.items() if key in there}
        rack.misplaced = {key: gtin for key, gtin in rack.misplaced.items() if key in there}
    for area in state.areas:
        turn.stir(area)


# ---- beginning and ending -------------------------------------------------------------------------------------


def _begin(turn: Turn, robot: Robot, proposal: Proposal) -> None:
    quiet = turn.state.night.quiet[robot.robot]
    match proposal.kind:
        case ChoreKind.COUNT:
            task = tasks.issue(turn, robot, TaskKind.COUNT, CHORE_VALID_S, target=proposal.subject)
        case ChoreKind.CALIBRATE:
            task = tasks.issue(turn, robot, TaskKind.CALIBRATE, CHORE_VALID_S, target=proposal.subject)
        case ChoreKind.HOME:
            task = tasks.issue(turn, robot, TaskKind.HOME, CHORE_VALID_S)
        case ChoreKind.NEAR | ChoreKind.TIDY:
            task = tasks.issue(turn, robot, TaskKind.RELOCATE, CHORE_VALID_S, steps=_steps(proposal))
            quiet.moves += 1
            quiet.tried.update(proposal.pack_ids)
        case _:
            output = agenda.QUARANTINE_OUTPUT
            task = tasks.issue(turn, robot, TaskKind.EJECT, CHORE_VALID_S, steps=_steps(proposal), output=output)
    if proposal.kind is ChoreKind.TRANSFER:
        quiet.transfers += 1
    for pack_id in proposal.pack_ids:
        if disposals.why(turn, pack_id):
            turn.state.book.bind_condemned(pack_id, task.task_id)
            continue
        # No order gets these from here, so they may be as old as they are.
        turn.state.book.claim(pack_id, task.task_id, expires_after=date.min)
    _write(turn, robot.robot, proposal, task.task_id)


def _steps(proposal: Proposal) -> list[Step]:
    return [Step(pack_id, item) for item, pack_id in enumerate(proposal.pack_ids, start=1)]


def _write(turn: Turn, source: str, proposal: Proposal, reference: str) -> None:
    chore = Chore(
        chore_id=turn.ids.new("N"),
        kind=proposal.kind,
        source=source,
        subject=proposal.subject,
        reason=proposal.reason,
        reference=reference,
        packs=len(proposal.pack_ids),
        begun_at=turn.now,
    )
    turn.state.night.open[reference] = chore
    turn.changes.chores[chore.chore_id] = chore
    turn.changes.note(
        "controller",
        "chore.begun",
        f"chore:{chore.chore_id}",
        kind=chore.kind.value,
        source=source,
        about=chore.subject,
        reason=chore.reason,
        reference=reference,
        packs=chore.packs,
    )


def _end(turn: Turn, chore: Chore, task: Task) -> None:
    night = turn.state.night
    done = [step.pack_id for step in task.steps if step.status is StepStatus.DONE]
    chore.status = _ENDS.get(task.status, ChoreStatus.FAILED)
    quiet = night.quiet[task.robot]
    quiet.chore_ended_at = turn.now
    if chore.kind in (ChoreKind.EJECT, ChoreKind.TRANSFER) and done:
        _empty_chute(turn, task.robot, done)
    elif chore.kind is ChoreKind.EJECT:
        quiet.look_at = turn.now + NOTHING_TO_DO_S
    if chore.status in (ChoreStatus.DONE, ChoreStatus.PARTLY):
        if chore.kind is ChoreKind.COUNT:
            night.racks[task.robot].suspected.pop(chore.subject, None)
        elif chore.kind is ChoreKind.HOME:
            quiet.picks_since_reference = 0
    _close(turn, chore, night.told.pop(task.task_id, "") or _result(chore, task, done))


def _result(chore: Chore, task: Task, done: Sequence[str]) -> str:
    if chore.kind in (ChoreKind.EJECT, ChoreKind.TRANSFER):
        return f"{len(done)} of {chore.packs} put out"
    if chore.kind in (ChoreKind.NEAR, ChoreKind.TIDY):
        known = {ChoreStatus.DONE: "moved", ChoreStatus.PARTLY: "no better place"}
        return known.get(chore.status, task.status.value)
    return task.status.value


def _close(turn: Turn, chore: Chore, result: str) -> None:
    chore.ended_at = turn.now
    chore.result = result
    turn.state.night.open.pop(chore.reference, None)
    turn.state.night.remember(chore)
    turn.changes.chores[chore.chore_id] = chore
    turn.changes.note(
        "controller",
        "chore.ended",
        f"chore:{chore.chore_id}",
        kind=chore.kind.value,
        source=chore.source,
        about=chore.subject,
        status=chore.status.value,
        result=result,
    )


def _empty_chute(turn: Turn, robot: str, pack_ids: Sequence[str]) -> None:
    """A person takes them out; what waits for the same chute is one job."""
    waiting = turn.state.waiting_work.get(FLOOR_STATION, {})
    jobs = (turn.state.works[work_id] for work_id in waiting)
    work = next((job for job in jobs if job.kind is WorkKind.EMPTY_CHUTE and job.robot == robot), None)
    if work is None or work.status is not WorkStatus.WAITING:
        work = works.create(turn, WorkKind.EMPTY_CHUTE, FLOOR_STATION, turn.now + CARRY_DUE_S, 3, robot=robot)
    work.pack_ids.extend(pack_ids)
    turn.changes.works[work.work_id] = work
    for pack_id in pack_ids:
        pack = turn.state.book.packs[pack_id]
        if pack.account == GOODS_IN:
            turn.state.book.bind_arriving(pack_id, work.work_id)
            allocation.trim(turn, pack.gtin)


def _miss(turn: Turn, pack: Pack, why: str, worker: str) -> None:
    turn.state.book.hold(pack.pack_id, f"{MISSING}{why}: {worker} did not find it")
    disposals.missed(turn, pack)
    turn.changes.note(worker, "pack.missing", f"pack:{pack.pack_id}", why=why)
