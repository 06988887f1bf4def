"""Causes begin as often as the catalogue says, and what they bring about is the measured share of picks."""

import math
from collections import Counter
from dataclasses import dataclass, field

import pytest

from controller.protocol.vocabulary import RobotKind
from simulator.arrivals import DISTURBED, PICKS_A_DAY, Arrivals, beginnings_a_pick, days_between, strikes_each
from simulator.chance import Chance
from simulator.hardware.catalogue import ROWS
from simulator.hardware.causes import CAUSES
from simulator.hardware.causes.kinds import CauseKind
from simulator.hardware.troubles import DAY_S, Troubles
from simulator.timeline import Timeline
from tests.unit.simulator.busy_robot import BusyRobot

MONTH_PICKS = int(30 * PICKS_A_DAY)
MIX = {
    "axis": ({"AXX-01", "AXZ-05", "AXR-06"}, 0.45),
    "detect": ({"SEN-20", "STK-50"}, 0.15),
    "post-pick": ({"GRP-10", "GRP-11", "GRP-12", "VAC-14"}, 0.16),
    "length": ({"SEN-21"}, 0.10),
    "other": ({"INP-33", "INP-34", "CNV-40", "CNV-42", "CNV-43", "STK-51"}, 0.15),
}
"""Table B's split of the alarms."""
CLUSTERED = 3.0
"""Variance of the counts against Poisson's: one dirty sensor brings several faults until it is wiped."""


@dataclass
class Begun:
    """Arrivals of one robot alone, and what they let begin."""

    seed: int = 7
    zone: str = "ambient"
    kinds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.timeline = Timeline(0.0)
        self.troubles = Troubles(Chance(self.seed).stream("troubles"), 100)
        luck = Chance(self.seed).stream("arrivals")
        self.arrivals = Arrivals(self.troubles, self.timeline, luck, self.zone, 0.005, self.begin, None)

    def begin(self, kind: CauseKind, severity: float) -> None:
        self.kinds[kind.cause] += 1


def test_expected_faults_are_the_share_of_picks() -> None:
    for share in DISTURBED.values():
        expected = sum(beginnings_a_pick(kind, share) * strikes_each(kind) for kind in CAUSES.values())
        assert expected == pytest.approx(share)


@pytest.mark.parametrize("group", MIX)
def test_the_mix_is_that_of_table_b(group: str) -> None:
    codes, share = MIX[group]
    mine = [kind for kind in CAUSES.values() if kind.strikes[0].code in codes]
    assert sum(beginnings_a_pick(kind, 1.0) * strikes_each(kind) for kind in mine) == pytest.approx(share, abs=0.015)


def test_the_calendar_brings_what_it_should_in_two_hundred_years() -> None:
    begun = Begun()
    begun.arrivals.start()
    begun.kinds.clear()
    years = 200.0
    begun.timeline.run_until(years * 365.0 * DAY_S)
    for kind in CAUSES.values():
        if ROWS[kind.strikes[0].code].disturbs or kind.cause == "object_left_inside" or kind.zones == ("fridge",):
            assert begun.kinds[kind.cause] == 0
            continue
        expected = years * 365.0 / days_between(kind)
        assert begun.kinds[kind.cause] == pytest.approx(expected, abs=4.0 * math.sqrt(expected) + 1.0), kind.cause


def test_the_picks_bring_what_disturbs_picks_however_slowly_they_come() -> None:
    begun = Begun()
    begun.arrivals.start()
    begun.kinds.clear()
    for _ in range(200_000):
        begun.troubles.count_cycle()
    expected = 200_000 * sum(beginnings_a_pick(kind, 0.005) for kind in CAUSES.values())
    assert begun.kinds.total() == pytest.approx(expected, abs=4.0 * math.sqrt(expected))


def test_something_is_left_inside_only_by_who_was_inside() -> None:
    begun = Begun()
    for _ in range(20_000):
        begun.arrivals.entered()
    expected = 20_000 / (1825.0 / 0.9 * 0.6)
    assert begun.kinds["object_left_inside"] == pytest.approx(expected, abs=4.0 * math.sqrt(expected) + 2.0)
    assert begun.kinds.total() == begun.kinds["object_left_inside"]


def test_the_same_seed_brings_the_same() -> None:
    logs = [BusyRobot("poor", seed=seed, rest_s=20.0) for seed in (3, 3, 4)]
    for busy in logs:
        busy.run(4 * 3600.0)
    assert logs[0].log.entries == logs[1].log.entries != []
    assert logs[0].log.entries != logs[2].log.entries


def month_of_picks(faults: str, seed: int) -> tuple[int, Counter[str], int]:
    """A month's picks and as many stores without the rest of the work: picks made, faults by code, self-cleared."""
    busy = BusyRobot(faults, kind=RobotKind.AMBIENT, packs=20, seed=seed, feeding=False)
    busy.run(60.0)  # boots
    made = 0
    while made < MONTH_PICKS:
        busy.now += 8.0
        busy.take_what_is_due()
        program = busy.robot.program
        if program is None or not program.condition.may_move:
            continue
        made += 1
        location = (made * 7) % 300
        program.watch.travel(8.0, "C1", location, None)
        if program.watch.grip("C1", location, None) is None:
            program.watch.carry("C1", location, "P1")
        program.watch.travel(3.0, "C1")
        program.watch.land("C1", "P1")
        program.watch.feed()
        program.watch.scan(frozenset())
        program.watch.put("C2", location, None)
    struck = Counter(entry.code or "" for entry in busy.truth_of("struck"))
    cleared = sum(entry.who is None for entry in busy.truth_of("cleared") if ROWS[first_code(entry.cause)].disturbs)
    return made, Counter({code: n for code, n in struck.items() if ROWS[code].disturbs}), cleared


def first_code(cause: str) -> str:
    return CAUSES[cause].strikes[0].code


@pytest.mark.parametrize("faults", ["normal", "poor"])
def test_a_simulated_robot_month_has_the_measured_share_and_mix(faults: str) -> None:
    months = [month_of_picks(faults, seed) for seed in (1, 2)]
    picks = sum(made for made, _, _ in months)
    struck = sum((codes for _, codes, _ in months), Counter[str]())
    expected = DISTURBED[faults] * picks
    assert struck.total() == pytest.approx(expected, abs=4.0 * math.sqrt(CLUSTERED * expected))
    for codes, share in MIX.values():
        count = sum(struck[code] for code in codes)
        assert count == pytest.approx(share * expected, abs=4.0 * math.sqrt(CLUSTERED * share * expected))
    cleared = sum(n for _, _, n in months)
    assert cleared / struck.total() == pytest.approx(0.74, abs=0.1)
