"""The crew: shifts, durations, and what they find."""

from zoneinfo import ZoneInfo

import pytest

from controller.protocol.events import PackOffered
from simulator.chance import Chance
from simulator.desk import ClaimWork, DeskAnswer, FinishWork, Work, WorkPack
from simulator.desk_quality import ReportFound
from simulator.floor import GOODS_IN, Floor, NoFloorLog
from simulator.people import Crew
from simulator.site import StockLine
from simulator.staffing import CrewPlan, Staffing
from simulator.timeline import Timeline
from tests.contract.robot_bench import BARE, FLAT, NOON, Bench


class Desk:
    """Answers when the test says so."""

    def __init__(self, start_at: float, plan: CrewPlan, stock: tuple[StockLine, ...] = ()) -> None:
        self.timeline = Timeline(start_at)
        self.asked: list[tuple[object, object]] = []
        self.bench = Bench()
        self.floor = Floor(stock, NoFloorLog())
        self.crew = Crew(
            plan,
            ZoneInfo("Europe/London"),
            (),
            self.timeline,
            Chance(1).stream("people"),
            self.floor,
            self.bench.centre.robots,
            lambda request, answered: self.asked.append((request, answered)),
        )
        self.crew.start()

    def answer(self, number: int, answer: DeskAnswer) -> None:
        answered = self.asked[number][1]
        assert callable(answered)
        answered(answer)

    @property
    def claims(self) -> list[str]:
        return [request.worker for request, _ in self.asked if isinstance(request, ClaimWork)]


def one_station(day: int, night: int) -> CrewPlan:
    return CrewPlan(stations={"CHECK": Staffing(day, night)})


def work(kind: str, *packs: WorkPack, robot: str | None = None, station: str = "CHECK") -> Work:
    return Work("W1", kind, station, robot, None, packs)


FLAT_PACK = WorkPack("P1", FLAT, "L1", "2027-06-30", None)
BARE_PACK = WorkPack("P2", BARE, "L9", "2027-06-30", None)


def test_the_shift_changes_by_local_time() -> None:
    desk = Desk(NOON - 7 * 3600.0, one_station(3, 1))
    assert desk.claims == ["CHECK-1"]
    desk.timeline.run_until(NOON - 6 * 3600.0)
    assert desk.claims == ["CHECK-1", "CHECK-2", "CHECK-3"]


def test_a_person_goes_home_when_the_last_claim_has_ended() -> None:
    desk = Desk(NOON, one_station(2, 1))
    desk.timeline.run_until(NOON + 9 * 3600.0)
    for number in (0, 1):
        desk.answer(number, DeskAnswer(200, {"work": None}))
    assert desk.claims == ["CHECK-1", "CHECK-2", "CHECK-1"]


def test_work_takes_its_time_and_then_is_told() -> None:
    desk = Desk(NOON, one_station(1, 1))
    described: dict[str, object] = {
        "work_id": "W1",
        "kind": "check",
        "station": "CHECK",
        "robot": None,
        "tote_id": "T1",
        "packs": [],
    }
    desk.answer(0, DeskAnswer(200, {"work": described}))
    assert len(desk.asked) == 1
    desk.timeline.run_until(NOON + 600.0)
    request = desk.asked[1][0]
    assert isinstance(request, FinishWork)
    assert (request.work_id, request.findings) == ("W1", {"accepted": True})
    desk.answer(1, DeskAnswer(200, {}))
    assert desk.claims == ["CHECK-1", "CHECK-1"]


def test_an_answer_that_says_nothing_is_asked_again_later() -> None:
    desk = Desk(NOON, one_station(1, 1))
    for number, answer in enumerate((DeskAnswer(409), DeskAnswer(200, {"work": {"kind": 1}}), DeskAnswer(200, None))):
        desk.answer(number, answer)
        assert len(desk.asked) == number + 1
        desk.timeline.run_until(desk.timeline.now + 10.0)
        assert len(desk.asked) == number + 2


def test_durations_grow_with_products_and_packs() -> None:
    crew = Desk(NOON, CrewPlan(spread_sigma=0.0)).crew
    assert crew.duration_s(work("hand_pick", FLAT_PACK)) == 12 + 20 + 3
    assert crew.duration_s(work("hand_pick", FLAT_PACK, FLAT_PACK, BARE_PACK)) == 12 + 40 + 9
    assert crew.duration_s(work("check", FLAT_PACK, BARE_PACK)) == 25 + 3
    assert crew.duration_s(work("settle")) == 240


