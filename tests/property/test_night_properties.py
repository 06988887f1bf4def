"""The choice of a chore: the same for the same values in whatever order, and never against its rules."""

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from controller.scheduling.counts import Seen, Suspicion
from controller.scheduling.night import Doomed, Move, Reference, Rules, Surplus, View, choose

NOW = 1_795_482_000.0
_moments = st.floats(NOW - 30 * 86_400.0, NOW)
_names = st.sampled_from([f"{side}-{level:02d}" for side in "AB" for level in range(9)])
_packs = st.integers(0, 40).map(lambda number: f"P{number}")
_gtins = st.sampled_from(["G1", "G2", "G3"])
_moves = st.lists(st.builds(Move, st.sampled_from([1.0, 2.0]), _packs, _gtins), max_size=6).map(tuple)

_views = st.builds(
    View,
    quiet=st.booleans(),
    paused=st.booleans(),
    able=st.booleans(),
    busy=st.booleans(),
    worked_at=_moments,
    chore_ended_at=_moments,
    patient_waits=st.booleans(),
    max_packs=st.integers(1, 4),
    suspected=st.lists(st.builds(Suspicion, _names, _moments, st.just("missing")), max_size=3).map(tuple),
    shelves=st.lists(st.builds(Seen, _names, st.none() | _moments), max_size=9, unique_by=lambda seen: seen.shelf).map(
        tuple
    ),
    references=st.lists(
        st.builds(Reference, st.sampled_from(["home", "x", "y", "z", "r"]), st.none() | _moments),
        max_size=5,
        unique_by=lambda reference: reference.subject,
    ).map(tuple),
    picks_since_reference=st.integers(0, 3_000),
    condemned=st.lists(st.builds(Doomed, st.integers(1, 4), _packs, _gtins), max_size=3).map(tuple),
    doomed=st.lists(st.builds(Doomed, st.integers(1, 4), _packs, _gtins), max_size=6).map(tuple),
    surplus=st.lists(
        st.builds(Surplus, st.sampled_from([1.0, 2.0]), _gtins, st.lists(_packs, min_size=1, max_size=5).map(tuple)),
        max_size=4,
    ).map(tuple),
    wanted=_moves,
    misplaced=_moves,
    transfers=st.integers(0, 13),
    moves=st.integers(0, 17),
    on_their_way=st.integers(0, 40),
)
_LISTS = tuple(field.name for field in fields(View) if field.type == "tuple" or "tuple[" in str(field.type))


@given(_views, st.randoms(use_true_random=False))
def test_the_same_values_in_any_order_give_the_same_chore(view: View, order: object) -> None:
    def shuffled(values: tuple[object, ...]) -> tuple[object, ...]:
        mixed = list(values)
        order.shuffle(mixed)  # type: ignore[attr-defined]
        return tuple(mixed)

    assert len(_LISTS) == 8
    mixed: dict[str, Any] = {name: shuffled(getattr(view, name)) for name in _LISTS}
    other = replace(view, **mixed)
    assert choose("R1", NOW, view) == choose("R1", NOW, other) == choose("R1", NOW, view)


@given(_views)
def test_nothing_is_begun_against_the_rules(view: View) -> None:
    rules = Rules()
    proposal = choose("R1", NOW, view, rules)
    if proposal is None:
        return
    assert view.able
    assert not any((view.paused, view.busy, view.patient_waits))
    assert NOW - view.worked_at >= rules.settled_s
    assert view.quiet or proposal.kind == "count"
    assert len(proposal.pack_ids) <= view.max_packs
