"""The hash chain of the audit journal: what is hashed, and every way of tampering that shows."""

import dataclasses
import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.journal import JournalEntry
from controller.domain.order import OrderStatus
from controller.ledger.audit import (
    GENESIS,
    Break,
    BreakKind,
    canonical_json,
    entry_hash,
    make_entry,
    verify,
)


def chain(length: int, first: int = 1, previous: str = GENESIS) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    for seq in range(first, first + length):
        entry = make_entry(
            seq, 1000.5 + seq, "Anna", "order.held", f"order:T{seq}", {"old": None, "new": seq}, previous
        )
        entries.append(entry)
        previous = entry.entry_hash
    return entries


def found(entries: list[JournalEntry]) -> list[tuple[int, BreakKind]]:
    return [(broken.seq, broken.kind) for broken in verify(entries)]


def test_the_hash_is_over_the_canonical_json_of_all_seven_values() -> None:
    text = '["' + "0" * 64 + '",7,1.0,"Zoë","a.b","order:T1",{"a":[1,2.5,null],"b":"é\\n"}]'
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert entry_hash(GENESIS, 7, 1.0, "Zoë", "a.b", "order:T1", {"b": "é\n", "a": [1, 2.5, None]}) == expected


def test_canonical_json_has_one_text_for_equal_values() -> None:
    assert canonical_json({"b": 1, "a": (1, 2), "c": {"z": 0.1, "y": OrderStatus.OPEN}}) == (
        '{"a":[1,2],"b":1,"c":{"y":"open","z":0.1}}'
    )


def test_a_time_without_fraction_hashes_as_the_database_will_return_it() -> None:
    whole: Any = 5
    assert make_entry(1, whole, "", "", "", {}, GENESIS) == make_entry(1, 5.0, "", "", "", {}, GENESIS)


@pytest.mark.parametrize("key", [1, None, 2.5, True])
def test_keys_that_are_no_text_are_refused(key: Any) -> None:
    for data in ({key: 1}, {"a": {key: 1}}, {"a": [({key: 1},)]}):
        with pytest.raises(TypeError, match="a key must be text"):
            make_entry(1, 0.0, "", "", "", data, GENESIS)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_have_are_refused(number: float) -> None:
    with pytest.raises(ValueError):
        make_entry(1, 0.0, "", "", "", {"a": number}, GENESIS)


def test_a_whole_chain_has_no_breaks() -> None:
    assert verify(chain(5)) == []
    assert verify([]) == []


def test_a_part_of_a_chain_is_checked_from_where_it_begins() -> None:
    whole = chain(6)
    assert verify(whole[3:], first_previous=whole[2].entry_hash, first_seq=4) == []
    assert verify(whole[3:], first_previous=whole[1].entry_hash, first_seq=4)[0].kind is BreakKind.LINK


def test_each_break_names_its_entry_and_what_is_wrong() -> None:
    entries = chain(6)
    changed = dataclasses.replace(entries[2], actor="Berta")
    assert found([*entries[:2], changed, *entries[3:]]) == [(3, BreakKind.HASH)]
    assert found([*entries[:2], *entries[4:]]) == [(5, BreakKind.GAP)]
    assert verify(entries[2:]) == [Break(3, BreakKind.GAP, "entries 1 to 2 are missing")]
    assert found([*entries[:3], entries[2], *entries[3:]]) == [(3, BreakKind.ORDER)]


def test_a_changed_entry_with_a_hash_to_match_breaks_the_link_after_it() -> None:
    entries = chain(6)
    third = entries[2]
    forged = make_entry(3, third.at, "Berta", third.action, third.subject, third.data, third.previous_hash)
    assert found([*entries[:2], forged, *entries[3:]]) == [(4, BreakKind.LINK)]


def test_another_beginning_is_found() -> None:
    assert found(chain(3, previous="1" * 64)) == [(1, BreakKind.LINK)]


LENGTH = 12
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
changes = st.one_of(
    st.fixed_dictionaries({"at": st.floats(allow_nan=False, allow_infinity=False)}),
    st.fixed_dictionaries({"actor": st.text()}),
    st.fixed_dictionaries({"action": st.text()}),
    st.fixed_dictionaries({"subject": st.text()}),
    st.fixed_dictionaries({"data": st.dictionaries(st.text(), json_values, max_size=3)}),
    st.fixed_dictionaries({"previous_hash": st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)}),
    st.fixed_dictionaries({"entry_hash": st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)}),
    st.fixed_dictionaries({"seq": st.integers(min_value=-5, max_value=LENGTH + 5)}),
)


@st.composite
def tampered(draw: st.DrawFn) -> list[JournalEntry]:
    """The chain with something done to it that is neither nothing nor a cut at its end."""
    entries = chain(LENGTH)
    place = draw(st.integers(0, LENGTH - 1))
    kind = draw(st.sampled_from(["change", "reseal", "remove", "repeat", "swap", "insert"]))
    if kind == "change":
        entries[place] = dataclasses.replace(entries[place], **draw(changes))
    elif kind == "reseal":
        # The last one is left out: what is rewritten to the end shows only against a hash that is kept elsewhere.
        place = min(place, LENGTH - 2)
        was = entries[place]
        entries[place] = make_entry(
            was.seq, was.at, draw(st.text()), was.action, was.subject, was.data, was.previous_hash
        )
    elif kind == "remove":
        del entries[min(place, LENGTH - 2)]
    elif kind == "repeat":
        entries.insert(draw(st.integers(0, LENGTH)), entries[place])
    elif kind == "swap":
        other = draw(st.integers(0, LENGTH - 1))
        entries[place], entries[other] = entries[other], entries[place]
    else:
        before = entries[place - 1].entry_hash if place else GENESIS
        entries.insert(place, make_entry(place + 1, 0.0, "Eve", "pack.lost", "pack:P1", {}, before))
    return entries


@settings(max_examples=500, deadline=None)
@given(tampered())
def test_every_tampering_is_found(entries: list[JournalEntry]) -> None:
    untouched = chain(LENGTH)
    assert bool(verify(entries)) == (list(map(repr, entries)) != list(map(repr, untouched)))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_data_read_back_from_its_text_has_the_same_hash(data: dict[str, Any]) -> None:
    entry = make_entry(1, 0.1, "Anna", "a.b", "s", data, GENESIS)
    assert verify([dataclasses.replace(entry, data=json.loads(canonical_json(data)))]) == []
