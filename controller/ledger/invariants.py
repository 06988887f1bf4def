"""What must always hold (RELIABILITY I1-I9, I11, I14, I15, and I24), as named checks over the records of the service.

Each check is a function of the history and yields a sentence a violation. They run after every test run, at the end
of every `nightshift day`, and in production on a schedule over what is in memory. They share no code with the
reducers; the physical side is checked by an auditor that shares nothing at all (simulator/audit.py).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from controller.domain.departure import Departure
from controller.domain.journal import JournalEntry
from controller.domain.order import Order, OrderStatus
from controller.domain.pack import GOODS_IN, QUARANTINE, Pack, Posting, tote_account
from controller.domain.task import StepStatus, Task, TaskKind
from controller.domain.tote import Tote, ToteStatus
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.ledger.audit import GENESIS, verify
from controller.ledger.book import TRANSFERRED
from controller.ledger.departed import unfit_departed


@dataclass(slots=True)
class History:
    """Everything that the service ever wrote; or, with `whole` false, what it holds in memory now."""

    packs: Sequence[Pack]
    orders: Sequence[Order]
    tasks: Sequence[Task]
    totes: Sequence[Tote]
    works: Sequence[Work]
    balances: dict[str, int]
    postings: Sequence[Posting] = field(default_factory=list)
    journal: Sequence[JournalEntry] = field(default_factory=list)
    departures: Sequence[Departure] = field(default_factory=list)
    timezone: str = "UTC"
    """Of the site: a pack expires with a local day."""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    detail: str


_OPEN_STEPS = (StepStatus.BOUND, StepStatus.GRIPPED, StepStatus.IN_DOUBT)
_PICKED = ("picked", "picked by hand")


def i1_no_double_pick(history: History) -> Iterator[str]:
    """No pack reaches a tote twice unless a person has put it back in between; no line gets more than was ordered."""
    picked: set[str] = set()
    for posting in history.postings:
        if posting.reason in _PICKED:
            if posting.pack_id in picked:
                yield f"pack {posting.pack_id} was put into a tote again (posting {posting.seq})"
            picked.add(posting.pack_id)
        elif posting.from_account == QUARANTINE and posting.to_account == GOODS_IN:
            picked.discard(posting.pack_id)
    for order in history.orders:
        for line in order.lines:
            if line.gathered + line.in_work + line.short > line.ordered:
                yield f"order {order.order_ref} line {line.number}: more than the {line.ordered} ordered"


def i2_no_wrong_pack(history: History) -> Iterator[str]:
    """What was picked for a line is of its product, and outlasts the day on which it is due."""
    packs = {pack.pack_id: pack for pack in history.packs}
    orders = {order.order_ref: order for order in history.orders}
    for task in history.tasks:
        order = orders.get(task.order_ref or "")
        for step in task.steps:
            pack = packs.get(step.pack_id)
            if task.kind is TaskKind.PICK and order is not None and pack is not None and step.line is not None:
                if pack.gtin != order.lines[step.line - 1].gtin:
                    yield f"task {task.task_id}: pack {pack.pack_id} is not of the product of line {step.line}"
                if step.status is StepStatus.DONE and _day(pack) <= _due_day(order):
                    yield f"task {task.task_id}: pack {pack.pack_id} expires {pack.expiry}, before it is needed"


def i3_no_lost_order(history: History) -> Iterator[str]:
    """An order that is not final has something on its way: packs wanted or in work, a task, or totes still to leave."""
    tasked = {task.order_ref for task in history.tasks if not task.status.final}
    totes: dict[str, list[Tote]] = defaultdict(list)
    for tote in history.totes:
        totes[tote.order_ref].append(tote)
    for order in history.orders:
        if order.status.final or order.wanted or order.in_work or order.order_ref in tasked:
            continue
        moving = any(
            tote.status in (ToteStatus.CLOSED, ToteStatus.CHECKED, ToteStatus.LOADED) for tote in totes[order.order_ref]
        )
        if not moving:
            yield f"order {order.order_ref} is {order.status} and nothing will ever happen to it"


def i4_no_effect_without_record(history: History) -> Iterator[str]:
    """What a robot moved was commanded, by a command that was committed before."""
    if not history.whole:
        return
    tasks = {task.task_id: task for task in history.tasks}
    works = {work.work_id for work in history.works}
    for posting in history.postings:
        if posting.reason in ("picked", "stored", "ejected", "dropped in the robot", TRANSFERRED):
            task = tasks.get(posting.reference)
            if task is None:
                yield f"posting {posting.seq}: no command {posting.reference}"
            elif task.issued_at > posting.at:
                yield f"posting {posting.seq} is older than its command {task.task_id}"
        elif posting.reason == "picked by hand" and posting.reference not in works:
            yield f"posting {posting.seq}: no work {posting.reference}"


def i5_epochs_only_grow(history: History) -> Iterator[str]:
    """No controller issues a command after a later one has begun, or sends one under an epoch before its making."""
    last = 0
    for task in sorted(history.tasks, key=lambda task: (task.issued_at, _made_in(task))):
        if _made_in(task) < last:
            yield f"task {task.task_id} was issued after epoch {last} began"
        if task.epoch < _made_in(task):
            yield f"task {task.task_id} was sent under epoch {task.epoch}"
        last = max(last, _made_in(task))


def i6_cancel_is_honest(history: History) -> Iterator[str]:
    """A cancelled order has nothing in work, and no tote of it leaves."""
    cancelled = {order.order_ref for order in history.orders if order.status is OrderStatus.CANCELLED}
    for order in history.orders:
        if order.order_ref in cancelled and order.in_work:
            yield f"order {order.order_ref} is cancelled with {order.in_work} packs in work"
    for tote in history.totes:
        if tote.order_ref in cancelled and tote.status is not ToteStatus.EMPTIED:
            yield f"tote {tote.tote_id} of a cancelled order is {tote.status}"


def i7_conservation(history: History) -> Iterator[str]:
    """Postings add up to zero, to the balances, and to where the packs are."""
    total = sum(history.balances.values())
    if total != 0:
        yield f"the balances add up to {total}, not to zero"
    where = Counter(pack.account for pack in history.packs)
    for account, packs in history.balances.items():
        if account.partition(":")[0] in ("supplier", "dispatched", "written-off") and not history.whole:
            continue
        if account != "supplier" and packs != where.get(account, 0):
            yield f"account {account}: {packs} by the postings, {where.get(account, 0)} packs are there"
    if history.whole:
        summed: Counter[str] = Counter()
        at: dict[str, str] = {}
        for posting in history.postings:
            summed[posting.from_account] -= 1
            summed[posting.to_account] += 1
            if at.setdefault(posting.pack_id, "supplier") != posting.from_account:
                yield f"posting {posting.seq}: pack {posting.pack_id} was at {at[posting.pack_id]}"
            at[posting.pack_id] = posting.to_account
        for account in sorted({*summed, *history.balances}):
            if summed[account] != history.balances.get(account, 0):
                yield f"account {account}: balance {history.balances.get(account, 0)}, postings {summed[account]}"
        for pack in history.packs:
            if at.get(pack.pack_id) != pack.account:
                yield f"pack {pack.pack_id} is at {pack.account}, its postings end at {at.get(pack.pack_id)}"


def i8_legal_history(history: History) -> Iterator[str]:
    """Posting numbers have no gaps, and what has left never moves again."""
    gone: set[str] = set()
    for number, posting in enumerate(history.postings, start=1):
        if posting.seq != number:
            yield f"posting {posting.seq} stands where {number} should"
            return
        if posting.pack_id in gone:
            yield f"posting {posting.seq}: pack {posting.pack_id} had left the centre"
        if posting.to_account.startswith("dispatched:"):
            gone.add(posting.pack_id)


def i9_one_open_command(history: History) -> Iterator[str]:
    """A pack is bound to one open task or job at the most, and the lines' counts say the same."""
    bound: dict[str, str] = {}
    in_work: Counter[tuple[str, int]] = Counter()
    open_tasks = [task for task in history.tasks if not task.status.final]
    open_works = [work for work in history.works if work.status in (WorkStatus.WAITING, WorkStatus.TAKEN)]
    for task in open_tasks:
        for step in task.steps:
            if step.status in _OPEN_STEPS:
                if step.pack_id in bound:
                    yield f"pack {step.pack_id} is bound to {bound[step.pack_id]} and to {task.task_id}"
                bound[step.pack_id] = task.task_id
                if task.order_ref is not None and step.line is not None:
                    in_work[(task.order_ref, step.line)] += 1
    for work in open_works:
        if work.kind is WorkKind.HAND_PICK:
            for pack_id, line in zip(work.pack_ids, work.lines, strict=True):
                if pack_id in bound:
                    yield f"pack {pack_id} is bound to {bound[pack_id]} and to {work.work_id}"
                bound[pack_id] = work.work_id
                in_work[(work.order_ref or "", line)] += 1
    for order in history.orders:
        for order_line in order.lines:
            counted = in_work[(order.order_ref, order_line.number)]
            if order_line.in_work != counted:
                yield (
                    f"order {order.order_ref} line {order_line.number}: {order_line.in_work} in work by the order, "
                    f"{counted} by the tasks"
                )
            if order_line.reserved > order_line.wanted:
                yield f"order {order.order_ref} line {order_line.number}: more reserved than wanted"
    for pack in history.packs:
        if pack.account.startswith(("robot:", "area:")) and pack.claim is not None and pack.pack_id not in bound:
            yield f"pack {pack.pack_id} is claimed by {pack.claim}, which is not open"


