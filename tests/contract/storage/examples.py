"""A small centre and one of everything, with every optional field filled."""

from datetime import date

from controller.domain.alarm import Alarm, OutOfService, Priority
from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.checkpoint import Checkpoint
from controller.domain.chore import Chore, ChoreKind, ChoreStatus, NightPause
from controller.domain.decision import Decision, OtherHolder, Passed
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.doubt import Doubt, Finding
from controller.domain.fault import Condition, Fault, Feature, Recorded, Suspect
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun, Profile, StepDone
from controller.domain.maintenance_window import MaintenanceWindow, WindowStatus
from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.domain.pack import Pack, Posting
from controller.domain.product import Product, Zone
from controller.domain.promise import Promise
from controller.domain.recall import Recall
from controller.domain.robot import Robot, RobotFault, Trust
from controller.domain.site import DeliveryRun, Destination, ManualArea, RobotPlace, Site, StockListLine
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.domain.timing import Timing
from controller.domain.tote import Tote, ToteStatus
from controller.domain.withdrawal import HowOut, Stage, Withdrawal
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.engine.ports import Batch, FefoException, MasterData, PoisonMessage, RequestRecord, WardCount
from controller.ledger.audit import GENESIS, make_entry

NOW = 1_795_000_000.25
DAY_S = 24 * 3600.0
ASPIRIN, MORPHINE = "05012345678900", "05012345678917"
EXPIRY = date(2027, 2, 28)


def master() -> MasterData:
    return MasterData(
        site=Site(
            site="pdc",
            name="Glasgow",
            timezone="Europe/London",
            robots=(
                RobotPlace("R9", Zone.VAULT, 5000),
                RobotPlace("R1", Zone.AMBIENT, 20_000),
                RobotPlace("R8", Zone.FRIDGE, 4000),
            ),
            areas=(ManualArea("HAND-2", Zone.FRIDGE), ManualArea("HAND-1", Zone.AMBIENT)),
        ),
        products=[
            Product(ASPIRIN, "322236009", "Aspirin 75 mg — 28", Zone.AMBIENT, True, 60.5, 20.0, 90.0, 35.5, True),
            Product(MORPHINE, "322257002", "Morphine 10 mg", Zone.VAULT, False, 61.0, 21.0, 91.0, 36.0, False),
        ],
        destinations=[Destination("QEUH-W01", "Ward 1", "QEUH", "ward"), Destination("RAH-W01", "2", "RAH", "clinic")],
        runs=[DeliveryRun("QEUH-1", "QEUH", "12345", "10:30", "12:00")],
        stock_lists=[StockListLine("QEUH-W01", ASPIRIN, 2, 10, 1), StockListLine("QEUH-W01", ASPIRIN, 1, 5, 4)],
    )


def pack(pack_id: str, account: str = "robot:R1", gtin: str = ASPIRIN) -> Pack:
    return Pack(pack_id, gtin, "B1", EXPIRY, account)


def posting(seq: int, pack_id: str, from_account: str = "supplier", to_account: str = "robot:R1") -> Posting:
    return Posting(seq, NOW, pack_id, ASPIRIN, "B1", from_account, to_account, "import", "opening")


def opening(epoch: int) -> Batch:
    """Three packs in R1, by postings 1 to 3."""
    ids = ("P1", "P2", "P3")
    return Batch(
        epoch=epoch,
        at=NOW,
        robots=[Robot("R1", Zone.AMBIENT, 20_000), Robot("R9", Zone.VAULT, 5000)],
        packs=[pack(pack_id) for pack_id in ids],
        postings=[posting(seq, pack_id) for seq, pack_id in enumerate(ids, start=1)],
    )


def robot() -> Robot:
    return Robot(
        robot="R1",
        kind=Zone.AMBIENT,
        capacity_packs=20_000,
        trust=Trust.READY,
        generation=2**40,
        journal_id="J1",
        applied_seq=77,
        mode="maintenance",
        packml=6,
        faults={
            "F1": RobotFault("F1", "GRP-10", 3, NOW, "K1", "A-1-2", "P1", "x"),
            "F2": RobotFault("F2", "X", 1, NOW),
        },
        max_tour_items=4,
        max_queue=2,
        outputs=("OUT-1", "OUT-2"),
        commands=("pick", "store"),
        tallest_mm=140.5,
        firmware="1.2.3",
        packs_reported=3,
        checksum="abc",
        input_waiting=1,
        gaps=5,
        last_report_at=NOW,
        no_space_until=NOW + 60.0,
    )