def test_hand_pickers_take_what_is_there() -> None:
    stock = (StockLine(1, FLAT, "L1", "2027-06-30", "CHECK", 1),)
    desk = Desk(NOON, CrewPlan(), stock)
    found = desk.crew.perform(work("hand_pick", FLAT_PACK, BARE_PACK), "Kim")
    assert found == {"picked": ["P1"], "missing": ["P2"]}
    assert desk.crew.perform(work("hand_pick", FLAT_PACK), "Kim")["missing"] == ["P1"]


def test_fed_packs_leave_goods_in_and_lie_on_the_belt() -> None:
    desk = Desk(NOON, CrewPlan())
    desk.floor.put(GOODS_IN, (FLAT, "L1", "2027-06-30"), 1)
    found = desk.crew.perform(work("feed", FLAT_PACK, FLAT_PACK, robot="R1"), "Kim")
    assert found == {"moved": ["P1"], "missing": ["P1"]}
    assert [pack.gtin for pack in desk.bench.robot.machine.input_belt] == [FLAT]


def test_shelved_packs_can_be_picked_by_hand() -> None:
    desk = Desk(NOON, CrewPlan())
    desk.floor.put(GOODS_IN, (FLAT, "L1", "2027-06-30"), 1)
    place = WorkPack("P1", FLAT, "L1", "2027-06-30", "MANUAL-A")
    assert desk.crew.perform(work("shelve", place), "Kim")["moved"] == ["P1"]
    assert desk.floor.count("MANUAL-A", (FLAT, "L1", "2027-06-30")) == 1


def test_a_rejected_pack_is_read_labelled_and_fed_again() -> None:
    desk = Desk(NOON, CrewPlan())
    bench = desk.bench
    bench.feed(BARE, "L9", "2028-01-31")
    bench.run(10.0)
    found = desk.crew.perform(work("clear_reject", robot="R1"), "Kim")
    assert found == {"gtin": BARE, "batch": "L9", "expiry": "2028-01-31", "fed_again": True}
    assert desk.crew.perform(work("clear_reject", robot="R1"), "Kim") == {"empty": True}
    bench.run(30.0)
    again = bench.events(PackOffered)[-1]
    assert (again.batch, again.expiry) == ("L9", "2028-01-31")


def on_the_lane(desk: Desk, *, fed: bool = True) -> None:
    """A pack without a DataMatrix lies on the reject lane of R1."""
    if fed:
        desk.floor.feed("R1", (BARE, "L9", "2028-01-31"))
    desk.bench.feed(BARE, "L9", "2028-01-31")
    desk.bench.run(10.0)


def test_what_comes_round_a_second_time_is_set_aside() -> None:
    desk = Desk(NOON, CrewPlan())
    on_the_lane(desk)
    lane = desk.bench.robot.machine.reject_lane
    lane[0].labelled = True
    found = desk.crew.perform(work("clear_reject", robot="R1"), "Kim")
    assert found == {"gtin": BARE, "batch": "L9", "expiry": "2028-01-31", "set_aside": True}
    assert not lane
    assert desk.floor.fed["R1"][BARE, "L9", "2028-01-31"] == 0, "it does not lie on the belt after a restart"


def test_what_the_job_names_is_set_aside_at_first_sight() -> None:
    desk = Desk(NOON, CrewPlan())
    on_the_lane(desk)
    recalled = WorkPack("P3", BARE, "L9", "2028-01-31", "quarantine")
    assert desk.crew.perform(work("clear_reject", recalled, robot="R1"), "Kim")["set_aside"] is True


@pytest.mark.parametrize(("moved", "reported"), [(None, True), ("P3", False)])
def test_what_the_books_do_not_have_there_is_reported_as_found(moved: str | None, reported: bool) -> None:
    desk = Desk(NOON, one_station(1, 1))
    on_the_lane(desk)
    desk.bench.robot.machine.reject_lane[0].labelled = True
    described = {"work_id": "W1", "kind": "clear_reject", "station": "CHECK", "robot": "R1", "tote_id": None}
    desk.answer(0, DeskAnswer(200, {"work": {**described, "packs": []}}))
    desk.timeline.run_until(NOON + 600.0)
    desk.answer(1, DeskAnswer(200, {"work_id": "W1", "status": "done", "set_aside": moved}))
    found = [number for number, (request, _) in enumerate(desk.asked) if isinstance(request, ReportFound)]
    assert bool(found) is reported
    for number in found:
        desk.answer(number, DeskAnswer(201, {}))
    assert desk.floor.count(GOODS_IN, (BARE, "L9", "2028-01-31")) == len(found)


