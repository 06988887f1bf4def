"""From the dock to a robot or a shelf: what is scanned must be what was delivered, or a person looks at it."""

from datetime import date

import pytest

from controller.domain.errors import Invalid
from controller.domain.product import Zone
from controller.domain.task import TaskKind
from controller.domain.work import WorkKind
from controller.engine import actions as act
from controller.engine.goods_in import INPUT_EMPTY_S
from tests.support.cores import BARE, FLAT, NEW, OLD, SHELF, Floor, StandInRobot, product, small_master

MONDAY_ITSELF = date(2026, 11, 23)


def _delivered(*lines: tuple[str, str, int], floor: Floor | None = None) -> Floor:
    floor = floor or Floor(()).open()
    delivered = tuple(act.DeliveredLine(gtin, batch, NEW, packs) for gtin, batch, packs in lines)
    floor.do(act.BookDelivery("DN1", delivered, "ann"))
    return floor


def _fed(*lines: tuple[str, str, int]) -> tuple[Floor, StandInRobot]:
    """One robot has the packs on its belt."""
    floor = Floor(()).open()
    floor.r2.state(mode="manual")
    _delivered(*lines, floor=floor)
    while (job := floor.claim("GOODS-IN", "bob")) is not None:
        assert job["robot"] == "R1"
        floor.do(act.FinishWork(job["work_id"], "bob", moved=tuple(pack["pack_id"] for pack in job["packs"])))
    return floor, floor.r1


def _offer(
    robot: StandInRobot, gtin: str | None, batch: str | None, expiry: date | None = None, offer_id: str = "o1"
) -> None:
    robot.event(act.PackOffered(offer_id, "", gtin, batch, expiry, None, 50, 80, 30))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (act.DeliveredLine("05000000009999", "B1", NEW, 1), "no product"),
        (act.DeliveredLine(FLAT, "", NEW, 1), "batch"),
        (act.DeliveredLine(FLAT, "two words", NEW, 1), "batch"),
        (act.DeliveredLine(FLAT, "B1", NEW, 0), "0 packs"),
        (act.DeliveredLine(FLAT, "B1", NEW, 5001), "5001 packs"),
        (act.DeliveredLine(FLAT, "B1", MONDAY_ITSELF, 1), "has expired"),
        (act.DeliveredLine("05000000000067", "B1", NEW, 1), "neither a robot nor an area"),
    ],
)
def test_a_delivery_is_refused_as_a_whole(line: act.DeliveredLine, words: str) -> None:
    master = small_master()
    master.products.append(product("05000000000067", Zone.FRIDGE))
    floor = Floor((), master).open()
    with pytest.raises(Invalid, match=words):
        floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "GOOD", NEW, 1), line), "ann"))
    assert not floor.last.worth_committing
    assert not floor.core.state.book.packs


def test_a_delivery_without_lines_is_refused() -> None:
    with pytest.raises(Invalid, match="no lines"):
        Floor(()).open().do(act.BookDelivery("DN1", (), "ann"))


def test_a_scanned_pack_is_stored_as_the_delivered_one() -> None:
    floor, robot = _fed((FLAT, "B1", 1))
    _offer(robot, FLAT, "B1", NEW)
    task = robot.only(TaskKind.STORE)
    pack_id = task.steps[0].pack_id
    robot.event(act.PackStored(task.task_id, pack_id, "A-01-001"))
    assert floor.account(pack_id) == "robot:R1"
    robot.end(task)
    assert floor.standing(pack_id) == "available"
    assert not floor.rows.rows["offers"]
    floor.sound()


def test_a_pack_scanned_before_its_carrier_said_so_has_left_goods_in() -> None:
    floor = _delivered((FLAT, "B1", 4))
    job = floor.claim("GOODS-IN", "ann")
    assert job is not None
    robot = floor.r1 if job["robot"] == "R1" else floor.r2
    _offer(robot, FLAT, "B1", NEW)
    robot.work_off()
    floor.do(act.FinishWork(job["work_id"], "ann", moved=tuple(pack["pack_id"] for pack in job["packs"])))
    accounts = sorted(floor.rows.packs[pack["pack_id"]].account for pack in job["packs"])
    assert accounts == [f"input:{robot.name}", f"robot:{robot.name}"]
    floor.sound()


