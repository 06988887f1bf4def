"""The forward run: what it expects of small centres that can be worked out by hand, and that it is always the same."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.order import OrderClass
from controller.domain.work import WorkKind
from controller.scheduling.forward import run
from controller.scheduling.gathering import NO_PLACE, NO_STOCK, UNDER_WAY
from controller.scheduling.picture import BELT_S, OpenOrder, Part, Picture, Source, Station
from controller.scheduling.times import JOB_S, PACK_S, TOUR_S, LearnedTimes

NOW = 1_000_000.0
DISCHARGE, URGENT, ROUTINE = OrderClass.DISCHARGE, OrderClass.URGENT, OrderClass.ROUTINE
R1, R2, SHELF = "robot:R1", "robot:R2", "area:MANUAL-A"
CHECK_S, CHECK_PACK_S = JOB_S[WorkKind.CHECK]
LOAD_S = JOB_S[WorkKind.LOAD][0]


def _part(line: int, packs: int, *holders: str) -> Part:
    return Part(line, packs, 30.0, tuple((name, 99) for name in sorted(holders)))


def _order(number: int, *parts: Part, order_class: OrderClass = ROUTINE, due_s: float = 4 * 3600.0) -> OpenOrder:
    return OpenOrder(number, order_class, NOW + due_s, parts)


def _picture(*orders: OpenOrder, robots: int = 2, checkers: int = 9) -> Picture:
    return Picture(
        now=NOW,
        orders=orders,
        sources=(*(Source(f"robot:R{n}", (NOW,), 3) for n in range(1, robots + 1)), Source(SHELF, (NOW, NOW), 30)),
        check=Station("CHECK", (), (checkers,)),
        dock=Station("DOCK", (), (9,)),
        times=LearnedTimes(),
    )


def _tour_s(packs: int) -> float:
    return TOUR_S + packs * PACK_S


def _way_s(packs: int) -> float:
    """Check and loading of one tote that finds people free."""
    return CHECK_S + packs * CHECK_PACK_S + LOAD_S


def test_one_order_alone_takes_its_tour_the_belt_the_check_and_the_loading() -> None:
    outcome = run(_picture(_order(1, _part(1, 2, R1))))[1]
    assert outcome.gathered_at == pytest.approx(NOW + _tour_s(2) + BELT_S)
    assert outcome.loaded_at == pytest.approx(outcome.gathered_at + _way_s(2))


def test_a_large_line_takes_several_tours_of_one_robot() -> None:
    outcome = run(_picture(_order(1, _part(1, 7, R1))))[1]
    assert outcome.gathered_at == pytest.approx(NOW + 2 * _tour_s(3) + _tour_s(1) + BELT_S)
    assert outcome.cause == R1


def test_two_holders_share_an_order() -> None:
    outcome = run(_picture(_order(1, _part(1, 6, R1, R2))))[1]
    assert outcome.gathered_at == pytest.approx(NOW + _tour_s(3) + BELT_S)


def test_a_discharge_order_goes_before_a_routine_one() -> None:
    outcomes = run(_picture(_order(1, _part(1, 3, R1)), _order(2, _part(1, 3, R1), order_class=DISCHARGE)))
    assert outcomes[2].gathered_at < outcomes[1].gathered_at


def test_a_robot_that_is_down_begins_when_it_is_back_and_others_do_not_wait() -> None:
    picture = _picture(_order(1, _part(1, 1, R1)), _order(2, _part(1, 1, R2)))
    down = replace(picture, sources=(Source(R1, (NOW + 900.0,), 3, down=True), *picture.sources[1:]))
    outcomes = run(down)
    assert outcomes[1].gathered_at == pytest.approx(NOW + 900.0 + _tour_s(1) + BELT_S)
    assert outcomes[1].cause == R1
    assert outcomes[2] == run(picture)[2]


def test_people_at_a_shelf_work_side_by_side_and_need_no_belt() -> None:
    fixed_s, each_s = JOB_S[WorkKind.HAND_PICK]
    outcomes = run(_picture(*(_order(number, _part(1, 2, SHELF)) for number in (1, 2, 3))))
    round_s = fixed_s + 2 * each_s
    assert [outcomes[number].gathered_at - NOW for number in (1, 2, 3)] == pytest.approx(
        [round_s, round_s, 2 * round_s]
    )


def test_stock_that_is_awaited_holds_the_order_up() -> None:
    waiting = replace(_order(1, _part(1, 1, R1)), awaited=2, stock_at=NOW + 3600.0)
    outcome = run(_picture(waiting))[1]
    assert outcome.gathered_at == NOW + 3600.0
    assert outcome.loaded_at == pytest.approx(NOW + 3600.0 + _way_s(3))
    assert outcome.cause == NO_STOCK


def test_packs_under_way_are_waited_for() -> None:
    outcome = run(_picture(replace(_order(1), gathered=4, under_way_until=NOW + 50.0)))[1]
    assert outcome.loaded_at == pytest.approx(NOW + 50.0 + _way_s(4))
    assert outcome.cause in (UNDER_WAY, "CHECK")


def test_totes_that_are_closed_or_checked_go_on_from_there() -> None:
    outcomes = run(_picture(replace(_order(1), to_check=(10,)), replace(_order(2), to_load=1)))
    assert outcomes[1].loaded_at == pytest.approx(NOW + _way_s(10))
    assert outcomes[2].loaded_at == pytest.approx(NOW + LOAD_S)


def test_a_crowded_check_takes_urgent_totes_first_and_is_named() -> None:
    totes = [replace(_order(number), to_check=(30,)) for number in range(1, 11)]
    urgent = replace(_order(11, order_class=URGENT), to_check=(30,))
    outcomes = run(_picture(*totes, urgent, checkers=1))
    check_s = CHECK_S + 30 * CHECK_PACK_S
    assert outcomes[11].checked_at == pytest.approx(NOW + check_s)
    assert outcomes[10].checked_at == pytest.approx(NOW + 11 * check_s)
    assert outcomes[10].cause == "CHECK"


def test_people_who_come_with_the_next_hour_are_counted_from_then() -> None:
    totes = [replace(_order(number), to_check=(30,)) for number in range(1, 101)]
    alone = run(_picture(*totes, checkers=1))
    helped = replace(_picture(*totes), check=Station("CHECK", (), (1, 50)))
    hour_at = (NOW // 3600.0 + 1.0) * 3600.0
    ends = [run(helped)[number].checked_at for number in range(1, 101)]
    assert max(ends) < hour_at + 3 * (CHECK_S + 30 * CHECK_PACK_S) < max(each.checked_at for each in alone.values())


def test_orders_that_have_not_come_yet_slow_down_those_they_outrank() -> None:
    picture = _picture(_order(1, _part(1, 3, R1)))
    slowed = run(replace(picture, outranked={ROUTINE: 0.5}))[1]
    assert slowed.gathered_at - NOW - BELT_S == pytest.approx(2 * _tour_s(3))


def test_an_order_waits_for_a_collation_place_and_says_so() -> None:
    crowded = replace(_picture(_order(1, _part(1, 3, R1)), _order(2, _part(1, 3, R2))), places_routine=1)
    outcomes = run(crowded)
    assert outcomes[1].gathered_at == pytest.approx(NOW + _tour_s(3) + BELT_S)
    assert outcomes[2].gathered_at >= outcomes[1].gathered_at + _tour_s(3)
    assert outcomes[2].cause == NO_PLACE


def test_places_are_kept_for_those_who_cannot_wait() -> None:
    orders = (
        _order(1, _part(1, 3, R1)),
        _order(2, _part(1, 3, R2)),
        _order(3, _part(1, 3, R2), order_class=URGENT),
    )
    outcomes = run(replace(_picture(*orders), places=2, places_routine=1))
    assert outcomes[1].gathered_at == outcomes[3].gathered_at == pytest.approx(NOW + _tour_s(3) + BELT_S)
    assert outcomes[2].cause == NO_PLACE


def test_an_order_put_first_goes_before_all() -> None:
    orders = [_order(number, _part(1, 3, R1), order_class=DISCHARGE, due_s=0.0) for number in range(1, 6)]
    last = _order(6, _part(1, 3, R1))
    assert run(_picture(*orders, last))[6].gathered_at > NOW + 5 * _tour_s(3)
    first = run(_picture(*orders, replace(last, first=True)))[6]
    assert first.gathered_at == pytest.approx(NOW + _tour_s(3) + BELT_S)


_sources = st.lists(st.sampled_from([R1, R2, SHELF]), min_size=1, max_size=2, unique=True)
_parts = st.builds(
    lambda line, packs, holders: _part(line, packs, *holders), st.integers(1, 9), st.integers(1, 7), _sources
)
_orders = st.lists(
    st.tuples(
        st.sampled_from(list(OrderClass)), st.lists(_parts, max_size=4), st.integers(0, 9), st.integers(0, 20_000)
    ),
    min_size=1,
    max_size=12,
).map(
    lambda rows: [
        replace(_order(number, *parts, order_class=kind, due_s=float(due_s)), gathered=gathered)
        for number, (kind, parts, gathered, due_s) in enumerate(rows, start=1)
    ]
)


@settings(max_examples=60)
@given(_orders, st.randoms(use_true_random=False), st.integers(1, 12))
def test_the_same_picture_in_any_order_gives_the_same_outcomes(
    orders: list[OpenOrder], random: object, places: int
) -> None:
    shuffled = list(orders)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    picture = replace(_picture(*orders, checkers=1), places=places, places_routine=places)
    again = replace(picture, orders=tuple(shuffled), sources=tuple(reversed(picture.sources)))
    outcomes = run(picture)
    assert outcomes == run(again)
    assert set(outcomes) == {order.number for order in orders if order.parts or order.gathered}
    assert all(NOW <= each.gathered_at <= each.checked_at < each.loaded_at for each in outcomes.values())


@settings(max_examples=40)
@given(_orders)
def test_a_run_for_one_order_gathers_it_as_the_whole_run_does(orders: list[OpenOrder]) -> None:
    picture = _picture(*orders)
    whole = run(picture)
    for number, outcome in whole.items():
        assert run(picture, number)[number].gathered_at == outcome.gathered_at
