"""The story of an order over the API: what it is gathered from, and what becomes of an order that nobody knows."""

from datetime import date
from typing import Any

from controller.domain.decision import KEPT_S, Decision, OtherHolder, Passed
from controller.domain.journal import JournalEntry
from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.domain.pack import Pack
from controller.domain.task import TaskStatus
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.scheduling.lateness_records import Standstill
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import GTIN, NOW

ORDERS = "/api/v1/orders"


def decided(at: float, order_ref: str = "T000173", source: str = "robot:R1", **changed: Any) -> Decision:
    facts: dict[str, Any] = {
        "work_ref": "C1.000001",
        "packs": 2,
        "index": -2.0,
        "score": -1.5,
        "slack_s": 600.0,
        "waited_s": 570.0,
        "left": 4,
        "waiting_orders": 2,
    }
    return Decision(at, order_ref, source, **{**facts, **changed})


def write(centre: Centre, at: float, subject: str, action: str, actor: str = "controller", **data: Any) -> None:
    seq = centre.engine.journal_seq + 1
    centre.engine.write(JournalEntry(seq, at, actor, action, subject, data, "0", f"{seq:064x}"))


async def test_each_tour_comes_with_its_reasons(centre: Centre) -> None:
    centre.archive.decided = [
        decided(NOW - 400, "D000001"),
        decided(NOW - 30, beat="D000001", beat_score=-2.5, others=(OtherHolder("area:MANUAL-A", Passed.FEFO),)),
    ]
    story = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()
    (given,) = [event for event in story["events"] if event["kind"] == "given"]
    assert given["at"] == "2026-11-23T07:59:30.000Z"
    assert (given["local"], given["text"]) == ("07:59", "R1 was given 2 packs.")
    assert given["reasons"] == {
        "in_one_sentence": "R1 was given 2 packs at 07:59 because its packs of Letrozole go first by expiry or batch, "
        "with 10 min to spare, not sooner because 1 other order went first there, "
        "and before D000001 (discharge, due 07:59).",
        "why_here": "The packs of Letrozole in R1 go before those on the shelves of MANUAL-A, by expiry or batch.",
        "why_now": "It still lacked 4 packs, and had to be begun within 10 min to be in its totes in time.",
        "why_not_sooner": "It had come 10 min before: since then R1 worked for 1 other order, "
        "last for D000001 (discharge, due 07:59).",
        "what_it_beat": "It came before D000001 (discharge, due 07:59): it had less time for the work left, was nearer "
        "to done, or could less well be served elsewhere, although a discharge order counts more than a routine order "
        "and that one is due 31 min sooner.",
    }
    assert given["decision"]["others"] == [{"source": "area:MANUAL-A", "passed": "fefo", "backlog_s": 0.0}]
    assert given["figures"].startswith("index -2.000, score -1.500, slack 600 s")


async def test_an_open_order_says_what_it_waits_for_now(centre: Centre) -> None:
    story = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()
    assert story["headline"] == (
        "T000173: routine order of GGH-WA0000 (GGH ward 0), 5 packs on 1 line, due 08:30 with van QEUH-1."
    )
    assert story["standing"] == "Of 5 packs: 1 in totes, 2 being fetched, 2 not begun."
    assert story["waits"] == [
        "1 pack of Letrozole waits for the shelves of MANUAL-A (it is next there); 1 pack of Letrozole is not in stock."
    ]


async def test_what_befell_a_pack_is_told_only_while_the_order_had_it(centre: Centre) -> None:
    pack = "pack:S000002.001"
    write(centre, NOW - 60, pack, "pack.missing", why="before its time")
    write(centre, NOW - 20, pack, "doubt.opened", reason="power lost")
    write(centre, NOW - 10, pack, "doubt.settled", actor="Ann", finding="in_robot", note=None)
    task = centre.engine.state.tasks["C1.000001"]
    task.status, task.finished_at = TaskStatus.ABORTED, NOW - 5
    write(centre, NOW - 1, pack, "pack.taken_out", account="quarantine", reason="later")
    story = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()
    assert [event["text"] for event in story["events"] if event["kind"] == "trouble" and "pack" in event["text"]] == [
        "Nobody knew what had become of pack S000002.001 (power lost).",
        "Ann settled what had become of pack S000002.001: it is still in the robot.",
    ]


