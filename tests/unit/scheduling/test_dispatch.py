"""Which order a free source takes: urgency, what is left, lateness, and who else could do it."""

from collections.abc import Iterable
from itertools import permutations
from math import log, log2

import pytest

from controller.domain.order import OrderClass
from controller.scheduling.dispatch import _SPARE, Choice, Dispatch, Policy, Standing

R3, R5, R7 = "robot:R3", "robot:R5", "robot:R7"
MIN, HOUR = 60.0, 3600.0
POLICY = Policy()


def standing(
    number: int,
    order_class: OrderClass = OrderClass.ROUTINE,
    *,
    wanted_at: float = 2 * HOUR,
    left: int = 3,
    shares: dict[str, float] | None = None,
    blocked_until: float = 0.0,
) -> Standing:
    weight = POLICY.weights[order_class]
    return Standing(number, weight, wanted_at, left, {R3: 30.0} if shares is None else shares, blocked_until)


def dispatch_of(*standings: Standing) -> Dispatch:
    dispatch = Dispatch()
    for each in standings:
        dispatch.put(each)
    return dispatch


def choose(dispatch: Dispatch, now: float = 0.0, source: str = R3, cannot: Iterable[int] = ()) -> Choice[int] | None:
    """Each order could be served by every source in which it has a share, but for those in `cannot`."""
    forbidden = frozenset(cannot)
    return dispatch.choose(
        source,
        now,
        lambda each: None if each.number in forbidden else each.number,
        lambda each: [other for other in each.shares if other != source],
    )


def first(dispatch: Dispatch, now: float = 0.0, source: str = R3, cannot: Iterable[int] = ()) -> int | None:
    choice = choose(dispatch, now, source, cannot)
    return None if choice is None else choice.tour


def served(dispatch: Dispatch, now: float = 0.0) -> list[int]:
    """Orders as the source takes them, each whole."""
    found: list[int] = []
    while (number := first(dispatch, now)) is not None:
        found.append(number)
        dispatch.drop(number)
    return found


@pytest.mark.parametrize(
    ("better", "worse", "now"),
    [
        (standing(2, OrderClass.DISCHARGE), standing(1, OrderClass.URGENT), 0.0),
        (standing(2, OrderClass.URGENT), standing(1), 0.0),
        (standing(2, wanted_at=HOUR), standing(1), 0.0),
        (standing(2, left=1), standing(1, left=9), 0.0),
        # Its slowest source has an hour of work for it: it must be begun sooner.
        (standing(2, shares={R3: 30.0, R5: HOUR}), standing(1), 0.0),
        # A routine order that is nearly due against a discharge order that has all day.
        (standing(2, wanted_at=0.0), standing(1, OrderClass.DISCHARGE, wanted_at=9 * HOUR), 0.0),
        # Both cannot wait any longer: what a patient waits for goes first.
        (standing(2, OrderClass.DISCHARGE, wanted_at=4 * HOUR), standing(1, wanted_at=3.9 * HOUR), 4 * HOUR),
        # Late is late: nobody gains by a minute, the nearly finished order by being finished.
        (standing(2, wanted_at=HOUR, left=1), standing(1, wanted_at=HOUR - MIN, left=30), HOUR),
        # An order that has been late for hours outweighs a discharge order that is begun in time.
        (standing(2, wanted_at=0.0), standing(1, OrderClass.DISCHARGE, wanted_at=5 * HOUR), 5 * HOUR),
        # Its other line cannot come for two hours: this one need not hurry.
        (standing(2, wanted_at=HOUR), standing(1, wanted_at=HOUR, blocked_until=3 * HOUR), 0.0),
    ],
)
def test_what_goes_first(better: Standing, worse: Standing, now: float) -> None:
    assert first(dispatch_of(better, worse), now) == better.number
    assert first(dispatch_of(worse, better), now) == better.number


@pytest.mark.parametrize("now", [0.0, 2 * HOUR, 9 * HOUR])
@pytest.mark.parametrize("arrival", list(permutations(range(1, 5)))[::5])
def test_ties_go_to_the_older_order_however_they_came(arrival: tuple[int, ...], now: float) -> None:
    assert served(dispatch_of(*(standing(number) for number in arrival)), now) == [1, 2, 3, 4]


