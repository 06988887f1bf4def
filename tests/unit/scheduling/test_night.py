"""What an idle robot does in quiet hours, as a table; and every rule that keeps it from doing it."""

from dataclasses import replace

import pytest

from controller.domain.chore import ChoreKind
from controller.scheduling.counts import CountRules, Seen, Suspicion, next_count
from controller.scheduling.night import Doomed, Move, Proposal, Reference, Rules, Surplus, View, choose

NOW = 1_795_482_000.0
DAY_S = 86_400.0
FRESH = (Reference("home", NOW - 600.0), *(Reference(axis, NOW - 500.0) for axis in "xyzr"))

IDLE = View(
    quiet=True,
    paused=False,
    able=True,
    busy=False,
    worked_at=0.0,
    chore_ended_at=0.0,
    patient_waits=False,
    max_packs=3,
    references=FRESH,
)
SUSPECTED = Suspicion("A-07", NOW - 60.0, "pack P1 missing")
FULL = replace(
    IDLE,
    suspected=(SUSPECTED,),
    references=(Reference("home", None),),
    doomed=(Doomed(740_000, "P2", "G2"),),
    surplus=(Surplus(2.0, "G3", ("P3", "P4", "P5", "P6")),),
    shelves=(Seen("A-01", None),),
    wanted=(Move(5.0, "P7", "G7"),),
    misplaced=(Move(1.0, "P8", "G8"),),
)


def chosen(view: View, **rules: object) -> Proposal | None:
    return choose("R1", NOW, view, Rules(**rules))  # type: ignore[arg-type]


def test_an_idle_robot_with_nothing_to_do_does_nothing() -> None:
    assert chosen(IDLE) is None


@pytest.mark.parametrize(
    "kept_from",
    [
        {"paused": True},
        {"able": False},
        {"busy": True},
        {"patient_waits": True},
        {"worked_at": NOW - 59.0},
        {"chore_ended_at": NOW - 14.0},
    ],
    ids=str,
)
def test_each_rule_keeps_every_chore_away(kept_from: dict[str, object]) -> None:
    assert chosen(replace(FULL, **kept_from)) is None  # type: ignore[arg-type]


def test_by_day_only_a_suspicion_is_looked_into() -> None:
    assert chosen(replace(FULL, quiet=False)) == Proposal(ChoreKind.COUNT, "A-07", (), "pack P1 missing")
    assert chosen(replace(FULL, quiet=False, suspected=())) is None


def test_what_comes_before_what() -> None:
    """Each chore, once done, makes way for the next kind."""
    view, kinds = FULL, []
    done: list[dict[str, object]] = [
        {"suspected": ()},
        {"references": (Reference("home", NOW - 10.0), *(Reference(axis, NOW - 20.0) for axis in "xyz"))},
        {"references": FRESH},
        {"doomed": ()},
        {"surplus": ()},
        {"shelves": ()},
        {"wanted": ()},
        {"misplaced": ()},
    ]
    for change in done:
        proposal = chosen(view)
        assert proposal is not None
        kinds.append((proposal.kind, proposal.subject))
        view = replace(view, **change)  # type: ignore[arg-type]
    assert kinds == [
        (ChoreKind.COUNT, "A-07"),
        (ChoreKind.HOME, "all"),
        (ChoreKind.CALIBRATE, "x"),
        (ChoreKind.EJECT, "G2"),
        (ChoreKind.TRANSFER, "G3"),
        (ChoreKind.COUNT, "A-01"),
        (ChoreKind.NEAR, "G7"),
        (ChoreKind.TIDY, "G8"),
    ]
    assert chosen(view) is None


def test_the_longest_suspected_shelf_first() -> None:
    earlier = Suspicion("B-01", NOW - 90.0, "pack P9 dropped")
    assert chosen(replace(IDLE, suspected=(SUSPECTED, earlier))) == Proposal(
        ChoreKind.COUNT, "B-01", (), "pack P9 dropped"
    )