def test_a_pack_that_is_gone_before_its_carrier_said_so_stops_nothing() -> None:
    floor = _delivered((FLAT, "B1", 3))
    job = floor.claim("GOODS-IN", "ann")
    assert job is not None
    robot = floor.r1 if job["robot"] == "R1" else floor.r2
    _offer(robot, FLAT, "B1", NEW)
    robot.work_off()
    floor.order("T1", (FLAT, 1))
    robot.work_off()
    floor.send_off("T1")
    floor.jump_to(floor.row("T1").due_at)
    assert floor.row("T1").status == "dispatched"
    _offer(robot, FLAT, "B1", NEW, "o2")
    assert robot.only(TaskKind.STORE)
    floor.sound()


def test_a_bare_code_is_enough_while_only_one_batch_is_on_the_belt() -> None:
    floor, robot = _fed((BARE, "B1", 2))
    _offer(robot, BARE, None)
    assert robot.only(TaskKind.STORE)
    floor.sound()


def test_of_a_bare_product_one_batch_at_a_time_goes_on_the_belt() -> None:
    floor = Floor(()).open()
    floor.r2.state(mode="manual")
    _delivered((BARE, "B1", 2), (BARE, "B2", 2), floor=floor)
    job = floor.work("GOODS-IN")
    assert {pack["batch"] for pack in job["packs"]} == {"B1"}
    assert floor.claim("GOODS-IN") is None


@pytest.mark.parametrize(
    ("gtin", "batch", "expiry", "reason"),
    [
        (None, None, None, "no_read"),
        (FLAT, None, None, "batch_unknown"),
        (FLAT, "B9", NEW, "not_expected"),
        (FLAT, "B1", OLD, "not_expected"),
        (SHELF, "B1", NEW, "not_expected"),
    ],
)
def test_what_cannot_be_told_apart_is_rejected_and_a_person_looks(
    gtin: str | None, batch: str | None, expiry: date | None, reason: str
) -> None:
    floor, robot = _fed((FLAT, "B1", 1), (FLAT, "B2", 1))
    _offer(robot, gtin, batch, expiry)
    assert robot.only(TaskKind.REJECT).reason == reason
    assert [work.robot for work in floor.rows.works.values() if work.kind is WorkKind.CLEAR_REJECT] == ["R1"]
    floor.work("FLOOR", identified=act.DeliveredLine(FLAT, "B1", NEW, 1))
    assert floor.rows.actions("pack.read_by_eye")[0].data["batch"] == "B1"


def test_an_offer_is_answered_once_and_the_same_pack_is_not_given_twice() -> None:
    floor, robot = _fed((FLAT, "B1", 2))
    _offer(robot, FLAT, "B1", NEW, "o1")
    _offer(robot, FLAT, "B1", NEW, "o2")
    _offer(robot, FLAT, "B1", NEW, "o3")
    stored = [task.steps[0].pack_id for task in robot.open_tasks(TaskKind.STORE)]
    assert len(stored) == len(set(stored)) == 2
    assert [task.reason for task in robot.open_tasks(TaskKind.REJECT)] == ["not_expected"]
    floor.sound()


def test_a_robot_without_room_gets_nothing_more_for_a_while() -> None:
    floor, robot = _fed((FLAT, "B1", 1))
    _offer(robot, FLAT, "B1", NEW)
    robot.event(act.CommandRefused(robot.only(TaskKind.STORE).task_id, "no_space", ""))
    assert floor.claim("FLOOR") is not None
    _delivered((FLAT, "B3", 2), floor=floor)
    assert floor.claim("GOODS-IN") is None
    floor.wait(1800.0, floor.r1, floor.r2, floor.r3)
    floor.r2.state(mode="manual")
    job = floor.claim("GOODS-IN")
    assert job is not None
    assert job["robot"] == "R1"