def i11_each_report_once(history: History) -> Iterator[str]:
    """No command has the same effect on the same pack twice."""
    seen: set[tuple[str, str, str]] = set()
    for posting in history.postings:
        effect = (posting.pack_id, posting.reference, posting.to_account)
        if effect in seen and posting.reason not in ("delivered", "opening stock"):
            yield f"posting {posting.seq} repeats an effect of {posting.reference} on pack {posting.pack_id}"
        seen.add(effect)


def i14_audit_chain(history: History) -> Iterator[str]:
    """The journal's numbers have no gap and each entry seals the one before."""
    if history.whole:
        for broken in verify(history.journal, GENESIS, 1):
            yield f"journal entry {broken.seq}: {broken.kind}: {broken.detail}"


def i15_no_false_success(history: History) -> Iterator[str]:
    """A dispatched order's packs are at its destination: as many as its lines say, and in totes that left."""
    if not history.whole:
        return
    sent: Counter[str] = Counter()
    tote_order = {tote.tote_id: tote.order_ref for tote in history.totes}
    for posting in history.postings:
        if posting.to_account.startswith("dispatched:"):
            sent[tote_order.get(posting.reference, "")] += 1
    for order in history.orders:
        if order.status is OrderStatus.DISPATCHED:
            gathered = sum(line.gathered for line in order.lines)
            if sent[order.order_ref] != gathered:
                yield f"order {order.order_ref}: {gathered} packs gathered, {sent[order.order_ref]} left the centre"


