"""The recovery policy: what is done about a fault, by whom, and why. A table that one can read on a page.

The first row of `ROWS` that fits a fault decides; rows of `ALSO` that fit are added. What fits no row is held and
somebody is called. Whatever the rows say: nothing that moves is done while a door or an E-stop is open, and no pack
whose outcome is unknown is picked again before it is settled.
"""

import enum
from dataclasses import dataclass

from controller.faults.careful import CAREFUL


class Action(enum.StrEnum):
    WAIT_FOR_RETRY = "wait_for_retry"
    """The robot tries again by itself, twice; nothing is done meanwhile."""
    SKIP_PACK = "skip_pack"
    """The pack stays where it is and is not asked for before its shelf is counted; the next by FEFO goes."""
    SUSPECT_LOCATION = "suspect_location"
    """The shelf is counted as soon as the robot has a moment, ahead of all other chores."""
    SETTLE = "settle"
    """A person looks where the pack really is."""
    HOLD = "hold"
    """It gets no work while the fault stands; one that could go on is told to hold until a person resumes it."""
    HOME = "home"
    """A reference run once the fault is cleared, before the next tour."""
    DEGRADE = "degrade"
    """Work on with a careful profile (jaws only, reduced speed) until a named person has cured it."""
    TAKE_OUT = "take_out"
    """Take it out of work until it is cured: a named person brings it back, through reference run and tests."""
    FETCH_BY_HAND = "fetch_by_hand"
    """What nothing else can serve in time goes on the hand-pick list of the floor."""
    CALL_OPERATOR = "call_operator"
    CALL_ENGINEER = "call_engineer"
    CALL_QUALITY = "call_quality"


BY_CONTROLLER = frozenset(
    {
        Action.WAIT_FOR_RETRY, Action.SKIP_PACK, Action.SUSPECT_LOCATION, Action.SETTLE, Action.HOLD, Action.HOME,
        Action.FETCH_BY_HAND, Action.DEGRADE, Action.TAKE_OUT,
    }
)  # fmt: skip
"""Done without anybody; the others are asked of a person."""
ELSE_ASKED = frozenset({Action.DEGRADE, Action.TAKE_OUT})
"""Asked of a person as well where the controller could not do it: at a robot that people have in their hands."""
MOVES = frozenset({Action.WAIT_FOR_RETRY, Action.HOME, Action.DEGRADE})
"""After these the robot moves."""
CALLS = frozenset({Action.CALL_OPERATOR, Action.CALL_ENGINEER, Action.CALL_QUALITY})
REPEATED_S = 24 * 3600.0
"""Faults of one code at one place of one robot within this time are attempts of one trouble."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known when a fault is raised."""

    code: str
    level: int
    attempt: int = 1
    """Counts this code at this place of the robot within REPEATED_S; 1 is the first."""
    location_known: bool = False
    outcome_unknown: bool = False
    """Packs have been moved, and nobody knows where they are."""
    interlock_open: bool = False
    """A door is open, or an E-stop pressed."""
    last_holder: bool = False
    """It has products that nothing else has, and orders want some."""
    patient_waits: bool = False
    """…one of them for a patient who is to go home."""
    can_be_careful: bool = False
    """It has the parameters with which one can work on with this fault."""


@dataclass(frozen=True, slots=True)
class Row:
    """`codes` are whole codes or families (`GRP`); empty fits any. What is None fits any as well."""

    codes: tuple[str, ...]
    actions: tuple[Action, ...]
    why: str
    levels: tuple[int, ...] = ()
    attempt_from: int = 1
    location_known: bool | None = None
    outcome_unknown: bool | None = None
    interlock_open: bool | None = None
    last_holder: bool | None = None
    can_be_careful: bool | None = None

    def fits(self, context: Context) -> bool:
        family = context.code.partition("-")[0]
        return (
            (not self.codes or context.code in self.codes or family in self.codes)
            and (not self.levels or context.level in self.levels)
            and context.attempt >= self.attempt_from
            and self.location_known in (None, context.location_known)
            and self.outcome_unknown in (None, context.outcome_unknown)
            and self.interlock_open in (None, context.interlock_open)
            and self.last_holder in (None, context.last_holder)
            and self.can_be_careful in (None, context.can_be_careful)
        )


_A = Action