def test_a_lapsed_offer_leaves_a_pack_on_the_lane() -> None:
    floor, robot = _fed((FLAT, "B1", 1))
    robot.event(act.OfferLapsed("o1"))
    job = floor.claim("FLOOR")
    assert job is not None
    assert job["kind"] == "clear_reject"


def test_what_no_robot_holds_is_shelved_by_hand() -> None:
    floor = _delivered((SHELF, "B1", 2))
    job = floor.work("GOODS-IN")
    assert (job["kind"], {pack["place"] for pack in job["packs"]}) == ("shelve", {"MANUAL-A"})
    assert {pack.account for pack in floor.rows.packs.values()} == {"area:MANUAL-A"}
    floor.sound()


def test_what_the_carrier_did_not_find_is_held_and_what_he_left_is_carried_again() -> None:
    floor = _delivered((SHELF, "B1", 3))
    job = floor.claim("GOODS-IN", "ann")
    assert job is not None
    moved, missing, left = (pack["pack_id"] for pack in job["packs"])
    floor.do(act.FinishWork(job["work_id"], "ann", moved=(moved,), missing=(missing,)))
    assert floor.standing(missing) == "held"
    again = floor.claim("GOODS-IN")
    assert again is not None
    assert [pack["pack_id"] for pack in again["packs"]] == [left]


def test_a_held_delivery_is_not_carried_until_it_is_released() -> None:
    floor = _delivered((FLAT, "B1", 4), (SHELF, "B2", 1))
    floor.do(act.HoldStock(FLAT, "B1", "recall", "pharmacist"))
    assert floor.work("GOODS-IN")["kind"] == "shelve"
    assert floor.claim("GOODS-IN") is None
    floor.do(act.ReleaseStock(FLAT, "B1", "false alarm", "pharmacist"))
    job = floor.claim("GOODS-IN")
    assert job is not None
    assert len(job["packs"]) == 2
    floor.sound()


def test_a_pack_held_on_its_way_to_the_robot_is_rejected_at_the_scanner() -> None:
    floor = _delivered((FLAT, "B1", 1))
    job = floor.claim("GOODS-IN", "ann")
    assert job is not None
    robot = floor.r1 if job["robot"] == "R1" else floor.r2
    floor.do(act.HoldStock(FLAT, "B1", "recall", "pharmacist"))
    _offer(robot, FLAT, "B1", NEW)
    assert robot.only(TaskKind.REJECT).reason == "not_expected"
    floor.sound()


def test_what_stands_at_goods_in_is_placed_anew_after_a_restart() -> None:
    floor = _delivered((FLAT, "B1", 2))
    floor.restart()
    floor.open()
    assert floor.work("GOODS-IN")["kind"] == "feed"
    floor.sound()


def test_an_offer_made_before_the_robot_is_trusted_is_answered_after() -> None:
    floor, robot = _fed((FLAT, "B1", 1))
    floor.tell(act.LinkChanged(False), act.LinkChanged(True))
    _offer(robot, FLAT, "B1", NEW)
    assert not robot.open_tasks()
    robot.state()
    assert robot.only(TaskKind.STORE)


def test_the_next_delivery_goes_where_the_first_is_on_its_way_to() -> None:
    """One pack on each robot: neither what is promised, nor what is carried, nor what is on a belt is forgotten."""
    first = _delivered((FLAT, "B1", 1))
    (there,) = [name for name, queue in first.core.state.putaway.items() if queue]
    for stage in ("promised", "carried", "on the belt"):
        floor = _delivered((FLAT, "B1", 1))
        if stage != "promised":
            job = floor.claim("GOODS-IN", "ann")
            assert job is not None
            if stage == "on the belt":
                floor.do(act.FinishWork(job["work_id"], "ann", moved=(job["packs"][0]["pack_id"],)))
        # The other robot is much the busier: only that it lacks the product speaks for it.
        floor.core.state.burden = {"R1": 0.0, "R2": 1000.0}
        floor.do(act.BookDelivery("DN-9", (act.DeliveredLine(FLAT, "B2", NEW, 1),), "goods-in"))
        elsewhere = [
            robot
            for robot, queue in floor.core.state.putaway.items()
            for pack_id in queue
            if floor.rows.packs[pack_id].batch == "B2"
        ]
        assert (there, elsewhere) == ("R1", ["R2"]), stage


