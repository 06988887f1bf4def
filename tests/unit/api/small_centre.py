"""A centre with a little of everything in it, at one moment of one Monday."""

from datetime import date
from zoneinfo import ZoneInfo

from controller.domain.calendar_change import CalendarChange, CalendarChangeKind
from controller.domain.chore import Chore, ChoreKind, ChoreStatus, NightPause
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import LogEntry, ProcedureRun, StepDone
from controller.domain.maintenance_window import MaintenanceWindow, WindowStatus
from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.domain.pack import Pack, Posting
from controller.domain.product import Product, Zone
from controller.domain.quarantine import QuarantinedLot, TakenPack
from controller.domain.recall import Recall, SentPack
from controller.domain.robot import Robot, RobotFault, Trust
from controller.domain.site import DeliveryRun, Destination, ManualArea, RobotPlace, Site
from controller.domain.task import Step, Task, TaskKind, TaskStatus
from controller.domain.tote import Tote, ToteStatus
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.engine.ports import PoisonMessage
from controller.scheduling.calendar import Calendar
from tests.unit.api.alarms_example import OUT, alarms
from tests.unit.api.fake_engine import FakeArchive, FakeBook, FakeEngine, FakeState
from tests.unit.api.faults_example import CONDITIONS, FAULTS, RECORDED

NOW = 1_795_420_800.0
"""2026-11-23T08:00:00Z"""
GTIN = "05000000152292"
DEPARTURE = "QEUH-1/2026-11-23"
OVER = WindowStatus.OVER

CLAIMED_WORK = {
    "work_id": "W1.000001",
    "kind": "hand_pick",
    "station": "MANUAL-A",
    "robot": None,
    "tote_id": "T000173-1",
    "order_ref": "T000173",
    "departure_id": DEPARTURE,
    "due_at": NOW + 1800.25,
    "packs": [
        {"pack_id": "S000001.001", "gtin": GTIN, "batch": "L64218", "expiry": "2027-04-15", "place": "area:MANUAL-A"}
    ],
}


RUNS = (
    DeliveryRun("QEUH-1", "QEUH", "1234567", "07:00", "08:30"),
    DeliveryRun("GRI-1", "GRI", "12345", "08:00", "09:00"),
)
CHRISTMAS = CalendarChange(
    "H-2026-11-25", CalendarChangeKind.HOLIDAY, "2026-11-25", "Early Christmas", "import", NOW - 90_000
)


def entry(seq: int, subject: str = "order:T000173", action: str = "order.received") -> JournalEntry:
    return JournalEntry(
        seq, NOW - 600 + seq, "ward", action, subject, {"lines": 1, "old": None}, "0" * 64, f"{seq:064x}"
    )


def small_engine() -> FakeEngine:
    engine = FakeEngine(_state())
    for seq, subject in enumerate(("order:T000173", "tote:T000173-1", "robot:R1", "task:C1.000001"), start=1):
        engine.write(entry(seq, subject))
    return engine


def small_archive(engine: FakeEngine) -> FakeArchive:
    archive = FakeArchive(engine)
    archive.book = [
        Posting(1, NOW - 90_000, "S000001.001", GTIN, "L64218", "supplier", "goods-in", "received", "DN1"),
        Posting(2, NOW - 80_000, "S000001.001", GTIN, "L64218", "goods-in", "area:MANUAL-A", "shelved", "W0.000009"),
    ]
    archive.chores_done = [
        Chore(
            "N1.000001", ChoreKind.COUNT, "R1", "A-07", "not counted for 14 days or more", "C1.000002", 0, NOW - 9000,
            ChoreStatus.DONE, NOW - 8970, "112 there",
        ),
        Chore("N1.000002", ChoreKind.NEAR, "R1", GTIN, "wanted tomorrow", "C1.000003", 1, NOW - 60),
    ]  # fmt: skip
    archive.windows = [
        MaintenanceWindow("M1.000001", "R1", NOW + 61_200, NOW + 72_000, "new belts", "Ann", NOW - 3600),
        MaintenanceWindow("M1.000002", "V1", NOW - 61_200, NOW - 50_000, "lamp", "Ann", NOW - 90_000, OVER),
    ]
    archive.runs = [
        ProcedureRun(
            "P1.000001", "VAC-14", "R1", NOW - 900, "Ann", "F-000001", [StepDone("take_out", NOW - 890, "Ann", "ok")]
        )
    ]
    archive.logged = [LogEntry("L1.000001", "R1", NOW - 800, "Ann", "note", "new cup", None)]
    archive.recalled = [Recall("RC1.000001", GTIN, "L64218", 2, "label", "Ann", NOW - 600, blocked_packs=2)]
    archive.left[GTIN, "L64218"] = [
        SentPack("S000009.001", "GGH-WA0000", "T000100", "T000100-1", NOW - 86_400, DEPARTURE),
        SentPack("S000009.002", "GGH-WA0000", "T000100", "T000100-1", NOW - 86_400, DEPARTURE),
        SentPack("S000009.003", "GRI-WA0001", "T000101", "T000101-1", NOW - 900, "courier"),
    ]
    archive.set_aside = [
        QuarantinedLot("Q1.000001", "temperature of V1 (F-000001)", GTIN, "L64218", "robot:V1", 3),
        QuarantinedLot("Q1.000001", "temperature of V1 (F-000001)", GTIN, "L64219", "robot:V1", 1),
    ]
    warm = {"why": "temperature of V1 (F-000001)", "packs": 4, "place": "V1", "since_at": NOW - 2700.0, "left": 1}
    archive.noted = [
        JournalEntry(1, NOW - 900, "controller", "quarantine.opened", "quarantine:Q1.000001", warm, "0" * 64, "1" * 64)
    ]
    archive.gone_from["robot:V1"] = [
        SentPack("S000008.001", "GGH-WA0000", "T000100", "T000100-1", NOW - 1500, DEPARTURE),
        SentPack("S000008.009", "GGH-WA0000", "T000100", "T000100-1", NOW - 2800, DEPARTURE),
    ]
    archive.taken_out["robot:V1"] = [
        TakenPack("S000008.001", GTIN, "L64218", NOW - 1800, "T000100-1", "T000100", "dispatched:GGH-WA0000"),
        TakenPack("S000008.002", GTIN, "L64218", NOW - 600, "T000173-1", "T000173", "tote:T000173-1"),
    ]
    archive.poisoned = [PoisonMessage(NOW - 5, "nightshift/1/pdc/R1/event", "R1", "not UTF-8", b"\xff{")]
    archive.alarmed = alarms()
    archive.faulted, archive.recorded, archive.told = list(FAULTS), list(RECORDED), list(CONDITIONS)
    return archive