def order(order_ref: str = "T000001", number: int = 1, status: OrderStatus = OrderStatus.OPEN) -> Order:
    return Order(
        order_ref=order_ref,
        destination="QEUH-W01",
        order_class=OrderClass.URGENT,
        placed_at=NOW,
        due_at=NOW + 3600.0,
        departure_id="QEUH-1/2026-11-23",
        lines=[OrderLine(1, ASPIRIN, 5, 1, 2, 1, 1, "expired"), OrderLine(2, MORPHINE, 1)],
        number=number,
        status=status,
        totes=[f"{order_ref}-1", f"{order_ref}-2"],
        gathered_at=NOW + 1.0,
        completed_at=NOW + 2.0,
        dispatched_at=NOW + 3.0,
        cancel_reason="ward closed",
    )


def tote(tote_id: str = "T000001-1", order_ref: str = "T000001", status: ToteStatus = ToteStatus.CHECKED) -> Tote:
    return Tote(tote_id, order_ref, packs=1, expected=2, status=status, checked_by="Anna", loaded_at=NOW)


def task(task_id: str = "K1", status: TaskStatus = TaskStatus.RUNNING, steps: list[Step] | None = None) -> Task:
    return Task(
        task_id=task_id,
        kind=TaskKind.PICK,
        robot="R1",
        generation=2**40,
        epoch=1,
        issued_at=NOW,
        valid_for_s=120.0,
        steps=[Step("P1", 0, 1, StepStatus.GRIPPED), Step("P2", 1)] if steps is None else steps,
        order_ref="T000001",
        tote_id="T000001-1",
        output="OUT-1",
        offer_id="O1",
        target="K0",
        reason="why",
        status=status,
        attempt=2,
        sent_at=NOW + 1.0,
        started_at=NOW + 2.0,
        finished_at=NOW + 3.0,
        cancel_asked=True,
    )


def work(work_id: str = "W1", status: WorkStatus = WorkStatus.TAKEN) -> Work:
    return Work(
        work_id=work_id,
        kind=WorkKind.HAND_PICK,
        station="HAND-1",
        created_at=NOW,
        due_at=NOW + 1.0,
        urgency=2,
        pack_ids=["P1", "P3"],
        lines=[1, 2],
        order_ref="T000001",
        tote_id="T000001-1",
        departure_id="QEUH-1/2026-11-23",
        robot="R1",
        doubt_id="D1",
        status=status,
        worker="Anna",
        taken_at=NOW + 2.0,
        finished_at=NOW + 3.0,
    )


def doubt(doubt_id: str = "D1", resolved_at: float | None = None) -> Doubt:
    return Doubt(
        doubt_id, "K1", "R1", "P1", "T000001", NOW, "reboot", resolved_at, Finding.IN_TOTE, "Anna", "seen in the tote"
    )


def departure(
    departure_id: str, status: DepartureStatus = DepartureStatus.PLANNED, left_at: float | None = None
) -> Departure:
    return Departure(departure_id, "QEUH-1", "QEUH", "2026-11-23", NOW, left_at or NOW + 1.0, status, left_at, 4)


def delivery_line(line_id: str = "L1", waiting: int = 2) -> DeliveryLine:
    return DeliveryLine(line_id, "DN-1", ASPIRIN, "B7", EXPIRY, 10, NOW, waiting)


def offer(offer_id: str = "O1") -> Offer:
    return Offer(offer_id, "R1", ASPIRIN, "B7", EXPIRY, NOW)


def request(key: str = "key-1", at: float = NOW) -> RequestRecord:
    return RequestRecord(key, "digest", at, {"order_ref": "T000001", "lines": [1, 2.5, None, "ß"]})


def ward_count(quantity: int = 3) -> WardCount:
    return WardCount("QEUH-W01", ASPIRIN, quantity, NOW, "Anna")


def calendar_change(change_id: str = "H1", withdrawn_at: float | None = None) -> CalendarChange:
    return CalendarChange(
        change_id,
        CalendarChangeKind.HOLIDAY,
        "2026-12-25",
        "Christmas",
        "duty manager",
        NOW,
        withdrawn_at=withdrawn_at,
        withdrawn_by="duty manager" if withdrawn_at is not None else None,
    )


def promise(order_ref: str = "T000001") -> Promise:
    return Promise(order_ref, NOW, NOW + 600.0, NOW + 900.0, 0.97, NOW - 60.0, NOW + 500.0, NOW + 800.0, "R4 is down")


def timing(source: str = "R1", count: int = 12) -> Timing:
    return Timing(source, "pack", "3", count, 8.5, 1.25, NOW)


