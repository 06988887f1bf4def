"""What there is to do in quiet hours, gathered from the books; and how a robot stands, from which its chore follows."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from controller.domain.chore import ChoreKind
from controller.domain.order import OrderClass
from controller.domain.pack import GOODS_IN, PackStanding, robot_account
from controller.domain.robot import Robot
from controller.domain.task import TaskKind
from controller.engine import disposals, verdicts
from controller.engine.night import Agenda, Quiet
from controller.engine.turn import Turn, can_work
from controller.scheduling.calendar import local_date
from controller.scheduling.counts import Seen
from controller.scheduling.night import AXES, Doomed, Move, Reference, Surplus, View
from controller.scheduling.putaway import FULL_AT
from controller.scheduling.rebalance import Shelved, candidates
from controller.scheduling.tomorrow import Stand, expected_packs, nearest_first

MADE_ANEW_S = 4 * 3600.0
CHANGED_AGAIN_S = 600.0
"""A robot that stops and goes on does not have the agenda made each time: that reads the whole stock."""
QUARANTINE_OUTPUT = "QUARANTINE"
"""The output of the factsheet at which packs come out for a person."""
SURPLUSES = 200
WANTED_OF_A_ROBOT = 60
MOVERS_PACKS_A_DAY = 0.15
"""What leaves less than once a week is not worth a person's walk; measured with `make bench-storage`."""
_CONTROL = (TaskKind.CANCEL, TaskKind.HOLD, TaskKind.RESUME, TaskKind.REJECT)


def refresh(turn: Turn) -> None:
    """Make the agenda anew where it is old, or where other robots work than those for which it was made."""
    agenda = turn.state.night.agenda
    able = frozenset(robot.robot for robot in turn.state.robots.values() if can_work(robot))
    age_s = turn.now - agenda.made_at
    if age_s < CHANGED_AGAIN_S or (age_s < MADE_ANEW_S and able == agenda.able) or not able:
        return
    agenda.made_at, agenda.able = turn.now, able
    _gather_doomed(turn, agenda)
    _gather_surplus(turn, agenda)
    _gather_wanted(turn, agenda)


def doomed_at(turn: Turn, account: str, limit: int) -> tuple[Doomed, ...]:
    """The first packs that stand there, free, and that no destination could be sent any more."""
    listed = turn.state.night.agenda.doomed.get(account, ())
    return tuple(islice((doomed for doomed in listed if _is_free(turn, doomed.pack_id, account)), limit))


def standing(turn: Turn, robot: Robot, *, is_quiet: bool, patients_wait_at: frozenset[str]) -> View:
    """Whether the robot may be given a chore at all; what there would be to do is left out."""
    night, contact = turn.state.night, turn.state.contacts[robot.robot]
    quiet = night.quiet[robot.robot]
    return View(
        quiet=is_quiet,
        paused=night.paused(robot.robot) or robot.maintenance is not None,
        able=can_work(robot) and contact.pause_until <= turn.now,
        busy=bool(contact.busy or contact.offers or robot.input_waiting) or any(_moves(turn, robot)),
        worked_at=quiet.worked_at,
        chore_ended_at=quiet.chore_ended_at,
        patient_waits=robot_account(robot.robot) in patients_wait_at,
        max_packs=robot.max_tour_items,
        picks_since_reference=quiet.picks_since_reference,
        transfers=quiet.transfers,
        moves=quiet.moves,
        on_their_way=sum(chore.packs for chore in night.open.values() if chore.kind is ChoreKind.TRANSFER)
        + turn.state.book.balances.get(GOODS_IN, 0),
    )


def view(turn: Turn, robot: Robot, stands: View) -> View:
    """The same with what there is to do: of each list so many that the choice is that of the whole list.

    The agenda's lists are in the order in which the choice takes from them.
    """
    night, account = turn.state.night, robot_account(robot.robot)
    rack, quiet, agenda = night.racks[robot.robot], night.quiet[robot.robot], night.agenda
    can_count = ChoreKind.COUNT.value in robot.commands
    can_refer = {ChoreKind.HOME.value, ChoreKind.CALIBRATE.value} <= set(robot.commands)
    can_eject = "eject" in robot.commands and QUARANTINE_OUTPUT in robot.outputs
    can_move = "relocate" in robot.commands and bool(rack.heights_mm)
    done_at = night.done_at
    return replace(
        stands,
        suspected=tuple(rack.suspected.values()) if can_count else (),
        shelves=tuple(Seen(shelf, done_at.get((robot.robot, ChoreKind.COUNT, shelf))) for shelf in rack.heights_mm)
        if can_count
        else (),
        references=_references(turn, robot) if can_refer else (),
        condemned=disposals.at_robot(turn, robot.robot, stands.max_packs) if can_eject else (),
        doomed=doomed_at(turn, account, stands.max_packs) if can_eject else (),
        surplus=_surplus(turn, agenda.surplus.get(robot.robot, ()), account) if can_eject else (),
        wanted=_move(turn, quiet, agenda.wanted.get(robot.robot, ()), account) if can_move else (),
        misplaced=_move(turn, quiet, _misplaced(turn, robot), account) if can_move else (),
    )


def patients_wait_at(turn: Turn) -> frozenset[str]:
    """The accounts that hold something for a discharge order that is not gathered yet."""
    book = turn.state.book
    return frozenset(
        account
        for order in turn.state.orders.values()
        if order.order_class is OrderClass.DISCHARGE and order.wanted and order.cancel_reason is None
        for line in order.lines
        if line.wanted
        for account in book.holders(line.gtin)
    )


def _moves(turn: Turn, robot: Robot) -> Iterator[bool]:
    for task in turn.state.open_tasks(robot.robot):
        yield task.kind not in _CONTROL and not verdicts.only_people_can_tell(task)