def test_what_waits_is_counted_by_robot_and_batch_until_it_is_taken() -> None:
    floor = _delivered((FLAT, "B1", 5))
    state = floor.core.state
    assert sum(state.promised[FLAT].values()) == 5
    job = floor.claim("GOODS-IN", "ann")
    assert job is not None
    assert sum(state.promised[FLAT].values()) == 5 - len(job["packs"])
    floor.do(act.HoldStock(FLAT, "B1", "recall", "pharmacist"))
    assert state.promised[FLAT] == {}


def test_what_was_ordered_is_what_leaves_a_day() -> None:
    floor = _delivered((FLAT, "B1", 5))
    floor.order("T1", (FLAT, 3))
    assert floor.core.state.usage.daily(FLAT, floor.now + 86_400.0) > 0.0


def _input_empty_for(floor: Floor, robot: StandInRobot, seconds: float) -> None:
    """The robot reports an empty input all the while."""
    floor.wait(seconds, robot, floor.r2, floor.r3)


def test_what_the_books_have_at_an_input_where_nothing_lies_is_missing() -> None:
    floor, robot = _fed((FLAT, "B1", 2))
    _offer(robot, FLAT, "B1", NEW)
    robot.work_off()
    (ghost,) = [pack for pack in floor.rows.packs.values() if pack.account == "input:R1"]
    _input_empty_for(floor, robot, INPUT_EMPTY_S / 2)
    assert ghost.hold is None
    _input_empty_for(floor, robot, INPUT_EMPTY_S)
    assert floor.rows.packs[ghost.pack_id].hold == "missing: nothing waits at the input of R1"
    floor.do(act.WriteOff((ghost.pack_id,), "looked everywhere", "Ann"))
    floor.sound()


def test_what_still_lies_there_is_not_missing() -> None:
    floor, robot = _fed((FLAT, "B1", 2))
    for _ in range(int(2 * INPUT_EMPTY_S / 20)):
        floor.wait(20.0)
        floor.tell(robot.next_state(input_waiting=2), floor.r2.next_state(), floor.r3.next_state())
    assert not any(pack.hold for pack in floor.rows.packs.values())


@pytest.mark.parametrize("known", [True, False])
def test_who_sets_a_pack_aside_hears_whether_the_books_have_it_there(known: bool) -> None:
    floor, robot = _fed((FLAT, "B1", 1))
    _offer(robot, None, None)
    robot.end(robot.only(TaskKind.REJECT))
    job = floor.claim("FLOOR", "Cat")
    assert job is not None
    read = act.DeliveredLine(FLAT, "B1" if known else "B9", NEW, 1)
    answer = floor.do(act.FinishWork(job["work_id"], "Cat", identified=read, set_aside=True))
    (pack,) = floor.rows.packs.values()
    assert answer["set_aside"] == (pack.pack_id if known else None)
    assert pack.account == ("quarantine" if known else "input:R1")


def test_a_missing_pack_that_comes_to_the_lane_after_all_is_not_missing_any_more() -> None:
    floor, robot = _fed((FLAT, "B1", 1))
    _input_empty_for(floor, robot, 1.5 * INPUT_EMPTY_S)
    _offer(robot, FLAT, "B1", NEW)
    robot.end(robot.only(TaskKind.REJECT))
    floor.work("FLOOR", moved=(), identified=act.DeliveredLine(FLAT, "B1", NEW, 1), set_aside=True)
    (pack,) = floor.rows.packs.values()
    assert (pack.account, pack.hold) == ("quarantine", None)
    floor.do(act.RestoreStock((pack.pack_id,), "seal and label are good", "Quinn"))
    assert floor.claim("GOODS-IN") is not None
    floor.sound()
