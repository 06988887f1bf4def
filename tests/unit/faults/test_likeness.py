"""Which earlier faults are like one: by place, by axis, by what was measured; and what cured them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from controller.domain.fault import Condition, Fault, Feature
from controller.faults.likeness import Alike, Cure, Sign, compare, cures, most_alike, signs_before

AT = 1_000_000.0
FAULT = Fault("F-000009", "R4", "R4-1-F9", "GRP-10", 3, AT, location="A-07-013", axis="x")


def earlier(**changed: object) -> Fault:
    nowhere = Fault("F-000001", "R9", "R9-1-F1", "GRP-10", 3, AT - 5000.0)
    return replace(nowhere, **changed)  # type: ignore[arg-type]


def past(*values: float, name: str = "vacuum_leak_mbar_s", worst: float = 1.0) -> list[Condition]:
    return [
        Condition("R4", at - 300.0, at, (Feature(name, "H1", 50, value, value + worst),))
        for place, value in enumerate(values)
        for at in (AT - 300.0 * (len(values) - 1 - place),)
    ]


def test_where_it_struck_makes_it_alike_the_same_place_more_than_the_same_shelf() -> None:
    elsewhere = compare(FAULT, (), earlier(robot="R4"), ())
    shelf = compare(FAULT, (), earlier(robot="R4", location="A-07-001"), ())
    place = compare(FAULT, (), earlier(robot="R4", location="A-07-013"), ())
    assert compare(FAULT, (), earlier(), ()).score < elsewhere.score < shelf.score < place.score
    assert place.why == ("the same fault, GRP-10", "on the same robot, R4", "at the same place, A-07-013")


def test_a_place_in_another_robot_is_another_place() -> None:
    assert compare(FAULT, (), earlier(location="A-07-013"), ()).why == ("the same fault, GRP-10",)


def test_the_axis_and_what_stood_out_make_it_alike() -> None:
    high = Sign("slip_mm", "H1", 8.0, 0.3)
    other = Sign("torque_percent", "x", 80.0, 42.0)
    both = compare(FAULT, (high,), earlier(axis="x"), (replace(high, value=5.0),))
    assert both.why == ("the same fault, GRP-10", "on the same axis, x", "slip of H1 was high both times")
    half = compare(FAULT, (high,), earlier(axis="x"), (high, other))
    opposite = compare(FAULT, (high,), earlier(axis="x"), (replace(high, value=0.0),))
    assert opposite.score < half.score < both.score


def test_a_measurement_stands_out_against_the_robots_own_past() -> None:
    usual = [4.0, 4.1, 3.9, 4.0, 4.1, 3.9, 4.0, 4.1]
    (sign,) = signs_before(FAULT, past(*usual, 15.0))
    assert sign.in_words() == "vacuum leak of H1 15 mbar/s, usually 4 mbar/s"
    assert signs_before(FAULT, past(*usual, 4.05)) == ()
    (low,) = signs_before(FAULT, past(*usual, 1.0))
    assert low.key == ("vacuum_leak_mbar_s", "H1", False)


def test_what_is_not_known_to_be_usual_does_not_stand_out() -> None:
    assert signs_before(FAULT, []) == ()
    assert signs_before(FAULT, past(4.0, 4.0, 15.0)) == ()
    later = [replace(each, at=each.at + 1.0) for each in past(4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 15.0)]
    assert signs_before(FAULT, later) == ()


def test_another_robots_conditions_say_nothing_of_this_one() -> None:
    sisters = [replace(each, robot="R5") for each in past(4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 15.0)]
    assert signs_before(FAULT, sisters) == ()


def test_the_most_alike_come_first_and_of_equals_the_latest() -> None:
    found = [
        Alike(earlier(fault_id="F-1", raised_at=1.0), 0.5, ()),
        Alike(earlier(fault_id="F-2", raised_at=2.0), 0.5, ()),
        Alike(earlier(fault_id="F-3", raised_at=0.0), 0.9, ()),
    ]
    assert [each.fault.fault_id for each in most_alike(found, 2)] == ["F-3", "F-2"]


def test_cures_are_counted_and_those_of_more_alike_faults_come_first() -> None:
    found = [
        Alike(earlier(cause="worn_cup", remedy="replace_cup"), 0.3, ()),
        Alike(earlier(cause="loose_hose", remedy="tighten_hose"), 0.9, ()),
        Alike(earlier(cause="worn_cup", remedy="replace_cup"), 0.3, ()),
        Alike(earlier(), 1.0, ()),
    ]
    assert cures(found) == [Cure("loose_hose", "tighten_hose", 1), Cure("worn_cup", "replace_cup", 2)]


words = st.sampled_from(["slip_mm", "torque_percent", "vacuum_leak_mbar_s", "odd"])
signs = st.lists(st.builds(Sign, words, st.sampled_from(["", "H1", "x"]), st.floats(0, 9), st.floats(0, 9)), max_size=5)
places = st.sampled_from([None, "A-07-013", "A-07-001", "B-01-001", "D"])


@given(places, places, st.sampled_from(["R4", "R5"]), st.sampled_from([None, "x", "y"]), signs, signs)
def test_likeness_is_a_share_and_nothing_is_more_alike_than_the_same_again(
    here: str | None, there: str | None, robot: str, axis: str | None, mine: list[Sign], theirs: list[Sign]
) -> None:
    fault = replace(FAULT, location=here)
    again = compare(fault, mine, earlier(robot="R4", location=here, axis="x"), mine)
    found = compare(fault, mine, earlier(robot=robot, location=there, axis=axis), theirs)
    assert 0.0 < found.score <= again.score <= 1.0
    assert all(word and word[0] != "_" for sign in mine for word in [sign.in_words()])
