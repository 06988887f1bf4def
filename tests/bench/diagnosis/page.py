"""The page and the table of what the diagnosis reaches."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from controller.faults.diagnosis.causes import SHARES
from tests.bench.diagnosis.scenes import HOUR_S
from tests.bench.diagnosis.scores import IN_TIME_S, SURENESS, WEARS, Answer, Scores, middle

GOAL_FIRST, GOAL_THREE, GOAL_IN_TIME, GOAL_FALSE = 0.85, 0.97, 0.60, 1.0
GOAL_OWNED_UP, GOAL_MISLED = "≥ 60%", "< 12%"

_HEAD = """# Diagnosis and early warnings: what they reach

Written by `make bench-diagnosis`. Every scene is one simulated robot (`simulator.centre`, virtual time, 1,400 picks and
as many packs put in a day) in a `normal` year, so that other faults come and go and other parts wear meanwhile. After
six hours one cause is given to it; the scene ends half an hour after that cause's first fault. Six robots are sisters.
The diagnosis hears only what is on the wire, through the translation of `controller.transport`; the truth is the
simulator's own record.

*As built* is the machine of the simulator, after which the tables were written: those figures say that the method
separates what the measurements separate. *Other machines* is the harder and the honest scoring: every robot has a
build of its own, drawn from a seed. What a cause moves is moved 0.5 to 1.6 times as far, the last moments before a
fault show three quarters as much, measurements scatter 0.7 to 1.5 times as much, healthy values are 10 to 20 % off
where a machine may be so, a fifth of the sensors is not fitted, faults come twice as soon or half as soon; and one
scene in twenty has a cause that is in no table (`tests/bench/diagnosis/strangers.py`), to which `other` is the right
answer.
"""

_LIMITS = """## How far to trust this

- The tables of the model (`controller/faults/diagnosis`) were written from Table B and sections 3.2 and 3.3 of the
  domain notes, by somebody who knew the list of causes that the simulator has and which measurement each one moves.
  Other machines differ in degree, in sensors and by fourteen strangers; they still fail in the ways that are listed
  here. Real ones will have more: correct the tables from what technicians find.
- Whoever wrote the strangers knew the diagnosis. Six are older than the `other` that competes with the described
  causes; eighteen more were written before it, in one go, and a draw parted them: ten to set its figures
  (`tuning_strangers.py`), eight to the scored ones. The scored ones were first asked about when every figure was set.
- A stranger that moves just what a described cause moves is taken for that cause, and one whose only marks are in
  another part of the robot mostly too. The next check that goes with each suspect is what finds that out.
- A described cause that fits badly, or for which only the code speaks, is stated with 75 % at most. It is right more
  often than that here, where one scene in twenty has a stranger; without the bound strangers would pass for it.
- A sensor that is not fitted cannot warn: most wears without a warning in time are such.
- What robots of a fleet have in common is used only where they are of one build (nine tenths of their usual values
  agree). Elsewhere a part that was worn when the controller was first started is learned as usual; only that it wears
  on is seen.
- Scoring seeds were never looked at while figures of the model were set; tuning seeds are others (101, 201 to 204, 311
  and 312, for other machines 301 to 303, and 401 to 406 for what is not known: there 65 % of sixty scenes with a
  stranger were owned up to, and 8 % misnamed with 80 % or more).
- Many codes have one described cause. The line "where a code has rivals" leaves them out: it is the harder figure.
- Faults that no robot raises (door, emergency stop, lost contact, a damaged index, a wrong expiry) count as seen
  at the moment at which they struck.
- A wear that takes weeks begins here as severe as it is 24 h before its first possible fault, so a lead time is at most
  a day or two. That it begins with a small step makes it easier to see; `tests/unit/faults` has the slow drift.
