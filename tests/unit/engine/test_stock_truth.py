"""What is done when stock may not be what the books say: held at once, decided by name, corrected by lawful moves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.errors import Conflict, Invalid, NotFound
from controller.domain.product import Zone
from controller.domain.robot import RobotFault
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine.quarantines import UNMEASURED_S, between_good_checks
from tests.support.cores import DRUG, FLAT, MONDAY, NEW, OLD, SHELF, TALL, Floor, StandInRobot, order_of, packs_of


def told(code: str, pack_id: str | None = None) -> act.FaultRaised:
    return act.FaultRaised(RobotFault("R1-1", code, 1, MONDAY, pack_id=pack_id))


def held(floor: Floor) -> set[str]:
    return {pack.pack_id for pack in floor.rows.packs.values() if pack.hold is not None}


def case_of(floor: Floor) -> str:
    return floor.rows.actions("quarantine.opened")[-1].subject.removeprefix("quarantine:")


def one_robot() -> Floor:
    """All that is delivered goes to R1."""
    floor = Floor([])
    floor.tell(act.LinkChanged(True), act.Tick())
    floor.r1.arrive()
    return floor


def feed(floor: Floor, robot: StandInRobot, gtin: str, batch: str, packs: int) -> list[str]:
    """Deliver packs and have this robot store them, in order."""
    floor.do(act.BookDelivery(f"DN-{batch}", (act.DeliveredLine(gtin, batch, NEW, packs),), "Bob"))
    floor.work("GOODS-IN")
    stored = []
    for number in range(packs):
        robot.event(act.PackOffered(f"{batch}-{number}", "code", gtin, batch, NEW, None, 50.0, 80.0, 30.0))
        task = robot.only(TaskKind.STORE)
        stored.append(task.steps[0].pack_id)
        robot.event(act.PackStored(task.task_id, task.steps[0].pack_id, "A-01-001"))
        robot.end(task)
    return stored


# ---- temperature ------------------------------------------------------------------------------------------


def cold() -> Floor:
    return Floor(packs_of(FLAT, "robot:R1", 3) + packs_of(FLAT, "robot:R2", 3, batch="NEW", expiry=NEW)).open()


def test_a_cold_store_out_of_range_holds_all_that_stands_in_it_in_the_same_turn() -> None:
    floor = cold()
    floor.tell(order_of("T1", (FLAT, 2)), floor.r1.next_event(told("FRG-60")))
    assert "T1" in floor.core.state.orders
    assert held(floor) == {f"012.R1.OLD.{n}" for n in (1, 2, 3)}
    assert floor.r1.open_tasks(TaskKind.PICK) == []
    assert len(floor.r2.open_tasks(TaskKind.PICK)) == 1
    floor.sound()


def dark(zone: Zone) -> Floor:
    """R1 has lost the mains, and then its last word was said."""
    floor = cold()
    floor.core.state.robots["R1"].kind = zone
    floor.r1.event(told("PWR-80"))
    floor.tell(floor.r1.presence("lost"))
    return floor


def test_a_fridge_that_nobody_measures_for_ten_minutes_holds_what_stands_in_it_until_it_is_heard_and_decided() -> None:
    floor = dark(Zone.FRIDGE)
    floor.wait(UNMEASURED_S - 10.0)
    assert held(floor) == set()
    floor.wait(60.0)
    assert held(floor) == {f"012.R1.OLD.{n}" for n in (1, 2, 3)}
    (opened,) = floor.rows.actions("quarantine.opened")
    assert str(opened.data["why"]).startswith("temperature of R1 unknown: without power (F-")
    decision = act.DecideQuarantine(case_of(floor), False, "logger says 6 °C all the time", "Quinn")
    with pytest.raises(Conflict, match="without power"):
        floor.do(decision)
    floor.r1.boot()
    floor.r1.arrive()
    assert len(held(floor)) == 3, "its sensors tell nothing of the time before"
    assert floor.do(decision)["packs"] == 3
    floor.wait(UNMEASURED_S + 60.0, floor.r1)
    assert held(floor) == set()


@pytest.mark.parametrize("zone", [Zone.AMBIENT, Zone.VAULT])
def test_what_needs_no_cold_is_not_held_for_want_of_power(zone: Zone) -> None:
    floor = dark(zone)
    floor.wait(2 * UNMEASURED_S)
    assert held(floor) == set()


def test_a_fridge_that_only_lost_its_network_measures_itself() -> None:
    floor = cold()
    floor.core.state.robots["R1"].kind = Zone.FRIDGE
    floor.tell(floor.r1.presence("lost"))
    floor.wait(2 * UNMEASURED_S)
    assert held(floor) == set()


def test_only_a_named_decision_frees_them_and_not_while_it_is_still_too_warm() -> None:
    floor = cold()
    floor.r1.event(told("FRG-60"))
    decision = act.DecideQuarantine(case_of(floor), False, "logger says 9 minutes", "Quinn")
    with pytest.raises(Conflict, match="temperature range"):
        floor.do(decision)
    floor.r1.event(act.FaultCleared("R1-1"))
    assert len(held(floor)) == 3, "the cold does not undo the harm"
    assert floor.do(decision)["packs"] == 3
    assert held(floor) == set()
    assert floor.rows.actions("quarantine.released")[-1].actor == "Quinn"
    with pytest.raises(NotFound):
        floor.do(decision)
    floor.sound()


def test_what_is_destroyed_leaves_the_books_and_an_area_can_be_held_by_hand() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 2) + packs_of(SHELF, "area:MANUAL-A", 1, batch="B2")).open()
    case = str(floor.do(act.QuarantinePlace("MANUAL-A", "water from the roof", "Bob"))["case_id"])
    answer = floor.do(act.DecideQuarantine(case, True, "wet", "Quinn", batch="B2"))
    assert (answer["gone"], answer["to_put_out"]) == (0, 1)
    assert floor.account("043.-A.B2.1") == "area:MANUAL-A", "nobody has taken it away yet"
    floor.work("MANUAL-A")
    assert floor.account("043.-A.B2.1") == "written-off"
    assert len(held(floor) - {"043.-A.B2.1"}) == 2
    with pytest.raises(NotFound):
        floor.do(act.QuarantinePlace("R9", "why", "Bob"))
    floor.sound()


@pytest.mark.parametrize("witness", [None, "", "quinn "])
def test_controlled_drugs_are_never_destroyed_by_one_person(witness: str | None) -> None:
    floor = Floor(packs_of(DRUG, "robot:R3", 1)).open()
    case = str(floor.do(act.QuarantinePlace("R3", "fire water", "Bob"))["case_id"])
    decision = act.DecideQuarantine(case, True, "wet", "Quinn", witness)
    with pytest.raises(Invalid, match="controlled"):
        floor.do(decision)
    floor.do(replace(decision, witness="Rose"))
    assert str(floor.rows.packs["050.R3.OLD.1"].hold).endswith(f"destroyed {case}: wet")
    assert floor.rows.actions("quarantine.destroyed")[-1].data["witness"] == "Rose"


def test_a_decision_may_be_about_single_packs() -> None:
    floor = Floor(packs_of(SHELF, "area:MANUAL-A", 3)).open()
    case = str(floor.do(act.QuarantinePlace("MANUAL-A", "mixed up", "Bob"))["case_id"])
    floor.do(act.DecideQuarantine(case, False, "read by eye", "Quinn", pack_ids=("043.-A.OLD.2",)))
    assert held(floor) == {"043.-A.OLD.1", "043.-A.OLD.3"}
    with pytest.raises(NotFound):
        floor.do(act.DecideQuarantine(case, False, "read by eye", "Quinn", pack_ids=("043.-A.OLD.1", "P9")))
    assert len(held(floor)) == 2


def test_a_pack_of_a_quarantine_that_is_missing_and_found_again_stays_held() -> None:
    floor = cold()
    floor.order("T1", (FLAT, 1))
    task = floor.r1.only()
    floor.r1.begin(task)
    floor.r1.event(told("FRG-60"))
    floor.r1.end(task, "incomplete", p1="missing")
    pack_id = task.steps[0].pack_id
    assert str(floor.rows.packs[pack_id].hold).startswith("quarantine ")
    found = floor.do(act.FoundPack(FLAT, "OLD", OLD, "goods-in", "below the belt", "Ann"))
    assert pack_id in held(floor)
    assert found["hold"] == floor.rows.packs[pack_id].hold, "it may be that very pack"
    floor.sound()


# ---- wrong product ------------------------------------------------------------------------------------------


def test_all_that_went_in_with_a_wrong_product_is_held_up_to_the_packs_that_proved_right() -> None:
    floor = one_robot()
    robot = floor.r1
    first = feed(floor, robot, FLAT, "B1", 2)
    floor.order("T1", (FLAT, 1))
    robot.work_off()
    second = feed(floor, robot, TALL, "B2", 3)
    suspect = second[1]
    robot.event(told("IDN-31", suspect))
    good = next(pack_id for pack_id in first if floor.account(pack_id).startswith("tote:"))
    expected = set(second) | ({first[1]} if good == first[0] else set())
    assert held(floor) == expected
    assert "IDN-31" not in str(floor.rows.packs[good].hold)
    floor.sound()


def test_what_was_stored_is_still_known_after_a_restart() -> None:
    floor = one_robot()
    stored = feed(floor, floor.r1, FLAT, "B1", 2)
    floor.restart()
    assert list(floor.core.state.stored["R1"]) == stored


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.data())
def test_between_good_checks_is_the_longest_unproven_stretch_around_the_suspect(
    right: list[bool], data: st.DataObject
) -> None:
    ids = [f"P{n}" for n in range(len(right))]
    at = data.draw(st.integers(0, len(ids) - 1))
    found = between_good_checks(ids, ids[at], lambda pack_id: right[int(pack_id[1:])])
    first, last = int(found[0][1:]), int(found[-1][1:])
    assert found == ids[first : last + 1]
    assert first <= at <= last
    assert all(not right[n] for n in range(first, last + 1) if n != at)
    assert first == 0 or right[first - 1]
    assert last == len(ids) - 1 or right[last + 1]


def test_of_a_suspect_that_nobody_saw_go_in_all_unproven_packs_are_suspected() -> None:
    assert between_good_checks(["P1", "P2", "P3"], "P9", lambda pack_id: pack_id == "P2") == ["P1", "P3"]


# ---- counts and corrections ---------------------------------------------------------------------------------


def shelf() -> Floor:
    return Floor(packs_of(SHELF, "area:MANUAL-A", 3)).open()


def miss(floor: Floor) -> str:
    """A person picks two packs and does not find the first."""
    floor.order("T1", (SHELF, 2))
    job = floor.claim("MANUAL-A", "Ann")
    assert job is not None
    ids = [pack["pack_id"] for pack in job["packs"]]
    floor.do(act.FinishWork(job["work_id"], "Ann", moved=(ids[1],), missing=(ids[0],)))
    return str(ids[0])


def test_a_pack_that_was_not_there_is_looked_for_and_free_again_where_it_is_seen() -> None:
    floor = shelf()
    missing = miss(floor)
    floor.work("MANUAL-A")
    job = next(work for work in floor.core.state.works.values() if work.kind == "count_stock")
    assert missing in job.pack_ids
    floor.do(act.ClaimWork("MANUAL-A", "Cat"))
    floor.do(act.FinishWork(job.work_id, "Cat", moved=tuple(job.pack_ids)))
    assert missing not in held(floor)
    floor.sound()


def test_a_count_holds_what_is_not_there_and_one_job_is_enough() -> None:
    floor = shelf()
    asked = act.CountStock("MANUAL-A", SHELF, "looks thin", "Bob")
    assert floor.do(asked)["work_id"] == floor.do(asked)["work_id"]
    job = floor.claim("MANUAL-A", "Cat")
    assert job is not None
    gone = job["packs"][0]["pack_id"]
    floor.do(act.FinishWork(job["work_id"], "Cat", moved=(), missing=(gone,)))
    assert held(floor) == {gone}
    floor.do(act.WriteOff((gone,), "looked everywhere", "Bob"))
    assert floor.account(gone) == "written-off"
    assert floor.rows.postings[-1].reason == "written off by a person"
    floor.sound()


def test_what_stands_on_its_shelf_is_not_written_off() -> None:
    floor = shelf()
    with pytest.raises(Conflict, match="count first"):
        floor.do(act.WriteOff(("043.-A.OLD.1",), "tidy books", "Bob"))


@pytest.mark.parametrize(("place", "account"), [("MANUAL-A", "area:MANUAL-A"), ("goods-in", "goods-in")])
def test_a_missing_pack_that_turns_up_is_the_same_pack(place: str, account: str) -> None:
    floor = shelf()
    missing = miss(floor)
    answer = floor.do(act.FoundPack(SHELF, "OLD", OLD, place, "under the table", "Ann"))
    assert (answer["pack_id"], answer["was_missing"]) == (missing, True)
    assert floor.account(missing) == account
    floor.sound()


def test_an_unknown_pack_comes_into_the_books_by_what_a_person_reads() -> None:
    floor = shelf()
    answer = floor.do(act.FoundPack(FLAT, "B7", NEW, "goods-in", "on the belt of R1", "Ann"))
    assert answer["was_missing"] is False
    job = floor.claim("GOODS-IN")
    assert job is not None
    assert [pack["pack_id"] for pack in job["packs"]] == [answer["pack_id"]]
    with pytest.raises(Invalid, match="no place"):
        floor.do(act.FoundPack(DRUG, "B7", NEW, "MANUAL-A", "on the floor", "Ann", "Rose"))
    with pytest.raises(NotFound):
        floor.do(act.FoundPack("05000000009999", "B7", NEW, "goods-in", "on the floor", "Ann"))
    floor.sound()


def test_found_stock_that_nobody_may_have_is_held() -> None:
    floor = shelf()
    floor.do(act.StartRecall(FLAT, "B7", 1, "glass", "Ann"))
    recalled = floor.do(act.FoundPack(FLAT, "B7", NEW, "goods-in", "on the floor", "Ann"))
    expired = floor.do(act.FoundPack(FLAT, "B8", date(2026, 11, 23), "goods-in", "on the floor", "Ann"))
    assert str(recalled["hold"]).startswith("recall ")
    assert str(expired["hold"]).startswith("expired")
    assert floor.claim("GOODS-IN") is None
    floor.sound()


@pytest.mark.parametrize("witness", [None, "Ann"])
def test_books_of_controlled_drugs_are_never_corrected_by_one_person(witness: str | None) -> None:
    floor = Floor(packs_of(DRUG, "area:MANUAL-CD", 1)).open()
    with pytest.raises(Invalid, match="controlled"):
        floor.do(act.FoundPack(DRUG, "B7", NEW, "MANUAL-CD", "in the safe", "Ann", witness))
    assert len(floor.rows.packs) == 1
    job = floor.do(act.CountStock("MANUAL-CD", DRUG, "weekly", "Ann"))
    floor.claim("MANUAL-CD", "Cat")
    floor.do(act.FinishWork(str(job["work_id"]), "Cat", missing=("050.CD.OLD.1",)))
    with pytest.raises(Invalid, match="controlled"):
        floor.do(act.WriteOff(("050.CD.OLD.1",), "gone", "Ann", witness))
    floor.do(act.WriteOff(("050.CD.OLD.1",), "gone", "Ann", "Rose"))
    floor.sound()


def test_good_packs_of_the_quarantine_shelf_go_the_way_of_a_delivery_again() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    floor.cancel("T1")
    pack_id = "012.R1.OLD.1"
    assert floor.account(pack_id) == "quarantine"
    floor.do(act.RestoreStock((pack_id,), "seal intact", "Ann"))
    assert floor.account(pack_id) == "goods-in"
    with pytest.raises(Conflict):
        floor.do(act.RestoreStock((pack_id,), "seal intact", "Ann"))
    assert floor.claim("GOODS-IN") is not None
    floor.sound()


def test_a_robots_shelves_are_counted_where_anybody_knows_which() -> None:
    floor = Floor(packs_of(FLAT, "robot:R1", 1)).open()
    with pytest.raises(Conflict, match="which shelf"):
        floor.do(act.CountStock("R1", FLAT, "looks thin", "Bob"))
    floor.core.state.night.racks["R1"].shelf_of["012.R1.OLD.1"] = "A-07"
    assert floor.do(act.CountStock("R1", FLAT, "looks thin", "Bob"))["shelves"] == ["A-07"]
    refusals: list[Callable[[], object]] = [
        lambda: floor.do(act.CountStock("R9", FLAT, "why", "Bob")),
        lambda: floor.do(act.CountStock("R1", "05000000009999", "why", "Bob")),
    ]
    for refused in refusals:
        with pytest.raises(NotFound):
            refused()
