"""Every figure and enum value of a decision has its sentence, and the sentence says no more than is known."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from controller.domain.decision import Decision, OtherHolder, Passed
from controller.domain.order import Order, OrderClass, OrderLine
from controller.scheduling.explain import Around, Stop, explain, holding_up, what_was_given
from controller.scheduling.wording import LocalTime

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC).timestamp()
SAY = LocalTime.around(AT, ZoneInfo("Europe/London"))
JARGON = ("index", "score", "slack", "robot:", "area:", "backlog", "queue")


def order(ref: str = "T000173", order_class: OrderClass = OrderClass.ROUTINE, due_in_min: float = 60.0) -> Order:
    return Order(ref, "W1", order_class, AT - 3600.0, AT + 60.0 * due_in_min, None, [OrderLine(1, "G", 7)], 173)


def decision(**changed: Any) -> Decision:
    facts: dict[str, Any] = {
        "at": AT,
        "order_ref": "T000173",
        "source": "robot:R3",
        "work_ref": "C1.000001",
        "packs": 3,
        "index": -2.5,
        "score": -2.0,
        "slack_s": 18 * 60.0,
        "waited_s": 25 * 60.0,
        "left": 7,
        "waiting_orders": 12,
        "beat": "T000188",
        "beat_score": -3.25,
    }
    return Decision(**{**facts, **changed})


def reasons(changed: dict[str, Any] | None = None, around: Around | None = None, of: Order | None = None) -> Any:
    return explain(decision(**(changed or {})), of or order(), around or Around(product="Letrozole"), SAY)


def test_one_sentence_says_why_here_why_now_why_not_sooner_and_what_it_beat() -> None:
    other = (OtherHolder("robot:R5", Passed.BACKLOG, 360.0),)
    around = Around(product="Letrozole", beat=order("T000188", due_in_min=180.0), served=11)
    assert reasons({"others": other}, around).in_one_sentence == (
        "R3 was given 3 packs at 10:42 because it was the first place with Letrozole to be free, with 18 min to spare, "
        "not sooner because 11 other orders went first there, and before T000188 (routine, due 13:42)."
    )


BACKLOG = OtherHolder("robot:R5", Passed.BACKLOG, 360.0)
FEFO = OtherHolder("robot:R2", Passed.FEFO)
FEFO_BY_HAND = OtherHolder("area:MANUAL-A", Passed.FEFO)
BUSY = OtherHolder("robot:R6", Passed.BUSY)
OUT = OtherHolder("robot:R4", Passed.OUT_OF_SERVICE)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "No other place has Letrozole."),
        ((BACKLOG,), "R3 was free first; Letrozole is also in R5 (6 min of work waits there)."),
        (
            (OtherHolder("robot:R5", Passed.BACKLOG), BUSY),
            "R3 was free first; Letrozole is also in R5 (it was not asked yet) "
            "and in R6 (it has its next tours already).",
        ),
        ((FEFO,), "The packs of Letrozole in R3 go before those in R2, by expiry or batch."),
        ((OUT,), "R4, which has Letrozole too, could not work."),
        (
            (BACKLOG, FEFO, FEFO_BY_HAND, OUT),
            "R3 was free first; Letrozole is also in R5 (6 min of work waits there); those in R3 go before those in R2 "
            "and on the shelves of MANUAL-A, by expiry or batch; R4, which has Letrozole too, could not work.",
        ),
    ],
)
def test_why_here(others: tuple[OtherHolder, ...], expected: str) -> None:
    assert reasons({"others": others}).why_here == expected


def test_why_a_person_there() -> None:
    said = reasons({"others": (BACKLOG,), "source": "area:MANUAL-A"}).why_here
    assert said == ("A person at MANUAL-A asked for work first; Letrozole is also in R5 (6 min of work waits there).")


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "nowhere else has Letrozole"),
        ((OUT,), "no other place with Letrozole could work"),
        ((OUT, FEFO), "its packs of Letrozole go first by expiry or batch"),
        ((OUT, FEFO, BUSY), "it was the first place with Letrozole to be free"),
    ],
)
def test_why_here_in_short(others: tuple[OtherHolder, ...], expected: str) -> None:
    assert f"because {expected}, with" in reasons({"others": others}).in_one_sentence


def test_every_way_of_being_passed_over_has_words_of_its_own() -> None:
    said = {each: reasons({"others": (OtherHolder("robot:R5", each, 360.0),)}).why_here for each in Passed}
    assert len(set(said.values())) == len(Passed)


@pytest.mark.parametrize(
    ("changed", "around", "expected"),
    [
        ({"waited_s": 30.0}, Around(served=3), "at once"),
        (
            {"held_up_by": "no collation place"},
            Around(),
            "not sooner because no place for another order's totes was free",
        ),
        ({}, Around(stops=(Stop(AT - 900.0, AT - 300.0, "fault AXX-01"),), served=2), "R3 could not work for a while"),
        ({}, Around(served=1), "not sooner because 1 other order went first there"),
        ({}, Around(), "25 min after it came"),
    ],
)
def test_why_not_sooner_in_short(changed: dict[str, Any], around: Around, expected: str) -> None:
    assert f"{expected}, and before T000188." in reasons(changed, around).in_one_sentence


@pytest.mark.parametrize(
    ("slack_s", "expected"),
    [
        (18 * 60.0, "It still lacked 7 packs, and had to be begun within 18 min to be in its totes in time."),
        (3 * 3600.0, "It still lacked 7 packs, and had to be begun within 3 h to be in its totes in time."),
        (0.0, "It still lacked 7 packs, and this was the last moment to begin it in time."),
        (
            -12 * 60.0,
            "It still lacked 7 packs, and was 12 min past the last moment to begin it in time; "
            "a late order counts more the longer it is late.",
        ),
    ],
)
def test_why_now(slack_s: float, expected: str) -> None:
    assert reasons({"slack_s": slack_s}).why_now == expected


@pytest.mark.parametrize(
    ("changed", "around", "expected"),
    [
        ({"waited_s": 40.0}, Around(served=3), "It had only just come."),
        (
            {"held_up_by": "no collation place"},
            Around(),
            "It had come 25 min before: no place for another order's totes was free.",
        ),
        (
            {"held_up_by": "robot:R4 down"},
            Around(),
            "It had come 25 min before: R4, the only place with some of its packs, was out of service.",
        ),
        (
            {},
            Around(stops=(Stop(AT - 1200.0, AT - 600.0, "fault GRP-11"),)),
            "It had come 25 min before: R3 could not work from 10:22 to 10:32 (fault GRP-11).",
        ),
        (
            {},
            Around(served=11, last_served=(order("D000161", OrderClass.DISCHARGE, 20.0), order("T000150"))),
            "It had come 25 min before: since then R3 worked for 11 other orders, "
            "last for D000161 (discharge, due 11:02) and T000150 (routine, due 11:42).",
        ),
        ({}, Around(own_tours=2), "It had come 25 min before: since then R3 had 2 tours for it."),
        (
            {},
            Around(),
            "It had come 25 min before: R3 was still busy with earlier tours, or the packs were not free yet.",
        ),
        (
            {"source": "area:MANUAL-A"},
            Around(),
            "It had come 25 min before: people at MANUAL-A asked for no work sooner, or the packs were not free yet.",
        ),
    ],
)
def test_why_not_sooner(changed: dict[str, Any], around: Around, expected: str) -> None:
    assert reasons(changed, around).why_not_sooner == expected


@pytest.mark.parametrize(
    ("changed", "beat", "expected"),
    [
        ({"beat": None, "waiting_orders": 1}, None, "Nothing else waited for R3."),
        (
            {"beat": None, "waiting_orders": 2},
            None,
            "The other order that waited for R3 could not be served there just then.",
        ),
        (
            {"beat": None, "waiting_orders": 12},
            None,
            "None of the other 11 orders that waited for R3 could be served there just then.",
        ),
        ({}, None, "It came before T000188."),
        (
            {},
            order("T000188", due_in_min=180.0),
            "It came before T000188 (routine, due 13:42): that one is due 2 h later.",
        ),
        (
            {},
            order("T000188"),
            "It came before T000188 (routine, due 11:42): it had less time for the work left, was nearer to done, "
            "or could less well be served elsewhere.",
        ),
    ],
)
def test_what_it_beat(changed: dict[str, Any], beat: Order | None, expected: str) -> None:
    assert reasons(changed, Around(beat=beat)).what_it_beat == expected


def test_what_speaks_against_it_is_said_too() -> None:
    beat = order("T000188", OrderClass.ROUTINE, due_in_min=40.0)
    said = reasons({}, Around(beat=beat), order(order_class=OrderClass.URGENT)).what_it_beat
    assert said == (
        "It came before T000188 (routine, due 11:22): an urgent order counts more than a routine order, "
        "although that one is due 20 min sooner."
    )


def test_a_job_by_hand_is_a_persons() -> None:
    by_hand = decision(source="area:MANUAL-A", packs=1)
    assert what_was_given(by_hand) == "MANUAL-A: a person was given 1 pack to pick by hand"


FETCHED: dict[str, Any] = {"work_ref": "W1.000007", "held_up_by": "robot:R3 down"}
"""A person goes into R3, which is out."""


def test_what_a_person_fetches_out_of_a_robot_that_is_out_is_told_as_such() -> None:
    assert what_was_given(decision(**FETCHED)) == (
        "R3 stood still: a person was given 3 packs to fetch out of it by hand"
    )
    said = reasons({**FETCHED, "others": (OUT,)})
    assert said.why_here == (
        "Nothing that works has Letrozole, R3 was not expected back before the order would be late, and people may go "
        "into it; R4 has it too and could not work either."
    )
    assert "not sooner because R3, the only place with some of its packs, was out of service" in said.in_one_sentence
    assert said.figures.startswith("by urgency alone, slack"), "nothing was weighed"


def test_an_unknown_cause_is_passed_on_as_it_is() -> None:
    assert holding_up("waits for its other half") == "waits for its other half"


@pytest.mark.parametrize("passed", Passed)
@pytest.mark.parametrize("source", ["robot:R3", "area:MANUAL-A"])
def test_no_jargon_outside_the_figures(passed: Passed, source: str) -> None:
    stop = Stop(AT - 900.0, None, "fault AXX-01")
    around = Around(None, order("T000188"), 4, (order("T000150"),), 1, (stop,))
    said = reasons({"others": (OtherHolder("robot:R5", passed, 90.0),), "source": source}, around)
    assert not any(word in f"{said.text} {said.in_one_sentence}" for word in JARGON)
    assert said.figures == (
        "index -2.500, score -2.000, slack 1080 s, waited 1500 s, 7 packs left, 12 orders waiting, "
        f"next T000188 with score -3.250, robot:R5 {passed.value} 90 s"
    )
