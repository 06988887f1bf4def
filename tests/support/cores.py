"""A centre of three robots around the bare core: no simulator, no link, no database; the test plays all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from controller.domain.errors import NightshiftError
from controller.domain.order import Order, OrderClass
from controller.domain.pack import Pack
from controller.domain.product import Product, Zone
from controller.domain.robot import Robot, RobotFault, Trust
from controller.domain.site import DeliveryRun, Destination, ManualArea, RobotPlace, Site, StockListLine
from controller.domain.task import Task, TaskKind
from controller.engine import actions as act
from controller.engine.core import Core, Step
from controller.engine.opening import opening_batch
from controller.engine.ports import MasterData, Question
from controller.engine.state import Timings
from controller.ledger.invariants import check
from controller.protocol.reports import inventory_checksum, pack_fingerprint
from tests.support.committed import Committed

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()
"""08:00 in London, winter time."""

FLAT = "05000000000012"
TALL = "05000000000029"
BARE = "05000000000036"
"""Without a DataMatrix."""
SHELF = "05000000000043"
"""Not for robots."""
DRUG = "05000000000050"
"""For the vault."""

OLD = date(2027, 6, 30)
NEW = date(2028, 1, 31)
COMMANDS = ("pick", "store", "reject", "eject", "resume", "hold", "cancel", "home")


def product(gtin: str, zone: Zone = Zone.AMBIENT, *, storable: bool = True, datamatrix: bool = True) -> Product:
    return Product(gtin, "20282621000001103", f"Product {gtin}", zone, storable, 50, 80, 30, 40, datamatrix)


def small_master(*, stock_lists: Sequence[StockListLine] = ()) -> MasterData:
    return MasterData(
        site=Site(
            "tiny",
            "Tiny centre",
            "Europe/London",
            (
                RobotPlace("R1", Zone.AMBIENT, 400),
                RobotPlace("R2", Zone.AMBIENT, 400),
                RobotPlace("R3", Zone.VAULT, 99),
            ),
            (ManualArea("MANUAL-A", Zone.AMBIENT), ManualArea("MANUAL-CD", Zone.VAULT)),
        ),
        products=[
            product(FLAT),
            product(TALL),
            product(BARE, datamatrix=False),
            product(SHELF, storable=False),
            product(DRUG, Zone.VAULT),
        ],
        destinations=[
            Destination("GGH-WA1", "Ward 1", "GGH", "ward"),
            Destination("FAR-WA1", "Ward of a hospital to which no van goes", "FAR", "ward"),
        ],
        runs=[
            DeliveryRun("GGH-1", "GGH", "1234567", "09:30", "10:15"),
            DeliveryRun("GGH-2", "GGH", "1234567", "11:30", "12:15"),
        ],
        stock_lists=list(stock_lists),
    )


def packs_of(gtin: str, place: str, count: int, *, batch: str = "OLD", expiry: date = OLD) -> list[Pack]:
    return [Pack(f"{gtin[-3:]}.{place[-2:]}.{batch}.{n}", gtin, batch, expiry, place) for n in range(1, count + 1)]


def checksum_of(packs: Iterable[str]) -> str:
    """What a robot with these packs tells: by the formula of the wire, not by that of the ledger."""
    return inventory_checksum(sum(map(pack_fingerprint, packs)))


@dataclass
class StandInRobot:
    """Speaks for one robot, in the engine's own words; keeps its generation and its count."""

    floor: "Floor"
    name: str
    kind: Zone
    journal_id: str = "J-1"
    generation: int = 1
    seq: int = 0

    @property
    def robot(self) -> Robot:
        return self.floor.core.state.robots[self.name]

    def trust(self) -> Trust:
        return self.robot.trust

    def presence(self, status: str, generation: int | None = None) -> act.RobotPresence:
        return act.RobotPresence(self.name, self.generation if generation is None else generation, status)

    def factsheet(self, **changed: Any) -> act.RobotFactsheet:
        facts: dict[str, Any] = {
            "contract": "1.0.0",
            "firmware": "f1",
            "kind": self.kind,
            "capacity_packs": 400,
            "max_tour_items": 6,
            "max_queue": 4,
            "outputs": ("OUT-1",),
            "commands": COMMANDS,
            "tallest_mm": 130.0,
        }
        return act.RobotFactsheet(self.name, self.generation, **{**facts, **changed})

    def next_state(self, **changed: Any) -> act.RobotState:
        """A state report that agrees with the ledger, and the next number."""
        self.seq += 1
        account = f"robot:{self.name}"
        packs = [pack.pack_id for pack in self.floor.core.state.book.packs.values() if pack.account == account]
        facts: dict[str, Any] = {
            "journal_id": self.journal_id,
            "mode": "automatic",
            "packml": 4,
            "running": tuple(task.task_id for task in self.open_tasks()),
            "queued": (),
            "last_results": (),
            "faults": (),
            "packs": len(packs),
            "checksum": checksum_of(packs),
            "unacked": (),
            "controller_epoch": 1,
            "input_waiting": 0,
        }
        return act.RobotState(self.name, self.generation, self.seq, **{**facts, **changed})

    def next_event(self, fact: act.Fact) -> act.RobotEvent:
        self.seq += 1
        return act.RobotEvent(self.name, self.generation, self.seq, fact)

    def next_journal(self, *lines: act.JournalLine) -> act.RobotJournal:
        self.seq += 1
        return act.RobotJournal(self.name, self.generation, self.seq, lines)

    # ---- told at once ------------------------------------------------------------------------------------

    def arrive(self, *lines: act.JournalLine) -> None:
        """Presence, factsheet, snapshot and, where lines are given, the journal: ready to work."""
        first: list[act.Action] = [self.presence("online"), self.factsheet(), self.next_state()]
        if lines:
            first.append(self.next_journal(*lines))
        self.floor.tell(*first)

    def boot(self) -> None:
        """Another life: counters start again."""
        self.generation += 1
        self.seq = 0

    def state(self, **changed: Any) -> None:
        self.floor.tell(self.next_state(**changed))

    def event(self, *facts: act.Fact) -> None:
        self.floor.tell(*(self.next_event(fact) for fact in facts))

    def journal(self, *lines: act.JournalLine) -> None:
        self.floor.tell(self.next_journal(*lines))

    def open_tasks(self, kind: TaskKind | None = None) -> list[Task]:
        return [task for task in self.floor.core.state.open_tasks(self.name) if kind in (None, task.kind)]

    def only(self, kind: TaskKind = TaskKind.PICK) -> Task:
        """The one open task of a kind."""
        (task,) = self.open_tasks(kind)
        return task

    def begin(self, task: Task) -> None:
        self.event(act.CommandAccepted(task.task_id), act.CommandStarted(task.task_id))

    def deliver(self, task: Task, pack_id: str) -> None:
        step = next(step for step in task.steps if step.pack_id == pack_id)
        gtin = self.floor.core.state.book.pack(pack_id).gtin
        self.event(
            act.PackGripped(task.task_id, step.item, pack_id),
            act.PackDelivered(task.task_id, step.item, pack_id, gtin, "OUT-1", task.tote_id or ""),
        )

    def end(self, task: Task, outcome: str = "completed", **packs: str) -> None:
        """The terminal outcome; `packs` by item (`p1="missing"`), all others as the outcome `delivered`."""
        self.event(act.CommandFinished(self.result(task, outcome, **packs)))

    @staticmethod
    def result(task: Task, outcome: str = "completed", **packs: str) -> act.ResultReport:
        done = {TaskKind.STORE: "stored", TaskKind.EJECT: "ejected"}.get(task.kind, "delivered")
        reports = tuple(
            act.PackReport(step.item, step.pack_id, packs.get(f"p{step.item}", done)) for step in task.steps
        )
        return act.ResultReport(task.task_id, outcome, reports, None if outcome == "completed" else "said by the test")

    def work_off(self) -> None:
        """Do everything that is open, and what comes after it, as asked."""
        while tasks := self.open_tasks():
            for task in tasks:
                if task.kind is TaskKind.STORE:
                    self.event(act.PackStored(task.task_id, task.steps[0].pack_id, "A-01-001"))
                self.end(task)