def test_the_choice_says_what_it_beat_and_how_many_wait() -> None:
    dispatch = dispatch_of(standing(1), standing(2, OrderClass.DISCHARGE), standing(3, OrderClass.URGENT))
    choice = choose(dispatch)
    assert choice is not None
    assert choice.runner_up is not None
    assert (choice.standing.number, choice.runner_up.number, choice.waiting) == (2, 3, 3)
    assert choice.index == choice.score == dispatch.index(choice.standing, 0.0)
    assert choice.runner_up_score == dispatch.index(choice.runner_up, 0.0)


def test_what_cannot_be_served_is_parked_until_it_is_put_again() -> None:
    dispatch = dispatch_of(standing(1), standing(2, OrderClass.DISCHARGE, shares={R3: 30.0, R5: 30.0}))
    assert first(dispatch, cannot=[2]) == 1
    assert first(dispatch) == 1, "it is not asked again in vain"
    assert first(dispatch, source=R5) == 2, "elsewhere it can be served"
    assert dispatch.waiting(R3) == 2
    dispatch.put(standing(2, OrderClass.DISCHARGE))
    assert first(dispatch) == 2


def test_a_source_that_an_order_no_longer_wants_forgets_it() -> None:
    dispatch = dispatch_of(standing(1, shares={R3: 30.0, R5: 60.0}))
    dispatch.put(standing(1, shares={R5: 45.0}))
    assert (first(dispatch), first(dispatch, source=R5)) == (None, 1)
    assert (dispatch.backlog_s(R3), dispatch.backlog_s(R5)) == (0.0, 45.0)
    dispatch.drop(1)
    dispatch.drop(1)
    assert (dispatch.waiting(R5), dispatch.backlog_s(R5), dispatch.standing(1)) == (0, 0.0, None)


# ---- comparative advantage ----------------------------------------------------------------------------------


def load(source: str, seconds: float) -> Standing:
    """Work of another order that waits at a source."""
    return standing(900 + int(source[-1]), wanted_at=99 * HOUR, shares={source: seconds})


SHARED = standing(1, shares={R3: 30.0, R5: 30.0})
SOLE = standing(2)


@pytest.mark.parametrize(
    ("loads", "expected", "why"),
    [
        ({}, 1, "no difference: the older order"),
        ({R3: 1800.0}, 2, "R5 has nothing else to do: it will see to the shared one"),
        ({R5: 1800.0}, 1, "R5 is busy: R3 helps it"),
        ({R3: 600.0, R5: 600.0}, 1, "both are as busy: the older order"),
        ({R3: 610.0, R5: 600.0}, 2, "a little busier is enough where nothing else differs"),
    ],
)
def test_a_busy_source_leaves_to_others_what_they_can_do(loads: dict[str, float], expected: int, why: str) -> None:
    dispatch = dispatch_of(SHARED, SOLE, *(load(source, seconds) for source, seconds in loads.items()))
    # What is far from due makes a backlog and is no rival itself. The two shares of SHARED cancel out; SOLE is added
    # to R5's side so that all that differs is what the table says.
    dispatch.put(standing(3, wanted_at=99 * HOUR, shares={R5: 30.0}))
    assert first(dispatch) == expected, why


def test_urgency_outweighs_a_small_advantage() -> None:
    shared = standing(1, OrderClass.DISCHARGE, wanted_at=0.0, shares={R3: 30.0, R5: 30.0})
    assert first(dispatch_of(shared, SOLE, load(R3, 120.0))) == 1


def test_the_cheapest_of_several_others_counts() -> None:
    shared = standing(1, shares={R3: 30.0, R5: 30.0, R7: 30.0})
    busy = [load(R3, 600.0), load(R5, 3000.0)]
    assert first(dispatch_of(shared, SOLE, *busy)) == 2, "R7 is free"
    assert first(dispatch_of(shared, SOLE, *busy, load(R7, 3000.0))) == 1


def test_a_sole_holder_pays_nothing_for_being_busy() -> None:
    choice = choose(dispatch_of(SOLE, load(R3, 5 * HOUR)))
    assert choice is not None
    assert choice.score == choice.index