def test_a_reference_run_is_due_after_a_shift_or_after_many_picks() -> None:
    shift_ago = (Reference("home", NOW - 8 * 3600.0), *FRESH[1:])
    assert chosen(replace(IDLE, references=shift_ago)) == Proposal(ChoreKind.HOME, "all", (), "once a shift")
    worn = replace(IDLE, picks_since_reference=1_500)
    assert chosen(worn) == Proposal(ChoreKind.HOME, "all", (), "1500 picks since the last")
    assert chosen(replace(worn, picks_since_reference=1_499)) is None


def test_axes_are_measured_from_a_fresh_reference_one_after_the_other() -> None:
    home = Reference("home", NOW - 60.0)
    stale = tuple(Reference(axis, NOW - 90.0) for axis in "xy")
    fresh = (Reference("x", NOW - 30.0), Reference("y", NOW - 90.0))
    assert chosen(replace(IDLE, references=(home, *stale))) == Proposal(
        ChoreKind.CALIBRATE, "x", (), "after the reference run"
    )
    assert chosen(replace(IDLE, references=(home, *fresh))) == Proposal(
        ChoreKind.CALIBRATE, "y", (), "after the reference run"
    )


def test_an_eject_takes_as_many_as_the_head_carries_oldest_first() -> None:
    doomed = tuple(Doomed(740_000 + day, f"P{day}", "G") for day in (3, 1, 2, 4))
    proposal = chosen(replace(IDLE, doomed=doomed))
    assert proposal is not None
    assert proposal.pack_ids == ("P1", "P2", "P3")


def test_a_transfer_takes_no_more_than_the_head_carries_and_the_floor_can_take() -> None:
    best, other = Surplus(3.0, "G2", ("P1", "P2", "P3", "P4")), Surplus(1.0, "G1", ("P5",))
    view = replace(IDLE, surplus=(other, best))
    proposal = chosen(view)
    assert proposal == Proposal(ChoreKind.TRANSFER, "G2", ("P1", "P2", "P3"), "too few robots hold it")
    assert chosen(replace(view, on_their_way=27)) == proposal
    assert chosen(replace(view, on_their_way=28)) is None
    assert chosen(replace(view, transfers=12)) is None


def test_moves_are_limited_and_the_most_wanted_goes_first() -> None:
    moves = (Move(1.0, "P1", "G1"), Move(4.0, "P3", "G2"), Move(4.0, "P2", "G2"))
    proposal = chosen(replace(IDLE, wanted=moves))
    assert proposal is not None
    assert proposal.pack_ids == ("P2",)
    assert chosen(replace(IDLE, wanted=moves, moves=16)) is None


def test_shelves_are_counted_oldest_first_and_never_counted_before_all() -> None:
    rules = CountRules(every_days=14.0, ahead=1.5)
    old, older = Seen("A-02", NOW - 10 * DAY_S), Seen("A-01", NOW - 12 * DAY_S)
    assert next_count([old, older], NOW, rules) == older
    assert next_count([old, older, Seen("B-09", None), Seen("B-01", None)], NOW, rules) == Seen("B-01", None)
    assert next_count([Seen("A-02", NOW - 9 * DAY_S)], NOW, rules) is None, "not yet due"
    assert next_count([], NOW, rules) is None


def test_a_days_share_of_counts_is_not_exceeded() -> None:
    rules = CountRules(every_days=14.0, ahead=1.5)
    due = [Seen(f"B-{n:02d}", None) for n in range(24)]
    three_lately = [Seen(f"A-{n:02d}", NOW - 3600.0) for n in range(3)]
    two_lately = [Seen("A-00", NOW - DAY_S), *three_lately[1:]]
    assert next_count([*due, *two_lately], NOW, rules) == due[0], "27 shelves: 2.9 a day, so 3"
    assert next_count([*due, *three_lately], NOW, rules) is None


def test_every_shelf_is_counted_within_the_period_when_each_night_has_room() -> None:
    rules = CountRules()
    counted: dict[str, float] = {}
    names = [f"A-{n:02d}" for n in range(81)]
    longest_s = 0.0
    for night in range(60):
        at = NOW + night * DAY_S
        while (due := next_count([Seen(name, counted.get(name)) for name in names], at, rules)) is not None:
            if due.counted_at is not None:
                longest_s = max(longest_s, at - due.counted_at)
            counted[due.shelf] = at
            at += 60.0
        if night >= 14:
            assert len(counted) == len(names)
    assert longest_s <= rules.every_days * DAY_S