def _state() -> FakeState:
    places = (RobotPlace("R1", Zone.AMBIENT, 25_000), RobotPlace("V1", Zone.VAULT, 8_000))
    site = Site("pdc", "Pharmacy Distribution Centre", "Europe/London", places, (ManualArea("MANUAL-A", Zone.AMBIENT),))
    faulty = RobotFault("R1-7", "GRP-11", 3, NOW - 60, command_id="C1.000001", pack_id="S000002.001")
    return FakeState(
        site=site,
        products={GTIN: Product(GTIN, "20282621000001103", "Letrozole", Zone.AMBIENT, True, 50, 63, 24, 172, True)},
        destinations={"GGH-WA0000": Destination("GGH-WA0000", "GGH ward 0", "GGH", "ward")},
        departures={
            DEPARTURE: Departure(DEPARTURE, "QEUH-1", "QEUH", "2026-11-23", NOW - 3600, NOW + 1800),
            "GRI-1/2026-11-24": Departure("GRI-1/2026-11-24", "GRI-1", "GRI", "2026-11-24", NOW, NOW + 90_000),
        },
        calendar=Calendar(RUNS, [CHRISTMAS], ZoneInfo("Europe/London")),
        calendar_changes={CHRISTMAS.change_id: CHRISTMAS},
        robots={
            "R1": Robot(
                "R1",
                Zone.AMBIENT,
                25_000,
                trust=Trust.READY,
                generation=3,
                packml=6,
                faults={faulty.occurrence: faulty},
                outputs=("OUT-1",),
                commands=("pick", "store"),
                last_report_at=NOW - 2,
            ),
            "V1": Robot("V1", Zone.VAULT, 8_000, trust=Trust.SILENT, packml=4),
        },
        orders={
            "T000173": Order(
                "T000173", "GGH-WA0000", OrderClass.ROUTINE, NOW - 600, NOW + 1800, DEPARTURE,
                [OrderLine(1, GTIN, 5, reserved=1, in_work=2, gathered=1)], 1, totes=["T000173-1"],
            ),
            "D000001": Order(
                "D000001", "GGH-WA0000", OrderClass.DISCHARGE, NOW - 7200, NOW - 60, None,
                [OrderLine(1, GTIN, 1, gathered=1)], 2, status=OrderStatus.GATHERED, gathered_at=NOW - 100,
            ),
        },
        totes={
            "T000173-1": Tote("T000173-1", "T000173", packs=1, expected=2),
            "D000001-1": Tote("D000001-1", "D000001", packs=1, status=ToteStatus.CHECKED, checked_by="Ann"),
        },
        tasks={
            "C1.000001": Task(
                "C1.000001", TaskKind.PICK, "R1", 3, 1, NOW - 30, 600.0,
                steps=[Step("S000002.001", 1, line=1), Step("S000002.002", 2, line=1)],
                order_ref="T000173", tote_id="T000173-1", output="OUT-1", status=TaskStatus.RUNNING, sent_at=NOW - 29,
            )
        },
        works={
            "W1.000001": Work(
                "W1.000001", WorkKind.HAND_PICK, "MANUAL-A", NOW - 300, NOW + 1800, 2,
                pack_ids=["S000001.001"], lines=[1], order_ref="T000173", tote_id="T000173-1", departure_id=DEPARTURE,
            ),
            "W1.000002": Work(
                "W1.000002", WorkKind.CHECK, "CHECK", NOW - 200, NOW + 900, 0,
                tote_id="D000001-1", status=WorkStatus.TAKEN, worker="Ann", taken_at=NOW - 20,
            ),
        },
        doubts={
            "D1.000001": Doubt("D1.000001", "C0.000009", "R1", "S000003.001", None, NOW - 1200, "power lost")
        },
        faults={fault.fault_id: fault for fault in FAULTS},
        alarms={alarm.condition: alarm for alarm in alarms() if alarm.ended_at is None},
        out_of_service={OUT.condition: OUT},
        night_pauses={"R1": NightPause("R1", "visitors", "Ann", NOW - 120)},
        book=FakeBook(
            packs={
                "S000001.001": Pack("S000001.001", GTIN, "L64218", date(2027, 4, 15), "area:MANUAL-A"),
                "S000001.002": Pack("S000001.002", GTIN, "L64218", date(2027, 4, 15), "area:MANUAL-A", hold="recall"),
                "S000002.001": Pack("S000002.001", GTIN, "K1", date(2027, 1, 31), "robot:R1", claim="C1.000001"),
                "S000002.002": Pack("S000002.002", GTIN, "K1", date(2027, 1, 31), "tote:T000173-1"),
            },
            balances={"supplier": -4, "area:MANUAL-A": 2, "robot:R1": 1, "tote:T000173-1": 1},
        ),
    )  # fmt: skip