def _references(turn: Turn, robot: Robot) -> tuple[Reference, ...]:
    done_at = turn.state.night.done_at
    home = Reference(ChoreKind.HOME.value, done_at.get((robot.robot, ChoreKind.HOME, "all")))
    return (home, *(Reference(axis, done_at.get((robot.robot, ChoreKind.CALIBRATE, axis))) for axis in AXES))


def _last_day(turn: Turn) -> int:
    """What expires by this day (as an ordinal) outlasts no order that could come."""
    least_days = min((place.least_remaining_days for place in turn.state.destinations.values()), default=0)
    return (local_date(turn.now, turn.state.zone) + timedelta(days=least_days)).toordinal()


def _gather_doomed(turn: Turn, agenda: Agenda) -> None:
    book, last_day = turn.state.book, _last_day(turn)
    agenda.doomed = {}
    for gtin in turn.state.products:
        for account in book.holders(gtin):
            for expiry, pack_id in book.shelf(gtin, account):
                if expiry.toordinal() > last_day:
                    break
                agenda.doomed.setdefault(account, []).append(Doomed(expiry.toordinal(), pack_id, gtin))
    for doomed in agenda.doomed.values():
        doomed.sort(key=lambda pack: (pack.expiry_day, pack.gtin, pack.pack_id))


def _gather_surplus(turn: Turn, agenda: Agenda) -> None:
    state = turn.state
    found = candidates(_robot_stock(turn), lambda gtin: _takers(turn, gtin), state.burden, limit=SURPLUSES)
    agenda.surplus = {}
    for transfer in found:
        shelf = state.book.shelf(transfer.gtin, robot_account(transfer.source))
        batch = [pack_id for _, pack_id in shelf if state.book.packs[pack_id].batch == transfer.batch]
        surplus = Surplus(transfer.gain, transfer.gtin, tuple(batch[: transfer.packs]))
        agenda.surplus.setdefault(transfer.source, []).append(surplus)


def _robot_stock(turn: Turn) -> Iterator[tuple[str, float, list[Shelved]]]:
    state = turn.state
    last_day = _last_day(turn)
    for gtin in state.products:
        daily = state.usage.daily(gtin, turn.now)
        if daily < MOVERS_PACKS_A_DAY or state.book.reserved.get(gtin, 0):
            continue
        lots: dict[tuple[str, str], Shelved] = {}
        for account in state.book.holders(gtin):
            kind, _, robot = account.partition(":")
            if kind != "robot":
                continue
            for expiry, pack_id in state.book.shelf(gtin, account):
                if expiry.toordinal() <= last_day:
                    continue
                batch = state.book.packs[pack_id].batch
                known = lots.get((robot, batch))
                lots[robot, batch] = Shelved(robot, batch, expiry, 1 if known is None else known.packs + 1)
        if lots:
            yield gtin, daily, list(lots.values())


def _takers(turn: Turn, gtin: str) -> list[str]:
    product, balances = turn.state.products[gtin], turn.state.book.balances
    return [
        robot.robot
        for robot in turn.state.robots.values()
        if product.robot_storable
        and robot.kind is product.zone
        and product.height_mm <= robot.tallest_mm
        and can_work(robot)
        and robot.no_space_until <= turn.now
        and balances.get(robot_account(robot.robot), 0) < FULL_AT * robot.capacity_packs
    ]


def _gather_wanted(turn: Turn, agenda: Agenda) -> None:
    state = turn.state
    # From the evening on this is the day that the night leads to.
    weekday = local_date(turn.now + 12 * 3600.0, state.zone).isoweekday()
    expected = expected_packs(
        (
            (line.gtin, line.wanted)
            for order in state.orders.values()
            for line in order.lines
            if line.wanted and order.cancel_reason is None
        ),
        (line for line in state.stock_lists if line.topup_weekday == weekday),
        {key: count.quantity for key, count in state.ward_counts.items()},
        lambda gtin: state.usage.daily(gtin, turn.now),
    )
    agenda.wanted = nearest_first(expected, lambda gtin: _stands(turn, gtin, expected[gtin]), WANTED_OF_A_ROBOT)


def _stands(turn: Turn, gtin: str, packs: int) -> list[Stand]:
    book = turn.state.book
    return [
        (expiry, pack_id, account[6:])
        for account in book.holders(gtin)
        if account.startswith("robot:")
        for expiry, pack_id in book.shelf(gtin, account)[:packs]
    ]


def _surplus(turn: Turn, surpluses: Iterable[Surplus], account: str) -> tuple[Surplus, ...]:
    for surplus in surpluses:
        packs = tuple(pack_id for pack_id in surplus.pack_ids if _is_free(turn, pack_id, account))
        if packs and not turn.state.book.reserved.get(surplus.gtin, 0):
            return (Surplus(surplus.gain, surplus.gtin, packs),)
    return ()


def _is_free(turn: Turn, pack_id: str, account: str) -> bool:
    """Whether the pack still stands there and nobody has it bound: it may have gone elsewhere since it was listed."""
    pack = turn.state.book.packs.get(pack_id)
    return pack is not None and pack.account == account and pack.standing is PackStanding.AVAILABLE


def _misplaced(turn: Turn, robot: Robot) -> Iterator[Move]:
    found = turn.state.night.racks[robot.robot].misplaced.items()
    return (Move(1.0, pack_id, gtin) for gtin, pack_id in sorted((gtin, pack_id) for pack_id, gtin in found))


def _move(turn: Turn, quiet: Quiet, moves: Iterable[Move], account: str) -> tuple[Move, ...]:
    free = (move for move in moves if move.pack_id not in quiet.tried and _is_free(turn, move.pack_id, account))
    return tuple(islice(free, 1))
