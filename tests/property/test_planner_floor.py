"""The plan of a whole small centre: the same centre gives the same tours, in whatever order its parts are listed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.decision import Decision
from controller.domain.order import OrderClass
from controller.domain.pack import Pack
from controller.domain.task import TaskKind
from controller.engine import actions as act
from tests.support.cores import BARE, FLAT, MONDAY, TALL, Floor, order_of, small_master

PRODUCTS = (FLAT, TALL, BARE)
PLACES = ("robot:R1", "robot:R2", "area:MANUAL-A")
EXPIRIES = (date(2027, 6, 30), date(2027, 7, 20), date(2028, 1, 31))


@dataclass(frozen=True)
class Shelved:
    gtin: str
    place: str
    expiry: date
    count: int


@dataclass(frozen=True)
class Wanted:
    order_class: OrderClass
    packs: dict[str, int]


shelves = st.lists(
    st.builds(
        Shelved, st.sampled_from(PRODUCTS), st.sampled_from(PLACES), st.sampled_from(EXPIRIES), st.integers(1, 8)
    ),
    min_size=2,
    max_size=8,
)
wishes = st.lists(
    st.builds(
        Wanted,
        st.sampled_from(OrderClass),
        st.dictionaries(st.sampled_from(PRODUCTS), st.integers(1, 7), min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=6,
)


def packs_of(shelf: Sequence[Shelved]) -> list[Pack]:
    return [
        Pack(f"P{place}.{n}", each.gtin, f"B{EXPIRIES.index(each.expiry)}", each.expiry, each.place)
        for place, each in enumerate(shelf)
        for n in range(each.count)
    ]


def centre(stock: Sequence[Pack], robots: Sequence[int], arriving: Sequence[int]) -> Floor:
    """The robots are listed, and come, in the given orders."""
    master = small_master()
    places = tuple(master.site.robots[place] for place in robots)
    floor = Floor(stock, replace(master, site=replace(master.site, robots=places)))
    floor.tell(act.LinkChanged(True), act.Tick())
    for place in arriving:
        (floor.r1, floor.r2, floor.r3)[place].arrive()
    return floor


def play(floor: Floor, wanted: Sequence[Wanted]) -> list[Decision]:
    """Everything is ordered at once, and done as it is given; what was decided on the way."""
    floor.step(
        *(
            act.Submission(order_of(f"T{number}", *wish.packs.items(), order_class=wish.order_class))
            for number, wish in enumerate(wanted, start=1)
        )
    )
    for _ in range(40):
        floor.now += 20.0
        floor.mono_s += 20.0
        for robot in (floor.r1, floor.r2):
            for task in robot.open_tasks(TaskKind.PICK)[:1]:
                robot.end(task)
        job = floor.claim("MANUAL-A", "Ann")
        if job is not None:
            moved = tuple(pack["pack_id"] for pack in job["packs"])
            floor.do(act.FinishWork(job["work_id"], "Ann", moved=moved))
    return list(floor.rows.decisions)


@settings(max_examples=25, deadline=None)
@given(shelves, wishes, st.permutations(range(3)), st.permutations(range(3)), st.randoms(use_true_random=False))
def test_the_same_centre_listed_in_another_order_gives_the_same_tours(
    shelf: list[Shelved], wanted: list[Wanted], robots: list[int], arriving: list[int], mix: object
) -> None:
    stock = packs_of(shelf)
    shuffled = packs_of(shelf)
    mix.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis names no type for the randomness that it controls
    plain = play(centre(stock, range(3), range(3)), wanted)
    assert play(centre(shuffled, robots, arriving), wanted) == plain


@settings(max_examples=25, deadline=None)
@given(shelves, wishes)
def test_every_pack_that_can_be_had_comes_and_nothing_else_happens(shelf: list[Shelved], wanted: list[Wanted]) -> None:
    """No invariant breaks, and no order is left waiting for what stands in a source that could serve it."""
    floor = centre(packs_of(shelf), range(3), range(3))
    decisions = play(floor, wanted)
    floor.sound()
    stock = {gtin: sum(each.count for each in shelf if each.gtin == gtin) for gtin in PRODUCTS}
    ordered = {gtin: sum(wish.packs.get(gtin, 0) for wish in wanted) for gtin in PRODUCTS}
    possible = sum(min(stock[gtin], ordered[gtin]) for gtin in PRODUCTS)
    assert sum(decision.packs for decision in decisions) == possible
    assert all(decision.at >= MONDAY and decision.waited_s >= 0.0 for decision in decisions)


def test_robots_in_every_order() -> None:
    """One busy centre, exhaustively: which robot is listed or comes first decides nothing."""
    shelf = [Shelved(gtin, place, EXPIRIES[0], 6) for gtin in PRODUCTS for place in PLACES]
    wanted = [Wanted(each, dict.fromkeys(PRODUCTS, 3)) for each in OrderClass]
    orders = list(permutations(range(3)))
    found = [play(centre(packs_of(shelf), robots, come), wanted) for robots in orders for come in orders[::2]]
    assert all(each == found[0] for each in found)
    assert len(found[0]) > 5
