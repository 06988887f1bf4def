"""Whoever has cured a robot that may be kept out says so by name, until the robot works."""

from simulator.desk import DeskAnswer, PutRobotBack
from simulator.returning import LOOK_AGAIN_S, NOT_OUT, WALK_S
from tests.contract.robot_bench import Bench

NOT_NOW = DeskAnswer(409, {"detail": "R1 cannot come back: AXS-07 stands"})
BEGUN = DeskAnswer(202, {"stage": "homing"})
WORKS = DeskAnswer(409, {"detail": f"R1 {NOT_OUT}"})


def repaired(cause: str = "encoder_cable") -> Bench:
    """Somebody was called, and has done what he could."""
    bench = Bench(acknowledging=True)
    bench.inject(cause)
    for pack in bench.stocked:
        bench.send(bench.pick(pack))
        bench.run(60.0)
    for _ in range(30):
        bench.run(3600.0)
        if not bench.robot.machine.troubles.active:
            break
    return bench


def said(bench: Bench) -> list[PutRobotBack]:
    return [ask.request for ask in bench.asked if isinstance(ask.request, PutRobotBack)]


def answer(bench: Bench, given: DeskAnswer) -> None:
    ask = [ask for ask in bench.asked if isinstance(ask.request, PutRobotBack)][-1]
    bench.do(bench.centre.answer, ask.request_id, given, bench.now)


def test_the_one_who_has_cured_it_says_so_by_name() -> None:
    (request,) = said(repaired())
    assert (request.robot, request.who, request.path) == ("R1", "engineer", "/api/v1/robots/R1/back")
    assert request.body()["travel_area_empty"] is True


def test_it_is_said_again_until_the_robot_works() -> None:
    bench = repaired()
    answer(bench, NOT_NOW)
    bench.run(WALK_S)
    assert len(said(bench)) == 2
    answer(bench, BEGUN)
    bench.run(LOOK_AGAIN_S - 1.0)
    assert len(said(bench)) == 2
    bench.run(1.0)
    assert len({request.idempotency_key for request in said(bench)}) == 3, "each word is a new one"
    answer(bench, WORKS)
    bench.run(24 * 3600.0)
    assert len(said(bench)) == 3


def test_nobody_says_anything_of_a_robot_that_nobody_keeps_out() -> None:
    assert said(repaired("debris_on_rail")) == []