ROWS: tuple[Row, ...] = (
    Row(("SAF",), (_A.HOLD, _A.CALL_OPERATOR),
        "A door or an E-stop: nothing moves before a named person has cleared it."),
    Row(("AXC-08",), (_A.HOLD, _A.TAKE_OUT, _A.CALL_ENGINEER),
        "A collision bends what cannot be seen: out until measured."),
    Row(("IDN-31",), (_A.SKIP_PACK, _A.SUSPECT_LOCATION, _A.SETTLE, _A.CALL_QUALITY),
        "Another product than the books have there: what came out is looked at.", location_known=True),
    Row(("IDN-31",), (_A.SETTLE, _A.CALL_QUALITY), "Another product than expected: what came out is looked at."),
    Row(("FRG-60",), (_A.HOLD, _A.CALL_QUALITY, _A.CALL_ENGINEER),
        "Nothing leaves a fridge that was too warm before quality decides."),
    Row((), (_A.HOLD, _A.CALL_OPERATOR), "Safety or a patient: hold, and a person looks.", levels=(1,)),
    Row(("GRP-10", "STK-50", "GRP-12"), (_A.SKIP_PACK, _A.SUSPECT_LOCATION),
        "Twice on one shelf is no chance: a pack or the books are wrong.", attempt_from=2, location_known=True),
    Row(("STK-50", "STK-51"), (_A.SUSPECT_LOCATION,),
        "The books differ from the shelf: count it.", location_known=True),
    Row(("STK-50", "STK-51"), (_A.CALL_OPERATOR,), "The books differ from the robot, nobody knows where."),
    Row(("GRP-11",), (_A.SUSPECT_LOCATION, _A.CALL_OPERATOR),
        "A pack fell: out of stock at once; its shelf is counted and the tray emptied.", location_known=True),
    Row(("GRP-11",), (_A.CALL_OPERATOR,), "A pack fell: out of stock at once; the tray is emptied."),
    Row(("VAC-14",), (_A.DEGRADE, _A.CALL_OPERATOR),
        "Vacuum that stays low lets packs fall: jaws only until it is cured.", attempt_from=3),
    Row(("GRP", "VAC-14"), (_A.WAIT_FOR_RETRY,), "Three of four grips succeed when tried again.", levels=(3,)),
    Row(("AXX-03",), (_A.HOME, _A.TAKE_OUT, _A.CALL_ENGINEER),
        "A position that jumps again is belt or encoder.", attempt_from=2),
    Row(("AXX-03",), (_A.HOME, _A.CALL_OPERATOR),
        "The position jumped: a reference run puts it right, or shows why not."),
    Row(("AXX-01", "AXX-02"), (_A.HOME, _A.CALL_OPERATOR),
        "Behind or beside its place again: a reference run shows whether it is so still.", attempt_from=2),
    Row(("AXX-02",), (_A.CALL_OPERATOR,),
        "Calibrate it: up to 1.5 mm an offset is proposed that a technician sets; beyond, the axis is put right.",
        levels=(3,)),
    Row(("AXX-01", "AXX-02"), (_A.CALL_OPERATOR,), "It homes by itself when somebody has cleared it."),
    Row(("VAC-15",), (_A.DEGRADE, _A.CALL_ENGINEER),
        "A dead pump: most packs can be had with the jaws alone until the engineer is there.", can_be_careful=True),
    Row(("AXY-04",), (_A.TAKE_OUT, _A.CALL_ENGINEER),
        "Overloaded again: a lift is not tried a third time.", attempt_from=2),
    Row(("AXY-04",), (_A.DEGRADE, _A.CALL_ENGINEER),
        "A worn lift bears less than half the load at 60 % of its speed: slow until the engineer is there.",
        can_be_careful=True),
    Row(("AXY-04", "AXS-07", "VAC-15"), (_A.TAKE_OUT, _A.CALL_ENGINEER),
        "No operator cures a drive, a lift or a pump."),
    Row(("AXZ-05", "AXR-06", "SEN-22"), (_A.CALL_OPERATOR,),
        "Something to clear away or clean; it homes by itself then."),
    Row(("CNV-40", "CNV-41"), (_A.CALL_OPERATOR,),
        "Packs lie on the belt: clear it by hand, nothing is picked again for them.", levels=(2,)),
    Row(("NET", "PWR-80"), (_A.SETTLE, _A.CALL_OPERATOR),
        "What it was doing is unknown: its journal, then a person, tells.", outcome_unknown=True),
    Row(("NET", "PWR-80"), (_A.WAIT_FOR_RETRY,),
        "It comes back by itself more often than not; nothing was moving.", levels=(2, 3)),
    Row(("SEN", "IDN", "INP", "CNV", "PRT", "FRG-61", "STK-52", "STK-53"), (_A.WAIT_FOR_RETRY, _A.CALL_OPERATOR),
        "The robot goes on; the task that met it is planned anew.", levels=(3,)),
    Row(("GRP-13", "IDN-32", "PWR-81", "PM-99"), (), "For the next round: nothing is done now.", levels=(4,)),
)  # fmt: skip
"""The first that fits decides."""

