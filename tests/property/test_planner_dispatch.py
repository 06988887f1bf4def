"""The heaps of the dispatch find what looking at every order would find, whatever happened before."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from controller.scheduling.dispatch import Choice, Dispatch, Policy, Standing

SOURCES = ("area:M", "robot:R1", "robot:R2")
AMONG = 4
"""So many of the best by index are compared by score, as the dispatch says of itself."""
CLOSE = 1e-9

numbers = st.integers(1, 12)
sources = st.sampled_from(SOURCES)
minutes = st.integers(-120, 600).map(lambda minute: 60.0 * minute)
standings = st.builds(
    Standing,
    number=numbers,
    weight=st.sampled_from([1.0, 2.0, 3.0, 6.0, 9.0, 18.0]),
    wanted_at=minutes,
    left=st.integers(1, 40),
    shares=st.dictionaries(sources, st.integers(1, 90).map(lambda ten: 10.0 * ten), min_size=1),
    blocked_until=st.one_of(st.just(0.0), minutes),
)
few = st.frozensets(numbers, max_size=6)


def rivals_of(standing: Standing, source: str) -> list[str]:
    return [other for other in standing.shares if other != source]


class LookingAtAll:
    """The same promises kept the slow way: a scan of every order."""

    def __init__(self, policy: Policy) -> None:
        self.scale = Dispatch(policy)
        """Only asked for the index of one standing: the formula, not the search, is shared."""
        self.policy = policy
        self.standings: dict[int, Standing] = {}
        self.parked: set[tuple[str, int]] = set()

    def put(self, standing: Standing) -> None:
        self.standings[standing.number] = standing
        self.parked -= {key for key in self.parked if key[1] == standing.number}

    def drop(self, number: int) -> None:
        self.standings.pop(number, None)
        self.parked -= {key for key in self.parked if key[1] == number}

    def at(self, source: str) -> list[Standing]:
        return [standing for standing in self.standings.values() if source in standing.shares]

    def backlog_s(self, source: str) -> float:
        return sum(standing.shares[source] for standing in self.at(source))

    def ranked(self, source: str, now: float) -> list[tuple[float, Standing]]:
        free = [each for each in self.at(source) if (source, each.number) not in self.parked]
        return sorted(
            ((self.scale.index(each, now), each) for each in free), key=lambda pair: (-pair[0], pair[1].number)
        )

    def choose(self, source: str, now: float, cannot: frozenset[int]) -> list[tuple[float, float, Standing]]:
        """(score, index, standing) of those that are compared, best first; parks as it goes."""
        found: list[tuple[float, float, Standing]] = []
        for index, standing in self.ranked(source, now):
            if standing.number in cannot:
                self.parked.add((source, standing.number))
                continue
            found.append((index - self.price(source, standing), index, standing))
            if len(found) == AMONG:
                break
        return sorted(found, key=lambda each: (-each[0], each[2].number))

    def price(self, source: str, standing: Standing) -> float:
        others = [self.backlog_s(other) for other in rivals_of(standing, source)]
        if not others:
            return 0.0
        policy = self.policy
        price = policy.advantage * (self.backlog_s(source) - min(others)) / policy.look_ahead_s
        return max(-policy.most_advantage, min(policy.most_advantage, price))


def choose(dispatch: Dispatch, source: str, now: float, cannot: Iterable[int] = ()) -> Choice[int] | None:
    forbidden = frozenset(cannot)
    return dispatch.choose(
        source,
        now,
        lambda standing: None if standing.number in forbidden else standing.number,
        lambda standing: rivals_of(standing, source),
    )


class HeapsAgainstScan(RuleBasedStateMachine):
    """Orders come, change, go, are parked; time passes; sources choose."""

    def __init__(self) -> None:
        super().__init__()
        self.dispatch = Dispatch()
        self.scan = LookingAtAll(self.dispatch.policy)
        self.now = 0.0

    @initialize(orders=st.lists(standings, min_size=4, max_size=12))
    def begin(self, orders: list[Standing]) -> None:
        for order in orders:
            self.put(order)

    @rule(standing=standings)
    def put(self, standing: Standing) -> None:
        self.dispatch.put(standing)
        self.scan.put(standing)

    @rule(number=numbers)
    def drop(self, number: int) -> None:
        self.dispatch.drop(number)
        self.scan.drop(number)

    @rule(passed_s=st.integers(1, 14_400).map(float))
    def time_passes(self, passed_s: float) -> None:
        self.now += passed_s

    @rule(source=sources, cannot=few, take=st.booleans())
    def choose(self, source: str, cannot: frozenset[int], take: bool) -> None:
        expected = self.scan.choose(source, self.now, cannot)
        choice = choose(self.dispatch, source, self.now, cannot)
        if not expected:
            assert choice is None
            return
        assert choice is not None
        score, index, standing = expected[0]
        assert (choice.standing, choice.tour) == (standing, standing.number)
        assert abs(choice.score - score) < CLOSE
        assert abs(choice.index - index) < CLOSE
        assert choice.waiting == len(self.scan.at(source))
        assert choice.runner_up == (expected[1][2] if len(expected) > 1 else None)
        if take:
            self.drop(standing.number)

    @rule(source=sources)
    def best_index(self, source: str) -> None:
        ranked = self.scan.ranked(source, self.now)
        found = self.dispatch.best_index(source, self.now)
        assert found == (ranked[0][0] if ranked else None)

    @precondition(lambda self: self.scan.standings)
    @rule(source=sources, standing=standings)
    def ahead(self, source: str, standing: Standing) -> None:
        mine = self.scan.scale.index(standing, self.now)
        before = (
            each.shares[source]
            for each in self.scan.at(source)
            if each.number != standing.number and self.scan.scale.index(each, self.now) >= mine
        )
        assert abs(self.dispatch.ahead_s(source, standing, self.now) - sum(before)) < 1e-6

    @invariant()
    def backlogs_agree(self) -> None:
        for source in SOURCES:
            assert abs(self.dispatch.backlog_s(source) - self.scan.backlog_s(source)) < 1e-6
            assert self.dispatch.waiting(source) == len(self.scan.at(source))


HeapsAgainstScan.TestCase.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
TestHeapsAgainstScan = HeapsAgainstScan.TestCase


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(standings, st.integers(1, 7_200).map(float)), min_size=8, max_size=30),
    st.lists(st.integers(1, 4_000).map(float), min_size=4, max_size=12),
)
def test_as_time_passes_over_many_orders_the_best_is_always_found(
    orders: list[tuple[Standing, float]], steps: list[float]
) -> None:
    """Few changes and long gaps: what a heap holds deep inside has long become critical or late."""
    dispatch, scan, now = Dispatch(), LookingAtAll(Policy()), 0.0
    for number, (order, share_s) in enumerate(orders):
        standing = replace(order, number=number, shares={SOURCES[0]: share_s})
        dispatch.put(standing)
        scan.put(standing)
    for step in steps:
        expected = [standing.number for _, _, standing in scan.choose(SOURCES[0], now, frozenset())]
        found = choose(dispatch, SOURCES[0], now)
        assert (found is None) == (not expected)
        if found is None:
            return
        assert found.tour == expected[0]
        assert found.runner_up is None or found.runner_up.number == expected[1]
        if int(step) % 2:
            dispatch.drop(found.tour)
            scan.drop(found.tour)
        now += step


def drained(orders: Iterable[Standing], now: float) -> list[tuple[str, int, float, int | None]]:
    """Sources take in turn, each a whole order, a minute apart, until nothing is left."""
    dispatch = Dispatch()
    for order in orders:
        dispatch.put(order)
    taken: list[tuple[str, int, float, int | None]] = []
    idle = 0
    while idle < len(SOURCES):
        source = SOURCES[len(taken) % len(SOURCES)] if not idle else SOURCES[(len(taken) + idle) % len(SOURCES)]
        choice = choose(dispatch, source, now)
        if choice is None:
            idle += 1
            continue
        idle = 0
        beaten = choice.runner_up.number if choice.runner_up is not None else None
        taken.append((source, choice.tour, choice.score, beaten))
        dispatch.drop(choice.tour)
        now += 60.0
    return taken


@settings(max_examples=60, deadline=None)
@given(st.lists(standings, min_size=1, max_size=12, unique_by=lambda each: each.number), minutes, st.randoms())
def test_orders_that_come_in_another_order_are_taken_in_the_same(
    orders: list[Standing], now: float, mix: object
) -> None:
    shuffled = list(orders)
    mix.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis names no type for the randomness that it controls
    turned = [
        Standing(
            each.number, each.weight, each.wanted_at, each.left, dict(reversed(each.shares.items())), each.blocked_until
        )
        for each in shuffled
    ]
    assert drained(turned, now) == drained(orders, now)