- A new pack size, a damaged pack and a dusty curtain bring the same code, and a scene has one such pack. That the same
  product comes again, which tells a new size from the others on a real day, does not happen in it.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What is told: the scenes, and the weeks with nothing given, of both kinds of machines."""

    built: Scores
    built_weeks: Scores
    others: Scores
    other_weeks: Scores
    strange: Scores
    """Of scenes with a cause that is in no table, on other machines."""
    seeds: Sequence[int]
    weeks: Sequence[str]


def page(shown: Page) -> str:
    """Markdown."""
    built, others = shown.built, shown.others
    lines = [
        _HEAD,
        f"Seeds {', '.join(map(str, shown.seeds))}: {_counted(built)} as built, {_counted(others)} on other machines. "
        f"Robot-weeks with nothing given: {', '.join(shown.weeks)}; as many of each.\n",
        "| figure | as built | other machines | goal |\n|---|---|---|---|",
        *_shares(shown),
        *_warning_rows("in the scenes", built, others),
        *_warning_rows("in weeks with nothing given", shown.built_weeks, shown.other_weeks),
        f"| foretold time over true time, median | {_optimism(built):.2f} | {_optimism(others):.2f} | 1 |",
        "",
        "## How sure it is\n",
        "What it states of its first suspect, and how often that was right: every fault of scenes and weeks.\n",
        "| stated | as built: faults | stated, mean | right | other machines: faults | stated, mean | right |",
        "|---|---|---|---|---|---|---|",
        *_sureness([built, shown.built_weeks], [others, shown.other_weeks]),
        "",
        f"Brier score of the first suspect (0 is perfect, 0.25 a coin): {_brier(built, shown.built_weeks):.3f} as "
        f"built, {_brier(others, shown.other_weeks):.3f} on other machines.",
        "",
        "## Causes that are in no table\n",
        "Each of them in a scene of its own with each seed, on other machines.\n",
        *_strange(shown.strange),
        "",
        "| cause | code | ranked first, and the probability stated |\n|---|---|---|",
        *_strange_rows(shown.strange),
        "",
        "## By cause\n",
        "| cause | as built: first | first three | warned in time | median lead, h "
        "| other machines: first | first three | warned in time | median lead, h |\n" + "|---" * 9 + "|",
        *(_cause_row(cause, built, others) for cause in sorted({*built.by_cause(), *others.by_cause()})),
        "",
        "## What is taken for what\n",
        "Of all faults on other machines, in the scenes and in the weeks.\n",
        "| code | true cause | ranked first | times |\n|---|---|---|---|",
        *(
            f"| {code} | {truth} | {taken} | {times} |"
            for (code, truth, taken), times in (others.confusions() + shown.other_weeks.confusions()).most_common(20)
        ),
        "",
        _LIMITS,
    ]
    return "\n".join(lines)


def _counted(scores: Scores) -> str:
    return f"{sum(a.injected for a in scores.answers)} scenes with a fault, {len(scores.answers)} faults in all"


def _shares(shown: Page) -> Iterator[str]:
    def rivals(scores: Scores) -> float:
        return scores.share_first([a for a in scores.answers if a.injected and len(SHARES[a.code]) > 1])

    both = (shown.built, shown.others)
    weeks = (shown.built_weeks, shown.other_weeks)
    rows = [
        ("true cause first, mean of causes", [s.mean_of_causes(1) for s in both], f"≥ {GOAL_FIRST:.0%}"),
        ("true cause in the first three, mean of causes", [s.mean_of_causes(3) for s in both], f"≥ {GOAL_THREE:.0%}"),
        ("first, where a code has rivals", [rivals(s) for s in both], ""),
        ("first, every fault of the scenes", [s.share_first() for s in both], ""),
        ("first, every fault of the weeks below", [s.share_first() for s in weeks], ""),
        ("in the first three, every fault of the weeks below", [s.share_first(None, 3) for s in weeks], ""),
        ("wears warned of by name two hours ahead", [s.in_time for s in both], f"≥ {GOAL_IN_TIME:.0%}"),
    ]
    return (f"| {name} | {first:.1%} | {second:.1%} | {goal} |" for name, (first, second), goal in rows)


def _sureness(built: Sequence[Scores], others: Sequence[Scores]) -> Iterator[str]:
    def told(scores: Sequence[Scores]) -> dict[float, str]:
        joined = Scores(answers=[answer for each in scores for answer in each.answers])
        return {each.low: f"{each.answers} | {each.stated:.0%} | {each.right:.0%}" for each in joined.reliability()}

    first, second = told(built), told(others)
    for low, high in pairwise(SURENESS):
        name = f"{low:.0%} to {high:.0%}"
        yield f"| {name} | {first.get(low, '0 | | ')} | {second.get(low, '0 | | ')} |"


def _brier(*scores: Scores) -> float:
    return Scores(answers=[answer for each in scores for answer in each.answers]).brier


def _strange(scores: Scores) -> Iterator[str]:
    """What it says of them: by the first fault of each scene, and by every fault that they brought."""
    rows: list[tuple[str, Callable[[Answer], bool], str]] = [
        ("`other` first", lambda answer: answer.place == 0, ""),
        ("`other` first, or the first stated with less than 60 %", lambda answer: answer.owned_up, GOAL_OWNED_UP),
        ("`other` among the first three", lambda answer: answer.place < 3, ""),
        ("another cause named with 80 % or more", lambda answer: answer.misled, GOAL_MISLED),
    ]
    both = (scores.strange_first, scores.strange)
    yield f"| {len(both[0])} scenes | first fault of each | every fault ({len(both[1])}) | goal |\n|---|---|---|---|"
    for name, holds, goal in rows:
        first, every = (sum(map(holds, answers)) / max(1, len(answers)) for answers in both)
        yield f"| {name} | {first:.0%} | {every:.0%} | {goal} |"


def _strange_rows(scores: Scores) -> Iterator[str]:
    for cause in sorted({answer.truth for answer in scores.strange_first}):
        answers = [answer for answer in scores.strange_first if answer.truth == cause]
        said = ", ".join(f"{answer.ranked[0]} {answer.sure:.0%}" for answer in answers)
        yield f"| {cause} | {answers[0].code} | {said} |"


def table(built: Scores, others: Scores) -> str:
    """The page's figures by cause, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("machines", "cause", "scenes", "first", "first_three", "warned_in_time", "median_lead_h"))
    for name, scores in (("as built", built), ("other", others)):
        for cause, answers in sorted(scores.by_cause().items()):
            leads = scores.leads_s.get(cause, [])
            warned = f"{_in_time(leads):.3f}" if leads else ""
            lead_h = f"{middle(leads) / HOUR_S:.1f}" if leads else ""
            first, three = scores.share_first(answers), scores.share_first(answers, 3)
            writer.writerow((name, cause, len(answers), f"{first:.3f}", f"{three:.3f}", warned, lead_h))
    return out.getvalue()