# ---- nothing waits for ever ---------------------------------------------------------------------------------


def served_after(dispatch: Dispatch, victim: int, flood: Standing, *, until_s: float) -> float | None:
    """A source takes an order every half minute; each it takes is replaced by another like `flood`, always in need."""
    number, now = 1000, 0.0
    while now < until_s:
        while dispatch.waiting(R3) < 8:
            number += 1
            dispatch.put(Standing(number, flood.weight, now, flood.left, dict(flood.shares)))
        taken = first(dispatch, now)
        assert taken is not None
        if taken == victim:
            return now
        dispatch.drop(taken)
        now += 30.0
    return None


@pytest.mark.parametrize("left", [1, 7, 30])
def test_a_late_order_is_served_within_a_stated_time_whatever_else_is_urgent(left: int) -> None:
    """Doubling closes the ratio of weights and of what is left: the bound of the starvation guard."""
    flood = standing(0, OrderClass.DISCHARGE, left=1)
    ratio = flood.weight * (left + POLICY.batch_offset) / (1 + POLICY.batch_offset)
    bound_s = POLICY.double_every_s * log2(ratio)
    waited_s = served_after(dispatch_of(standing(7, wanted_at=0.0, left=left)), 7, flood, until_s=bound_s + 2 * HOUR)
    assert waited_s is not None
    assert waited_s <= bound_s + 10 * MIN
    assert waited_s > 0.5 * bound_s, "the flood is more urgent for a while: the guard is what serves it"


@pytest.mark.parametrize("others_backlog_s", [HOUR, 50 * HOUR])
def test_to_spare_another_source_keeps_no_late_order_waiting_for_ever(others_backlog_s: float) -> None:
    """Each order of the flood spares R5, which has hours of work; the late one can be served by R3 alone."""
    flood = standing(0, OrderClass.DISCHARGE, left=1, shares={R3: 30.0, R5: 30.0})
    victim = standing(7, wanted_at=0.0, left=7)
    ratio = flood.weight * (7 + POLICY.batch_offset) / (1 + POLICY.batch_offset)
    bound_s = POLICY.double_every_s * (log2(ratio) + POLICY.most_advantage / log(2.0))
    waited_s = served_after(dispatch_of(victim, load(R5, others_backlog_s)), 7, flood, until_s=bound_s + 2 * HOUR)
    assert waited_s is not None
    assert waited_s <= bound_s + 10 * MIN


def test_what_turns_late_deep_in_a_queue_comes_up() -> None:
    """Five that cannot wait stand before it, then it has been late for hours; nobody has looked at it in between."""
    urgent = [standing(n, OrderClass.URGENT, wanted_at=20 * HOUR, shares={R3: 19.5 * HOUR}) for n in range(2, 7)]
    dispatch = dispatch_of(standing(1, wanted_at=HOUR, shares={R3: 30 * MIN}), *urgent)
    assert first(dispatch, 40 * MIN) == 2
    assert first(dispatch, 6 * HOUR) == 1


def test_a_policy_whose_queues_would_miss_the_best_is_refused() -> None:
    assert Policy(look_ahead_s=3800.0, double_every_s=2700.0)
    with pytest.raises(ValueError, match="miss the best"):
        Policy(look_ahead_s=3900.0, double_every_s=2700.0)


def test_a_queue_that_is_never_empty_does_not_grow() -> None:
    """Twenty orders that cannot wait, each stated anew whenever it is taken: what is out of date is dropped."""
    dispatch = dispatch_of(*(standing(n, wanted_at=99 * HOUR, shares={R3: 98.9 * HOUR}) for n in range(1, 21)))
    longest = 0
    for step in range(2_000):
        taken = choose(dispatch, HOUR + step)
        assert taken is not None
        left = 1 + (taken.standing.left + step) % 30
        dispatch.put(standing(taken.tour, wanted_at=99 * HOUR, left=left, shares={R3: 98.9 * HOUR}))
        longest = max(longest, dispatch._queues[R3].entries)
    assert longest <= 2 * 20 + _SPARE + 1
