"""controller/docs/faults/campaign.md and .csv: what came of the trials, in figures that a reader can check."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from pathlib import Path
from statistics import median

from controller.domain.consequence import AT_RISK_FROM, LATE_FROM, Prospect
from tests.campaign.matrix import Asked
from tests.campaign.trial import Outcome, Words

FOLDER = Path("controller/docs/faults")
KINDS = {
    "single": "one cause",
    "same": "two faults, one robot",
    "apart": "two faults, two robots",
    "long": "a long stop",
}
WORST = 8

_WORDS: dict[str, Callable[[Words], Prospect]] = {
    "first": attrgetter("first"), "gravest": attrgetter("gravest"), "last": attrgetter("last"),
}  # fmt: skip

Done = Sequence[tuple[Asked, Outcome]]


def write(done: Done) -> None:
    """Both files, from the root of the project."""
    with (FOLDER / "campaign.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "causes", "robots", "struck", "faults", "alarms", "late", "foretold", "over_after_h",
                         "findings"))  # fmt: skip
        writer.writerows(
            (asked.kind, _causes(asked), " ".join(each.robot for each in asked.injections),
             " ".join(code for _, code in outcome.struck), outcome.faults, _alarms(outcome), outcome.late,
             outcome.foretold, f"{outcome.over_after_s / 3600.0:.2f}", "; ".join(outcome.findings))
            for asked, outcome in done
        )  # fmt: skip
    (FOLDER / "campaign.md").write_text(page(done), encoding="utf-8")


def page(done: Done) -> str:
    """The page in Markdown."""
    found = [(asked, outcome) for asked, outcome in done if outcome.findings]
    lines = [
        "# Every fault, alone and in pairs",
        "",
        "`make campaign ARGS=--page` wrote this. Each trial is a day of its own in a centre of five robots with an",
        "order every two minutes (`tests/campaign/plant.py`): causes are brought about while it works, people come",
        "by themselves, nine in ten of whom find the cause at first. Then everything is looked at: each blow has its",
        "fault record; a condition has one alarm at a time, a robot shows one standstill, nothing is shown oftener",
        "than it struck; each late order was foretold; all orders have left, every robot works, nothing is in doubt",
        "or in hand; the invariants hold, and the independent auditor finds nothing. Causes alone are in every run of",
        "the tests, in a day of two hours. Of the pairs a sample may have been run (`--every`): the table says how",
        "many.",
        "",
        "| | trials | with a blow | with a finding | alarms shown, median | most | late orders | foretold |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(words, [outcome for asked, outcome in done if asked.kind == kind]) for kind, words in KINDS.items()),
        "",
        "## What was said of orders, and what came",
        "",
        "Of each order that a robot holds up while it is out, the centre says whether it leaves late: late where",
        f"that is at least {LATE_FROM:.0%} likely, at risk from {AT_RISK_FROM:.0%}, else in time. "
        "How long a stop lasts",
        "it takes from DOMAIN.md (Tables A and B); each trial begins anew, so nothing is learned from the others. "
        "Counted",
        "is what was said while the order could still leave in time: the first word, the gravest, the last.",
        "",
        *_said([outcome for _, outcome in done]),
        "",
        "## Findings",
        "",
        *([f"- {_causes(asked)}: {finding}" for asked, outcome in found for finding in outcome.findings] or ["None."]),
        "",
        "## Where most alarms were shown",
        "",
        *(f"- {_alarms(outcome)}: {_causes(asked)} ({len(outcome.struck)} blows, {outcome.late} late)"
          for asked, outcome in sorted(done, key=lambda pair: -_alarms(pair[1]))[:WORST]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _row(words: str, outcomes: Sequence[Outcome]) -> str:
    shown = sorted(map(_alarms, outcomes)) or [0]
    figures = (
        len(outcomes), sum(bool(each.struck) for each in outcomes), sum(bool(each.findings) for each in outcomes),
        f"{median(shown):g}", shown[-1], sum(each.late for each in outcomes), sum(each.foretold for each in outcomes),
    )  # fmt: skip
    return f"| {words} | {' | '.join(map(str, figures))} |"


def _said(outcomes: Iterable[Outcome]) -> list[str]:
    words = [word for outcome in outcomes for word in outcome.words]
    late = sum(word.late for word in words)
    foretold = sum(word.late and word.gravest is not Prospect.IN_TIME for word in words)
    lines = ["| word | late: were late | were not | at risk: were late | were not | in time: were late | were not |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, which in _WORDS.items():
        counts = Counter((which(word), word.late) for word in words)
        cells = (counts[prospect, late] for prospect in Prospect for late in (True, False))
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    told = f"{late} of {len(words)} orders left late; {foretold} of these were called late or at risk before."
    return [*lines, "", told]


def _causes(asked: Asked) -> str:
    return " + ".join(each.cause for each in asked.injections)


def _alarms(outcome: Outcome) -> int:
    return sum(times for _, times in outcome.shown)