def _warning_rows(where: str, built: Scores, others: Scores) -> list[str]:
    weeks = f"{built.robot_weeks:.1f} and {others.robot_weeks:.1f} weeks"
    told = f"{len(built.warnings)} and {len(others.warnings)} warnings"
    return [
        f"| false warnings a robot-week, {where} ({weeks}, {told}) | "
        f"{built.false_a_week:.2f} | {others.false_a_week:.2f} | < {GOAL_FALSE:.0f} |",
        f"| warnings under the name of another cause of the same signs a robot-week, {where} | "
        f"{built.misnamed_a_week:.2f} | {others.misnamed_a_week:.2f} | |",
    ]


def _cause_row(cause: str, built: Scores, others: Scores) -> str:
    return f"| {cause} | {_cells(cause, built)} | {_cells(cause, others)} |"


def _cells(cause: str, scores: Scores) -> str:
    answers, leads = scores.by_cause().get(cause, []), scores.leads_s.get(cause, [])
    if not answers:
        return " | | | "
    warned = f"{_in_time(leads):.0%} | {middle(leads) / HOUR_S:.1f}" if cause in WEARS and leads else " | "
    return f"{scores.share_first(answers):.0%} | {scores.share_first(answers, 3):.0%} | {warned}"


def _in_time(leads: Sequence[float]) -> float:
    return sum(lead >= IN_TIME_S for lead in leads) / max(1, len(leads))


def _optimism(scores: Scores) -> float:
    return middle([foretold / true for foretold, true in scores.estimates_s if true > 0.0])