def i24_nothing_unfit_leaves(history: History) -> Iterator[str]:
    """Nothing expired, recalled or held is on a van that left, or with a courier; nothing held waits on a van."""
    packs = {pack.pack_id: pack for pack in history.packs}
    loaded = {tote_account(tote.tote_id): tote for tote in history.totes if tote.status is ToteStatus.LOADED}
    for pack in history.packs:
        if pack.hold is not None and pack.account in loaded:
            yield f"tote {loaded[pack.account].tote_id} is loaded with pack {pack.pack_id}, which is held: {pack.hold}"
    yield from unfit_departed(packs, history.postings, history.departures, history.journal, history.timezone)


INVARIANTS: dict[str, Callable[[History], Iterable[str]]] = {
    "I1": i1_no_double_pick,
    "I2": i2_no_wrong_pack,
    "I3": i3_no_lost_order,
    "I4": i4_no_effect_without_record,
    "I5": i5_epochs_only_grow,
    "I6": i6_cancel_is_honest,
    "I7": i7_conservation,
    "I8": i8_legal_history,
    "I9": i9_one_open_command,
    "I11": i11_each_report_once,
    "I14": i14_audit_chain,
    "I15": i15_no_false_success,
    "I24": i24_nothing_unfit_leaves,
}


def check(history: History) -> list[Violation]:
    """Every violation of every invariant."""
    return [Violation(name, detail) for name, holds in INVARIANTS.items() for detail in holds(history)]


def _day(pack: Pack) -> float:
    return float(pack.expiry.toordinal())


def _due_day(order: Order) -> float:
    return order.due_at // 86_400 + 719_163  # 1970-01-01 is day 719,163 of the calendar that dates count in


def _made_in(task: Task) -> int:
    """The epoch in which the id was made: `C3.000017` in epoch 3."""
    return int(task.task_id[1:].partition(".")[0])