def decision(order_ref: str = "T000001", at: float = NOW) -> Decision:
    others = (OtherHolder("robot:R2", Passed.BACKLOG, 340.0),)
    return Decision(at, order_ref, "robot:R1", "K1", 3, -1.5, -1.25, 1800.0, 60.0, 7, 12, "T000009", -2.0, None, others)


def chore(
    chore_id: str = "N1.1",
    status: ChoreStatus = ChoreStatus.UNDER_WAY,
    *,
    subject: str = "A-07",
    ended_at: float | None = None,
) -> Chore:
    result = None if ended_at is None else "120 there"
    return Chore(
        chore_id, ChoreKind.COUNT, "R1", subject, "not counted for 8 days", "K1", 0, NOW, status, ended_at, result
    )


def window(window_id: str = "M1.1", status: WindowStatus = WindowStatus.PLANNED) -> MaintenanceWindow:
    return MaintenanceWindow(window_id, "R1", NOW, NOW + 3600.0, "new belts", "Ann", NOW - 60.0, status)


def night_pause(scope: str = "R1", lifted_at: float | None = None) -> NightPause:
    return NightPause(scope, "visitors", "Ann", NOW, lifted_at)


def fault(fault_id: str = "F-000001", cleared_at: float | None = None) -> Fault:
    suspects = (Suspect("worn_cup", 0.7, ("leakage 18 mbar/s",), ("no other input",), "test with a blank", "swap cup"),)
    return Fault(
        fault_id,
        "R1",
        "R1-3-F1",
        "VAC-14",
        3,
        NOW,
        "K1",
        "A-01-001",
        "P1",
        None,
        cleared_at,
        12.5,
        "A-000001",
        suspects,
        owed=("home",),
    )


def checkpoint() -> Checkpoint:
    return Checkpoint("attendance", NOW, {"by_hour": [["CHECK", 14, 2.5]]})


def alarm(alarm_id: str = "A-000001", ended_at: float | None = None) -> Alarm:
    return Alarm(
        alarm_id,
        "robot.stopped/R1",
        "robot.stopped",
        "R1",
        Priority.HIGH,
        "R1 has stopped",
        NOW,
        NOW + 600.0,
        robot="R1",
        fault_id="F-000001",
        times=2,
        last_active_at=NOW,
        ended_at=ended_at,
    )


def out_of_service() -> OutOfService:
    return OutOfService("robot.stopped/R2", "Ann", "gearbox on order", NOW, NOW + 86_400.0)


def procedure_run() -> ProcedureRun:
    return ProcedureRun("PR-1", "vacuum", "R1", NOW, "Ann", "F-000001", [StepDone("swap_cup", NOW, "Ann", "ok")])


def withdrawal(withdrawal_id: str = "X1.1", ended_at: float | None = None) -> Withdrawal:
    return Withdrawal(
        withdrawal_id, "R1", HowOut.STOP, "new belt", "Ann", NOW, NOW + 3600.0, Stage.TESTING, "C1.9", 1, "Ann",
        "the count failed", {"P1": "A-07"}, ["P2"], ["P3"], ended_at,
    )  # fmt: skip


def profile() -> Profile:
    return Profile("R1", 1, {"x_offset_mm": 0.4}, "drift", "Ann", NOW, {"deviation_mm": 1.2})


def log_entry() -> LogEntry:
    return LogEntry("LE-1", "R1", NOW, "Ann", "cure", "cup swapped", "F-000001")


def recall(recall_id: str = "RC-1") -> Recall:
    return Recall(recall_id, ASPIRIN, "B1", 2, "label", "Ann", NOW, blocked_packs=4, destinations=2)


def recorded() -> Recorded:
    return Recorded("F-000001", NOW, "command", {"task_id": "K1"})


def condition(at: float = NOW) -> Condition:
    return Condition("R1", at - 300.0, at, (Feature("leakage_mbar_s", "head", 12, 4.5, 18.0),))


def poison(reason: str = "no JSON") -> PoisonMessage:
    return PoisonMessage(NOW, "nightshift/1/pdc/R1/event", "R1", reason, b"\x00\xff{")


def fefo_exception() -> FefoException:
    return FefoException(NOW, "P2", "P1", "K1", "P1 is held")


def entries(count: int, after_seq: int = 0, previous: str = GENESIS) -> list[JournalEntry]:
    """A whole chain, with subjects that repeat."""
    made: list[JournalEntry] = []
    for seq in range(after_seq + 1, after_seq + count + 1):
        data = {"old": None, "new": {"grams": 0.1 + seq, "names": ["ß", "\u0000"]}}
        entry = make_entry(seq, NOW + seq, "Anna", "order.received", f"order:T{seq % 2}", data, previous)
        made.append(entry)
        previous = entry.entry_hash
    return made
