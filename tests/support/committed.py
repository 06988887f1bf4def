"""What a centre has committed, kept in memory: batches in, the working set of the next controller out."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import fields, replace
from typing import Any

from controller.domain.chore import Chore, ChoreKind, ChoreStatus
from controller.domain.decision import Decision
from controller.domain.fault import Condition, Recorded
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry
from controller.domain.order import Order
from controller.domain.pack import Pack, Posting
from controller.domain.product import Zone
from controller.domain.task import Task
from controller.domain.tote import Tote
from controller.domain.work import Work, WorkStatus
from controller.engine.ports import Batch, FefoException, MasterData, PoisonMessage, WorkingSet
from controller.ledger.audit import GENESIS
from controller.ledger.invariants import History

_KEYS = {
    "calendar_changes": "change_id",
    "faults": "fault_id",
    "alarms": "alarm_id",
    "out_of_service": "condition",
    "procedure_runs": "run_id",
    "withdrawals": "withdrawal_id",
    "recalls": "recall_id",
    "checkpoints": "name",
    "destinations": "code",
    "chores": "chore_id",
    "maintenance_windows": "window_id",
    "night_pauses": "scope",
    "promises": "order_ref",
    "orders": "order_ref",
    "totes": "tote_id",
    "packs": "pack_id",
    "tasks": "task_id",
    "works": "work_id",
    "doubts": "doubt_id",
    "departures": "departure_id",
    "delivery_lines": "line_id",
    "offers": "offer_id",
    "robots": "robot",
    "requests": "key",
}
_ROUNDS = (ChoreKind.COUNT, ChoreKind.HOME, ChoreKind.CALIBRATE)
_APPENDED = ("postings", "journal", "poison", "fefo_exceptions", "decisions", "recordings", "conditions", "work_log")


class Committed:
    """Rows as they were at each commit: later changes of the engine's own objects do not reach them."""

    def __init__(self, master: MasterData) -> None:
        self.master = master
        self.rows: dict[str, dict[str, Any]] = {name: {} for name in (*_KEYS, "ward_counts", "timings", "profiles")}
        self.postings: list[Posting] = []
        self.journal: list[JournalEntry] = []
        self.poison: list[PoisonMessage] = []
        self.fefo_exceptions: list[FefoException] = []
        self.decisions: list[Decision] = []
        self.recordings: list[Recorded] = []
        self.conditions: list[Condition] = []
        self.work_log: list[LogEntry] = []

    def commit(self, batch: Batch) -> None:
        taken = deepcopy(batch)
        assert {field.name for field in fields(Batch)} == {
            *_KEYS,
            *_APPENDED,
            "epoch",
            "at",
            "closed_offers",
            "ward_counts",
            "timings",
            "forget_decisions_before",
            "forget_conditions_before",
            "profiles",
        }
        for name, key in _KEYS.items():
            for row in getattr(taken, name):
                self.rows[name][getattr(row, key)] = row
        for offer_id in taken.closed_offers:
            self.rows["offers"].pop(offer_id, None)
        for count in taken.ward_counts:
            self.rows["ward_counts"][f"{count.destination}/{count.gtin}"] = count
        for profile in taken.profiles:
            self.rows["profiles"][f"{profile.robot}/{profile.version}"] = profile
        for timing in taken.timings:
            self.rows["timings"][f"{timing.source}/{timing.kind}/{timing.size}"] = timing
        if taken.forget_decisions_before is not None:
            self.decisions = [kept for kept in self.decisions if kept.at >= taken.forget_decisions_before]
        for name in _APPENDED:
            getattr(self, name).extend(getattr(taken, name))

    @property
    def orders(self) -> dict[str, Order]:
        return self.rows["orders"]

    @property
    def totes(self) -> dict[str, Tote]:
        return self.rows["totes"]

    @property
    def tasks(self) -> dict[str, Task]:
        return self.rows["tasks"]

    @property
    def works(self) -> dict[str, Work]:
        return self.rows["works"]

    @property
    def packs(self) -> dict[str, Pack]:
        return self.rows["packs"]

    @property
    def balances(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for posting in self.postings:
            sums[posting.from_account] = sums.get(posting.from_account, 0) - 1
            sums[posting.to_account] = sums.get(posting.to_account, 0) + 1
        return sums

    def actions(self, action: str) -> list[JournalEntry]:
        """The journal's entries of one kind."""
        return [entry for entry in self.journal if entry.action == action]

    def history(self) -> History:
        return History(
            packs=list(self.packs.values()),
            orders=list(self.orders.values()),
            tasks=list(self.tasks.values()),
            totes=list(self.totes.values()),
            works=list(self.works.values()),
            balances=self.balances,
            postings=self.postings,
            journal=self.journal,
            departures=list(self.rows["departures"].values()),
            timezone=self.master.site.timezone,
        )

    def _cold_exits(self) -> list[tuple[float, str, str]]:
        cold = {f"robot:{robot.robot}" for robot in self.rows["robots"].values() if robot.kind is Zone.FRIDGE}
        return [
            (each.at, each.from_account[6:], each.pack_id)
            for each in self.postings
            if each.from_account in cold and self.packs[each.pack_id].account not in {"written-off", *cold}
        ]

    def load(self) -> WorkingSet:
        """As a database gives it to a controller that starts."""
        rows = deepcopy(self.rows)
        open_orders = [order for order in rows["orders"].values() if not order.status.final]
        refs = {order.order_ref for order in open_orders}
        return WorkingSet(
            master=replace(
                self.master,
                destinations=[rows["destinations"].get(place.code, place) for place in self.master.destinations],
            ),
            packs=[
                pack
                for pack in rows["packs"].values()
                if pack.account.partition(":")[0] not in ("dispatched", "written-off")
            ],
            orders=open_orders,
            order_refs=list(rows["orders"]),
            totes=[tote for tote in rows["totes"].values() if tote.order_ref in refs],
            tasks=[task for task in rows["tasks"].values() if not task.status.final],
            works=[work for work in rows["works"].values() if work.status in (WorkStatus.WAITING, WorkStatus.TAKEN)],
            doubts=[doubt for doubt in rows["doubts"].values() if doubt.resolved_at is None],
            departures=list(rows["departures"].values()),
            delivery_lines=[line for line in rows["delivery_lines"].values() if line.waiting > 0],
            offers=list(rows["offers"].values()),
            robots=list(rows["robots"].values()),
            ward_counts=list(rows["ward_counts"].values()),
            calendar_changes=[change for change in rows["calendar_changes"].values() if change.withdrawn_at is None],
            promises=[promise for promise in rows["promises"].values() if promise.order_ref in refs],
            timings=list(rows["timings"].values()),
            chores=_chores(rows["chores"].values()),
            maintenance_windows=[window for window in rows["maintenance_windows"].values() if not window.status.final],
            night_pauses=[pause for pause in rows["night_pauses"].values() if pause.lifted_at is None],
            faults=list(rows["faults"].values()),
            alarms=[alarm for alarm in rows["alarms"].values() if alarm.ended_at is None],
            out_of_service=[each for each in rows["out_of_service"].values() if each.ended_at is None],
            withdrawals=[each for each in rows["withdrawals"].values() if each.ended_at is None],
            procedure_runs=[run for run in rows["procedure_runs"].values() if run.ended_at is None],
            profiles=list(rows["profiles"].values()),
            recalls=list(rows["recalls"].values()),
            checkpoints=list(rows["checkpoints"].values()),
            stored=[(each.to_account[6:], each.pack_id) for each in self.postings if each.reason == "stored"],
            cold_exits=self._cold_exits(),
            conditions=deepcopy(self.conditions),
            requests=list(rows["requests"].values()),
            balances=self.balances,
            last_posting_seq=len(self.postings),
            last_journal_seq=len(self.journal),
            last_journal_hash=self.journal[-1].entry_hash if self.journal else GENESIS,
            last_order_number=max((order.number for order in rows["orders"].values()), default=0),
            last_alarm_number=max((int(alarm_id[2:]) for alarm_id in rows["alarms"]), default=0),
            ended_tasks=[task for task in rows["tasks"].values() if task.status.final and task.order_ref in refs],
            ended_works=[
                work
                for work in rows["works"].values()
                if work.status not in (WorkStatus.WAITING, WorkStatus.TAKEN) and work.order_ref in refs
            ],
            settled_doubts=[
                doubt for doubt in rows["doubts"].values() if doubt.resolved_at is not None and doubt.order_ref in refs
            ],
            decisions=[decision for decision in self.decisions if decision.order_ref in refs],
        )


def _chores(chores: Iterable[Chore]) -> list[Chore]:
    """Those under way, and of each shelf and axis the last that was done."""
    last: dict[tuple[str, str, str], Chore] = {}
    under_way = []
    for chore in chores:
        key = (chore.kind.value, chore.source, chore.subject)
        if chore.status is ChoreStatus.UNDER_WAY:
            under_way.append(chore)
        elif chore.kind in _ROUNDS and chore.status in (ChoreStatus.DONE, ChoreStatus.PARTLY):
            before = last.get(key)
            last[key] = chore if before is None else max(before, chore, key=lambda each: each.ended_at or 0.0)
    return sorted([*under_way, *last.values()], key=lambda chore: chore.chore_id)