@dataclass
class Floor:
    """The core, the moment, and all that it has committed and sent."""

    stock: Sequence[Pack]
    master: MasterData = field(default_factory=small_master)
    epoch: int = 1

    def __post_init__(self) -> None:
        self.now = MONDAY
        self.mono_s = 1_000.0
        self.rows = Committed(self.master)
        self.rows.commit(opening_batch(self.stock, now=self.now, actor="test", source="test"))
        self.commands: list[Task] = []
        """Every sending, in order; the same task stands in it as often as it was sent."""
        self.questions: list[Question] = []
        self.last: Step
        self.core = Core(self.rows.load(), self.epoch, self.now, self.mono_s)
        self.r1 = StandInRobot(self, "R1", Zone.AMBIENT)
        self.r2 = StandInRobot(self, "R2", Zone.AMBIENT)
        self.r3 = StandInRobot(self, "R3", Zone.VAULT)
        self._workers = 0

    # ---- time and turns ---------------------------------------------------------------------------------

    def step(self, *submissions: act.Submission) -> Step:
        """One turn: commit, then keep what is sent."""
        self.last = self.core.step(submissions, self.now, self.mono_s)
        self.rows.commit(self.last.batch)
        self.commands += [outgoing.task for outgoing in self.last.commands]
        self.questions += self.last.questions
        return self.last

    def tell(self, *actions: act.Action) -> Step:
        """Robots, the link or the clock say something."""
        return self.step(*(act.Submission(action) for action in actions))

    def do(self, action: act.Request, key: str | None = None, digest: str = "same") -> dict[str, Any]:
        """Somebody asks for something; raises the refusal."""
        idempotency = None if key is None else act.Idempotency(key, digest)
        (answer,) = self.step(act.Submission(action, idempotency)).answers
        if isinstance(answer, NightshiftError):
            raise answer
        assert answer is not None
        return answer

    def wait(self, seconds: float, *robots: StandInRobot) -> None:
        """Time passes in ticks of five seconds; the given robots report every twenty."""
        passed = 0.0
        while passed < seconds:
            self.now += 5.0
            self.mono_s += 5.0
            passed += 5.0
            if passed % 20.0 == 0.0:
                self.tell(*(robot.next_state() for robot in robots))
            self.tell(act.Tick())

    def jump_to(self, at: float) -> None:
        """The next tick is at that moment, and no robot is held to have been silent."""
        self.mono_s += at - self.now
        self.tell(act.Tick(loop_pause_s=at - self.now))
        self.now = at
        self.tell(act.Tick())

    def restart(self, *, mono_s: float | None = None, timings: Timings | None = None) -> None:
        """Another controller begins with what was committed."""
        self.epoch += 1
        self.mono_s = self.mono_s if mono_s is None else mono_s
        self.core = Core(self.rows.load(), self.epoch, self.now, self.mono_s, timings)

    # ---- people and wards -------------------------------------------------------------------------------

    def open(self) -> "Floor":
        """The link is up, every robot has been greeted, the vans of the next days are planned."""
        self.tell(act.LinkChanged(True), act.Tick())
        for robot in (self.r1, self.r2, self.r3):
            robot.arrive()
        return self

    def order(self, reference: str, *lines: tuple[str, int], **changed: Any) -> dict[str, Any]:
        return self.do(order_of(reference, *lines, **changed))

    def cancel(self, reference: str) -> dict[str, Any]:
        return self.do(act.CancelOrder(reference, "not needed", "ward"))

    def claim(self, station: str, worker: str | None = None) -> dict[str, Any] | None:
        self._workers += 1
        work: dict[str, Any] | None = self.do(act.ClaimWork(station, worker or f"worker-{self._workers}"))["work"]
        return work

    def work(self, station: str, **finish: Any) -> dict[str, Any]:
        """Claim the next job of the station and finish it, all packs moved where nothing else is said."""
        self._workers += 1
        worker = f"worker-{self._workers}"
        job = self.claim(station, worker)
        assert job is not None, f"nothing to do at {station}"
        moved = tuple(pack["pack_id"] for pack in job["packs"])
        self.do(act.FinishWork(job["work_id"], worker, **{"moved": moved, **finish}))
        return job

    def send_off(self, reference: str) -> None:
        """Check and load every tote of a gathered order."""
        for _ in self.core.state.orders[reference].totes:
            self.work("CHECK", moved=())
        for _ in list(self.core.state.orders[reference].totes):
            self.work("DOCK", moved=())

    # ---- looking ----------------------------------------------------------------------------------------

    def row(self, reference: str) -> Order:
        """The order as it was committed."""
        return self.rows.orders[reference]

    def standing(self, pack_id: str) -> str:
        return self.rows.packs[pack_id].standing.value

    def account(self, pack_id: str) -> str:
        return self.rows.packs[pack_id].account

    def sound(self) -> None:
        """No invariant is violated by what was committed."""
        assert check(self.rows.history()) == []


def order_of(reference: str, *lines: tuple[str, int], **changed: Any) -> act.SubmitOrder:
    """A routine order of ward 1 for the van of 10:15."""
    order_class = changed.pop("order_class", OrderClass.ROUTINE)
    facts: dict[str, Any] = {"run": "GGH-1", "run_date": "2026-11-23"}
    if order_class is OrderClass.DISCHARGE:
        facts = {"due_at": MONDAY + 90 * 60.0}
    requests = tuple(act.LineRequest(gtin, packs) for gtin, packs in lines)
    destination = changed.pop("destination", "GGH-WA1")
    return act.SubmitOrder(reference, destination, order_class, requests, **{**facts, **changed})


def fault(occurrence: str, level: int) -> RobotFault:
    return RobotFault(occurrence, "GRP-11", level, MONDAY)