async def test_a_stop_of_the_robot_is_a_reason_for_waiting(centre: Centre) -> None:
    write(centre, NOW - 300, "robot:R1", "fault.raised", occurrence="o1", code="AXX-01", level=2)
    write(centre, NOW - 180, "robot:R1", "fault.cleared", occurrence="o1", code="AXX-01")
    centre.archive.decided = [decided(NOW - 30)]
    story = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()
    (given,) = [event for event in story["events"] if event["reasons"]]
    assert given["reasons"]["why_not_sooner"] == (
        "It had come 10 min before: R1 could not work from 07:55 to 07:57 (fault AXX-01)."
    )


async def test_a_job_by_hand_is_looked_up_by_its_decision(centre: Centre) -> None:
    centre.engine.state.works["W1.000009"] = Work(
        "W1.000009", WorkKind.HAND_PICK, "MANUAL-A", NOW - 90, NOW, 2, ["S000001.009"], [1], "T000173", "T000173-1",
        status=WorkStatus.DONE, worker="Ann", taken_at=NOW - 80, finished_at=NOW - 40,
    )  # fmt: skip
    centre.archive.decided = [decided(NOW - 90, source="area:MANUAL-A", work_ref="W1.000009", packs=1)]
    write(centre, NOW - 50, "pack:S000001.009", "pack.missing", actor="Ann", why="not on its shelf")
    story = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()
    assert [(event["kind"], event["text"]) for event in story["events"][-4:-1]] == [
        ("given", "MANUAL-A: a person was given 1 pack to pick by hand."),
        ("trouble", "Pack S000001.009 was not found (not on its shelf): another is taken."),
        (
            "done",
            "Ann has come back from the shelves of MANUAL-A with what was there for tote T000173-1, begun at 07:58.",
        ),
    ]


async def test_an_order_that_is_due_and_still_here_says_what_is_in_its_way_now(centre: Centre) -> None:
    centre.engine.state.orders["T000173"].due_at = NOW - 120
    centre.engine.state.trails.stands(
        Standstill("R1", NOW - 9000, None, "AXX-01 Head runs behind on X", "F-000001", "AXX-01")
    )
    centre.engine.state.book.packs["P9"] = Pack("P9", GTIN, "L1", date(2028, 1, 31), "robot:R1")
    late = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()["lateness"]
    assert (late["late_s"], late["left"], late["cause"]["kind"]) == (120.0, False, "robot_down")
    assert (late["cause"]["robot"], late["cause"]["fault_id"], late["cause"]["station"]) == ("R1", "F-000001", None)


async def test_an_order_that_left_late_says_why_as_it_was_written_down_then(centre: Centre) -> None:
    cause = {"kind": "robot_down", "text": "R4 could not work.", "minutes": 20.0, "robot": "R4", "code": "AXX-01"}
    centre.engine.state.orders["T000173"].status = OrderStatus.DISPATCHED
    write(
        centre,
        NOW - 60,
        "order:T000173",
        "order.late",
        late_s=15.0,
        left=False,
        cause={**cause, "robot": "R9"},
        also=[],
    )
    write(centre, NOW - 30, "order:T000173", "order.late", late_s=900.0, left=True, cause=cause, also=[cause])
    late = (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()["lateness"]
    assert (late["late_s"], late["left"], late["cause"]["robot"], len(late["also"])) == (900.0, True, "R4", 1)


async def test_an_order_that_has_time_is_not_late(centre: Centre) -> None:
    assert (await centre.client.get(f"{ORDERS}/T000173/explanation")).json()["lateness"] is None


async def test_decisions_are_the_bare_figures(centre: Centre) -> None:
    centre.archive.decided = [decided(NOW - 30, held_up_by="no collation place"), decided(NOW - 20, "D000001")]
    answer = (await centre.client.get(f"{ORDERS}/T000173/decisions")).json()
    assert [item["held_up_by"] for item in answer["items"]] == ["no collation place"]
    assert answer["notes"] == []


async def test_an_order_older_than_a_week_says_that_its_decisions_are_no_longer_kept(centre: Centre) -> None:
    centre.engine.state.orders["T000001"] = Order(
        "T000001", "GGH-WA0000", OrderClass.ROUTINE, NOW - KEPT_S - 60, NOW - KEPT_S, None,
        [OrderLine(1, GTIN, 1, gathered=1)], 3, status=OrderStatus.DISPATCHED, dispatched_at=NOW - KEPT_S,
    )  # fmt: skip
    expected = ["Why a tour was given is kept for a week: of this order's tours some or all are older."]
    for path in ("decisions", "explanation"):
        assert (await centre.client.get(f"{ORDERS}/T000001/{path}")).json()["notes"] == expected


async def test_an_order_that_nobody_knows(centre: Centre) -> None:
    for path in ("decisions", "explanation"):
        answer = await centre.client.get(f"{ORDERS}/T999999/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.json()["detail"] == "there is no order T999999"