def test_a_count_sees_as_many_of_each_lot_as_stand_there() -> None:
    stock = (StockLine(1, FLAT, "L1", "2027-06-30", "CHECK", 2),)
    desk = Desk(NOON, CrewPlan(), stock)
    packs = [WorkPack(f"P{number}", FLAT, "L1", "2027-06-30", None) for number in (3, 4, 5)]
    found = desk.crew.perform(work("count_stock", *packs, BARE_PACK), "Kim")
    assert found == {"moved": ["P3", "P4"], "missing": ["P5", "P2"]}
    assert desk.floor.count("CHECK", (FLAT, "L1", "2027-06-30")) == 2, "a count takes nothing away"


def test_settling_says_where_each_doubtful_pack_really_is() -> None:
    desk = Desk(NOON, CrewPlan())
    bench, (table, shelf, tote) = desk.bench, desk.bench.stocked[:3]
    bench.send(bench.pick(tote))
    bench.run(60.0)
    bench.send(bench.pick(table))
    while len(bench.moved) < 3:
        bench.run(0.1)
    bench.send(bench.pick(shelf))
    bench.reboot()
    packs = [WorkPack(pack.pack_id, pack.gtin, pack.batch, pack.expiry, None) for pack in (table, shelf, tote)]
    doubtful = work("settle", *packs, WorkPack("NONE", FLAT, "L1", "2027-06-30", None), robot="R1")
    desk.crew.begin(doubtful)
    assert bench.robot.interlocks.door_open
    found = desk.crew.perform(doubtful, "Kim")["packs"]
    assert [entry["found"] for entry in found] == ["removed", "in_robot", "in_tote", "lost"]
    assert not bench.robot.interlocks.open
    assert bench.robot.machine.tray == []
    bench.run(20.0)
    assert bench.robot.program is not None
    assert bench.robot.program.condition.packml.name == "IDLE"


def test_a_pack_that_a_colleague_took_out_is_not_lost() -> None:
    desk = Desk(NOON, CrewPlan())
    bench, pack = desk.bench, desk.bench.stocked[0]
    bench.send(bench.pick(pack))
    while not bench.moved:
        bench.run(0.1)
    bench.reboot()
    other, mine = (
        work("settle", WorkPack(pack_id, FLAT, "L1", "2027-06-30", None), robot="R1")
        for pack_id in ("OTHER", pack.pack_id)
    )
    desk.crew.begin(other)
    desk.crew.begin(mine)
    assert desk.crew.perform(other, "Kim")["packs"][0]["found"] == "lost"
    assert bench.robot.interlocks.door_open, "somebody is still inside"
    assert desk.crew.perform(mine, "Ann")["packs"][0]["found"] == "removed"
    assert not bench.robot.interlocks.open


def test_a_reset_without_power_counts_at_the_next_boot() -> None:
    desk = Desk(NOON, CrewPlan())
    bench = desk.bench
    doubtful = work("settle", robot="R1")
    desk.crew.begin(doubtful)
    bench.robot.cut_power()
    desk.crew.perform(doubtful, "Kim")
    bench.reboot()
    bench.run(20.0)
    assert bench.robot.program is not None
    assert bench.robot.program.condition.packml.name == "IDLE"


def test_every_station_of_a_site_is_manned() -> None:
    stations = {output.request.station for output in Bench().asked if isinstance(output.request, ClaimWork)}
    assert stations == {"MANUAL-A", "CHECK", "DOCK", "GOODS-IN", "FLOOR"}


def test_a_pack_taken_out_of_a_robot_by_hand_is_off_its_shelf_and_out_of_its_index_and_the_door_is_shut_again() -> None:
    desk = Desk(NOON, one_station(1, 1))
    robot = desk.bench.robot
    pack_id, _ = robot.inventory.places()[0]
    picked = work("hand_pick", WorkPack(pack_id, FLAT, "L1", "2027-06-30", None), robot=robot.build.robot)
    desk.crew.begin(picked)
    doors = [robot.interlocks.door_open]
    assert desk.crew.perform(picked, "Ann") == {"picked": [pack_id], "missing": []}
    assert [*doors, robot.interlocks.door_open] == [True, False]
    assert robot.inventory.place(pack_id) is None
    assert pack_id not in {pack.pack_id for pack in robot.machine.shelved.values()}
    again = desk.crew.perform(picked, "Ann")
    assert again == {"picked": [], "missing": [pack_id]}