ALSO: tuple[Row, ...] = (
    Row((), (_A.SETTLE,),
        "Packs have moved and nobody knows where to: no pick of them before they are found.", outcome_unknown=True),
    Row((), (_A.FETCH_BY_HAND,),
        "Orders want what only this robot has, and it is down.", levels=(1, 2), last_holder=True),
    Row((), (_A.CALL_ENGINEER,),
        "The fifth time in a day: what was done does not help.", levels=(1, 2, 3), attempt_from=5),
)  # fmt: skip
"""All that fit are added."""

UNKNOWN = Row((), (_A.HOLD, _A.CALL_OPERATOR), "No row fits, or the code is unknown: hold, and a person looks.")


@dataclass(frozen=True, slots=True)
class Decided:
    actions: tuple[Action, ...]
    """Without repetition, in the order in which they are done."""
    why: tuple[str, ...]

    @property
    def by_controller(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action in BY_CONTROLLER)

    @property
    def by_people(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action not in BY_CONTROLLER)


def decide(context: Context) -> Decided:
    """What is done about a fault. Total: there is an answer for every context."""
    rows = [next((row for row in ROWS if row.fits(context)), UNKNOWN)]
    rows += [row for row in ALSO if row.fits(context)]
    actions = dict.fromkeys(action for row in rows for action in row.actions)
    if context.interlock_open or context.level == 1:
        actions = dict.fromkeys(action for action in actions if action not in MOVES)
        actions = {Action.HOLD: None, **actions}
    if context.outcome_unknown:
        actions.pop(Action.WAIT_FOR_RETRY, None)
    if context.level == 1 and not CALLS & actions.keys():
        actions[Action.CALL_OPERATOR] = None
    return Decided(tuple(actions), tuple(dict.fromkeys(row.why for row in rows)))


def page() -> str:
    """The policy as a page in Markdown, for controller/docs/faults/policy.md."""
    lines = [
        "# Recovery policy",
        "",
        "What is done about a fault. Made from `controller/faults/policy.py` by `python -m controller.generate`.",
        "",
        "The first row that fits decides. Nothing that moves is done while a door or an E-stop is open, or for a",
        "fault of level 1; a pack whose outcome is unknown is never picked again before it is settled. An attempt",
        "counts the same code at the same place of a robot within 24 hours.",
        "",
        *_table(ROWS),
        _line(UNKNOWN),
        "",
        "Added to that, each that fits:",
        "",
        *_table(ALSO),
        "",
        "## Who does it",
        "",
        f"The controller: {', '.join(_words(action) for action in Action if action in BY_CONTROLLER)}.",
        "",
        f"A person, asked by alarm and work list: {', '.join(_words(a) for a in Action if a not in BY_CONTROLLER)}.",
        "",
        "Where the controller cannot do it (people have the robot in their hands, it lacks the parameters), a person",
        f"is asked as well: {', '.join(_words(a) for a in Action if a in ELSE_ASKED)}.",
        "",
        "## Working carefully",
        "",
        "A profile that keeps a robot in work until it is cured (`controller/faults/careful.py`). It is undone when a",
        "named person has found the cause, or has brought the robot back (`nightshift robot back`).",
        "",
        "| fault | it works | parameters |",
        "|---|---|---|",
        *(
            f"| {code} | {way.words} | {', '.join(f'{name} {value:g}' for name, value in way.values.items())} |"
            for code, way in CAREFUL.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def _table(rows: tuple[Row, ...]) -> list[str]:
    return ["| fault | when | what is done | why |", "|---|---|---|---|", *(_line(row) for row in rows)]


def _line(row: Row) -> str:
    conditions = []
    if row.levels:
        conditions.append(f"level {', '.join(str(level) for level in row.levels)}")
    if row.attempt_from > 1:
        conditions.append(f"attempt {row.attempt_from} or later")
    named = (
        (row.location_known, "place known", "place unknown"),
        (row.outcome_unknown, "outcome unknown", "outcome known"),
        (row.interlock_open, "door or E-stop open", "doors shut"),
        (row.last_holder, "orders want what only it has", "others have it too"),
        (row.can_be_careful, "it can work carefully", "it cannot work carefully"),
    )
    conditions += [yes if value else no for value, yes, no in named if value is not None]
    done = ", ".join(_words(action) for action in row.actions) or "nothing"
    return f"| {', '.join(row.codes) or 'any'} | {'; '.join(conditions) or 'always'} | {done} | {row.why} |"


def _words(action: Action) -> str:
    return action.value.replace("_", " ")
